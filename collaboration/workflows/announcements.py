"""Making an announcement, ending it, and putting it aside."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from collaboration.journal import answer, record
from collaboration.models import Announcement, AnnouncementPutAside, User
from collaboration.policy import announcements as policy


def announce(made: Announcement, *, by: User) -> Announcement:
    """Tell it once to those who sit there. Raises ValidationError by field, or PermissionDenied."""
    if made.forum is not None:
        policy.can_announce_to_forum(by, made.forum).require()
        made.organisation = made.forum.coordinated_by
    else:
        policy.can_end(by, made).require()
        made.organisation = made.area.organisation  # type: ignore[union-attr,assignment]
    made.made_by = by
    made.full_clean(exclude=["key"])
    earlier = Announcement.objects.filter(key=made.key, made_by=by).first() if made.key else None
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            made.save()
            told = policy.ANNOUNCEMENTS.people(made)
            record("announcement.made", made, by=by, at=made.made_at, recipients=told)
    except IntegrityError:
        return Announcement.objects.get(key=made.key, made_by=by)
    return made


@transaction.atomic
def end_announcement(announcement: Announcement, *, by: User) -> None:
    """It is on nobody's desk any more. Raises PermissionDenied."""
    held = (
        Announcement.objects.select_for_update(of=("self",)).select_related("forum").get(pk=announcement.pk)
    )
    policy.can_end(by, held).require()
    if held.ended_at is None:
        held.ended_at = timezone.now()
        held.save(update_fields=["ended_at"])
        record("announcement.ended", held, by=by, answers=("announcement.made",))


@transaction.atomic
def put_aside(announcement: Announcement, *, by: User) -> None:
    """The person has read it, and is told of it no more."""
    answer(["announcement.made"], [announcement], timezone.now(), User.objects.filter(pk=by.pk))
    AnnouncementPutAside.objects.bulk_create(
        [AnnouncementPutAside(announcement=announcement, user=by)], ignore_conflicts=True
    )
