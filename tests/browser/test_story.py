"""The demo's story, played whole: eight steps as eight people, with a map open beside them that follows by itself."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage

DIRECTOR = "sivistysjohtaja.porvoo@esittely.example"
TEXT = "Lapsi tuli nelivuotistarkastukseen ilman päiväkodin havaintoja. Jo kolmas kerta."
COUNTY_BOARD = "Aluehallitus, Itä-Uusimaa"
BOARD: dict[str, dict[str, str]] = {
    "prepare": {"proposal": "Havainnot lähetetään viikkoa ennen tarkastusta."},
    "make_ready": {},
    "decide": {
        "outcome": "approved",
        "decision": "Havainnot lähetetään viikkoa ennen tarkastusta.",
        "decided_on": "1.12.2025",
        "publicity": "public",
    },
    "answer": {"answer": "Havainnot lähetetään viikkoa ennen tarkastusta."},
}
REPAIR = {
    "proposal": "Päiväkoti lähettää havainnot viikkoa ennen.",
    "repair": "text",
    "shared": "Päiväkoti lähettää havainnot neuvolaan viikkoa ennen nelivuotistarkastusta.",
}


def be(page: Page, number: int, nth: int = 0) -> None:
    """One click on the story's page: be the person of the step, where it leads."""
    page.goto("/esittely/")
    step = page.locator(".story__step").nth(number - 1)
    step.locator('form:has([name="email"]) button').nth(nth).click()
    page.wait_for_url(lambda url: "/esittely/" not in url)


def is_at(page: Page, number: int) -> None:
    """This step is the next, those before it have been done."""
    page.goto("/esittely/")
    expect(page.locator(".story__step.is-done")).to_have_count(number - 1)
    expect(page.locator(".story__step[aria-current]")).to_have_count(int(number <= 8))


def moves_clock(page: Page, number: int) -> None:
    """By the button of the step."""
    page.goto("/esittely/")
    page.locator(".story__step").nth(number - 1).locator('[value="deadline"]').click()
    expect(page.locator(".demo-banner a[href$='#story']")).to_be_visible()


def take(page: Page, **fields: str) -> None:
    """The form of the step that the page shows, filled in and sent."""
    for field, value in fields.items():
        control = page.locator(f"#askel [name={field}]")
        if control.first.evaluate("field => field.tagName") == "SELECT":
            control.select_option(value)
        elif control.first.get_attribute("type") == "radio":
            page.locator(f"#askel [name={field}][value={value}]").check()
        else:
            control.fill(value)
    page.locator("#askel button[type=submit]").click()
    expect(page.locator(".message")).to_be_visible()


@pytest.mark.slow
@pytest.mark.own_portal
def test_the_story_is_played_whole_and_an_open_map_follows_it_live(new_page: NewPage) -> None:
    watching = new_page(signed_in_as=DIRECTOR)
    watching.goto("/kartat/")
    card = watching.locator(".map-card", has_text="Alle kouluikäisten palvelut").filter(has_text="Porvoo")
    card.locator(".map-card__title a").first.click()
    red = watching.locator(".ring .sector--not_working")
    watching.locator(".ring .sector--agreed").first.wait_for()
    before = red.count()

    page = new_page(width=360, height=740, javascript=False)
    is_at(page, 1)
    be(page, 1)
    page.locator("[name=text]").fill(TEXT)
    for name, value in (("effect", "delayed"), ("frequency", "often"), ("urgency", "normal")):
        page.locator(f"[name={name}][value={value}]").check()
    page.locator("button[value=preview]").click()
    page.locator("button[value=send]").click()
    expect(page.locator("h1")).to_have_text("Lapsi tuli nelivuotistarkastukseen ilman päiväkodin havaintoja")
    expect(red).to_have_count(before + 1)

    is_at(page, 2)
    be(page, 2)
    assert "/kartat/" in page.url
    is_at(page, 3)
    moves_clock(page, 3)
    is_at(page, 4)
    be(page, 3)
    expect(page.locator(".rungs .is-here strong")).to_have_text("Asiantuntijat")
    expect(page.locator(".rungs .is-here")).to_contain_text(
        "Muutosjohtaja, Itä-Uudenmaan hyvinvointialue sijaistaa"
    )  # who was asked is away
    moves_clock(page, 4)
    is_at(page, 5)

    be(page, 5)
    take(page, forum=COUNTY_BOARD)
    expect(page.locator(".message")).to_contain_text(COUNTY_BOARD)
    is_at(page, 6)
    be(page, 6)
    matter = re.sub(r"(/asiat/\d+/).*", r"\1", page.url)
    for name, fields in BOARD.items():
        page.goto(f"{matter}askel/{name}/")
        take(page, **fields)

    is_at(page, 7)
    be(page, 7)
    take(page, **REPAIR)
    is_at(page, 8)
    for nth in range(3):
        be(page, 8, nth)
        take(page)
    is_at(page, 9)
    expect(red).to_have_count(before)

    page.locator(".story__again button").click()
    is_at(page, 1)


@pytest.mark.languages(widths=[1440, 320])
def test_the_page_of_the_story(new_page: NewPage, language: str, width: int) -> None:
    page = new_page(language, width=width, height=800)
    page.goto("/esittely/")
    expect(page.locator(".story__step")).to_have_count(8)
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_story_is_begun_with_the_keyboard_alone(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/esittely/")
    for _press in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.story__acts') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/ei-toimi/ilmoita/**")
