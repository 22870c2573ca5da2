"""The desks of each level in a real browser: what is done goes away, seats are links, the sheet is one sheet."""

import re

import pytest
from playwright.sync_api import Page, expect
from pypdfium2 import PdfDocument

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_print import words
from tests.gear.waiting import until

AT = "@esittely.example"
LEVELS = {
    "management": f"sivistysjohtaja.porvoo{AT}",
    "field": f"terveydenhoitaja.itauusimaa{AT}",
    "change leader": f"muutosjohtaja.itauusimaa{AT}",
    "political": f"luottamushenkilo.porvoo{AT}",
    "national": f"koordinaattori{AT}",
    "administrator": f"paakayttaja.porvoo{AT}",
}
FIRST_WALK = ".queue__row a[href^='/vahvistukset/']"
SPILLED = """[...document.querySelectorAll("main :is(th, td)")]
    .filter((cell) => cell.checkVisibility() && cell.clientHeight && cell.scrollHeight > cell.clientHeight + 4)
    .map((cell) => cell.innerText)"""
COME_BACK = "dispatchEvent(new Event('blur')), dispatchEvent(new Event('focus'))"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.languages(widths=[320, 1440])
def test_each_desk_is_accessible(new_page: NewPage, level: str, language: str, width: int) -> None:
    page = new_page(language, width=width, signed_in_as=LEVELS[level])
    page.goto("/")
    fits(page)
    page.emulate_media(forced_colors="active")
    assert filled(page) <= 1
    fits(page)


def fits(page: Page) -> None:
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(SPILLED) == []  # nothing is written over the next line


def filled(page: Page) -> int:
    """How many buttons of the page itself are filled."""
    return page.locator("main .ds-button:not([data-variant]):visible").count()


def test_a_row_that_is_done_goes_away_on_coming_back(new_page: NewPage) -> None:
    page = new_page(signed_in_as=f"kaupunginjohtaja.porvoo{AT}")
    page.goto("/")
    row = page.locator(FIRST_WALK).last
    address, rows = row.get_attribute("href") or "", page.locator(".queue__row").count()
    confirm_all(page.context.new_page(), address)
    page.evaluate(COME_BACK)
    expect(page.locator(".queue__row")).to_have_count(rows - 1)
    expect(page.locator(f".queue__row a[href='{address}']")).to_have_count(0)
    check_accessibility(page)


def confirm_all(page: Page, address: str) -> None:
    page.goto(address)
    while page.locator("main form.form-actions button").count():
        before = page.title()
        page.locator("main form.form-actions button").click()
        until(page, "before => before !== document.title", before)
        page.wait_for_load_state()


@pytest.mark.own_portal
def test_a_row_that_is_done_elsewhere_goes_by_itself_and_the_header_counts(new_page: NewPage) -> None:
    person = f"kaupunginjohtaja.porvoo{AT}"
    page, elsewhere = new_page(signed_in_as=person), new_page(signed_in_as=person, width=360)
    page.goto("/")
    rows, badge = page.locator(".queue__row"), page.locator("[data-queue-count] [data-count]")
    address, count = page.locator(FIRST_WALK).last.get_attribute("href") or "", rows.count()
    expect(badge).to_have_text(page.locator("#queue span").text_content() or "")
    waits = int(badge.text_content() or 0)
    confirm_all(elsewhere, address)
    expect(rows).to_have_count(count - 1)
    expect(page.locator(f".queue__row a[href='{address}']")).to_have_count(0)
    expect(badge).to_have_text(str(waits - 1))
    page.goto("/palvelut/")
    name = f"Työpöytä ({waits - 1} odottaa sinua)"
    expect(page.locator(".site-nav").get_by_role("link", name=name)).to_be_visible()
    check_accessibility(page)
    elsewhere.goto("/kartat/")
    expect(elsewhere.locator(".site-nav").get_by_role("link", name=name)).to_be_visible()
    fits(elsewhere)


@pytest.mark.parametrize("javascript", [True, False])
def test_seats_are_links_and_stay_in_the_address(new_page: NewPage, *, javascript: bool) -> None:
    page = new_page(javascript=javascript, signed_in_as=LEVELS["national"])
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Koko maa lukuina")
    page.locator(".seats a").nth(1).click()
    expect(page.locator("h1")).to_have_text("Työpöytä")
    assert re.search(r"\?seat=\d+$", page.url)
    page.reload()
    expect(page.locator(".seats [aria-current=page]")).to_contain_text("Kuntaliitto")
    page.locator(".seats a").first.click()
    page.locator("thead a").last.click()
    expect(page.locator("th[aria-sort=descending]")).to_have_count(1)
    expect(page.locator("tbody th").first).to_have_text("Itä-Uudenmaan hyvinvointialue")
    page.locator("tbody th a").first.click()
    expect(page.locator("h1")).to_have_text("Itä-Uudenmaan hyvinvointialue")
    check_accessibility(page) if javascript else None


def test_the_seat_is_changed_in_the_person_menu_and_stays(new_page: NewPage) -> None:
    page = new_page(signed_in_as=LEVELS["national"])
    page.goto("/kartat/")
    page.locator(".menu summary", has=page.locator(".avatar")).click()
    seats = page.locator("[data-seats] button")
    expect(seats).to_have_count(2)
    check_accessibility(page)
    expect(seats.first).to_have_attribute("aria-current", "true")
    seats.nth(1).click()
    expect(page.locator("h1")).to_have_text("Työpöytä")
    page.goto("/kartat/")
    page.goto("/")
    expect(page.locator(".seats [aria-current=page]")).to_contain_text("Kuntaliitto")
    page.locator(".menu summary", has=page.locator(".avatar")).click()
    page.locator("[data-seats] button").first.click()
    expect(page.locator("h1")).to_have_text("Koko maa lukuina")


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_page_of_those_who_decide_is_one_sheet(new_page: NewPage, language: str) -> None:
    page = new_page(language, signed_in_as=LEVELS["political"])
    page.goto("/")
    expect(page.locator("[data-print]")).to_be_visible()
    headings = page.locator("main h2:visible:not(.no-print h2)").all_inner_texts()
    document = PdfDocument(page.pdf(prefer_css_page_size=True))
    assert len(document) == 1
    width, height = document[0].get_size()
    assert (round(width), round(height)) == (595, 842), "A4"
    told = words(document)
    for heading in headings:
        assert " ".join(heading.split()) in told


def test_whom_to_call_is_there_without_javascript(new_page: NewPage) -> None:
    page = new_page(width=360, height=740, javascript=False, signed_in_as=LEVELS["field"])
    page.goto("/")
    expect(page.locator("details.calls[open] a[href^='tel:']").first).to_be_in_viewport()
    page.locator("details.calls summary").nth(2).click()
    expect(page.locator("details.calls[open]")).to_have_count(1)
