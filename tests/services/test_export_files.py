"""The files of exports, opened again by readers that know nothing of how they were written."""

import csv
import datetime
import io
import json
import re
import struct
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import openpyxl
import pytest
from django.utils import timezone
from django.utils.translation import override

from collaboration.exports import glyphs, names, sheets, typeset
from collaboration.exports.cells import Column, Table
from collaboration.exports.make import file_of
from collaboration.frozen import canonical, digest
from collaboration.models import Export
from services.content.canonical import content_of
from services.models import InterfaceMap
from services.workflows.structure import KIND_OF_ASPECT
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


EXCEL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEETS = [
    "Map and version",
    "Approvals",
    "Parties",
    "Services",
    "Outcomes and enablers",
    "Where and how",
    "Interfaces",
    "Responsibilities for services",
    "Service channels",
    "Steps of the referral path",
    "Steps of the process",
    "Flows of information",
    "Resources of the parties",
    "Leaders",
    "Shared goals",
    "Steps of the escalation path",
    "Development forums",
    "Confirmations",
    "Evidence",
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
        "confirmation",
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
    assert book.sheetnames == SHEETS
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    values = {cell.value for cell in cells}
    assert values >= {*FORMULAS[:6], version.digest, version.citation_fi, "Porvoo approver", "Ei koske."}
    sheet = book["Interfaces"]
    assert sheet.freeze_panes == "A2"
    assert sheet.max_row == 1 + 27
    assert sheet.column_dimensions["F"].width == 60
    assert sheet["F2"].alignment.wrap_text
    assert {"Yhteinen keskustelu", "Sopimus", "https://kunta.example/"} <= values


def test_each_kind_of_row_has_a_sheet_and_each_fact_a_cell(cast: Cast, on: InterfaceMap) -> None:
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(cast, on, "xlsx", language="en")))
    with override("en"):
        for kind in KIND_OF_ASPECT.values():
            sheet = book[str(kind.model._meta.verbose_name_plural).capitalize()]
            assert [str(cell.value).lower() for cell in sheet[1][2:-1]] == [
                str(column.label).lower() for column in kind.told
            ]
            assert sheet.max_row > 1, kind.name
    resources = book["Resources of the parties"]
    [years, euros] = [cell.column for cell in resources[1] if cell.value in ("Person-years", "Euros a year")]
    numbers = [resources.cell(2, years).value, resources.cell(2, euros).value]
    content = content_of(on)
    [given] = [
        row
        for interface in content["interfaces"]
        for aspect in interface["aspects"]
        for row in aspect["rows"]
        if row["kind"] == "resource"
    ]
    assert numbers == [float(given["person_years"]), given["euros"]]


def test_numbers_dates_and_times_are_what_they_are(cast: Cast, on: InterfaceMap) -> None:
    version = published(cast, on)
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(cast, on, "xlsx", version=version, language="fi")))
    facts = {row[0].value: row[1] for row in book.worksheets[0].iter_rows()}
    published_at, review_on = facts["Julkaistu"], facts["Tarkistuspäivä"]
    local = timezone.localtime(version.published_at).replace(tzinfo=None)
    assert abs(published_at.value - local) < datetime.timedelta(seconds=1), "as the clock in Finland shows it"
    assert published_at.number_format == "d.m.yyyy h:mm"
    assert (review_on.value.date(), review_on.number_format) == (version.review_on, "d.m.yyyy")
    assert book.properties.created == local_to_utc(version.published_at)
    numbers = [row[2] for row in book["Yhdyspinnat"].iter_rows(min_row=2)]
    assert [cell.value for cell in numbers] == [*range(1, 10)] * 3
    assert {cell.data_type for cell in numbers} == {"n"}
    assert "01" in {row[3].value for row in book["Osapuolet"].iter_rows()}, "a code is no number"


def local_to_utc(at: datetime.datetime) -> datetime.datetime:
    return at.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)


def test_a_cell_in_which_nothing_stands_is_not_there(cast: Cast, on: InterfaceMap) -> None:
    file = zipfile.ZipFile(io.BytesIO(bytes_of(cast, on, "xlsx")))
    for name in file.namelist():
        if name.startswith("xl/worksheets/"):
            cells = ElementTree.fromstring(file.read(name)).iter(f"{{{EXCEL}}}c")  # noqa: S314 our own file
            assert [cell.attrib["r"] for cell in cells if not "".join(cell.itertext())] == []


