"""Eight texts are confirmed from the desk in ten clicks at most: with scripts, without them on a phone, by keyboard."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_agreement import press_to
from tests.browser.test_map_editor import COUNTY, PORVOO_APPROVER, YOUTH
from tests.browser.test_stored_texts import Writer

TEXTS, MOST_CLICKS = 8, 10
WALK = ", ".join(f'.queue__row:has-text("{name}") a' for name in (YOUTH, "Tjänster för unga, Borgå"))
ANY_WALK = '.queue a[href^="/vahvistukset/"]'
CONFIRM, SKIP = "main form.form-actions button", "main form.form-actions a"


def wait_for_confirmation(new_page: NewPage) -> None:
    """The county writes as many texts anew, and confirms none."""
    page = new_page(signed_in_as=COUNTY)
    page.goto("/kartat/")
    address = page.get_by_role("link", name=YOUTH, exact=True).get_attribute("href") or ""
    writer = Writer(page, address)
    found = page.request.get(f"/api/v1/aspects/?map={writer.number}").json()["results"]
    for aspect in found[:TEXTS]:
        text = (
            f"Sovitaan yhdessä ja kerrotaan nuorelle samana päivänä, näkökulma {aspect['number']}, {uuid4()}."
        )
        assert writer.op(f"aspect:{aspect['id']}", "shared_fi", text) == 200
    page.context.close()


def at(page: Page, number: int) -> int:
    """The page is at this text; of how many."""
    expect(page).to_have_title(re.compile(rf"\({number}/\d+\)"))
    return int(re.findall(r"/(\d+)\)", page.title())[0])


@pytest.mark.slow
@pytest.mark.parametrize(("javascript", "width"), [(True, 1440), (False, 320)])
def test_eight_texts_are_confirmed_in_ten_clicks(new_page: NewPage, javascript: bool, width: int) -> None:
    wait_for_confirmation(new_page)
    page = new_page(width=width, javascript=javascript, signed_in_as=PORVOO_APPROVER)
    page.goto("/")
    page.locator(WALK).click()
    clicks, of = 1, at(page, 1)
    assert of >= TEXTS
    for number in range(1, TEXTS + 1):
        at(page, number)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator(CONFIRM).click()
        clicks += 1
    assert clicks <= MOST_CLICKS
    for number in range(TEXTS + 1, of + 1):
        at(page, number)
        page.locator(SKIP).click()
    expect(page.locator("section[aria-labelledby=confirmed] li")).to_have_count(TEXTS)
    if javascript:
        check_accessibility(page)


def test_texts_are_gone_through_by_keyboard(new_page: NewPage) -> None:
    wait_for_confirmation(new_page)
    page = new_page("sv", signed_in_as=PORVOO_APPROVER)
    page.goto("/")
    for number, selector in enumerate((ANY_WALK, SKIP, CONFIRM), start=1):
        press_to(page, selector)
        page.keyboard.press("Enter")
        at(page, number)
    check_accessibility(page)
