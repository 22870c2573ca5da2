"""What can be said of a file that somebody shows: one of five verdicts, and never an error.

The chain of its revisions decides, not whether a signature covers the whole file: that holds for the last one only.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Protocol

from agreements.signing.codes import code_of, codes_in
from agreements.signing.verdicts import Kind, Place, Signature, Verdict
from collaboration.identity_codes import identity_codes
from collaboration.uploads.apart import Failed, answer_of

EXAMINING = Path(__file__).with_name("examining.py")
MOST_BYTES = 15_000_000
MOST_REVISIONS = 300
MOST_PLACES = 20
MOST_WORDS = 6_000
MOST_SHOWN = 300
WORDS_AROUND = 4
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OwnFile:
    """A file that the portal made: of which content, and whether anybody has signed it yet."""

    content: str
    is_signed: bool


class Known(Protocol):
    """What the portal knows, asked by digests."""

    fingerprints: frozenset[str]

    def files(self, digests: Sequence[str]) -> dict[str, OwnFile]:
        """The portal's own files among these, by SHA-256."""

    def printings(self, codes: Iterable[str]) -> dict[str, list[list[str]]]:
        """The words of each page of each printing of the contents with these codes, by the digest of the content."""


def words_of_pages(content: bytes) -> list[str]:
    """The words between the margins of each page, as they are compared. Raises `Failed` for what cannot be read."""
    told = _examined(content)
    if "refused" in told:
        raise Failed(told["refused"])
    return [page["body"] for page in told["pages"]]


def verify(content: bytes, known: Known) -> Verdict:
    """The verdict about a file."""
    digest = hashlib.sha256(content).hexdigest()
    if reason := _unfit(content):
        return Verdict(Kind.UNKNOWN, digest, reason=reason)
    try:
        return _judged(content, digest, known)
    except Failed:
        return Verdict(Kind.UNKNOWN, digest, reason="broken")


def _unfit(content: bytes) -> str:
    if not content:
        return "empty"
    if len(content) > MOST_BYTES:
        return "large"
    return "" if b"%PDF-" in content[:1024] else "not_pdf"


def _examined(content: bytes, **asked: Any) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(answer_of(EXAMINING, json.dumps(asked), content=content))
    except ValueError as error:
        raise Failed from error
    if "error" in told:
        log.info("A file that was shown could not be read: %s", told["error"])
    return told


def _judged(content: bytes, digest: str, known: Known) -> Verdict:
    ends = dict(_revisions(content))
    own = known.files(list(ends))
    newest = max(own, key=ends.__getitem__, default="")
    base = ends.get(newest, 0)
    facts = _examined(content, own=sorted(known.fingerprints), base=base)
    if "refused" in facts:
        return Verdict(Kind.UNKNOWN, digest, reason=facts["refused"])
    return _Case(digest, facts, known, own.get(newest)).verdict()


def _revisions(content: bytes) -> Iterable[tuple[str, int]]:
    """The SHA-256 of the file up to each place where a revision may end, and that place."""
    running, done = hashlib.sha256(), 0
    ends = [found.end() for found in re.finditer(rb"%%EOF(?:\r\n|\n|\r)?", content)][-MOST_REVISIONS:]
    for end in [*ends, len(content)]:
        running.update(content[done:end])
        done = end
        yield running.hexdigest(), end


