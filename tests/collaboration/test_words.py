"""One spelling, one folding and one alphabetical order, the same in Python and in PostgreSQL."""

import sys
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import translation

from collaboration.models import Organisation
from collaboration.words import by_name, folded, sort_key, tidy, tidy_line
from tests.factories.collaboration import OrganisationFactory

IN_ORDER = [
    "3. päiväkoti",
    "10. päiväkoti",
    "aura",
    "Aura",
    "Ávvil",
    "Azzurro",
    "Čáhppesjohka",
    "Deatnu",
    "Đuovdagas",
    "Kevyt sinko",
    "Kevytpaino",
    "Ŋavnnis",
    "Nokia",
    "Nuorgam",
    "Päiväkoti",
    "Päiväkoti 2",
    "Päiväkoti 10",
    "Päiväkoti-kerho",
    "Salo",
    "Šibbolet",
    "Sodankylä",
    "Tana",
    "Ŧapmi",
    "Tervola",
    "Valta",
    "Virta",
    "Waltari",
    "Yli-Ii",
    "Ümera",
    "Yöttäjä",
    "Zeppelin",
    "Žiguli",
    "Zoo",
    "Åbo",
    "Ähtäri",
    "Æro",
    "Äänekoski",
    "Öja",
    "Østersund",
    "Õuna",
    "Övertorneå",
]
"""SFS 4600:2022: word by word, w after v, å ä ö last; š ž á č đ ŋ ŧ with their letters, ü with y, æ with ä, ø õ with ö."""

SAME = [
    "päiväkoti",
    "PÄIVÄKOTI",
    "paivakoti",
    unicodedata.normalize("NFD", "Päiväkoti"),
    "päivä\u00adkoti",
    "Päi\u200bväkoti",
]
"""What people type when they look for Päiväkoti."""


def test_names_stand_in_finnish_alphabetical_order() -> None:
    assert sorted(set(IN_ORDER), key=sort_key) == IN_ORDER
    assert sorted((unicodedata.normalize("NFD", name) for name in IN_ORDER), key=sort_key) == [
        unicodedata.normalize("NFD", name) for name in IN_ORDER
    ]


@pytest.mark.django_db
def test_postgresql_folds_and_sorts_every_letter_as_python_does() -> None:
    known = [
        f"Ab{letter}C {letter}5"
        for letter in map(chr, range(1, sys.maxunicode))
        if unicodedata.category(letter) not in {"Cn", "Co", "Cs"}
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT said, folded_words(said), name_sort_key(said) FROM unnest(%s) AS said", [known + IN_ORDER]
        )
        differing = [
            ascii(said)
            for said, words, key in cursor.fetchall()
            if (words, key) != (folded(said), sort_key(said))
        ]
    assert differing == []


@pytest.mark.parametrize("typed", SAME)
def test_what_is_typed_in_another_way_is_folded_alike(typed: str) -> None:
    assert folded(typed) == " paivakoti"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (unicodedata.normalize("NFD", "Päiväkoti"), "Päiväkoti"),
        ("Päivä\u00adkoti", "Päiväkoti"),
        ("Päivä\u200bkoti\u2060\ufeff", "Päiväkoti"),
        ("Päivä\u200dkoti\u200c", "Päiväkoti"),
        ("Päiväkoti\ufe0f", "Päiväkoti"),
        ("\u200ePäiväkoti\u200f\u202e", "Päiväkoti"),
        ("Päiväkoti\U000e0041", "Päiväkoti"),
        ("Pa\u034f\u0308iväkoti", "Päiväkoti"),
        ("Perhe 👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3", "Perhe 👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3"),
        (
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("شرح\u200f (1)", "شرح\u200f (1)"),
        ("क्\u200dष", "क्\u200dष"),
        ("rivi\n\n  toinen\trivi", "rivi\n\n  toinen\trivi"),
    ],
)
def test_what_nobody_sees_is_not_kept_and_what_has_a_meaning_stays(typed: str, kept: str) -> None:
    assert tidy(typed) == kept
    assert tidy(kept) == kept


def test_between_the_words_of_a_line_stands_one_ordinary_space() -> None:
    assert tidy_line(" Avoin\u00a0\u2003 päiväkoti\u3000\n2 ") == "Avoin päiväkoti 2"


@pytest.mark.django_db
def test_the_database_keeps_the_one_spelling_whichever_way_a_name_comes() -> None:
    typed = unicodedata.normalize("NFD", "Pä\u00adivä\u200blä")
    made = OrganisationFactory.create(name_fi=typed)
    made.refresh_from_db()
    assert made.name_fi == "Päivälä"
    Organisation.objects.filter(pk=made.pk).update(name_sv=typed)
    made.refresh_from_db()
    assert made.name_sv == "Päivälä"
    assert Organisation.objects.filter(name_fi=typed).count() == 1


def test_the_gate_reads_a_code_also_before_its_invisible_signs_are_taken_out() -> None:
    field = Organisation._meta.get_field("name_fi")
    for typed in ("131052-308T", "131052\u00ad308T", "131052\u200b-\u2060308T", "131052\u202e-308T"):
        with pytest.raises(ValidationError):
            field.clean(typed, None)


def test_a_list_is_sorted_by_the_name_that_is_read() -> None:
    with translation.override("sv"):
        assert by_name("organisation__") == "organisation__sort_key_sv"
    for language in ("fi", "en"):
        with translation.override(language):
            assert by_name() == "sort_key"
