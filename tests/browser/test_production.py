"""Two people's journey in a real browser through production's own processes, over TLS."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import watch
from tests.production.tls import tls_proxy
from yhdyspinta.embedded.browser import launch, speak
from yhdyspinta.embedded.journey import make_people
from yhdyspinta.embedded.production import HOST, Production

PASSWORD = "a long enough password"  # noqa: S105


@pytest.fixture
def address(production: Production) -> Iterator[str]:
    """Where the portal answers over TLS."""
    with tls_proxy(HOST, production.ports) as port:
        yield f"https://{HOST}:{port}"


@pytest.fixture
def outside(browser: Browser) -> Iterator[Browser]:
    """A browser to which the portal's name leads here."""
    own = launch(browser.browser_type, f"--host-resolver-rules=MAP {HOST} 127.0.0.1")
    assert own
    yield own
    own.close()


def sign_in(outside: Browser, address: str, email: str, problems: list[str]) -> Page:
    """A new profile, signed in with the password as everybody does."""
    context = outside.new_context(base_url=address, ignore_https_errors=True, locale="fi-FI")
    context.set_default_timeout(20_000)
    page = context.new_page()
    watch(page, address, problems)
    page.goto("/kirjaudu/")
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[data-sign-out]")).to_be_visible()
    speak(context, address, "fi")
    return page


def test_a_map_is_made_and_edited_in_production(
    production: Production, outside: Browser, address: str, problems: list[str]
) -> None:
    people = make_people(production, PASSWORD)
    page = sign_in(outside, address, people.editor, problems)
    cookies = page.context.cookies()
    assert cookies
    assert all(cookie["secure"] for cookie in cookies if cookie["name"] in {"sessionid", "csrftoken"})
    answer = page.goto("/kartat/uusi/")
    assert answer
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    page.locator("input[name=template][value=young_people]").check()
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".ring")).to_have_count(5)
    where = page.url

    other = sign_in(outside, address, people.editor, problems)  # another browser of the same person
    other.goto(f"{where}taulukko/")
    page.locator(".ring").first.click()
    page.locator(".aspect-list__link").first.click()
    page.locator("[data-panel-body] textarea[name=value]:visible").first.fill("Nuori saa ajan viikossa.")
    page.locator("[data-panel-title]").click()
    expect(page.locator("#save-state")).to_have_attribute("data-kind", "saved")
    cell = other.locator(".matrix__cell").first
    expect(cell).to_have_class("matrix__cell matrix__cell--in_progress", timeout=20_000)
    check_accessibility(page)

    page.locator("[data-take-back=undo] button").click()
    expect(cell).to_have_class("matrix__cell matrix__cell--missing", timeout=20_000)
    page.goto(f"{where}lista/")
    expect(page.locator(".interface-card")).to_have_count(5)
    page.locator("[data-sign-out] button").click()
    page.goto(where)
    expect(page.locator("input[type=password]")).to_be_visible()
