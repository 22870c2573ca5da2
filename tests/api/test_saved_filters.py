"""Saved filters of lists over the API, and what of them has ended."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from django.utils import timezone

from collaboration.models import ForumSeat, SavedFilter
from tests.api.conftest import Api, check_shape
from tests.api.test_problems import assert_problem
from tests.cast import Cast
from tests.collaboration.action_cast import goal_of
from tests.collaboration.forum_cast import RAISER, matter_of
from tests.collaboration.test_saved_filters import ME, kept
from tests.conftest import As

pytestmark = pytest.mark.django_db


def test_a_value_that_has_ended_is_said(cast: Cast, as_person: As, api: Api) -> None:
    forum = matter_of(cast).forum
    client = as_person(ME)
    kept(client, "matters", "Ryhmän", f"forum={forum.pk}&state=all")
    ForumSeat.objects.filter(forum=forum, user=cast[ME]).update(
        valid_from=timezone.localdate().replace(year=2020),
        valid_until=timezone.localdate().replace(year=2021),
    )
    SavedFilter.objects.create(user=cast[ME], listed="moon", name="Kuu", query="x=1")
    page = client.get(f"/asiat/?forum={forum.pk}&state=all")
    assert page.status_code == 200
    assert page.context["form"].errors["forum"]
    own = client.get("/oma/rajaukset/")
    assert own.status_code == 200
    assert "Select a valid choice" in own.content.decode()
    rows = {row["name"]: row for row in api(ME).get("saved-filters/")["results"]}
    assert "Select a valid choice" in rows["Ryhmän"]["problems"][0]
    assert rows["Kuu"]["problems"] == ["There is no such list."]


def test_they_are_kept_and_removed_over_the_api(cast: Cast, api: Api) -> None:
    caller = api(ME)
    sent = {"listed": "escalations", "name": "Myöhässä", "query": "aspect=3&state=late", "is_default": True}
    made = caller.post("saved-filters/", sent, 201)
    check_shape("SavedFilterShape", made)
    assert parse_qs(made["query"]) == {"state": ["late"], "aspect": ["3"]}
    assert made["url"] == f"/ilmoitukset/?{made['query']}"
    for bad, field in (
        ({"listed": "moon"}, "listed"),
        ({"name": ""}, "name"),
        ({"query": "state=lost"}, "query"),
        ({"query": "moon=1"}, "query"),
        ({"query": "q=131052-308T"}, "query"),
        ({"query": "&".join(f"a{number}=1" for number in range(190))}, "query"),
        ({"query": 5}, "query"),
        ({"is_default": "yes"}, "is_default"),
    ):
        told = assert_problem(caller.ask("post", "saved-filters/", sent | bad), 422)
        assert field in {error["field"] for error in told["errors"]}, bad
    assert [row["id"] for row in caller.get("saved-filters/?listed=escalations")["results"]] == [made["id"]]
    assert caller.get("saved-filters/?listed=goals")["results"] == []
    assert api("porvoo editor").get("saved-filters/")["results"] == []
    assert_problem(api("porvoo editor").ask("delete", f"saved-filters/{made['id']}/"), 404)
    assert caller.get(f"saved-filters/{made['id']}/") == made
    assert caller.ask("delete", f"saved-filters/{made['id']}/").json() == made
    assert_problem(caller.ask("delete", f"saved-filters/{made['id']}/"), 404)


def test_goals_that_lack_something_are_found_on_the_page_and_over_the_api(cast: Cast, api: Api) -> None:
    goal = goal_of(cast)
    caller, client = api(RAISER), cast.client(RAISER)
    for query in ("", "lacking=true"):
        found = {row["id"] for row in caller.get(f"goals/?{query}")["results"]}
        chains = {row["id"]: row["lacks"] for row in caller.get(f"goals/{goal.pk}/chain/")["results"]}
        assert found == {pk for pk, lacks in chains.items() if lacks or not query}
    page = client.get("/tavoitteet/?lacking=on")
    assert {row["goal"].pk for row in page.context["chains"]} == found
    assert all(row["lacks"] for row in page.context["chains"])
