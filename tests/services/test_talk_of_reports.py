"""Comments on reports: who writes, and that a reporter whose name is kept from the other party stays so in what they say."""

from __future__ import annotations

import datetime
import json

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from collaboration.mailing import mail_notifications
from collaboration.models import Comment, Event, Notification
from collaboration.policy.comments import can_write
from collaboration.queries.comments import people_to_mention
from collaboration.workflows import comments as workflow
from collaboration.workflows.comments import Mentioned, write_comment
from services.models import Escalation
from tests.cast import Cast
from tests.services.escalated import OURS, READERS, REPORTER, THEIRS, filed, take

pytestmark = pytest.mark.usefixtures("in_english")
OWN = "porvoo approver"


def pages(cast: Cast, name: str, row: Escalation, *comments: Comment) -> str:
    """All that shows the talk to the person: pages, the API, what is told."""
    client, key = cast.client(name, "en"), f"escalation:{row.pk}"
    paths = [
        row.get_absolute_url(),
        f"/keskustelu/{key}/",
        f"/api/v1/comments/?subject={key}",
        "/",
        "/ilmoitukset/",
        "/oma/ilmoitukset/",
    ]
    for comment in comments:
        paths += [
            f"/viestit/{comment.pk}/aiemmat/",
            f"/api/v1/comments/{comment.pk}/",
            f"/viestit/{comment.pk}/vastaa/",
        ]
    answers = {path: client.get(path) for path in paths}
    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 200} == {}
    return "\n".join(answer.content.decode() for answer in answers.values())


def test_who_sees_a_report_writes_and_nobody_else_finds_it(cast: Cast) -> None:
    row = filed(cast)
    begun = write_comment(row, "Koskeeko tämä kesää?", by=cast[OURS])
    for name in cast.people:
        answer = cast.client(name).get(f"/keskustelu/escalation:{row.pk}/")
        assert answer.status_code == (200 if name in READERS else 404), name
        assert bool(can_write(cast[name], row)) == (name in READERS), name
        if name not in READERS:
            with pytest.raises(PermissionDenied):
                write_comment(row, "Uusi", by=cast[name])
    assert {each.recipient for each in Notification.objects.filter(event__verb="comment.made")} >= {
        cast[REPORTER]
    }
    page = cast.client(THEIRS, "en").get(row.get_absolute_url()).text
    assert "1 comment" in page
    assert f"/keskustelu/escalation:{row.pk}/" in page
    answered = cast.client(THEIRS).post(f"/viestit/{begun.pk}/vastaa/", {"text": "Koskee."})
    assert answered["Location"].startswith(f"/keskustelu/escalation:{row.pk}/#viesti-")


def test_a_name_that_is_kept_from_the_other_party_is_in_no_comment_mail_event_or_answer(cast: Cast) -> None:
    row = filed(cast)
    name = cast[REPORTER].name
    begun = write_comment(row, "Meillä joka viikko.", by=cast[REPORTER], mentioned=Mentioned([cast[THEIRS]]))
    begun = workflow.edit_comment(row, begun, "Meillä joka toinen viikko.", seq=0, by=cast[REPORTER])
    workflow.resolve_thread(row, begun, by=cast[REPORTER])
    reply = write_comment(row, "Kiitos!", by=cast[OURS], reply_to=begun)
    assert begun.is_nameless
    assert not reply.is_nameless
    told = Event.objects.filter(verb__startswith="comment.", subject_id=row.pk).exclude(actor=cast[OURS])
    assert set(told.values_list("actor", flat=True)) == {None}
    theirs = pages(cast, THEIRS, row, begun, reply)
    assert "Meillä joka toinen viikko." in theirs
    assert "Name not shown" in theirs
    assert cast[OURS].name in theirs
    assert name not in theirs
    shown = json.loads(cast.client(THEIRS).get(f"/api/v1/comments/{begun.pk}/").content)
    assert (shown["author"], shown["name"]) == (None, "")
    mail.outbox.clear()
    mail_notifications(timezone.now() + datetime.timedelta(days=4))
    assert [each for each in mail.outbox if cast[THEIRS].email in each.to]
    assert not [each for each in mail.outbox if cast[THEIRS].email in each.to and name in str(each.message())]
    assert name in pages(cast, OWN, row, begun), "the reporter's own organisation reads it"
    merged = take("merge", row, cast[OURS], into=filed(cast, by=OURS, number=4).number)
    row = take("unmerge", merged, cast[OURS])
    assert name not in pages(cast, THEIRS, row, begun, reply)


def test_a_reporter_who_sees_it_as_such_only_is_known_to_nobody_by_the_search_for_mentions(
    cast: Cast,
) -> None:
    row = filed(cast)
    cast[REPORTER].memberships.all().delete()
    row = Escalation.objects.get(pk=row.pk)
    found = people_to_mention(cast[THEIRS], row, cast[REPORTER].name)
    assert [each["name"] for each in found if each["key"].startswith("person-")] == []
    with pytest.raises(workflow.SomeDoNotSee):
        write_comment(row, "Katso.", by=cast[THEIRS], mentioned=Mentioned([cast[REPORTER]]))
    write_comment(row, "Olen yhä täällä.", by=cast[REPORTER])
