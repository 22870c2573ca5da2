"""Announcements: on the desk, in lists and alone."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone

from collaboration.kept import Kept
from collaboration.keyset import page_of
from collaboration.models import Announcement, AnnouncementPutAside, AnnouncementReader, Forum, User
from collaboration.policy import announcements as policy

Row = dict[str, Any]
ON_THE_DESK = 3
ON_A_PAGE = 20


def _rows(user: User) -> QuerySet[Announcement]:
    return policy.visible_announcements(user).select_related(
        "forum", "area", "made_by", "organisation__parent"
    )


def _for_desk(user: Any, today: Any) -> QuerySet[Announcement]:
    told = AnnouncementReader.objects.filter(user=user, is_member=True).values("announcement_id")
    aside = AnnouncementPutAside.objects.filter(announcement=OuterRef("pk"), user=user)
    return (
        Announcement.objects.filter(~Exists(aside), pk__in=told, until__gte=today, ended_at__isnull=True)
        .exclude(made_by=user)
        .select_related("forum", "area", "made_by")
        .order_by("-pk")[:ON_THE_DESK]
    )


_FOR_DESK = Kept(_for_desk)


def announcements_on_desk(user: User) -> list[Announcement]:
    """The newest that concern the person and that they have not put aside: one statement."""
    return list(_FOR_DESK(user=user.pk, today=timezone.localdate()))


def announcement_list_page(user: User, wanted: Row, at: QueryDict, forum: Forum | None = None) -> Row:
    """Those that the person sees, the newest first; `forum` narrows to one."""
    rows = _rows(user)
    if forum is not None:
        rows = rows.filter(forum=forum)
    if wanted.get("level"):
        rows = rows.filter(level=wanted["level"])
    if not wanted.get("past"):
        rows = rows.filter(until__gte=timezone.localdate(), ended_at__isnull=True)
    page = page_of(rows, ("-pk",), ON_A_PAGE, at)
    return {"page": page, "announcements": page.rows, "forum": forum}


def announcements_of(user: User, forum: Forum) -> list[Announcement]:
    """The newest of a forum, for its page."""
    rows = _rows(user).filter(forum=forum, until__gte=timezone.localdate(), ended_at__isnull=True)
    return list(rows.order_by("-pk")[:ON_THE_DESK])


def announcement_for(user: User, pk: int) -> Announcement:
    """The announcement. Raises Http404 for one that the person may not see."""
    row = _rows(user).select_related("forum__coordinated_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
