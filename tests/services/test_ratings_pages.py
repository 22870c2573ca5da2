"""The pages of ratings: what waits, what is shown, gaps over rounds, forms without JavaScript, and statements."""

import html
from typing import Any

import pytest
from django.utils import timezone

from services.models import MapParty, Rating, RatingRound
from services.queries.desk import RATE
from services.workflows.ratings import rating_round_workflow
from tests import oracle
from tests.cast import INACTIVE, Cast, at_rest
from tests.services.ops import edit, first_aspect, make_base_map
from tests.services.rating_rounds import asked_on, both, give, party_of, round_on
from tests.services.test_bad_input import CODES
from tests.services.test_pages import SESSION_AND_USER, large_map, statements


def form_of(cast: Cast, code: str = "638", **fields: Any) -> dict[str, Any]:
    return {"party": party_of(cast.maps["porvoo"], code).pk, "round": 1, "value": 3, "reason": "", **fields}


def address(cast: Cast, number: int = 1) -> str:
    return f"{first_aspect(cast.maps['porvoo'], number).get_absolute_url()}arvio/"


def test_a_round_from_opening_to_gaps_without_javascript(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    ours, theirs = cast.client("porvoo editor"), cast.client("county approver")
    page = ours.get(f"/kartat/{on.pk}/arviot/")
    assert "Nothing has been rated yet." in page.content.decode()
    opened = ours.post(f"/kartat/{on.pk}/arviot/avaa/", follow=True)
    assert "The rating round is open" in opened.content.decode()
    waits = {row["name"]: row for row in opened.context["parties"]}["Porvoo"]["waits"]
    assert [aspect.id for aspect in waits] == [aspect.pk for aspect in asked_on(on)]
    aspect_page = first_aspect(on).get_absolute_url()
    assert aspect_page in opened.content.decode()
    rated = ours.post(address(cast), form_of(cast, value=2, reason="Ohje puuttuu."), follow=True)
    assert rated.redirect_chain == [(f"{aspect_page}#ratings", 302)]
    assert "only your own party sees this" in rated.content.decode()
    assert rated.context["rating"]["next"]["url"] == f"{first_aspect(on, 2).get_absolute_url()}#ratings"
    before = theirs.get(aspect_page).content.decode()
    assert "has rated" in before
    assert "Ohje puuttuu." not in before
    theirs.post(address(cast), form_of(cast, "01", value=5, reason="Sujuu."))
    shown = ours.get(aspect_page)
    assert shown.context["rating"]["past"][0]["gap"] == 3
    assert "gap 3" in shown.content.decode()
    assert "Sujuu." in shown.content.decode()
    page = ours.get(f"/kartat/{on.pk}/arviot/")
    assert [(aspect.number, aspect.latest["gap"]) for aspect in page.context["rated"]] == [(1, 3)]
    assert "/sulje/" not in page.content.decode(), "the municipality does not close it"
    closed = theirs.post(f"/kartat/{on.pk}/arviot/1/sulje/", follow=True)
    assert "The rating round is closed." in closed.content.decode()
    again = theirs.post(f"/kartat/{on.pk}/arviot/1/sulje/", follow=True)
    assert "The status is now" in again.content.decode()


def test_gaps_over_rounds_are_sorted_by_the_largest_and_told_with_their_number(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    first = round_on(on)
    both(cast, first, first_aspect(on, 1), 1, 5)
    both(cast, first, first_aspect(on, 2), 3, 3)
    give(cast, "porvoo editor", first, first_aspect(on, 3), "638", 2)
    rating_round_workflow.perform("close", first, by=cast["county editor"])
    second = round_on(on)
    both(cast, second, first_aspect(on, 1), 3, 4)
    both(cast, second, first_aspect(on, 2), 1, 4)
    page = cast.client("porvoo reader").get(f"/kartat/{on.pk}/arviot/")
    told = [(each.number, [row["gap"] for row in each.rounds]) for each in page.context["rated"]]
    assert told == [(2, [3, 0]), (1, [1, 4])]
    means = [(row["round"].number, row["gaps"].mean, row["gaps"].count) for row in page.context["rounds"]]
    assert means == [(2, 2.0, 2), (1, 2.0, 2)]
    [interface] = page.context["interfaces"]
    assert [row["gaps"].mean for row in interface["rounds"]] == [2.0, 2.0]
    text = page.content.decode()
    assert "round 1: 4" in text
    edit(cast["porvoo editor"], on, f"interface:{first_aspect(on).interface_id}", "archived", True)
    assert cast.client("porvoo reader").get(f"/kartat/{on.pk}/arviot/").context["rated"] == []


def test_a_wrong_rating_is_told_at_its_field_and_keeps_what_was_typed(cast: Cast) -> None:
    round_on(cast.maps["porvoo"])
    client = cast.client("porvoo editor")
    for wrong, sentence in (
        ({"value": ""}, "Choose a rating from 1 to 5."),
        ({"value": "6"}, "Select a valid choice."),
        ({"value": "x"}, "Select a valid choice."),
        ({"reason": "x" * 1001}, "at most 1000 characters"),
        ({"reason": f"Asiakas {CODES[0]}"}, "personal identity code"),
    ):
        sent = form_of(cast, **{"reason": "Näin <b>ajattelemme</b>.", **wrong})
        for headers in ({}, {"X-Part": "panel"}):
            answer = client.post(address(cast), sent, headers=headers)
            page = html.unescape(answer.content.decode())
            assert answer.status_code == 422, wrong
            assert sentence in page, wrong
            assert sent["reason"] in page
            assert "<html" in page or headers
    assert not Rating.objects.exists()


def test_a_rating_that_comes_too_late_says_so_and_keeps_what_was_typed(cast: Cast) -> None:
    current = round_on(cast.maps["porvoo"])
    rating_round_workflow.perform("close", current, by=cast["county editor"])
    answer = cast.client("porvoo editor").post(address(cast), form_of(cast, reason="Myöhässä."))
    assert answer.status_code == 422
    assert "This rating round has ended." in answer.content.decode()
    assert "Myöhässä." in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"party": ""}, {"party": "x"}, {"party": 10**17}, {"round": ""}, {"round": "²"}, {"round": 99999}],
)
def test_a_rating_for_nobody_or_in_no_round_is_not_found(cast: Cast, wrong: dict[str, Any]) -> None:
    round_on(cast.maps["porvoo"])
    assert cast.client("porvoo editor").post(address(cast), form_of(cast) | wrong).status_code == 404


