"""Actions and shared goals over the API: the same rules, forms and steps as on the pages."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from collaboration.models import Action, Event, Goal
from services.models import Interface
from tests.api.conftest import Api, Caller, check_shape
from tests.api.test_forums import _asked
from tests.api.test_matters import in_days, tag
from tests.api.test_problems import assert_problem
from tests.cast import Cast
from tests.collaboration.action_cast import MAKER, PERSON, action_of, goal_of, made
from tests.collaboration.action_cast import in_days as day
from tests.collaboration.forum_cast import forums_of, matter_of, raised

pytestmark = pytest.mark.django_db
OTHER = "pohjanmaa editor"


def wish(cast: Cast, **more: Any) -> dict[str, Any]:
    forums_of(cast)  # where the county and Porvoo sit together
    return {
        "what": "Yhteyshenkilöt sovitaan",
        "responsible": cast.organisations["porvoo"].pk,
        "due_on": in_days(40),
        "key": str(uuid4()),
        **more,
    }


def step(caller: Caller, action: Any, name: str, status: int = 200, **sent: Any) -> Any:
    return caller.post(f"actions/{action}/transitions/{name}/", sent, status)


def test_an_action_is_made_followed_and_done(cast: Cast, api: Api) -> None:
    matter, goal = matter_of(cast), goal_of(cast)
    chair, doer = api(MAKER), api(PERSON)
    interface = Interface.objects.filter(map=cast.maps["porvoo"]).order_by("pk")[0]
    sent = wish(cast, matter=matter.pk, goal=goal.pk, about=f"interface:{interface.pk}", due_on=in_days(9))
    action = chair.post("actions/", sent, 201)
    check_shape("WholeActionShape", action)
    assert (action["status"], action["matter"], action["goal"]) == ("open", matter.pk, goal.pk)
    assert action["made_for"] == cast.organisations["county"].pk
    assert [each["name"] for each in action["steps"]] == ["move", "cancel"]
    pk = action["id"]

    named = chair.post(f"actions/{pk}/person/", {"person": cast[PERSON].pk}, 200)
    assert (named["person"], named["person_name"]) == (cast[PERSON].pk, cast[PERSON].name)
    mine = doer.get(f"actions/{pk}/")
    assert mine["is_asked"]
    assert step(doer, pk, "on_track")["is_asked"] is False
    told = step(doer, pk, "progress", progress=40, evidence="Kaksi kolmesta.")
    assert (told["progress"], told["evidence"]) == (40, "Kaksi kolmesta.")
    kept = step(doer, pk, "progress", progress=60)
    assert (kept["progress"], kept["evidence"]) == (60, "Kaksi kolmesta."), "what is left out stays"
    asked = step(doer, pk, "ask_day", wished_on=in_days(60), reason="Hankinta viivästyy.")
    assert [each["answer"] for each in asked["answers"]] == ["new_day", "yes"]
    assert step(chair, pk, "move", due_on=in_days(60))["due_on"] == in_days(60)
    done = step(doer, pk, "finish", evidence_link="https://porvoo.example/lomake")
    check_shape("WholeActionShape", done)
    assert (done["status"], done["progress"], done["evidence"]) == ("done", 100, "Kaksi kolmesta.")
    assert [each["name"] for each in done["steps"]] == ["reopen"]
    verbs = Event.objects.filter(subject_id=pk, subject_type__model="action").order_by("pk")
    assert [*verbs.values_list("verb", flat=True)] == [
        "action.made",
        "action.given",
        "action.kept_to",
        "action.progressed",
        "action.progressed",
        "action.day_wished",
        "action.moved",
        "action.done",
    ]


def test_a_key_makes_one_action_and_belongs_to_one_wish(cast: Cast, api: Api) -> None:
    caller, sent = api(MAKER), wish(cast)
    first, again = (caller.ask("post", "actions/", sent) for _turn in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert first.headers["Location"] == again.headers["Location"]
    for other in ({"what": "Toinen"}, {"due_on": in_days(41)}, {"matter": matter_of(cast).pk}):
        assert_problem(caller.ask("post", "actions/", sent | other), 409, "id-used")
    assert_problem(api("porvoo editor").ask("post", "actions/", sent), 409, "id-used")
    step(caller, first.json()["id"], "move", due_on=in_days(50))
    assert caller.post("actions/", sent, 201)["due_on"] == in_days(50)
    assert Action.objects.filter(what=sent["what"]).count() == 1


def test_what_cannot_be_made_is_told_by_field(cast: Cast, api: Api) -> None:
    hidden = raised(cast, forums_of(cast)["network"], "porvoo approver")
    caller = api(MAKER)
    assert_problem(api(PERSON).ask("post", "actions/", wish(cast)), 403)
    for bad, field in (
        ({"what": ""}, "what"),
        ({"what": "131052-308T"}, "what"),
        ({"due_on": "31.12.2030"}, "due_on"),
        ({"due_on": in_days(-1)}, "due_on"),
        ({"due_on": None}, "due_on"),
        ({"responsible": cast.organisations["helsinki"].pk}, "responsible"),
        ({"responsible": "porvoo"}, "responsible"),
        ({"made_for": cast.organisations["porvoo"].pk}, "made_for"),
        ({"matter": hidden.pk}, "matter"),
        ({"matter": str(matter_of(cast).pk)}, "matter"),
        ({"goal": 0}, "goal"),
        ({"about": "moon:1"}, "about"),
        ({"key": "x"}, "key"),
        ({"progress": 5}, "progress"),
    ):
        told = assert_problem(caller.ask("post", "actions/", wish(cast) | bad), 422)
        assert field in {error["field"] for error in told["errors"]}, bad
    county = cast.organisations["county"].pk
    assert caller.post("actions/", wish(cast, made_for=county), 201)["made_for"] == county
    assert Action.objects.count() == 1


def test_each_refusal_of_a_step_is_of_its_kind(cast: Cast, api: Api) -> None:
    action, doer = action_of(cast), api(PERSON)
    address = f"actions/{action.pk}"
    for name in ("make", "ask", "fly"):
        assert_problem(doer.ask("post", f"{address}/transitions/{name}/", {}), 404)
    assert_problem(api(OTHER).ask("post", f"{address}/transitions/progress/", {"progress": 1}), 404)
    assert_problem(doer.ask("post", f"{address}/transitions/cancel/", {"reason": "Ei."}), 403)
    stale = assert_problem(doer.ask("post", f"{address}/transitions/reopen/", {}), 409)
    assert "open" in stale["detail"]
    for name, bad, field in (
        ("progress", {}, "progress"),
        ("progress", {"progress": 101}, "progress"),
        ("progress", {"progress": "40"}, "progress"),
        ("progress", {"progress": True}, "progress"),
        ("progress", {"progress": 40, "reason": "x"}, "reason"),
        ("finish", {}, "evidence"),
        ("ask_day", {"wished_on": in_days(-1), "reason": "x"}, "wished_on"),
        ("ask_day", {"wished_on": in_days(50)}, "reason"),
        ("on_track", {"reason": "x"}, "reason"),
    ):
        told = assert_problem(doer.ask("post", f"{address}/transitions/{name}/", bad), 422)
        assert told["errors"][0]["field"] == field, (name, bad)
    read = doer.ask("get", f"{address}/")
    step(doer, action.pk, "progress", progress=20)
    late = doer.ask("post", f"{address}/transitions/progress/", {"progress": 30}, **tag(read))
    assert assert_problem(late, 412)["theirs"]["progress"] == 20
    stranger = doer.ask("post", f"{address}/person/", {"person": cast[OTHER].pk})
    assert assert_problem(stranger, 422)["errors"][0]["field"] == "person"


def test_two_who_change_one_action_both_see_what_happened(cast: Cast, api: Api) -> None:
    action, chair = action_of(cast), api(MAKER)
    address = f"actions/{action.pk}/"
    read = chair.ask("get", address)
    assert_problem(chair.ask("patch", address, {"what": "Uusi"}), 428)
    assert_problem(api(PERSON).ask("patch", address, {"what": "Uusi"}, **tag(read)), 403)
    changed = chair.ask("patch", address, {"what": "Uusi"}, **tag(read))
    assert (changed.status_code, changed.json()["what"], changed.json()["person"]) == (
        200,
        "Uusi",
        cast[PERSON].pk,
    )
    lost = chair.ask("patch", address, {"what": "Toinen"}, **tag(read))
    assert assert_problem(lost, 412)["theirs"]["what"] == "Uusi"
    for bad, field in (({"what": ""}, "what"), ({"goal": 0}, "goal"), ({"due_on": in_days(1)}, "due_on")):
        refused = chair.ask("patch", address, bad, **tag(changed))
        assert assert_problem(refused, 422)["errors"][0]["field"] == field


def test_actions_are_listed_as_far_as_one_sees_them(cast: Cast, api: Api) -> None:
    first, second = action_of(cast), made(cast, what="Ohje kirjoitetaan", due_on=day(5))
    late = made(cast, what="Lista päivitetään", due_on=day(-3))
    done = step(api("porvoo editor"), second.pk, "finish", evidence="Ohje.")

    def listed(name: str, query: str = "") -> list[int]:
        found = api(name).get(f"actions/{query}")["results"]
        for row in found:
            check_shape("ActionShape", row)
        return [row["id"] for row in found]

    assert done["status"] == "done"
    assert listed(PERSON) == listed(MAKER) == [late.pk, first.pk]
    assert listed(PERSON, "?state=all&sort=-due_on") == [first.pk, second.pk, late.pk]
    assert listed(PERSON, "?state=mine") == [first.pk]
    assert listed(PERSON, "?state=late") == [late.pk]
    assert listed(PERSON, f"?matter={first.matter_id}") == [first.pk]
    assert listed(PERSON, f"?forum={matter_of(cast).forum_id}") == [first.pk]
    assert listed(PERSON, "?q=lista") == [late.pk]
    assert listed(OTHER, "?state=all") == []
    found = api(PERSON).get("actions/?limit=1&state=all&fields=id,what")
    assert found["results"] == [{"id": late.pk, "what": "Lista päivitetään"}]
    following = found["next"].partition("/api/v1/")[2]
    assert [row["id"] for row in api(PERSON).get(following)["results"]] == [second.pk]
    assert api(PERSON).get("actions/?state=lost", 400)["errors"][0]["field"] == "state"
    outsider = api("porvoo approver").get(f"actions/{first.pk}/")
    assert outsider["matter"] is None, "who does not see the matter is not told of it"
    [row] = api("porvoo approver").get("actions/?q=suojattu")["results"]
    assert row["matter"] is None


def test_a_goal_is_made_changed_and_linked(cast: Cast, api: Api) -> None:
    above, caller = goal_of(cast), api("porvoo editor")
    county, porvoo = cast.organisations["county"].pk, cast.organisations["porvoo"].pk
    sent = {"title_fi": "Lomake kulkee", "level": "expert", "parent": above.pk, "parties": [county, porvoo]}
    made_now = caller.ask("post", "goals/", sent)
    goal = made_now.json()
    check_shape("WholeSharedGoalShape", goal)
    assert (made_now.status_code, goal["parties"]) == (201, sorted([county, porvoo]))
    address = f"goals/{goal['id']}/"
    assert_problem(caller.ask("patch", address, {"title_sv": "Blanketten"}), 428)
    changed = caller.ask("patch", address, {"title_sv": "Blanketten"}, **tag(made_now))
    assert (changed.json()["title_sv"], changed.json()["parties"]) == ("Blanketten", goal["parties"])
    assert_problem(caller.ask("patch", address, {"title_sv": "X"}, **tag(made_now)), 412)
    assert_problem(api(OTHER).ask("patch", address, {"title_sv": "X"}, **tag(changed)), 403)
    own = f"interface:{Interface.objects.filter(map=cast.maps['porvoo']).order_by('pk')[0].pk}"
    linked = caller.post(f"{address}links/", {"linked": own}, 201)
    assert [link["linked"]["subject"] for link in linked["links"]] == [own]
    assert api(OTHER).get(address)["links"][0]["linked"] is None
    assert_problem(caller.ask("post", f"{address}links/", {"linked": own}), 422)
    assert_problem(caller.ask("post", f"{address}links/", {"linked": "interface:0"}), 422)
    link = linked["links"][0]["id"]
    assert caller.ask("delete", f"{address}links/{link}/").json()["links"] == []
    assert_problem(caller.ask("delete", f"{address}links/{link}/"), 404)
    chain = api(OTHER).get(f"{address}chain/")["results"]
    assert [row["id"] for row in chain] == [above.pk, goal["id"]]
    for row in chain:
        check_shape("GoalInChainShape", row)
    assert [row["id"] for row in caller.get(f"goals/?parent={above.pk}")["results"]] == [goal["id"]]
    assert api(OTHER).get("goals/?mine=true")["results"] == []
    assert [row["id"] for row in caller.get("goals/?q=blankett")["results"]] == [goal["id"]]


def test_a_goal_that_cannot_be_is_told_by_field(cast: Cast, api: Api) -> None:
    above, caller = goal_of(cast), api("porvoo editor")
    porvoo, helsinki = cast.organisations["porvoo"].pk, cast.organisations["helsinki"].pk
    sent: dict[str, Any] = {"title_fi": "Lomake", "level": "expert", "parties": [porvoo]}
    for bad, field in (
        ({"parties": []}, "parties"),
        ({"parties": [helsinki]}, "parties"),
        ({"parties": ["x"]}, "parties"),
        ({"level": "political", "parent": above.pk}, "parent"),
        ({"level": ""}, "level"),
        ({"parent": 0}, "parent"),
        ({"until": "31.12.2030"}, "until"),
        ({"title_fi": "131052-308T"}, "title_fi"),
        ({"forum": "x"}, "forum"),
    ):
        told = assert_problem(caller.ask("post", "goals/", sent | bad), 422)
        assert told["errors"][0]["field"] == field, bad
    assert_problem(api(PERSON).ask("post", "goals/", sent), 403)
    assert Goal.objects.count() == 1


def test_lists_and_single_resources_ask_as_often_however_much_there_is(cast: Cast, api: Api) -> None:
    action, goal, caller = action_of(cast), goal_of(cast), api(PERSON)
    paths = {
        "actions/?state=all": 3,
        f"actions/{action.pk}/": 8,
        "goals/": 2,
        f"goals/{goal.pk}/": 8,
        f"goals/{goal.pk}/chain/": 7,
    }
    Goal.objects.create(title_fi="Alla", level="expert", parent=goal, made_by=cast["county editor"])
    told: list[dict[str, int]] = []
    caller.get("me/")  # which writes that the token was used
    for turn in range(2):
        for path in paths:
            caller.get(path)  # which prepares what is kept
        told.append({path: _asked(caller, path) for path in paths})
        for number in range(3):
            made(cast, what=f"Toimenpide {turn} {number}", matter=action.matter, goal=goal)
            below = Goal.objects.create(
                title_fi=f"{number}", level="expert", parent=goal, made_by=cast["county editor"]
            )
            below.parties.add(cast.organisations["porvoo"])
    assert told == [paths, paths]
