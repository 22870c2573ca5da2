"""The policy lets every page work, and stops what is not ours."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.test_accessibility import OF_A_MAP, PUBLIC, SIGNED_IN
from tests.browser.test_map_editor import PORVOO, YOUTH

ADMINISTRATOR = "yllapitaja@esittely.example"
ADMINISTRATION = ["", "collaboration/user/", "collaboration/user/add/", "collaboration/membership/add/"]
ADMINISTRATION += [
    "collaboration/organisation/",
    "collaboration/area/",
    "collaboration/event/",
    "collaboration/change/",
]

INJECT = """() => {
    const inline = document.createElement("script");
    inline.textContent = "window.__xss = 1";
    const ours = Object.assign(document.createElement("script"), { src: "/static/js/county-line.js" });
    document.body.append(inline, ours);
    document.body.insertAdjacentHTML("beforeend", "<img src=/static/icons/none.svg onerror='window.__xss = 1'>");
    document.body.insertAdjacentHTML("beforeend", "<p style='color: red' id=painted>x</p>");
    return getComputedStyle(document.getElementById("painted")).color;
}"""


@pytest.fixture(autouse=True)
def violations(problems: list[str]) -> list[str]:
    """Violations are errors of the console, which fail any journey; here they are what a test is about."""
    return problems


def walk(page: Page, paths: list[str], problems: list[str]) -> None:
    """Open each page; an address that is not there may say so."""
    for path in paths:
        page.goto(path)
        problems[:] = [line for line in problems if "404" not in line]
        assert problems == [], path


def test_no_page_breaks_the_policy(new_page: NewPage, problems: list[str]) -> None:
    walk(new_page(), PUBLIC, problems)
    page = new_page(signed_in_as=PORVOO)
    walk(page, SIGNED_IN, problems)
    page.goto("/kartat/")
    address = page.get_by_role("link", name=YOUTH, exact=True).get_attribute("href") or ""
    walk(page, [f"{address}{part}" for part in OF_A_MAP], problems)
    page.goto(address)
    page.locator(".ring").first.dispatch_event("click")
    page.locator("[data-panel-body] .aspect-list__link").first.click()
    page.wait_for_selector("[data-panel-title]:has-text('1.')")
    page.locator("[data-panel-close]").click()
    assert page.locator(".card-service").first.evaluate("card => card.style.left")
    page.locator("[data-tool=connect]").click()
    walk(page, [f"{address}lista/"], problems)
    page.locator(".interface-card__title a").first.click()
    page.locator(".aspect-list__link").first.click()
    page.wait_for_load_state()


def test_the_administration_keeps_its_own_policy(new_page: NewPage, problems: list[str]) -> None:
    page = new_page(signed_in_as=ADMINISTRATOR)
    walk(page, [f"/yllapito/{part}" for part in ADMINISTRATION], problems)
    page.goto("/yllapito/collaboration/membership/add/")
    page.locator(".select2-selection").first.click()
    page.wait_for_selector(".select2-results__option--selectable, .select2-results__option[data-select2-id]")


def test_what_is_not_ours_is_stopped(new_page: NewPage, problems: list[str]) -> None:
    page = new_page(signed_in_as=PORVOO)
    for path in ("/", "/kartat/uusi/", "/yllapito/login/"):
        page.goto(path)
        colour = page.evaluate(INJECT)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.__xss") is None, path
        assert colour != "rgb(255, 0, 0)", path
        stopped = [line for line in problems if "Content Security Policy" in line]
        assert len(stopped) >= (2 if "yllapito" in path else 3), "\n".join(problems)
        problems.clear()
