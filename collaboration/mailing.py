"""Mailing: what people were told, and links for choosing a password. Only the worker and commands send mail."""

import datetime
import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import format_datetime
from functools import partial
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any, Generic, Protocol, TypeVar

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.http import urlsafe_base64_encode

from collaboration import subjects
from collaboration.models import Invitation, Notification, PasswordLink, User
from collaboration.models.queued import Queued, QueuedQuerySet
from collaboration.notices import claiming
from collaboration.notices.letters import BY_A_MACHINE, Letter, message, with_events
from collaboration.workflows.invitations import token_of

Row = TypeVar("Row", bound=Queued)


class Rows(Protocol):
    """A mail that tells of these rows."""

    @property
    def rows(self) -> list[Any]: ...


OfRows = TypeVar("OfRows", bound=Rows)

LINK_TEMPLATE = "collaboration/mail/password_reset"
INVITATION_TEMPLATE = "collaboration/mail/invitation"

logger = logging.getLogger(__name__)


def mail_notifications(now: datetime.datetime | None = None) -> int:
    """Mail what goes now; how many mails were sent. One that fails is tried later, and given up in the end.

    Two that run at once share the letters. A process that is killed between sending a mail and stamping it sends that one
    again, under the same Message-ID and with the same rows.
    """
    now = now or timezone.now()
    sent = 0
    waiting = Notification.objects.unsent()
    while claimed := claiming.claim(now):
        left = iter(claimed)
        letters = (letter for each in left for letter in _readable(each))  # each is read when its turn comes
        mailed, goes_on = _send(letters, waiting, message, _stamp)
        sent += mailed
        if not goes_on:
            waiting.filter(pk__in=[row for each in left for row in each.rows]).release()
        if not goes_on or len(claimed) < claiming.MOST:
            break
    return sent


def _readable(claimed: claiming.Claimed) -> list[Letter]:
    """The letter with what its reader may see, if anything is left of it; the rest is dropped."""
    rows = with_events(claimed.rows)
    readable = still_visible(rows)
    if hidden := [row for row in rows if row.pk not in readable]:
        Notification.objects.still_claimed(hidden).update(dropped_at=timezone.now())
    left = [row for row in rows if row.pk in readable]
    return [Letter(claimed.number, claimed.is_daily, left)] if left else []


def _stamp(letter: Letter) -> None:
    Notification.objects.still_claimed(letter.rows).update(mailed_at=timezone.now())


@dataclass(frozen=True)
class _Alone(Generic[Row]):
    """A row that is a mail by itself."""

    rows: list[Row]


def mail_links() -> int:
    """Mail the links that were asked for and are due; how many were sent. One that fails is tried later, likewise."""
    sent = 0
    waiting = PasswordLink.objects.all()

    def forget(mail_of_it: _Alone[PasswordLink]) -> None:
        waiting.still_claimed(mail_of_it.rows).delete()

    while links := waiting.claim(1):
        person = User.objects.filter(email=links[0].email, is_active=True).first()
        mailed = 0
        if person is not None:
            mailed, _answers = _send([_Alone(links)], waiting, partial(_link_message, person), forget)
        if not mailed and (person is None or links[0].is_last_try):
            forget(_Alone(links))
        sent += mailed
    return sent


def mail_invitations() -> int:
    """Mail the invitations that are due; how many were sent. The link is made here, and kept nowhere."""
    sent = 0
    waiting = Invitation.objects.to_be_mailed()

    def stamp(mail_of_it: _Alone[Invitation]) -> None:
        waiting.still_claimed(mail_of_it.rows).update(mailed_at=timezone.now())

    while claimed := waiting.claim(1):
        rows = list(
            Invitation.objects.select_related("organisation__parent", "invited_by", "forum").filter(
                pk=claimed[0].pk
            )
        )
        rows[0].tries = claimed[0].tries
        mailed, _answers = _send([_Alone(rows)], waiting, _invitation_message, stamp)
        sent += mailed
    return sent


class _Away(Exception):
    """The mail server does not answer."""


