"""Comments: who reads, writes, resolves and takes away; whom a mention reaches; and that nobody else finds a trace."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from collaboration.followed import followed
from collaboration.mailing import mail_notifications
from collaboration.models import Comment, ForumSeat, Matter, Notification
from collaboration.queries.comments import mentioned, people_to_mention, talk_page
from collaboration.workflows import comments as workflow
from collaboration.workflows.comments import Mentioned, write_comment
from collaboration.workflows.matters import matter_workflow
from tests.cast import Cast, undone
from tests.collaboration.forum_cast import OBSERVERS, RAISER, READERS, forums_of, raised, seat_of

CHAIR, MEMBER, OBSERVER = "county editor", "porvoo editor", "county reader"
WRITERS = READERS - OBSERVERS
WHISPER = "Kuiskaus7"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """What is refused is told in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def matter(cast: Cast) -> Matter:
    return raised(cast, forums_of(cast)["lape"])


def said(cast: Cast, matter: Matter, by: str = RAISER, text: str = WHISPER, **more: Any) -> Comment:
    return write_comment(matter, text, by=cast[by], **more)


def told(matter: Matter, verb: str) -> list[str]:
    rows = Notification.objects.filter(event__verb=verb, event__subject_id=matter.pk)
    return sorted(rows.values_list("recipient__email", flat=True))


def may(act: Any) -> bool:
    with undone():
        try:
            act()
        except PermissionDenied:
            return False
    return True


def test_who_writes_edits_resolves_and_takes_away(cast: Cast, matter: Matter) -> None:
    begun = said(cast, matter, MEMBER)
    for name in READERS:
        person = cast[name]
        acts: dict[str, Any] = {
            "write": partial(write_comment, matter, "Uusi", by=person),
            "reply": partial(write_comment, matter, "Uusi", by=person, reply_to=begun),
            "edit": partial(workflow.edit_comment, matter, begun, "Toisin", seq=0, by=person),
            "resolve": partial(workflow.resolve_thread, matter, begun, by=person),
            "remove": partial(workflow.take_comment_away, matter, begun, by=person),
        }
        done = {act for act, do in acts.items() if may(do)}
        expected = {"write", "reply"} if name in WRITERS else set()
        if name == MEMBER:
            expected |= {"edit", "resolve", "remove"}
        if name == CHAIR:
            expected |= {"resolve", "remove"}
        assert done == expected, name
        page = cast.client(name).get(matter.get_absolute_url()).content.decode()
        assert WHISPER in page
        assert ('name="text"' in page) == (name in WRITERS)


def test_nobody_else_finds_a_trace(cast: Cast, matter: Matter) -> None:
    """Pages, lists, search, notices, mail and the stream of everyone who does not see the matter."""
    forums = forums_of(cast)
    matter_workflow.perform(
        "accept",
        matter,
        by=cast[CHAIR],
        sent={"next_step": "Kokous", "next_step_on": timezone.localdate().isoformat()},
    )
    matter_workflow.perform("forward", matter, by=cast[CHAIR], sent={"forum": forums["board"].pk})
    derived = matter.derived.get()
    before = followed["matter"].numbers([matter.pk, derived.pk])
    begun = said(cast, matter, mentioned=Mentioned([cast["county approver"]], [forums["board"]]), unseeing=2)
    said(cast, matter, CHAIR, reply_to=begun)
    after = followed["matter"].numbers([matter.pk, derived.pk])
    assert after[matter.pk] > before[matter.pk]
    assert after[derived.pk] == before[derived.pk]  # whoever looks at the board's matter hears nothing
    with undone():
        mail_notifications(timezone.now() + datetime.timedelta(days=3))
        sent = {address: each.subject + str(each.body) for each in mail.outbox for address in each.to}
    for name in cast.people:
        person, client = cast[name], cast.client(name)
        if name in READERS:
            continue
        notices = Notification.objects.filter(recipient=person, event__verb__startswith="comment.")
        assert not notices.exists(), name
        assert "comment" not in sent.get(person.email, "").lower(), name
        for path in (
            "/",
            "/asiat/?state=all",
            "/haku/?q=Kuiskaus",
            "/api/v1/search/?q=Kuiskaus",
            "/oma/ilmoitukset/",
            f"/foorumit/{forums['lape'].pk}/",
            derived.get_absolute_url(),
        ):
            assert WHISPER not in client.get(path).content.decode(), (name, path)
        for path in (
            f"/keskustelu/matter:{matter.pk}/",
            f"/keskustelu/matter:{matter.pk}/maininnat/?q=editor",
            f"/viestit/{begun.pk}/aiemmat/",
            f"/viestit/{begun.pk}/vastaa/",
        ):
            answer = client.get(path)
            assert answer.status_code in {404, 302}, (name, path)
            assert WHISPER not in answer.content.decode()
    assert WHISPER not in str(sent)  # a mail quotes nothing


