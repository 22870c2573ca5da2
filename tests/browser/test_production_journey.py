"""The main job as people do it for real: production's processes, HTTPS, passwords, two parties in two browsers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Playwright, Response, expect

from tests.browser.conftest import no_browser, sign_out, watch
from tests.browser.test_map_editor import saved
from tests.browser.test_modules import LOADED, PRELOADED
from tests.gear.journey import make_people
from tests.gear.production import HOST, Production
from tests.production.tls import tls
from yhdyspinta.embedded.browser import launch

PASSWORD = "a long enough password"  # noqa: S105
ADDRESS = f"https://{HOST}"
INTERFACE = "Päiväkoti – Neuvola"

Visitor = Callable[[str], Page]


@pytest.fixture
def sign_in(playwright: Playwright, production: Production, problems: list[str]) -> Iterator[Visitor]:
    """Signs a person in on the page, in a browser profile of their own that reaches the portal through TLS."""
    with tls(HOST, production.ports) as proxy:
        browser = launch(playwright, f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{proxy.port}")
        if browser is None:
            no_browser()

        def visit(email: str) -> Page:
            context = browser.new_context(base_url=ADDRESS, ignore_https_errors=True, locale="en-GB")
            context.set_default_timeout(20_000)
            page = context.new_page()
            watch(page, ADDRESS, problems)
            page.on("response", lambda response: keeps_https(response, problems))
            page.goto("/kirjaudu/")
            page.locator("input[name=username]").fill(email)
            page.locator("input[name=password]").fill(PASSWORD)
            page.locator("main form").get_by_role("button").click()
            page.wait_for_url("/")
            return page

        yield visit
        browser.close()
        assert all(proxy.asked[port] > 10 for port in production.ports)


def keeps_https(response: Response, problems: list[str]) -> None:
    """Whatever is answered keeps the browser on HTTPS for a year."""
    if "max-age=31536000" not in response.headers.get("strict-transport-security", ""):
        problems.append(f"no HSTS on {response.url}")


def check_cookies(page: Page) -> None:
    """All cookies stay on HTTPS and on this site; scripts read but the form token's."""
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert {"sessionid", "csrftoken"} <= set(cookies)
    for name, cookie in cookies.items():
        assert (cookie["secure"], cookie["sameSite"]) == (True, "Lax"), name
        assert cookie["httpOnly"] == (name != "csrftoken"), name


def write(page: Page, label: str, text: str) -> None:
    """Fill the panel's text, leave it, and wait until it is saved."""
    page.locator(label).fill(text)
    page.locator("[data-panel-title]").click()
    saved(page)


def test_two_parties_make_a_map_and_agree_on_an_aspect(production: Production, sign_in: Visitor) -> None:
    people = make_people(production, PASSWORD)
    editor = sign_in(people.editor)
    check_cookies(editor)

    editor.goto("/kartat/uusi/")
    editor.locator("input[name=template][value=under_school_age]").check()
    editor.locator("input[name=title_fi]").fill("Porvoon oma kartta")
    editor.locator("main form button[type=submit]").last.click()
    expect(editor.get_by_role("heading", level=1)).to_have_text("Porvoon oma kartta")
    address = editor.url
    editor.locator(".ring").first.wait_for()
    editor.wait_for_load_state("load")
    loaded = editor.evaluate(LOADED)
    assert loaded == editor.evaluate(PRELOADED)
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", path) for path in loaded)
    ring = editor.locator(f".ring:has-text('{INTERFACE}')")
    ring.click()
    editor.locator(".aspect-list__link").first.click()
    expect(editor.locator("[data-panel-title]")).to_contain_text("1.")
    write(editor, "textarea[id$=-answer_fi]", "Päiväkodin johtaja vastaa.")
    write(editor, "textarea[id$=-shared_fi]", "Neuvola soittaa päiväkotiin.")
    expect(ring.locator(".sector--in_progress")).to_have_count(1)

    editor.goto(f"{address}lista/")
    card = editor.locator(".interface-card", has_text=INTERFACE)
    expect(card.locator(".aspect-strip a").first).to_have_class(re.compile("in_progress"))
    editor.goto(f"{address}taulukko/")
    cell = editor.locator("tr", has_text=INTERFACE).locator(".matrix__cell").first
    expect(cell).to_have_class(re.compile("in_progress"))
    cell.click()
    editor.locator(".confirmation").filter(has_text="Porvoo").locator("button").click()
    expect(editor.locator(".confirmation__state--given")).to_have_count(1)

    partner = sign_in(people.partner)
    check_cookies(partner)
    expect(partner.locator("main").get_by_role("link", name="Porvoon oma kartta").first).to_be_visible()
    partner.locator(".queue__row", has_text="Porvoon oma kartta").locator(
        'a[href^="/vahvistukset/"]'
    ).first.click()
    expect(partner.locator("main")).to_contain_text("Päiväkodin johtaja vastaa.")
    partner.get_by_role("link", name="Open the aspect to write").click()
    partner.locator(".confirm button").click()
    expect(partner.locator(".confirmation__state--given")).to_have_count(2)
    expect(partner.locator("[data-status]")).to_have_class(re.compile("status--agreed"))

    editor.reload()
    expect(cell).to_have_class(re.compile("agreed"))
    for page in (editor, partner):
        sign_out(page)
        page.wait_for_url("/")
        page.goto(address)
        assert page.url.startswith(f"{ADDRESS}/kirjaudu/?next=")
        assert "sessionid" not in {cookie["name"] for cookie in page.context.cookies()}
