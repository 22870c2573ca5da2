"""The client-data gate: every way to write a code is found, and nothing of ordinary work is taken for one."""

import datetime
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from collaboration.identity_codes import identity_codes, refuse_identity_codes
from tests.security.writing import CONTROL, hurried, ordinary

HERE = Path(__file__).parent
SIGNS = {1800: "+", 1900: "-YXWVU", 2000: "ABCDEF"}
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u202e\u2066"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u2043\u207b\u02d7\u2e3a"
ZEROS = "\u0660\u06f0\u0966\u09e6\u0e50\uff10\U0001d7ce\U0001d7d8\U0001d7f6\U0001fbf0"
"""The zeros of other sets of digits: Arabic, Persian, Devanagari, Bengali, Thai, wide, and mathematical ones."""


def corpus(name: str) -> list[str]:
    """The lines of a file, without its notes; backslash sequences become what they stand for."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line and not line.startswith("# ")]
    return [line.encode("latin-1", "backslashreplace").decode("unicode_escape") for line in kept]


def code(day: datetime.date, sign: str, number: int) -> str:
    """An invented code from the rule: the remainder of ddmmyynnn by 31 chooses the control character."""
    digits = f"{day:%d%m%y}{number:03}"
    return f"{digits[:6]}{sign}{digits[6:]}{CONTROL[int(digits) % 31]}"


def written(way: str, one: str) -> str:
    """The code in one of the ways of the corpus."""
    fields = {"d": one[:2], "m": one[2:4], "y": one[4:6], "s": one[6], "n": one[7:10], "c": one[10]}
    fields["Y"] = ("18" if one[6] == "+" else "19" if one[6].upper() in SIGNS[1900] else "20") + one[4:6]
    digits = {f"{key}{at}": digit for key in "dmyn" for at, digit in enumerate(fields[key], 1)}
    return way.format(**fields, **digits)


def invented() -> Iterator[str]:
    """A code for every century sign, with an ordinary number and a temporary one."""
    for century, signs in SIGNS.items():
        for sign in signs:
            yield code(datetime.date(century + 52, 10, 13), sign, 308)
            yield code(datetime.date(century + 3, 2, 1), sign, 905)


ONES = list(invented())
SEED, HURRIED, ORDINARY = 12, 2_000, 500
WAYS = corpus("ways_to_write_a_code.txt")
NOT_CODES = corpus("not_codes.txt")
CODES = st.builds(
    lambda century, days, at, number: code(
        datetime.date(century, 1, 1) + datetime.timedelta(days=days),
        SIGNS[century][at % len(SIGNS[century])],
        number,
    ),
    st.sampled_from(sorted(SIGNS)),
    st.integers(0, 36_000),
    st.integers(0, 10),
    st.integers(2, 999),
)


def test_the_corpora_are_large_enough() -> None:
    assert len(set(WAYS)) >= 60
    assert len(set(NOT_CODES)) >= 60
    assert {one[6] for one in ONES} == set("+-YXWVUABCDEF")


@pytest.mark.parametrize("way", WAYS)
def test_a_code_is_found_however_it_is_written(way: str) -> None:
    for one in ONES:
        for shown in (one, one.lower()):
            text = f"Sovittu 12.9.2018: {written(way, shown)}"
            if "{s}" in way:
                assert set(identity_codes(text)) >= {one}, ascii(text)
            assert apart_from_its_sign(one) in found_in(text), ascii(text)
            with pytest.raises(ValidationError) as refusal:
                refuse_identity_codes(text)
            assert one not in str(refusal.value)


def test_every_way_in_which_a_person_in_a_hurry_writes_a_code_is_found() -> None:
    missed = [text for text, one in hurried(SEED, HURRIED) if apart_from_its_sign(one) not in found_in(text)]
    assert missed == []


def found_in(text: str) -> set[str]:
    return {apart_from_its_sign(one) for one in identity_codes(text)}


def apart_from_its_sign(one: str) -> str:
    return one[:6] + one[7:]  # who leaves the sign out has not told it


def test_no_number_of_ordinary_work_is_taken_for_a_code() -> None:
    assert [text for text in ordinary(SEED, ORDINARY) if list(identity_codes(text))] == []


@pytest.mark.parametrize("text", NOT_CODES)
def test_ordinary_numbers_are_not_taken_for_codes(text: str) -> None:
    assert list(identity_codes(text)) == []
    assert list(identity_codes(f"Sovittu: {text}, katso liite 1.")) == []


def test_all_ordinary_texts_together_hold_no_code() -> None:
    assert list(identity_codes("\n\n".join(NOT_CODES))) == []


@pytest.mark.parametrize("dash", DASHES, ids=ascii)
def test_every_dash_is_a_dash(dash: str) -> None:
    one = code(datetime.date(1952, 10, 13), "-", 308)
    assert list(identity_codes(one.replace("-", dash))) == [one]


@pytest.mark.parametrize("zero", ZEROS, ids=ascii)
def test_digits_of_every_script_are_digits(zero: str) -> None:
    for one in ONES:
        text = one.translate({ord(digit): ord(zero) + int(digit) for digit in string.digits})
        assert list(identity_codes(text)) == [one]


@pytest.mark.parametrize(
    ("plain", "alike"), [("A", "\u0410"), ("A", "\u0391"), ("C", "\u0421"), ("X", "\uff38")]
)
def test_letters_that_look_alike_are_alike(plain: str, alike: str) -> None:
    one = code(datetime.date(2003, 2, 1) if plain in "AC" else datetime.date(1952, 10, 13), plain, 905)
    assert list(identity_codes(one.replace(plain, alike))) == [one]


@pytest.mark.parametrize("separator", ["", " ", ".", "/", "_", ":"])
def test_a_code_with_a_letter_at_its_end_is_found_without_its_sign(separator: str) -> None:
    assert list(identity_codes(f"Lapsi 131052{separator}308T tulee")) == ["131052-308T"]


@given(CODES)
def test_a_code_is_found_as_itself(one: str) -> None:
    assert list(identity_codes(one)) == [one]
    assert list(identity_codes(f"Asiakas {one} ohjataan.")) == [one]


@given(CODES, st.lists(st.tuples(st.integers(0, 11), st.text(INVISIBLE, min_size=1, max_size=4)), max_size=6))
def test_invisible_characters_anywhere_do_not_hide_it(one: str, hidden: list[tuple[int, str]]) -> None:
    text = one
    for at, characters in sorted(hidden, reverse=True):
        text = text[:at] + characters + text[at:]
    assert one in identity_codes(text)


@given(CODES, st.lists(st.sampled_from(["", " ", "  ", "\n", "\u00a0", "\u2007"]), min_size=10, max_size=10))
def test_spaces_anywhere_do_not_hide_it(one: str, gaps: list[str]) -> None:
    text = "".join(character + gap for character, gap in zip(one, [*gaps, ""], strict=True))
    assert one in identity_codes(text)


@given(CODES, st.integers(1, 30))
def test_a_wrong_control_character_makes_it_no_code(one: str, step: int) -> None:
    wrong = CONTROL[(CONTROL.index(one[10]) + step) % 31]
    assert list(identity_codes(one[:10] + wrong)) == []


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    assert all(len(found) == 11 for found in identity_codes(text))


@pytest.mark.parametrize(
    "pattern",
    [
        "1",
        "1 ",
        "12.10.52-",
        "1-",
        "13 10 52 - - - - - -",
        "131052-30",
        "&amp;",
        "%31",
        "\u00ad1",
        "a" * 7,
        "- ",
    ],
)
def test_the_work_grows_with_the_length_and_no_faster(pattern: str) -> None:
    text = (pattern * 50_000)[:50_000]
    assert list(identity_codes(text)) == []
