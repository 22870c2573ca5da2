"""Somebody with a word processor: opens a DOCX with another library, changes it as Word would, and saves it."""

from __future__ import annotations

import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from docx_plus.comments import add_comment, reply_to_comment
from docx_plus.revisions import mark_deletion, mark_insertion

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
AT = datetime.datetime(
    2026, 11, 9, 14, 5, tzinfo=datetime.UTC
)  # what Word writes: 14.05 in Helsinki, called UTC


class Lawyer:
    """A person at work on a file."""

    def __init__(self, content: bytes, name: str = "Lakimies") -> None:
        self.doc: Any = Document(BytesIO(content))
        self.name = name

    def saved(self) -> bytes:
        out = BytesIO()
        self.doc.core_properties.last_modified_by = self.name
        self.doc.save(out)
        return out.getvalue()

    def paragraph(self, words: str) -> Paragraph:
        """The paragraph with these words, also within content controls."""
        [found] = [
            each
            for each in self.doc.element.body.iter(f"{W}p")
            if words in "".join(t.text or "" for t in each.iter(f"{W}t"))
        ]
        return Paragraph(found, self.doc._body)

    def run(self, words: str) -> Run:
        """A run of just these words, cut out of the one that holds them."""
        paragraph = self.paragraph(words)
        for run in paragraph.runs:
            if words in run.text:
                before, _words, after = run.text.partition(words)
                run.text = before
                middle, last = (Run(_like(run), paragraph) for _nth in range(2))
                run._r.addnext(middle._r)
                middle._r.addnext(last._r)
                middle.text, last.text = words, after
                return middle
        raise AssertionError(words)

    def replaces(self, words: str, instead: str) -> None:
        """Both changes are tracked."""
        run = self.run(words)
        if instead:
            new = Run(_like(run), run._parent)
            run._r.addnext(new._r)
            new.text = instead
            mark_insertion(new, author=self.name, date=AT)
        mark_deletion(run, author=self.name, date=AT)

    def writes_untracked(self, words: str, instead: str) -> None:
        self.run(words).text = instead

    def comments(self, words: str, text: str) -> int:
        """The number of the comment."""
        made = add_comment(self.run(words), text, author=self.name)
        made.body_element.set(f"{W}date", "2026-11-09T14:05:00Z")
        return made.comment_id

    def answers(self, number: int, text: str) -> int:
        made = reply_to_comment(self.doc, number, text, author=self.name)
        made.body_element.set(f"{W}date", "2026-11-09T14:06:00Z")
        return made.comment_id

    def accepts_all(self) -> None:
        for element in list(self.doc.element.body.iter(f"{W}ins", f"{W}del")):
            if element.tag == f"{W}ins":
                for child in list(element):
                    element.addprevious(child)
            element.getparent().remove(element)

    def rejects_all(self) -> None:
        for element in list(self.doc.element.body.iter(f"{W}ins", f"{W}del")):
            if element.tag == f"{W}del":
                for child in list(element):
                    for text in child.iter(f"{W}delText"):
                        text.tag = f"{W}t"
                    element.addprevious(child)
            element.getparent().remove(element)

    def loses_controls(self) -> None:
        """As a program that knows no content controls."""
        for control in list(self.doc.element.body.iter(f"{W}sdt")):
            for child in list(control.find(f"{W}sdtContent")):
                control.addprevious(child)
            control.getparent().remove(control)


def _like(run: Run) -> Any:
    from copy import deepcopy

    made = deepcopy(run._r)
    for child in list(made):
        if child.tag != f"{W}rPr":
            made.remove(child)
    return made
