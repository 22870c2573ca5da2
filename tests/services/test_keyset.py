"""Pages of lists by key: every row once, whichever way one walks, whatever changes meanwhile, and nothing is counted."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collaboration import keyset
from collaboration.models import Organisation
from services.models import InterfaceMap
from tests.cast import Cast


@pytest.fixture
def many_maps(cast: Cast) -> Cast:
    """Sixty maps more, of which many have the same name and the same municipality."""
    for nth in range(60):
        on = InterfaceMap.objects.create(
            title_fi=f"Kartta {nth % 7}",
            municipality=cast.organisations["porvoo"],
            target_group="young_people",
            made_by=cast["porvoo editor"],
        )
        on.parties.create(organisation=cast.organisations["porvoo"], side="municipality", lane=1)
    return cast


def walk(client: Any, address: str) -> tuple[list[list[int]], list[list[int]]]:
    """The rows of each page as `next` leads through the list, and as `previous` leads back from its end."""
    glue = "&" if "?" in address else "?"
    there: list[list[int]] = []
    back: list[list[int]] = []
    page = client.get(address).context["page"]
    while True:
        there.append([row.pk for row in page.rows])
        if not page.next:
            break
        page = client.get(f"{address}{glue}after={page.next}").context["page"]
    while True:
        back.insert(0, [row.pk for row in page.rows])
        if not page.previous:
            return there, back
        page = client.get(f"{address}{glue}before={page.previous}").context["page"]


@pytest.mark.parametrize("query", ["", "?sort=title", "?sort=municipality", "?q=kartta"])
def test_every_map_is_shown_once_there_and_back(many_maps: Cast, query: str) -> None:
    client = many_maps.client("porvoo editor")
    there, back = walk(client, f"/kartat/{query}")
    rows = [pk for page in there for pk in page]
    assert len(there) > 2
    assert len(rows) == len(set(rows)) >= 60
    assert [pk for page in back for pk in page] == rows


def test_a_map_that_is_edited_meanwhile_takes_no_other_from_the_next_page(many_maps: Cast) -> None:
    client = many_maps.client("porvoo editor")
    first = client.get("/kartat/").context["page"]
    expected = [row.pk for row in client.get(f"/kartat/?after={first.next}").context["page"].rows]
    last = first.rows[-1]
    InterfaceMap.objects.filter(pk=last.pk).update(changed_at=first.rows[0].changed_at)
    again = [row.pk for row in client.get(f"/kartat/?after={first.next}").context["page"].rows]
    assert again == expected


def test_nothing_is_counted_and_nothing_skipped(many_maps: Cast) -> None:
    client = many_maps.client("porvoo editor")
    following = client.get("/kartat/").context["page"].next
    for address in (
        f"/kartat/?after={following}",
        "/kartat/?sort=municipality",
        "/palvelut/",
        "/organisaatiot/",
    ):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        for query in queries:
            assert "OFFSET" not in query["sql"]
            assert not query["sql"].startswith("SELECT COUNT("), query["sql"]


def test_a_key_of_another_order_is_the_first_page(cast: Cast) -> None:
    rows = Organisation.objects.all()
    by_code = keyset.page_of(rows, ("code", "pk"), 5, {})
    by_name = keyset.page_of(rows, ("sort_key", "pk"), 5, {})
    mixed = keyset.page_of(rows, ("sort_key", "pk"), 5, {"after": by_code.next})
    assert mixed.rows == by_name.rows
    assert not mixed.previous


def test_before_the_second_page_is_the_whole_first_one(cast: Cast) -> None:
    """Also when rows have come before it, or gone."""
    rows, order = Organisation.objects.all(), ("sort_key", "pk")
    first = keyset.page_of(rows, order, 5, {})
    second = keyset.page_of(rows, order, 5, {"after": first.next})
    assert keyset.page_of(rows, order, 5, {"before": second.previous}).rows == first.rows
    fewer = rows.exclude(pk=first.rows[0].pk)
    back = keyset.page_of(fewer, order, 5, {"before": second.previous})
    assert (back.rows, back.previous) == ([*first.rows[1:], second.rows[0]], "")


def test_a_short_list_is_all_there_is(cast: Cast) -> None:
    rows = Organisation.objects.filter(code="638")
    page = keyset.page_of(rows, ("sort_key", "pk"), 5, {})
    assert (page.is_all, page.count) == (True, rows.count())
    assert keyset.page_of(Organisation.objects.all(), ("pk",), 5, {}).count == 5
