"""Opens a file that somebody brought, in a process of its own (`apart.py`): what breaks, breaks here.

`uploads.read` runs it with a kind and `names` or `nameless`; the file comes on standard input. The answer is a line of JSON
(`kind`, `text`, `is_new`, or `refused` with a reason) and, when `is_new`, the file as it is to be kept.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from ctypes import c_ushort
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

MOST_PIXELS = {"jpeg": 250_000_000, "png": 60_000_000}
"""A JPEG is made small while it is decoded; of a PNG every pixel is held."""
LARGEST_SIDE = 2560
MOST_PAGES, MOST_CHARACTERS = 500, 3_000_000
MOST_PARTS, MOST_BYTES_OF_PARTS = 3000, 100_000_000
PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
MIMETYPES = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
OF_A_LINE = {"p", "h", "si", "is", "row", "table-row"}
"""Elements whose pieces of text are read as one line."""

Answer = tuple[str, str, bytes | None]
"""The kind, the text, and the file anew when it is not kept as it came."""


class Refused(Exception):
    """The file is not taken, for this reason."""


def picture(content: bytes, kind: str, **_asked: bool) -> Answer:
    """The picture upright, at most 2560 pixels wide and high, and nothing but the picture: no place, no device, no author."""
    from PIL import Image, ImageOps  # noqa: PLC0415 only what a kind needs is loaded

    Image.MAX_IMAGE_PIXELS = None  # the limits are ours
    with Image.open(BytesIO(content), formats=[kind.upper()]) as opened:
        if opened.width * opened.height > MOST_PIXELS[kind]:
            raise Refused("pixels")
        opened.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        if kind == "jpeg":
            kept = upright.convert("RGB")
        else:
            kept = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    kept.info.clear()
    out = BytesIO()
    kept.save(out, kind.upper(), quality=85, optimize=True)
    return kind, "", out.getvalue()


def pdf(content: bytes, kind: str, *, is_nameless: bool) -> Answer:
    """The text of a PDF with its notes and what it tells of itself. Without a name it is made anew of its pages alone."""
    import pypdfium2 as pdfium  # noqa: PLC0415

    try:
        opened = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise Refused("locked" if "password" in str(error).lower() else "broken") from error
    if pdfium.raw.FPDF_GetSecurityHandlerRevision(opened.raw) != -1:
        raise Refused("locked")
    if opened.count_attachments():
        raise Refused("inside")
    if not 0 < len(opened) <= MOST_PAGES:
        raise Refused("pages")
    said = ["\n".join(opened.get_metadata_dict().values())]
    said += [mark.get_title() for mark in opened.get_toc()]
    for number in range(len(opened)):
        page = opened[number]
        said += _notes(pdfium.raw, page)
        if is_nameless:
            pdfium.raw.FPDFPage_Flatten(page.raw, pdfium.raw.FLAT_NORMALDISPLAY)
            page.close()
            page = opened[number]
        said.append(page.get_textpage().get_text_range())
        if sum(map(len, said)) > MOST_CHARACTERS:
            raise Refused("long")
    if not is_nameless:
        return kind, "\n".join(said), None
    anew, out = pdfium.PdfDocument.new(), BytesIO()
    anew.import_pages(opened)
    anew.save(out)
    return kind, "\n".join(said), out.getvalue()


def _notes(raw: Any, page: Any) -> Iterator[str]:
    """What is written in the notes and fields of a page."""
    for index in range(raw.FPDFPage_GetAnnotCount(page.raw)):
        note = raw.FPDFPage_GetAnnot(page.raw, index)
        for key in (b"Contents", b"V", b"T"):
            length = raw.FPDFAnnot_GetStringValue(note, key, None, 0)
            held = (c_ushort * (length // 2 + 1))()
            raw.FPDFAnnot_GetStringValue(note, key, held, length)
            yield bytes(held).decode("utf-16-le", "replace").rstrip("\0")
        raw.FPDFPage_CloseAnnot(note)


def document(content: bytes, _kind: str, **_asked: bool) -> Answer:
    """The text of a document of an office program, whose kind its parts tell."""
    parts = dict(_parts(content))
    kind = next((kind for part, kind in PARTS.items() if part in parts), None)
    kind = kind or MIMETYPES.get(parts.get("mimetype", b"").strip())
    if kind is None:
        raise Refused("unknown")
    if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in parts):
        raise Refused("macros")
    if any("/embeddings/" in name or re.match(r"Object [^/]*/", name) for name in parts):
        raise Refused("inside")
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Refused("locked")
    lines = [line for name, part in parts.items() if name.endswith(".xml") for line in _lines(part)]
    if sum(map(len, lines)) > MOST_CHARACTERS:
        raise Refused("long")
    return kind, "\n".join(lines), None


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts of a ZIP by name, up to a number and a size."""
    with zipfile.ZipFile(BytesIO(content)) as opened:
        left = MOST_BYTES_OF_PARTS
        if len(opened.infolist()) > MOST_PARTS:
            raise Refused("bomb")
        for info in opened.infolist():
            if info.flag_bits & 1:
                raise Refused("locked")
            with opened.open(info) as part:
                held = part.read(left + 1)
            left -= len(held)
            if left < 0:
                raise Refused("bomb")
            yield info.filename, held


def _lines(part: bytes) -> Iterator[str]:
    """What is written in a part, by paragraphs and rows; a word may stand there in several pieces."""
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise Refused("bomb")
    root = ElementTree.fromstring(part)  # noqa: S314 it has no entities, and this process has nothing to lose
    inside: set[int] = set()
    for element in root.iter():
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if name in OF_A_LINE and id(element) not in inside:
            inside.update(map(id, element.iter()))
            yield (" " if name.endswith("row") else "").join(element.itertext())
        elif id(element) not in inside and element.text:
            yield element.text


def text(content: bytes, kind: str, **_asked: bool) -> Answer:
    """Plain text, in UTF-8 or as older programs of Western Europe write it."""
    try:
        read = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        read = content.decode("cp1252", "replace")
    if re.search(r"[\x00-\x08\x0e-\x1f\x7f]", read):
        raise Refused("unknown")
    if len(read) > MOST_CHARACTERS:
        raise Refused("long")
    return kind, read, None


OPENERS: dict[str, Callable[..., Answer]] = {
    "jpeg": picture,
    "png": picture,
    "pdf": pdf,
    "zip": document,
    "txt": text,
    "csv": text,
}


def main() -> None:
    """Answer on standard output."""
    kind, names = sys.argv[1:]
    try:
        kind, said, anew = OPENERS[kind](sys.stdin.buffer.read(), kind, is_nameless=names == "nameless")
        told: dict[str, Any] = {"kind": kind, "text": said, "is_new": anew is not None}
    except Refused as refused:
        told, anew = {"refused": str(refused)}, None
    except Exception:  # whatever it was: it cannot be opened
        told, anew = {"refused": "broken"}, None
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + (anew or b""))


if __name__ == "__main__":
    main()
