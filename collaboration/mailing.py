"""Mailing: what people were told, and links for choosing a password. Only the worker and commands send mail."""

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.http import urlsafe_base64_encode

from collaboration import subjects, verbs
from collaboration.models import Event, Invitation, Notification, PasswordLink, User
from collaboration.models.queued import Queued, QueuedQuerySet
from collaboration.workflows.invitations import token_of

Row = TypeVar("Row", bound=Queued)

BATCH = 50
LINK_TEMPLATE = "collaboration/mail/password_reset"
INVITATION_TEMPLATE = "collaboration/mail/invitation"
BY_A_MACHINE = {"Auto-Submitted": "auto-generated"}
"""What every mail of ours says (RFC 3834), so that no out-of-office message answers it."""

logger = logging.getLogger(__name__)


def mail_notifications() -> int:
    """Mail what is due; how many mails were sent. One that fails is tried later, and given up in the end.

    Two that run at once share the queue. A process that is killed between sending and stamping sends its mails again,
    under the same Message-ID.
    """
    sent = 0
    waiting = Notification.objects.filter(mailed_at__isnull=True, given_up_at__isnull=True)
    while batch := _with_events(waiting.claim(BATCH)):
        readable = still_visible(batch)
        done = [row for row in batch if row.pk not in readable]
        mailed, answers = _send([row for row in batch if row.pk in readable], waiting, message)
        waiting.still_claimed([*done, *mailed]).update(mailed_at=timezone.now())
        sent += len(mailed)
        if len(batch) < BATCH or not answers:
            break
    return sent


def _with_events(claimed: list[Notification]) -> list[Notification]:
    """The claimed rows with what their mails tell of."""
    rows = Notification.objects.select_related("recipient", "event__actor", "event__subject_type")
    found = rows.prefetch_related(subjects.with_subjects("event__subject")).in_bulk(
        [row.pk for row in claimed]
    )
    return [found[row.pk] for row in claimed if row.pk in found]


def mail_links() -> int:
    """Mail the links that were asked for and are due; how many were sent. One that fails is tried later, likewise."""
    sent = 0
    waiting = PasswordLink.objects.all()
    while links := waiting.claim(1):
        mailed: list[PasswordLink] = []
        person = User.objects.filter(email=links[0].email, is_active=True).first()
        if person is not None:
            mailed, _answers = _send(links, waiting, partial(_link_message, person))
        if mailed or person is None or links[0].is_last_try:
            waiting.still_claimed(links).delete()
        sent += len(mailed)
    return sent


class _Away(Exception):
    """The mail server does not answer."""


def mail_invitations() -> int:
    """Mail the invitations that are due; how many were sent. The link is made here, and kept nowhere."""
    sent = 0
    waiting = Invitation.objects.to_be_mailed()
    while claimed := waiting.claim(1):
        rows = list(
            Invitation.objects.select_related("organisation__parent", "invited_by", "forum").filter(
                pk=claimed[0].pk
            )
        )
        rows[0].tries = claimed[0].tries
        mailed, _answers = _send(rows, waiting, _invitation_message)
        waiting.still_claimed(mailed).update(mailed_at=timezone.now())
        sent += len(mailed)
    return sent


def _send(
    rows: list[Row], waiting: QueuedQuerySet[Row], make: Callable[[Row, BaseEmailBackend], mail.EmailMessage]
) -> tuple[list[Row], bool]:
    """Send what was claimed, in no transaction: which were sent, and whether the mail server still answers.

    When it does not, the mail in hand has had its try, and the others are left as if nobody had claimed them.
    """
    sent: list[Row] = []
    until = time.monotonic() + Queued.LEASE.total_seconds() / 2
    server = mail.get_connection()
    try:
        for nth, row in enumerate(rows):
            if time.monotonic() > until:
                waiting.still_claimed(rows[nth:]).release()
                return sent, False
            try:
                _send_one(partial(make, row), server)
            except Exception as problem:  # whatever is wrong with one mail must not stop the others
                _failed(row, waiting)
                if isinstance(problem, _Away):
                    waiting.still_claimed(rows[nth + 1 :]).release()
                    return sent, False
            else:
                sent.append(row)
    finally:
        with suppress(OSError):
            server.close()
    return sent, True


def _send_one(make: Callable[[BaseEmailBackend], mail.EmailMessage], server: BaseEmailBackend) -> None:
    message = make(server)
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


def message(notification: Notification, connection: BaseEmailBackend) -> mail.EmailMessage:
    """The mail in its reader's language."""
    event, person = notification.event, notification.recipient
    name = verbs.verb(event.verb).mail
    row: Any = event.subject
    with translation.override(person.language):
        context = {
            "person": person,
            "event": event,
            "actor": event.actor,
            "title": str(row),
            "url": settings.SITE_URL + row.get_absolute_url(),
            "site_url": settings.SITE_URL,
        }
        subject = " ".join(render_to_string(f"{name}.subject.txt", context).split())
        body = render_to_string(f"{name}.body.txt", context)
    return mail.EmailMessage(
        subject,
        body,
        to=[person.email],
        connection=connection,
        headers={
            "Message-ID": message_id(event, person),
            **BY_A_MACHINE,
        },
    )


def _link_message(person: User, _link: PasswordLink, connection: BaseEmailBackend) -> mail.EmailMessage:
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


def _invitation_message(invitation: Invitation, connection: BaseEmailBackend) -> mail.EmailMessage:
    """The mail with the link, in the language that the person was invited in."""
    with translation.override(invitation.language):
        context = {"invitation": invitation, "token": token_of(invitation), "site_url": settings.SITE_URL}
        subject = " ".join(render_to_string(f"{INVITATION_TEMPLATE}.subject.txt", context).split())
        body = render_to_string(f"{INVITATION_TEMPLATE}.body.txt", context)
    return mail.EmailMessage(
        subject, body, to=[invitation.email], connection=connection, headers=BY_A_MACHINE
    )


def message_id(event: Event, person: User) -> str:
    """A Message-ID (RFC 5322) that is the same each time; no port is allowed in one."""
    return f"<event.{event.pk}.person.{person.pk}@{urlsplit(settings.SITE_URL).hostname}>"
