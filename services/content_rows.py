"""The rows of a content in words: of structure, and of services their channels and paths."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from services.content import ROWS, Content
from services.models import ServiceChannel

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


def told(row: Content, field: str) -> tuple[str, str]:
    """A text and its language: the reader's own, or the one that there is."""
    for language in ((get_language() or "fi")[:2], "fi", "sv"):
        if text := row.get(f"{field}_{language}"):
            return str(text), language
    return "", ""


def channels_in_words(service: Content, *, both: bool = False) -> list[str]:
    """Each channel of a service as one line: how, what it is called, address, phone, web address, hours.

    In the reader's language; `both` adds what the other language says, so that no change of it stays unseen.
    """
    kinds = dict(ServiceChannel.Kind.choices)
    lines = []
    for row in service.get("channels", []):
        name, address, hours = (_texts(row, field, both=both) for field in ("name", "address", "hours"))
        parts = [part for part in (name, address, row["phone"], row["url"], hours) if part]
        lines.append(f"{capfirst(str(kinds.get(row['kind'], '')))}: {' · '.join(parts)}")
    return lines


def path_in_words(service: Content, names: dict[int, str], *, both: bool = False) -> list[str]:
    """Each step of the path to a service as one line with its number; services that guide by id with their names."""
    lines = []
    for number, row in enumerate(service.get("path", []), 1):
        text = _texts(row, "text", both=both)
        if guide := names.get(row["service"]):
            text = _("%(text)s (guided by %(service)s)") % {"text": text, "service": guide}
        lines.append(f"{number}. {text}")
    return lines


def _texts(row: Content, field: str, *, both: bool) -> str:
    own, _language = told(row, field)
    others = [text for text in (row[f"{field}_fi"], row[f"{field}_sv"]) if both and text not in ("", own)]
    return " / ".join(part for part in (own, *others) if part)
