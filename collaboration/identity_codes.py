"""The client-data gate: personal identity codes (henkilötunnus) never get stored.

Source of the form of the code: government decree 128/2010 as amended in 2023 (new century signs); the control
character is checked by python-stdnum. Temporary codes (individual number 900-999) are refused as well.

A code is found however it is spread out: first every character becomes the plain one that it looks like and invisible
ones go away, then patterns allow a few separators, or words such as “loppuosa”, between the parts. Every repetition in
the patterns has an upper limit, so the time grows with the length of the text and no faster.
static/js/identity-codes.js says the same for the browser; tests/security/writing.py writes what both must find.
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

CENTURIES = {"+": "18", **dict.fromkeys("-YXWVU", "19"), **dict.fromkeys("ABCDEF", "20")}
CENTURY = "[-+A-FU-Y]"
SEPARATOR = r"[\s!-/:-@\[-`{-~]"
WITHIN = r"\s{0,3}"  # within a part: spaces only, or a range of dates would look like a code
BETWEEN = f"{SEPARATOR}{{0,8}}"
APART = f"{SEPARATOR}{{1,4}}"


def _digits(count: int, gap: str) -> str:
    return gap.join([r"\d"] * count)


TWO, ONE, ISO = range(3)
DATES = {
    TWO: BETWEEN.join([_digits(2, WITHIN), _digits(2, WITHIN), rf"(?:1[89]|20)??{_digits(2, WITHIN)}"]),
    ONE: rf"\d{{1,2}}{SEPARATOR}{{1,3}}\d{{1,2}}{SEPARATOR}{{1,3}}(?:1[89]|20)??\d\d",
    ISO: rf"(?:1[89]|20)\d\d{SEPARATOR}?\d\d{SEPARATOR}?\d\d",
}
"""Days as 130452, 13 04 52 or 13.04.1952; with single digits as 3.4.1952; as computers write them, 1952-04-13."""

NUMBER = _digits(3, WITHIN)
CONTROL = "([0-9A-Y])"
END = r"(?![^\W_])"
ENDING = rf"(?=([A-Z]{{0,24}}){END})"  # 908Slle, 908Sn: an ending, or the next word, without a space


def _codes(form: int, date: str) -> Iterator[tuple[int, str]]:
    yield form, rf"({date}){BETWEEN}({CENTURY}){BETWEEN}({NUMBER}){BETWEEN}{CONTROL}{END}()"
    yield form, rf"({date}){BETWEEN}({CENTURY}){BETWEEN}(\d{{3}}){CONTROL}{ENDING}"
    # The sign forgotten or replaced, and a letter at the end: 131052 308T
    yield form, rf"({date}){SEPARATOR}{{0,4}}()(\d{{3}} ?)([A-Y]){ENDING}"
    # Words between the parts: 130452, loppuosa 908S
    yield form, rf"({date})(\D{{0,60}})(\d{{3}} ?){CONTROL}{ENDING}"


CODES = [code for form, date in DATES.items() for code in _codes(form, date)] + [
    # Every character apart: 1.3.1.0.5.2 - 3.0.8.T
    (
        TWO,
        rf"({_digits(6, APART)}){BETWEEN}({CENTURY}){BETWEEN}({_digits(3, APART)}){BETWEEN}{CONTROL}{END}()",
    )
]
CANDIDATES = [(form, re.compile(rf"(?<!\d)(?={code})", re.ASCII | re.IGNORECASE)) for form, code in CODES]
"""Each looks ahead, so that a candidate which is no code hides no code that begins inside it."""

BACKWARDS = [
    (
        form,
        re.compile(
            rf"(?<!\d)(?=(\d{{3}} ?){CONTROL}{ENDING}\D{{1,60}}({date})(?!\d))", re.ASCII | re.IGNORECASE
        ),
    )
    for form, date in DATES.items()
]
"""The end before the date: loppuosa 908S, synt. 13.4.1952."""

NAMED = (
    r"tunnu|hetu|loppu|loput|sotu\b|yksilonum|viiva|miinus"
    r"|beteckning|slutde|slutet|sista|streck|minus|personnum|pers\.? ?nr|\bssn\b"
)
NAMES = re.compile(NAMED, re.ASCII | re.IGNORECASE)
NAMES_BEFORE = re.compile(rf"{NAMED}|synt|fodd", re.ASCII | re.IGNORECASE)
"""What people call a code or its end, and what stands before a date of birth, without their accents."""

MONTHS = [
    re.compile(rf"\b(?:{names})\b\.?", re.ASCII | re.IGNORECASE)
    for names in (
        "tammi(?:kuu[a-z]{0,4}|k)|januari",
        "helmi(?:kuu[a-z]{0,4}|k)|februari",
        "maalis(?:kuu[a-z]{0,4}|k)|mars",
        "huhti(?:kuu[a-z]{0,4}|k)|april",
        "touko(?:kuu[a-z]{0,4}|k)|maj",
        "kesa(?:kuu[a-z]{0,4}|k)|juni",
        "heina(?:kuu[a-z]{0,4}|k)|juli",
        "elo(?:kuu[a-z]{0,4}|k)|augusti",
        "syys(?:kuu[a-z]{0,4}|k)|september",
        "loka(?:kuu[a-z]{0,4}|k)|oktober",
        "marras(?:kuu[a-z]{0,4}|k)|november",
        "joulu(?:kuu[a-z]{0,4}|k)|december",
    )
]

RANGE = re.compile(
    r"\d{1,2}[\s.]{1,2}\d{1,2}[\s.]{1,2}(?:\d\d)?\d\d\s?-\s?\d{1,2}[\s.]{1,2}\d{1,2}[\s.]{1,2}(?:\d\d)?\d\d",
    re.ASCII,
)
"""A range of dates written with spaces, which is nobody's code: 01 08 2024 - 31 07 2025."""

