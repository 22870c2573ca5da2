"""Service channels and the referral path of a service on a map: written by keyboard, and without any script."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_base_map import OUTSIDE
from tests.browser.test_map_editor import CHILDREN, PORVOO, open_map


def daycare_on(page: Page) -> None:
    """Open the municipality's service of the map on a page of its own."""
    address = open_map(page, CHILDREN)
    page.goto(f"{address}lista/")
    page.locator(".lane__service a", has_text="Päiväkoti").click()
    expect(page.locator("#channel")).to_be_visible()


def form_for(page: Page, section: str, hidden: str = "") -> Locator:
    """The form for a new row, opened by keyboard."""
    around = page.locator(f"#{section} > details")
    details = around.filter(has=page.locator(f"input[name=kind][value={hidden}]")) if hidden else around
    details.locator("> summary").focus()
    page.keyboard.press("Enter")
    return details.locator("form")


@pytest.mark.parametrize("width", [1440, 320])
def test_a_channel_and_a_step_are_added_by_keyboard_moved_and_removed(
    new_page: NewPage, problems: list[str], width: int
) -> None:
    page = new_page("en", signed_in_as=PORVOO, width=width)
    daycare_on(page)
    form = form_for(page, "channel", "phone")
    form.locator("[name=name_fi]").fill(f"Neuvonta {width}")
    form.locator("[name=phone]").fill("soita")
    page.keyboard.press("Enter")
    expect(form.locator("[name=phone]")).to_have_attribute("aria-invalid", "true")
    assert "422" in problems.pop()
    expect(form.locator("[name=name_fi]")).to_have_value(f"Neuvonta {width}")
    form.locator("[name=phone]").fill("019 000 0099")
    page.keyboard.press("Enter")
    row = page.locator("#channel .rows__row", has_text=f"Neuvonta {width}")
    expect(row.locator('a[href="tel:0190000099"]')).to_be_visible()

    chain = page.locator("#referral .path__step")
    before = chain.count()
    form = form_for(page, "referral")
    form.locator("[name=text_fi]").fill(f"Neuvola soittaa {width}")
    form.locator("[name=service]").select_option(label="Neuvola")
    form.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(chain).to_have_count(before + 1)
    step = chain.nth(before - 1)
    expect(step).to_contain_text(f"Neuvola soittaa {width}")
    expect(step.get_by_role("link", name="Neuvola")).to_be_visible()
    expect(chain.last).to_have_class(re.compile("path__step--own"))
    tools = page.locator("#referral .rows__row", has_text=f"Neuvola soittaa {width}")
    tools.locator("summary").click()
    tools.get_by_role("button", name="Move earlier").click()
    expect(chain.nth(before - 2)).to_contain_text(f"Neuvola soittaa {width}")
    check_accessibility(page)
    assert page.evaluate(OUTSIDE) == []
    tools.get_by_role("button", name="Remove").click()
    expect(chain).to_have_count(before)
    row.locator("summary").click()
    row.get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)


def test_without_javascript_a_place_is_added_and_changed_on_a_phone(
    new_page: NewPage, problems: list[str]
) -> None:
    page = new_page("en", signed_in_as=PORVOO, javascript=False, width=320)
    daycare_on(page)
    form = form_for(page, "channel", "place")
    form.locator("[name=name_fi]").fill("Kirjaston neuvonta")
    form.get_by_role("button").click()
    expect(page.get_by_text("A place needs its address, in either language.")).to_be_visible()
    expect(page.locator("[name=name_fi]")).to_have_value("Kirjaston neuvonta")
    assert "422" in problems.pop()
    page.locator("[name=address_fi]").fill("Mallikatu 9, 06100 Porvoo")
    page.locator("form.page-panel button").click()
    row = page.locator("#channel .rows__row", has_text="Kirjaston neuvonta")
    expect(row).to_contain_text("Mallikatu 9, 06100 Porvoo")
    row.locator("summary").click()
    hours = row.locator("form:has(input[value=hours_fi])")
    hours.locator("[name=value]").fill("ma–pe 10–16")
    hours.get_by_role("button").click()
    expect(row).to_contain_text("ma–pe 10–16")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
