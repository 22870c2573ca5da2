"""What is being written in an ordinary form survives, for its writer alone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage, sign_out
from tests.gear.waiting import until
from yhdyspinta.embedded.browser import sign_in

PORVOO = "sivistysjohtaja.porvoo@esittely.example"
APPROVER = "kaupunginjohtaja.porvoo@esittely.example"
NAME = "Perhetuvan iltapäivä"


def new_service(page: Page) -> None:
    page.goto("/palvelut/")
    page.locator('main a[href*="/palvelut/uusi/"]').first.click()
    expect(page.locator("#id_name_fi")).to_be_visible()


def drafts(page: Page) -> str:
    return str(page.evaluate("JSON.stringify({...localStorage})"))


def write(page: Page, words: str) -> None:
    page.locator("#id_name_fi").fill(words)
    until(page, "words => JSON.stringify({...localStorage}).includes(words)", words)


def test_a_text_survives_a_reload_another_tab_and_an_ended_session(
    new_page: NewPage, problems: list[str]
) -> None:
    page = new_page(signed_in_as=PORVOO)
    new_service(page)
    write(page, NAME)
    page.reload()
    expect(page.locator("#id_name_fi")).to_have_value("")
    expect(page.locator("[data-draft]")).to_contain_text(NAME)
    check_accessibility(page)
    tab = page.context.new_page()
    tab.goto(page.url)
    tab.locator("[data-take]").click()
    expect(tab.locator("#id_name_fi")).to_have_value(NAME)
    expect(tab.locator("#id_name_fi")).to_be_focused()

    page.context.clear_cookies()  # the session ends
    address = page.url
    sign_in(page, APPROVER)
    page.goto(address)
    expect(page.locator("[data-draft]")).to_have_count(0)
    problems[:] = [line for line in problems if "403" not in line]  # an approver adds no service
    page.context.clear_cookies()
    sign_in(page, PORVOO)
    page.goto(address)
    expect(page.locator("[data-draft]")).to_contain_text(NAME)
    page.locator("[data-drop]").click()
    page.reload()
    expect(page.locator("#id_name_fi")).to_be_visible()
    expect(page.locator("[data-draft]")).to_have_count(0)


def test_a_post_that_fails_keeps_it_and_one_that_succeeds_does_not(
    new_page: NewPage, problems: list[str]
) -> None:
    page = new_page(signed_in_as=PORVOO)
    new_service(page)
    address = page.url
    write(page, NAME)
    page.route("**/palvelut/uusi/**", lambda route: route.fulfill(status=500, body="500"))
    page.locator("main form button[type=submit]").last.click()
    page.unroute("**/palvelut/uusi/**")
    page.goto(address)
    page.locator("[data-take]").click()
    page.locator("main form button[type=submit]").last.click()  # without a class
    expect(page.locator("[data-error-summary]")).to_be_visible()
    expect(page.locator("#id_name_fi")).to_have_value(NAME)
    page.locator("#id_node").select_option(index=2)
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".message--success")).to_be_visible()
    page.goto(address)
    expect(page.locator("#id_name_fi")).to_be_visible()
    expect(page.locator("[data-draft]")).to_have_count(0)
    problems[:] = [line for line in problems if not re.search("500|422", line)]


def test_nothing_of_it_stays_after_signing_out_and_no_identity_code_is_kept(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    new_service(page)
    write(page, NAME)
    page.locator("#id_name_fi").fill("Asiakas 131052-308T")
    until(page, "name => !JSON.stringify({...localStorage}).includes(name)", NAME)
    assert "131052" not in drafts(page)
    write(page, NAME)
    sign_out(page)
    expect(page.get_by_role("link", name=re.compile("Kirjaudu")).first).to_be_visible()
    assert NAME not in drafts(page)
