"""What people are told of: each app says its verbs in `AppConfig.ready()`. The front page and the mail read them here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Verb:
    """A verb as people read it. `mail` names the templates, without their `.subject.txt` and `.body.txt`."""

    name: str
    sentence: Any
    category: str
    mail: str


_registered: dict[str, Verb] = {}


def register(app: str, category: str, sentences: Mapping[str, Any]) -> None:
    """Let people be told of these verbs, with lazily translated sentences. The mails are the app's own."""
    for name, sentence in sentences.items():
        mail = f"{app}/mail/{name.replace('.', '_')}"
        _registered[name] = Verb(name, sentence, category, mail)


def verb(name: str) -> Verb:
    """Raises KeyError for one that nobody is told of."""
    return _registered[name]


def registered() -> dict[str, Verb]:
    """All verbs that people are told of."""
    return dict(_registered)
