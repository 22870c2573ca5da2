"""Whatever an outsider writes, reading it takes time that grows with its length and no faster."""

import time
from collections.abc import Callable
from unittest.mock import patch

import pytest

from collaboration.exports.glyphs import INVISIBLE
from collaboration.exports.sheets import BEGINS_LIKE_A_FORMULA, NOT_IN_A_CELL
from collaboration.identity_codes import identity_codes
from collaboration.plain_text import to_html
from collaboration.words import folded
from services.residents.word_search import roots
from yhdyspinta import logs

HOSTILE = (
    *(
        "a",
        "@",
        "a@",
        ".",
        "a.",
        "%",
        "\n",
        " ",
        "\n ",
        "\t\n",
        "1",
        "1 ",
        "12.",
        "130452",
        "130452-",
        "13.04.52 - ",
    ),
    *(
        "/?",
        "DETAIL",
        "^",
        "LINE 1",
        "/kirjaudu/unohtunut/",
        "*",
        "_",
        "**a",
        "[",
        "![",
        "](",
        "<",
        "`",
        "> ",
        "- ",
        "1. ",
    ),
    *("http://", "a*b_", "\\", "&", "&#", "%31", "\u00ad", "\u0308", "ä", "-", "å", "lle", "\U0001f600"),
)
"""What is repeated: parts of addresses, codes, marks, ends of words, and what no pattern waits for."""


def without_cutting(text: str) -> str:
    """The scrub of a log line as if lines were never cut."""
    with patch.object(logs, "LONGEST", len(text)):
        return logs.scrub(text)


READERS: dict[str, tuple[Callable[[str], object], int]] = {
    "log": (without_cutting, 5_000),
    "gate": (lambda text: list(identity_codes(text)), 2_000),
    "page": (to_html, 1_000),
    "words": (lambda text: (folded(text), roots([[word] for word in folded(text).split()])), 5_000),
    "cell": (lambda text: (BEGINS_LIKE_A_FORMULA.match(text), NOT_IN_A_CELL.sub("", text)), 10_000),
    "glyphs": (lambda text: INVISIBLE.sub("", text), 10_000),
}


def copied(text: str) -> str:
    return "".join(map(str, text))


def seconds(work: Callable[[str], object], text: str) -> float:
    """CPU time of the quickest of three."""
    best = float("inf")
    for _number in range(3):
        began = time.process_time()
        work(text)
        best = min(best, time.process_time() - began)
    return best


@pytest.mark.parametrize("name", READERS)
def test_four_times_the_text_takes_far_less_than_sixteen_times_as_long(name: str) -> None:
    work, length = READERS[name]
    slow = {}
    for part in HOSTILE:
        short, long = (part * length)[:length], (part * length * 4)[: length * 4]
        floor = max(seconds(work, short), seconds(copied, short))
        if (ratio := seconds(work, long) / floor) > 9:
            slow[part] = ratio
    assert not slow


@pytest.mark.alike(8)
@pytest.mark.parametrize("part", HOSTILE)
def test_a_megabyte_is_scrubbed_about_as_fast_as_it_is_copied(part: str) -> None:
    text = (part * 1_000_000)[:1_000_000]
    assert seconds(logs.scrub, text) < 5 * seconds(copied, text)


def test_of_a_long_line_the_beginning_and_the_end_are_kept() -> None:
    written = logs.scrub("begin " + "x" * 1_000_000 + " matti@kunta.fi end")
    assert written.startswith("begin xxx")
    assert written.endswith("[e-mail] end")
    assert len(written) < 17_000
