"""Actions: every step for every person, who sees what, and being asked about the day once."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from collaboration import tasks
from collaboration.models import Absence, Action, ActionAnswer, Event, Membership, Notification
from collaboration.policy.actions import ACTIONS, visible_actions
from collaboration.queries.actions import action_list_page, action_page, filtered, waiting_of_actions
from collaboration.workflow import TransitionRefused
from collaboration.workflows.actions import action_workflow, ask_about_schedules, change_action, name_person
from collaboration.workflows.matters import Overtaken
from tests.cast import Cast, undone
from tests.collaboration.action_cast import MAKER, PERSON, action_of, in_days, made
from tests.collaboration.forum_cast import SEATS, forums_of, matter_of, raised
from tests.services.test_edits_at_once import at_once

Status = Action.Status


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """What is refused is told in English."""
    with translation.override("en"):
        yield


SENT: dict[str, dict[str, Any]] = {
    "progress": {"progress": "40", "evidence": "Kaksi kolmesta."},
    "finish": {"evidence": "Kaikki kolme."},
    "on_track": {},
    "late": {},
    "ask_day": {"wished_on": in_days(60).isoformat(), "reason": "Hankinta viivästyy."},
    "move": {"due_on": in_days(60).isoformat()},
    "cancel": {"reason": "Ei tarvita."},
    "reopen": {"reason": "Yksi jäi.", "progress": "50", "due_on": in_days(20).isoformat()},
}


def take(name: str, action: Action, by: Any, **sent: Any) -> Action:
    return action_workflow.perform(name, action, by=by, sent=SENT[name] | sent)


def at(cast: Cast, status: str) -> Action:
    """The action of the LAPE group's matter as it stands at the status."""
    action = action_of(cast)
    if status == Status.DONE:
        action = take("finish", action, cast[PERSON])
    if status == Status.CANCELLED:
        action = take("cancel", action, cast[MAKER])
    return action


OPEN = {Status.OPEN}
TABLE = {
    **dict.fromkeys(("progress", "finish", "on_track", "late", "ask_day", "move", "cancel"), OPEN),
    "reopen": {Status.DONE, Status.CANCELLED},
}
"""From where each step that a person takes begins."""


def edits(cast: Cast, name: str, place: str) -> bool:
    return any(
        organisation == cast.organisations[place] and role == "editor"
        for organisation, role in cast.roles(name)
    )


def may(cast: Cast, name: str, step: str) -> bool:
    """Porvoo does it; the county, whose editor made it and handles the forum, decides what it is."""
    does = name == PERSON or edits(cast, name, "porvoo")
    wants = edits(cast, name, "county")
    return wants if step in {"move", "cancel"} else does or wants if step == "reopen" else does


@pytest.mark.parametrize("status", Status.values)
def test_every_step_from_every_status_for_everybody(cast: Cast, status: str) -> None:
    action = at(cast, status)
    offered = {
        name: {offer.transition.name for offer in action_workflow.offered(action, cast[name])}
        for name in cast.people
    }
    assert offered == {
        name: {step for step, sources in TABLE.items() if status in sources and may(cast, name, step)}
        for name in cast.people
    }
    for step, sources in TABLE.items():
        for name in (PERSON, "porvoo editor", MAKER, "county reader", "pohjanmaa editor"):
            expected: Any = TransitionRefused if status not in sources else PermissionDenied
            with undone():
                if status in sources and may(cast, name, step):
                    take(step, action, cast[name])
                else:
                    with pytest.raises(expected):
                        take(step, action, cast[name])


def test_the_table_names_every_step_that_people_take() -> None:
    automatic = {step.name for step in action_workflow.transitions.values() if step.is_automatic}
    assert automatic == {"ask"}
    assert set(TABLE) == set(action_workflow.transitions) - automatic - {"make"}


def sees(cast: Cast, name: str, action: Action) -> bool:
    """By brute force: of the two organisations, with their units and what they are units of; or of the matter's forum."""
    ends = {action.responsible, action.made_for}
    reach = {
        own.pk
        for end in ends
        for own in (end, *end.units.all(), *([end.parent] if end.parent is not None else []))
    }
    if any(organisation.pk in reach for organisation, _role in cast.roles(name)):
        return True
    if action.matter is None:
        return False
    sits = action.matter.forum_id == forums_of(cast)["lape"].pk and ("lape", name) in SEATS
    return sits or action.matter.raised_by_id == cast[name].pk


