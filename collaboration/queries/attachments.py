"""What is attached to a subject, and one file for whoever may read it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404

from collaboration.models import Attachment, User
from collaboration.policy import attachments as policy
from collaboration.subjects import reference_to, referred, subject
from collaboration.workflows.attachments import attachments_of, held_for

TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
ENDINGS = {"jpeg": ".jpg,.jpeg"}


def subject_for(user: User, key: str) -> Any:
    """The row of this reference. Raises Http404 for what takes no files, or is not for the person to see."""
    row = referred(user, key)
    if row is None or subject(row).files is None:
        raise Http404
    return row


def attachment_for(user: User, pk: int) -> tuple[Any, Attachment]:
    """What the file is about (None while that is not sent) and the file, without its bytes. Raises Http404."""
    rows = Attachment.objects.select_related("subject_type", "added_by").defer("content")
    attachment = rows.filter(pk=pk, removed_at__isnull=True).first()
    if attachment is None:
        raise Http404
    if attachment.subject_type is None:
        if attachment.added_by_id != user.pk:
            raise Http404
        return None, attachment
    return subject_for(user, f"{attachment.subject_type.model}:{attachment.subject_id}"), attachment


def bytes_of(attachment: Attachment) -> bytes:
    """The file."""
    content: Any = Attachment.objects.values_list("content", flat=True).get(pk=attachment.pk)
    return bytes(content)


def accepted(kinds: frozenset[str]) -> str:
    """The kinds as a browser's dialogue asks for them; a phone that is asked for JPEG makes one of what it has."""
    types = sorted(TYPES[kind] for kind in kinds & Attachment.PICTURES)
    return ",".join(types + sorted(ENDINGS.get(kind, f".{kind}") for kind in kinds))


def files_about(user: User, row: Any) -> dict[str, Any]:
    """What the part "collaboration/partials/files.html" of a page shows: one statement."""
    files = list(attachments_of(row))
    for each in files:
        each.can_take_away = bool(policy.can_take_away(user, each, row))  # type: ignore[attr-defined]
        each.author = each.added_by.name if policy.reads_name(user, each, row) else ""  # type: ignore[attr-defined]
    return {
        "key": reference_to(row),
        "subject": row,
        "list": files,
        "may_add": policy.can_add(user, row),
        "accept": accepted(policy.files_of(row).kinds),
        "most_bytes": Attachment.MOST_BYTES,
    }


def held_files(user: User, key: UUID | None) -> list[Attachment]:
    """What the person has brought for a report that is not sent yet."""
    return list(held_for(key, user))
