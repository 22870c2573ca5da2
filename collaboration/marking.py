"""Which words a text lost, which it got, and which changed their ending: for pages, files and mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from math import ceil

ADDED, REMOVED, SAME = "added", "removed", "same"

ALIKE = 0.3
"""Texts that share less are shown whole, the old one and the new one: marks all over would hide what they say."""

ROOT = 3
"""So many letters a word has at least in common with itself in another form: hoito, hoidon."""

Parts = list[tuple[str, str]]


def marked(before: str, after: str) -> Parts:
    """Both texts word by word: what is the same, what was removed from the earlier one and what was added to it.

    A word in another form, as Finnish has many, is one changed word: the old one and right after it the new one.
    """
    if before == after:
        return [(SAME, after)] if after else []
    old, new = re.findall(r"\S+\s*", before), re.findall(r"\S+\s*", after)
    parts: Parts = []
    shared = 0
    matcher = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new])
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            parts.append((SAME, "".join(new[j1:j2])))
            shared += j2 - j1
        else:
            forms = list(_forms(old[i1:i2], new[j1:j2]))
            parts += _changed(old[i1:i2], new[j1:j2], forms)
            shared += len(forms)
    if 2 * shared < ALIKE * (len(old) + len(new)):
        parts = [(kind, words) for kind, words in ((REMOVED, before), (ADDED, after)) if words]
    return _spaced(parts)


def _changed(old: list[str], new: list[str], forms: list[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """What was replaced by what: each pair of forms for itself, and what stands between them."""
    i = j = 0
    for a, b in [*forms, (len(old), len(new))]:
        steps = (REMOVED, old[i:a]), (ADDED, new[j:b]), (REMOVED, old[a : a + 1]), (ADDED, new[b : b + 1])
        yield from ((kind, "".join(words)) for kind, words in steps if words)
        i, j = a + 1, b + 1


def _forms(old: list[str], new: list[str]) -> Iterator[tuple[int, int]]:
    """The places of words that are the same word in another form, in the order of both."""
    matcher = SequenceMatcher(
        None, [word[:ROOT].casefold() for word in old], [word[:ROOT].casefold() for word in new]
    )
    for a, b, size in matcher.get_matching_blocks():
        for nth in range(size):
            if _is_one_word(old[a + nth], new[b + nth]):
                yield a + nth, b + nth


def _is_one_word(old: str, new: str) -> bool:
    """Whether most of the shorter form stands at the beginning of both."""
    one, other = (re.sub(r"\W+$", "", word.casefold()) for word in (old, new))
    root = max(ROOT, ceil(0.6 * min(len(one), len(other))))
    return len(one) >= root and one[:root] == other[:root]


def _spaced(parts: Parts) -> Parts:
    """A text's last word has no space after it; before another part it gets one."""
    return [
        (kind, words if nth == len(parts) or words[-1:].isspace() else f"{words} ")
        for nth, (kind, words) in enumerate(parts, 1)
    ]
