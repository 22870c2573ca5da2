"""The header: one row with a search and menus; a bottom bar on a phone; by keyboard and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage, sign_out
from tests.browser.test_map_editor import PORVOO

pytestmark = pytest.mark.only_reads


def test_ctrl_k_finds_as_one_types_and_arrows_lead_there(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    page.goto("/kartat/")
    page.keyboard.press("Control+k")
    page.keyboard.type("neuvola")
    list_ = page.locator(".site-search__list")
    first = list_.locator("a").first
    expect(first).to_have_text("Päiväkoti – Neuvola")
    said = page.locator("#announcer[aria-live=polite]")
    expect(said).to_have_text(re.compile(r"^\d+ osumaa$"))
    assert said.inner_text() == f"{list_.locator('li').count()} osumaa"
    check_accessibility(page)
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(list_).to_be_hidden()
    expect(said).to_be_empty()
    expect(page.locator("#site-search")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/haku/?q=neuvola")
    expect(page.locator(".found__kind").first).to_be_visible()
    page.locator("body").click(position={"x": 5, "y": 400})
    page.keyboard.press("/")
    expect(page.locator("#site-search")).to_be_focused()


def test_menus_open_and_close_by_keyboard(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    page.goto("/kartat/")
    menus = page.locator("details.menu")
    for number in (0, 1):
        summary = menus.nth(number).locator("summary")
        summary.focus()
        page.keyboard.press("Enter")
        expect(menus.nth(number)).to_have_attribute("open", "")
        check_accessibility(page)
        page.keyboard.press("Escape")
        expect(menus.nth(number)).not_to_have_attribute("open", "")
        expect(summary).to_be_focused()


def test_the_menus_work_without_scripts(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO, javascript=False)
    page.goto("/kartat/")
    page.locator("details.menu summary").first.click()
    page.locator(".languages button[lang=sv]").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    page.locator("#site-search").fill("dagis")
    page.locator("#site-search").press("Enter")
    expect(page.locator("h1")).to_have_text("Sökning")
    expect(page.locator(".found__list a").first).to_be_visible()
    sign_out(page)
    expect(page.locator(".site-nav")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(1440, 64), (1025, 64), (360, 56), (320, 56)])
@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_header_is_one_row(new_page: NewPage, language: str, width: int, height: int) -> None:
    page = new_page(language, signed_in_as=PORVOO, width=width)
    page.goto("/kartat/")
    row = page.locator(".site-header__row").bounding_box()
    assert row
    assert row["height"] == height
    bar = page.locator(".site-nav").bounding_box()
    assert bar
    assert (bar["y"] > 400) == (width < 832), "a phone has a bar at the bottom"
    names = page.locator(".site-nav a")
    for name in names.all():
        box = name.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert re.fullmatch(r"\w+", names.nth(1).inner_text().strip())
