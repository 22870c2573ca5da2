"""Rows of exports: asked for by readers of a map, taken by workers one at a time, given up after three tries.

PostgreSQL holds the queue. A worker claims the oldest free row while it skips those that others are claiming, and
says after each part of the work that it is alive. `tries` is its ticket: a worker that was taken for dead and wakes up
again holds an old one, and what it says is no longer written.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.frozen import canonical, digest
from collaboration.models import User
from collaboration.waking import wake_after_commit
from services import policy
from services.content.canonical import content_of
from services.models import Export, InterfaceMap, MapImport, MapVersion
from services.models.export import MOST_TRIES

MOST_WAITING = 30
"""How many exports one person may have in the making at once."""

KEPT = datetime.timedelta(days=30)
KEPT_OF_DRAFTS = datetime.timedelta(days=2)
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@transaction.atomic
def ask(user: User, map_id: int, version: MapVersion | None, file_format: str, language: str) -> Export:
    """The export of this version, or of the draft as it is now: the one that there is, or a new one that waits.

    Raises InterfaceMap.DoesNotExist when the person does not see the map; ValidationError when they wait for too many.
    """
    interface_map = policy.visible_maps(user).get(pk=map_id)
    if version is not None:
        content, of = None, version.digest
    else:
        content = content_of(interface_map)
        of = digest(canonical(content))
    key: dict[str, Any] = {
        "map": interface_map,
        "version": version,
        "version_status": version.status if version else "",
        "digest": of,
        "format": file_format,
        "language": language,
    }
    if (found := Export.objects.listed().filter(**key).first()) is not None:
        Export.objects.filter(pk=found.pk, version=None).update(seq=interface_map.seq)
        return retry(found) if found.failure else found
    if Export.objects.unmade().filter(asked_by=user).count() >= MOST_WAITING:
        raise ValidationError(
            _("You are waiting for %(most)d exports already. Ask again when some of them are ready.")
            % {"most": MOST_WAITING},
            code="waiting",
        )
    seq = version.seq if version else interface_map.seq
    made, _is_new = Export.objects.get_or_create(
        **key, defaults={"content": content, "seq": seq, "asked_by": user}
    )
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
        wake_after_commit("services.tasks.make_exports")


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
    MapImport.objects.filter(at__lt=now - KEPT_OF_DRAFTS).delete()
    return Export.objects.free(now).count()


def draft_has_moved_on(export: Export, interface_map: InterfaceMap) -> bool:
    """Whether a draft's export shows the draft as it no longer is."""
    return export.version_id is None and export.seq != interface_map.seq