def test_a_sign_that_is_written_by_its_number_stays_so(cast: Cast, on: InterfaceMap) -> None:
    write(cast, on, "Koodi _x0041_ on koodi.")
    file = zipfile.ZipFile(io.BytesIO(bytes_of(cast, on, "xlsx")))
    sheets_of_file = "".join(file.read(name).decode() for name in file.namelist() if "worksheets" in name)
    assert "Koodi _x005F_x0041_ on koodi." in sheets_of_file


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_file_speaks_one_language(cast: Cast, on: InterfaceMap, language: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(cast, on, "xlsx", language=language)))
    heads = " ".join(str(cell.value) for sheet in book for cell in sheet[1])
    said = {"fi": "(suomeksi)", "sv": "(på finska)", "en": "(in Finnish)"}
    assert [each for each in said.values() if each in heads] == [said[language]]


def test_a_csv_file_opens_in_a_finnish_spreadsheet(cast: Cast, on: InterfaceMap) -> None:
    write(cast, on, "Rivi; jossa on\ntoinen rivi", 3)
    file = bytes_of(cast, on, "csv", language="en")
    assert file.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=";"))
    start = next(nth for nth, row in enumerate(rows) if row[:1] == ["Interfaces"])
    header, *aspects = rows[start + 1 : start + 29]
    assert header[:5] == ["Interface", "Parties", "No.", "Aspect", "Status"]
    assert [row[2] for row in aspects] == [str(number) for number in range(1, 10)] * 3
    assert {len(row) for row in aspects} == {len(header)}
    assert aspects[2][5] == "Rivi; jossa on\ntoinen rivi"
    assert "'01" in {row[3] for row in rows if len(row) == 4}, (
        "a spreadsheet keeps the zero of the county's code"
    )


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_csv_file_begins_like_a_formula(text: str) -> None:
    table = Table("T", [Column("A"), Column("B")], [["x", text]])
    file = sheets.csv_file([table]).decode("utf-8-sig")
    [cell] = [row[1] for row in csv.reader(io.StringIO(file, newline=""), delimiter=";") if row[:1] == ["x"]]
    assert cell[0] == "'"
    assert cell[1:] == text


@pytest.mark.parametrize(
    "text",
    [
        "01",
        "0401234567",
        "040 123 4567",
        "8-16",
        "8 - 16",
        "1.2",
        "1.2.2027",
        "1/2",
        "7:30",
        "0,5",
        "1E5",
        "50 %",
        "1" * 16,
    ],
)
def test_a_text_that_a_spreadsheet_would_change_is_marked_as_text(text: str) -> None:
    assert sheets.defused(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["Neuvola", "a=b", "638", "2027", "12 000", "Ma–pe 8–16", "", "'lainaus'", "–", "1 §", "0"]
)
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


def test_a_document_knows_when_it_was_published(cast: Cast, on: InterfaceMap) -> None:
    version = published(cast, on)
    file = bytes_of(cast, on, "pdf_a4", version=version)
    at = local_to_utc(version.published_at)
    assert f"/CreationDate(D:{at:%Y%m%d%H%M%S}Z)".encode() in file
    assert f"<xmp:CreateDate>{at:%Y-%m-%dT%H:%M:%S}+00:00".encode() in file


def test_a_file_is_named_after_its_map(cast: Cast, on: InterfaceMap) -> None:
    version = published(cast, on)
    name = names.file_name(made(cast, on, "csv", version=version, language="sv"))
    assert name == f"{names.for_a_file(on.title_sv)}-v1.0-sv.csv"
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", "Čáhppesjohka /../\\ \"x\" 'y' Ääni")
    draft = made(cast, on, "pdf_a3")
    at = timezone.localtime(draft.asked_at)
    assert names.file_name(draft) == f"Čáhppesjohka-x-y-Ääni-{at:%Y-%m-%d-%H%M}-a3-fi.pdf"


def test_a_summer_night_is_named_by_finlands_clock(cast: Cast, on: InterfaceMap) -> None:
    draft = made(cast, on, "csv")
    draft.asked_at = datetime.datetime(2026, 6, 30, 21, 30, tzinfo=datetime.UTC)
    assert "-2026-07-01-0030-" in names.file_name(draft)


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Čáhppesjohka", "Cahppesjohka.csv"),
        ("Đ ja ŋ ja ß", "D-ja-n-ja-.csv"),
        ("中文", "yhdyspinta.csv"),
        ("q̈ 😀/../\r\n", "q.csv"),
        ("CON", "CON.csv"),
        ("", "yhdyspinta.csv"),
        ("å" * 200, "a" * 60 + ".csv"),
    ],
)
def test_a_download_has_its_letters_and_a_plain_name_for_old_programs(title: str, plain: str) -> None:
    name = f"{names.for_a_file(title)}.csv"
    header = names.attachment(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.startswith(f'attachment; filename="{plain}"')
    if name != plain:
        assert header.endswith(f"filename*=UTF-8''{quote(name)}")
    assert len(name.encode()) < 200
