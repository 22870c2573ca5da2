"""A Chromium to look at the portal with, for journeys and screenshots: the system's, or one that Playwright fetches."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

NAMES = (
    "chromium-headless-shell",  # the same engine without a browser's own windows: a journey takes half as much work
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCALES = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}


def find(playwright: Playwright) -> Path | None:
    """The program to start, or None when there is none and none can be fetched."""
    named = os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, NAMES)), None)
    if named:
        return Path(named)
    own = Path(playwright.chromium.executable_path)
    if not own.exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return own if own.exists() else None


def launch(playwright: Playwright, *flags: str) -> Browser | None:
    """Start Chromium without a window, or None when there is none. Root has to give up its sandbox."""
    program = find(playwright)
    if program is None:
        return None
    own = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=program, args=[*FLAGS, *own, *flags])


def profile(
    browser: Browser,
    url: str,
    *,
    language: str,
    width: int,
    height: int,
    javascript: bool = True,
    touch: bool = False,
) -> BrowserContext:
    """A new profile that speaks the language, with a window of this size, at home at `url`."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        locale=LOCALES[language],
        java_script_enabled=javascript,
        has_touch=touch,
    )
    context.set_default_timeout(10_000)
    speak(context, url, language)
    return context


def speak(context: BrowserContext, url: str, language: str) -> None:
    """Choose the language of the pages, as the language switch does."""
    context.add_cookies([{"name": "language", "value": language, "url": url}])


def sign_in(page: Page, email: str) -> None:
    """Sign in as a demo person, as people do it: with the person's button on the demo page."""
    page.goto("/esittely/")
    page.locator(f'.demo-person form:has([name="email"][value="{email}"])').get_by_role("button").click()
    page.wait_for_url(lambda url: "/esittely/" not in url)
