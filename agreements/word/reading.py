"""What a DOCX says that came back: each clause in pieces, comments with what they are about, and what stands in no clause."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.word.package import NotTaken, Package
from agreements.word.shape import USE, Loose, Mark, Piece, Returned, ReturnedClause, ReturnedComment
from agreements.word.writing import PROPERTY
from agreements.word.xml import CORE, CUSTOM, moment, name

STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
DEEPEST = 200
TERMS = "http://purl.org/dc/terms/"
OF_A_CLAUSE = re.compile(r"clause:([A-Za-z0-9_]{1,36})")
OF_A_BOOKMARK = re.compile(r"_c_([A-Za-z0-9_]{1,36})")
OF_A_DEFINITION = re.compile(r"_d_([A-Za-z0-9_]{1,36})")
REFERRING = re.compile(r"\s*REF\s+_c_([A-Za-z0-9_]{1,36})\b")
INSERTING, DELETING = {name("w:ins"), name("w:moveTo")}, {name("w:del"), name("w:moveFrom")}
TEXT = {name("w:t"), name("w:delText")}
SIGNS = {name("w:tab"): " ", name("w:br"): "\n", name("w:cr"): "\n", name("w:noBreakHyphen"): "-"}
ANCHORS = {name("w:commentRangeStart"), name("w:commentReference")}
UNKNOWN_MOMENT = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def read(content: bytes) -> Returned:
    """The document. Raises NotTaken with a sentence when it is none, or none that went out from here."""
    package = Package(content)
    start = package.related("/").get("officeDocument")
    root = package.part(start) if start else None
    if root is not None and root.tag.startswith(f"{{{STRICT}}}"):
        raise NotTaken(
            _("The document is saved as Strict Open XML. Save it as an ordinary Word document (DOCX).")
        )
    body = root.find(name("w:body")) if root is not None else None
    if start is None or body is None:
        raise NotTaken(_("The file is not a Word document (DOCX), or it is cut or locked."))
    walk = _Walk(body)
    source = _property(package)
    if not walk.clauses:
        raise NotTaken(
            _(
                "This document did not come from here: none of the clauses in it can be recognised. Take the draft out as a Word "
                "document, make the changes in it, and bring it back."
            )
        )
    related = package.related(start)
    saved_by, saved_at = _saved(package)
    comments = list(_comments(package, related, walk))
    return Returned(source, saved_by, saved_at, walk.clauses, comments, walk.loose)


class _Walk:
    """Goes through the body once, in the order in which it is read."""

    def __init__(self, body: Any) -> None:
        self.clauses: dict[str, ReturnedClause] = {}
        self.loose: list[Loose] = []
        self.about: dict[str, str] = {}
        """The clause that each comment is about, by its number; empty for none."""
        self.quoted: dict[str, list[str]] = {}
        self.open: set[str] = set()
        self.key = ""
        self.has_controls = any(
            OF_A_CLAUSE.fullmatch(tag.get(name("w:val"), "")) for tag in body.iter(name("w:tag"))
        )
        self._blocks(body, "", None, None, 0)

    def _blocks(
        self, parent: Any, held: str, inserted: Mark | None, deleted: Mark | None, depth: int
    ) -> None:
        """Paragraphs, wherever they stand: in controls, tables, or what was put in or taken out as a whole."""
        if depth > DEEPEST:
            raise NotTaken(_("The document is not as Word saves them. Open it in Word and save it again."))
        for child in parent:
            if child.tag == name("w:p"):
                self._paragraph(child, held, inserted, deleted)
            elif child.tag == name("w:sdt"):
                self._blocks(child, _tag(child) or held, inserted, deleted, depth + 1)
            elif child.tag in ANCHORS:
                self._anchor(child, held)
            elif child.tag in INSERTING:
                self._blocks(child, held, _mark(child), deleted, depth + 1)
            elif child.tag in DELETING:
                self._blocks(child, held, inserted, _mark(child), depth + 1)
            elif isinstance(child.tag, str):
                self._blocks(child, held, inserted, deleted, depth + 1)

    def _paragraph(self, paragraph: Any, held: str, inserted: Mark | None, deleted: Mark | None) -> None:
        key = self._key_of(paragraph, held)
        told = list(_Runs(self, key, inserted, deleted).pieces(paragraph))
        ends = paragraph.find(f"{name('w:pPr')}/{name('w:rPr')}")
        for change in ends if ends is not None else ():
            inserted = _mark(change) if change.tag in INSERTING else inserted
            deleted = _mark(change) if change.tag in DELETING else deleted
        if key and key != "front":
            clause = self.clauses.setdefault(key, ReturnedClause(key))
            clause.pieces += [*told, Piece("\n", inserted, deleted)]
            self.key = key
        elif key != "front":
            text = "".join(piece.text for piece in told if not piece.deleted).strip()
            self.loose += [Loose(text, self.key)] if text else []

    def _key_of(self, paragraph: Any, held: str) -> str:
        """By the control around it; in a file that has lost them, by the last bookmark before it."""
        if held or self.has_controls:
            return held
        marks = (
            OF_A_BOOKMARK.fullmatch(each.get(name("w:name"), ""))
            for each in paragraph.iter(name("w:bookmarkStart"))
        )
        return next((found[1] for found in marks if found), self.key)

    def _anchor(self, element: Any, key: str) -> None:
        number = element.get(name("w:id"), "")
        self.about.setdefault(number, "" if key == "front" else key)
        if element.tag == name("w:commentRangeStart"):
            self.open.add(number)
            self.quoted.setdefault(number, [])


class _Runs:
    """The pieces of one paragraph. Of a field that refers to a clause its key stays, and what Word shows for it goes."""

    def __init__(self, walk: _Walk, key: str, inserted: Mark | None, deleted: Mark | None) -> None:
        self.walk, self.key = walk, key
        self.marks = inserted, deleted
        self.fields: list[list[str]] = []
        """Of each field that is open: its instruction, and whether its result has begun."""

    def pieces(self, parent: Any, *marks: Mark | None) -> Iterator[Piece]:
        inserted, deleted = marks or self.marks
        for child in parent:
            if child.tag == name("w:r"):
                yield from self._run(child, inserted, deleted)
            elif child.tag in INSERTING:
                yield from self.pieces(child, _mark(child), deleted)
            elif child.tag in DELETING:
                yield from self.pieces(child, inserted, _mark(child))
            elif child.tag == name("w:commentRangeEnd"):
                self.walk.open.discard(child.get(name("w:id"), ""))
            elif child.tag in ANCHORS:
                self.walk._anchor(child, self.key)
            elif child.tag == name("w:fldSimple"):
                found = REFERRING.match(child.get(name("w:instr"), ""))
                yield from (
                    [self._told(f"{{{{{found[1]}}}}}", inserted, deleted)]
                    if found
                    else self.pieces(child, inserted, deleted)
                )
            elif child.tag == name("w:hyperlink"):
                yield from self._use(child, list(self.pieces(child, inserted, deleted)))
            elif isinstance(child.tag, str) and child.tag != name("w:pPr"):
                yield from self.pieces(child, inserted, deleted)

    def _use(self, link: Any, inside: list[Piece]) -> Iterator[Piece]:
        """A word that is defined, unless somebody has changed a part of it: then it is a word like others."""
        found = OF_A_DEFINITION.fullmatch(link.get(name("w:anchor"), ""))
        word = "".join(piece.text for piece in inside)
        token = f"{{{{{found[1]}:{word}}}}}" if found else ""
        is_one = len({(piece.inserted, piece.deleted) for piece in inside}) == 1
        if is_one and USE.fullmatch(token):
            yield Piece(token, inside[0].inserted, inside[0].deleted)
        else:
            yield from inside

    def _run(self, run: Any, inserted: Mark | None, deleted: Mark | None) -> Iterator[Piece]:
        for child in run:
            if child.tag == name("w:fldChar"):
                yield from self._field(child.get(name("w:fldCharType")), inserted, deleted)
            elif child.tag in {name("w:instrText"), name("w:delInstrText")} and self.fields:
                self.fields[-1][0] += child.text or ""
            elif child.tag in ANCHORS:
                self.walk._anchor(child, self.key)
            elif child.tag in {name("w:drawing"), name("w:pict"), name("w:object")}:
                self._boxes(child)
            elif self._is_hidden():
                continue
            elif child.tag in TEXT and child.text:
                yield self._told(child.text, inserted, deleted)
            elif child.tag in SIGNS:
                yield self._told(SIGNS[child.tag], inserted, deleted)

    def _field(self, step: str | None, inserted: Mark | None, deleted: Mark | None) -> Iterator[Piece]:
        if step == "begin":
            self.fields.append(["", ""])
        elif self.fields and step == "separate":
            self.fields[-1][1] = "result"
        elif self.fields and step == "end":
            instruction, _began = self.fields.pop()
            if found := REFERRING.match(instruction):
                yield self._told(f"{{{{{found[1]}}}}}", inserted, deleted)

    def _is_hidden(self) -> bool:
        """Whether this is the instruction of a field, or the number that a reference shows."""
        return any(not began or REFERRING.match(instruction) for instruction, began in self.fields)

    def _told(self, text: str, inserted: Mark | None, deleted: Mark | None) -> Piece:
        for number in self.walk.open:
            self.walk.quoted[number].append(text)
        return Piece(text, inserted, deleted)

    def _boxes(self, drawing: Any) -> None:
        """What is written in a box over the page stands in no clause."""
        text = " ".join(part.text for part in drawing.iter(name("w:t")) if part.text)
        if text:
            self.walk.loose.append(Loose(text, self.key))


def _tag(control: Any) -> str:
    tag = control.find(f"{name('w:sdtPr')}/{name('w:tag')}")
    told = tag.get(name("w:val"), "") if tag is not None else ""
    found = OF_A_CLAUSE.fullmatch(told)
    return found[1] if found else "front" if told == "front" else ""


def _mark(change: Any) -> Mark:
    return Mark(change.get(name("w:author"), ""), moment(change.get(name("w:date"))) or UNKNOWN_MOMENT)


def _comments(package: Package, related: dict[str, str], walk: _Walk) -> Iterator[ReturnedComment]:
    """All comments. Ids are only compared, so they may be as large as they like."""
    root = package.part(related["comments"]) if "comments" in related else None
    if root is None:
        return
    extended = package.part(related["commentsExtended"]) if "commentsExtended" in related else None
    threads = {each.get(name("w15:paraId")): each for each in extended} if extended is not None else {}
    every = root.findall(name("w:comment"))
    by_paragraph = {
        each.get(name("w14:paraId")): comment for comment in every for each in comment.iter(name("w:p"))
    }
    for comment in every:
        number = comment.get(name("w:id"), "")
        told = next(
            (
                threads[own]
                for each in comment.iter(name("w:p"))
                if (own := each.get(name("w14:paraId"))) in threads
            ),
            None,
        )
        parent = by_paragraph.get(told.get(name("w15:paraIdParent"))) if told is not None else None
        yield ReturnedComment(
            number,
            parent.get(name("w:id"), "") if parent is not None and parent is not comment else "",
            walk.about.get(number, ""),
            comment.get(name("w:author"), ""),
            moment(comment.get(name("w:date"))) or UNKNOWN_MOMENT,
            "\n".join(_plain(each) for each in comment.iter(name("w:p"))),
            "".join(walk.quoted.get(number, [])),
            told is not None and told.get(name("w15:done")) in {"1", "true"},
        )


def _plain(paragraph: Any) -> str:
    return "".join(
        SIGNS.get(each.tag, each.text or "")
        for each in paragraph.iter()
        if each.tag in TEXT or each.tag in SIGNS
    )


def _property(package: Package) -> str:
    """Which draft it says that it is; empty when the program that saved it has dropped that."""
    path = package.related("/").get("custom-properties")
    root = package.part(path) if path else None
    for held in root.iter(f"{{{CUSTOM}}}property") if root is not None else ():
        if held.get("name") == PROPERTY:
            return "".join(held.itertext())
    return ""


def _saved(package: Package) -> tuple[str, datetime.datetime | None]:
    path = package.related("/").get("core-properties")
    root = package.part(path) if path else None
    if root is None:
        return "", None
    by, at = root.findtext(f"{{{CORE}}}lastModifiedBy") or "", root.findtext(f"{{{TERMS}}}modified")
    try:
        saved = datetime.datetime.fromisoformat(at) if at else None
    except ValueError:
        saved = None
    return by, saved if saved is None or timezone.is_aware(saved) else saved.replace(tzinfo=datetime.UTC)
