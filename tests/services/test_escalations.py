"""Escalations: every step for every person and status, the ladder and its clock, and when one is closed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from collaboration.models import Absence, Event, Matter, Member, Notification, User
from collaboration.workflow import TransitionRefused
from collaboration.working_days import add_working_days
from services.models import (
    Aspect,
    Escalation,
    EscalationReporter,
    EscalationWord,
    LiveInterface,
    MapTally,
)
from services.policy import escalations as policy
from services.workflows.care import put_into_care
from services.workflows.escalation_days import OURS as OUR_DAYS
from services.workflows.escalation_effects import title_of
from services.workflows.escalations import escalation_workflow, file
from tests.cast import ANONYMOUS, INACTIVE, Cast, undone
from tests.collaboration.forum_cast import forums_of
from tests.services.escalated import MAY, OURS, READERS, REPORTER, STEPS, THEIRS, at, filed, take
from tests.services.ops import edit

pytestmark = pytest.mark.usefixtures("in_english")
Status = Escalation.Status


@pytest.mark.parametrize("status", [status.value for status in Status])
def test_each_step_is_for_those_whom_it_is_for(cast: Cast, status: str) -> None:
    escalation = at(cast, status)
    for name, (sources, people) in MAY.items():
        for person in cast.people:
            with undone():
                row = Escalation.objects.get(pk=escalation.pk)
                try:
                    take(name, row, cast[person])
                    taken: Any = True
                except TransitionRefused:
                    taken = "refused"
                except PermissionDenied:
                    taken = False
            assert taken is (person in people) if status in sources else taken == "refused", (
                name,
                person,
                taken,
            )


def test_only_readers_of_the_map_report_and_see(cast: Cast) -> None:
    for person in (*cast.people, INACTIVE):
        assert bool(policy.can_file(cast[person], cast.maps["porvoo"])) == (person in READERS), person
    escalation = filed(cast)
    for person in cast.people:
        seen = policy.visible_escalations(cast[person]).filter(pk=escalation.pk).exists()
        streamed = cast[person].pk in policy.ESCALATIONS.readers([escalation.pk])[escalation.pk]
        assert seen == streamed == (person in READERS), person
    assert not policy.visible_escalations(cast.visitor(ANONYMOUS)).exists()


def test_an_open_report_is_said_over_the_status_until_the_last_one_closes(cast: Cast) -> None:
    first, second = filed(cast), filed(cast, by=OURS)

    def shown() -> tuple[str, int]:
        live = LiveInterface.objects.get(pk=first.interface_id or 0)
        return live.statuses[2], MapTally.objects.get(map=first.map_id).not_working

    assert shown() == ("not_working", 1)
    take("withdraw", first, cast[REPORTER])
    assert shown() == ("not_working", 1)
    take("move", second, cast[OURS], interface=second.interface_id, aspect="4")
    assert shown() == ("missing", 1)
    take("withdraw", second, cast[OURS])
    assert shown() == ("missing", 0)


def test_it_closes_with_the_word_of_every_party_and_reporter_and_a_traced_change(cast: Cast) -> None:
    escalation = filed(cast)
    take("join", escalation, cast["county reader"])
    escalation = take(
        "propose", escalation, cast[OURS], repair="text", shared="Havainnot lähetetään viikkoa ennen."
    )
    assert escalation.change is not None
    assert Aspect.objects.get(pk=escalation.aspect_id or 0).shared_fi == "Havainnot lähetetään viikkoa ennen."
    for by, name in ((OURS, "works"), (THEIRS, "works"), (REPORTER, "reporter_works")):
        escalation = take(name, escalation, cast[by])
        assert escalation.status == Status.PROPOSED
    escalation = take("reporter_works", escalation, cast["county reader"])
    assert escalation.status == Status.CLOSED
    assert escalation.closed_at is not None
    verbs = Event.objects.filter(subject_id=escalation.pk, subject_type__model="escalation").values_list(
        "verb", flat=True
    )
    assert verbs[0] == "escalation.closed"


def test_the_database_refuses_to_close_without_a_word(cast: Cast) -> None:
    escalation = at(cast, "proposed")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="without everybody"), transaction.atomic():
        escalation_workflow.perform("close", escalation, by=None)


def test_a_party_says_it_once_and_who_doubts_takes_it_up(cast: Cast) -> None:
    escalation = take("works", at(cast, "proposed"), cast[OURS])
    with pytest.raises(TransitionRefused, match="already"):
        take("works", escalation, cast["porvoo approver"])
    escalation = take("doubt", escalation, cast[REPORTER])
    assert (escalation.status, escalation.level) == (Status.IN_PROGRESS, "expert")
    escalation = take("propose", escalation, cast[OURS])
    assert escalation.round == 2
    assert not EscalationWord.objects.filter(
        escalation=escalation, round=2
    ).exists()  # said of the earlier one


def test_reopening_begins_one_level_higher_the_second_time(cast: Cast) -> None:
    def closed_again(escalation: Escalation) -> Escalation:
        for by, name in ((OURS, "propose"), (OURS, "works"), (THEIRS, "works"), (REPORTER, "reporter_works")):
            escalation = take(name, escalation, cast[by])
        assert escalation.status == Status.CLOSED
        return escalation

    escalation = take("reopen", at(cast, "closed"), cast[REPORTER])
    assert escalation.level == "field"
    escalation = take("reopen", closed_again(escalation), cast[REPORTER])
    assert escalation.level == "expert"


def test_days_are_the_paths_then_ours_and_what_is_urgent_has_half(cast: Cast) -> None:
    escalation = filed(cast)
    own = escalation.days["days"]
    assert own["expert"] == OUR_DAYS[1] or escalation.days["sources"]["expert"] == "path"
    assert escalation.due_at == add_working_days(escalation.filed_at, own["field"])
    urgent, danger = filed(cast, by=OURS, urgency="urgent"), filed(cast, by=THEIRS, urgency="danger")
    assert urgent.days["days"]["expert"] == (own["expert"] + 1) // 2
    assert set(danger.days["days"].values()) == {1}


def test_owners_are_whoever_is_named_then_whoever_works_there_then_the_administrator(cast: Cast) -> None:
    escalation = filed(cast)

    def owners() -> dict[str, tuple[str, bool]]:
        rows = escalation.owners.filter(ended_at=None).select_related("party__organisation", "user")
        return {
            row.party.organisation.name_fi: (row.user.name if row.user else "", row.is_fallback)
            for row in rows
        }

    assert owners()["Porvoo"] == (cast["porvoo administrator"].name, True)
    Member.objects.filter(user=cast["porvoo reader"]).update(level="expert")
    take("climb", escalation, cast[OURS])
    assert owners()["Porvoo"] == (cast["porvoo reader"].name, False)
    Aspect.objects.get(pk=escalation.aspect_id or 0).responsible.add(cast["porvoo approver"])
    Member.objects.filter(user=cast["porvoo approver"]).update(level="management")
    take("climb", escalation, cast[OURS])
    assert owners()["Porvoo"] == (cast["porvoo approver"].name, False)


def test_whoever_stands_in_may_do_what_the_owner_may_and_no_longer(cast: Cast) -> None:
    Member.objects.filter(user=cast["county reader"]).update(level="field")
    escalation = filed(cast)
    today = timezone.localdate()
    with pytest.raises(PermissionDenied):
        take("take", escalation, cast["loviisa editor"])
    absence = Absence.objects.create(
        user=cast["county reader"], deputy=cast["loviisa editor"], valid_from=today, valid_until=today
    )
    assert take("take", escalation, cast["loviisa editor"]).status == Status.IN_PROGRESS
    absence.delete()
    with pytest.raises(PermissionDenied):
        take("propose", escalation, cast["loviisa editor"])


@pytest.mark.parametrize("leaves", ["the organisation", "the portal"])
def test_who_leaves_has_nothing_in_hand_any_more_and_somebody_else_does(cast: Cast, leaves: str) -> None:
    present, past = filed(cast), at(cast, "closed")
    owners = {row.party_id: row.user for row in present.owners.filter(ended_at=None)}
    porvoo = min(owners)
    gone: Any = owners[porvoo]
    if leaves == "the organisation":
        gone.memberships.all().delete()
        Member.objects.filter(user=gone).update(ended_at=timezone.now())
    else:
        User.objects.filter(pk=gone.pk).update(is_active=False)
    [other] = present.owners.filter(party=porvoo, ended_at=None)
    assert other.user != gone
    assert present.owners.filter(ended_at=None).count() == len(owners), "never unowned"
    assert not past.owners.filter(user=gone, ended_at=None).exists()
    assert not policy.visible_escalations(User.objects.get(pk=gone.pk)).exists()
    again = take("reopen", past, cast[THEIRS])
    assert again.owners.filter(ended_at=None).count() == len(owners)


def test_given_with_a_name_or_it_stays(cast: Cast) -> None:
    escalation = filed(cast)
    with pytest.raises(ValidationError) as none:
        take("hand_over", escalation, cast[OURS], reason="Ei meidän.")
    assert "without a name it stays with you" in str(none.value)
    with pytest.raises(ValidationError):
        take("hand_over", escalation, cast[OURS], to=cast["loviisa editor"].pk, reason="Ei meidän.")
    take("hand_over", escalation, cast[OURS], to=cast["porvoo reader"].pk, reason="Ei meidän.")
    assert (
        escalation.owners.get(ended_at=None, user=cast["porvoo reader"]).party.organisation.name_fi
        == "Porvoo"
    )


def test_five_people_or_three_units_are_told_of_once(cast: Cast) -> None:
    escalation = filed(cast)
    for person in (
        "porvoo approver",
        "porvoo administrator",
        "county editor",
        "county approver",
        "county reader",
    ):
        take("join", escalation, cast[person])
    assert Event.objects.filter(verb="escalation.many").count() == 1


def test_the_coordinator_is_told_of_what_many_report_and_nobody_can_place_and_may_climb_at_once(
    cast: Cast,
) -> None:
    forum, name = forums_of(cast)["network"], "porvoo approver"
    cast[name].memberships.exclude(role="reader").delete()  # they confirm nothing for the city
    escalation = filed(cast, by="porvoo administrator")
    with undone(), pytest.raises(PermissionDenied):
        take("climb", escalation, cast[name])
    put_into_care(cast.maps["porvoo"], forum.pk, by=cast[OURS])
    for person in (REPORTER, "county editor", "county approver", "county reader"):
        take("join", escalation, cast[person])
    told = Notification.objects.filter(event__verb="escalation.many")
    assert cast[name] in {row.recipient for row in told}
    unplaced = Escalation(
        map=cast.maps["porvoo"], text="Ei toimi.", effect="delayed", frequency="once", urgency="normal"
    )
    report = EscalationReporter(user=cast[REPORTER], organisation=cast.roles(REPORTER)[0][0], is_first=True)
    file(unplaced, report, by=cast[REPORTER])
    told = Notification.objects.filter(event__verb="escalation.filed", event__subject_id=unplaced.pk)
    assert cast[name] in {row.recipient for row in told}
    assert (
        take("climb", Escalation.objects.get(pk=escalation.pk), User.objects.get(pk=cast[name].pk)).level
        == "expert"
    )


def test_a_name_that_is_not_shown_is_in_no_event_and_no_matter(cast: Cast) -> None:
    escalation = filed(cast)
    take("withdraw", escalation, cast[REPORTER])
    events = Event.objects.filter(subject_type__model="escalation", subject_id=escalation.pk)
    assert {event.actor for event in events} == {None}
    named = filed(cast, is_nameless=False)
    assert Event.objects.get(subject_id=named.pk, verb="escalation.filed").actor == cast[REPORTER]
    report = escalation.reporters.get()
    reads = {person for person in cast.people if policy.reads_name(cast[person], report)}
    assert reads == {name for name in cast.people if name.startswith("porvoo")}


def test_the_same_key_is_filed_once(cast: Cast) -> None:
    key = "0b0c3cde-2f0b-4ab4-9f3b-5d7a1f1f0a11"
    filed(cast, key=key)
    with pytest.raises(IntegrityError), transaction.atomic():
        filed(cast, key=key)


def test_bad_input_is_refused_with_a_sentence(cast: Cast) -> None:
    escalation = filed(cast)
    ours = cast[OURS]
    for name, sent, field in (
        ("propose", {"proposal": ""}, "proposal"),
        ("propose", {"repair": "none", "repair_reason": ""}, "repair_reason"),
        ("propose", {"repair": "action"}, "what"),
        ("propose", {"repair": "matter"}, "forum"),
        ("propose", {"repair": "text", "shared": ""}, "shared"),
        ("propose", {"proposal": "Soita 010190-900P"}, "proposal"),
        ("wait", {"until": "1.1.2020"}, "until"),
        ("wait", {"until": "1.1.2099"}, "until"),
        ("merge", {"into": "2026-999999"}, "into"),
        ("merge", {"into": escalation.number}, "into"),
        ("move", {"interface": "0"}, "interface"),
        ("climb", {"reason": ""}, "reason"),
        ("climb", {"reason": "x" * 501}, "reason"),
    ):
        with pytest.raises(ValidationError) as refused, transaction.atomic():
            take(name, escalation, ours, **sent)
        assert field in refused.value.message_dict, (name, sent, refused.value)
    for text in ("", "x" * 10_001, "Lapsi 010190-900P"):
        with pytest.raises(ValidationError), transaction.atomic():
            filed(cast, text=text or " ")


def test_a_text_that_changed_meanwhile_is_not_overwritten(cast: Cast) -> None:
    escalation = filed(cast)
    before = escalation.map.seq
    edit(cast[OURS], cast.maps["porvoo"], f"aspect:{escalation.aspect_id}", "shared_fi", "Toinen teksti.")
    edit(cast[THEIRS], cast.maps["porvoo"], f"aspect:{escalation.aspect_id}", "shared_fi", "Kolmas teksti.")
    with pytest.raises(ValidationError, match="Kolmas teksti") as refused, transaction.atomic():
        take("propose", escalation, cast[OURS], repair="text", shared="Aivan muu.", base_version=before)
    assert "shared" in refused.value.message_dict


def test_only_a_reporter_who_is_asked_answers(cast: Cast) -> None:
    with pytest.raises(TransitionRefused, match="to somebody else"):
        take("reply", at(cast, "waiting"), cast[REPORTER])
    asked = take("wait", filed(cast), cast[OURS], waiting_for="reporter")
    for person in READERS - {REPORTER}:
        with pytest.raises(PermissionDenied):
            take("reply", asked, cast[person])
    asked = take("reply", asked, cast[REPORTER])
    assert (asked.status, asked.pauses.get().ended_at is not None) == (Status.IN_PROGRESS, True)
    assert Event.objects.get(verb="escalation.replied").note == "Joka viikko."


def test_what_one_may_not_change_is_refused_beside_the_choice(cast: Cast) -> None:
    escalation, admin = filed(cast), cast["porvoo administrator"]  # it fell to them, and they edit nothing
    for repair in ({"repair": "text", "shared": "Uusi."}, {"repair": "action", "what": "Sovitaan"}):
        wish = {"responsible": cast.organisations["porvoo"].pk, "due_on": "1.7.2090", **repair}
        with pytest.raises(ValidationError) as refused, transaction.atomic():
            take("propose", escalation, admin, **wish)
        assert "repair" in refused.value.message_dict
    client = cast.client("porvoo administrator")
    sent = STEPS["propose"] | {"repair": "text", "shared": "Uusi."}
    answer = client.post(f"/ilmoitukset/{escalation.pk}/propose/", sent)
    assert (answer.status_code, b"Uusi." in answer.content) == (422, True)


def test_a_report_that_climbs_again_is_one_matter_in_a_forum(cast: Cast) -> None:
    forums = forums_of(cast)
    put_into_care(cast.maps["porvoo"], forums["lape"].pk, by=cast[OURS])
    escalation = filed(cast)
    for _level in range(2):
        escalation = take("climb", escalation, cast[OURS])
    Escalation.objects.filter(pk=escalation.pk).update(level="expert")
    take("climb", escalation, cast[OURS])
    assert Matter.objects.filter(forum=forums["lape"], subject_id=escalation.pk).count() == 1


def test_a_title_is_the_first_sentence() -> None:
    assert title_of("Ei tule. Toinen.") == "Ei tule"
    assert len(title_of("x" * 500)) == 90


def test_the_board_shows_each_step_with_its_moves(cast: Cast) -> None:
    """Columns by status, the nearest deadline first; whoever has one in hand moves it on by the ordinary steps."""
    rows = {status: at(cast, status) for status in ("filed", "waiting", "proposed", "closed")}
    other = filed(cast, by=OURS, urgency="urgent")
    ours, theirs = cast.client(OURS, "en"), cast.client("county reader", "en")

    def board(client: Any, query: str = "") -> dict[str, list[int]]:
        page = client.get(f"/ilmoitukset/?view=board{query}")
        columns = page.context["columns"]
        text = page.content.decode()
        assert all(row.title in text for column in columns for row in column["rows"])
        return {column["name"]: [row.pk for row in column["rows"]] for column in columns}

    shown = board(ours)
    assert [*shown] == ["Filed", "Taken up", "Being worked on", "Waiting", "Solution proposed"]
    assert shown["Filed"] == [other.pk, rows["filed"].pk]
    assert (shown["Waiting"], shown["Solution proposed"]) == ([rows["waiting"].pk], [rows["proposed"].pk])
    assert board(ours, "&state=all")["Closed"] == [rows["closed"].pk]
    assert board(theirs) == shown
    page = ours.get("/ilmoitukset/?view=board").content.decode()
    for name, row in (("take", rows["filed"]), ("go_on", rows["waiting"]), ("works", rows["proposed"])):
        assert f"/ilmoitukset/{row.pk}/{name}/#askel" in page
        assert ours.get(f"/ilmoitukset/{row.pk}/{name}/").status_code == 200
    assert "/take/#askel" not in theirs.get("/ilmoitukset/?view=board").content.decode()
    assert board(cast.client("pohjanmaa editor", "en"), "&state=all")["Closed"] == []


def test_reports_of_the_same_show_while_one_writes(cast: Cast) -> None:
    same = filed(cast, text="Havaintojen lähettäminen viivästyy.")
    client = cast.client(THEIRS, "en")
    place = {"yhdyspinta": same.interface_id, "nakokulma": 5}

    def shown(**sent: Any) -> str:
        answer = client.post("/ei-toimi/samat/", place | sent)
        assert answer.status_code == 200
        return str(answer.content.decode())

    assert same.title not in shown(text="Puhelimeen ei vastata")
    assert f"/ilmoitukset/{same.pk}/join/" in shown(text="Havaintoja ei lähetetä")
    assert same.title in shown(text="", nakokulma=3)
    own = cast.client(REPORTER, "en").post("/ei-toimi/samat/", place | {"nakokulma": 3}).content.decode()
    assert "You have reported this" in own
    assert client.post("/ei-toimi/samat/", {"text": "x"}).status_code == 404
    assert client.post("/ei-toimi/samat/", {"yhdyspinta": "x" * 50}).status_code == 404
    assert cast.client("pohjanmaa editor").post("/ei-toimi/samat/", place).status_code == 404
    first = client.get(f"/ei-toimi/ilmoita/?yhdyspinta={same.interface_id}&nakokulma=3").content.decode()
    assert f"/ilmoitukset/{same.pk}/join/" in first, "without JavaScript as well"


def test_whoever_has_the_same_takes_along_what_they_have_written(cast: Cast) -> None:
    same, client = filed(cast), cast.client("porvoo approver", "en")
    join, written = f"/ilmoitukset/{same.pk}/join/", "Meillä <jo> viikko.\nAina perjantaisin."
    draft = {"yhdyspinta": same.interface_id, "text": written, "effect": "stopped", "go": "join"}
    shown = client.post(join, draft)
    assert shown.status_code == 200
    assert shown.context["step_form"]["text"].value() == written
    assert same.reporters.count() == 1, "nothing is kept before they say so"
    client.post(join, {"text": written, "is_nameless": "yes"})
    assert same.reporters.get(user=cast["porvoo approver"]).text == written
    own = cast.client(REPORTER, "en").post(join, draft)
    assert own.status_code == 403


def test_the_history_of_the_map_and_the_report_point_at_each_other(cast: Cast) -> None:
    row = filed(cast)
    solved = take(
        "propose",
        row,
        cast[OURS],
        repair="text",
        shared="Havainnot lähetetään viikkoa ennen.",
        repair_reason="",
    )
    assert solved.change is not None
    history = cast.client(THEIRS, "en").get(f"/kartat/{row.map_id}/historia/").text
    assert f'href="{row.get_absolute_url()}"' in history
    assert "Because of" in history
    assert row.aspect is not None
    assert row.aspect.get_absolute_url() in cast.client(THEIRS, "en").get(row.get_absolute_url()).text