def test_a_comment_is_not_forwarded(cast: Cast, matter: Matter) -> None:
    said(cast, matter)
    matter_workflow.perform(
        "accept",
        matter,
        by=cast[CHAIR],
        sent={"next_step": "Kokous", "next_step_on": timezone.localdate().isoformat()},
    )
    matter_workflow.perform("forward", matter, by=cast[CHAIR], sent={"forum": matter.forum.above_id})
    assert talk_page(cast["county approver"], matter.derived.get())["threads"] == []


def test_who_is_told_of_what(cast: Cast, matter: Matter) -> None:
    """Handlers and the thread's writers once; who is mentioned, that they are; nobody of their own words."""
    begun = said(cast, matter, MEMBER)
    assert told(matter, "comment.made") == sorted([cast[CHAIR].email, cast[RAISER].email])
    Notification.objects.all().delete()
    said(cast, matter, CHAIR, reply_to=begun, mentioned=Mentioned([cast["loviisa editor"], cast[MEMBER]]))
    assert told(matter, "comment.mentioned") == sorted([cast["loviisa editor"].email, cast[MEMBER].email])
    assert told(matter, "comment.made") == [cast[RAISER].email]


def test_whoever_lost_the_seat_gets_no_mail_of_it(cast: Cast, matter: Matter) -> None:
    said(cast, matter, mentioned=Mentioned([cast[MEMBER]]))
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    ForumSeat.objects.filter(user=cast[MEMBER]).update(valid_from=yesterday, valid_until=yesterday)
    mail_notifications(timezone.now() + datetime.timedelta(days=3))
    about = {address for each in mail.outbox if matter.title in str(each.body) for address in each.to}
    assert cast[CHAIR].email in about
    assert cast[MEMBER].email not in about


def test_a_mention_says_how_many_do_not_see_it(cast: Cast, matter: Matter) -> None:
    """The network has two who sit there, of whom the raiser sees the matter; the writer counts as nobody."""
    network = forums_of(cast)["network"]
    with pytest.raises(workflow.SomeDoNotSee) as some:
        said(cast, matter, CHAIR, mentioned=Mentioned(forums=[network]))
    assert (some.value.reach.count, len(some.value.reach.unseeing)) == (2, 1)
    assert not Comment.objects.filter(subject_id=matter.pk).exists()
    said(cast, matter, CHAIR, mentioned=Mentioned(forums=[network]), unseeing=1)
    assert told(matter, "comment.mentioned") == [cast[RAISER].email]
    seat_of(cast, network, "pohjanmaa editor", "member")  # one more since the writer was asked
    with pytest.raises(workflow.SomeDoNotSee):
        said(cast, matter, CHAIR, mentioned=Mentioned(forums=[network]), unseeing=1)
    found = people_to_mention(cast[CHAIR], matter, "foorumi network")
    assert [(each["count"], each["unseeing"]) for each in found] == [(3, 2)]


