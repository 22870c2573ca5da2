"""What is new in a DOCX that came back: against what went out, and against all that is known by now."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from agreements.word.laying import as_thread, laid
from agreements.word.reading import UNKNOWN_MOMENT
from agreements.word.shape import (
    Loose,
    Mark,
    Returned,
    ReturnedClause,
    ReturnedComment,
    WordClause,
    WordDocument,
    WordSuggestion,
    WordThread,
    minute,
    tidy,
)


@dataclass(frozen=True)
class NewSuggestion:
    """What a clause should say. `is_tracked`: Word has kept who changed it; else it is whoever saved the file."""

    key: str
    author: str
    at: datetime.datetime
    heading: str
    text: str
    is_tracked: bool = True


@dataclass(frozen=True)
class NewComment:
    """A comment about a clause. `thread`: the id of the one that it answers; `answers`: the number of a new one."""

    number: str
    key: str
    author: str
    at: datetime.datetime
    text: str
    quote: str = ""
    thread: str = ""
    answers: str = ""


@dataclass
class News:
    """`accepted` and `gone`: ids of suggestions that somebody took over in Word, or took out. `resolved`: ids of threads.

    `missing`: clauses that are not in the file. `loose` and `stray`: what belongs to no clause, to be placed by hand.
    """

    suggestions: list[NewSuggestion] = field(default_factory=list)
    comments: list[NewComment] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    loose: list[Loose] = field(default_factory=list)
    stray: list[ReturnedComment] = field(default_factory=list)


def news(returned: Returned, sent: WordDocument) -> News:
    """What the file says that the document does not. The same file a second time says nothing new."""
    told = News()
    clauses = {clause.key: clause for clause in sent.clauses}
    drawn = {one.clause.key: one.drawn for one in laid(sent)}
    known: dict[str, list[WordSuggestion]] = {}
    for suggestion in sent.suggestions:
        known.setdefault(suggestion.key, []).append(suggestion)
    for key, clause in clauses.items():
        came = returned.clauses.get(key)
        if came is None:
            told.missing.append(key)
        else:
            _clause_news(told, _Clause(clause, came, drawn[key], known.get(key, [])), returned)
    defined = [f"{each.term}: {each.meaning}" for each in sent.definitions]
    front = {tidy(line) for line in (sent.title, *sent.front, *defined, _("Definitions"))}
    told.loose = [
        *(each for each in returned.loose if tidy(each.text) not in front),
        *(Loose(_whole(came)) for key, came in returned.clauses.items() if key not in clauses),
    ]
    _comment_news(told, returned, sent, set(clauses))
    return told


def _whole(came: ReturnedClause) -> str:
    return "".join(piece.text for piece in came.pieces if not piece.deleted).strip()


class _Clause:
    """A clause that came back, its changes gathered by who made them."""

    def __init__(
        self,
        clause: WordClause,
        came: ReturnedClause,
        drawn: Sequence[WordSuggestion],
        known: Sequence[WordSuggestion],
    ) -> None:
        self.clause, self.drawn, self.known = clause, drawn, known
        self.pieces = [piece for piece in came.pieces if piece.text]
        self.hunks = list(self._numbered())
        self.marks = {mark for piece in self.pieces for mark in (piece.inserted, piece.deleted) if mark}

    def _numbered(self) -> Iterator[int]:
        """Changes that touch each other have the same number: a later one may be made within an earlier one."""
        number, was_changed = 0, False
        for piece in self.pieces:
            is_changed = bool(piece.inserted or piece.deleted)
            number += is_changed != was_changed
            was_changed = is_changed
            yield number

    def said(self, marks: set[Mark]) -> tuple[str, str]:
        """Heading and text when these changes are made and all others are not."""
        there = (
            piece.text
            for piece in self.pieces
            if (not piece.inserted or piece.inserted in marks) and piece.deleted not in marks
        )
        heading, _end, text = "".join(there).partition("\n")
        return heading.strip(), text.strip("\n")

    def with_those_under(self, marks: set[Mark]) -> set[Mark]:
        """These changes, and the earlier ones that they touch: who changes a suggestion goes on from it."""
        of_hunk: dict[int, set[Mark]] = {}
        for hunk, piece in zip(self.hunks, self.pieces, strict=True):
            of_hunk.setdefault(hunk, set()).update(filter(None, (piece.inserted, piece.deleted)))
        under = set(marks)
        for there in of_hunk.values():
            own = [mark.at for mark in there & marks]
            under |= {mark for mark in there if own and mark.at <= max(own)}
        return under

    def is_known(self, heading: str, text: str) -> bool:
        """Whether the clause says this already, or somebody has suggested it."""
        same = tidy(heading), tidy(text)
        others = [(each.heading, each.text) for each in self.known]
        return same in {(tidy(a), tidy(b)) for a, b in [(self.clause.heading, self.clause.text), *others]}


def _clause_news(told: News, came: _Clause, returned: Returned) -> None:
    unmarked = came.said(set())
    left = set(came.marks)
    for suggestion in came.drawn:
        own = {mark for mark in left if mark.author == suggestion.author and mark.at == minute(suggestion.at)}
        if own:
            told.found.append(suggestion.id)
            if came.is_known(*came.said(own)):
                left -= own
        elif _same(unmarked, suggestion):
            told.accepted.append(suggestion.id)
        else:
            told.gone.append(suggestion.id)
    if not came.is_known(*unmarked):
        at = returned.saved_at or UNKNOWN_MOMENT
        told.suggestions.append(
            NewSuggestion(came.clause.key, returned.saved_by, at, *unmarked, is_tracked=False)
        )
    for author in sorted({mark.author for mark in left}):
        marks = {mark for mark in left if mark.author == author}
        heading, text = came.said(came.with_those_under(marks))
        if not came.is_known(heading, text) and (heading, text) != unmarked:
            at = max(mark.at for mark in marks)
            told.suggestions.append(NewSuggestion(came.clause.key, author, at, heading, text))


def _same(said: tuple[str, str], suggestion: WordSuggestion) -> bool:
    return tuple(map(tidy, said)) == (tidy(suggestion.heading), tidy(suggestion.text))


def _comment_news(told: News, returned: Returned, sent: WordDocument, keys: set[str]) -> None:
    """Comments are known by who said what in which minute: Word renumbers them at will."""
    drawn = {each.id for one in laid(sent) for each in one.drawn}
    threads = [*sent.threads, *(as_thread(each) for each in sent.suggestions if each.id not in drawn)]
    left: dict[tuple[str, datetime.datetime, str], list[WordThread]] = {}
    for thread in threads:
        for comment in thread.comments:
            left.setdefault((comment.author, minute(comment.at), tidy(comment.text)), []).append(thread)
    threads_of: dict[str, WordThread] = {}
    new = []
    for came in returned.comments:
        same = left.get((came.author, came.at, tidy(came.text)))
        if same:
            threads_of[came.number] = same.pop(0)
        else:
            new.append(came)
    told.found += dict.fromkeys(thread.id for thread in threads_of.values())
    was_open = {thread.id for thread in threads if not thread.is_resolved}
    told.resolved = list(
        dict.fromkeys(
            threads_of[came.number].id
            for came in returned.comments
            if came.is_resolved and came.number in threads_of and threads_of[came.number].id in was_open
        )
    )
    roots = _roots(returned.comments)
    for came in new:
        root = roots[came.number]
        thread_of_root = threads_of.get(root.number)
        key = thread_of_root.key if thread_of_root else root.key or came.key
        if key not in keys:
            told.stray.append(came)
            continue
        answers = root.number if root is not came and not thread_of_root else ""
        of_thread = thread_of_root.id if thread_of_root else ""
        told.comments.append(
            NewComment(came.number, key, came.author, came.at, came.text, came.quote, of_thread, answers)
        )


def _roots(comments: Sequence[ReturnedComment]) -> dict[str, ReturnedComment]:
    """The comment with which each one's thread began; a circle of answers begins with each of them."""
    by_number = {came.number: came for came in comments}
    roots = {}
    for came in comments:
        root, seen = came, {came.number}
        while root.parent in by_number and root.parent not in seen:
            root = by_number[root.parent]
            seen.add(root.number)
        roots[came.number] = root if root.parent not in seen else came
    return roots
