"""Every page in every language, checked by axe."""

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_map_editor import PORVOO
from tests.gear.waiting import until

pytestmark = pytest.mark.only_reads

PUBLIC = ["/", "/api/", "/kirjaudu/", "/kirjaudu/unohtunut/", "/esittely/", "/esittely/posti/"]
PUBLIC += ["/saavutettavuus/", "/tietosuoja/", "/tietoja/", "/yhteystiedot/", "/yhteystiedot/kiitos/"]
SIGNED_IN = [
    "/",
    "/kartat/",
    "/kartat/?q=olematon",
    "/kartat/uusi/",
    "/palvelut/",
    "/palvelut/luokat/daycare/",
    "/palvelut/luokat/bildning/",
    "/palvelut/luokat/participation/",
    "/palvelut/luokat/premises/",
    "/yhteystiedot/",
    "/organisaatiot/",
    "/organisaatiot/?q=olematon",
    "/haku/",
    "/haku/?q=neuvola",
    "/haku/?q=olematon",
    "/vahvistukset/",
    "/vahvistukset/?after=0",
    "/oma/",
    "/oma/ilmoitukset/",
    "/oma/ilmoitukset/posti/",
    "/oma/salasana/",
    "/oma/avaimet/",
    "/oma/rajaukset/",
    "/ei-ole/",
]
OF_A_MAP = ["", "lista/", "taulukko/", "historia/", "asetukset/", "asetukset/?organisation=kuntaliitto"]
OF_A_MAP += ["palvelut/lisaa/", "yhdyspinnat/yhdista/", "arviot/"]
OF_A_MAP += ["versiot/", "versiot/luonnos/", "versiot/1.0/", "vertaa/?from=1.0&to=draft"]
OF_A_MAP += ["vienti/", "tuonti/"]


@pytest.mark.languages
def test_public_pages(new_page: NewPage, language: str) -> None:
    page = new_page(language)
    for path in PUBLIC:
        page.goto(path)
        check_accessibility(page)


@pytest.mark.languages
def test_pages_of_a_signed_in_person(new_page: NewPage, problems: list[str], language: str) -> None:
    page = new_page(language, signed_in_as=PORVOO)
    for path in SIGNED_IN:
        page.goto(path)
        check_accessibility(page)
    problems[:] = [line for line in problems if "404" not in line]  # the page that is not there


@pytest.mark.languages
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


@pytest.mark.languages
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
    until(
        page, "document.querySelector('[data-panel]').hidden || document.querySelector('[data-panel-title]')"
    )
    check_accessibility(page)


@pytest.mark.languages
def test_pages_of_services_and_organisations(new_page: NewPage, problems: list[str], language: str) -> None:
    page = new_page(language, signed_in_as=PORVOO)
    page.goto("/palvelut/")
    page.locator("tbody a").first.click()
    check_accessibility(page)
    page.goto("/palvelut/?own=1")
    page.locator("tbody a").first.click()
    for summary in page.locator("summary").all():
        summary.click()
    check_accessibility(page)
    page.locator(".page-head a.ds-button").click()
    page.locator("#id_name_fi").fill("")
    page.locator(".form-actions button").click()
    check_accessibility(page)
    page.goto("/kartat/uusi/")
    page.locator("input[value=empty]").check()
    page.locator(".form-actions button").click()
    check_accessibility(page)
    page.goto("/organisaatiot/?q=porvoo")
    page.locator("tbody a").first.click()
    check_accessibility(page)
    problems[:] = [line for line in problems if "422" not in line]  # the forms that were left empty


@pytest.mark.languages
def test_pages_that_say_no(new_page: NewPage, problems: list[str], language: str) -> None:
    page = new_page(language, signed_in_as=PORVOO)
    page.goto("/kartat/")
    page.locator(".map-card__title a").first.click()
    page.goto(f"{page.url}lista/")
    page.locator(".aspect-strip a").first.click()
    here = page.url
    for base_version, text in (("0", "Toinen teksti."), ("100000", "131052-308T")):
        page.goto(here)
        # As without the script: the form goes to the server as it is.
        page.evaluate(
            "document.querySelectorAll('[data-edit]').forEach((form) => form.removeAttribute('data-edit'))"
        )
        form = page.locator("form.edit").first
        form.locator("[name=base_version]").evaluate("(field, value) => (field.value = value)", base_version)
        form.locator("textarea").fill(text)
        form.locator("button[type=submit]").evaluate("(button) => button.click()")
        page.wait_for_url("**/muuta/")
        check_accessibility(page)
    problems[:] = [line for line in problems if "409" not in line and "422" not in line]


@pytest.mark.parametrize(
    "person", ["luottamushenkilo.porvoo", "muutosjohtaja.itauusimaa", "koordinaattori", "yllapitaja"]
)
def test_front_pages_of_other_roles(new_page: NewPage, person: str) -> None:
    page = new_page("sv", signed_in_as=f"{person}@esittely.example")
    for path in ("/", "/kartat/", "/kartat/uusi/", "/oma/"):
        page.goto(path)
        check_accessibility(page)


@pytest.mark.languages
def test_pages_of_those_who_keep_the_portal(new_page: NewPage, problems: list[str], language: str) -> None:
    page = new_page(language, signed_in_as="yllapitaja@esittely.example")
    page.goto("/organisaatiot/uusi/")
    check_accessibility(page)
    page.locator(".form-actions button").click()
    check_accessibility(page)
    page.goto("/yhteydenotot/")
    check_accessibility(page)
    problems[:] = [line for line in problems if "422" not in line]  # the form that was left empty


@pytest.mark.languages
def test_writing_to_the_portal(new_page: NewPage, problems: list[str], language: str) -> None:
    page = new_page(language, width=360, height=740)
    page.goto("/yhteystiedot/")
    page.locator("#write button").click()
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    problems[:] = [line for line in problems if "422" not in line]
