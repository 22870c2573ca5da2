"""Two people changed the same text at once: both changes, when they stand apart."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import pairwise

WORDS_BETWEEN = 2
"""Changes with fewer untouched words between them are one change: whoever rewrote a clause rewrote it whole."""

Hunk = tuple[int, int, tuple[str, ...]]


def merge(base: str, yours: str, theirs: str) -> str | None:
    """`base` with what each changed in it, word by word; None when their changes touch, and a person must choose."""
    words = _words(base)
    hunks = sorted({*_hunks(words, _words(yours)), *_hunks(words, _words(theirs))})
    for (_start, end, _new), (start, _end, _other) in pairwise(hunks):
        if not any(word[0].isalnum() for word in words[end:start]):
            return None
    for start, end, new in reversed(hunks):
        words[start:end] = new
    return "".join(words)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|\s+|[^\w\s]", text)


def _hunks(base: list[str], changed: list[str]) -> list[Hunk]:
    """What was replaced: from and to in the base, and the new words."""
    hunks: list[Hunk] = []
    last = (0, 0)  # where the latest hunk ended, in the base and in the changed text
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, base, changed, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        between = base[last[0] : i1]
        if hunks and sum(word[0].isalnum() for word in between) < WORDS_BETWEEN:
            start, _end, new = hunks.pop()
            hunks.append((start, i2, (*new, *changed[last[1] : j2])))
        else:
            hunks.append((i1, i2, tuple(changed[j1:j2])))
        last = (i2, j2)
    return hunks
