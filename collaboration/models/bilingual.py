"""Names in the national languages: the reader's own language first, the other one when it is empty."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import get_language


def own_language() -> str:
    """The reader's."""
    return (get_language() or "fi")[:2]


def texts_of(row: Any, field: str) -> Iterator[tuple[str, str]]:
    """Each text that there is, with its language: `<field>_<language>` of a model or a mapping, the reader's own first."""
    for language in dict.fromkeys((own_language(), "fi", "sv", "en")):
        name = f"{field}_{language}"
        if text := row.get(name) if isinstance(row, Mapping) else getattr(row, name, ""):
            yield str(text), language


def told(row: Any, field: str) -> tuple[str, str]:
    """A text and its language: the reader's own, or the one that there is."""
    return next(texts_of(row, field), ("", ""))


def in_language(row: Any, field: str) -> str:
    """The same without its language."""
    return told(row, field)[0]


class Bilingual:
    """Gives a model with name_fi and name_sv (and perhaps name_en) its `name` in the reader's language."""

    @property
    def name(self) -> str:
        return in_language(self, "name")

    def __str__(self) -> str:
        return self.name
