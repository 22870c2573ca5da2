"""Names in the national languages: the reader's own language first, the other one when it is empty."""

from typing import Any

from django.utils.translation import get_language


def in_language(row: Any, field: str) -> str:
    """`row.<field>_<language>`, or the first of fi, sv, en that is not empty."""
    language = (get_language() or "fi")[:2]
    for code in (language, "fi", "sv", "en"):
        if text := getattr(row, f"{field}_{code}", ""):
            return str(text)
    return ""


class Bilingual:
    """Gives a model with name_fi and name_sv (and perhaps name_en) its `name` in the reader's language."""

    @property
    def name(self) -> str:
        return in_language(self, "name")

    def __str__(self) -> str:
        return self.name