def test_who_sees_an_action_is_what_the_oracle_says_everywhere(cast: Cast) -> None:
    of_a_matter = action_of(cast)
    by_itself = made(cast, by="porvoo editor", what="Vain Porvoon")
    among_one = made(
        cast, by="pohjanmaa editor", what="Vain Pohjanmaan", responsible=cast.roles("pohjanmaa editor")[0][0]
    )
    for action in (of_a_matter, by_itself, among_one):
        readers = ACTIONS.readers([action.pk])[action.pk]
        for name in cast.people:
            expected = sees(cast, name, action)
            person = cast[name]
            assert visible_actions(person).filter(pk=action.pk).exists() == expected, (name, action)
            assert (person.pk in readers) == expected, name
            assert (action in filtered(person, {"state": "all"})) == expected
            found = filtered(person, {"state": "all", "q": action.what})
            assert (action in found) == expected
            answer = cast.client(name).get(action.get_absolute_url()).status_code
            assert answer == (200 if expected else 404), name
    outsider = cast.client("pohjanmaa editor")
    for path in (
        "/toimenpiteet/?state=all",
        "/toimenpiteet/?view=board",
        "/toimenpiteet/tiedosto/?format=csv",
    ):
        page = outsider.get(path).content.decode()
        assert by_itself.what not in page, path
        assert of_a_matter.what not in page, path


def test_a_matter_that_one_does_not_see_has_no_name_on_its_action(cast: Cast) -> None:
    action = made(
        cast,
        matter=raised(cast, forums_of(cast)["board"], by="county approver", title="Salattu"),
        by="county approver",
    )
    client = cast.client("porvoo editor")
    for path in (action.get_absolute_url(), "/toimenpiteet/", f"/toimenpiteet/?matter={action.matter_id}"):
        assert "Salattu" not in client.get(path).content.decode(), path
    assert not filtered(cast["porvoo editor"], {"matter": action.matter_id}).exists()


def test_who_makes_an_action_and_for_whom(cast: Cast) -> None:
    matter = matter_of(cast)
    for name in cast.people:
        with undone():
            if name == MAKER:
                made(cast, by=name, matter=matter)
            elif cast.roles(name):
                with pytest.raises(PermissionDenied):
                    made(cast, by=name, matter=matter)
    with pytest.raises(PermissionDenied):
        made(cast, by="porvoo reader")
    with pytest.raises(ValidationError, match="sits in a forum together"):
        made(cast, by="pohjanmaa editor")  # gives work to Porvoo, with which it sits nowhere
    with pytest.raises(ValidationError, match="responsible organisation"):
        made(cast, person=cast["county reader"])
    with pytest.raises(ValidationError, match="passed"):
        action_workflow.begin(
            "make",
            Action(
                what="Eilen",
                due_on=in_days(-1),
                responsible=cast.organisations["county"],
                made_for=cast.organisations["county"],
            ),
            by=cast[MAKER],
        )


def test_who_is_told_of_what(cast: Cast) -> None:
    def told(verb: str, action: Action) -> set[str]:
        rows = Notification.objects.filter(event__verb=verb, event__subject_id=action.pk)
        return {name for name in cast.people for row in rows if row.recipient_id == cast[name].pk}

    action = action_of(cast)
    assert told("action.made", action) == {PERSON}
    by_all = made(cast, what="Ilman henkilöä")
    assert told("action.made", by_all) == {name for name in cast.people if edits(cast, name, "porvoo")}
    take("ask_day", action, cast[PERSON])
    assert told("action.day_wished", action) == {MAKER}
    take("move", action, cast[MAKER])
    assert told("action.moved", action) == {PERSON}
    take("finish", action, cast["porvoo editor"])
    assert told("action.done", action) == {MAKER}
    assert Event.objects.filter(verb="matter.action_done", subject_id=action.matter_id or 0).exists()


def test_a_person_who_left_is_no_longer_asked_and_a_deputy_is(cast: Cast) -> None:
    action = made(cast, due_on=in_days(5), person=cast["porvoo editor"])
    Membership.objects.filter(user=cast["porvoo editor"]).exclude(
        organisation=cast.organisations["porvoo"]
    ).delete()
    assert [row.url for row in waiting_of_actions(cast["porvoo editor"])] == [
        f"{action.get_absolute_url()}#aikataulu"
    ]
    today = timezone.localdate()
    absence = Absence(
        user=cast["porvoo editor"], deputy=cast["loviisa editor"], valid_from=today, valid_until=today
    )
    absence.save()
    deputy = type(cast["loviisa editor"]).objects.get(pk=cast["loviisa editor"].pk)
    assert [row.what for row in waiting_of_actions(deputy)] == [
        f"Does it keep to the schedule? {action.what}"
    ]
    assert action_page(deputy, action.pk)["is_asked"]
    take("on_track", action, deputy)
    absence.delete()
    deputy = type(deputy).objects.get(pk=deputy.pk)
    assert not visible_actions(deputy).exists()
    with pytest.raises(PermissionDenied):
        take("late", action, deputy)


