"""The changes of documents since a number, as the API and the live stream tell them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models.expressions import RawSQL

from collaboration.kept import Kept
from collaboration.models import Change
from collaboration.ops.document import Document

Row = dict[str, Any]
Key = tuple[Document[Any], int]

NEXT = """
SELECT next.id FROM unnest(%s::integer[], %s::bigint[], %s::integer[]) AS wanted (log_type, log_id, since)
CROSS JOIN LATERAL (
    SELECT id FROM collaboration_change WHERE log_type_id = log_type AND collaboration_change.log_id = wanted.log_id
    AND seq > since ORDER BY seq LIMIT %s
) AS next
"""

_next = Kept(
    lambda types, ids, since, limit: (
        Change.objects.filter(pk__in=RawSQL(NEXT, (types, ids, since, limit)))  # noqa: S611 without a value in it
        .order_by("log_type", "log_id", "seq")
        .values_list(
            *("log_type_id", "log_id", "seq", "op_id", "subject_type_id", "subject_id", "property"),
            *("from_value", "to_value", "sent_value", "undoes__seq", "actor__name", "at"),
        )
    )
)


def changes_since(wanted: Mapping[Key, int], limit: int) -> dict[Key, list[Row]]:
    """Of each document its next changes after the number, in order, each with the subject that an op would name.

    One statement, however many documents these are.
    """
    found: dict[Key, list[Row]] = {key: [] for key in wanted}
    types = {document: ContentType.objects.get_for_model(document.model).pk for document, _pk in wanted}
    logs = {types[document]: (document, document.kind_names()) for document in types}
    rows = _next(
        types=[types[document] for document, _pk in wanted],
        ids=[pk for _document, pk in wanted],
        since=list(wanted.values()),
        limit=limit,
    )
    for log_type, log_id, seq, op_id, kind, subject, name, before, after, sent, undoes, by, at in rows:
        document, kinds = logs[log_type]
        row = {
            "seq": seq,
            "id": op_id,
            "subject": f"{kinds.get(kind, '')}:{subject}",
            "property": name,
            "from": before,
            "to": after,
            "sent": sent,
            "undoes": undoes,
            "by": by,
            "at": at,
        }
        found[document, log_id].append(row)
    return found
