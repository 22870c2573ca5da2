"""Which words a text lost, got and changed; the same on pages and in files."""

import datetime
import io
import random

import openpyxl
import pypdfium2
import pytest

from collaboration.exports import sheets, typeset
from collaboration.exports.about import About
from collaboration.exports.cells import Column, Marked, Table
from collaboration.marking import marked


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("", "", []),
        ("Sama.", "Sama.", [("same", "Sama.")]),
        ("", "Uusi.", [("added", "Uusi.")]),
        ("Vanha.", "", [("removed", "Vanha.")]),
        (
            "Neuvola vastaa kolmen päivän kuluessa.",
            "Neuvola vastaa viiden päivän kuluessa.",
            [
                ("same", "Neuvola vastaa "),
                ("removed", "kolmen "),
                ("added", "viiden "),
                ("same", "päivän kuluessa."),
            ],
        ),
        (
            "yksi kaksi kolme",
            "aivan toinen lause",
            [("removed", "yksi kaksi kolme "), ("added", "aivan toinen lause")],
        ),
        (
            "Neuvolassa hoidetaan perhettä",
            "Neuvolasta hoidettiin perheitä",
            [
                *[("removed", "Neuvolassa "), ("added", "Neuvolasta ")],
                *[("removed", "hoidetaan "), ("added", "hoidettiin ")],
                *[("removed", "perhettä "), ("added", "perheitä")],
            ],
        ),
        (
            "Hoito on kunnan.",
            "Hoidon antaa nyt kunta.",
            [
                *[("removed", "Hoito "), ("added", "Hoidon ")],
                *[("removed", "on "), ("added", "antaa nyt ")],
                *[("removed", "kunnan. "), ("added", "kunta.")],
            ],
        ),
        (
            "Vården ges av staden.",
            "Vård ges av staden.",
            [("removed", "Vården "), ("added", "Vård "), ("same", "ges av staden.")],
        ),
    ],
)
def test_words_are_marked(before: str, after: str, parts: list[tuple[str, str]]) -> None:
    assert marked(before, after) == parts


@pytest.mark.parametrize("seed", range(20))
def test_the_parts_hold_both_texts(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    words = ["neuvolan", "neuvola", "päiväkoti", "soittaa", "perheelle", "kolmen", "päivän", "kuluessa."]
    before, after = (" ".join(rng.choices(words, k=rng.randint(1, 30))) for _each in range(2))
    parts = marked(before, after)
    assert "".join(text for kind, text in parts if kind != "added").split() == before.split()
    assert "".join(text for kind, text in parts if kind != "removed").split() == after.split()


def test_files_show_what_pages_show() -> None:
    parts = marked("Neuvola vastaa kolmen päivän kuluessa.", "Neuvola vastaisi viiden päivän kuluessa.")
    table = Table("Teksti", [Column("Teksti", 4, "fi")], [[Marked(parts)]])
    about = About("Vertailu", "Vertailu", datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC), "fi")
    told = "Neuvola [−vastaa−] [+vastaisi+] [−kolmen−] [+viiden+] päivän kuluessa."
    book = openpyxl.load_workbook(io.BytesIO(sheets.xlsx([table], about)))
    assert book["Teksti"]["A2"].value == told
    assert told in sheets.csv_file([table]).decode()
    [page] = pypdfium2.PdfDocument(typeset.pdf([table], None, "", about, "a4"))
    words = " ".join(page.get_textpage().get_text_bounded().split())
    assert "Neuvola −vastaa +vastaisi −kolmen +viiden päivän kuluessa." in words
