"""An approval round in the browser: read and returned, and a map that changes only when somebody says so; nine ratings."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage

EDITOR = "sivistysjohtaja.porvoo@esittely.example"
APPROVER = "kaupunginjohtaja.porvoo@esittely.example"
COUNTY = "muutosjohtaja.itauusimaa@esittely.example"
CHILDREN = "Alle kouluikäisten palvelut, Porvoo"
YOUTH = "Nuorten palvelut, Porvoo"
ANYWAY = "Muuta silti"


def address_of(page: Page, title: str) -> str:
    page.goto("/kartat/")
    page.locator("main").get_by_role("link", name=title, exact=True).click()
    page.wait_for_url(re.compile(r"/kartat/\d+/"))
    return re.sub(r"(/kartat/\d+/).*", r"\1", page.url)


def start_a_round(page: Page, title: str) -> str:
    address = address_of(page, title)
    page.goto(f"{address}versiot/")
    reason = page.locator("#id_incomplete_reason")
    if reason.count():
        reason.fill("Muut näkökulmat sovitaan keväällä.")
    page.locator("main form.form-column button[type=submit]").click()
    expect(page.locator("#approval")).to_contain_text("odottaa")
    return address


def test_an_approval_takes_three_clicks_and_a_return_says_why(new_page: NewPage) -> None:
    editor = new_page(signed_in_as=EDITOR)
    address = start_a_round(editor, CHILDREN)

    approver = new_page(signed_in_as=APPROVER, width=360, height=740)
    approver.goto("/")
    approver.locator(f'main a[href="{address[address.index("/kartat/") :]}hyvaksyttavana/"]').first.click()
    expect(approver.locator("h1")).to_contain_text("versio")
    expect(approver.locator(".decide")).to_be_in_viewport()
    check_accessibility(approver)
    approver.locator(".decide").get_by_role("link", name="Palauta").click()
    approver.locator(".return textarea").fill("Resursointi puuttuu vielä.")
    approver.get_by_role("button", name="Palauta kartta").click()
    expect(approver.locator(".messages")).to_contain_text("palautettu")

    editor.goto(f"{address}versiot/")
    expect(editor.locator("main")).to_contain_text("Resursointi puuttuu vielä.")
    start_a_round(editor, CHILDREN)
    approver.goto("/")
    approver.locator(f'main a[href="{address[address.index("/kartat/") :]}hyvaksyttavana/"]').first.click()
    approver.locator(".decide").get_by_role("button").click()  # the second click
    expect(approver.locator(".approvals .confirmation__state--given")).to_have_count(1)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_map_that_waits_for_approvals_opens_its_fields_only_for_whoever_says_so(
    new_page: NewPage, *, javascript: bool
) -> None:
    page = new_page(signed_in_as=COUNTY, javascript=javascript)
    address = start_a_round(page, YOUTH)
    page.goto(f"{address}lista/")
    page.locator(".aspect-strip a").first.click()
    expect(page.locator("#round")).to_contain_text("odottaa hyväksyntää")
    expect(page.locator("main textarea:visible")).to_have_count(0)
    if javascript:
        check_accessibility(page)
    aspect = page.url
    for path in (f"{address}lista/", address, aspect.rsplit("/", 2)[0] + "/"):
        page.goto(path)
        expect(page.locator("#round").get_by_role("button", name=ANYWAY)).to_be_visible()
    page.goto(aspect)
    page.get_by_role("button", name=ANYWAY).click()
    expect(page).to_have_url(aspect)
    form = page.locator('form:has([name=property][value^="shared_"])').first
    form.locator("textarea").fill(f"Sovimme toisin. {javascript}")
    if javascript:
        page.keyboard.press("Tab")
        expect(page.locator("#save-state")).to_have_attribute("data-kind", "saved")
    else:
        form.get_by_role("button").click()
        expect(page.locator(".message").first).to_be_visible()
    page.goto(f"{address}versiot/")
    expect(page.locator("main .notice--warning").first).to_contain_text("muutti karttaa")
    expect(page.locator("#round")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False])
def test_nine_ratings_take_twelve_clicks(new_page: NewPage, *, javascript: bool) -> None:
    page = new_page("en", signed_in_as=COUNTY, javascript=javascript, width=360, height=740)
    address = address_of(page, YOUTH)
    page.goto(f"{address}arviot/")
    opens = page.get_by_role("button", name="Open a rating round")
    if opens.count():
        opens.first.click()
    page.goto(f"{address}lista/")
    page.locator(".interface-card__title a").first.click()
    clicks = 0

    def click(selector: str, nth: int = 0) -> None:
        nonlocal clicks
        page.locator(selector).nth(nth).click()
        clicks += 1

    click('a[href$="/arviot/"].ds-button')
    fields = page.locator(".sheet-row__values")
    expect(fields.first).to_be_visible()
    count = fields.count()
    assert count >= 5, "most of the nine wait"
    for row in range(count):
        click(f".sheet-row__values >> nth={row} >> label", 3)
    if javascript:
        check_accessibility(page)
    click(".decide button")
    assert clicks <= count + 3 <= 12
    expect(page.locator(".messages")).to_contain_text("are saved")
    page.goto(f"{address}arviot/")
    expect(page.locator(".round-party", has_text="Itä-Uudenmaan")).to_contain_text(f"{count} of")
