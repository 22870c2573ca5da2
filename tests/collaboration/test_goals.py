"""Shared goals: chains that never close, parties and keepers, and what a chain lacks as far as one sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from collaboration.models import Goal
from collaboration.queries.goals import goal_page, lacks_of
from collaboration.workflows.actions import action_workflow
from collaboration.workflows.goals import change_goal, make_goal
from tests.cast import Cast
from tests.collaboration.action_cast import MAKER, PERSON, goal_of, made
from tests.collaboration.forum_cast import forums_of
from tests.services.test_edits_at_once import at_once


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """What is refused is told in English."""
    with translation.override("en"):
        yield


def below(cast: Cast, parent: Goal | None, level: str, title: str, by: str = "county editor") -> Goal:
    """A goal of the county and Porvoo under another."""
    goal = Goal(title_fi=title, level=level, parent=parent)
    parties = [cast.organisations["county"], cast.organisations["porvoo"]]
    return make_goal(goal, parties, by=cast[by])


def chain(cast: Cast) -> list[Goal]:
    """From politics to field work."""
    found: list[Goal] = []
    for level in ("political", "management", "expert", "field"):
        found.append(below(cast, found[-1] if found else None, level, f"Tavoite {level}"))
    return found


def shown(rows: list[dict[str, Any]]) -> list[Any]:
    return [(row["goal"].title_fi, shown(row["children"])) for row in rows]


def test_every_goal_of_a_chain_shows_the_whole_chain_and_where_one_is(cast: Cast) -> None:
    goals = chain(cast)
    whole: list[Any] = []
    for goal in reversed(goals):
        whole = [(goal.title_fi, whole)]
    for goal in goals:
        page = goal_page(cast[PERSON], goal.pk)
        assert shown(page["chain"]) == whole
        here, rows = [], page["chain"]
        while rows:
            here += [row["goal"].pk for row in rows if row["is_here"]]
            rows = [child for row in rows for child in row["children"]]
        assert here == [goal.pk]


def test_a_chain_never_goes_round_nor_up_a_level(cast: Cast) -> None:
    top, second, third, _field = chain(cast)
    parties = list(top.parties.all())
    editor = cast[MAKER]

    def refused(goal: Goal, **said: Any) -> dict[str, list[str]]:
        row = Goal.objects.get(pk=goal.pk)
        for name, value in said.items():
            setattr(row, name, value)
        with pytest.raises(ValidationError) as refusal:
            change_goal(row, parties, by=editor)
        return refusal.value.message_dict

    assert "circle" in refused(second, parent=third)["parent"][0]
    assert "circle" in refused(top, parent=third)["parent"][0]
    assert [*refused(second, parent=second)] != []
    assert "higher" in refused(third, level="political")["parent"][0]
    assert "below" in refused(second, level="field")["level"][0]
    side = below(cast, top, "political", "Samalla tasolla")
    assert side.parent == top


def test_two_who_put_goals_under_each_other_at_once_close_no_circle(fresh_cast: Cast) -> None:
    first, second = (below(fresh_cast, None, "expert", title) for title in ("Yksi", "Kaksi"))

    def put(goal: Goal, under: Goal) -> str:
        row = Goal.objects.get(pk=goal.pk)
        row.parent = under
        try:
            change_goal(row, list(goal.parties.all()), by=fresh_cast[MAKER])
        except ValidationError:
            return "refused"
        return "put"

    pairs = ((first, second), (second, first))
    told = at_once(lambda which: put(*pairs[which % 2]))
    assert set(told) == {"put", "refused"}
    above = {goal.pk: Goal.objects.get(pk=goal.pk).parent_id for goal in (first, second)}
    assert [*above.values()].count(None) == 1


def test_who_keeps_a_goal_stays_among_its_parties_or_keeps_its_forum(cast: Cast) -> None:
    goal = below(cast, None, "expert", "Lomake", by="porvoo editor")
    county, porvoo = cast.organisations["county"], cast.organisations["porvoo"]
    with pytest.raises(ValidationError, match="among the parties"):
        change_goal(Goal.objects.get(pk=goal.pk), [county], by=cast["porvoo editor"])
    with pytest.raises(ValidationError, match="at least one party"):
        change_goal(Goal.objects.get(pk=goal.pk), [], by=cast["porvoo editor"])
    for name in (PERSON, "helsinki reader", "pohjanmaa editor"):
        with pytest.raises(PermissionDenied):
            change_goal(Goal.objects.get(pk=goal.pk), [county, porvoo], by=cast[name])
    row = Goal.objects.get(pk=goal.pk)
    row.forum = forums_of(cast)["lape"]
    change_goal(row, [porvoo], by=cast[MAKER])  # the group's chair keeps it, though the county is no party
    assert [*goal.parties.all()] == [porvoo]


def test_a_chain_says_which_level_and_whose_action_is_missing(cast: Cast) -> None:
    goal, reader, outsider = goal_of(cast), cast[PERSON], cast["pohjanmaa editor"]

    def lacks(user: Any = reader) -> list[str]:
        return lacks_of(user, [goal])[goal.pk]

    county = cast.organisations["county"]
    level = "No goal on the next level: experts"
    nothing = {level, f"{county.name}: no action that you see", "Porvoo: no action that you see"}
    assert set(lacks()) == nothing
    lower = below(cast, goal, "field", "Kentällä")
    assert level in lacks(), "a goal two levels down leaves the gap"
    Goal.objects.filter(pk=lower.pk).update(level="expert")
    assert level not in lacks()
    action = made(cast, goal=goal)
    assert set(lacks()) == {f"{county.name}: no action that you see"}
    assert "Porvoo: no action that you see" in lacks(outsider), "what one does not see is not told"
    made(cast, goal=goal, responsible=county)
    assert lacks(cast[MAKER]) == []
    assert lacks() == [f"{county.name}: no action that you see"], "nobody is told of what they do not see"
    action_workflow.perform("cancel", action, by=cast[MAKER], sent={"reason": "Ei tarvita."})
    assert lacks(cast[MAKER]) == ["Porvoo: no action that you see"], "what is cancelled is no action"
    page = goal_page(outsider, goal.pk)
    assert page["actions"] == []


def test_the_lowest_level_lacks_no_goal_below(cast: Cast) -> None:
    *_others, field = chain(cast)
    assert not [each for each in lacks_of(cast[PERSON], [field])[field.pk] if "next level" in each]


def test_the_list_shows_chains_and_filters_show_single_goals(cast: Cast) -> None:
    top, *_others, field = chain(cast)
    client = cast.client(PERSON)
    rows = client.get("/tavoitteet/").context["chains"]
    assert [row["goal"].pk for row in rows] == [top.pk]
    found = client.get("/tavoitteet/", {"level": "field"}).context["chains"]
    assert [row["goal"].pk for row in found] == [field.pk]
    found = client.get("/tavoitteet/", {"q": "tavoite", "lacking": "on"}).context["chains"]
    assert {row["goal"].pk for row in found} == {top.pk, *(goal.pk for goal in _others), field.pk}
    assert cast.client("pohjanmaa editor").get("/tavoitteet/", {"mine": "on"}).context["chains"] == []
    answer = client.get("/tavoitteet/", {"level": "moon"})
    assert answer.status_code == 200
    assert len(answer.context["chains"]) == 1


def test_a_day_that_is_none_is_told_and_what_is_typed_stays(cast: Cast) -> None:
    goal, client = goal_of(cast), cast.client(MAKER)
    sent = {
        "title_fi": "Uusi nimi",
        "level": "management",
        "parties": [cast.organisations["porvoo"].pk, cast.organisations["county"].pk],
        "until": "31.2.2027",
    }
    answer = client.post(f"/tavoitteet/{goal.pk}/muokkaa/", sent)
    assert answer.status_code == 422
    assert "Uusi nimi" in answer.content.decode()
    assert client.post(f"/tavoitteet/{goal.pk}/muokkaa/", sent | {"until": ""}).status_code == 302
    assert Goal.objects.get(pk=goal.pk).until is None
