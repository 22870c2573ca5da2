"""What is done with a file before it is kept: known by its content, opened with limits, read for identity codes."""

from __future__ import annotations

import zlib
from io import BytesIO

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from PIL import Image

from collaboration import uploads
from collaboration.models import Attachment
from tests.gear import files

ALL = frozenset(Attachment.Kind.values)
CODE = "131052-308T"
LATIN = "\xe4\xf6".encode("cp1252")
BOMB = b"<w:p/>" * 40_000_000
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'


def refused(name: str, content: bytes, *, is_nameless: bool = False) -> str:
    """Why it is not taken."""
    with pytest.raises(ValidationError) as error, translation.override("en"):
        uploads.read(name, content, ALL, is_nameless=is_nameless)
    assert error.value.messages[0]
    return str(error.value.code)


@pytest.mark.parametrize(
    ("name", "content", "kind", "called"),
    [
        ("kuva.jpg", files.jpeg(), "jpeg", "kuva.jpg"),
        ("kuva.png", files.png(), "png", "kuva.png"),
        ("kuva.png", files.jpeg(), "jpeg", "kuva.png.jpg"),
        ("lausunto.pdf", files.pdf(), "pdf", "lausunto.pdf"),
        ("lausunto.docx", files.docx(), "docx", "lausunto.docx"),
        ("taulukko.xlsx", files.docx(part="xl/workbook.xml"), "xlsx", "taulukko.xlsx"),
        ("diat.pptx", files.docx(part="ppt/presentation.xml"), "pptx", "diat.pptx"),
        (
            "teksti.odt",
            files.zipped(
                {
                    "mimetype": b"application/vnd.oasis.opendocument.text",
                    "content.xml": b"<a><p>Hei</p></a>",
                }
            ),
            "odt",
            "teksti.odt",
        ),
        ("muistio.txt", b"Hei " + LATIN, "txt", "muistio.txt"),
        ("rivit.csv", "\ufeffa;b\n1;2".encode(), "csv", "rivit.csv"),
        ("C:\\fakepath\\oma\u202e kuva.jpg", files.jpeg(), "jpeg", "oma kuva.jpg"),
        ("../../etc/passwd", files.png(), "png", "passwd.png"),
        ("", files.png(), "png", "_.png"),
        ("x" * 400 + ".png", files.png(), "png", "x" * 110 + ".png"),
    ],
)
def test_what_is_taken_is_known_by_its_content(name: str, content: bytes, kind: str, called: str) -> None:
    brought = uploads.read(name, content, ALL)
    assert (brought.kind, brought.name) == (kind, called)
    Attachment(name=brought.name, kind=kind).clean_fields(exclude=["size", "digest", "added_by", "content"])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("tyhja.pdf", b"", "empty"),
        ("iso.jpg", files.jpeg() + bytes(Attachment.MOST_BYTES), "large"),
        ("ohjelma.pdf", b"MZ\x90\0" + bytes(900), "unknown"),
        ("ohjelma.txt", b"MZ\x90\0" + bytes(900), "unknown"),
        ("sivu.html", b"<html><script>alert(1)</script>", "unknown"),
        ("kuva.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture"),
        ("kuva.gif", b"GIF89a" + bytes(40), "picture"),
        ("kuva.webp", b"RIFF\x20\0\0\0WEBPVP8 ", "picture"),
        ("IMG_1.HEIC", b"\0\0\0\x18ftypheic" + bytes(80), "phone"),
        ("IMG_1.jpg", b"\0\0\0\x18ftypavif" + bytes(80), "phone"),
        ("vanha.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old"),
        ("katkennut.jpg", files.jpeg(600, 400)[:900], "broken"),
        ("katkennut.png", files.png()[:60], "broken"),
        ("katkennut.pdf", files.pdf()[:400], "broken"),
        ("katkennut.docx", files.docx()[:200], "broken"),
        ("paketti.zip", files.zipped({"a.txt": b"a"}), "unknown"),
        ("makrot.docx", files.docx(more={"word/vbaProject.bin": b"x"}), "macros"),
        ("upotettu.docx", files.docx(more={"word/embeddings/a.xlsx": b"x"}), "inside"),
        ("pommi.docx", files.docx(more={"word/a.xml": BOMB}), "bomb"),
        ("entiteetti.docx", files.docx(more={"word/a.xml": ENTITIES}), "bomb"),
        ("pommi.png", files.large_png(60_000), "pixels"),
        ("lukittu.pdf", files.locked_pdf(), "locked"),
        ("pitka.txt", b"a " * 2_000_000, "long"),
        ("hetu.txt", f"Asiakas {CODE}".encode(), "code"),
        ("hetu.docx", files.docx(f"Asiakas {CODE}"), "code"),
        ("hetu.pdf", files.pdf(f"Asiakas {CODE}"), "code"),
        ("hetu.pdf", files.pdf(author=CODE), "code"),
        ("hetu.odt", files.docx(part="x.xml") and files.zipped({
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": f"<a><p>Asiakas <b>{CODE[:6]}</b>{CODE[6:]}</p></a>".encode(),
        }), "code"),
        (f"asiakas {CODE}.png", files.png(), "name"),
    ],
)  # fmt: skip
def test_what_is_not_taken_is_refused_with_its_reason(name: str, content: bytes, reason: str) -> None:
    assert refused(name, content) == reason


def test_every_reason_is_a_sentence_in_three_languages() -> None:
    for reason, sentence in uploads.REASONS.items():
        told = set()
        for language in ("fi", "sv", "en"):
            with translation.override(language):
                told.add(str(sentence))
        assert len(told) == 3, reason


def test_a_picture_keeps_nothing_but_the_picture() -> None:
    brought = uploads.read("kuva.jpg", files.jpeg(64, 48, gps=True), ALL)
    with Image.open(BytesIO(brought.content)) as kept:
        assert kept.size == (48, 64)  # it stands upright
        assert not kept.getexif()
        assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Kuvaaja" not in brought.content
    of_png = uploads.read("kuva.png", files.png("Maija Kuvaaja"), ALL)
    assert b"Kuvaaja" not in of_png.content
    with Image.open(BytesIO(of_png.content)) as kept:
        assert kept.getpixel((1, 1)) == (*divmod(zlib.crc32(b"Maija Kuvaaja") % 65_536, 256), 200, 90)


def test_what_stands_behind_a_picture_goes() -> None:
    brought = uploads.read("kuva.jpg", files.jpeg() + b"<script>alert(1)</script>", ALL)
    assert b"script" not in brought.content


def test_a_large_picture_is_made_smaller() -> None:
    brought = uploads.read("kuva.jpg", files.jpeg(6000, 3000), ALL)
    with Image.open(BytesIO(brought.content)) as kept:
        assert kept.size == (2560, 1280)


def test_a_pdf_without_a_name_tells_nothing_of_its_author() -> None:
    brought = uploads.read("lausunto.pdf", files.pdf("Nähty", pages=2), ALL, is_nameless=True)
    assert b"Kirjoittaja" not in brought.content
    opened = pypdfium2.PdfDocument(brought.content)
    assert len(opened) == 2
    assert "Nähty" in opened[1].get_textpage().get_text_range()
    assert not any(opened.get_metadata_dict().get(key) for key in ("Author", "Title"))


def test_only_the_kinds_that_a_place_takes() -> None:
    with pytest.raises(ValidationError, match="only these are taken"), translation.override("en"):
        uploads.read("lausunto.docx", files.docx(), {"jpeg", "pdf"})
