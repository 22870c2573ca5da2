"""Going through the texts that wait for one's confirmation: the next one follows by itself, also after a refusal."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from collaboration.models import Membership
from services.models import AspectAnswer, InterfaceMap
from tests.cast import Cast
from tests.conftest import As
from tests.services.ops import answer_of, edit, first_aspect
from tests.services.test_pages import SESSION_AND_USER, statements

WALK = "/vahvistukset/"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def write(cast: Cast, on: InterfaceMap, numbers: range, text: str = "Sovittu {}.") -> None:
    for number in numbers:
        edit(
            cast["county editor"],
            on,
            f"aspect:{first_aspect(on, number).pk}",
            "shared_fi",
            text.format(number),
        )


def form_of(page: Any) -> tuple[str, dict[str, str]]:
    """Where the page's form goes and what it carries, as a browser without scripts sends it."""
    form = page.content.decode().partition('<form class="form-actions"')[2].partition("</form>")[0]
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", form, re.S)
    assert text
    fields = {name: html.unescape(value) for name, value in HIDDEN.findall(form)}
    return re.findall(r'action="([^"]+)"', form)[0], fields | {"value": html.unescape(text[1])}


def confirm(client: Client, page: Any) -> Any:
    """Press the button."""
    return client.post(*form_of(page), follow=True)


ROWS_SAY_IT = 2
"""A row of the desk, and the name of its button."""


def confirmed_by(cast: Cast, name: str) -> list[int]:
    given = AspectAnswer.objects.filter(confirmed_by=cast[name])
    return list(given.order_by("aspect__number").values_list("aspect__number", flat=True))


def test_texts_are_confirmed_and_skipped_one_after_the_other(cast: Cast, as_person: As) -> None:
    write(cast, cast.maps["porvoo"], range(1, 4))
    client = as_person("porvoo approver")
    assert "3 texts wait for your confirmation" in client.get("/").content.decode()
    page = client.get(WALK)
    for number, is_confirmed in ((1, True), (2, False), (3, True)):
        shown = page.content.decode()
        assert (page.context["number"], page.context["of"]) == (number, 3)
        assert f"Sovittu {number}." in shown
        page = confirm(client, page) if is_confirmed else client.get(page.context["skip"])
    assert [row.aspect.number for row in page.context["confirmed"]] == [1, 3]
    assert [row.aspect.number for row in page.context["skipped"]] == [2]
    assert confirmed_by(cast, "porvoo approver") == [1, 3]
    again = client.get(WALK)
    assert (again.context["number"], again.context["of"]) == (1, 1)
    assert "1 text waits for your confirmation" in client.get("/").content.decode()


def test_texts_of_all_maps_are_gone_through_also_beyond_those_on_the_front_page(
    cast: Cast, as_person: As
) -> None:
    for place in ("porvoo", "youth"):
        write(cast, cast.maps[place], range(1, 7))
    client = as_person("porvoo editor")
    assert client.get("/").content.decode().count("6 texts wait for your confirmation") == 2 * ROWS_SAY_IT
    page, seen = client.get(WALK), []
    while "own" in page.context:
        seen.append(page.context["own"].pk)
        page = client.get(page.context["skip"])
    assert len(set(seen)) == len(seen) == len(page.context["skipped"]) == 12
    for row in client.get("/").context["waiting"]:
        page, of_map = client.get(row.url), 0
        while "own" in page.context:
            of_map += 1
            assert page.context["of"] == 6
            assert f"map={page.context['map'].pk}" in page.context["skip"]
            page = client.get(page.context["skip"])
        assert of_map == 6, "the desk's row leads through its own map alone"


def test_a_confirmation_moves_no_text_of_another_map(cast: Cast, as_person: As) -> None:
    for place in ("porvoo", "youth"):
        write(cast, cast.maps[place], range(1, 3))
    client = as_person("porvoo editor")
    page = client.get(WALK)
    for number in range(1, 5):
        assert (page.context["number"], page.context["of"]) == (number, 4)
        page = confirm(client, page)
    assert len(page.context["confirmed"]) == 4


def test_a_text_that_has_changed_meanwhile_is_shown_again(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    write(cast, on, range(1, 3))
    client = as_person("porvoo editor")
    page = client.get(WALK)
    write(cast, on, range(1, 2), "Toisin {}.")
    refused = confirm(client, page)
    assert refused.status_code == 422
    assert "The shared answer has changed since you read it." in refused.content.decode()
    assert confirmed_by(cast, "porvoo editor") == []
    same = client.get(form_of(page)[1]["next"])
    assert same.context["number"] == 1
    assert "Toisin 1." in same.content.decode()
    assert confirm(client, same).context["number"] == 2


def test_what_was_confirmed_and_has_changed_since_waits_again(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    write(cast, on, range(1, 3))
    client = as_person("porvoo editor")
    page = confirm(client, client.get(WALK))
    write(cast, on, range(1, 2), "Toisin {}.")
    end = confirm(client, page)
    assert end.context["number"] == 1, "before the end what waits again"
    assert re.search(r"<del[^>]*>.*Sovittu", end.content.decode(), re.S)


def test_each_party_of_the_person_is_a_step_of_its_own(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    write(cast, on, range(1, 2))
    porvoo = cast.organisations["porvoo"]
    Membership.objects.create(user=cast["county editor"], organisation=porvoo, role="approver")
    client = as_person("county editor")
    page = client.get(WALK)
    assert (page.context["number"], page.context["of"]) == (1, 2)
    page = confirm(client, confirm(client, page))
    answers = {answer_of(first_aspect(on), code).pk for code in ("01", "638")}
    assert {row.pk for row in page.context["confirmed"]} == answers


@pytest.mark.parametrize("query", ["?after=x&since=y", "?since=-1", f"?since={'9' * 18}&after={'9' * 30}"])
def test_an_address_that_was_made_up_begins_at_the_first(cast: Cast, as_person: As, query: str) -> None:
    write(cast, cast.maps["porvoo"], range(1, 3))
    assert as_person("porvoo editor").get(WALK + query).context["number"] == 1


def test_nothing_waits(as_person: As) -> None:
    assert "Nothing waits for your confirmation." in as_person("porvoo editor").get(WALK).content.decode()


def test_the_page_asks_as_many_statements_however_many_texts_wait(cast: Cast, as_person: As) -> None:
    client, asked = as_person("porvoo editor"), []
    for numbers in (range(1, 2), range(2, 10)):
        write(cast, cast.maps["porvoo"], numbers)
        write(cast, cast.maps["youth"], numbers)
        client.get(WALK)
        asked.append(statements(client, WALK)[0])
    end = (
        f"{WALK}?after={AspectAnswer.objects.order_by('-aspect__interface', '-aspect__number', '-pk')[0].pk}"
    )
    assert asked[0] == asked[1] <= SESSION_AND_USER + 12
    assert statements(client, end)[0] <= SESSION_AND_USER + 12
