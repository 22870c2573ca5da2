"""What people type: how it is kept, how it is found, and its alphabetical order. One rule for each.

`folded` and `sort_key` are functions of the database, too, and its columns are generated with them (`models/fields.py`).
`tests/collaboration/test_words.py` compares the two over all letters; who changes one writes a migration for the other.
Reasons: docs/adr/0024-one-folding-and-one-order.md.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from django.utils.translation import get_language

# How it is kept

NEVER_SHOWN = (
    r"[\u0001-\u0008\u000b\u000c\u000e-\u001b\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u115f\u1160\u17b4\u17b5"
    r"\u180b-\u180f\u200b\u202d\u202e\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb]"
)
"""Neither a look nor a meaning: soft hyphens, zero-width spaces, fillers, overrides of direction, controls."""

JOINED = r"[\u0590-\u1cff\u2070-\u2bff\u3000-\ud7ff\uf900-\U0010ffff]"
"""What a joiner joins: letters of scripts that are written joined, and pictures."""

LOOSE_JOINER = rf"(?<!{JOINED})[\u200c\u200d]|[\u200c\u200d](?!{JOINED})"
LOOSE_SELECTOR = (
    r"(?<![\u00a9\u00ae\u203c\u2049\u2070-\u2bff\u3000-\u33ff\U0001f000-\U0001faff])[\ufe0e\ufe0f](?!\u20e3)"
)
LOOSE_TAG = r"(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e0fff]"
INVISIBLE = re.compile("|".join((NEVER_SHOWN, LOOSE_JOINER, LOOSE_SELECTOR, LOOSE_TAG)))
DIRECTIONS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202c\u2066-\u2069]")
RIGHT_TO_LEFT = re.compile(
    r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def tidy(text: str) -> str:
    """The text in composed letters, without what nobody sees.

    Joiners and selectors stay where they do something (pictures, Persian, the scripts of India), and marks of direction
    in a text with letters that run to the left.
    """
    text = unicodedata.normalize("NFC", text)
    if not RIGHT_TO_LEFT.search(text):
        text = DIRECTIONS.sub("", text)
    return unicodedata.normalize("NFC", INVISIBLE.sub("", text))


def tidy_line(text: str) -> str:
    """The same for a line: between its words stands one space of the ordinary kind."""
    return " ".join(tidy(text).split())


# How it is found

MARKS = (
    r"[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u061c\u064b-\u065f"
    r"\u0670\u115f\u1160\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u3164"
    r"\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\U000e0000-\U000e0fff]+"
)
BETWEEN_WORDS = (
    r"[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7"
    r"\u02b0-\u02ff\u2000-\u200a\u2010-\u2029\u202f-\u205f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f\u3000-\u303f"
    r"\ufe30-\ufe6f\uff00-\uff0f\ufffc-\uffff\U0001f000-\U0001faff]+"
)
"""These two are read by Python's `re` and by PostgreSQL alike, so they name letters and no class of either."""

FOUND_AS = ("æœøðđłħıŋŧǥʒþ", "aooddlhintgzt")
"""Letters that do not come apart into a letter and a mark, and what people type instead."""


def folded(text: str) -> str:
    """Small letters without marks: what is searched, and in what. A space stands before each word."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(str.maketrans(*FOUND_AS))
    return " " + re.sub(BETWEEN_WORDS, " ", re.sub(MARKS, "", plain)).strip(" ")


# Its alphabetical order

SORTED_AS = ("üűåǻäæǽöøõőœǿðđłħıŋŧǥʒǯþ", "yyʐʐʑʑʑʓʓʓʓʓʓddlhintgzzt")
"""Letters with a place of their own: å, ä, ö and what counts as them after z (ʐ, ʑ, ʓ stand for these), the others as shown."""

OTHER_CASE = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖabcdefghijklmnopqrstuvwxyzåäö",
    "abcdefghijklmnopqrstuvwxyzåäöABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ",
)


@lru_cache(maxsize=4096)
def sort_key(name: str) -> str:
    """What a name is sorted by, as SFS 4600:2022 has it: words, w after v, å ä ö last, other marks count among equals only.

    Numbers stand before letters, the smaller first. Of names that differ in case only, small letters come first.
    """
    letters = unicodedata.normalize("NFKC", name).casefold()
    plain = unicodedata.normalize("NFKD", letters.translate(str.maketrans(*SORTED_AS)))
    words = re.sub(BETWEEN_WORDS, " ", re.sub(MARKS, "", plain)).strip(" ")
    numbered = re.sub(r"[0-9]*([0-9]{9})(?![0-9])", r"\1", re.sub(r"([0-9]+)", r"00000000\1", words))
    cased = unicodedata.normalize("NFC", name).translate(str.maketrans(*OTHER_CASE))
    return "\x01".join((numbered, letters, cased))


def by_name(path: str = "") -> str:
    """The column that sorts rows by the name that the reader sees; `path` leads to the row, as in `organisation__`."""
    return f"{path}sort_key_sv" if (get_language() or "")[:2] == "sv" else f"{path}sort_key"
