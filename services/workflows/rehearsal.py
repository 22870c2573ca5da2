"""A rehearsal of an import: each part is done for itself, read, and taken back, so nobody waits for more than a part."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from services.content.canonical import interface_of, service_of
from services.content.shape import Content
from services.models import InterfaceMap
from services.workflows.importing_ops import Writer


class _Over(Exception):
    """Takes a part back."""


class Rehearsal(Writer):
    """`result` tells afterwards what the map would say."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.result: Content = copy.deepcopy(self.draft)

    @contextmanager
    def part(self, kind: str, key: int = 0, number: int = 0) -> Iterator[None]:
        """Do what is inside, see what the map then says of it, and take it back."""
        before = self.changes
        try:
            with transaction.atomic():
                yield
                if self.changes > before:
                    self._keep(InterfaceMap.objects.get(pk=self.map.pk), kind, key, number)
                raise _Over
        except _Over:
            pass

    def _keep(self, now: InterfaceMap, kind: str, key: int, number: int) -> None:
        if kind == "map":
            for name in ("title_fi", "title_sv"):
                if getattr(now, name) != self.draft[name]:
                    self.result[name] = getattr(now, name)
            return
        said = service_of(now, key) if kind == "services" else interface_of(now, key)
        rows: list[Content] = self.result[kind]
        at = next(at for at, row in enumerate(rows) if row["id"] == key)
        if said is None:
            del rows[at]
        elif number:
            rows[at]["aspects"][number - 1] = said["aspects"][number - 1]
        else:
            rows[at] = said
