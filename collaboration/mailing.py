"""Mailing: what people were told, and links for choosing a password. Only the worker and commands send mail."""

import datetime
import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.http import urlsafe_base64_encode

from collaboration import subjects
from collaboration.models import Event, Notification, PasswordLink, User

BATCH = 50
LINK_TEMPLATE = "collaboration/mail/password_reset"
BY_A_MACHINE = {"Auto-Submitted": "auto-generated"}
"""What every mail of ours says (RFC 3834), so that no out-of-office message answers it."""

logger = logging.getLogger(__name__)


def mail_notifications() -> int:
    """Go once through the queue; how many mails were sent. One that fails stays for the next time.

    Two that run at once share the queue: each claims rows that the other does not hold. A process that is killed
    between sending and stamping sends that batch again, under the same Message-ID.
    """
    sent, last = 0, 0
    while True:
        with transaction.atomic(), mail.get_connection() as connection:
            batch = claim(after=last)
            if not batch:
                return sent
            sent += mail_batch(batch, connection)
            last = batch[-1].pk


def claim(after: int) -> list[Notification]:
    """The next rows of the queue, locked; those that another process holds are left to it."""
    return list(
        Notification.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(mailed_at__isnull=True, pk__gt=after)
        .select_related("recipient", "event__actor", "event__subject_type")
        .prefetch_related("event__subject")
        .order_by("pk")[:BATCH]
    )


def mail_batch(batch: list[Notification], connection: BaseEmailBackend) -> int:
    """Send what its reader may still see and stamp what is done with; how many were sent."""
    readable = still_visible(batch)
    done, sent = [], 0
    for notification in batch:
        if notification.pk in readable:
            try:
                message(notification, connection).send()
            except Exception:  # whatever is wrong with one mail must not stop the others
                logger.exception("The mail of notification %s stays in the queue.", notification.pk)
                continue
            sent += 1
        done.append(notification.pk)
    Notification.objects.filter(pk__in=done).update(mailed_at=timezone.now())
    return sent


def still_visible(batch: Iterable[Notification]) -> set[int]:
    """Ids of the notifications whose recipient may sign in and see the subject."""
    asked: dict[tuple[User, type[models.Model]], list[Notification]] = {}
    for notification in batch:
        if notification.recipient.is_active and notification.event.subject is not None:
            key = (notification.recipient, type(notification.event.subject))
            asked.setdefault(key, []).append(notification)
    readable: set[int] = set()
    for (person, model), notifications in asked.items():
        ids = [notification.event.subject_id for notification in notifications]
        visible = set(
            subjects.registered()[model].visible(person).filter(pk__in=ids).values_list("pk", flat=True)
        )
        readable |= {row.pk for row in notifications if row.event.subject_id in visible}
    return readable


def template_name(event: Event) -> str:
    """The mail's templates, without their `.subject.txt` and `.body.txt`: in the app that the subject belongs to."""
    return f"{event.subject_type.app_label}/mail/{event.verb.replace('.', '_')}"


def message(notification: Notification, connection: BaseEmailBackend) -> mail.EmailMessage:
    """The mail in its reader's language."""
    event, person = notification.event, notification.recipient
    name = template_name(event)
    row: Any = event.subject
    with translation.override(person.language):
        context = {
            "person": person,
            "event": event,
            "actor": event.actor,
            "title": subjects.subject(row).title(row),
            "url": settings.SITE_URL + subjects.subject(row).url(row),
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
            "Message-ID": message_id(notification.key),
            **BY_A_MACHINE,
        },
    )


LONGEST_WAIT = datetime.timedelta(minutes=2**PasswordLink.MOST_TRIES)
"""No link is tried later than after so long."""


def mail_links() -> int:
    """Mail the links that were asked for and are due; how many were sent. One that fails is tried later, not for ever.

    Two that run at once share the rows, as with notifications.
    """
    sent = 0
    while True:
        with transaction.atomic():
            now = timezone.now()
            clock_was_set_back = Q(due_at__gt=now + LONGEST_WAIT)
            due = PasswordLink.objects.filter(Q(due_at__lte=now) | clock_was_set_back)
            link = due.select_for_update(skip_locked=True).order_by("pk").first()
            if link is None:
                return sent
            sent += _mail_link(link)


def _mail_link(link: PasswordLink) -> bool:
    person = User.objects.filter(email=link.email, is_active=True).first()
    link.tries += 1
    try:
        if person is not None:
            link_message(person).send()
    except Exception:  # the mail server is away, or refuses this one
        if link.tries < PasswordLink.MOST_TRIES:
            logger.warning("The mail of password link %s is tried again.", link.pk, exc_info=True)
            link.due_at = timezone.now() + datetime.timedelta(minutes=2**link.tries)
            link.save(update_fields=["tries", "due_at"])
            return False
        logger.exception("The mail of password link %s is given up.", link.pk)
        person = None
    link.delete()
    return person is not None


def link_message(person: User) -> mail.EmailMessage:
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
    return mail.EmailMessage(subject, body, to=[person.email], headers=BY_A_MACHINE)


def message_id(key: str) -> str:
    """A Message-ID (RFC 5322) that is the same each time: the key's colons are not allowed in one, nor is a port."""
    return f"<{key.replace(':', '.')}@{urlsplit(settings.SITE_URL).hostname}>"
