"""Whatever sign a field accepts, each file is made, and says so where it cannot show one."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from copy import deepcopy
from itertools import cycle
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collaboration.exports import glyphs
from collaboration.exports.make import file_of
from collaboration.models import Export
from collaboration.models.fields import GatedCharField
from services.content.canonical import content_of
from services.content.shape import Content
from services.models import InterfaceMap
from tests.cast import Cast

FORMATS = Export.Format
OF_EACH_BLOCK = 2
MANY = (
    "😀",
    "👩🏽‍🚒",
    "🇫🇮",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "❤️",
    "العَرَبِيَّة",
    "עִבְרִית",
    "中文",
    "한국어",
    "हिन्दी",
    "ﷺ",
    "\ue000",
    "\U0010fffd",
    "\U000e0041",
    "\ufffd",
)
LOOSE = ("Å\u0308", "q\u0308", "a\u0301\u0302\u0303", "\u0338alku", "\u0308", "l\u0338\u0308", "\u0344x")
"""Marks that do not become one letter with what is before them; the second last would close a tag of XML, composed."""


def signs() -> Iterator[str]:
    """All that the fonts have, every mark on every kind of letter, and some of each block of Unicode."""
    shown = [chr(point) for point in sorted(glyphs.known())]
    yield from shown
    marks = "".join(sign for sign in shown if unicodedata.category(sign).startswith("M"))
    yield from (f"{letter}{mark}" for letter in "aÅq1-□ ´" for mark in marks)
    for block in range(0x00, 0x110000, 0x100):
        if not 0xD800 <= block < 0xE000:
            yield from map(chr, range(max(block, 1), block + OF_EACH_BLOCK))
    yield from (*MANY, *LOOSE)


def texts(most: int) -> list[str]:
    """The signs in lines of so many."""
    every = list(signs())
    return ["".join(every[start : start + most]) for start in range(0, len(every), most)]


def file_with(
    on: InterfaceMap,
    file_format: str,
    *,
    name: str = "",
    answer: str = "",
    change: Any = None,
    language: str = "en",
) -> bytes:
    """The file of a draft whose first service and first shared answer say this."""
    content = deepcopy(content_of(on))
    if name:
        content["services"][0]["name_fi"] = name
    if answer:
        content["interfaces"][0]["aspects"][0]["shared_fi"] = answer
    if change:
        change(content)
    export = Export(
        subject=on, content=content, digest="0" * 64, seq=1, format=file_format, language=language
    )
    return file_of(export, lambda _progress: None)


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def everywhere(content: Content) -> None:
    """All signs in the tables, and all of them on cards of the drawing."""
    answers = cycle(aspect for interface in content["interfaces"] for aspect in interface["aspects"])
    for text, aspect in zip(texts(400), answers, strict=False):
        aspect["shared_fi"] += text
    first = content["services"][0]
    for number, text in enumerate(texts(28)):
        content["services"].append({**first, "id": 1_000_000 + number, "name_fi": text})


@pytest.mark.parametrize("file_format", [FORMATS.PDF_A4, FORMATS.PNG, FORMATS.SVG, FORMATS.XLSX, FORMATS.CSV])
def test_all_signs_of_unicode_are_in_one_file(cast: Cast, file_format: str) -> None:
    file = file_with(cast.maps["porvoo"], file_format, change=everywhere)
    if file_format == FORMATS.SVG:
        ElementTree.fromstring(file)  # noqa: S314 our own file
    if file_format == FORMATS.XLSX:
        openpyxl.load_workbook(io.BytesIO(file))
    assert len(file) > 10_000


def test_strange_names_stop_no_document(cast: Cast) -> None:
    def named(content: Content) -> None:
        first = content["services"][0]
        content["services"] += [
            {**first, "id": 1_000_000 + number, "name_fi": text} for number, text in enumerate(LOOSE)
        ]

    assert file_with(cast.maps["porvoo"], FORMATS.PDF_A4, change=named).startswith(b"%PDF")


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(min_size=1, max_size=40), answer=st.text(max_size=200))
def test_any_text_at_all_is_set(cast: Cast, name: str, answer: str) -> None:
    assert file_with(cast.maps["porvoo"], FORMATS.PDF_A3, name=name, answer=answer).startswith(b"%PDF")
    assert file_with(cast.maps["porvoo"], FORMATS.XLSX, name=name, answer=answer).startswith(b"PK")


def test_a_document_says_that_it_lacks_a_sign(cast: Cast) -> None:
    on, sentence = cast.maps["porvoo"], "□ stands for signs that the fonts of this file do not have."
    assert sentence not in words_of(
        file_with(on, FORMATS.PDF_A4, name="Päiväkoti □", answer="Čáhppesjohka → ✓")
    )
    for place in ({"name": "Päiväkoti 中"}, {"answer": "Kiitos 😀"}):
        words = words_of(file_with(on, FORMATS.PDF_A4, **place))
        assert sentence in words
        assert place.get("name", place.get("answer", ""))[:-1] + "□" in words


def test_a_document_says_that_letters_of_the_drawing_lack_their_marks(cast: Cast) -> None:
    on, sentence = cast.maps["porvoo"], "In the drawing some letters stand without their marks"
    assert sentence not in words_of(file_with(on, FORMATS.PDF_A4, name="Å a\u0308", answer="q\u0308"))
    words = words_of(file_with(on, FORMATS.PDF_A4, name="q\u0308"))
    assert sentence in words
    assert "q\u0308" in words, "the tables have it"


def test_a_picture_says_that_it_lacks_a_sign(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    whole, without = (file_with(on, FORMATS.PNG, name=name) for name in ("Neuvola □", "Neuvola 中"))
    assert whole != without
    assert "□ stands for" not in file_with(on, FORMATS.SVG, name="Neuvola 中").decode(), (
        "a browser has its own fonts"
    )


def test_tables_keep_every_sign(cast: Cast) -> None:
    on, text = cast.maps["porvoo"], "".join((*MANY, *LOOSE))
    kept = GatedCharField().to_python(text)
    book = openpyxl.load_workbook(io.BytesIO(file_with(on, FORMATS.XLSX, answer=kept)))
    assert kept in {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    lines = csv.reader(
        io.StringIO(file_with(on, FORMATS.CSV, answer=kept).decode("utf-8-sig"), newline=""), delimiter=";"
    )
    assert kept in {cell for line in lines for cell in line}
