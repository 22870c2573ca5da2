"""Which words a text lost and which it got: for pages, files and mail."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

ADDED, REMOVED, SAME = "added", "removed", "same"

ALIKE = 0.3
"""Texts that share less are shown whole, the old one and the new one: marks all over would hide what they say."""

Parts = list[tuple[str, str]]


def marked(before: str, after: str) -> Parts:
    """Both texts word by word: what is the same, what was removed from the earlier one and what was added to it."""
    if before == after:
        return [(SAME, after)] if after else []
    old, new = re.findall(r"\S+\s*", before), re.findall(r"\S+\s*", after)
    matcher = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new])
    if matcher.ratio() < ALIKE:
        whole: Parts = [(REMOVED, before), (ADDED, after)]
        return _spaced([(kind, words) for kind, words in whole if words])
    parts: Parts = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            parts.append((SAME, "".join(new[j1:j2])))
            continue
        if i1 < i2:
            parts.append((REMOVED, "".join(old[i1:i2])))
        if j1 < j2:
            parts.append((ADDED, "".join(new[j1:j2])))
    return _spaced(parts)


def _spaced(parts: Parts) -> Parts:
    """A text's last word has no space after it; before another part it gets one."""
    return [
        (kind, words if nth == len(parts) or words[-1:].isspace() else f"{words} ")
        for nth, (kind, words) in enumerate(parts, 1)
    ]
