"""The client-data gate: personal identity codes (henkilötunnus) never get stored.

Source of the form of the code: government decree 128/2010 as amended in 2023 (new century signs); the control
character is checked by python-stdnum. Temporary codes (individual number 900-999) are refused as well.

A code is found however it is spread out: first every character becomes the plain one that it looks like and invisible
ones go away, then a pattern allows a few separators between the parts. Every repetition in the pattern has a small
upper limit, so the time grows with the length of the text and no faster.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.fi import hetu

OTHER_ALPHABETS = {
    letter: plain
    for plain, letters in {
        "A": "АаΑα",
        "B": "ВвΒβ",
        "C": "СсϹϲ",
        "D": "Ԁԁ",
        "E": "ЕеΕε",
        "H": "НнΗ",
        "J": "ЈјͿ",
        "K": "КкΚκ",
        "M": "МмΜ",
        "N": "Ν",
        "P": "РрΡρ",
        "S": "Ѕѕ",
        "T": "ТтΤτ",
        "V": "Ѵѵν",
        "W": "Ԝԝ",
        "X": "ХхΧχ",
        "Y": "УуΥγ",
    }.items()
    for letter in letters
}
"""Letters of other alphabets that look like those of a code."""

DASHES = "\u00af\u02d7\u02dc\u06d4\u2043\u207b\u208b\u2212\u223c\u2500\u2501\u2796\u30fc\u3161\uff70~"
"""Signs that look like a dash, beside those that Unicode calls dashes."""

PLUSES = "\u207a\u208a\u2719\u271a\u2795\ufb29"
BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and patterns of Unicode that show nothing."""

ALIKE = str.maketrans(
    {
        **OTHER_ALPHABETS,
        **dict.fromkeys(DASHES, "-"),
        **dict.fromkeys(PLUSES, "+"),
        **dict.fromkeys(BLANK, ""),
    }
)

CENTURY = "[-+A-FU-Y]"
WITHIN = r"\s{0,3}"  # within a part: spaces only, or a range of dates would look like a code
BETWEEN = r"[\s.,:;/\\_*|'\"`()\[\]{}<>=-]{0,6}"
APART = r"[\s.,:;/\\_*|'\"`()\[\]{}<>=-]{1,4}"


def _digits(count: int, gap: str) -> str:
    return gap.join([r"\d"] * count)


DATE = BETWEEN.join([_digits(2, WITHIN), _digits(2, WITHIN), rf"(?:1[89]|20)??{_digits(2, WITHIN)}"])
END = "([0-9A-Y])(?![^\\W_])"
CODES = [
    # The parts with separators between them; the year may have its century, too.
    rf"({DATE}){BETWEEN}({CENTURY}){BETWEEN}({_digits(3, WITHIN)}){BETWEEN}{END}",
    # Every character apart: 1.3.1.0.5.2 - 3.0.8.T
    rf"({_digits(6, APART)}){BETWEEN}({CENTURY}){BETWEEN}({_digits(3, APART)}){BETWEEN}{END}",
    # The century sign forgotten or replaced, and a letter at the end: 131052 308T
    r"(\d{6})[\s./:_]?()(\d{3})([A-Y])(?![^\W_])",
]
CANDIDATES = [re.compile(rf"(?<!\d)(?={code})", re.ASCII | re.IGNORECASE) for code in CODES]
"""Each looks ahead, so that a candidate which is no code hides no code that begins inside it."""

RANGE = re.compile(r"\d\d[\s.]{1,2}\d\d[\s.]{1,2}(?:\d\d)?\d\d\s?-\s?\d\d\s\d\d\s\d\d")
"""A range of dates written with spaces, which is nobody's code: 01 08 2024 - 31 07 2025."""


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """The character of a code that this one stands for; nothing for what does not show, a dot for other signs."""
    category = unicodedata.category(character)
    if character.isspace():
        return " "
    if category in {"Cf", "Cc", "Mn", "Me"}:
        return ""
    if category == "Pd":
        return "-"
    if not character.isascii() and category[0] in "PS":
        return "."
    digit = unicodedata.digit(character, None)
    return character if digit is None else str(digit)


def plain(text: str) -> str:
    """The text as a reader sees it, in the characters of a code; other letters stay."""
    return "".join(map(_plain, unicodedata.normalize("NFKD", text.translate(ALIKE))))


def readings(text: str) -> Iterator[str]:
    """The text in each way in which it may be shown: as it is, with entities and escapes of addresses resolved."""
    seen: set[str] = set()
    for shown in (text, html.unescape(text), unquote(text)):
        for soft in (
            ("", "-") if "\u00ad" in shown else ("",)
        ):  # a soft hyphen shows as nothing or as a hyphen
            reading = plain(shown.replace("\u00ad", soft))
            if reading not in seen:
                seen.add(reading)
                yield reading


def identity_codes(text: str) -> Iterator[str]:
    """Each valid personal identity code in the text, without what stood between its characters."""
    found: set[str] = set()
    for reading in readings(text):
        for candidates in CANDIDATES:
            for match in candidates.finditer(reading):
                code = _code(match, reading)
                if code and code not in found:
                    found.add(code)
                    yield code


def _code(match: re.Match[str], reading: str) -> str:
    """The code of a candidate whose date and control character are right."""
    date, sign, number, control = match.groups()
    date, number = (re.sub(r"\D", "", part) for part in (date, number))
    date = date[:4] + date[-2:]
    if sign and RANGE.match(reading, match.start()):
        return ""
    return next(
        (
            code
            for century in ([sign] if sign else ["-", "A"])
            if hetu.is_valid(code := f"{date}{century}{number}{control}".upper(), allow_temporary=True)
        ),
        "",
    )


def refuse_identity_codes(text: str) -> None:
    """Raise a ValidationError when the text holds a personal identity code; the code is not repeated in it."""
    if next(identity_codes(text), None) is not None:
        raise ValidationError(
            _(
                "The text holds a personal identity code. This portal holds no client data: remove the code "
                "and describe the matter without naming a person. Nothing has been saved."
            ),
            code="identity_code",
        )


def refuse_unstorable(text: str) -> None:
    """Raise a ValidationError for what PostgreSQL cannot store: a NUL character or half a surrogate pair."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValidationError(_("The text holds a character that cannot be saved."), code="unstorable")
