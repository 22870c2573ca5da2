"""Files as people bring them, and as those do who mean no good."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

import typst
from PIL import Image, PngImagePlugin

WORD = "word/document.xml"


def jpeg(width: int = 64, height: int = 48, *, gps: bool = False) -> bytes:
    """A picture; with the place, the device and the author of a phone if wished."""
    out, exif = BytesIO(), Image.Exif()
    if gps:
        exif[0x013B], exif[0x0110], exif[0x0112] = "Maija Kuvaaja", "Puhelin 9", 6
        exif.get_ifd(0x8825)[2] = (60.0, 23.0, 34.0)
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


def png(text: str = "") -> bytes:
    """A picture with a text chunk, of another colour for another text."""
    red, green = divmod(zlib.crc32(text.encode()) % 65_536, 256)
    out, about = BytesIO(), PngImagePlugin.PngInfo()
    about.add_text("Author", text)
    Image.new("RGBA", (40, 30), (red, green, 200, 90)).save(out, "PNG", pnginfo=about)
    return out.getvalue()


def pdf(text: str = "Lausunto", author: str = "Maija Kirjoittaja", pages: int = 1) -> bytes:
    """A real PDF."""
    body = f'#set document(author: "{author}", title: "Lausunto")\n' + "#pagebreak()\n".join(
        [f"{text}\n"] * pages
    )
    return bytes(typst.compile(body.encode()))


def docx(text: str = "Lausunto", more: dict[str, bytes] | None = None, part: str = WORD) -> bytes:
    """A document whose text stands in two pieces of one paragraph."""
    half = len(text) // 2
    body = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>'
        f"<w:r><w:t>{text[:half]}</w:t></w:r><w:r><w:t>{text[half:]}</w:t></w:r></w:p></w:body></w:document>"
    )
    return zipped({"[Content_Types].xml": b"<Types/>", part: body.encode(), **(more or {})})


def zipped(parts: dict[str, bytes]) -> bytes:
    """A ZIP of these parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def large_png(side: int) -> bytes:
    """A few bytes that say of themselves that they are side × side pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
        )

    size = side.to_bytes(4, "big")
    head = chunk(b"IHDR", size + size + bytes([8, 2, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


def locked_pdf() -> bytes:
    """A PDF that asks for a password."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</Filter/Standard/V 1/R 2/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">/P -4>>",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + content + b"endobj\n"
    start = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (b"trailer<</Size 4/Root 1 0 R/Encrypt 3 0 R/ID[<41><42>]>>\nstartxref\n%d\n%%%%EOF" % start)
