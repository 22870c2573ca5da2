"""Fixtures of the journeys: a real browser against the real portal, and a loud word when there is no browser."""

import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NoReturn, Protocol
from zlib import crc32

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

from tests.plugin import NO_BROWSER
from tests.portal import PortalServer
from yhdyspinta.embedded.browser import LOCALES as LANGUAGES
from yhdyspinta.embedded.browser import launch, profile, sign_in, speak

PATIENCE = 30_000
"""Milliseconds: a limit only for what never comes, since both cores may be busy with other things."""
expect.set_options(timeout=PATIENCE)


def sign_out(page: Page) -> None:
    """By the person's own menu."""
    page.locator(".menu:has([data-sign-out]) summary").click()
    page.locator("[data-sign-out] button").click()


class NewPage(Protocol):
    """Opens a page in a new browser profile."""

    def __call__(
        self,
        language: str = "fi",
        *,
        width: int = 1440,
        height: int = 900,
        javascript: bool = True,
        touch: bool = False,
        signed_in_as: str = "",
    ) -> Page: ...


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What axe checks in every state: at each width in one language, another in each run; in all of them with --long."""
    marker = metafunc.definition.get_closest_marker("languages")
    if marker is None:
        return
    languages, widths = marker.args or tuple(LANGUAGES), marker.kwargs.get("widths", [1440])
    pairs = list(product(languages, widths))
    if not metafunc.config.getoption("--long"):
        first = crc32(metafunc.function.__name__.encode()) + int(
            metafunc.config.getoption("randomly_seed", 0)
        )
        pairs = [(languages[(first + number) % len(languages)], width) for number, width in enumerate(widths)]
    if "widths" in marker.kwargs:
        metafunc.parametrize(("language", "width"), pairs)
    else:
        metafunc.parametrize("language", [language for language, _width in pairs])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is a journey."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "1"  # Playwright's loop runs in this thread from here to the end
    )
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser_or_none(playwright: Playwright) -> Iterator[Browser | None]:
    """Chromium, started once, if there is one."""
    browser = launch(playwright)
    yield browser
    if browser:
        browser.close()


@pytest.fixture
def browser(browser_or_none: Browser | None) -> Browser:
    """Chromium; without it the journey is skipped and named at the end, and in CI it fails."""
    return browser_or_none or no_browser()


def no_browser() -> NoReturn:
    """Skip the journey, to be named at the end; in CI fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"This journey did not run: {NO_BROWSER}.")
    pytest.skip(NO_BROWSER)


@pytest.fixture
def problems() -> Iterator[list[str]]:
    """What went wrong in the pages of a test: it fails unless the test expected it and took it off the list."""
    found: list[str] = []
    yield found
    assert not found, "\n".join(["The browser reported:", *found])


@pytest.fixture
def new_page(request: pytest.FixtureRequest, browser: Browser, problems: list[str]) -> Iterator[NewPage]:
    """Open pages of the portal, each in a profile of its own: language, size, with or without JavaScript."""
    own = request.node.get_closest_marker("own_portal")
    portal: PortalServer = request.getfixturevalue("own_portal_server" if own else "portal_server")
    contexts: list[BrowserContext] = []

    def open_page(
        language: str = "fi",
        *,
        width: int = 1440,
        height: int = 900,
        javascript: bool = True,
        touch: bool = False,
        signed_in_as: str = "",
    ) -> Page:
        context = profile(
            browser,
            portal.url,
            language=language,
            width=width,
            height=height,
            javascript=javascript,
            touch=touch,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watch(page, portal.url, problems)
        if signed_in_as:
            sign_in(page, signed_in_as)
            speak(context, portal.url, language)  # signing in chose the person's own
        return page

    yield open_page
    for context in contexts:
        context.close()


def watch(page: Page, portal: str, problems: list[str]) -> None:
    """Collect script errors, console errors and requests to anywhere but the portal."""

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"console error on {page.url}: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((portal, "data:", "blob:", "about:")):
            problems.append(f"request to an outside host on {page.url}: {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: problems.append(f"script error on {page.url}: {error}"))
    page.on("request", on_request)
