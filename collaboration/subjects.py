"""The one port upwards: other apps say what may be a subject, who may see it, what it is called and where it is.

A subject is what an event, a notification or a change is about. Each app registers its models in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from collaboration.models import User


@dataclass(frozen=True)
class Subject:
    """How the rows of one model are shown to people."""

    visible: Callable[[User], models.QuerySet[Any]]
    title: Callable[[Any], str]
    url: Callable[[Any], str]


_registered: dict[type[models.Model], Subject] = {}


def register(
    model: type[models.Model],
    *,
    visible: Callable[[Any], models.QuerySet[Any]],
    title: Callable[[Any], str] = str,
    url: Callable[[Any], str],
) -> None:
    """Let rows of the model be subjects of events, notifications and changes."""
    _registered[model] = Subject(visible, title, url)


def subject(row: models.Model) -> Subject:
    """How this row is shown. Raises KeyError for a model that nobody registered."""
    return _registered[type(row)]


def registered() -> dict[type[models.Model], Subject]:
    """All registered models, for tests and for lists over all of them."""
    return dict(_registered)
