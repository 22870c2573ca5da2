"""Rows beside an aspect's shared answer: added, changed, moved and undone by script, and without any."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_base_map import BETWEEN, OUTSIDE
from tests.browser.test_map_editor import CHILDREN, PORVOO, open_map


def aspect_of(page: Page, number: int) -> None:
    """Open the aspect between daycare and child welfare on a page of its own."""
    address = open_map(page, CHILDREN)
    page.goto(f"{address}lista/")
    card = page.locator(".interface-card", has_text=BETWEEN)
    card.locator(".aspect-strip a").nth(number - 1).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{number}.")


def form_of(page: Page, name: str) -> Locator:
    """The form of one property, or of an addition; what hides it is opened."""
    form = page.locator(f"#rows form:has(input[name=property][value={name}])").last
    around = form.locator("xpath=ancestor::details")
    if around.get_attribute("open") is None:
        around.locator("> summary").click()
    return form


def add_step(page: Page, title: str, actors: int) -> None:
    form = form_of(page, "add_step")
    form.locator("[name=title_fi]").fill(title)
    for index in range(actors):
        form.locator("[name=actors]").nth(index).check()
    form.get_by_role("button").click()
    expect(page.locator(".rows__name", has_text=title)).to_be_visible()


@pytest.mark.parametrize("width", [1440, 320])
def test_steps_are_added_moved_and_given_an_accountable_party(new_page: NewPage, width: int) -> None:
    page = new_page(signed_in_as=PORVOO, width=width)
    aspect_of(page, 2)
    names = page.locator("#rows .rows__name")
    before = names.count()
    add_step(page, f"Ilmoitus tehdään {width}", 1)
    add_step(page, f"Yhteinen tapaaminen {width}", 2)
    expect(page.locator("#rows form [name=title_fi]").first).to_have_value("")
    page.locator("#rows li", has_text=f"Yhteinen tapaaminen {width}").locator("summary").click()
    form_of(page, "place").get_by_role("button").click()
    expect(names.nth(before)).to_contain_text("Yhteinen tapaaminen")
    check_accessibility(page)
    assert page.evaluate(OUTSIDE) == []

    aspect_of(page, 4)
    row = page.locator("#rows li", has_text=f"Ilmoitus tehdään {width}")
    expect(row.locator(".flag")).to_contain_text("⚠")
    row.locator("summary").click()
    row.locator("select[name=value]").select_option(index=1)  # saved by itself
    expect(row.locator(".flag")).to_have_count(0)
    row.locator("input[name=value][type=checkbox]").nth(1).check()
    expect(row.locator(".rows__facts")).to_contain_text(
        re.compile("Porvoo.*Porvoo.*hyvinvointialue", re.DOTALL)
    )
    check_accessibility(page)
    page.reload()
    expect(row.locator(".flag")).to_have_count(0)


def test_a_flow_that_is_not_whole_has_its_sentence_at_the_field_and_can_be_undone(
    new_page: NewPage, problems: list[str]
) -> None:
    page = new_page(signed_in_as=PORVOO)
    aspect_of(page, 3)
    form = form_of(page, "add_flow")
    form.locator("[name=what]").fill("Kutsu verkostoon")
    form.locator("[name=sender]").select_option(index=1)
    form.get_by_role("button").click()
    error = form.locator("[data-edit-error]")
    expect(error).to_have_count(1)
    expect(form.locator("[name=receiver]")).to_have_attribute("aria-invalid", "true")
    assert "422" in problems.pop()
    expect(form.locator("[name=what]")).to_have_value("Kutsu verkostoon")
    form.locator("[name=receiver]").select_option(index=2)
    form.get_by_role("button").click()
    row = page.locator("#rows li", has_text="Kutsu verkostoon")
    expect(row.locator(".flag")).to_be_visible()
    expect(form.locator("[name=what]")).to_have_value("")
    row.locator("summary").click()
    row.locator("form:has(input[value=basis]) input[name=value]").fill("417/2007, 20 §")
    page.keyboard.press("Tab")
    expect(row.locator(".flag")).to_have_count(0)
    row.locator("form:has(input[value=archived]) button").click()
    expect(row).to_have_count(0)


def test_without_javascript_a_person_adds_and_changes_a_resource(
    new_page: NewPage, problems: list[str]
) -> None:
    page = new_page(signed_in_as=PORVOO, javascript=False, width=320)
    aspect_of(page, 5)
    form = form_of(page, "add_resource")
    form.locator("[name=what]").fill("Sijaiset")
    form.locator("[name=person_years]").fill("puoli")
    form.get_by_role("button").click()
    expect(page.locator("#add-resource-person_years-error")).to_be_visible()
    expect(page.locator("[name=what]")).to_have_value("Sijaiset")
    assert "422" in problems.pop()
    page.locator("[name=person_years]").fill("0,5")
    page.locator("[name=party]").select_option(index=1)
    page.locator("form.page-panel button").click()
    row = page.locator("#rows li", has_text="Sijaiset")
    expect(row.locator(".rows__facts")).to_contain_text("0,5")
    row.locator("summary").click()
    euros = row.locator("form:has(input[value=euros])")
    euros.locator("[name=value]").fill("2 000")
    euros.get_by_role("button").click()
    expect(page.locator(".rows-totals tr").last).to_contain_text(re.compile(r"0,5.*2\s000", re.DOTALL))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
