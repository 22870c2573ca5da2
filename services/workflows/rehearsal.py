"""A rehearsal of an import: each part is done for itself, read, and taken back, so nobody waits for more than a part.

What breaks only by many parts together (more rows than an aspect takes) shows in the import itself.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from services.content.canonical import aspect_of, interface_of, service_of
from services.content.shape import Content
from services.models import AspectNumber, AspectStatus, InterfaceMap
from services.workflows.importing_ops import Writer

BREATH = 0.002
"""Seconds between two parts. PostgreSQL wakes whoever waits for the map, but keeps it for nobody: without a pause the
next part may take it again first."""


class _Over(Exception):
    """Takes a part back."""


class Rehearsal(Writer):
    """`result` tells afterwards what the map would say."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.result: Content = copy.deepcopy(self.draft)
        self.is_within = False

    @contextmanager
    def part(self) -> Iterator[None]:
        """Do what is inside, see what the map then says of its place, and take it back."""
        if self.is_within:
            yield
            return
        before, place, self.is_within = self.changes, self.place, True
        try:
            with transaction.atomic():
                yield
                if self.changes > before:
                    self._keep(InterfaceMap.objects.get(pk=self.map.pk), *place)
                raise _Over
        except _Over:
            time.sleep(BREATH)
        finally:
            self.is_within = False

    def _keep(self, now: InterfaceMap, service: int, interface: int, number: int) -> None:
        if number:
            aspects = [_row(at["interfaces"], interface)["aspects"] for at in (self.result, self.draft)]
            result, draft = (rows[number - 1] for rows in aspects)
            said = aspect_of(now, interface, number)
            if result["status"] != draft["status"]:
                said["status"] = draft["status"]  # rows change no status that the texts have changed
            _take_over(result, draft, said)
            if result["rows"] and result["status"] == AspectStatus.MISSING:
                result["status"] = AspectStatus.IN_PROGRESS
            if number == AspectNumber.COOPERATION_PROCESSES:
                self._begin_responsibilities(now, interface)
        elif service:
            result, draft = (_row(at["services"], service) for at in (self.result, self.draft))
            _take_over(result, draft, service_of(now, service) or {})
        elif interface:
            self.result["interfaces"] = [
                row if row["id"] != interface else interface_of(now, interface)
                for row in self.result["interfaces"]
            ]
        else:
            _take_over(
                self.result, self.draft, {name: getattr(now, name) for name in ("title_fi", "title_sv")}
            )

    def _begin_responsibilities(self, now: InterfaceMap, interface: int) -> None:
        """Who is accountable for a step is also what the responsibilities say."""
        nth = AspectNumber.RESPONSIBILITIES - 1
        result, draft = (
            _row(at["interfaces"], interface)["aspects"][nth] for at in (self.result, self.draft)
        )
        said = aspect_of(now, interface, AspectNumber.RESPONSIBILITIES)
        if said["status"] != draft["status"]:
            result["status"] = said["status"]


def _row(rows: list[Content], key: int) -> Content:
    return next(row for row in rows if row["id"] == key)


def _take_over(result: Content, draft: Content, said: Content) -> None:
    """Change in the result what is now said otherwise than in the draft; of rows one by one, by their id."""
    for name, value in said.items():
        if value == draft[name]:
            continue
        if isinstance(value, list) and all(
            isinstance(row, dict) and "id" in row for row in (*value, *draft[name])
        ):
            result[name] = _rows(result[name], draft[name], value)
        else:
            result[name] = value


def _rows(result: list[Content], draft: list[Content], said: list[Content]) -> list[Content]:
    """The rows of the result with what was removed, changed, added or moved."""
    old, new = {row["id"]: row for row in draft}, {row["id"]: row for row in said}
    rows = {
        row["id"]: new.get(row["id"], row) if new.get(row["id"]) != old.get(row["id"]) else row
        for row in result
        if row["id"] in new or row["id"] not in old
    }
    rows |= {key: row for key, row in new.items() if key not in rows and key not in old}
    moved = [key for key in new if key in old] != [key for key in old if key in new]
    order = [*new, *(key for key in rows if key not in new)] if moved else list(rows)
    return [rows[key] for key in order if key in rows]
