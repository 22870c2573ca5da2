"""Rows of exports: asked for by readers, taken by workers one at a time, given up after three tries.


PostgreSQL holds the queue. A worker claims the oldest free row while it skips those that others are claiming, and
says after each part of the work that it is alive. `tries` is its ticket: a worker that was taken for dead and wakes up
again holds an old one, and what it says is no longer written.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration import subjects
from collaboration.exports.exporter import Version, exporter_of, registered
from collaboration.frozen import canonical, digest
from collaboration.models import Export, User
from collaboration.models.export import MOST_TRIES
from collaboration.waking import wake_after_commit

MOST_WAITING = 30
"""How many exports one person may have in the making at once."""

KEPT = datetime.timedelta(days=30)
KEPT_OF_DRAFTS = datetime.timedelta(days=2)


@transaction.atomic
def ask(user: User, on: Model, version: Version | None, file_format: str, language: str) -> Export:
    """The export of this version, or of the draft as it is now: the one that there is, or a new one that waits.

    Raises DoesNotExist when the person does not see the document; ValidationError when they wait for too many.
    """
    document: Any = subjects.subject(on).audience.visible(user).get(pk=on.pk)
    content = None if version else exporter_of(document).content(document)
    key: dict[str, Any] = {
        "version": version.pk if version else None,
        "version_status": version.status if version else "",
        "digest": version.digest if version else digest(canonical(content)),
        "format": file_format,
        "language": language,
    }
    seq = version.seq if version else document.seq
    if (found := Export.objects.of(document).listed().filter(**key).first()) is not None:
        Export.objects.filter(pk=found.pk, version=None).update(seq=seq)
        made = retry(found) if found.failure else found
    elif Export.objects.unmade().filter(asked_by=user).count() >= MOST_WAITING:
        raise ValidationError(
            _("You are waiting for %(most)d exports already. Ask again when some of them are ready.")
            % {"most": MOST_WAITING},
            code="waiting",
        )
    else:
        of = {"version_number": version.number if version else "", "content": content, "seq": seq}
        made, _is_new = Export.objects.get_or_create(
            **key,
            subject_type=ContentType.objects.get_for_model(document),
            subject_id=document.pk,
            defaults={**of, "asked_by": user},
        )
    made.subject = document
    return made


def retry(export: Export) -> Export:
    """Let a failed export wait again; one that has not failed stays as it is."""
    Export.objects.filter(pk=export.pk).exclude(failure="").update(
        failure="", tries=0, progress=0, heard_at=None
    )
    return Export.objects.listed().get(pk=export.pk)


def wake_for(export: Export) -> None:
    """Wake the worker when the export's row can be seen, unless it is ready already."""
    if export.made_at is None:
        wake_after_commit("collaboration.tasks.make_exports")


@transaction.atomic
def claim() -> Export | None:
    """The oldest free export, now this worker's; None when there is nothing to do."""
    now = timezone.now()
    row = (
        Export.objects.free(now)
        .filter(tries__lt=MOST_TRIES)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("asked_at", "pk")
        .first()
    )
    if row is None:
        return None
    row.heard_at, row.tries, row.progress = now, row.tries + 1, 5
    row.save(update_fields=["heard_at", "tries", "progress"])
    return row


class Lost(Exception):
    """Another worker has taken the export over meanwhile, or it has been removed."""


def tell(export: Export, progress: int) -> None:
    """Say that the worker is alive and how far it is. Raises Lost."""
    _write(export, progress=progress, heard_at=timezone.now())


def finish(export: Export, file: bytes) -> None:
    """Keep the file. Raises Lost."""
    _write(export, file=file, size=len(file), progress=100, made_at=timezone.now(), content=None)


def fail(export: Export) -> None:
    """Say that the file cannot be made. Raises Lost."""
    _write(export, failure=Export.Failure.BROKEN)


def _write(export: Export, **values: Any) -> None:
    if not Export.objects.unmade().filter(pk=export.pk, tries=export.tries).update(**values):
        raise Lost


def sweep() -> int:
    """Give up what has been tried three times, and remove what is old. Returns how many exports still wait."""
    now = timezone.now()
    given_up = Export.objects.free(now).filter(tries__gte=MOST_TRIES)
    given_up.update(failure=Export.Failure.DIED)
    Export.objects.filter(asked_at__lt=now - KEPT).delete()
    Export.objects.filter(asked_at__lt=now - KEPT_OF_DRAFTS, version__isnull=True).delete()
    for exporter in registered():
        exporter.tidy(now - KEPT_OF_DRAFTS)
    return Export.objects.free(now).count()
