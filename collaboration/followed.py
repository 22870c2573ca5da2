"""Rows that people look at while things happen to them, without editing them together: matters, and lists to come.

The live stream tells of them by the number of their news alone; a page that was made at another one is asked for again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from django.db import models, transaction

from collaboration.audience import Audience
from collaboration.bell import ring_for
from collaboration.kept import Kept
from collaboration.models import Event


@dataclass(eq=False)
class Followed:
    """Rows of a model, by the name that they have in the stream. `news` gives of some of them a number that rises."""

    name: str
    audience: Audience[Any]
    news: Callable[[Any], models.QuerySet[Any]]
    kinds: Mapping[str, Any] = field(default_factory=dict)

    @property
    def model(self) -> type[models.Model]:
        """Whose rows they are."""
        return self.audience.model

    def numbers(self, keys: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Of each of these rows that is there, 0 for changes and the number of its latest news."""
        return {pk: (0, news or 0) for pk, news in self._numbers(keys=list(keys))}

    @cached_property
    def _numbers(self) -> Kept[Any]:
        return Kept(lambda keys: self.news(self.model._default_manager.filter(pk__any=keys)))


def last_event(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Of each the number of the last thing that happened to it: the `news` of most."""
    meta = rows.model._meta
    happened = Event.objects.filter(
        subject_type__app_label=meta.app_label,
        subject_type__model=meta.model_name,
        subject_id=models.OuterRef("pk"),
    )
    latest = models.Subquery(happened.order_by("-pk").values("pk")[:1])
    told: models.QuerySet[Any] = rows.annotate(latest_event=latest).values_list("pk", "latest_event")
    return told


followed: dict[str, Followed] = {}


def register(rows: Followed) -> None:
    """Let the stream tell of these; each app says it of its own in `AppConfig.ready()`."""
    followed[rows.name] = rows


def ring(rows: Iterable[models.Model]) -> None:
    """Ring for each of the rows after the commit."""
    for row in rows:
        transaction.on_commit(partial(ring_for, row, news=True), robust=True)
