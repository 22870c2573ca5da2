"""Fixtures of the journeys: a real browser against the real portal, and a loud word when there is no browser."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn, Protocol

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    sync_playwright,
)

from tests.portal import PortalServer
from yhdyspinta.embedded.browser import launch, profile, sign_in, speak

NO_BROWSER = "no Chromium was found, and none could be fetched"
NOT_RUN = pytest.StashKey[list[str]]()


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is a journey."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Nobody may believe that journeys passed which did not run."""
    names = config.stash.get(NOT_RUN, [])
    if names:
        terminalreporter.section(f"{len(names)} JOURNEYS DID NOT RUN: {NO_BROWSER}", red=True, bold=True)
        for name in names:
            terminalreporter.line(name, red=True)
        terminalreporter.line("Install chromium, or name one in CHROMIUM_PATH, and run the tests again.")


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
def browser(browser_or_none: Browser | None, request: pytest.FixtureRequest) -> Browser:
    """Chromium; without it the journey is skipped and named at the end, and in CI it fails."""
    return browser_or_none or no_browser(request)


def no_browser(request: pytest.FixtureRequest) -> NoReturn:
    """Skip the journey, to be named at the end; in CI fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"This journey did not run: {NO_BROWSER}.")
    request.config.stash.setdefault(NOT_RUN, []).append(request.node.nodeid)
    pytest.skip(NO_BROWSER)


@pytest.fixture
def problems() -> Iterator[list[str]]:
    """What went wrong in the pages of a test: it fails unless the test expected it and took it off the list."""
    found: list[str] = []
    yield found
    assert not found, "\n".join(["The browser reported:", *found])


@pytest.fixture
def new_page(browser: Browser, portal_server: PortalServer, problems: list[str]) -> Iterator[NewPage]:
    """Open pages of the portal, each in a profile of its own: language, size, with or without JavaScript."""
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
            portal_server.url,
            language=language,
            width=width,
            height=height,
            javascript=javascript,
            touch=touch,
        )
        contexts.append(context)
        page = context.new_page()
        watch(page, portal_server.url, problems)
        if signed_in_as:
            sign_in(page, signed_in_as)
            speak(context, portal_server.url, language)  # signing in chose the person's own
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
            problems.append(f"request to a stranger on {page.url}: {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: problems.append(f"script error on {page.url}: {error}"))
    page.on("request", on_request)
