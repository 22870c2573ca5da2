"""The agreement as a document: PDF/A and PDF/UA, with its address and the digest of its content on every page."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import segno
import typst
from django.utils.translation import gettext_lazy, override

from agreements.signing.codes import code_of, grouped
from collaboration.exports.glyphs import fonts, printable

HERE = Path(__file__).parent
FOR_ARCHIVES: Any = ["a-2a", "ua-1"]
WITH_FILES: Any = ["a-3a", "ua-1"]
"""PDF/A-3 may hold files of any kind."""

Texts = Mapping[str, str]
"""The same in Finnish and Swedish, by `fi` and `sv`."""


@dataclass(frozen=True)
class PrintedClause:
    """A clause with its number, as 3.1.2; its level is 1, 2 or 3."""

    number: str
    level: int
    heading: Texts
    text: Texts


@dataclass(frozen=True)
class PrintedParty:
    """A party and those who sign for it, each as an office with or without a name."""

    name: Texts
    business_id: str
    signs: Sequence[str] = ()


@dataclass(frozen=True)
class PrintedAnnex:
    """An annex of which the digest of its content is part of the agreement."""

    title: Texts
    digest: str


@dataclass(frozen=True)
class PrintedAgreement:
    """What is on the pages. `languages`: one, or Finnish and Swedish side by side. `verify_at`: the page's own address."""

    title: Texts
    languages: Sequence[str]
    version: str
    digest: str
    verify_at: str
    at: datetime.datetime
    parties: Sequence[PrintedParty]
    clauses: Sequence[PrintedClause]
    definitions: Sequence[tuple[Texts, Texts]] = ()
    annexes: Sequence[PrintedAnnex] = ()
    facts: Sequence[tuple[Texts, Texts]] = ()
    is_demo: bool = False


@dataclass(frozen=True)
class Counterpart:
    """A copy of the agreement that was signed elsewhere or on paper, as a file. `about`: who signed it, how and when."""

    name: str
    content: bytes
    mime_type: str
    about: Texts
    digest: str


@dataclass(frozen=True)
class Cover:
    """The sheet that holds the counterparts together."""

    title: Texts
    languages: Sequence[str]
    version: str
    digest: str
    verify_at: str
    at: datetime.datetime
    counterparts: Sequence[Counterpart]
    facts: Sequence[tuple[Texts, Texts]] = field(default_factory=list)
    is_demo: bool = False


def printed(agreement: PrintedAgreement) -> bytes:
    """The agreement as PDF/A-2a and PDF/UA-1. The same input makes the same bytes."""
    rows = [
        _in_words(agreement.languages, clause.heading, clause.text)
        | {"number": clause.number, "level": clause.level}
        for clause in agreement.clauses
    ]
    data = _frame(agreement) | {
        "parties": [
            {
                "name": _told(agreement.languages, party.name),
                "business_id": party.business_id,
                "signs": list(party.signs),
            }
            for party in agreement.parties
        ],
        "clauses": rows,
        "definitions": [_in_words(agreement.languages, *pair) for pair in agreement.definitions],
        "annexes": [
            {"title": _told(agreement.languages, annex.title), "digest": grouped(annex.digest)}
            for annex in agreement.annexes
        ],
    }
    return _compiled("agreement.typ", HERE, data, agreement.at, FOR_ARCHIVES)


def bound(cover: Cover) -> bytes:
    """A PDF/A-3a that tells which counterparts there are, and holds them as they came."""
    data = _frame(cover) | {
        "counterparts": [
            {
                "name": one.name,
                "file": f"files/{nth}",
                "mime_type": one.mime_type,
                "about": _told(cover.languages, one.about),
                "digest": one.digest,
            }
            for nth, one in enumerate(cover.counterparts, 1)
        ],
    }
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "files").mkdir()
        for nth, one in enumerate(cover.counterparts, 1):
            (root / "files" / str(nth)).write_bytes(one.content)
        for source in ("cover.typ", "frame.typ"):
            (root / source).write_bytes((HERE / source).read_bytes())
        return _compiled("cover.typ", root, data, cover.at, WITH_FILES)


def _frame(document: PrintedAgreement | Cover) -> dict[str, Any]:
    """What is on every page and before the text."""
    both = document.languages
    words = {name: _word(both, word) for name, word in WORDS.items()}
    return {
        "title": " · ".join(dict.fromkeys(document.title[language] for language in both)),
        "languages": list(both),
        "version": document.version,
        "code": grouped(code_of(document.digest)),
        "digest": grouped(document.digest),
        "address": document.verify_at,
        "qr": segno.make(document.verify_at, error="m").svg_inline(border=0),
        "facts": [{"name": _told(both, name), "value": _told(both, value)} for name, value in document.facts],
        "notice": words["demo"] if document.is_demo else "",
        "words": words,
    }


WORDS: dict[str, Any] = {
    "version": gettext_lazy("Version"),
    "code": gettext_lazy("Code of the content"),
    "digest": gettext_lazy("Digest of the content (SHA-256)"),
    "parties": gettext_lazy("Parties"),
    "business_id": gettext_lazy("Business ID"),
    "definitions": gettext_lazy("Definitions"),
    "annexes": gettext_lazy("Annexes"),
    "signatures": gettext_lazy("Signatures"),
    "date": gettext_lazy("Place and date"),
    "signature": gettext_lazy("Signature"),
    "verify": gettext_lazy("Check this document at"),
    "demo": gettext_lazy(
        "Demo content: this agreement binds nobody, and its signatures are made with the demo's key."
    ),
    "counterparts": gettext_lazy("Counterparts"),
    "holds": gettext_lazy("This file holds the signed counterparts of the agreement as they came."),
}


def _word(languages: Sequence[str], lazy: Any) -> str:
    said = []
    for language in languages:
        with override(language):
            said.append(str(lazy))
    return " · ".join(dict.fromkeys(said))


def _told(languages: Sequence[str], texts: Texts) -> str:
    return " · ".join(dict.fromkeys(texts[language] for language in languages if texts.get(language)))


def _in_words(languages: Sequence[str], heading: Texts, text: Texts) -> dict[str, Any]:
    return {
        "sides": [
            {"language": language, "heading": heading.get(language, ""), "text": text.get(language, "")}
            for language in languages
        ]
    }


def _compiled(source: str, root: Path, data: dict[str, Any], at: datetime.datetime, standards: Any) -> bytes:
    made: Any = typst.compile(
        str(root / source),
        root=str(root),
        font_paths=fonts(),
        sys_inputs={"data": json.dumps(_shown(data))},
        pdf_standards=standards,
        format="pdf",
        timestamp=int(at.timestamp()),
    )
    return bytes(made) + b"\n"  # so that what is added behind it begins on a line of its own, as PDF/A asks


def _shown(value: Any) -> Any:
    """Every text in signs that the fonts have."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: _shown(each) for name, each in value.items()}
    return [_shown(each) for each in value] if isinstance(value, list) else value
