"""What axe does not see: width, focus after errors, and where one is, also in forced colours."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.test_map_editor import PORVOO

pytestmark = pytest.mark.only_reads

FIRST_MAP = ".map-card__title a"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def paint(page: Page, selector: str, value: str) -> str:
    return str(page.locator(selector).first.evaluate("(e, name) => getComputedStyle(e)[name]", value))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_interface_fits_a_narrow_phone(new_page: NewPage, language: str) -> None:
    page = new_page(language, width=320, signed_in_as=PORVOO)
    page.goto("/kartat/")
    page.goto(f"{page.locator(FIRST_MAP).first.get_attribute('href')}lista/")
    page.locator(".interface-card__title a").first.click()
    page.locator(".aspect-list__link").first.wait_for()
    assert page.evaluate(SIDEWAYS) == 0


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("person", ["", "koordinaattori", "hyvinvointialuejohtaja.itauusimaa"])
def test_long_names_and_words_fit_a_narrow_phone(new_page: NewPage, person: str, language: str) -> None:
    page = new_page(language, width=320, signed_in_as=person and f"{person}@esittely.example")
    for path in ("/", "/api/", "/esittely/", "/esittely/posti/", "/kirjaudu/unohtunut/", "/oma/"):
        page.goto(path)
        assert page.evaluate(SIDEWAYS) == 0, path


def test_the_summary_of_errors_has_the_focus(new_page: NewPage, problems: list[str]) -> None:
    page = new_page(signed_in_as=PORVOO)
    page.goto("/oma/salasana/")
    page.locator("main button[type=submit]").click()
    page.locator("[data-error-summary]:focus").wait_for()
    problems[:] = [line for line in problems if "422" not in line]  # the answer to a form with errors


def test_where_one_is_shows_in_forced_colours(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    page.emulate_media(forced_colors="active")
    page.goto("/kartat/")
    page.goto(f"{page.locator(FIRST_MAP).first.get_attribute('href')}lista/")
    for selector, value in ((".views a", "backgroundColor"), (".site-nav a", "borderBottomColor")):
        here = paint(page, f"{selector}[aria-current]", value)
        assert here != paint(page, f"{selector}:not([aria-current])", value), selector


def test_the_page_of_an_organisation_belongs_to_organisations(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    page.goto("/organisaatiot/")
    page.locator("main table a").first.click()
    assert page.locator(".site-footer a[aria-current=true]").get_attribute("href") == "/organisaatiot/"
