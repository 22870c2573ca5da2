"""kill -9 of a process that mails, wherever its mail server has got to: everybody has each letter, and has it once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from email import message_from_string

import pytest
from django.conf import settings
from django.utils import timezone

from collaboration.journal import record
from collaboration.models import Membership, Notification, User
from services.policy import MAPS
from tests.cast import Cast
from tests.factories.collaboration import MembershipFactory
from tests.gear.smtp import MailServer, mail_server

SENT_AND_NOT_SAID = "taken"


def sender(database: str, server: MailServer) -> subprocess.Popen[bytes]:
    """What the clock does each minute, as a process."""
    host, port = server.server_address[:2]
    more = {
        "DATABASE_URL": database,
        "EMAIL_HOST": str(host),
        "EMAIL_PORT": str(port),
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "MAIL_OFFICE_HOURS": "0",
        "MAIL_GATHER_MINUTES": "0",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "mail_notifications"],
        cwd=settings.BASE_DIR,
        env=os.environ | more,
        stdout=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("hangs_at", ["connection", "MAIL", "DATA", SENT_AND_NOT_SAID])
def test_a_killed_sender_loses_no_mail_and_doubles_none(
    fresh_cast: Cast, fresh_database: str, settings: object, hangs_at: str
) -> None:
    on = fresh_cast.maps["porvoo"]
    for _nth in range(5):
        MembershipFactory.create(organisation=fresh_cast.organisations["porvoo"], role=Membership.Role.READER)
    Notification.objects.update(read_at=timezone.now())  # of the maps that the cast has made
    for verb in ("map.made", "map.taken_back"):
        record(verb, on, by=None, recipients=MAPS.people(on))
    people = set(
        User.objects.filter(notifications__in=Notification.objects.unsent()).values_list("email", flat=True)
    )
    with mail_server(settings, hangs_at=hangs_at) as server:
        process = sender(fresh_database, server)
        try:
            assert server.hangs.wait(timeout=60)
        finally:
            process.kill()
            process.wait()
        server.hangs_at = ""
        server.goes_on.set()
        with sender(fresh_database, server) as process:
            assert process.wait(timeout=60) == 0
        assert Notification.objects.unsent().count() == 2 * len(people), (
            "somebody may still be at work on them"
        )
        Notification.objects.update(due_at=timezone.now())  # the lease ends
        for _round in range(2):
            with sender(fresh_database, server) as process:
                assert process.wait(timeout=60) == 0
        mails = defaultdict(list)
        for to, text in server.mails:
            message = message_from_string(text)
            mails[to].append((message["Message-ID"], message.get_payload()))
    assert set(mails) == people
    assert {len(set(letters)) for letters in mails.values()} == {1}, (
        "one letter, and the same if it came twice"
    )
    doubled = [to for to, letters in mails.items() if len(letters) > 1]
    assert len(doubled) == (1 if hangs_at == SENT_AND_NOT_SAID else 0)
    assert not Notification.objects.unsent().exists()
