"""A draft as a DOCX: numbered headings, live references, suggestions as tracked changes, comments as threads."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from agreements.word.laying import Laid, laid, pieces
from agreements.word.shape import (
    KEY,
    REFERENCE,
    USE,
    Mark,
    Piece,
    WordComment,
    WordDocument,
    WordThread,
    numbers,
)
from agreements.word.xml import CORE, CUSTOM, DC, VALUES, as_bytes, make, name, written

PARTS = Path(__file__).parent / "parts"
STATIC = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "rels.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
    "word/footer1.xml": "footer1.xml",
}
FIRST_PARAGRAPH_ID = 0x10000000
"""Ids of paragraphs and comments stay under 2^31, above which Word loses the thread."""
LOCALES = {"fi": "fi-FI", "sv": "sv-FI"}
TOKEN = re.compile(r"\{\{[^{}\n]+\}\}")
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
PROPERTY, ANY_FORMAT = "Yhdyspinta", "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
EPOCH = (2020, 1, 1, 0, 0, 0)


def write(document: WordDocument) -> bytes:
    """The document as a file. The same input makes the same bytes."""
    made = _Writer(document).parts()
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for part, content in made.items():
            package.writestr(zipfile.ZipInfo(part, EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


class _Writer:
    """Writes one document; gives every change, comment and paragraph an id of its own."""

    def __init__(self, document: WordDocument) -> None:
        self.document = document
        self.ids = count(1)
        self.comment_ids = count()
        self.comments = make("w:comments")
        self.extended = make("w15:commentsEx")
        self.durable = make("w16cid:commentsIds")
        clauses = document.clauses
        self.numbers = dict(
            zip(
                (clause.key for clause in clauses),
                numbers(clause.level for clause in clauses),
                strict=True,
            )
        )

    def parts(self) -> dict[str, bytes]:
        clauses = map(self._clause, laid(self.document))
        body = make("w:body", self._front(), *clauses, _page())
        made = {part: (PARTS / file).read_bytes() for part, file in STATIC.items()}
        styles = (PARTS / "styles.xml").read_text().replace("LANGUAGE", LOCALES[self.document.language])
        root = make("w:document", body)
        root.set(name("mc:Ignorable"), "w14 w15 w16cid")
        for each in (self.comments, self.extended, self.durable):
            each.set(name("mc:Ignorable"), "w14 w15 w16cid")
        return made | {
            "word/styles.xml": styles.encode(),
            "word/document.xml": as_bytes(root),
            "word/comments.xml": as_bytes(self.comments),
            "word/commentsExtended.xml": as_bytes(self.extended),
            "word/commentsIds.xml": as_bytes(self.durable),
            "docProps/core.xml": _core(self.document.title),
            "docProps/custom.xml": _custom(self.document.source),
        }

    def _front(self) -> Any:
        """What stands before the first clause, and is not changed in Word."""
        blocks = [_paragraph("Title", _run(self.document.title))]
        blocks += [_paragraph("", _run(line)) for line in self.document.front]
        if self.document.definitions:
            blocks.append(_paragraph("Definitions", _run(_("Definitions"))))
        for one in self.document.definitions:
            number = str(next(self.ids))
            begin = make("w:bookmarkStart", w_id=number, w_name=f"_d_{one.key}")
            end = make("w:bookmarkEnd", w_id=number)
            blocks.append(_paragraph("", begin, _run(one.term), end, _run(f": {one.meaning}")))
        return _held("front", blocks, "sdtContentLocked")

    def _clause(self, one: Laid) -> Any:
        clause = one.clause
        if not KEY.fullmatch(clause.key):
            raise ValueError(f"{clause.key!r} cannot be the key of a clause in a DOCX")
        style = f"Heading{clause.level}"
        head = self._paragraphs(style, pieces(clause.heading, one.heading), one_line=True)
        number = str(next(self.ids))
        head[0].insert(1, make("w:bookmarkStart", w_id=number, w_name=bookmark(clause.key)))
        head[0].append(make("w:bookmarkEnd", w_id=number))
        text = self._paragraphs("", pieces(clause.text, one.text))
        every = head + text
        for thread in one.threads:
            self._thread(thread, every[0], every[-1])
        return _held(f"clause:{clause.key}", every, "sdtLocked", clause.heading)

    def _paragraphs(self, style: str, told: Iterator[Piece], *, one_line: bool = False) -> list[Any]:
        """A paragraph for each line; the end of one may have been put in or taken out, too."""
        made = [_paragraph(style)]
        for piece in told:
            mark = piece.inserted or piece.deleted
            kind = "w:ins" if piece.inserted else "w:del" if piece.deleted else ""
            lines = [piece.text.replace("\n", " ")] if one_line else piece.text.split("\n")
            for nth, line in enumerate(lines):
                if nth:
                    self._end(made[-1], kind, mark)
                    made.append(_paragraph(style))
                if line:
                    runs = self._runs(line, is_deleted=bool(piece.deleted))
                    made[-1].extend([self._tracked(kind, mark, runs)] if mark else runs)
        return made

    def _end(self, paragraph: Any, kind: str, mark: Mark | None) -> None:
        if mark:
            paragraph.find(name("w:pPr")).append(make("w:rPr", self._tracked(kind, mark, [])))

    def _tracked(self, kind: str, mark: Mark, runs: Sequence[Any]) -> Any:
        return make(
            kind, *runs, w_id=str(next(self.ids)), w_author=_clean(mark.author), w_date=written(mark.at)
        )

    def _runs(self, line: str, *, is_deleted: bool) -> list[Any]:
        """The words, with fields for references and links for words that are defined."""
        made: list[Any] = []
        at = 0
        for found in TOKEN.finditer(line):
            if found.start() > at:
                made.append(_run(line[at : found.start()], is_deleted=is_deleted))
            at = found.end()
            if use := USE.fullmatch(found[0]):
                made.append(make("w:hyperlink", _run(use[2], is_deleted=is_deleted), w_anchor=f"_d_{use[1]}"))
            elif reference := REFERENCE.fullmatch(found[0]):
                made += self._reference(reference[1], is_deleted=is_deleted)
            else:
                made.append(_run(found[0], is_deleted=is_deleted))
        return made + ([_run(line[at:], is_deleted=is_deleted)] if at < len(line) else [])

    def _reference(self, key: str, *, is_deleted: bool) -> list[Any]:
        """A field that Word keeps in step with the number of the clause."""
        instruction = "w:delInstrText" if is_deleted else "w:instrText"
        return [
            make("w:r", make("w:fldChar", w_fldCharType="begin")),
            make("w:r", make(instruction, text=f" REF {bookmark(key)} \\r \\h ")),
            make("w:r", make("w:fldChar", w_fldCharType="separate")),
            _run(self.numbers.get(key, "?"), is_deleted=is_deleted),
            make("w:r", make("w:fldChar", w_fldCharType="end")),
        ]

    def _thread(self, thread: WordThread, first: Any, last: Any) -> None:
        """All comments of a thread begin and end at the same places, as Word wants it."""
        parent = ""
        begin = [element.tag for element in first].index(name("w:bookmarkStart")) + 1
        for comment in thread.comments:
            number = str(next(self.comment_ids))
            own = self._comment(number, comment)
            told = {"w15_paraId": own, "w15_done": str(int(thread.is_resolved))}
            self.extended.append(
                make("w15:commentEx", **told, **({"w15_paraIdParent": parent} if parent else {}))
            )
            self.durable.append(make("w16cid:commentId", w16cid_paraId=own, w16cid_durableId=own))
            first.insert(begin, make("w:commentRangeStart", w_id=number))
            last.append(make("w:commentRangeEnd", w_id=number))
            style = make("w:rPr", make("w:rStyle", w_val="CommentReference"))
            last.append(make("w:r", style, make("w:commentReference", w_id=number)))
            parent, begin = parent or own, begin + 1

    def _comment(self, number: str, comment: WordComment) -> str:
        """Writes the comment; returns the id of its last paragraph, by which threads are known."""
        own = f"{FIRST_PARAGRAPH_ID + int(number):08X}"
        lines = [_paragraph("CommentText", _run(line)) for line in comment.text.split("\n")]
        lines[-1].set(name("w14:paraId"), own)
        initials = "".join(word[0] for word in comment.author.split()[:3])
        self.comments.append(
            make(
                "w:comment",
                *lines,
                w_id=number,
                w_author=_clean(comment.author),
                w_date=written(comment.at),
                w_initials=_clean(initials),
            )
        )
        return own


def bookmark(key: str) -> str:
    """What the bookmark of a clause is called; Word shows none that begins like this."""
    return f"_c_{key}"


def _held(tag: str, blocks: Sequence[Any], lock: str, alias: str = "") -> Any:
    """Paragraphs within a content control, which Word keeps around them."""
    properties = make(
        "w:sdtPr",
        make("w:alias", w_val=_clean(alias)[:60]) if alias else None,
        make("w:tag", w_val=tag),
        make("w:lock", w_val=lock),
    )
    return make("w:sdt", properties, make("w:sdtContent", *blocks))


def _paragraph(style: str, *inside: Any) -> Any:
    return make("w:p", make("w:pPr", make("w:pStyle", w_val=style) if style else None), *inside)


def _run(text: str, *, is_deleted: bool = False) -> Any:
    return make("w:r", make("w:delText" if is_deleted else "w:t", text=_clean(text)))


def _clean(text: str) -> str:
    """Without signs that XML does not know."""
    return UNREADABLE.sub("", text)


def _page() -> Any:
    footer = make("w:footerReference", w_type="default", r_id="rId4")
    size = make("w:pgSz", w_w="11906", w_h="16838")
    margins = dict.fromkeys(("w_top", "w_right", "w_bottom", "w_left"), "1304")
    return make(
        "w:sectPr", footer, size, make("w:pgMar", **margins, w_header="624", w_footer="624", w_gutter="0")
    )


def _core(title: str) -> bytes:
    root = etree.Element(f"{{{CORE}}}coreProperties", nsmap={"cp": CORE, "dc": DC})
    etree.SubElement(root, f"{{{DC}}}title").text = _clean(title)
    etree.SubElement(root, f"{{{DC}}}creator").text = "Yhdyspinta"
    return as_bytes(root)


def _custom(source: str) -> bytes:
    """The property by which a file is known again when it comes back."""
    root = etree.Element(f"{{{CUSTOM}}}Properties", nsmap={None: CUSTOM, "vt": VALUES})
    held = etree.SubElement(root, f"{{{CUSTOM}}}property", fmtid=ANY_FORMAT, pid="2", name=PROPERTY)
    etree.SubElement(held, f"{{{VALUES}}}lpwstr").text = source
    return as_bytes(root)
