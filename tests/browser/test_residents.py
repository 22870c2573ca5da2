"""A resident on a phone, without JavaScript and without signing in; and the same pages as axe sees them."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage

pytestmark = pytest.mark.only_reads

START = "/asukkaalle/fi/"
DAYCARE = ("Päiväkoti", "Porvoo")


class Taps:
    """Taps, counted."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, at: Locator) -> None:
        self.count += 1
        at.tap()


def daycare_of_porvoo(page: Page) -> str:
    """The address of its public page."""
    page.goto(f"{START}?q=päiväkoti&municipality=638")
    return page.locator(".found__name a").first.get_attribute("href") or ""


def no_sideways(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def test_a_resident_finds_where_and_how_in_three_taps(new_page: NewPage) -> None:
    page, tap = new_page(width=360, height=740, javascript=False, touch=True), Taps()
    page.goto(START)
    tap(page.locator(".choices a", has_text="Porvoo"))
    tap(page.locator(".found__name a", has_text="Päiväkoti"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Päiväkoti")
    expect(page.locator("section[aria-labelledby=where]")).to_contain_text("Esimerkkikatu 1")
    expect(page.locator("section[aria-labelledby=where] a[href^='tel:']").first).to_be_visible()
    expect(page.locator("section[aria-labelledby=how] .path__step")).to_have_count(4)
    no_sideways(page, 360)
    tap(page.locator(".path__guide a").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Neuvola")
    assert tap.count == 3, "the third has even gone on to the service that guides"
    assert page.context.cookies() == [each for each in page.context.cookies() if each["name"] == "language"]


def test_a_resident_writes_the_need_in_swedish(new_page: NewPage) -> None:
    page, tap = new_page("sv", width=360, height=740, javascript=False, touch=True), Taps()
    page.goto("/asukkaalle/")
    assert page.url.endswith("/asukkaalle/sv/")
    page.locator("#q").fill("daghemmet Borgå")
    tap(page.locator(".find button"))
    tap(page.locator(".found__name a").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Daghem")
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    expect(page.locator("section[aria-labelledby=where]")).to_contain_text("Exempelgatan 1")
    expect(page.locator(".untranslated").first).to_be_visible()
    assert tap.count == 2
    page.goto("/asukkaalle/sv/?q=simhall")
    tap(page.locator(".empty__places a").first)
    expect(page.locator(".found__service").first).to_be_visible()


@pytest.mark.languages("fi", "sv", widths=[320, 1440])
def test_every_public_page_is_accessible(
    new_page: NewPage, problems: list[str], language: str, width: int
) -> None:
    page = new_page(language, width=width, height=800)
    service = daycare_of_porvoo(page).replace("/fi/", f"/{language}/")
    page.goto(service)
    on = page.locator("a[href*='/kartat/']").first.get_attribute("href") or ""
    on = on.split("#")[0]
    start = f"/asukkaalle/{language}/"
    paths = [start, f"{start}?q=neuvola", f"{start}?q=uimahalli", service, f"{service}kortti/"]
    paths += [on, f"{on}kuva/", f"{on}taulukko/", f"{start}palvelut/999999/"]
    for path in paths:
        page.goto(path)
        check_accessibility(page)
        no_sideways(page, width)
    problems[:] = [line for line in problems if "404" not in line]  # the one that is not published


def test_the_card_prints_on_one_page(new_page: NewPage, tmp_path: Path) -> None:
    page = new_page()
    service = daycare_of_porvoo(page)
    page.goto(START)
    for path in {
        service,
        *(each.get_attribute("href") or "" for each in page.locator(".found__name a").all()),
    }:
        page.goto(f"{path}kortti/")
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, path
        assert re.search(rb"/MediaBox\s*\[0 0 4(19|20)", printed), "A5 is 420 points wide"
    expect(page.locator("[data-print]")).to_be_visible()
    expect(page.locator(".qr svg")).to_be_visible()


def test_the_front_page_and_the_languages_lead_there(new_page: NewPage) -> None:
    page = new_page(width=360, height=740)
    page.goto("/")
    page.locator("main a[href='/asukkaalle/fi/']").click()
    page.locator(".languages a[lang=sv]").click()
    expect(page).to_have_url(re.compile("/asukkaalle/sv/$"))
    page.locator(".choices a").first.click()
    page.locator(".languages a[lang=fi]").click()
    expect(page).to_have_url(re.compile(r"/asukkaalle/fi/\?municipality=\d+$"))


def test_in_forced_colours_and_dark_the_code_stays_dark_on_white(new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{daycare_of_porvoo(page)}kortti/")
    page.emulate_media(color_scheme="dark", forced_colors="active")
    colours = page.locator(".qr").evaluate(
        "(qr) => [getComputedStyle(qr).backgroundColor, getComputedStyle(qr.querySelector('path[stroke]')).stroke]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
