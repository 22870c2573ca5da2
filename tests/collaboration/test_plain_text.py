"""What is typed is what is read: on the page, on paper and in files."""

import csv
import datetime
import html
import io
import re
from xml.etree.ElementTree import Element

import openpyxl
import pypdfium2
import pytest
from django.utils.html import strip_tags
from hypothesis import given, settings
from hypothesis import strategies as st

from collaboration.exports import sheets, typeset
from collaboration.exports.about import About
from collaboration.exports.cells import Column, Table
from collaboration.plain_text import to_html

ABOUT = About(
    "Kartta", "Kartta, versio 1.0", datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC), "fi", picture="Kuva"
)
A_DRAWING = Element("svg", xmlns="http://www.w3.org/2000/svg", width="10", height="10")
LINES = [
    "17. toukokuuta 2027 saakka neuvola soittaa",
    "3. kesäkuuta päiväkoti vastaa",
    "1. luokan oppilas",
    "6. luokan oppilas",
    "2*3*4 tuntia ja *tähti* ja **kaksi**",
    "> 3 kk odottaneet ensin, < 1 vk heti",
    "- viiva, + plus, * tähti rivin alussa",
    "# risuaita ja _alaviiva_ sana_sanassa_",
    "`koodi` [ohje](https://kunta.example/ohje) ![kuva](x)",
    "\\*kenoviiva\\* &amp; &lt;b&gt; <b>ei</b>",
    "---",
    "***",
    "    sisennetty rivi",
    "1) sulku 2) sulku",
    "0,5 htv à 12 000 €/v ½ §",
    "=1+1 ei ole kaava",
]
texts = st.lists(st.sampled_from(["", *LINES]), min_size=1, max_size=8).map("\n".join)


def lines_of(text: str) -> list[str]:
    """The lines that say something, with single spaces."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def shown(page: str) -> str:
    """What a browser shows of the HTML."""
    return html.unescape(strip_tags(re.sub(r"<br>|</p>", "\n", page)))


@given(texts)
def test_a_page_shows_every_line_as_it_was_typed(text: str) -> None:
    assert lines_of(shown(to_html(text))) == lines_of(text)


@given(st.text(max_size=200))
def test_a_page_shows_every_sign_of_any_text(text: str) -> None:
    assert shown(to_html(text)).split() == text.split()


@settings(max_examples=15, deadline=None)
@given(st.lists(texts, min_size=1, max_size=6))
def test_files_hold_every_line_as_it_was_typed(several: list[str]) -> None:
    table = Table("Tekstit", [Column("Teksti", 6)], [[text] for text in several])
    workbook = openpyxl.load_workbook(io.BytesIO(sheets.xlsx([table], ABOUT)))
    cells = [
        str(row[0] or "")
        for row in workbook.worksheets[0].iter_rows(2, 1 + len(several), 1, 1, values_only=True)
    ]
    rows = list(csv.reader(io.StringIO(sheets.csv_file([table]).decode("utf-8-sig")), delimiter=";"))[2:-1]
    for text, cell, row in zip(several, cells, rows, strict=True):
        assert lines_of(cell) == lines_of(text)
        assert lines_of(row[0].removeprefix("'")) == lines_of(text)


@settings(max_examples=3, deadline=None)
@given(st.permutations(LINES))
def test_paper_shows_every_line_as_it_was_typed(lines: list[str]) -> None:
    empty = Table("", [Column("")], [])
    table = Table("Tekstit", [Column("Teksti", 6)], [["\n".join(lines)]])
    file = typeset.pdf([empty, table], A_DRAWING, "Kuva", ABOUT, "a4")
    document = pypdfium2.PdfDocument(file)
    read = "".join(page.get_textpage().get_text_range() for page in document)
    assert [line for line in lines_of("\n".join(lines)) if line not in lines_of(read)] == []


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("ks. https://kunta.example/ohje.", 'href="https://kunta.example/ohje"'),
        ("www.kunta.fi", 'href="http://www.kunta.fi"'),
        ("posti@kunta.example", 'href="mailto:posti@kunta.example"'),
    ],
)
def test_bare_addresses_are_links(text: str, link: str) -> None:
    assert link in to_html(text)


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "<a href='x'>", "data:text/html,x", "//muualla.example"]
)
def test_nothing_else_is_a_link(text: str) -> None:
    assert "<a " not in to_html(text)
