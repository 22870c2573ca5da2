"""Matters: every step for every person, the way up and back, and what nobody else sees of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from collaboration.models import Forum, ForumSeat, InterfaceCheck, Matter, Notification
from collaboration.policy.forums import visible_matters
from collaboration.queries.matters import chain_of, matter_page, waiting_of_matters
from collaboration.searching import search
from collaboration.workflow import TransitionRefused
from collaboration.workflows import interface_checks, matters
from collaboration.workflows.matters import matter_workflow
from services.models import Interface
from tests.cast import Cast, undone
from tests.collaboration.forum_cast import RAISER, SEATS, forums_of, raised, seat_of

Status = Matter.Status
TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """What is refused is told in English."""
    with translation.override("en"):
        yield


def _in(days: int) -> str:
    return (TODAY() + datetime.timedelta(days=days)).isoformat()


DECISION = {"outcome": "approved", "decision": "Hyväksytään.", "decided_on": _in(0), "publicity": "public"}
SENT: dict[str, dict[str, Any]] = {
    "accept": {"next_step": "Kokous", "next_step_on": _in(7)},
    "plan": {"next_step": "Kokous", "next_step_on": _in(8)},
    "prepare": {"proposal": "Otetaan lomake käyttöön."},
    "make_ready": {},
    "decide": DECISION,
    "note": {},
    "return": {"reason": "Kuuluu toisaalle."},
    "answer": {"answer": "Näin tehdään."},
    "withdraw": {},
}


def take(name: str, matter: Matter, by: Any, **sent: Any) -> Matter:
    return matter_workflow.perform(name, matter, by=by, sent=SENT.get(name, {}) | sent)


def at(cast: Cast, status: str) -> Matter:
    """A matter of the LAPE group that stands at the status."""
    forum, chair = forums_of(cast)["lape"], cast["county editor"]
    matter = raised(cast, forum)
    ways: dict[str, list[str]] = {
        Status.RAISED: [],
        Status.ACCEPTED: ["accept"],
        Status.PREPARED: ["accept", "prepare"],
        Status.READY: ["accept", "prepare", "make_ready"],
        Status.DECIDED: ["accept", "prepare", "make_ready", "decide"],
        Status.NOTED: ["note"],
        Status.RETURNED: ["return"],
        Status.FORWARDED: ["accept", "forward"],
        Status.ANSWER_CAME: ["accept", "forward"],
        Status.ANSWERED: ["note", "answer"],
        Status.WITHDRAWN: ["withdraw"],
    }
    for step in ways[status]:
        by = cast[RAISER] if step == "withdraw" else chair
        matter = take(step, matter, by, **({"forum": forum.above_id} if step == "forward" else {}))
    if status == Status.ANSWER_CAME:
        derived = matter.derived.get()
        derived = take("note", derived, cast["county approver"])
        take("answer", derived, cast["county approver"])
        matter.refresh_from_db()
    assert matter.status == status
    return matter


TABLE = {
    "accept": {Status.RAISED},
    "prepare": {Status.RAISED, Status.ACCEPTED, Status.PREPARED, Status.READY},
    "plan": set(Matter.OPEN),
    "make_ready": {Status.PREPARED},
    "decide": {Status.READY},
    "note": set(Matter.OPEN),
    "forward": {Status.ACCEPTED, Status.PREPARED, Status.READY, Status.FORWARDED},
    "answer": {Status.DECIDED, Status.NOTED, Status.ANSWER_CAME},
    "return": set(Matter.OPEN),
    "withdraw": {Status.RAISED},
}
"""From where each step that a person takes begins."""


def may(name: str, step: str) -> bool:
    """The chair handles; who raised it may withdraw it."""
    return name == RAISER if step == "withdraw" else name == "county editor"


@pytest.mark.parametrize("status", Status.values)
def test_every_step_from_every_status_for_everybody(cast: Cast, status: str) -> None:
    matter = at(cast, status)
    offered = {
        name: {offer.transition.name for offer in matter_workflow.offered(matter, cast[name])}
        for name in cast.people
    }
    assert offered == {
        name: {step for step, sources in TABLE.items() if status in sources and may(name, step)}
        for name in cast.people
    }
    for step, sources in TABLE.items():
        for name in ("county editor", RAISER, "porvoo editor", "pohjanmaa editor"):
            with undone():
                if status not in sources:
                    expected: Any = TransitionRefused
                elif not may(name, step):
                    expected = PermissionDenied
                elif step == "forward" and status == Status.FORWARDED:
                    expected = ValidationError  # it is in that forum already
                else:
                    expected = None
                sent = {"forum": matter.forum.above_id} if step == "forward" else {}
                if expected is None:
                    take(step, matter, cast[name], **sent)
                else:
                    with pytest.raises(expected):
                        take(step, matter, cast[name], **sent)


def test_a_step_that_is_automatic_is_offered_to_nobody(cast: Cast) -> None:
    automatic = {"receive", "receive_prepared", "rise", "bring_answer", "come_back", "unready"}
    assert automatic == {step.name for step in matter_workflow.transitions.values() if step.is_automatic}
    assert set(TABLE) == set(matter_workflow.transitions) - automatic - {"raise"}


def test_who_may_raise(cast: Cast) -> None:
    forum = forums_of(cast)["lape"]
    members = {cast.organisations[place].pk for place in ("porvoo", "county")}
    seated = {
        name for (key, name), role in SEATS.items() if key == "lape" and role != ForumSeat.Role.OBSERVER
    }
    for name in cast.people:
        belongs = any(organisation.pk in members for organisation, _role in cast.roles(name))
        with undone():
            if name in seated or belongs:
                assert raised(cast, forum, name).raised_by == cast[name]
            else:
                with pytest.raises(PermissionDenied):
                    raised(cast, forum, name)


def test_who_sees_a_matter_is_told_by_its_seats_and_nobody_else_finds_it(cast: Cast) -> None:
    """Lists, pages, search, files, the API's search and the desk: the same people everywhere."""
    forum = forums_of(cast)["lape"]
    matter = raised(cast, forum, title="Salainenaihe")
    readers = {RAISER} | {name for (key, name) in SEATS if key == "lape"}
    for name in cast.people:
        person, client = cast[name], cast.client(name)
        sees = name in readers
        assert visible_matters(person).filter(pk=matter.pk).exists() == sees, name
        assert client.get(matter.get_absolute_url()).status_code == (200 if sees else 404), name
        assert bool(search(person, "salainenaihe")) == sees, name
        for path in (
            "/asiat/",
            "/asiat/?q=salainenaihe&state=all",
            "/haku/?q=salainenaihe",
            f"/foorumit/{forum.pk}/",
            "/api/v1/search/?q=salainenaihe",
            "/foorumit/",
            "/",
        ):
            text = client.get(path).content.decode()
            shown = "Salainenaihe" in text
            assert not shown or sees, (name, path)
        file = client.get("/asiat/tiedosto/?format=csv&state=all").content.decode("utf-8-sig")
        assert ("Salainenaihe" in file) == sees, name


