"""The pages that tell of the portal itself, on the narrowest screen; and signing in when it is locked."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage

PAGES = ["saavutettavuus", "tietosuoja", "tietoja"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_they_are_in_the_footer_and_fit_a_narrow_phone(new_page: NewPage, language: str) -> None:
    page = new_page(language, width=320, height=640)
    for name in PAGES:
        page.goto("/kirjaudu/")
        page.locator(f".site-footer a[href='/{name}/']").click()
        page.wait_for_url(f"**/{name}/")
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        check_accessibility(page)


def test_a_locked_sign_in_says_so_and_takes_the_focus(new_page: NewPage, problems: list[str]) -> None:
    page = new_page("en", width=320, height=640)
    for _time in range(5):
        page.goto("/kirjaudu/")
        page.locator("[name=username]").fill("joku@kunta.example")
        page.locator("[name=password]").fill("arvaus")
        page.locator("main button[type=submit]").click()
    expect(page.locator(".error-summary")).to_have_text(
        "There have been too many attempts to sign in. Try again in 15 minutes."
    )
    expect(page.locator("[data-error-summary]")).to_be_focused()
    check_accessibility(page)
    problems[:] = [line for line in problems if "422" not in line and "429" not in line]
