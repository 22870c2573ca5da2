"""Passwords that are tried first here: common words of Finnish and Swedish, seasons and places with a year.

Beside Django's own list of common passwords, which knows English.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from collaboration.models import Organisation

WORDS = Path(__file__).with_name("common_words.txt")
MOST_WORDS = 2
FEWEST_SIGNS = 5
INSTEAD = str.maketrans("013457@$!", "oieastasi")
"""Digits and signs that people write for letters."""


class LocalPasswordValidator:
    """Refuses what is made of one or two common words or names of municipalities, and of a few signs over and over."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(set(password)) < FEWEST_SIGNS or any(map(_is_common, _readings(password))):
            raise ValidationError(
                _(
                    "This password is among the first that are guessed: a common word, name, place or season with "
                    "numbers. Choose several words that do not belong together."
                ),
                code="password_common_here",
            )

    def get_help_text(self) -> str:
        return _("Not a common word, name, place or season with numbers, such as kesä2026 or salasana123.")


def _readings(password: str) -> set[str]:
    """The letters of the password, also with those that digits stand for: s4l4s4n4123 is salasana."""
    plain = _plain(password)
    last = max((at for at, sign in enumerate(plain, 1) if sign.isalpha()), default=0)
    ends = range(last, len(plain) + 1)  # how many of the digits at the end are still letters of the word
    return {_letters(plain), *(_letters(plain[:end].translate(INSTEAD)) for end in ends)} - {""}


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text)


def _plain(text: str) -> str:
    """In small letters without accents."""
    return "".join(
        sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign)
    )


def _is_common(letters: str) -> bool:
    """Whether the letters are so few words, however often each comes."""
    known = _words() | _places()
    longest = max(map(len, known))
    ways: dict[int, set[frozenset[str]]] = {0: {frozenset()}}
    for end in range(1, len(letters) + 1):
        found: set[frozenset[str]] = set()
        for begin in range(max(0, end - longest), end):
            word = letters[begin:end]
            if word in known:
                found |= {way | {word} for way in ways.get(begin, ()) if len(way | {word}) <= MOST_WORDS}
        ways[end] = found
    return bool(ways[len(letters)])


@cache
def _words() -> frozenset[str]:
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _places() -> frozenset[str]:
    """The municipalities, in both languages."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.MUNICIPALITY).values_list("name_fi", "name_sv")
    return frozenset(name for row in rows for each in row if len(name := _letters(_plain(each))) > 2)
