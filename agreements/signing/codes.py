"""The short code of a content, as it stands on every page and in the address of the page that verifies it."""

from __future__ import annotations

import re

CODE_DIGITS = 16
"""Of 64: nobody makes another content with the same 64 bits by chance, and one can still read them to somebody."""

IN_TEXT = re.compile(r"/(?:tarkista|kontrollera)/([0-9a-f]{16})\b")


def code_of(digest: str) -> str:
    """The first digits of a content's SHA-256."""
    return digest[:CODE_DIGITS]


def grouped(digits: str) -> str:
    """The digits in groups of four, to be read and compared."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def codes_in(text: str) -> set[str]:
    """The codes of all verify addresses in a text; an address may be broken into lines."""
    return set(IN_TEXT.findall(re.sub(r"\s+", "", text))) | set(IN_TEXT.findall(text))
