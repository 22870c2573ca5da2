"""What a browser prints of a map: the whole picture on one page, the whole matrix, and nobody who happens to be here."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdfium2 import PdfDocument

from tests.browser.conftest import NewPage
from tests.browser.test_base_map import BASE
from tests.browser.test_map_editor import CHILDREN, COUNTY, PORVOO, YOUTH, open_map

PAPERS = {"landscape": (1047, 718), "portrait": (718, 1047)}
"""A4 without its margins, in CSS pixels. Not every browser lets a page choose its paper, so both have to do."""

MARGIN = {"top": "10mm", "bottom": "10mm", "left": "10mm", "right": "10mm"}
CUT = """([selector, down]) => [...document.querySelectorAll(selector)]
    .filter((each) => each.checkVisibility())
    .map((each) => [each, each.getBoundingClientRect()])
    .filter(([each, box]) => box.left < -1 || box.right > innerWidth + 1 || (down && box.bottom + scrollY > down + 1)
        || each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline"
            && !each.querySelector(".inherited"))
    .map(([each]) => each.textContent.trim())"""


def printed(page: Page, paper: str) -> PdfDocument:
    """The page as a PDF on A4 of the person's choice, or of the page's own where that is followed."""
    return PdfDocument(page.pdf(format="A4", landscape=paper == "landscape", margin=MARGIN))  # type: ignore[arg-type]


def words(document: PdfDocument) -> str:
    """All that is printed, as one line."""
    return " ".join(" ".join(sheet.get_textpage().get_text_range() for sheet in document).split())


def as_paper(page: Page, paper: str) -> None:
    """Show the page as it is printed on the paper."""
    width, height = PAPERS[paper]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(media="print")


@pytest.mark.parametrize("paper", PAPERS)
def test_the_picture_is_whole_on_one_page(new_page: NewPage, paper: str) -> None:
    for person, title in ((PORVOO, CHILDREN), (PORVOO, YOUTH), (COUNTY, BASE)):
        page = new_page(signed_in_as=person)
        open_map(page, title)
        page.locator(".ring").first.wait_for()
        document = printed(page, paper)
        assert len(document) == 1, title
        assert title in words(document)
        as_paper(page, paper)
        most: Any = PAPERS[paper][1]
        assert page.evaluate(CUT, ["[data-key], .lane-band, .imprint, .aspect-key, h1", most]) == [], title
        assert page.evaluate("document.documentElement.scrollHeight") <= most, title


@pytest.mark.parametrize("paper", PAPERS)
def test_the_matrix_is_whole(new_page: NewPage, paper: str) -> None:
    for person, title in ((PORVOO, CHILDREN), (COUNTY, BASE)):
        page = new_page(signed_in_as=person)
        page.goto(f"{open_map(page, title)}taulukko/")
        rows = page.locator(".matrix tbody tr")
        names = rows.locator("th a").all_inner_texts()
        totals = rows.locator(".matrix__total").all_inner_texts()
        document = printed(page, paper)
        text = words(document)
        assert all(" ".join(total.split()) in text for total in totals)
        assert all(name.split()[0] in text for name in names)
        as_paper(page, paper)
        assert page.evaluate(CUT, [".matrix, .matrix th, .matrix td, .matrix__cell", 0]) == [], title


@pytest.mark.parametrize("view", ["", "lista/", "taulukko/"])
def test_who_happens_to_be_here_is_not_printed(new_page: NewPage, view: str) -> None:
    mine, theirs = new_page(signed_in_as=PORVOO), new_page(signed_in_as=COUNTY)
    address = open_map(mine, YOUTH)
    mine.goto(f"{address}{view}")
    theirs.goto(address)
    theirs.locator(".ring").first.click()
    if view == "taulukko/":
        theirs.locator(".aspect-list__link").first.click()
    here = mine.locator("[data-presence=document]")
    expect(here).to_contain_text("Muutosjohtaja")
    marked = mine.locator("[data-key][data-present], .matrix__cell[data-present]")
    if view != "lista/":
        expect(marked.first).to_be_visible()
    assert "Muutosjohtaja" not in words(printed(mine, "portrait"))
    mine.emulate_media(media="print")
    expect(here).to_be_hidden()
    marks = "(all) => all.map((each) => [getComputedStyle(each, '::after').display, getComputedStyle(each).boxShadow])"
    seen = marked.evaluate_all(marks)
    assert all(after == "none" or shadow == "none" for after, shadow in seen)
    if view == "taulukko/":
        assert all(shadow == "none" for _after, shadow in seen)
