"""Who may announce something, and to whom."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from collaboration.audience import Audience
from collaboration.models import Announcement, Area, Forum, User
from collaboration.policy import grants_of
from collaboration.policy.forums import can_change_forum
from collaboration.verdict import Verdict

ANNOUNCEMENTS = Audience(Announcement)
"""Read by those who sit in the forum or on the level today: see `AnnouncementReader`."""
visible_announcements = ANNOUNCEMENTS.visible


def can_announce_to_forum(user: User, forum: Forum) -> Verdict:
    """Who keeps the forum."""
    return can_change_forum(user, forum)


def areas_to_announce_in(user: User) -> QuerySet[Area]:
    """The counties whose people the person keeps."""
    areas = Area.objects.filter(
        kind=Area.Kind.WELLBEING_SERVICES_COUNTY, organisation__isnull=False
    ).select_related("organisation")
    if user.is_staff:
        return areas
    kept = [pk for pk, granted in grants_of(user).items() if "manage_people" in granted]
    return areas.filter(organisation__in=kept)


def can_announce_to_a_level(user: User) -> Verdict:
    """Administrators of a county's organisation."""
    return Verdict.unless(
        areas_to_announce_in(user).exists(),
        _("Only an administrator of a county's organisation may announce something to a level."),
    )


def can_end(user: User, announcement: Announcement) -> Verdict:
    """Who may make another one there."""
    if announcement.forum is not None:
        return can_change_forum(user, announcement.forum)
    return Verdict.unless(
        announcement.area_id in areas_to_announce_in(user).values_list("pk", flat=True),
        _("Only an administrator of a county's organisation may announce something to a level."),
    )
