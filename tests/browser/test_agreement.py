"""Two organisations from a template to version 1.0, an edit, a confirmation again, 1.1, and the two compared.

The municipality works in Swedish with a mouse, the county in Finnish with the keyboard alone.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_base_map import OUTSIDE
from tests.browser.test_map_editor import COUNTY, LOVIISA, saved

LOVIISA_APPROVER = "stadsdirektor.lovisa@esittely.example"
COUNTY_APPROVER = "hyvinvointialuejohtaja.itauusimaa@esittely.example"
FIRST = "Ungdomsledaren ringer tre dagar efter mötet och berättar vad som händer härnäst."
SECOND = FIRST.replace("tre", "fem")
IN_FORCE = ".tag--published"


def press_to(page: Page, selector: str, key: str = "Tab", most: int = 150) -> None:
    """Go to the control with the keyboard, as somebody who has no mouse."""
    page.evaluate("document.activeElement?.blur()")
    for _step in range(most):
        page.keyboard.press(key)
        if page.evaluate("wanted => document.activeElement?.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} was not reached with {key} on {page.url}")


def enter(page: Page, selector: str) -> None:
    """Press Enter on the control, and be on the page where it leads."""
    press_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def approve(new_page: NewPage, email: str, language: str, *, number: str) -> None:
    """An approver finds the round on the front page, reads what is to be approved, and approves it."""
    page = new_page(language, signed_in_as=email)
    page.goto("/")
    page.locator('.queue a[href$="/hyvaksyttavana/"]').first.click()
    expect(page.locator("h1")).to_contain_text(number)
    check_accessibility(page)
    page.locator('form[action$="/hyvaksy/"] button').click()
    expect(page.locator(".messages, [role=status]").first).to_be_visible()
    page.context.close()


def is_narrow(page: Page, address: str) -> None:
    """At 320 pixels nothing of the page is beside it; what is wider scrolls in a frame with a name and a focus."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    outside = page.evaluate(OUTSIDE)
    framed = page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter((each) => each.scrollWidth > each.clientWidth + 1
            && ["auto", "scroll"].includes(getComputedStyle(each).overflowX)).map((each) =>
            [each.tabIndex, each.getAttribute("role"), Boolean(each.getAttribute("aria-label"))])"""
    )
    assert all(frame == [0, "region", True] for frame in framed), framed
    if not framed:
        assert outside == [], address
    check_accessibility(page)


@pytest.mark.slow
def test_from_a_template_to_1_0_to_1_1_and_the_two_compared(new_page: NewPage) -> None:
    ours, theirs = new_page("sv", signed_in_as=LOVIISA), new_page("fi", signed_in_as=COUNTY)
    ours.goto("/kartat/uusi/")
    ours.locator("input[name=template][value=young_people]").check()
    ours.locator("main form button[type=submit]").last.click()
    expect(ours.locator(".ring").first).to_be_visible()
    address = ours.url
    ours.goto(f"{address}lista/")
    ours.locator(".aspect-strip a").first.click()
    aspect = ours.url
    text = ours.locator('form:has([name=property][value^="shared_"]) textarea').first
    text.fill(FIRST)
    ours.keyboard.press("Tab")
    saved(ours)
    ours.locator(".confirm button").first.click()
    expect(ours.locator(".confirmation__state--given")).to_have_count(1)

    # The county, with the keyboard alone: a confirmation that waits on the front page, and the start of the round.
    theirs.goto("/")
    waiting = '.queue a[href^="/vahvistukset/"]'
    enter(theirs, waiting)
    theirs.goto(aspect)
    press_to(theirs, ".confirm button")
    theirs.keyboard.press("Enter")
    expect(theirs.locator(".confirmation__state--given")).to_have_count(2)
    expect(theirs.locator("[data-status]")).to_have_class(re.compile("status--agreed"))

    ours.goto(f"{address}versiot/")
    check_accessibility(ours)
    theirs.goto(f"{address}versiot/")
    press_to(theirs, "#id_incomplete_reason")
    theirs.keyboard.type("Muut näkökulmat sovitaan syksyllä.")
    enter(theirs, "main form.form-column button[type=submit]")
    expect(theirs.locator("#approval")).to_contain_text("1.0")
    check_accessibility(theirs)
    # The municipality's open page has heard it, and so does each later step.
    expect(ours.locator("#approval")).to_contain_text("1.0")
    expect(ours.locator(".approvals__row")).to_have_count(2)
    approve(new_page, LOVIISA_APPROVER, "sv", number="1.0")
    for page in (ours, theirs):
        expect(page.locator(".approvals .confirmation__state--given")).to_have_count(1)
    approve(new_page, COUNTY_APPROVER, "fi", number="1.0")
    for page in (ours, theirs):
        expect(page.locator(".version-card__title")).to_contain_text("1.0")

    # An edit: confirmation is asked for again, and shows what has changed.
    ours.goto(aspect)
    ours.locator('form:has([name=property][value^="shared_"]) textarea').first.fill(SECOND)
    ours.keyboard.press("Tab")
    saved(ours)
    ours.reload()
    expect(ours.locator(".confirmation ins").first).to_contain_text("fem")
    ours.locator(".confirm button").click()
    expect(ours.locator(".confirmation__state--given")).to_have_count(1)
    theirs.goto("/")
    enter(theirs, waiting)
    theirs.goto(aspect)
    expect(theirs.locator(".confirmation del").first).to_contain_text("tre")
    expect(theirs.locator(".confirmation ins").first).to_contain_text("fem")
    check_accessibility(theirs)
    press_to(theirs, ".confirm button")
    theirs.keyboard.press("Enter")
    expect(theirs.locator(".confirmation__state--given")).to_have_count(2)

    theirs.goto(f"{address}versiot/")
    press_to(theirs, "#id_incomplete_reason")
    theirs.keyboard.type("Muut näkökulmat sovitaan syksyllä.")
    enter(theirs, "main form.form-column button[type=submit]")
    ours.goto(address)  # the drawing: its head follows, too
    expect(ours.locator('.tabs a[href$="/versiot/"] .tag')).to_be_visible()
    approve(new_page, COUNTY_APPROVER, "fi", number="1.1")
    approve(new_page, LOVIISA_APPROVER, "sv", number="1.1")
    expect(ours.locator('.map-head a.tag[href$="/versiot/1.1/"]')).to_be_visible()
    expect(ours.locator('.tabs a[href$="/versiot/"] .tag')).to_have_count(0)
    expect(theirs.locator(f".version-card:has({IN_FORCE}) .version-card__title")).to_contain_text("1.1")

    # 1.0 and 1.1 beside each other, chosen with the keyboard.
    theirs.goto(f"{address}vertaa/")
    for field, number in (("#compare-from", "1.0"), ("#compare-to", "1.1")):
        press_to(theirs, field)
        theirs.keyboard.type(f"Versio {number}")
    enter(theirs, "form.filters button")
    assert theirs.url.endswith("vertaa/?from=1.0&to=1.1")
    expect(theirs.locator(".in-words li")).to_have_count(1)
    expect(theirs.locator(".compared .compared__item--changed")).to_have_count(1)
    row = theirs.locator(".compare-table tbody tr")
    expect(row).to_have_count(1)
    expect(row.locator("del").first).to_contain_text("tre")
    expect(row.locator("ins").first).to_contain_text("fem")
    check_accessibility(theirs)
    press_to(theirs, ".compare-picture")
    ours.goto(f"{address}vertaa/?from=1.0&to=1.1")
    check_accessibility(ours)
    for page in (ours, theirs):
        for part in ("versiot/", "versiot/1.1/", "vertaa/?from=1.0&to=1.1", "versiot/luonnos/"):
            is_narrow(page, f"{address}{part}")


def test_what_is_typed_stays_when_others_end_a_round(new_page: NewPage) -> None:
    """A page renews itself under somebody who writes why a map is published incomplete."""
    ours, theirs = new_page("sv", signed_in_as=LOVIISA), new_page("fi", signed_in_as=COUNTY)
    ours.goto("/kartat/")
    ours.locator(".map-card", has_text="Lovisa").locator(".map-card__title a").first.click()
    ours.wait_for_url(re.compile(r"/kartat/\d+/"))
    address = re.sub(r"(/kartat/\d+/).*", r"\1", ours.url)
    ours.goto(f"{address}versiot/")
    expect(ours.locator(".unfinished .status-mark--missing").first).to_be_attached()
    reason = ours.locator("#id_incomplete_reason")
    reason.fill("Resten avtalas på hösten.")
    theirs.goto(f"{address}arviot/")
    theirs.locator('form[action$="/arviot/avaa/"] button').first.click()
    theirs.goto(f"{address}lista/")
    theirs.locator(".aspect-strip a.status-mark--missing").first.click()
    text = theirs.locator('form:has([name=property][value^="shared_"]) textarea').first
    text.fill("Työpari sopii asiasta.")
    theirs.keyboard.press("Tab")
    saved(theirs)
    changed = theirs.url[theirs.url.index("/kartat/") :]
    row = ours.locator(f'.unfinished li:has(a[href="{changed}"]) .status-mark')
    expect(row).to_have_class(re.compile("status-mark--in_progress"))  # the page has been renewed
    expect(reason).to_have_value("Resten avtalas på hösten.")
