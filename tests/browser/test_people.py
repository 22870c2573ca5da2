"""An organisation's people: kept by its administrator, called by everybody."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage

KEEPER = "paakayttaja.porvoo@esittely.example"
FIELD_WORKER = "nuorisotyontekija.porvoo@esittely.example"
CLINIC = "Päiväkoti – Neuvola"


def people_of_porvoo(page: Page) -> str:
    """Open the list by the way that a person takes; its address."""
    page.goto("/organisaatiot/?q=porvoo")
    page.locator("tbody a").first.click()
    page.locator("a[href$='/henkilot/']").click()
    return page.url


@pytest.mark.only_reads
@pytest.mark.languages(widths=[320, 1440])
def test_every_page_about_people_is_accessible(
    new_page: NewPage, problems: list[str], language: str, width: int
) -> None:
    page = new_page(language, width=width, signed_in_as=KEEPER)
    here = people_of_porvoo(page)
    for path in (here, f"{here}?q=olematon", f"{here}?ended=on&role=editor", f"{here}kutsu/"):
        page.goto(path)
        check_accessibility(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.locator("form.form-column button[type=submit]").click()
    check_accessibility(page)  # the invitation that was left empty
    page.goto(here)
    page.emulate_media(media="print")
    expect(page.locator("form.filters")).to_be_hidden()
    expect(page.locator("tbody th").first).to_be_visible()
    page.emulate_media(media="screen")
    page.goto(here)
    page.locator("tbody th a").first.click()
    member = page.url
    check_accessibility(page)
    page.locator("#id_phone").fill("soita")
    page.locator("form.form-column button[type=submit]").click()
    check_accessibility(page)
    assert page.locator("#id_phone").input_value() == "soita"
    page.goto(f"{member}paata/")
    check_accessibility(page)
    page.goto("/kutsu/ei-ole/")
    check_accessibility(page)
    problems[:] = [line for line in problems if "422" not in line and "404" not in line]


@pytest.mark.only_reads
def test_whom_to_call_is_two_taps_from_the_desk_on_a_phone(new_page: NewPage) -> None:
    page = new_page(width=360, height=740, touch=True, signed_in_as=FIELD_WORKER)
    page.goto("/")
    first = page.locator("details.calls").first
    expect(first.locator("> summary")).to_contain_text(CLINIC)
    call = first.locator("a[href='tel:0190000001']")
    expect(call).to_be_in_viewport()  # one tap
    assert "Päiväkodin johtaja" in first.locator("li").first.inner_text()
    other = page.locator("details.calls").nth(1)
    other.locator("summary").tap()
    expect(other.locator("a[href^='tel:']").first).to_be_visible()  # two taps
    check_accessibility(page)


@pytest.mark.only_reads
def test_the_list_without_javascript_leads_there_as_well(new_page: NewPage) -> None:
    page = new_page(width=360, height=740, javascript=False, signed_in_as=FIELD_WORKER)
    page.goto("/kartat/")
    address = page.locator(".map-card__title a", has_text="Alle kouluikäisten").first.get_attribute("href")
    page.goto(f"{address}lista/")
    page.locator(".interface-card__title a", has_text=CLINIC).click()
    expect(page.locator("a[href='tel:0190000001']").first).to_be_in_viewport()


@pytest.mark.own_portal
@pytest.mark.parametrize("javascript", [False])
def test_an_administrator_keeps_the_people_without_javascript(new_page: NewPage, *, javascript: bool) -> None:
    page = new_page("sv", javascript=javascript, signed_in_as=KEEPER)
    here = people_of_porvoo(page)
    page.locator(".page-head a.ds-button").click()
    page.locator("#id_email").fill("ny.person@kunta.example")
    page.locator("#id_role").select_option("approver")
    page.locator("form.form-column button[type=submit]").click()
    expect(page.locator(".messages")).to_contain_text("ny.person@kunta.example")
    waiting = page.locator("tr", has_text="ny.person@kunta.example")
    waiting.get_by_role("button").last.click()
    expect(page.locator("tr", has_text="ny.person@kunta.example")).to_have_count(0)
    page.locator("tbody th a", has_text="Kaupunginjohtaja").click()
    page.locator("#id_phone").fill("019 000 0099")
    page.locator("input[value=reader]").check()
    page.locator("form.form-column button[type=submit]").click()
    row = page.locator("tr", has_text="Kaupunginjohtaja").first
    expect(row.locator("a[href='tel:0190000099']")).to_be_visible()
    page.locator("tbody th a", has_text="Kaupunginjohtaja").click()
    page.locator("a[href$='/paata/']").click()
    page.locator("form.form-actions button").click()
    page.goto(here)
    expect(page.locator(".notice--warning")).to_contain_text("Borgå")  # nobody can approve
    expect(page.locator("tbody th a", has_text="Kaupunginjohtaja")).to_have_count(0)
    page.goto(f"{here}?ended=on")
    page.locator("tbody th a", has_text="Kaupunginjohtaja").click()
    page.locator("form[action$='/ota-takaisin/'] button").click()
    page.goto(here)
    expect(page.locator("tbody th a", has_text=re.compile("Kaupunginjohtaja"))).to_have_count(1)
