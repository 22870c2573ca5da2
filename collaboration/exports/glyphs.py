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
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


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


@cache
def _unknown() -> re.Pattern[str]:
    signs = (chr(point) for point in known())
    shown = "".join(sign for sign in signs if unicodedata.category(sign) not in {"Co", "Cc", "Cs", "Cn"})
    return re.compile(f"[^\n{re.escape(shown)}]")


def printable(text: str) -> str:
    """The text in signs that can be shown: composed, without invisible ones, and a box for each of the others."""
    if text.isascii() and text.isprintable():
        return text
    visible = INVISIBLE.sub("", LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text))).replace("\t", " ")
    return _unknown().sub(INSTEAD, unicodedata.normalize("NFC", visible))


def has_boxes(text: str) -> bool:
    """Whether `printable` puts a box where the text has another sign."""
    return printable(text).count(INSTEAD) > text.count(INSTEAD)


def unmarked(text: str) -> str:
    """The text without marks that are no part of a letter.

    Typst sets them as glyphs of their own, which in a drawing would be glyphs that stand for nothing: PDF/UA forbids it.
    """
    return "".join(sign for sign in unicodedata.normalize("NFC", text) if not _is_mark(sign))


def has_loose_marks(text: str) -> bool:
    """Whether `unmarked` leaves something out that could be shown."""
    return any(_is_mark(sign) and ord(sign) in known() for sign in unicodedata.normalize("NFC", text))


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign).startswith("M")


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
