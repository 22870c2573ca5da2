"""Attaching files: once each, held for their owner until what they belong to is sent, and taken away without a trace of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.journal import record
from collaboration.models import Attachment, User
from collaboration.policy import attachments as policy
from collaboration.uploads import Brought

MOST_HELD = 5
"""Files that are brought with one report."""

HELD_FOR = datetime.timedelta(days=2)


def attachments_of(row: Any) -> QuerySet[Attachment]:
    """What is attached to the row, without the bytes."""
    of = ContentType.objects.get_for_model(type(row))
    rows = Attachment.objects.filter(subject_type=of, subject_id=row.pk, removed_at__isnull=True)
    return rows.defer("content").select_related("added_by")


def held_for(key: UUID | None, user: User) -> QuerySet[Attachment]:
    """What the person has brought for a report that has not been sent yet."""
    return (
        Attachment.objects.filter(draft_key=key, added_by=user).defer("content")
        if key
        else Attachment.objects.none()
    )


@transaction.atomic
def attach(row: Any, brought: Brought, *, by: User) -> Attachment:
    """Attach it; the same file is there once. Raises ValidationError, or PermissionDenied."""
    policy.can_add(by, row).require()
    type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)  # the count stays true
    there = attachments_of(row)
    earlier = there.filter(digest=brought.digest).first()
    if earlier is not None:
        return earlier
    if there.count() >= Attachment.MOST:
        raise ValidationError(
            _("There are %(most)d files already. Take one away first.") % {"most": Attachment.MOST}
        )
    files = policy.files_of(row)
    is_nameless = files.is_nameless(by, row)
    made = _made(brought, by, subject=row, is_nameless=is_nameless)
    files.ring(row)
    record("attachment.added", row, by=None if is_nameless else by, note=made.name)
    return made


def _made(brought: Brought, by: User, **where: Any) -> Attachment:
    made = Attachment(
        name=brought.name,
        kind=brought.kind,
        size=len(brought.content),
        digest=brought.digest,
        content=brought.content,
        added_by=by,
        **where,
    )
    made.full_clean(exclude=["subject_type", "added_by", "origin"], validate_constraints=False)
    made.save()
    return made


@transaction.atomic
def hold(key: UUID, brought: Brought, *, by: User) -> Attachment:
    """Keep it for a report that has not been sent yet. Raises ValidationError."""
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    held = held_for(key, by)
    earlier = held.filter(digest=brought.digest).first()
    if earlier is not None:
        return earlier
    if held.count() >= MOST_HELD:
        raise ValidationError(_("Bring at most %(most)d files with a report.") % {"most": MOST_HELD})
    return _made(brought, by, draft_key=key, is_nameless=True)


def let_go(key: UUID, numbers: Iterable[int], *, by: User) -> None:
    """Forget those of the held files that are not wanted after all."""
    held_for(key, by).filter(pk__in=list(numbers)).delete()


def bind(key: UUID | None, row: Any, *, by: User, is_nameless: bool) -> int:
    """What was held for it goes with the row that has just been sent; how many there were."""
    of = ContentType.objects.get_for_model(type(row))
    held = held_for(key, by)
    return held.update(draft_key=None, subject_type=of, subject_id=row.pk, is_nameless=is_nameless)


COPY = """
INSERT INTO collaboration_attachment (subject_type_id, subject_id, name, kind, size, digest, content, added_by_id, added_at,
    is_nameless, origin_id)
SELECT %s, %s, name, kind, size, digest, content, added_by_id, %s, is_nameless, id
FROM collaboration_attachment WHERE id = ANY(%s) AND removed_at IS NULL ORDER BY id
"""


def copy_to(attachments: Iterable[Attachment], row: Any) -> None:
    """The same files for a row that is made of another, as they are now; their bytes stay in the database."""
    of = ContentType.objects.get_for_model(type(row))
    with connection.cursor() as cursor:
        cursor.execute(COPY, [of.pk, row.pk, timezone.now(), [each.pk for each in attachments]])


@transaction.atomic
def take_away(attachment: Attachment, row: Any, *, by: User) -> None:
    """Its bytes go; that there was a file of this name stays. Raises PermissionDenied."""
    held = Attachment.objects.select_for_update(of=("self",)).defer("content").get(pk=attachment.pk)
    policy.can_take_away(by, held, row).require()
    held.content, held.removed_at, held.removed_by = None, timezone.now(), by
    held.save(update_fields=["content", "removed_at", "removed_by"])
    policy.files_of(row).ring(row)
    is_unnamed = held.is_nameless and held.added_by_id == by.pk
    record("attachment.removed", row, by=None if is_unnamed else by, note=held.name)


def forget_held(now: datetime.datetime | None = None) -> int:
    """Remove what was brought for reports that were never sent; how many there were."""
    old = (now or timezone.now()) - HELD_FOR
    return Attachment.objects.filter(draft_key__isnull=False, added_at__lt=old).delete()[0]