@pytest.mark.parametrize(
    ("said", "sees"),
    [
        ({}, True),
        ({"valid_until": TODAY()}, True),
        ({"valid_from": TODAY() + datetime.timedelta(days=1)}, False),
        (
            {
                "valid_from": TODAY() - datetime.timedelta(days=9),
                "valid_until": TODAY() - datetime.timedelta(days=1),
            },
            False,
        ),
    ],
)
def test_a_seat_opens_from_its_first_day_to_its_last(cast: Cast, said: dict[str, Any], *, sees: bool) -> None:
    forum = forums_of(cast)["lape"]
    matter = raised(cast, forum)
    seat_of(cast, forum, "pohjanmaa editor", "member", **said)
    assert visible_matters(cast["pohjanmaa editor"]).filter(pk=matter.pk).exists() == sees


def test_an_expert_reads_one_matter(cast: Cast) -> None:
    forum = forums_of(cast)["lape"]
    heard, other = raised(cast, forum), raised(cast, forum)
    seat_of(cast, forum, "pohjanmaa editor", "expert", matter=heard)
    assert set(visible_matters(cast["pohjanmaa editor"])) == {heard}
    assert cast.client("pohjanmaa editor").get(other.get_absolute_url()).status_code == 404


def test_a_limited_seat_reads_nothing_secret(cast: Cast) -> None:
    forum = forums_of(cast)["lape"]
    matter = raised(cast, forum)
    seat = seat_of(cast, forum, "pohjanmaa editor", "member")
    type(seat.organisation).objects.filter(pk=seat.organisation_id).update(kind="ngo", code="")
    assert visible_matters(cast["pohjanmaa editor"]).exists()
    Matter.objects.filter(pk=matter.pk).update(publicity="secret", secrecy_basis="621/1999, 24 §")
    assert not visible_matters(cast["pohjanmaa editor"]).exists()
    assert visible_matters(cast["porvoo editor"]).filter(pk=matter.pk).exists()