@dataclass
class _Case:
    """A file that could be read, and all that is known of it."""

    digest: str
    facts: dict[str, Any]
    known: Known
    own: OwnFile | None

    def __post_init__(self) -> None:
        self.signatures = tuple(map(self._signature, self.facts["signatures"]))
        self.pages: list[dict[str, str]] = self.facts["pages"]
        self.is_whole = all(each.is_intact for each in self.signatures)

    def _signature(self, told: dict[str, Any]) -> Signature:
        return Signature(
            told["name"] or told["holder"],
            told["office"],
            told["party"],
            datetime.datetime.fromisoformat(told["at"]) if told["at"] else None,
            told["fingerprint"] in self.known.fingerprints,
            told["is_intact"],
            told["is_timestamp"],
        )

    def verdict(self) -> Verdict:
        """By the portal's own signatures and files first, by the words on the pages else."""
        own = [each for each in self.signatures if each.is_own]
        if any(not each.is_intact for each in own):
            return self._differs_from_signed()
        if own or self.own:
            return self._of_our_own()
        return self._by_words()

    def _of_our_own(self) -> Verdict:
        """The file, or the beginning of it, is the portal's."""
        change = self.facts["change"]
        if change == "more":
            return self._differs_from_signed()
        if change == "signing" and self.is_whole:
            return self._said(Kind.CONTINUES, "bytes", "added", "not_who")
        if change == "signing":
            return self._unknown("spoiled")
        if not self.signatures:
            return self._unknown("printed")
        return self._said(Kind.SIGNED_HERE, "bytes")

    def _by_words(self) -> Verdict:
        codes = set().union(*(codes_in(page["all"]) for page in self.pages))
        printings = self.known.printings(codes)
        if not printings:
            return self._unknown("foreign" if self.signatures else "not_ours")
        compared = [
            (places, content)
            for content, many in printings.items()
            for places in map(self._differences, many)
        ]
        (places, added), content = min(compared, key=lambda each: len(each[0][0]))
        if places:
            return self._said(Kind.DIFFERS, "words", content=content, places=places, added_pages=added)
        if not self.signatures:
            return self._unknown("unsigned", content)
        if not self.is_whole:
            return self._unknown("spoiled", content)
        return self._said(
            Kind.SAME_CONTENT,
            "words",
            "not_who",
            "not_pictures",
            content=content,
            added_pages=added,
        )

    def _differences(self, agreed: list[str]) -> tuple[tuple[Place, ...], tuple[int, ...]]:
        """Where the pages differ from a printing, and which pages came in addition before the first or after the last."""
        named = [codes_in(page["all"]) for page in self.pages]
        ours = [number for number, codes in enumerate(named) if codes]
        first, last = ours[0], ours[-1]
        places = list(differences([page["body"] for page in self.pages[first : last + 1]], agreed, first + 1))
        if last - first + 1 != len(agreed):
            places.append(Place(0, str(last - first + 1), str(len(agreed)), "pages"))
        places += [
            Place(number + 1, otherwise="unnamed")
            for number in range(first, last + 1)
            if named[number] != named[first]
        ]
        added = [*range(first), *range(last + 1, len(self.pages))]
        return tuple(places[:MOST_PLACES]), tuple(number + 1 for number in added)

    def _differs_from_signed(self) -> Verdict:
        """A file of ours was changed: the words tell where, when they do."""
        by_words = self._by_words()
        places = by_words.places or (Place(0, otherwise="somewhere"),)
        return self._said(Kind.DIFFERS, "bytes", content=by_words.content, places=places)

    def _unknown(self, reason: str, content: str = "") -> Verdict:
        return self._said(Kind.UNKNOWN, content=content, reason=reason)

    def _said(self, kind: Kind, *checked: str, **more: Any) -> Verdict:
        content = more.pop("content", "") or (self.own.content if self.own else "") or self._named()
        return Verdict(
            kind,
            self.digest,
            content=content,
            signatures=self.signatures,
            attachments=tuple((each["name"], each["digest"]) for each in self.facts["attachments"]),
            checked=checked,
            holds_client_data=any(any(identity_codes(page["all"])) for page in self.pages),
            **more,
        )

    def _named(self) -> str:
        """The content whose code stands on the pages, when it is one that is known."""
        codes = set().union(*(codes_in(page["all"]) for page in self.pages))
        return next((each for each in self.known.printings(codes) if code_of(each) in codes), "")


def differences(shown: Sequence[str], agreed: Sequence[str], first: int = 1) -> Iterable[Place]:
    """Where the words of the pages are not those that were agreed, with a few words around; on which page they stand."""
    new = [(word, number) for number, page in enumerate(shown, first) for word in page.split()]
    words, old = [word for word, _page in new], " ".join(agreed).split()
    begin = _alike(words, old)
    end = _alike(words[begin:][::-1], old[begin:][::-1])
    changed, wanted = words[begin : len(words) - end], old[begin : len(old) - end]
    if (
        len(changed) + len(wanted) > MOST_WORDS
    ):  # nothing of it is alike enough to be told apart in reasonable time
        changed, wanted = changed[:1], wanted[:1]
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, wanted, changed, autojunk=False).get_opcodes():
        if kind != "equal":
            at = min(begin + j1, len(new) - 1)
            page = new[at][1] if new else first
            yield Place(page, _around(words, begin + j1, begin + j2), _around(old, begin + i1, begin + i2))


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both begin with."""
    return next(
        (number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _around(words: list[str], begin: int, end: int) -> str:
    told = " ".join(words[max(0, begin - WORDS_AROUND) : end + WORDS_AROUND])
    return told if len(told) <= MOST_SHOWN else f"{told[:MOST_SHOWN]}…"
