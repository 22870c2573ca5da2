"""Comments on interfaces: who reads, writes and keeps order on each map, who is told, and that nobody else finds a trace."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from collaboration.mailing import mail_notifications
from collaboration.models import Absence, Comment, ForumSeat, Notification
from collaboration.queries.comments import people_to_mention
from collaboration.workflows import comments as workflow
from collaboration.workflows.comments import Mentioned, write_comment
from services.models import Interface, InterfaceMap
from tests import oracle
from tests.cast import INACTIVE, Cast, undone
from tests.services.care import in_care, look_after, seat
from tests.services.ops import edit, first_aspect

pytestmark = pytest.mark.usefixtures("in_english")
Role = ForumSeat.Role
WHISPER = "Kuiskaus7"
ME, THEM, FAR = "porvoo editor", "county editor", "pohjanmaa editor"


def interface_on(on: InterfaceMap) -> Interface:
    return Interface.objects.select_related("map").filter(map=on).order_by("pk")[0]


def may(act: Any) -> bool:
    with undone():
        try:
            act()
        except PermissionDenied:
            return False
    return True


def writes(cast: Cast, name: str, on: InterfaceMap) -> bool:
    """By brute force: who is of a party, its unit or what it is a unit of, and who sits in a forum that looks after the map."""
    if name == INACTIVE:
        return False
    if oracle.reads_of(cast, name, oracle.parties_of(on)):
        return True
    with undone():
        Absence.objects.filter(seat__role=Role.OBSERVER).delete()
        ForumSeat.objects.filter(role=Role.OBSERVER).delete()
        return any(oracle.sits_in(cast, name, care.forum) for care in on.forums.select_related("forum"))


def test_who_reads_writes_and_keeps_order_on_every_map(cast: Cast) -> None:
    look_after(cast)
    for on in cast.maps.values():
        interface = interface_on(on)
        begun = write_comment(interface, WHISPER, by=on.made_by)
        for name, person in cast.people.items():
            sees = oracle.sees(cast, name, on)
            answer = cast.client(name).get(interface.get_absolute_url())
            assert (answer.status_code == 200) == sees, (name, str(on))
            part = cast.client(name).get(f"/keskustelu/interface:{interface.pk}/")
            assert (part.status_code == 200) == sees, (name, str(on))
            if not sees:
                continue
            page = answer.content.decode()
            assert WHISPER in page
            allowed = writes(cast, name, on)
            assert ('name="text"' in page) == allowed, (name, str(on))
            assert may(partial(write_comment, interface, "Uusi", by=person)) == allowed, (name, str(on))
            keeps = person == on.made_by or oracle.has_role(cast, name, {"editor"}, oracle.parties_of(on))
            acts = (
                partial(workflow.resolve_thread, interface, begun, by=person),
                partial(workflow.take_comment_away, interface, begun, by=person),
            )
            assert [may(act) for act in acts] == [keeps, keeps], (name, str(on))


def test_an_observer_reads_and_writes_nothing_and_an_archived_map_is_silent(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    interface, forum = interface_on(on), in_care(cast, on)
    for role, allowed in ((Role.OBSERVER, False), (Role.MEMBER, True)):
        seat(cast, forum, FAR, role)
        assert may(partial(write_comment, interface, "Uusi", by=cast[FAR])) is allowed
    InterfaceMap.objects.filter(pk=on.pk).update(status="archived")
    interface.refresh_from_db()
    with pytest.raises(PermissionDenied, match="archived map is read only"):
        write_comment(interface, "Uusi", by=cast[ME])


def test_who_is_responsible_is_told_and_else_the_parties_editors(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    interface, aspect = interface_on(on), first_aspect(on)
    assert aspect.interface_id == interface.pk

    def told(verb: str) -> set[int]:
        rows = Notification.objects.filter(event__verb=verb, event__subject_id=interface.pk)
        return set(rows.values_list("recipient", flat=True))

    write_comment(interface, "Riittääkö?", by=cast["porvoo reader"])
    editors = {
        person.pk
        for name, person in cast.people.items()
        if name != INACTIVE and oracle.has_role(cast, name, {"editor"}, oracle.parties_of(on))
    }
    assert told("comment.made") == editors
    Notification.objects.all().delete()
    edit(cast[ME], on, f"aspect:{aspect.pk}", "responsible", [cast["porvoo approver"].pk])
    Notification.objects.all().delete()
    write_comment(interface, "Entä näin?", by=cast[THEM], mentioned=Mentioned([cast["porvoo reader"]]))
    assert told("comment.made") == {cast["porvoo approver"].pk}
    assert told("comment.mentioned") == {cast["porvoo reader"].pk}


def test_a_mention_is_of_those_who_see_the_map(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    interface = interface_on(on)
    found = {each["key"] for each in people_to_mention(cast[ME], interface, "editor")}
    assert f"person-{cast[THEM].pk}" in found
    assert f"person-{cast[FAR].pk}" not in found
    readers = {person.pk for name, person in cast.people.items() if oracle.sees(cast, name, on)}
    assert {int(key.removeprefix("person-")) for key in found if key.startswith("person-")} <= readers
    with pytest.raises(workflow.SomeDoNotSee):
        write_comment(interface, "Katso.", by=cast[ME], mentioned=Mentioned([cast[FAR]]))
    write_comment(interface, "Katso.", by=cast[ME], mentioned=Mentioned([cast[FAR]]), unseeing=1)
    assert not Notification.objects.filter(recipient=cast[FAR], event__verb__startswith="comment.").exists()


def test_nobody_else_finds_a_trace(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    interface = interface_on(on)
    news = InterfaceMap.objects.get(pk=on.pk).news_seq
    Notification.objects.all().delete()  # what was told when the maps were made
    begun = write_comment(interface, WHISPER, by=cast[ME])
    write_comment(interface, f"{WHISPER} takaisin", by=cast[THEM], reply_to=begun)
    assert InterfaceMap.objects.get(pk=on.pk).news_seq == news + 2, "who looks at the map hears of it"
    mail_notifications(timezone.now() + datetime.timedelta(days=3))
    for message in mail.outbox:
        assert WHISPER not in f"{message.subject}{message.body}", "a mail quotes no words"
    addresses = {address for message in mail.outbox for address in message.to}
    for name, person in cast.people.items():
        if oracle.sees(cast, name, on):
            continue
        assert person.email not in addresses, name
        client = cast.client(name)
        for path in (
            "/",
            f"/haku/?q={WHISPER[:5]}",
            f"/viestit/{begun.pk}/muokkaa/",
            f"/viestit/{begun.pk}/aiemmat/",
            f"/keskustelu/interface:{interface.pk}/maininnat/?q=editor",
            f"/api/v1/comments/{begun.pk}/",
            f"/api/v1/comments/?subject=interface:{interface.pk}",
        ):
            answer = client.get(path)
            assert WHISPER not in answer.content.decode(), (name, path)
            assert answer.status_code in {200, 302, 401, 404, 422}, (name, path)
    assert Comment.objects.count() == 2


def test_the_panel_leads_to_the_talk(cast: Cast) -> None:
    interface = interface_on(cast.maps["porvoo"])
    write_comment(interface, WHISPER, by=cast[ME])
    panel = cast.client(ME).get(interface.get_absolute_url(), headers={"X-Panel": "1"}).content.decode()
    assert WHISPER not in panel
    assert f"{interface.get_absolute_url()}#keskustelu" in panel