def test_forums_that_have_ended_open_nothing(cast: Cast) -> None:
    forum = forums_of(cast)["lape"]
    matter = raised(cast, forum)
    Forum.objects.filter(pk=forum.pk).update(ended_on=TODAY())
    assert not visible_matters(cast["porvoo editor"]).exists()
    assert set(visible_matters(cast[RAISER])) == {matter}  # whoever raised it


def _climbed(cast: Cast) -> tuple[Matter, Matter, Matter]:
    """From the network to the group to the board."""
    made = forums_of(cast)
    first = take("accept", raised(cast, made["network"]), cast["porvoo approver"])
    take("forward", first, cast["porvoo approver"], forum=made["lape"].pk)
    second = take("accept", first.derived.get(), cast["county editor"])
    second = take("prepare", second, cast["county editor"], proposal="Ryhmän esitys.")
    take("forward", second, cast["county editor"], forum=made["board"].pk)
    third = second.derived.get()
    return first, second, third


def test_a_matter_climbs_as_it_is_now_and_its_answer_comes_back_down(cast: Cast) -> None:
    first, second, third = _climbed(cast)
    assert (third.title, third.text, third.proposal) == (second.title, second.text, "Ryhmän esitys.")
    assert third.sent["text"] == second.text
    assert len(third.sent["digest"]) == 64
    assert (third.root, third.origin, second.origin) == (first, second, first)
    second.refresh_from_db()
    assert second.status == Status.FORWARDED
    chair, presenter = cast["county administrator"], cast["county approver"]
    third = take("accept", third, chair)
    third = take("prepare", third, presenter)
    third = take("make_ready", third, presenter)
    third = take("decide", third, chair)
    third = take("answer", third, presenter, answer="Aluehallitus päätti näin.")
    second.refresh_from_db()
    first.refresh_from_db()
    assert (second.status, first.status) == (Status.ANSWER_CAME, Status.FORWARDED)
    second = take("answer", second, cast["county editor"], answer="Ryhmä: näin.")
    first.refresh_from_db()
    assert first.status == Status.ANSWER_CAME
    first = take("answer", first, cast["porvoo approver"], answer="Verkosto: näin.")
    assert first.status == Status.ANSWERED
    of_matters = Notification.objects.filter(recipient=cast[RAISER], event__verb__startswith="matter.")
    told = of_matters.values_list("event__verb", flat=True)
    assert list(told.order_by("pk")) == [
        "matter.accepted",
        "matter.forwarded",
        "matter.answer_came",
        "matter.answered",
    ]


def test_the_origin_shows_state_day_and_answer_of_what_came_of_it_and_nothing_else(cast: Cast) -> None:
    first, second, third = _climbed(cast)
    Matter.objects.filter(pk=third.pk).update(proposal="Salainen valmistelu", decision="Salainen luonnos")
    rows = {row["pk"]: row for row in chain_of(cast[RAISER], first)}
    assert set(rows) == {first.pk, second.pk, third.pk}
    assert rows[second.pk]["url"] == rows[third.pk]["url"] == ""
    page = cast.client(RAISER).get(first.get_absolute_url()).content.decode()
    assert "Foorumi board" in page
    assert "Salainen" not in page
    assert "Ryhmän esitys" not in page
    assert cast.client(RAISER).get(second.get_absolute_url()).status_code == 404
    assert cast.client("county editor").get(second.get_absolute_url()).status_code == 200
    assert (
        third.get_absolute_url()
        not in cast.client("county editor").get(second.get_absolute_url()).content.decode()
    )


def test_what_was_sent_is_frozen(cast: Cast) -> None:
    _first, second, _third = _climbed(cast)
    with pytest.raises(PermissionDenied, match="as it was sent"):
        matters.change_text(second, {"text": "Muuta"}, seq=second.seq, by=cast["county editor"])


def test_a_matter_that_is_returned_comes_back_into_hand(cast: Cast) -> None:
    first, second, third = _climbed(cast)
    take("return", third, cast["county approver"], reason="Laskelma puuttuu.")
    second.refresh_from_db()
    first.refresh_from_db()
    assert (second.status, first.status) == (Status.ACCEPTED, Status.FORWARDED)
    assert second.next_step_on is not None
    take("forward", second, cast["county editor"], forum=third.forum_id)  # and may be sent again
    assert second.derived.count() == 2


