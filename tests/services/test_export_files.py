"""The files of exports, opened again by readers that know nothing of how they were written."""

import csv
import io
import json
import re
import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest

from services.content import canonical, content_of, digest
from services.exports import glyphs, sheets, typeset
from services.exports.make import file_name, file_of
from services.exports.tables import Column, Table
from services.models import Export, InterfaceMap
from tests.cast import Cast
from tests.databases import ROOT
from tests.services.exporting import made
from tests.services.ops import add_rows, answer_of, edit, first_aspect
from tests.services.rounds import published
from tests.services.test_pages import large_map

FORMULAS = [
    '=HYPERLINK("https://paha.example","Avaa")',
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1;1)",
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    '"=1+1',
    "＝1+1",
    "+358 40 000 0000",
]
INJECTIONS = [
    '#read("/etc/passwd")',
    '#panic("x")',
    '#import "@preview/example:0.1.0"',
    "$ sum_(k=1)^n $ *lihava* _kursiivi_ `koodi` @viite <nimi> // loppu",
    ']) #eval("1+1") (\\',
    "</text><script>alert(1)</script>&amp;",
]


def bytes_of(cast: Cast, on: InterfaceMap, file_format: str, **wish: Any) -> bytes:
    return bytes(made(cast, on, file_format, **wish).file or b"")


def write(cast: Cast, on: InterfaceMap, text: str, number: int = 1) -> None:
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on, number).pk}", "shared_fi", text)


@pytest.fixture
def on(cast: Cast) -> InterfaceMap:
    """Porvoo's map with something of everything on it."""
    on, ours = cast.maps["porvoo"], cast["porvoo editor"]
    write(cast, on, "Neuvola vastaa kolmen päivän kuluessa → ✓.")
    aspect = first_aspect(on)
    edit(
        cast["county approver"],
        on,
        f"answer:{answer_of(aspect, '01').pk}",
        "consent",
        "Neuvola vastaa kolmen päivän kuluessa → ✓.",
    )
    edit(
        ours, on, f"aspect:{aspect.pk}", "add_evidence", {"title": "Sopimus", "url": "https://kunta.example/"}
    )
    edit(ours, on, f"aspect:{first_aspect(on, 2).pk}", "not_applicable_reason", "Ei koske.")
    edit(ours, on, f"aspect:{aspect.pk}", "review_on", "2027-03-01")
    add_rows(ours, on)
    return on


def test_the_json_file_is_the_canonical_content(cast: Cast, on: InterfaceMap) -> None:
    file = bytes_of(cast, on, "json")
    assert json.loads(file) == content_of(on)
    assert file == canonical(content_of(on))
    assert digest(file) == Export.objects.get().digest


def test_a_workbook_has_its_sheets_and_no_formula(cast: Cast, on: InterfaceMap) -> None:
    for number, text in enumerate(FORMULAS[:6], 3):
        write(cast, on, text, number)
    version = published(cast, on)
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(cast, on, "xlsx", version=version, language="en")))
    assert book.sheetnames == [
        "Map and version",
        "Approvals",
        "Parties",
        "Services",
        "Where and how",
        "Interfaces",
    ]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    values = {cell.value for cell in cells}
    assert values >= {*FORMULAS[:6], version.digest, version.citation_fi, "Porvoo approver", "Ei koske."}
    sheet = book["Interfaces"]
    assert sheet.freeze_panes == "A2"
    assert sheet.max_row == 1 + 27
    assert sheet.column_dimensions["F"].width == 60
    assert sheet["F2"].alignment.wrap_text
    assert "Yhteinen keskustelu" in str(sheet["J3"].value)
    assert "Sopimus (https://kunta.example/)" in values


def test_a_csv_file_opens_in_a_finnish_spreadsheet(cast: Cast, on: InterfaceMap) -> None:
    write(cast, on, "Rivi; jossa on\ntoinen rivi", 3)
    file = bytes_of(cast, on, "csv", language="en")
    assert file.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=";"))
    start = next(nth for nth, row in enumerate(rows) if row[:1] == ["Interfaces"])
    header, *aspects = rows[start + 1 : start + 29]
    assert header[:5] == ["Interface", "Parties", "No.", "Aspect", "Status"]
    assert [row[2] for row in aspects] == [str(number) for number in range(1, 10)] * 3
    assert {len(row) for row in aspects} == {12}
    assert aspects[2][5] == "Rivi; jossa on\ntoinen rivi"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_csv_file_begins_like_a_formula(text: str) -> None:
    table = Table("T", [Column("A"), Column("B")], [["x", text]])
    file = sheets.csv_file([table]).decode("utf-8-sig")
    [cell] = [row[1] for row in csv.reader(io.StringIO(file, newline=""), delimiter=";") if row[:1] == ["x"]]
    assert cell[0] == "'"
    assert cell[1:] == text


