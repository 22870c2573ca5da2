"""How suggestions become tracked changes: which of them can be drawn into one text, and in which pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from agreements.word.shape import (
    Mark,
    Piece,
    WordClause,
    WordComment,
    WordDocument,
    WordSuggestion,
    WordThread,
    minute,
)

TOKENS = re.compile(r"\{\{[^{}\n]+\}\}|\n|[^\S\n]+|[^\s{]+|\{")


@dataclass(frozen=True)
class Edit:
    """The tokens from `begin` to `end` of a text become others."""

    begin: int
    end: int
    instead: Sequence[str]
    mark: Mark


def edits(before: str, after: str, mark: Mark) -> list[Edit]:
    """What makes the one text the other, word by word. Another kind of space alone is no edit."""
    old, new = TOKENS.findall(before), TOKENS.findall(after)
    alike = SequenceMatcher(None, list(map(_spaced, old)), list(map(_spaced, new)), autojunk=False)
    return [Edit(i1, i2, new[j1:j2], mark) for kind, i1, i2, j1, j2 in alike.get_opcodes() if kind != "equal"]


def _spaced(word: str) -> str:
    return " " if word != "\n" and word.isspace() else word


def pieces(before: str, made: Sequence[Edit]) -> Iterator[Piece]:
    """The text with all edits in it, which do not touch each other."""
    tokens, at = TOKENS.findall(before), 0
    for edit in sorted(made, key=lambda each: each.begin):
        yield Piece("".join(tokens[at : edit.begin]))
        yield Piece("".join(tokens[edit.begin : edit.end]), deleted=edit.mark)
        yield Piece("".join(edit.instead), inserted=edit.mark)
        at = edit.end
    yield Piece("".join(tokens[at:]))


@dataclass
class Laid:
    """A clause with the suggestions that are drawn into it, and the threads about it."""

    clause: WordClause
    heading: list[Edit]
    text: list[Edit]
    drawn: list[WordSuggestion]
    threads: list[WordThread]


def laid(document: WordDocument) -> list[Laid]:
    """Every clause with what is said of it. Nothing is left out: a suggestion that cannot be drawn becomes a comment."""
    by_key = {clause.key: Laid(clause, [], [], [], []) for clause in document.clauses}
    for thread in document.threads:
        by_key[thread.key].threads.append(thread)
    for suggestion in sorted(document.suggestions, key=lambda each: each.at):
        _draw(by_key[suggestion.key], suggestion)
    return list(by_key.values())


def _draw(into: Laid, suggestion: WordSuggestion) -> None:
    mark = Mark(suggestion.author, minute(suggestion.at))
    heading = edits(into.clause.heading, suggestion.heading, mark)
    text = edits(into.clause.text, suggestion.text, mark)
    is_taken = any(Mark(each.author, minute(each.at)) == mark for each in into.drawn)
    if is_taken or _touch(into.heading, heading) or _touch(into.text, text) or not (heading or text):
        into.threads.append(as_thread(suggestion))
        return
    into.heading += heading
    into.text += text
    into.drawn.append(suggestion)


def _touch(some: Sequence[Edit], others: Sequence[Edit]) -> bool:
    return any(one.begin <= other.end and other.begin <= one.end for one in some for other in others)


def as_thread(suggestion: WordSuggestion) -> WordThread:
    """The suggestion as a comment: for one that cannot stand in the same text as another."""
    said = "\n".join([_("Suggested instead:"), suggestion.heading, suggestion.text])
    return WordThread(suggestion.id, suggestion.key, [WordComment(suggestion.author, suggestion.at, said)])
