"""The op that an ordinary form carries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from collaboration.ops.document import Op
from services.workflows.structure import ROW_KINDS, asked_as

LISTS = {"parties", "responsible", *asked_as("parties")}
FLAGS = {"archived", "follows_base", *asked_as("flag")}
DICTIONARIES: dict[str, tuple[str, ...]] = {
    "add_service": ("service", "party", "name_fi", "name_sv", "node"),
    "add_copy": ("name_fi", "name_sv"),
    "add_party": ("organisation",),
    "add_evidence": ("title", "url"),
    **{f"add_{kind.name}": tuple(column.name for column in kind.columns) for kind in ROW_KINDS.values()},
}


def op_from_form(posted: QueryDict) -> Op:
    """The op that an ordinary form carries; raises ValidationError when its hidden fields are incomplete."""
    try:
        op_id = UUID(posted.get("op_id", ""))
        base_version = int(posted.get("base_version", ""))
    except ValueError:
        raise ValidationError(_("Part of the form was missing. Open the page again."), code="form") from None
    name = posted.get("property", "")
    return Op(op_id, posted.get("subject", ""), name, base_version, _value(name, posted))


def _value(name: str, posted: QueryDict) -> Any:
    if name in DICTIONARIES:
        return {
            key: posted.getlist(key) if key in LISTS else posted[key]
            for key in DICTIONARIES[name]
            if key in posted
        }
    if name == "add_interface":
        return {"services": posted.getlist("services")}
    if name == "places":
        return {}
    if name in LISTS:
        return posted.getlist("value")
    value = posted.get("value")
    return value == "true" if name in FLAGS and value is not None else value