LINK = re.compile(r"\[([^\[\]]{0,200})\]\([^()\s]{0,400}\)")
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
SPACES = re.compile(r"\s+", re.ASCII)
FEWEST = 7  # digits of a code whose day and month have one each


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
    """The text in each way in which it may be shown: as it is, and with entities, addresses, links and tags resolved."""
    seen: set[str] = set()
    resolved = html.unescape(text)
    for shown in (text, resolved, unquote(text), TAG.sub(" ", LINK.sub(r"\1", resolved))):
        for soft in (
            ("", "-") if "\u00ad" in shown else ("",)
        ):  # a soft hyphen shows as nothing or as a hyphen
            reading = SPACES.sub(" ", plain(shown.replace("\u00ad", soft)))
            if reading not in seen:
                seen.add(reading)
                yield _with_numbers_for_months(reading)


def _with_numbers_for_months(reading: str) -> str:
    for number, names in enumerate(MONTHS, 1):
        reading = names.sub(f"{number}.", reading)
    return reading


def identity_codes(text: str) -> Iterator[str]:
    """Each valid personal identity code in the text, without what stood between its characters."""
    found: set[str] = set()
    for reading in readings(text):
        if sum(character.isdigit() for character in reading) < FEWEST:
            continue
        for code in _codes_of(reading):
            if code and code[:6] + code[7:] not in found:  # the sign may be a guess
                found.add(code[:6] + code[7:])
                yield code


def _codes_of(reading: str) -> Iterator[str]:
    for form, candidates in CANDIDATES:
        for match in candidates.finditer(reading):
            date, gap, number, control, ending = match.groups()
            sign, is_named = gap.upper(), _is_named_before(reading, match.start())
            if sign not in CENTURIES:
                is_named = bool(NAMES.search(gap)) or (is_named and _is_between(gap))
                if gap and not is_named:
                    continue
                sign = ""
            elif RANGE.match(reading, match.start()):
                continue
            yield _code(
                _day(form, date), sign, number, control, ending, is_named=is_named, is_whole=date.isdigit()
            )
    for form, candidates in BACKWARDS:
        for match in candidates.finditer(reading):
            number, control, ending, date = match.groups()
            if _is_named_before(reading, match.start()):
                yield _code(_day(form, date), "", number, control, ending, is_named=True)


def _is_between(gap: str) -> bool:
    return len(gap) < 9 and not any(character.isalpha() for character in gap)


def _is_named_before(reading: str, at: int) -> bool:
    return NAMES_BEFORE.search(reading, max(0, at - 40), at) is not None


def _day(form: int, date: str) -> str:
    """Day, month and year as digits; the year has two or four."""
    parts = re.findall(r"\d+", date)
    if form == ONE:
        return "".join(part.zfill(2) for part in parts)
    digits = "".join(parts)
    return digits if form == TWO else digits[6:] + digits[4:6] + digits[:4]


def _code(
    day: str, sign: str, number: str, control: str, ending: str, *, is_named: bool, is_whole: bool = False
) -> str:
    """The code of a candidate whose date and control character are right, or nothing.

    “13.10.2026 - 120 h” is nobody: without a sign, or with one of another century than the year, it is a code when it
    is called so, or when a letter that is no unit stands at its end.
    """
    if number[-1] == " " and not (control.isupper() and not ending):
        return ""
    is_sure = bool(sign) and (len(day) == 6 or CENTURIES[sign] == day[4:6])
    is_letter = control.isupper() or (is_whole and control.isalpha() and not ending)
    if not (is_sure or is_named or (is_letter and len(number.strip()) == 3)):
        return ""
    number = re.sub(r"\D", "", number)
    return next(
        (
            code
            for each in ([sign] if sign else ["-", "A"])
            if hetu.is_valid(
                code := f"{day[:4]}{day[-2:]}{each}{number}{control}".upper(), allow_temporary=True
            )
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