def test_the_page_warns_before_it_sends_and_a_mention_can_be_removed(cast: Cast, matter: Matter) -> None:
    network, client = forums_of(cast)["network"], cast.client(CHAIR)
    path, key = f"/keskustelu/matter:{matter.pk}/", str(uuid4())
    sent = {"text": "Kommentoikaa perjantaihin.", "mention": [f"forum-{network.pk}"], "key": key}
    page = client.post(path, sent).content.decode()
    assert "1 of 2 does not see this." in page or "2 mainitusta 1 ei näe tätä." in page
    assert cast["porvoo approver"].name in page
    assert "Kommentoikaa perjantaihin." in page
    assert not Comment.objects.filter(text__startswith="Kommentoikaa").exists()
    page = client.post(path, {**sent, "act": f"remove-forum-{network.pk}"}).content.decode()
    assert "Kommentoikaa perjantaihin." in page
    assert f"forum-{network.pk}" not in page
    assert client.post(path, {**sent, "unseeing": "1"}).status_code == 302
    assert client.post(path, {**sent, "unseeing": "1"}).status_code == 302  # sent twice, said once
    assert Comment.objects.filter(text__startswith="Kommentoikaa").count() == 1


def test_only_those_whom_one_may_know_are_found_and_named(cast: Cast, matter: Matter) -> None:
    keys = {each["key"] for each in people_to_mention(cast[CHAIR], matter, "editor") if "place" in each}
    assert keys <= {f"person-{cast[name].pk}" for name in READERS}
    stranger = next(
        person
        for name, person in cast.people.items()
        if name not in READERS and not person.forum_seats.exists() and not person.member_of.exists()
    )
    for key in (f"person-{stranger.pk}", "person-999999", "forum-999999", "kaikki", "person-"):
        with pytest.raises(ValidationError):
            mentioned(cast[MEMBER], matter, [key])


def test_two_who_edit_one_comment(cast: Cast, matter: Matter) -> None:
    comment = said(cast, matter, MEMBER, "Ensimmäinen")
    client, path = cast.client(MEMBER), f"/viestit/{comment.pk}/muokkaa/"
    assert client.post(path, {"text": "Toinen", "seq": 0}).status_code == 302
    late = client.post(path, {"text": "Kolmas", "seq": 0})
    assert late.status_code == 409
    page = late.content.decode()
    assert "Kolmas" in page
    assert "Toinen" in page
    assert 'name="seq" value="1"' in page
    history = cast.client(OBSERVER).get(f"/viestit/{comment.pk}/aiemmat/").content.decode()
    assert "Ensimmäinen" in history
    assert [edit.text for edit in comment.edits.all()] == ["Ensimmäinen"]


def test_taking_away_leaves_its_place_and_no_words(cast: Cast, matter: Matter) -> None:
    begun = said(cast, matter, MEMBER, mentioned=Mentioned([cast[RAISER]]))
    workflow.edit_comment(matter, begun, f"{WHISPER} uudelleen", seq=0, by=cast[MEMBER])
    said(cast, matter, CHAIR, "Vastaus jää", reply_to=begun)
    assert cast.client(CHAIR).post(f"/viestit/{begun.pk}/poista/").status_code == 302
    page = cast.client(RAISER).get(matter.get_absolute_url()).content.decode()
    assert WHISPER not in page
    assert "Vastaus jää" in page
    assert WHISPER not in cast.client(RAISER).get(f"/viestit/{begun.pk}/aiemmat/").content.decode()
    assert not begun.edits.exists()
    assert (
        cast.client(MEMBER).post(f"/viestit/{begun.pk}/muokkaa/", {"text": "x", "seq": 2}).status_code == 403
    )
    assert (
        cast.client(CHAIR).post(f"/viestit/{begun.pk}/poista/").status_code == 302
    )  # once more changes nothing


def test_a_resolved_thread_folds_and_an_answer_opens_it(cast: Cast, matter: Matter) -> None:
    begun = said(cast, matter, MEMBER)
    answer = said(cast, matter, CHAIR, "Näin on", reply_to=begun)
    further = said(cast, matter, RAISER, "Kiitos", reply_to=answer)  # one level: it joins the thread
    assert further.reply_to_id == begun.pk
    assert cast.client(CHAIR).post(f"/viestit/{answer.pk}/ratkaistu/").status_code == 302
    talk = talk_page(cast[MEMBER], matter)
    assert (len(talk["threads"]), len(talk["resolved"]), talk["count"]) == (0, 1, 0)
    said(cast, matter, RAISER, "Vielä yksi", reply_to=begun)
    talk = talk_page(cast[MEMBER], matter)
    assert (len(talk["threads"]), len(talk["resolved"]), talk["count"]) == (1, 0, 4)


