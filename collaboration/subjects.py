"""The one port upwards: other apps say what may be a subject, who may see it, what it is called and where it is.

A subject is what an event, a notification or a change is about. Each app registers its models in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import models

if TYPE_CHECKING:
    from collaboration.models import User


@dataclass(frozen=True)
class Subject:
    """How the rows of one model are shown to people."""

    visible: Callable[[User], models.QuerySet[Any]]
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    reading: Callable[[], models.QuerySet[Any]]


_registered: dict[type[models.Model], Subject] = {}


def register(
    model: type[models.Model],
    *,
    visible: Callable[[Any], models.QuerySet[Any]],
    title: Callable[[Any], str] = str,
    url: Callable[[Any], str],
    reading: Callable[[], models.QuerySet[Any]] | None = None,
) -> None:
    """Let rows of the model be subjects of events, notifications and changes.

    `reading` says how many of them are read at once, with what their title and address need.
    """
    _registered[model] = Subject(visible, title, url, reading or model._default_manager.all)


def with_subjects(path: str) -> GenericPrefetch[Any]:
    """Prefetches the subjects at the path, as their apps read them."""
    return GenericPrefetch(path, [subject.reading() for subject in _registered.values()])


def seen_by(user: User, rows: Iterable[models.Model | None]) -> set[tuple[type[models.Model], Any]]:
    """Which of the rows the person sees, by model and key: one statement for each model."""
    keys = defaultdict(set)
    for row in rows:
        if row is not None:
            keys[type(row)].add(row.pk)
    return {
        (model, pk)
        for model, wanted in keys.items()
        for pk in _registered[model].visible(user).filter(pk__in=wanted).values_list("pk", flat=True)
    }


def subject(row: models.Model) -> Subject:
    """How this row is shown. Raises KeyError for a model that nobody registered."""
    return _registered[type(row)]


def registered() -> dict[type[models.Model], Subject]:
    """All registered models, for tests and for lists over all of them."""
    return dict(_registered)