def test_a_matter_is_never_forwarded_in_a_circle_or_without_a_way(cast: Cast) -> None:
    made = forums_of(cast)
    _first, _second, third = _climbed(cast)
    third = take("accept", third, cast["county approver"])
    made["board"].forwards_to.add(made["network"])
    with pytest.raises(ValidationError, match="not forwarded back in a circle"):
        take("forward", third, cast["county approver"], forum=made["network"].pk)
    other = take("accept", raised(cast, made["lape"]), cast["county editor"])
    with pytest.raises(ValidationError, match="does not forward to"):
        take("forward", other, cast["county editor"], forum=made["network"].pk)
    with pytest.raises(ValidationError, match=made["lape"].coordinated_by.name):  # who can add the way
        take("forward", other, cast["county editor"], forum=made["network"].pk)


def test_the_database_lets_a_matter_into_a_forum_once(cast: Cast) -> None:
    _first, second, third = _climbed(cast)
    again = Matter.objects.get(pk=third.pk)
    again.pk, again.key = None, None
    with pytest.raises(IntegrityError, match="matter_is_forwarded_to_a_forum_once"), transaction.atomic():
        again.save(force_insert=True)
    assert second.derived.count() == 1


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"status": "answered"}, "matter_is_answered_exactly_when_there_is_an_answer"),
        ({"status": "decided"}, "decided_matter_has_a_decision"),
        ({"next_step_on": None}, "open_matter_has_a_dated_next_step"),
        ({"publicity": "secret"}, "secret_matter_tells_its_basis"),
        ({"answered_at": timezone.now()}, "matter_is_answered_exactly_when_there_is_an_answer"),
    ],
)
def test_what_the_database_refuses(cast: Cast, values: dict[str, Any], constraint: str) -> None:
    matter = raised(cast, forums_of(cast)["lape"])
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Matter.objects.filter(pk=matter.pk).update(**values)


@pytest.mark.parametrize("kind", Matter.Kind.values)
def test_a_proposal_is_not_ready_before_it_is_known_what_it_touches(cast: Cast, kind: str) -> None:
    chair = cast["county editor"]
    matter = take("prepare", raised(cast, forums_of(cast)["lape"], kind=kind), chair)
    needs = kind in ("proposal", "preparation")
    if needs:
        with pytest.raises(TransitionRefused, match="Check which interfaces"):
            take("make_ready", matter, chair)
        interface_checks.tell_unchecked(matter, "Koskee vain ryhmän työtapaa.", by=chair)
    matter = take("make_ready", matter, chair)
    if not needs:
        return
    check = InterfaceCheck(matter=matter, effect="Muuttuu", heard_on=TODAY())
    check.touched = Interface.objects.order_by("pk")[0]
    interface_checks.check_interface(check, by=chair)
    matter.refresh_from_db()
    assert (matter.status, matter.unchecked_reason) == (Status.READY, "")
    with pytest.raises(ValidationError, match="take them away first"):
        interface_checks.tell_unchecked(matter, "Ei mitään", by=chair)
    interface_checks.take_check_away(check, by=chair)
    matter.refresh_from_db()
    assert matter.status == Status.PREPARED  # what was taken away has to be looked at again


def test_two_who_handle_one_matter_at_once_one_wins_and_the_other_reads_what_happened(cast: Cast) -> None:
    forum = forums_of(cast)["lape"]
    seat_of(cast, forum, "porvoo approver", "secretary")
    matter = raised(cast, forum)
    stale = Matter.objects.get(pk=matter.pk)
    take("note", matter, cast["county editor"])
    with pytest.raises(TransitionRefused, match="noted"):
        take("accept", stale, cast["porvoo approver"])
    client = cast.client("porvoo approver")
    answer = client.post(f"{matter.get_absolute_url()}askel/accept/", SENT["accept"], follow=True)
    assert "noted" in answer.content.decode()