def test_the_script_gets_the_part_and_a_changed_rating_is_saved(cast: Cast) -> None:
    round_on(cast.maps["porvoo"])
    client = cast.client("porvoo editor")
    for value in (2, 4):
        part = client.post(address(cast), form_of(cast, value=value), headers={"X-Part": "page"})
        assert part.status_code == 200
        assert part.content.decode().lstrip().startswith("<section")
        assert part.context["rating"]["parties"][0]["own"]["value"] == value
        assert "X-Part" in part["Vary"]


def test_who_may_not_rate_sees_who_has_and_an_outsider_nothing(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    give(cast, "porvoo editor", round_on(on), first_aspect(on), "638", 3)
    page = cast.client("county reader").get(first_aspect(on).get_absolute_url())
    assert [row["has_rated"] for row in page.context["rating"]["parties"]] == [True, False]
    assert "data-rate" not in page.content.decode()
    assert cast.client("pohjanmaa editor").get(f"/kartat/{on.pk}/arviot/").status_code == 404


def test_a_base_map_and_an_interface_of_one_party_are_not_rated(cast: Cast) -> None:
    base = make_base_map(cast)
    client = cast.client("county editor")
    assert "A base map is not rated." in client.get(f"/kartat/{base.pk}/arviot/").content.decode()
    assert "arviot" not in client.get(f"/kartat/{base.pk}/").content.decode()
    assert client.post(f"/kartat/{base.pk}/arviot/avaa/").status_code == 403
    on = cast.maps["porvoo"]
    round_on(on)
    within = next(each for each in on.interfaces.all() if each.party_rows.count() == 1)
    assert client.get(within.aspects.all()[0].get_absolute_url()).context["rating"] is None


def test_the_head_of_the_map_says_that_a_round_is_open(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    client = cast.client("porvoo editor")
    assert "round open" not in client.get(f"/kartat/{on.pk}/").content.decode()
    round_on(on)
    for path in ("", "lista/", "taulukko/"):
        page = client.get(f"/kartat/{on.pk}/{path}").content.decode()
        assert f"/kartat/{on.pk}/arviot/" in page
        assert "round open" in page


@pytest.mark.usefixtures("in_english")
def test_both_parties_read_of_a_round_on_their_front_page(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    cast.client("porvoo editor").post(f"/kartat/{on.pk}/arviot/avaa/")
    news = cast.client("county reader").get("/").context["news"]
    [row] = [row for row in news if row["sentence"] == "A rating round was opened"]
    assert row["url"] == f"/kartat/{on.pk}/arviot/"
    assert "Porvoo" in row["title"]


def much_rated(current: RatingRound) -> None:
    """Both parties have rated nine aspects, which are shown, and one of them eighty more."""
    asked, ours, theirs = asked_on(current.map), party_of(current.map, "638"), party_of(current.map, "01")
    given: list[tuple[Any, MapParty, Any]] = [
        (aspect, party, timezone.now()) for aspect in asked[:9] for party in (ours, theirs)
    ]
    given += [(aspect, theirs, None) for aspect in asked[9:90]]
    Rating.objects.bulk_create(
        Rating(
            round=current,
            aspect=aspect,
            party=party,
            value=aspect.number % 5 + 1 if party == ours else 3,
            reason="Syy.",
            rated_by=current.opened_by,
            revealed_at=shown,
        )
        for aspect, party, shown in given
    )


def test_the_page_asks_as_often_however_much_is_rated(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    clients = [cast.client(name, "fi") for name in ("porvoo editor", "county approver", "porvoo reader")]
    clients[0].post(f"/kartat/{on.pk}/arviot/avaa/")  # everybody has news of a round
    clients[1].post(f"/kartat/{on.pk}/arviot/1/sulje/")
    aspect = first_aspect(on)
    api = f"/api/v1/maps/{on.pk}/rating-rounds/"
    give(cast, "porvoo editor", round_on(on), first_aspect(on, 9), "638", 2)

    def counts() -> list[int]:
        one = f"/api/v1/rating-rounds/{RatingRound.objects.get(map=on, status='open').pk}/"
        paths = [f"/kartat/{on.pk}/arviot/", aspect.get_absolute_url(), f"/kartat/{on.pk}/", api, one]
        return [statements(client, path)[0] for client in clients for path in paths]

    counts()  # content types and the like
    few = counts()
    rating_round_workflow.perform("close", round_on(on), by=cast["county editor"])
    large_map(on, 30, 40)
    for _round in range(4):
        current = round_on(on)
        much_rated(current)
        rating_round_workflow.perform("close", current, by=cast["county editor"])
    give(cast, "porvoo editor", round_on(on), first_aspect(on, 8), "638", 2)
    assert counts() == few
    for number, most in ((0, 5), (1, 11), (2, 4)):
        assert max(few[number::5]) <= SESSION_AND_USER + most
    front = [statements(client, "/")[0] for client in clients]
    assert max(front) <= SESSION_AND_USER + 16, "news of rounds bring two"


def test_the_page_speaks_every_language(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    both(cast, round_on(on), first_aspect(on), 1, 5)
    for language in ("fi", "sv", "en"):
        page = cast.client("porvoo editor", language).get(f"/kartat/{on.pk}/arviot/").content.decode()
        assert f'<html lang="{language}">' in page


# On the front page


def waiting_for(cast: Cast, name: str) -> dict[tuple[str, str], int]:
    """How many ratings wait for the person on the front page, by map and organisation."""
    rows = cast.client(name, "fi").get("/").context["waiting"]
    told = [row for row in rows if row.kind is RATE]
    codes = {str(party.organisation.name_fi): party.organisation.code for party in MapParty.objects.all()}
    own = [organisation.code for organisation, _role in cast.roles(name)]
    found = {}
    for row in told:
        title, _dot, organisation = row.where.partition(" · ")
        found[title, codes[organisation] if organisation else own[0]] = int(row.what.split()[0])
    return found


def all_waiting() -> list[tuple[MapParty, int]]:
    """By brute force: how many ratings wait for each party of each open round."""
    found = []
    for each in RatingRound.objects.filter(status="open"):
        rows = list(each.ratings.all())
        done = {(row.aspect_id, row.party_id) for row in rows}
        shown = {row.aspect_id for row in rows if row.revealed_at is not None}
        asked = asked_on(each.map)
        for party in each.map.parties.filter(archived_at__isnull=True):
            waits = [
                aspect
                for aspect in asked
                if party.pk in {row.map_party_id for row in aspect.interface.party_rows.all()}
                and (aspect.pk, party.pk) not in done
                and aspect.pk not in shown
            ]
            found += [(party, len(waits))] if waits else []
    return found


@pytest.mark.slow
def test_the_front_page_tells_which_ratings_wait_for_whom(cast: Cast) -> None:
    on, people = cast.maps["porvoo"], [name for name in cast.people if name != INACTIVE]

    def compare() -> int:
        """How many people something waits for, of all who were asked."""
        waiting, told = all_waiting(), 0
        with at_rest():
            for name in people:
                expected = {
                    (party.map.title_fi, party.organisation.code): waits
                    for party, waits in waiting
                    if oracle.rates(cast, name, party)
                }
                assert waiting_for(cast, name) == expected, name
                told += bool(expected)
        return told

    assert compare() == 0
    current = round_on(on)
    round_on(cast.maps["helsinki"])
    asked = asked_on(on)
    assert compare() > 3
    give(cast, "porvoo editor", current, asked[0], "638", 2)
    both(cast, current, asked[1], 2, 4)
    dropped = asked[2]
    edit(cast["porvoo editor"], on, f"aspect:{dropped.pk}", "not_applicable_reason", "Ei koske.")
    assert compare() > 3
    assert waiting_for(cast, "county editor")[on.title_fi, "01"] == len(asked) - 2
    assert waiting_for(cast, "porvoo approver")[on.title_fi, "638"] == len(asked) - 3
    page = cast.client("porvoo editor", "en").get("/").content.decode()
    assert f'href="/kartat/{on.pk}/arviot/"' in page
    assert f"{len(asked) - 3} aspects have not been rated" in page
    for aspect in asked[3:]:
        give(cast, "porvoo editor", current, aspect, "638", 3)
    assert waiting_for(cast, "porvoo editor") == {}
    rating_round_workflow.perform("close", current, by=cast["county editor"])
    assert compare() > 0, "Helsinki's round is still open"
    assert waiting_for(cast, "county editor") == {}


@pytest.mark.parametrize(
    ("name", "code"), [("county editor", "638"), ("porvoo editor", "01"), ("porvoo approver", "01")]
)
def test_nobody_rates_for_the_other_party_with_a_valid_value(cast: Cast, name: str, code: str) -> None:
    on = cast.maps["porvoo"]
    current, aspect, party = round_on(on), first_aspect(on), party_of(on, code)
    wish = {"party": party.pk, "value": 4, "reason": "Näin."}
    client = cast.client(name)
    form = client.post(f"{aspect.get_absolute_url()}arvio/", {**wish, "round": current.number})
    asked = {**wish, "aspect": aspect.pk}
    api = client.post(f"/api/v1/rating-rounds/{current.pk}/ratings/", asked, content_type="application/json")
    assert (form.status_code, api.status_code) == (403, 403)
    assert not Rating.objects.filter(round=current).exists()
    own = "01" if code == "638" else "638"
    allowed = client.post(
        f"/api/v1/rating-rounds/{current.pk}/ratings/",
        {**asked, "party": party_of(on, own).pk},
        content_type="application/json",
    )
    assert allowed.status_code == 200, "the same wish for one's own party is done"