def test_what_waits_on_the_desk_from_two_weeks_before_the_day_until_it_is_done(cast: Cast) -> None:
    def desk(name: str) -> list[str]:
        return [row.what for row in waiting_of_actions(cast[name])]

    action = action_of(cast)
    assert desk(PERSON) == desk(MAKER) == []
    Action.objects.filter(pk=action.pk).update(due_on=in_days(15))
    assert desk(PERSON) == []
    Action.objects.filter(pk=action.pk).update(due_on=in_days(14))
    assert desk(PERSON) == [f"Does it keep to the schedule? {action.what}"]
    take("on_track", action, cast[PERSON])
    assert desk(PERSON) == desk(MAKER) == []
    Action.objects.filter(pk=action.pk).update(due_on=in_days(-1))
    assert desk(PERSON) == [f"Late: {action.what}"]
    assert desk(MAKER) == [f"Late, and you follow it: {action.what}"]
    assert desk("county reader") == desk("porvoo editor") == []
    maker = cast[MAKER]
    with CaptureQueriesContext(connection) as queries:
        list(waiting_of_actions(maker))
    assert len(queries) == 1, [query["sql"] for query in queries]
    take("finish", action, cast[PERSON])
    assert desk(PERSON) == desk(MAKER) == []


def test_the_clock_asks_once_about_each_day(cast: Cast) -> None:
    action = made(cast, due_on=in_days(14), person=cast[PERSON])
    far = made(cast, due_on=in_days(15), what="Myöhemmin")
    answered = made(cast, due_on=in_days(3), what="Vastattu", person=cast[PERSON])
    take("on_track", answered, cast[PERSON])
    assert ask_about_schedules() == 1
    tasks.ask_about_actions()
    call_command("ask_about_actions")
    asked = Notification.objects.filter(event__verb="action.asked")
    assert [(row.event.subject_id, row.recipient) for row in asked] == [(action.pk, cast[PERSON])]
    take("on_track", action, cast[PERSON])
    assert asked.get().read_at is not None  # answered: no mail goes of it
    take("move", action, cast[MAKER], due_on=in_days(10).isoformat())
    assert ask_about_schedules() == 1  # another day is another question
    assert (
        ask_about_schedules(timezone.now() + datetime.timedelta(days=1)) == 1
    )  # the far one is near tomorrow
    assert Event.objects.filter(verb="action.asked", subject_id=far.pk).count() == 1


@pytest.mark.parametrize("count", [1, 20])
def test_the_clock_asks_in_the_same_number_of_statements_however_many_they_are(
    cast: Cast, count: int
) -> None:
    for number in range(count):
        made(cast, due_on=in_days(5), what=f"Toimenpide {number}")
    with CaptureQueriesContext(connection) as queries:
        assert ask_about_schedules() == count
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 12, statements


@pytest.mark.parametrize("path", ["", "?view=board"])
def test_a_list_costs_the_same_however_long_it_is(cast: Cast, path: str) -> None:
    def statements() -> int:
        client = cast.client("porvoo editor")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/toimenpiteet/{path}").status_code == 200
        return len(queries)

    action_of(cast)
    statements()
    few = statements()
    matter = matter_of(cast)
    for number in range(12):
        made(cast, matter=matter, what=f"Toimenpide {number}", due_on=in_days(number))
    assert statements() == few


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"status": "done", "progress": 100}, "action_is_done_exactly_when_it_has_a_moment"),
        ({"done_at": timezone.now()}, "action_is_done_exactly_when_it_has_a_moment"),
        ({"status": "done", "done_at": timezone.now(), "progress": 99}, "done_action_is_all_done"),
        ({"progress": 101}, "progress_of_an_action_is_a_share"),
        ({"status": "cancelled"}, "cancelled_action_tells_why"),
        ({"cancelled_reason": "Muuten"}, "cancelled_action_tells_why"),
    ],
)
def test_the_database_refuses(cast: Cast, change: dict[str, Any], constraint: str) -> None:
    action = action_of(cast)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Action.objects.filter(pk=action.pk).update(**change)


def test_another_day_has_a_reason_in_the_database(cast: Cast) -> None:
    action = action_of(cast)
    values = {"action": action, "due_on": action.due_on, "by": cast[PERSON]}
    for wrong in ({"answer": "new_day"}, {"answer": "yes", "wished_on": in_days(1)}):
        with pytest.raises(IntegrityError, match="another_day"), transaction.atomic():
            ActionAnswer.objects.create(**values, **wrong)


