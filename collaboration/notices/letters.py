"""A letter as a mail: one notice in its own words, several as a list; why one gets it, and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from collaboration import subjects, verbs
from collaboration.models import Notification, User
from collaboration.notices.preferences import way_out

LIST = "collaboration/mail/letter"
LISTED = 30
"""Of so many a letter tells each; of the others it says how many they are."""

BY_A_MACHINE = {"Auto-Submitted": "auto-generated"}
"""What every mail of ours says (RFC 3834), so that no out-of-office message answers it."""


@dataclass(frozen=True)
class Letter:
    """What one person is told in one mail."""

    number: int
    is_daily: bool
    rows: list[Notification]

    @property
    def person(self) -> User:
        """Its reader."""
        return self.rows[0].recipient


def with_events(numbers: Iterable[int]) -> list[Notification]:
    """The rows with what they tell of. What has been read, answered or dropped since it was claimed is left out."""
    rows = Notification.objects.unsent().select_related("recipient", "event__actor", "event__subject_type")
    return list(
        rows.prefetch_related(subjects.with_subjects("event__subject"))
        .filter(pk__in=list(numbers))
        .order_by("pk")
    )


def message(letter: Letter, connection: BaseEmailBackend) -> mail.EmailMessage:
    """The mail in its reader's language."""
    person = letter.person
    told = [verbs.verb(row.event.verb) for row in letter.rows]
    known = verbs.categories()
    categories = [known[name] for name in dict.fromkeys(verb.category for verb in told) if name in known]
    out = settings.SITE_URL + way_out(person, [each.name for each in categories])
    with translation.override(person.language):
        context = {
            "person": person,
            "site_url": settings.SITE_URL,
            "whys": list(dict.fromkeys(str(each.why) for each in categories)),
            "ways_out": [
                {"label": each.label, "url": settings.SITE_URL + way_out(person, [each.name])}
                for each in categories
            ],
        }
        if len(letter.rows) == 1 and not letter.is_daily:
            name, more = told[0].mail, _of_one(letter.rows[0])
            more["said"] = told[0].more(letter.rows[0].event.subject) if told[0].more else ""
        else:
            name, more = LIST, _of_many(letter)
        subject = " ".join(render_to_string(f"{name}.subject.txt", context | more).split())
        body = render_to_string(f"{name}.body.txt", context | more)
    return mail.EmailMessage(
        subject,
        body,
        to=[person.email],
        connection=connection,
        headers={
            "Message-ID": message_id(letter),
            "List-Unsubscribe": f"<{out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            **BY_A_MACHINE,
        },
    )


def _of_one(row: Notification) -> dict[str, Any]:
    event, subject = row.event, row.event.subject
    return {
        "event": event,
        "sentence": verbs.verb(event.verb).sentence,
        "actor": event.actor,
        "title": str(subject),
        "url": settings.SITE_URL + subject.get_absolute_url(),  # type: ignore[union-attr]
    }


def _of_many(letter: Letter) -> dict[str, Any]:
    """A list; its heading names the subject, or what happened, where it is the same in all of them."""
    items = [_of_one(row) for row in letter.rows[:LISTED]]
    about = {(row.event.subject_type_id, row.event.subject_id) for row in letter.rows}
    happened = {row.event.verb for row in letter.rows}
    return {
        "is_daily": letter.is_daily,
        "items": items,
        "count": len(letter.rows),
        "more": len(letter.rows) - len(items),
        "title": items[0]["title"] if len(about) == 1 else "",
        "sentence": items[0]["sentence"] if len(happened) == 1 else "",
    }


def message_id(letter: Letter) -> str:
    """A Message-ID (RFC 5322) that is the same each time that the letter is tried; no port is allowed in one."""
    return f"<letter.{letter.number}.person.{letter.person.pk}@{urlsplit(settings.SITE_URL).hostname}>"
