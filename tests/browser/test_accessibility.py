"""Every page in every language, checked by axe."""

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_map_editor import PORVOO

PUBLIC = ["/", "/api/", "/kirjaudu/", "/kirjaudu/unohtunut/", "/esittely/", "/esittely/posti/"]
SIGNED_IN = [
    "/",
    "/kartat/",
    "/kartat/?q=olematon",
    "/kartat/uusi/",
    "/palvelut/",
    "/palvelut/luokat/daycare/",
    "/organisaatiot/",
    "/organisaatiot/?q=olematon",
    "/oma/",
    "/oma/salasana/",
    "/oma/avaimet/",
    "/ei-ole/",
]
OF_A_MAP = ["", "lista/", "taulukko/", "historia/", "asetukset/", "asetukset/?organisation=kuntaliitto"]
OF_A_MAP += ["palvelut/lisaa/", "yhdyspinnat/yhdista/"]
LANGUAGES = ["fi", "sv", "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages(new_page: NewPage, language: str) -> None:
    page = new_page(language)
    for path in PUBLIC:
        page.goto(path)
        check_accessibility(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_signed_in_person(new_page: NewPage, problems: list[str], language: str) -> None:
    page = new_page(language, signed_in_as=PORVOO)
    for path in SIGNED_IN:
        page.goto(path)
        check_accessibility(page)
    problems[:] = [line for line in problems if "404" not in line]  # the page that is not there


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_map(new_page: NewPage, language: str) -> None:
    page = new_page(language, signed_in_as=PORVOO)
    page.goto("/kartat/")
    address = page.locator(".map-card__title a").first.get_attribute("href") or ""
    for part in OF_A_MAP:
        page.goto(f"{address}{part}")
        check_accessibility(page)
    for link in (".interface-card__title a", ".aspect-strip a", ".lane__service a"):
        page.goto(f"{address}lista/")
        page.locator(link).first.click()
        check_accessibility(page)
    page.goto(f"{page.url}?person=a")
    check_accessibility(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_states_of_the_drawing(new_page: NewPage, language: str) -> None:
    page = new_page(language, signed_in_as=PORVOO)
    page.goto("/kartat/")
    page.locator(".map-card__title a").first.click()
    page.locator(".ring").first.click()
    settled(page)
    page.locator(".aspect-list__link").nth(2).click()
    settled(page)
    for summary in page.locator("[data-panel-body] summary").all():
        summary.click()
    settled(page)
    page.locator("[data-panel-close]").click()
    page.locator(".card-service").first.click()
    settled(page)
    page.locator("[data-panel-close]").click()
    page.locator("[data-tool=connect]").click()
    page.locator(".card-service").first.click()
    settled(page)


def settled(page: Page) -> None:
    page.wait_for_function(
        "document.querySelector('[data-panel]').hidden || document.querySelector('[data-panel-title]')"
    )
    check_accessibility(page)
