"""`manage.py screenshots`: pictures of the main pages of a running demo, on a desk and on a phone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from playwright.sync_api import Browser, sync_playwright

from yhdyspinta.embedded.browser import launch, profile, sign_in

WINDOWS = {"desk": (1440, 900), "phone": (360, 740)}


class Shot(NamedTuple):
    """A page worth a picture: its address, or how to find it, and who looks at it (nobody: signed out)."""

    name: str
    path: str | Callable[[], str]
    person: str = ""


PAGES = [
    Shot("front", lambda: reverse("front_page")),
    Shot("sign-in", lambda: reverse(settings.LOGIN_URL)),
    Shot("demo-people", lambda: reverse("demo_people")),
]


class Command(BaseCommand):
    """Walk the table above with a real browser."""

    help = "Take pictures of the main pages of the running demo."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the demo answers")
        parser.add_argument("--out", type=Path, default=settings.VAR_DIR / "screenshots", help="the folder")
        parser.add_argument("--only", choices=[shot.name for shot in PAGES], help="one page instead of all")
        parser.add_argument("--lang", default="fi,sv", help="languages, with commas between")

    def handle(self, *args: Any, url: str, out: Path, only: str | None, lang: str, **options: Any) -> None:
        shots = [shot for shot in PAGES if only in {None, shot.name}]
        paths = {shot.name: shot.path if isinstance(shot.path, str) else shot.path() for shot in shots}
        out.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser = launch(playwright)
            if browser is None:
                raise CommandError("No Chromium was found: install one, or name it in CHROMIUM_PATH.")
            for language in lang.split(","):
                for shot in shots:
                    for window in WINDOWS:
                        file = out / f"{shot.name}-{language}-{window}.png"
                        take(browser, url, paths[shot.name], shot.person, language, window, file)
                        self.stdout.write(str(file))
            browser.close()


def take(browser: Browser, url: str, path: str, person: str, language: str, window: str, file: Path) -> None:
    """Take one picture; a phone's shows the whole page."""
    width, height = WINDOWS[window]
    with profile(browser, url, language=language, width=width, height=height) as context:
        page = context.new_page()
        if person:
            sign_in(page, person)
        answer = page.goto(path)
        if answer is None or not answer.ok:
            raise CommandError(
                f"{path} did not answer with a page: {answer.status if answer else 'nothing'}."
            )
        page.screenshot(path=file, full_page=window == "phone")
