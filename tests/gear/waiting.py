"""Waiting for what a page says of itself, also while it goes elsewhere.

Playwright's own `wait_for_function` asks again by `eval`, which the portal's content security policy refuses.
"""

import time
from typing import Any

from playwright.sync_api import Error, Page

PATIENCE = 20.0  # seconds
BETWEEN = 50  # milliseconds


def told(page: Page, script: str, arg: Any = None) -> Any:
    """What the script says, asked again where the page went elsewhere meanwhile."""
    last = time.monotonic() + PATIENCE
    while True:
        try:
            return page.evaluate(script, arg)
        except Error as error:
            if "navigat" not in error.message or time.monotonic() > last:
                raise
            page.wait_for_timeout(BETWEEN)


def until(page: Page, script: str, arg: Any = None) -> None:
    """Wait until the script says yes."""
    last = time.monotonic() + PATIENCE
    while not told(page, script, arg):
        assert time.monotonic() < last, f"never true: {script}"
        page.wait_for_timeout(BETWEEN)