@pytest.mark.parametrize("text", ["Tunnus 131052-308T", "x" * 10_000, "   ", "", "nolla\x00merkki"])
def test_bad_words_get_a_sentence_and_stay(cast: Cast, matter: Matter, text: str) -> None:
    client, begun = cast.client(MEMBER), said(cast, matter, MEMBER, "Alku")
    for path in (
        f"/keskustelu/matter:{matter.pk}/",
        f"/viestit/{begun.pk}/vastaa/",
        f"/viestit/{begun.pk}/muokkaa/",
    ):
        answer = client.post(path, {"text": text, "seq": 0, "mention": [f"person-{cast[CHAIR].pk}"]})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'role="alert"' in page
        if text.strip():
            assert text.replace("\x00", "") in page.replace("\x00", "").replace("\ufffd", "")
        if "muokkaa" not in path:
            assert f'value="person-{cast[CHAIR].pk}" checked' in page
    assert Comment.objects.filter(subject_id=matter.pk).count() == 1
    assert (
        client.post(f"/viestit/{begun.pk}/vastaa/", {"text": "x", "mention": "person-1e9"}).status_code == 422
    )


def test_what_is_not_there_takes_no_comment(cast: Cast, matter: Matter) -> None:
    client = cast.client("pohjanmaa editor")
    for about in (f"matter:{matter.pk}", "matter:999999", "user:1", "matter", f"forum:{matter.forum_id}"):
        assert client.post(f"/keskustelu/{about}/", {"text": "Hei"}).status_code == 404, about
    other, begun = raised(cast, matter.forum), said(cast, matter)
    with pytest.raises(ValidationError):
        said(cast, other, reply_to=begun)
    key = uuid4()
    assert said(cast, matter, MEMBER, "Kerran", key=key) == said(cast, matter, MEMBER, "Kerran", key=key)
    with pytest.raises(ValidationError):
        said(cast, matter, CHAIR, "Toisen avaimella", key=key)


def test_nobody_writes_where_the_forum_has_ended(cast: Cast, matter: Matter) -> None:
    said(cast, matter)
    type(matter.forum).objects.filter(pk=matter.forum_id).update(ended_on=timezone.localdate())
    client = cast.client(RAISER)
    assert WHISPER in client.get(matter.get_absolute_url()).content.decode()
    assert client.post(f"/keskustelu/matter:{matter.pk}/", {"text": "Vielä"}).status_code == 403


def test_the_page_costs_the_same_however_much_is_said(cast: Cast, matter: Matter) -> None:
    client, counts = cast.client(MEMBER), []
    for more in (2, 15):
        for nth in range(more):
            begun = said(cast, matter, WRITER[nth % 3], mentioned=Mentioned([cast[CHAIR]]))
            said(cast, matter, RAISER, reply_to=begun)
        for path in (matter.get_absolute_url(), f"/keskustelu/matter:{matter.pk}/"):
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert counts[0] <= 18


WRITER = (MEMBER, "loviisa editor", RAISER)


def test_of_many_threads_the_newest_are_shown_and_the_earlier_ones_found(cast: Cast, matter: Matter) -> None:
    for nth in range(33):
        said(cast, matter, MEMBER, f"Viesti {nth:02}.")
    page = cast.client(CHAIR).get(matter.get_absolute_url()).content.decode()
    assert "Viesti 32." in page
    assert "Viesti 02." not in page
    talk = talk_page(cast[CHAIR], matter)
    older = (
        cast.client(CHAIR).get(f"/keskustelu/matter:{matter.pk}/?ennen={talk['earlier']}").content.decode()
    )
    assert "Viesti 02." in older
    assert cast.client(CHAIR).get(f"/keskustelu/matter:{matter.pk}/?ennen=x").status_code == 200
