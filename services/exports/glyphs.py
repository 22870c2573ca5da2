"""Which characters the fonts of documents have: PDF/A and PDF/UA allow none that would be shown as an empty box."""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import cache
from pathlib import Path

from typst import Fonts

FOLDER = Path(__file__).parent / "fonts"
FAMILY, FALLBACK = "Source Sans 3", "DejaVu Sans Mono"
OF_THE_FALLBACK = {"◐", "⚠"}
"""Typst brings the second font along; of it only the signs are used that the first one lacks."""

INSTEAD = "□"
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]")


@cache
def fonts() -> Fonts:
    """Source Sans 3 and what Typst has in itself; nothing of the machine's own."""
    return Fonts(include_system_fonts=False, font_paths=[str(FOLDER)])


@cache
def known() -> frozenset[int]:
    """The code points that both weights of the font can show."""
    both = [
        _code_points((FOLDER / f"SourceSans3-{weight}.otf").read_bytes()) for weight in ("Regular", "Bold")
    ]
    shared = both[0] & both[1]
    return frozenset(shared | {ord(sign) for sign in OF_THE_FALLBACK})


def printable(text: str) -> str:
    """The text in characters that can be shown: composed, without invisible ones, and a box for each of the others."""
    if text.isascii() and text.isprintable():
        return text
    plain = INVISIBLE.sub("", unicodedata.normalize("NFC", text)).replace("\t", " ")
    return "".join(
        sign if sign == "\n" or (ord(sign) in known() and not _is_private(sign)) else INSTEAD
        for sign in plain
    )


def _is_private(sign: str) -> bool:
    return unicodedata.category(sign) in {"Co", "Cc", "Cs", "Cn"}


def _code_points(font: bytes) -> set[int]:
    """What the font's table `cmap` maps to a glyph, read from its segments of format 12 or 4 (OpenType 1.9)."""
    [count] = struct.unpack_from(">H", font, 4)
    tables = {
        font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0] for at in range(12, 12 + 16 * count, 16)
    }
    start = tables[b"cmap"]
    [subtables] = struct.unpack_from(">H", font, start + 2)
    found: set[int] = set()
    for nth in range(subtables):
        [offset] = struct.unpack_from(">I", font, start + 8 + 8 * nth)
        at = start + offset
        if struct.unpack_from(">H", font, at)[0] == 12:
            [groups] = struct.unpack_from(">I", font, at + 12)
            for group in range(groups):
                first, last, _glyph = struct.unpack_from(">III", font, at + 16 + 12 * group)
                found.update(range(first, last + 1))
    return found
