"""What goes out in a DOCX, and what came back in one. Keys, not numbers, say which clause is meant."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

KEY = re.compile(r"[A-Za-z0-9_]{1,36}")
REFERENCE = re.compile(r"\{\{([A-Za-z0-9_]{1,36})\}\}")
"""A reference to another clause, as it stands in a text: {{its key}}."""
USE = re.compile(r"\{\{([A-Za-z0-9_]{1,36}):([^{}\n]{1,100})\}\}")
"""A defined word, as it stands in a sentence: {{key of the definition:the word in its form}}."""


@dataclass(frozen=True)
class WordClause:
    """A clause. Its level is 1, 2 or 3; the text has a line for each paragraph."""

    key: str
    level: int
    heading: str
    text: str


@dataclass(frozen=True)
class WordDefinition:
    """What a word means wherever it is used."""

    key: str
    term: str
    meaning: str


@dataclass(frozen=True)
class WordSuggestion:
    """Another heading and text of a clause, whole. `id`: by which the sender knows it."""

    id: str
    key: str
    author: str
    at: datetime.datetime
    heading: str
    text: str


@dataclass(frozen=True)
class WordComment:
    """What somebody said."""

    author: str
    at: datetime.datetime
    text: str


@dataclass(frozen=True)
class WordThread:
    """A comment about a clause, and the answers to it."""

    id: str
    key: str
    comments: Sequence[WordComment]
    is_resolved: bool = False


@dataclass(frozen=True)
class WordDocument:
    """A draft in one language. `source`: which draft it is and how far it had come, in the sender's words."""

    source: str
    language: str
    title: str
    front: Sequence[str]
    clauses: Sequence[WordClause]
    suggestions: Sequence[WordSuggestion] = ()
    threads: Sequence[WordThread] = ()
    definitions: Sequence[WordDefinition] = ()


@dataclass(frozen=True)
class Mark:
    """Who made a tracked change, in which minute."""

    author: str
    at: datetime.datetime


@dataclass(frozen=True)
class Piece:
    """Some text of a clause, and who put it in or took it out; an end of a paragraph is a line break."""

    text: str
    inserted: Mark | None = None
    deleted: Mark | None = None


@dataclass
class ReturnedClause:
    """A clause as it came back: heading and text in pieces, the first line break between them."""

    key: str
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class ReturnedComment:
    """A comment as it came back. `key`: the clause that it is about; empty when it is about none."""

    number: str
    parent: str
    key: str
    author: str
    at: datetime.datetime
    text: str
    quote: str
    is_resolved: bool


@dataclass(frozen=True)
class Loose:
    """Text that stands in no clause. `after`: the clause before it."""

    text: str
    after: str = ""


@dataclass(frozen=True)
class Returned:
    """A DOCX that came back, whatever it says. `saved_by`: who saved it last, as Word knows them."""

    source: str
    saved_by: str
    saved_at: datetime.datetime | None
    clauses: dict[str, ReturnedClause]
    comments: list[ReturnedComment]
    loose: list[Loose]


def numbers(levels: Iterable[int]) -> Iterator[str]:
    """The numbers of clauses of these levels, one after the other: 1, 1.1, 1.1.1, 2 …"""
    counted = [0, 0, 0]
    for level in levels:
        counted[level - 1] += 1
        counted[level:] = [0] * (3 - level)
        yield ".".join(str(max(count, 1)) for count in counted[:level])


def tidy(text: str) -> str:
    """The words and paragraphs alone: white space of any kind is one space, and empty paragraphs are none."""
    lines = (" ".join(re.sub("[\u00ad\u200b\u2060\ufeff]", "", line).split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def minute(at: datetime.datetime) -> datetime.datetime:
    """Word keeps no seconds."""
    return at.replace(second=0, microsecond=0)
