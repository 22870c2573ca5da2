"""`manage.py screenshots`: pictures of the main pages of a running demo, on a desk and on a phone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from playwright.sync_api import Browser, sync_playwright

from collaboration.models import Organisation
from services.models import InterfaceMap, TargetGroup
from yhdyspinta.embedded.browser import launch, profile, sign_in, speak

SETTLING = 400  # milliseconds that a panel takes to show what it has fetched
WINDOWS = {"desk": (1440, 900), "phone": (360, 740)}


class Shot(NamedTuple):
    """A page worth a picture: its address or how to find it, who looks at it, and what is clicked first."""

    name: str
    path: str | Callable[[], str]
    person: str = ""
    clicks: tuple[str, ...] = ()


DIRECTOR = "sivistysjohtaja.porvoo@esittely.example"
COUNTY = "muutosjohtaja.itauusimaa@esittely.example"
COORDINATOR = "koordinaattori@esittely.example"
KEEPER = "paakayttaja.porvoo@esittely.example"
FIELD_WORKER = "nuorisotyontekija.porvoo@esittely.example"


def porvoo() -> int:
    return Organisation.objects.get(kind=Organisation.Kind.MUNICIPALITY, code="638").pk


def on_map(name: str, target_group: str = TargetGroup.UNDER_SCHOOL_AGE) -> Callable[[], str]:
    """A page of Porvoo's demo map for the target group."""

    def path() -> str:
        found = InterfaceMap.objects.filter(
            is_demo=True, target_group=target_group, municipality__code="638", status="draft"
        ).first()
        if found is None:
            raise CommandError("The demo maps are not there: start the demo first.")
        return reverse(f"services:{name}", args=[found.pk])

    return path


PAGES = [
    Shot("front", lambda: reverse("front_page")),
    Shot("sign-in", lambda: reverse(settings.LOGIN_URL)),
    Shot("demo-people", lambda: reverse("demo_people")),
    Shot("desk", lambda: reverse("front_page"), DIRECTOR),
    Shot("county-desk", lambda: reverse("front_page"), COUNTY),
    Shot("national", lambda: reverse("front_page"), COORDINATOR),
    Shot("maps", lambda: reverse("services:map_list"), COUNTY),
    Shot("new-map", lambda: reverse("services:map_new"), COUNTY),
    Shot("map", on_map("map_drawing"), DIRECTOR),
    Shot("map-interface", on_map("map_drawing"), DIRECTOR, (".ring",)),
    Shot("map-aspect", on_map("map_drawing"), DIRECTOR, (".ring", ".aspect-list__row:nth-child(3) a")),
    Shot("map-service", on_map("map_drawing"), DIRECTOR, (".card-service",)),
    Shot("map-connect", on_map("map_drawing"), DIRECTOR, ("[data-tool=connect]", ".card-service")),
    Shot("youth-map", on_map("map_drawing", TargetGroup.YOUNG_PEOPLE), DIRECTOR),
    Shot("list", on_map("map_list_view"), DIRECTOR),
    Shot("matrix", on_map("map_matrix"), DIRECTOR),
    Shot("history", on_map("map_history"), DIRECTOR),
    Shot("settings", on_map("map_settings"), DIRECTOR),
    Shot("add-service", on_map("map_add_service"), DIRECTOR),
    Shot("services", lambda: reverse("services:service_list"), DIRECTOR),
    Shot("organisations", lambda: reverse("collaboration:organisation_list"), DIRECTOR),
    Shot("people", lambda: reverse("collaboration:people", args=[porvoo()]), KEEPER),
    Shot("invite", lambda: reverse("collaboration:invite", args=[porvoo()]), KEEPER),
    Shot("whom-to-call", on_map("map_drawing"), FIELD_WORKER, (".ring",)),
    Shot("profile", lambda: reverse("collaboration:profile"), DIRECTOR),
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
                        take(browser, url, shot, paths[shot.name], language, window, file)
                        self.stdout.write(str(file))
            browser.close()


def take(browser: Browser, url: str, shot: Shot, path: str, language: str, window: str, file: Path) -> None:
    """Take one picture; a phone's shows the whole page."""
    width, height = WINDOWS[window]
    with profile(browser, url, language=language, width=width, height=height) as context:
        page = context.new_page()
        if shot.person:
            sign_in(page, shot.person)
            speak(context, url, language)
        answer = page.goto(path)
        if answer is None or not answer.ok:
            raise CommandError(
                f"{path} did not answer with a page: {answer.status if answer else 'nothing'}."
            )
        for selector in shot.clicks:
            page.locator(selector).first.click()
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(SETTLING)
        page.screenshot(path=file, full_page=window == "phone")