@pytest.mark.parametrize("text", ["Neuvola", "a=b", "1-2", "", "'lainaus'", "–"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert sheets.defused(text) == text


def test_the_drawing_is_one_file_on_white(cast: Cast, on: InterfaceMap) -> None:
    file = bytes_of(cast, on, "svg", language="en")
    root = ElementTree.fromstring(file)  # noqa: S314 our own file
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    ground = next(iter(root.iter("{http://www.w3.org/2000/svg}rect")))
    assert (ground.get("fill"), ground.get("width")) == ("#ffffff", root.get("width"))
    assert {"style", "script", "image"}.isdisjoint(each.tag.rpartition("}")[2] for each in root.iter())
    texts = " ".join(str(each.text) for each in root.iter("{http://www.w3.org/2000/svg}text"))
    assert "Päiväkoti" in texts
    assert "not approved" in texts


def test_a_picture_has_its_size(cast: Cast, on: InterfaceMap) -> None:
    root = ElementTree.fromstring(bytes_of(cast, on, "svg"))  # noqa: S314 our own file
    file = bytes_of(cast, on, "png")
    assert file[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", file[16:24])
    assert abs(width / height - int(root.attrib["width"]) / int(root.attrib["height"])) < 0.01
    assert int(root.attrib["width"]) < width <= 8_000


@pytest.mark.parametrize("file_format", ["pdf_a4", "pdf_a3"])
def test_a_document_declares_what_it_is(cast: Cast, on: InterfaceMap, file_format: str) -> None:
    version = published(cast, on)
    export = made(cast, on, file_format, version=version, language="sv")
    file = bytes(export.file or b"")
    assert file.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in file
    assert b"/Lang(sv" in file
    assert b"<pdfaid:part>2</pdfaid:part>" in file
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in file
    assert b"<pdfuaid:part>1</pdfuaid:part>" in file
    assert on.title_sv.encode() in file, "the title is in the metadata"
    assert file.count(b"/S/TH") + file.count(b"/S /TH") > 10
    assert b"/Alt" in file
    assert file_of(export, lambda _progress: None) == file, "the same bytes again"


def test_a_document_is_of_its_paper(cast: Cast, on: InterfaceMap) -> None:
    for file_format, points in (("pdf_a4", (842, 595)), ("pdf_a3", (1191, 842))):
        sizes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", bytes_of(cast, on, file_format))
        assert {tuple(round(float(each)) for each in size) for size in sizes} == {points}


def test_texts_are_printed_and_never_run(cast: Cast, on: InterfaceMap) -> None:
    for number, text in enumerate(INJECTIONS, 1):
        write(cast, on, text, number)
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", INJECTIONS[0])
    file = bytes_of(cast, on, "pdf_a4")
    assert b'#read("/etc/passwd")' in file.replace(b"&quot;", b'"'), (
        "the title is in the metadata as it was written"
    )
    assert b"root:x:" not in file
    assert bytes_of(cast, on, "png")


@pytest.mark.parametrize(
    "text",
    ["😀 emoji", "中文", "العربية", "\ue000 yksityinen", "a\u0308", "x\u00ad\u200b\u202e", "\x07", "ﷺ" * 10],
)
def test_a_character_without_a_glyph_stops_no_document(cast: Cast, on: InterfaceMap, text: str) -> None:
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", f"Kartta {text}")
    write(cast, on, f"Teksti {text}")
    assert bytes_of(cast, on, "pdf_a4").startswith(b"%PDF")


def test_the_fonts_have_what_the_demo_and_the_portal_say() -> None:
    said = [*(ROOT / "yhdyspinta" / "demo").glob("*.py"), *(ROOT / "locale").rglob("django.po")]
    characters = set("".join(path.read_text(encoding="utf-8") for path in said))
    characters |= set("åäöÅÄÖ→↔✓◐○–≠−•·“”’…§€")
    assert {
        each for each in characters if glyphs.printable(each) != each and each not in "\n\t\u00ad"
    } == set()
    assert glyphs.printable("ä\u0308") != ""
    assert glyphs.printable("中") == glyphs.INSTEAD


def test_only_the_portals_own_fonts_are_used() -> None:
    assert {font.family for font in glyphs.fonts().fonts() if font.path} == {glyphs.FAMILY}
    assert {Path(str(font.path)).parent for font in glyphs.fonts().fonts() if font.path} == {glyphs.FOLDER}
    assert glyphs.FALLBACK in glyphs.fonts().families()


def test_columns_in_which_nothing_stands_are_left_out_of_a_page() -> None:
    table = Table("T", [Column("A"), Column("B"), Column("C")], [["x", "", "y"]])
    [section] = typeset._sections(table)
    assert [column["label"] for column in section["columns"]] == ["A", "C"]


def test_a_map_of_60_services_fits_every_file(cast: Cast, on: InterfaceMap) -> None:
    large_map(on, 60, 90)
    for file_format in Export.Format.values:
        assert len(bytes_of(cast, on, file_format)) > 10_000, file_format


def test_a_file_is_named_after_its_map(cast: Cast, on: InterfaceMap) -> None:
    version = published(cast, on)
    name = file_name(made(cast, on, "csv", version=version, language="sv"))
    assert re.fullmatch(r"[a-z0-9-]+-v1\.0-sv\.csv", name)
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", "中文/../\\ \"x\" 'y'")
    assert re.fullmatch(r"x-y-\d{4}-\d\d-\d\d-\d{4}-fi\.json", file_name(made(cast, on, "json")))