@pytest.mark.parametrize(
    ("step", "sent", "sentence"),
    [
        ("progress", {"progress": "101"}, "from 0 to 100"),
        ("progress", {"progress": "-1"}, "from 0 to 100"),
        ("progress", {"progress": "puolet"}, "from 0 to 100"),
        ("progress", {"progress": "5", "evidence": "131052-308T"}, "identity code"),
        ("progress", {"progress": "5", "evidence_link": "javascript:alert(1)"}, "valid URL"),
        ("finish", {"evidence": " "}, "what shows that it was done"),
        ("ask_day", {"wished_on": "1.1.2020"}, "passed"),
        ("ask_day", {"wished_on": "pian"}, "day.month.year"),
        ("ask_day", {"reason": ""}, "why another day"),
        ("move", {"due_on": "1.1.2020"}, "passed"),
        ("cancel", {"reason": ""}, "why it is cancelled"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence_and_stays(
    cast: Cast, step: str, sent: dict[str, str], sentence: str
) -> None:
    action = action_of(cast)
    client = cast.client("county editor" if step in {"move", "cancel"} else PERSON)
    wished = SENT[step] | sent
    answer = client.post(
        f"{action.get_absolute_url()}askel/{step}/", wished, headers={"Accept-Language": "en"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    with pytest.raises(ValidationError, match=sentence):
        take(step, action, cast[MAKER if step in {"move", "cancel"} else PERSON], **sent)
    for value in wished.values():
        assert value.strip() in page
    assert Action.objects.get(pk=action.pk).seq == action.seq


def test_a_form_that_is_sent_twice_makes_one_action(cast: Cast) -> None:
    matter = matter_of(cast)
    client = cast.client(MAKER)
    key = "6b0a8d3e-0d5c-4a32-9d0c-1e5cbe2f6a11"
    wished = {
        "matter": matter.pk,
        "key": key,
        "what": "Sovitaan",
        "responsible": cast.organisations["porvoo"].pk,
        "due_on": f"{in_days(9):%d.%m.%Y}",
    }
    answers = [client.post("/toimenpiteet/uusi/", wished) for _time in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    action = Action.objects.get(key=key)
    assert action.made_for == cast.organisations["county"]
    assert action.what in client.get(matter.get_absolute_url()).content.decode()
    refused = client.post("/toimenpiteet/uusi/", {**wished, "key": "", "what": "131052-308T"})
    assert refused.status_code == 422
    assert "131052-308T" in refused.content.decode()


def test_two_who_change_it_at_once_lose_nothing(cast: Cast) -> None:
    action = action_of(cast)
    change_action(action, {"what": "Ensin"}, seq=action.seq, by=cast[MAKER])
    with pytest.raises(Overtaken):
        change_action(action, {"what": "Toisena"}, seq=action.seq, by=cast[MAKER])
    sent = {"seq": action.seq, "what": "Toisena", "description": ""}
    answer = cast.client(MAKER).post(f"{action.get_absolute_url()}muokkaa/", sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Toisena" in page
    assert "Ensin" in page


def test_somebody_of_the_responsible_organisation_is_named(cast: Cast) -> None:
    action = made(cast)
    with pytest.raises(PermissionDenied):
        name_person(action, cast["porvoo reader"], by=cast["porvoo reader"])
    with pytest.raises(ValidationError):
        name_person(action, cast["county reader"], by=cast["porvoo editor"])
    name_person(action, cast["porvoo reader"], by=cast["porvoo editor"])
    take("progress", action, cast["porvoo reader"])
    assert Notification.objects.filter(event__verb="action.given", recipient=cast["porvoo reader"]).exists()


def test_the_timeline_holds_what_is_late_and_what_is_far(cast: Cast) -> None:
    for days in (-400, -1, 0, 3000):
        made(cast, what=f"Toimenpide {days}", due_on=in_days(days))
    page = action_list_page(cast["porvoo editor"], {}, {})  # type: ignore[arg-type]
    picture = page["timeline"]
    assert len(picture.bars) == 4
    for bar in picture.bars:
        assert 0 <= bar.x <= bar.end <= picture.width, bar
        assert bar.late >= 0
    assert 1 <= len(picture.months) <= 15


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_what_one_sees_as_a_file(cast: Cast, file_format: str) -> None:
    action = action_of(cast)
    answer = cast.client(PERSON).get(f"/toimenpiteet/tiedosto/?format={file_format}")
    assert answer.status_code == 200
    if file_format == "csv":
        assert action.what in answer.content.decode("utf-8-sig")


def test_two_clocks_at_once_ask_once(fresh_cast: Cast) -> None:
    cast = fresh_cast
    for number in range(8):
        made(cast, due_on=in_days(5), what=f"Toimenpide {number}", person=cast[PERSON])
    assert sum(at_once(lambda _which: ask_about_schedules())) == 8
    assert Event.objects.filter(verb="action.asked").count() == 8
    assert Notification.objects.filter(event__verb="action.asked").count() == 8
