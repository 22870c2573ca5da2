"""Files of a second document: a note has a page of files, PDF, XLSX and a marked comparison, and no picture."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pypdfium2
import pytest
from django.test import Client

from collaboration import subjects
from collaboration.exports import exporter
from collaboration.exports.make import make_all
from collaboration.models import Export
from tests.gear.writers import Writers
from tests.notes.document import NOTE
from tests.notes.exports import FILES
from tests.notes.models import Note

TOLD = "The [−clinic−] [+school+] calls the family."


@pytest.fixture
def on(db: None, settings: Any) -> Iterator[Writers]:
    """A note whose text has been changed, with its files mounted in the portal."""
    settings.ROOT_URLCONF = "tests.notes.urls"
    subjects.register(subjects.Subject(NOTE.audience))
    exporter.register(FILES)
    on = Writers()
    on.write(on.one, "title", "=Call")
    Note.objects.update(body="The clinic calls the family.")
    on.write(on.one, "body", "The school calls the family.")
    on.write(on.one, "add_item", {"words": "Milk"})
    yield on
    del subjects._registered[Note], exporter._registered[Note]


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["language"] = "en"
    return client


def fetched(on: Writers, file_format: str) -> bytes:
    """The file as its reader gets it: asked for on the page, made by the worker, downloaded."""
    client, address = signed_in(on.two), f"/muistiot/{on.now().pk}/vienti/"
    wish = {"of": "draft", "format": file_format, "language": "en"}
    assert "The file is being made." in client.post(address, wish, follow=True).content.decode()
    assert make_all() == 1
    export = Export.objects.get()
    assert (export.state, export.subject) == ("ready", on.now())
    assert exporter.address_of(export) in client.get(address).content.decode()
    return client.get(exporter.address_of(export)).content


def test_a_note_is_a_workbook(on: Writers) -> None:
    book = openpyxl.load_workbook(io.BytesIO(fetched(on, "xlsx")))
    assert book.sheetnames == ["Note", "Text", "List"]
    assert (book["Note"]["B2"].value, book["Note"]["B2"].data_type) == ("=Call", "s")
    assert [cell.value for cell in book["Text"][2]] == ["The school calls the family.", TOLD]
    assert [cell.value for cell in book["List"]["A"]] == ["Words", "Milk"]


def test_a_note_is_a_spreadsheet_of_text(on: Writers) -> None:
    rows = list(csv.reader(io.StringIO(fetched(on, "csv").decode("utf-8-sig")), delimiter=";"))
    assert ["Title", "'=Call"] in rows
    assert ["The school calls the family.", TOLD] in rows


def test_a_note_is_a_document_on_paper(on: Writers) -> None:
    file = fetched(on, "pdf_a4")
    words = " ".join(
        " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(file)).split()
    )
    assert b"pdfuaid" in file
    for told in ("=Call", "The −clinic +school calls the family.", "Milk"):
        assert told in words
    assert "drawing" not in words.lower()


def test_a_note_has_no_picture(on: Writers) -> None:
    client, address = signed_in(on.two), f"/muistiot/{on.now().pk}/vienti/"
    assert 'value="png"' not in client.get(address).content.decode()
    wish = {"of": "draft", "format": "png", "language": "en"}
    assert client.post(address, wish).status_code == 422
    assert not Export.objects.exists()


def test_whoever_does_not_see_the_note_sees_no_file_of_it(on: Writers) -> None:
    fetched(on, "json")
    export = Export.objects.get()
    client, address = signed_in(on.outsider), f"/muistiot/{on.now().pk}/vienti/"
    wish = {"of": "draft", "format": "csv", "language": "en"}
    for answer in (
        client.get(address),
        client.post(address, wish),
        client.get(exporter.address_of(export)),
        client.post(exporter.address_of(export, "_retry")),
    ):
        assert answer.status_code == 404
    assert Export.objects.count() == 1