def test_a_text_that_somebody_changed_meanwhile_keeps_both(cast: Cast) -> None:
    matter = raised(cast, forums_of(cast)["lape"])
    client = cast.client("county editor")
    matters.change_text(matter, {"text": "Toisen sanat"}, seq=matter.seq, by=cast[RAISER])
    answer = client.post(
        f"{matter.get_absolute_url()}muokkaa/", {"title": "Oma", "text": "Omat sanat", "seq": matter.seq}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Toisen sanat" in page
    assert "Omat sanat" in page
    matter.refresh_from_db()
    again = client.post(
        f"{matter.get_absolute_url()}muokkaa/", {"title": "Oma", "text": "Omat sanat", "seq": matter.seq}
    )
    assert again.status_code == 302
    matter.refresh_from_db()
    assert matter.text == "Omat sanat"


def test_a_matter_that_is_sent_twice_is_there_once(cast: Cast) -> None:
    forum = forums_of(cast)["lape"]
    form = {
        "kind": "question",
        "title": "Kerran",
        "text": "Vain kerran",
        "key": "0195f2a0-0000-7000-8000-000000000001",
    }
    answers = [cast.client(RAISER).post(f"/foorumit/{forum.pk}/asiat/uusi/", form) for _twice in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    assert Matter.objects.filter(title="Kerran").count() == 1


def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(cast: Cast) -> None:
    matter = take("prepare", raised(cast, forums_of(cast)["lape"]), cast["county editor"])
    matter = take("make_ready", matter, cast["county editor"])
    client = cast.client("county editor")
    at_step = f"{matter.get_absolute_url()}askel/"
    for step, sent, sentence in (
        ("decide", DECISION | {"decided_on": _in(1)}, "A decision cannot be made in the future"),
        ("decide", DECISION | {"publicity": "secret"}, "Tell the legal basis of the secrecy"),
        ("decide", DECISION | {"outcome": "x"}, "Select a valid choice"),
        ("decide", DECISION | {"decision": "Tunnus 131052-308T"}, "identity code"),
        ("plan", {"next_step": "Kokous", "next_step_on": _in(-1)}, "This day has passed already"),
        ("plan", {"next_step": "Kokous", "next_step_on": "31.2.2027"}, "Write the day as day.month.year"),
        ("return", {"reason": ""}, "Tell why it is returned"),
    ):
        answer = client.post(f"{at_step}{step}/", sent)
        assert answer.status_code == 422, step
        page = answer.content.decode()
        assert sentence in page, (step, sentence)
        typed = next((value for value in sent.values() if value.startswith("Hyv") or value == "Kokous"), "")
        assert typed in page
    matter.refresh_from_db()
    assert matter.status == Status.READY
    assert client.get(f"{at_step}archive/").status_code == 404
    assert client.get(f"{at_step}receive/").status_code == 404


def test_several_are_taken_up_at_once_each_with_its_result(cast: Cast) -> None:
    forum = forums_of(cast)["lape"]
    first, second = raised(cast, forum), raised(cast, forum, title="Toinen asia")
    elsewhere = raised(cast, forums_of(cast)["network"])
    take("note", second, cast["county editor"])
    answer = cast.client("county editor").post(
        "/asiat/ota-kasittelyyn/",
        {"matter": [first.pk, second.pk, elsewhere.pk, "x"], **SENT["accept"]},
        follow=True,
    )
    page = answer.content.decode()
    assert "1 matter was taken up." in page
    assert "Toinen asia: The status is now “noted”." in page
    assert "One of the matters is no longer there." in page
    first.refresh_from_db()
    assert first.status == Status.ACCEPTED


def test_what_waits_for_whoever_handles_it(cast: Cast) -> None:
    forum = forums_of(cast)["lape"]
    raised(cast, forum)
    take("note", raised(cast, forum), cast["county editor"])
    rows = list(waiting_of_matters(cast["county editor"]))
    assert [row.what.partition(":")[0] for row in rows] == ["Take up", "Answer"]
    assert not list(waiting_of_matters(cast["porvoo editor"]))


def test_pages_cost_the_same_however_many_matters_there_are(cast: Cast) -> None:
    forum = forums_of(cast)["lape"]
    client = cast.client("county editor")
    counts: list[list[int]] = []
    for more in (3, 20):
        for _nth in range(more):
            matter = take("accept", raised(cast, forum), cast["county editor"])
        asked = []
        for path in ("/asiat/", matter.get_absolute_url(), f"/foorumit/{forum.pk}/", "/foorumit/", "/"):
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            asked.append(len(queries))
        counts.append(asked)
    assert all(more <= few for few, more in zip(*counts, strict=True)), counts
    assert all(count <= most for count, most in zip(counts[1], (5, 14, 15, 12, 14), strict=True)), counts


def test_every_matter_that_is_open_has_a_dated_next_step(cast: Cast) -> None:
    for status in Matter.OPEN:
        assert at(cast, status).next_step_on is not None
    page = matter_page(cast[RAISER], at(cast, Status.RAISED).pk)
    assert page["matter"].next_step_on >= TODAY() + datetime.timedelta(days=10)
