"""What people are told of: each app says its verbs in `AppConfig.ready()`. Pages, mail and what people choose read them here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sent(models.TextChoices):
    """How mail tells of a category."""

    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day")
    OFF = "off", _("no mail")


def _everybody(_user: Any) -> bool:
    return True


@dataclass(frozen=True)
class Category:
    """What people choose about together: its name for them, why somebody is told, and how mail goes until they choose.

    `is_for` says who is asked about it.
    """

    name: str
    label: Any
    why: Any
    sent: str = Sent.AT_ONCE
    is_for: Callable[[Any], bool] = _everybody


@dataclass(frozen=True)
class Verb:
    """A verb as people read it. `mail` names the templates, without their `.subject.txt` and `.body.txt`.

    Where one thing is told of, `more` says in a sentence what else there is to know of its subject.
    """

    name: str
    sentence: Any
    category: str
    mail: str
    more: Callable[[Any], str] | None = None


_registered: dict[str, Verb] = {}
_categories: dict[str, Category] = {}


def categorise(*categories: Category) -> None:
    """Let people choose about these, in this order."""
    _categories.update({category.name: category for category in categories})


def register(app: str, category: str, sentences: Mapping[str, Any], mail: str = "") -> None:
    """Let people be told of these verbs, with lazily translated sentences.

    The mails are the app's own, one for each verb, or the one that `mail` names for all of them.
    """
    for name, sentence in sentences.items():
        own = f"{app}/mail/{mail or name.replace('.', '_')}"
        _registered[name] = Verb(name, sentence, category, own)


def say_more(name: str, more: Callable[[Any], str]) -> None:
    """Let mails and notices of this verb say more of its subject than its title."""
    _registered[name] = replace(_registered[name], more=more)


def verb(name: str) -> Verb:
    """Raises KeyError for one that nobody is told of."""
    return _registered[name]


def registered() -> dict[str, Verb]:
    """All verbs that people are told of."""
    return dict(_registered)


def categories() -> dict[str, Category]:
    """All categories that people choose about."""
    return dict(_categories)
