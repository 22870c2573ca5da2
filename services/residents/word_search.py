"""Finding by words, also inflected ones: päiväkoti finds päiväkodin. Pure: it knows texts and nothing else."""

from __future__ import annotations

import re

from collaboration.words import folded

MOST_WORDS = 8
ENDING = re.compile(
    "(?<=....)(?:oihin|isiin|i?hin|i?den|[ijt]en|[aeiouy][aeiouy]n|[sl][lst]a|lle|ksi|tta|[nti]a|j?a|[aeo]rna|[aeo]r|e[nt]|[nti])$"
)
"""Endings of Finnish and Swedish nouns, without the dots on letters; the longest that leaves four letters."""


def roots(asked: str) -> list[str]:
    """The words that were asked for, each cut to what its inflected forms share.

    An ending goes, and so do the last letters of what is left, since Finnish changes them: koti, kodin. Short words stay
    whole; words of one or two letters count only when there is no longer one.
    """
    words = folded(asked).split()[:MOST_WORDS]
    return list(dict.fromkeys(_root(word) for word in words if len(word) > 2) or dict.fromkeys(words))


def _root(word: str) -> str:
    word = ENDING.sub("", word)
    return word[:-2] if len(word) > 6 else word[:-1] if len(word) > 5 else word


def pattern(root: str) -> str:
    """What folded texts are searched for: a short root where a word begins, a longer one also within a compound."""
    return root if len(root) > 4 else f" {root}"
