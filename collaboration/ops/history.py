"""The history of a document in plain words: who, when, what, from, to."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst

from collaboration.keyset import page_of
from collaboration.models import Change, User
from collaboration.ops.document import Document
from collaboration.ops.properties import Property, as_text
from collaboration.outside import whole_number

CHANGES_ON_A_PAGE = 30
Subjects = dict[tuple[int, int], tuple[str, Any]]
Names = dict[Callable[[set[int]], dict[int, str]], dict[int, str]]


def changes_of(on: models.Model) -> models.QuerySet[Change]:
    """The document's changes, the newest first."""
    changes = Change.objects.filter(log_type=ContentType.objects.get_for_model(on), log_id=on.pk)
    return changes.select_related("actor", "undoes").order_by("-seq")


def history_page(document: Document[Any], on: Any, filters: QueryDict, reader: User) -> dict[str, Any]:
    """One page of the document's changes, each as a sentence with its old and new value, by day, person and place.

    `filters`: `who`, a person's id; `kind`, of what; a place that is not known asks for nothing.
    """
    changes = changes_of(on)
    people = list(User.objects.filter(pk__in=changes.order_by().values("actor")).order_by("sort_key", "pk"))
    who, kind = whole_number(filters.get("who")), document.kinds.get(filters.get("kind") or "")
    shown = changes.filter(actor=who) if who else changes
    if kind:
        shown = shown.filter(subject_type=ContentType.objects.get_for_model(kind.model))
    page = page_of(shown, ("-seq",), CHANGES_ON_A_PAGE, filters)
    rows = _described(document, on, page.rows)
    reasons = document.because(reader, [row["change"].pk for row in rows])
    for row in rows:
        row["because"] = reasons.get(row["change"].pk)
    return {
        "page": page,
        "changes": rows,
        "days": _by_day(rows),
        "people": people,
        "kinds": [(name, capfirst(each.model._meta.verbose_name)) for name, each in document.kinds.items()],
        "wanted": {"who": who, "kind": filters.get("kind") if kind else ""},
        "has_filters": bool(who or kind),
    }


def _by_day(rows: list[dict[str, Any]]) -> list[tuple[datetime.date, list[dict[str, Any]]]]:
    """By day what one person did in a row in one place; what was undone or done again is folded."""
    return [
        (
            day,
            [
                {"actor": actor, "where": where, "url": url, **_folded(list(of_place))}
                for (actor, where, url), of_place in groupby(
                    of_day, lambda row: (row["change"].actor, row["where"], row["url"])
                )
            ],
        )
        for day, of_day in groupby(rows, lambda row: timezone.localtime(row["change"].at).date())
    ]


def _folded(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "changes": [row for row in rows if not row["taken_back"]],
        "taken_back": [row for row in rows if row["taken_back"]],
    }


def in_a_sentence(document: Document[Any], on: Any, change: Change) -> str:
    """What the change is about and what it did, without its values; of what takes back, what it took back at first."""
    while change.undoes is not None:
        change = change.undoes
    [row] = _described(document, on, [change])
    return ": ".join(part for part in (row["where"], capfirst(row["label"]), row["made"]) if part)


def in_words(property_: Property, values: Iterable[Any]) -> list[str]:
    """Values of a property as people read them."""
    values = list(values)
    names = _names_in([(property_, value) for value in values])
    return [_word(property_, value, names) for value in values]


def _described(document: Document[Any], on: Any, changes: list[Change]) -> list[dict[str, Any]]:
    subjects = _subjects(document, on, changes)
    found = [subjects.get((change.subject_type_id, change.subject_id), ("", None)) for change in changes]
    properties = [
        document.kinds[kind].properties.get(change.property) if kind else None
        for change, (kind, _row) in zip(changes, found, strict=True)
    ]
    both = zip(changes, properties, strict=True)
    names = _names_in(
        [(one, value) for change, one in both if one for value in (change.from_value, change.to_value)]
    )
    return [
        _row(document, change, subject, property_, names)
        for change, subject, property_ in zip(changes, found, properties, strict=True)
    ]


def _subjects(document: Document[Any], on: Any, changes: list[Change]) -> Subjects:
    """The rows that the changes are about: one statement for each kind that appears, and what their names need."""
    found: Subjects = {}
    types = ContentType.objects.get_for_models(*(kind.model for kind in document.kinds.values()))
    for name, kind in document.kinds.items():
        content_type = types[kind.model].pk
        wanted = {change.subject_id for change in changes if change.subject_type_id == content_type}
        rows: Iterable[Any] = ()
        if wanted:
            is_whole = name == document.name
            rows = [on] if is_whole else kind.rows(on).prefetch_related(None).filter(pk__in=wanted)
        found |= {(content_type, row.pk): (name, row) for row in rows}
    document.named([row for _name, row in found.values()])
    return found


def _names_in(values: Iterable[tuple[Property | None, Any]]) -> Names:
    """The names behind the ids in the values: one statement for each kind of name that appears."""
    ids: dict[Any, set[int]] = {}
    for property_, value in values:
        if property_ and property_.named:
            keys = value if isinstance(value, list) else [value]
            ids.setdefault(property_.named, set()).update(key for key in keys if isinstance(key, int))
    return {named: named(keys) if keys else {} for named, keys in ids.items()}


def _word(property_: Property | None, value: Any, names: Names) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if property_ is None:
        return as_text(value)
    if property_.named:
        known = names[property_.named]
        return ", ".join(known.get(key, "?") for key in (value if isinstance(value, list) else [value]))
    return property_.shown(value)


def _row(
    document: Document[Any],
    change: Change,
    subject: tuple[str, Any],
    property_: Property | None,
    names: Names,
) -> dict[str, Any]:
    name, row = subject
    kind = document.kinds.get(name)
    is_part = kind is not None and name != document.name
    made = change.to_value if isinstance(change.to_value, dict) and "subject" in change.to_value else None
    says_all = made or (property_ and property_.says_all)
    label = property_.label if property_ else change.property
    return {
        "change": change,
        "where": kind.where(row) if kind and is_part else "",
        "url": kind.url(row) if kind and is_part else "",
        "label": str(property_.said(change.to_value) if property_ and property_.said else label),
        "made": made["name"] if made else "",
        "taken_back": ("redo" if change.undoes.undoes_id else "undo") if change.undoes else "",
        "sent": change.sent_value or "",
        "is_caused": change.cause_id is not None,
        "from": "" if says_all else _word(property_, change.from_value, names),
        "to": "" if says_all else _word(property_, change.to_value, names),
    }
