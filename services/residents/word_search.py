"""Finding by words, also inflected ones: päiväkoti finds päiväkodin. Pure: it knows texts and nothing else.

Endings come first, since they also find what stands within a compound; base forms (`collaboration/lemmas.py`) stand beside
the words on both sides. docs/adr/0057-base-forms-beside-the-words.md has what each finds.
"""

from __future__ import annotations

import re

MOST_WORDS = 8
ENDING = re.compile(
    "(?<=....)(?:oihin|isiin|i?hin|i?den|[ijt]en|[aeiouy][aeiouy]n|[sl][lst]a|lle|ksi|tta|[nti]a|j?a|[aeo]rna|[aeo]r|e[nt]|[nti])$"
)
"""Endings of Finnish and Swedish nouns, without the dots on letters; the longest that leaves four letters."""


def roots(asked: list[list[str]]) -> list[tuple[str, ...]]:
    """The words that were asked for with their synonyms, each cut to what its inflected forms share.

    An ending goes, and so do the last letters of what is left, since Finnish changes them: koti, kodin. Short words stay
    whole; words of one or two letters count only when there is no longer one.
    """
    words = asked[:MOST_WORDS]
    long = [tuple(dict.fromkeys(map(_root, some))) for some in words if len(some[0]) > 2]
    return list(dict.fromkeys(long or map(tuple, words)))


def _root(word: str) -> str:
    word = ENDING.sub("", word)
    return word[:-2] if len(word) > 6 else word[:-1] if len(word) > 5 else word


def pattern(root: str) -> str:
    """What folded texts are searched for: a short root where a word begins, a longer one also within a compound."""
    return root if len(root) > 4 else f" {root}"
