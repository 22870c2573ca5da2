"""The rows of structure of a content, in words."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from services.content import ROWS, Content

IN_ITSELF = {"title_fi", "title_sv", "title", "what", "who"}
"""Columns that say what the row is, so that they need no label."""


def in_words(row: Content, parties: dict[int, str]) -> str:
    """One row as one line: what it is, then its other facts with their labels. Parties by id with their names."""
    model, parts = ROWS[row["kind"]], []
    for name, value in row.items():
        if name in {"kind", "id"} or value in (None, "", False, []):
            continue
        if name in IN_ITSELF:
            parts.append(str(value))
            continue
        column: Any = model._meta.get_field({"actor_ids": "actors"}.get(name, name.removesuffix("_id")))
        parts.append(f"{capfirst(column.verbose_name)}: {_said(column, name, value, parties)}")
    return " · ".join(parts)


def _said(column: Any, name: str, value: Any, parties: dict[int, str]) -> str:
    if name == "actor_ids":
        return ", ".join(parties.get(key, "") for key in value)
    if name == "person":
        return _("named")
    if name.endswith("_id"):
        return parties.get(value, "")
    if value is True:
        return _("yes")
    return str(dict(column.flatchoices).get(value, value))