def _send(
    mails: Iterable[OfRows],
    waiting: QueuedQuerySet[Any],
    make: Callable[[OfRows, BaseEmailBackend], mail.EmailMessage],
    stamp: Callable[[OfRows], None],
) -> tuple[int, bool]:
    """Send what was claimed, in no transaction, and stamp each mail: how many, and whether there is reason to go on.

    When the mail server does not answer, the mail in hand has had its try, and the others are not looked at; nor are they
    when others may soon claim them.
    """
    sent = 0
    until = time.monotonic() + Queued.LEASE.total_seconds() / 2
    server = mail.get_connection()
    try:
        for one in mails:
            if time.monotonic() > until:
                waiting.still_claimed(one.rows).release()
                return sent, False
            try:
                _send_one(partial(make, one), server)
            except Exception as problem:  # whatever is wrong with one mail must not stop the others
                for row in one.rows:
                    _failed(row, waiting)
                if isinstance(problem, _Away):
                    return sent, False
            else:
                stamp(one)
                sent += 1
    finally:
        with suppress(OSError):
            server.close()
    return sent, True


def _send_one(make: Callable[[BaseEmailBackend], mail.EmailMessage], server: BaseEmailBackend) -> None:
    message = make(server)
    message.extra_headers = {**message.extra_headers, "Date": format_datetime(timezone.now())}
    try:
        server.open()
    except OSError as problem:
        raise _Away from problem
    try:
        message.send()
    except (SMTPResponseException, SMTPRecipientsRefused):
        raise  # it answers, and refuses this one
    except OSError as problem:
        raise _Away from problem


def _failed(row: Queued, waiting: QueuedQuerySet[Any]) -> None:
    name = f"{row._meta.label} {row.pk}"
    if row.is_last_try:
        logger.exception("The mail of %s is given up after %s tries.", name, row.tries)
    else:
        logger.warning("The mail of %s is tried again.", name, exc_info=True)
    waiting.still_claimed([row]).update(**row.after_a_failure())


def still_visible(batch: Iterable[Notification]) -> set[int]:
    """Ids of the notifications whose recipient may sign in and see the subject."""
    of_people: dict[User, list[Notification]] = {}
    for notification in batch:
        if notification.recipient.is_active:
            of_people.setdefault(notification.recipient, []).append(notification)
    readable: set[int] = set()
    for person, told in of_people.items():
        about = {row.pk: (row.event.subject_type_id, row.event.subject_id) for row in told}
        seen = subjects.seen_by(person, about.values())
        readable |= {key for key, subject in about.items() if subject in seen}
    return readable


def _link_message(
    person: User, _link: _Alone[PasswordLink], connection: BaseEmailBackend
) -> mail.EmailMessage:
    """The mail with the link, in the person's own language; also for those who have no password yet."""
    context = {
        "user": person,
        "uid": urlsafe_base64_encode(str(person.pk).encode()),
        "token": default_token_generator.make_token(person),
        "site_url": settings.SITE_URL,
    }
    with translation.override(person.language):
        subject = " ".join(render_to_string(f"{LINK_TEMPLATE}.subject.txt", context).split())
        body = render_to_string(f"{LINK_TEMPLATE}.body.txt", context)
    return mail.EmailMessage(subject, body, to=[person.email], connection=connection, headers=BY_A_MACHINE)


def _invitation_message(invited: _Alone[Invitation], connection: BaseEmailBackend) -> mail.EmailMessage:
    """The mail with the link, in the language that the person was invited in."""
    [invitation] = invited.rows
    with translation.override(invitation.language):
        context = {"invitation": invitation, "token": token_of(invitation), "site_url": settings.SITE_URL}
        subject = " ".join(render_to_string(f"{INVITATION_TEMPLATE}.subject.txt", context).split())
        body = render_to_string(f"{INVITATION_TEMPLATE}.body.txt", context)
    return mail.EmailMessage(
        subject, body, to=[invitation.email], connection=connection, headers=BY_A_MACHINE
    )
