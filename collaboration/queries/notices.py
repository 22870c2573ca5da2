"""The page of everything that a person was told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collaboration import subjects, verbs
from collaboration.keyset import page_of
from collaboration.models import Notification, User
from collaboration.models.notification import NotificationQuerySet

ON_A_PAGE = 30
SAYING_MORE = 5
"""So many of a page, the newest, say more than a sentence of their verb: each is asked for by itself."""


def told_to(user: User, wish: Mapping[str, Any]) -> NotificationQuerySet:
    """What the person was told, as the filters leave it; what no app tells of any more is left out."""
    category = wish.get("category")
    told = [verb.name for verb in verbs.registered().values() if category in {None, "", verb.category}]
    rows = Notification.objects.filter(recipient=user, event__verb__in=told)
    return rows.filter(read_at__isnull=True) if wish.get("unread") else rows


def notices_page(user: User, wish: Mapping[str, Any], at: Mapping[str, str]) -> dict[str, Any]:
    """A page of notices, the newest first; of a subject that the person no longer sees only that there was something."""
    page = page_of(told_to(user, wish).select_related("event__actor"), ("-pk",), ON_A_PAGE, at)
    about = {row.pk: (row.event.subject_type_id, row.event.subject_id) for row in page.rows}
    seen = subjects.seen_by(user, about.values())
    categories = verbs.categories()
    notices = [
        {
            "row": row,
            "subject": seen.get(about[row.pk]),
            "sentence": verbs.verb(row.event.verb).sentence,
            "category": categories.get(verbs.verb(row.event.verb).category),
        }
        for row in page.rows
    ]
    _say_more(notices)
    return {"page": page, "notices": notices, "has_unread": any(row.read_at is None for row in page.rows)}


def _say_more(notices: list[dict[str, Any]]) -> None:
    saying = [
        (notice, more)
        for notice in notices
        if notice["subject"] is not None and (more := verbs.verb(notice["row"].event.verb).more)
    ]
    for notice, more in saying[:SAYING_MORE]:
        notice["said"] = more(notice["subject"])
