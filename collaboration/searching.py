"""Searching: with the official word beside what people say instead, in every list and in all of the portal at once.

Each app says in `ready()` what is found in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from collaboration.kept import Kept
from collaboration.models import Synonym, User
from collaboration.words import folded

AT_ONCE = 6
"""How many of each kind are shown beside one another."""

MOST_WORDS = 12

_meant = Kept(lambda keys: Synonym.objects.filter(key__any=keys).values_list("key", "official"))


MOST_DIGITS = 10
Words = list[list[str]]
"""What is searched for: of each word the ways in which it may stand there."""


def found(asked: str | Words, *columns: str) -> Q:
    """Rows with each of the words, or a synonym of it, in one of these columns, which are `FoldedWords`.

    Signs alone find nothing.
    """
    words = [
        reduce(or_, [Q(**{f"{name}__contains": one}) for name in columns for one in some])
        for some in (meanings(asked) if isinstance(asked, str) else asked)
    ]
    return reduce(and_, words) if words else Q(pk__in=[])


def numbered(asked: str) -> Q:
    """The row that is cited by this number, as `2026-14` or `14`."""
    number = asked.strip().rpartition("-")[2]
    return Q(pk=int(number)) if number.isdecimal() and len(number) < MOST_DIGITS else Q(pk__in=[])


def meanings(asked: str) -> Words:
    """Of each word that was asked for, folded, the word itself and what it stands for."""
    words = folded(asked).split()[:MOST_WORDS]
    official = defaultdict(list)
    for key, word in _meant(keys=sorted(set(words))) if words else ():
        official[key].append(folded(word).strip())
    return [[word, *official[word]] for word in words]


@dataclass(frozen=True)
class Searched:
    """One kind of what is found: its heading, the rows that a person finds, and what is said beside one's name."""

    name: str
    heading: Any
    find: Callable[[User, Words], QuerySet[Any] | list[Any]]
    about: Callable[[Any], str] = lambda _row: ""
    title: Callable[[Any], str] = str
    url: Callable[[Any], str] = lambda row: str(row.get_absolute_url())


@dataclass(frozen=True)
class Hit:
    """One that was found."""

    title: str
    url: str
    about: str
    row: Any = None

    @property
    def key(self) -> str:
        """What stands for the row in a form."""
        return f"{ContentType.objects.get_for_model(self.row).pk}:{self.row.pk}"


@dataclass(frozen=True)
class Hits:
    """Those of a kind that were found, and whether there are more."""

    kind: Searched
    hits: list[Hit]
    has_more: bool


_registered: list[Searched] = []


def register(*kinds: Searched) -> None:
    """Let the portal's search find these."""
    _registered.extend(kinds)


def search(user: User, asked: str, kind: str = "", most: int = AT_ONCE) -> list[Hits]:
    """What the person finds, by kind; only one kind where it is named. One statement for each kind."""
    words = meanings(asked)
    answers = []
    for each in _registered if words else ():
        if kind in {"", each.name}:
            rows = list(each.find(user, words)[: most + 1])
            hits = [Hit(each.title(row), each.url(row), each.about(row), row) for row in rows[:most]]
            answers += [Hits(each, hits, len(rows) > most)] if hits else []
    return answers
