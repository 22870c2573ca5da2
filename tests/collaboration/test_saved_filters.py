"""Saved filters of lists: kept, chosen, renamed, removed, and opened with."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client

from collaboration.forms import saved_filters as lists
from collaboration.models import SavedFilter
from tests.cast import Cast
from tests.collaboration.forum_cast import matter_of
from tests.conftest import As

pytestmark = pytest.mark.django_db
ME = "county editor"
WISHES = {
    "matters": "state=answered&sort=oldest",
    "actions": "state=late&view=board",
    "goals": "level=expert&mine=on",
    "escalations": "state=area&level=field&aspect=3",
}


def kept(client: Client, listed: str, name: str, query: str, status: int = 302, **more: Any) -> Any:
    answer = client.post(f"/oma/rajaukset/{listed}/", {"name": name, "query": query, **more})
    assert answer.status_code == status, answer.content.decode()
    return answer


def test_every_list_has_them(cast: Cast, as_person: As) -> None:
    """Of each list the same filters are kept, chosen, and said to be chosen."""
    matter_of(cast)
    client = as_person(ME)
    assert {*WISHES} == {*lists.registered()}
    for listed, query in WISHES.items():
        address = lists.registered()[listed].url("").partition("?")[0]
        page = client.get(f"{address}?{query}")
        assert parse_qs(page.context["filters"].query).keys() == parse_qs(query).keys()
        answer = kept(client, listed, f"Oma {listed}", page.context["filters"].query)
        opened = client.get(answer["Location"])
        [saved] = opened.context["filters"].saved
        assert (saved.row.name, saved.is_current) == (f"Oma {listed}", True)
        assert f"Oma {listed}" in opened.content.decode()
        assert not client.get(address).context["filters"].saved[0].is_current
    assert not as_person("porvoo editor").get("/ilmoitukset/").context["filters"].saved


def test_a_list_opens_with_the_default_and_can_be_cleared(cast: Cast, as_person: As) -> None:
    client = as_person(ME)
    kept(client, "escalations", "Myöhässä", "state=late", is_default="on")
    opened = client.get("/ilmoitukset/")
    assert (opened.status_code, opened["Location"]) == (302, "/ilmoitukset/?state=late")
    assert client.get("/ilmoitukset/?state=late").context["form"].cleaned_data["state"] == "late"
    cleared = client.get("/ilmoitukset/?suodatin=")
    assert (cleared.status_code, cleared.context["filters"].query) == (200, "")
    kept(client, "escalations", "Omat", "state=mine", is_default="on")
    assert SavedFilter.objects.get(is_default=True).name == "Omat"
    kept(client, "escalations", "Kaikki avoimet", "", is_default="on")
    assert client.get("/ilmoitukset/").status_code == 200, "no filters at all lead nowhere else"
    assert client.get("/asiat/").status_code == 200


def test_one_is_renamed_and_removed_by_its_own_person(cast: Cast, as_person: As) -> None:
    client = as_person(ME)
    kept(client, "goals", "Eka", "level=expert")
    kept(client, "goals", "Toka", "level=field")
    first, second = SavedFilter.objects.order_by("pk")
    address = f"/oma/rajaukset/{first.pk}/"
    assert client.post(address, {"name": "Uusi nimi", "is_default": "on"}).status_code == 302
    first.refresh_from_db()
    assert (first.name, first.is_default) == ("Uusi nimi", True)
    for bad, sentence in (
        ({"name": ""}, "Give it a name."),
        ({"name": "x" * 61}, "60"),
        ({"name": "Toka"}, "Another saved filter"),
        ({"name": "131052-308T"}, "identity code"),
    ):
        refused = client.post(address, bad)
        assert refused.status_code == 422
        assert sentence in refused.content.decode(), bad
    other = as_person("porvoo editor")
    assert other.post(address, {"name": "X"}).status_code == 404
    assert other.post(f"{address}poista/").status_code == 404
    assert client.post(f"{address}poista/").status_code == 302
    assert list(SavedFilter.objects.all()) == [second]


def test_bad_wishes_keep_what_was_typed(cast: Cast, as_person: As) -> None:
    client = as_person(ME)
    nameless = kept(client, "matters", "", "state=raised", status=422)
    assert 'value="state=raised"' in nameless.content.decode()
    kept(client, "moon", "X", "", status=404)
    kept(client, "matters", "Henkilö", "q=131052-308T", status=422)
    kept(client, "matters", "Pitkä", "q=" + "x" * 5_000)  # which the list itself would refuse
    kept(client, "matters", "Outo", "state=lost&moon=1&sort=oldest&%00=%00")
    assert SavedFilter.objects.get(name="Outo").query == "sort=oldest"
    kept(client, "matters", "Outo", "state=raised")
    assert SavedFilter.objects.get(name="Outo").query == "state=raised", "the same name takes the place"
    for number in range(18):
        kept(client, "matters", f"Nimi {number}", "")
    full = kept(client, "matters", "Liikaa", "", status=422)
    assert "20 filters" in full.content.decode()
    assert SavedFilter.objects.count() == 20
