"""The op that an ordinary form carries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from collaboration.ops.document import Document, Op
from collaboration.ops.properties import Property


def op_from_form(document: Document[Any], posted: QueryDict) -> Op:
    """The op that an ordinary form carries; raises ValidationError when its hidden fields are incomplete."""
    try:
        op_id = UUID(posted.get("op_id", ""))
        base_version = int(posted.get("base_version", ""))
    except ValueError:
        raise ValidationError(_("Part of the form was missing. Open the page again."), code="form") from None
    property_ = property_of(document, posted)
    value = property_.sent(posted) if property_ else posted.get("value")
    return Op(op_id, posted.get("subject", ""), posted.get("property", ""), base_version, value)


def property_of(document: Document[Any], posted: QueryDict) -> Property | None:
    """The property that the form is about, if the document has it."""
    kind = document.kinds.get(posted.get("subject", "").partition(":")[0])
    return kind.properties.get(posted.get("property", "")) if kind else None


def typed(property_: Property | None, posted: QueryDict) -> dict[str, Any]:
    """What was sent, to be shown again: hidden fields as they were and the person's own text in fields."""
    is_text = property_ is None or property_.sent_as == "text"
    return {
        "label": property_.label if property_ else "",
        "subject": posted.get("subject", ""),
        "property": posted.get("property", ""),
        "base_version": posted.get("base_version", ""),
        "value": posted.get("value") if is_text else None,
        "values": [] if is_text else posted.getlist("value")[:200],
        "fields": [
            (key, label, posted.get(key, ""))
            for key, label in (property_.members.items() if property_ else ())
        ],
    }
