"""What is said of an action: who reads and writes it, and who is told."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import translation

from collaboration.models import Comment, Notification
from collaboration.policy.actions import visible_actions
from collaboration.policy.comments import can_keep, can_write
from collaboration.queries.comments import subject_for
from collaboration.workflows.comments import resolve_thread, write_comment
from tests.cast import Cast
from tests.collaboration.action_cast import MAKER, PERSON, action_of, made
from tests.collaboration.forum_cast import OBSERVERS, READERS

WHISPER = "Kuiskaus8"
ENDS = {
    *(f"porvoo {role}" for role in ("editor", "approver", "reader", "administrator")),
    *(f"county {role}" for role in ("editor", "approver", "reader", "administrator")),
}


def test_its_organisations_and_who_writes_of_its_matter_write_and_all_who_see_it_read(cast: Cast) -> None:
    action = action_of(cast)
    write_comment(action, WHISPER, by=cast[MAKER])
    about = f"action:{action.pk}"
    for name in cast.people:
        sees = visible_actions(cast[name]).filter(pk=action.pk).exists()
        assert sees == (name in ENDS | READERS), name
        writes = name in ENDS or name in READERS - OBSERVERS
        client = cast.client(name)
        page = client.get(action.get_absolute_url())
        told = client.get(f"/api/v1/comments/?subject={about}")
        sent = json.dumps({"subject": about, "text": "Riittää."})
        posted = client.post("/api/v1/comments/", sent, content_type="application/json")
        assert page.status_code == (200 if sees else 404)
        assert (WHISPER in page.content.decode()) == (WHISPER in told.content.decode()) == sees
        assert posted.status_code == (201 if writes else 403 if sees else 422), name
        if sees:
            assert bool(can_write(cast[name], action)) == writes, name
            assert f"/keskustelu/{about}/" in page.content.decode() or not writes
        else:
            with pytest.raises(Http404):
                subject_for(cast[name], about)


def test_who_does_it_and_who_follows_it_are_told_once_and_land_on_it(cast: Cast) -> None:
    action = action_of(cast)
    said = write_comment(action, WHISPER, by=cast["porvoo approver"])
    rows = Notification.objects.filter(event__verb="comment.made", event__subject_id=action.pk)
    assert {row.recipient for row in rows} == {cast[MAKER], cast[PERSON]}
    assert len(rows) == 2
    page = cast.client(PERSON).get("/oma/ilmoitukset/").content.decode()
    assert action.what in page
    assert WHISPER not in page
    assert said.subject == action


def test_who_wanted_it_keeps_the_talk_in_order_and_others_only_their_own(cast: Cast) -> None:
    action = action_of(cast)
    begun = write_comment(action, WHISPER, by=cast["porvoo approver"])
    assert can_keep(cast[MAKER], action)
    assert not can_keep(cast["porvoo reader"], action)
    with pytest.raises(PermissionDenied), translation.override("en"):
        resolve_thread(action, begun, by=cast["porvoo reader"])
    resolve_thread(action, begun, by=cast[MAKER])
    assert Comment.objects.get(pk=begun.pk).resolved_at


def test_what_is_said_of_an_action_by_itself_is_between_its_two_organisations(cast: Cast) -> None:
    action = made(cast)
    write_comment(action, WHISPER, by=cast[PERSON])
    for name in READERS - ENDS:
        assert cast.client(name).get(action.get_absolute_url()).status_code == 404
