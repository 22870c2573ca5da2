"""The drawing of a large map in headless Chromium: first drawing, frame times while dragging and panning, weights.

Run beside a running demo: `python benchmarks/map.py [--url http://127.0.0.1:8000] [--services 60] [--interfaces 90]`.
It makes a map in the demo's database and puts it away afterwards. docs/measurements.md has the figures.
"""

import argparse
import gzip
import os
import random
import statistics
import sys
from pathlib import Path
from typing import Any

import django
from playwright.sync_api import Page, Response, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yhdyspinta.settings")
os.environ.setdefault("YHDYSPINTA_DEMO", "1")
django.setup()

from collaboration.models import Organisation, User  # noqa: E402 Django must be set up first
from services.models import InterfaceMap, MapService, Service, ServiceNode  # noqa: E402
from services.workflows.additions import make_interface  # noqa: E402
from services.workflows.map_templates import TEMPLATE_BY_KEY  # noqa: E402
from services.workflows.new_map import make_map  # noqa: E402
from yhdyspinta.embedded.browser import launch, profile, sign_in  # noqa: E402

DIRECTOR = "sivistysjohtaja.porvoo@esittely.example"

FRAMES = """() => new Promise((done) => {
  const times = []; let last = performance.now();
  const tick = (now) => { times.push(now - last); last = now; if (window.measuring) requestAnimationFrame(tick); else done(times); };
  window.measuring = true; requestAnimationFrame(tick);
})"""


def large_map(services: int, interfaces: int) -> InterfaceMap:
    """A map of that size between Porvoo and its county, with random meetings (always the same ones)."""
    chance = random.Random(7)  # noqa: S311 not for secrets
    director = User.objects.get(email=DIRECTOR)
    porvoo = Organisation.objects.get(kind="municipality", code="638")
    made = make_map(
        by=director,
        municipality=porvoo,
        template=TEMPLATE_BY_KEY["empty"],
        target_group="everyone",
        title_fi=f"Mittaus: {services} palvelua, {interfaces} yhdyspintaa",
    )
    nodes = list(ServiceNode.objects.filter(parent__isnull=False))
    parties = list(made.parties.order_by("lane"))
    places = []
    for number in range(services):
        party = parties[number % 2]
        service, _made = Service.objects.get_or_create(
            organisation=party.organisation,
            name_fi=f"Mittauspalvelu {number + 1}",
            archived_at=None,
            defaults={"node": nodes[number % len(nodes)]},
        )
        places.append(MapService.objects.create(map=made, service=service, party=party))
    met: set[tuple[int, int]] = set()
    while len(met) < interfaces:
        met.add((chance.randrange(0, services, 2), chance.randrange(1, services, 2)))
    for one, other in sorted(met):
        make_interface(made, [places[one], places[other]])
    return made


def clean_up(made: InterfaceMap) -> None:
    """Put the map and its services away."""
    InterfaceMap.objects.filter(pk=made.pk).update(status="archived")
    Service.objects.filter(name_fi__startswith="Mittauspalvelu").update(archived_at=made.made_at)


def frames(page: Page, gesture: Any) -> list[float]:
    """Milliseconds between frames while the gesture goes on."""
    page.evaluate(f"window.frames_ = ({FRAMES})(); undefined")
    gesture()
    page.evaluate("window.measuring = false")
    times: list[float] = page.evaluate("window.frames_")
    return times[1:]


def drag(page: Page, selector: str, steps: int = 120) -> None:
    """Press on the element, move the pointer about, and let go where it began."""
    box = page.locator(selector).first.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(steps):
        page.mouse.move(x + (step % 60) * 3, y + (step % 40))
    page.mouse.move(x, y)
    page.mouse.up()


def report(name: str, times: list[float]) -> None:
    """One line: the median and the 95th percentile."""
    last = statistics.quantiles(times, n=20)[-1]
    print(f"{name}: {len(times)} frames, median {statistics.median(times):.1f} ms, p95 {last:.1f} ms")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--url", default="http://127.0.0.1:8000")
    arguments.add_argument("--services", type=int, default=60)
    arguments.add_argument("--interfaces", type=int, default=90)
    options = arguments.parse_args()
    made = large_map(options.services, options.interfaces)
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            if browser is None:
                raise SystemExit("No Chromium was found.")
            page = profile(browser, options.url, language="fi", width=1440, height=900).new_page()
            scripts: list[int] = []

            def weigh(response: Response) -> None:
                if response.url.endswith(".js"):
                    scripts.append(len(gzip.compress(response.body())))

            page.on("response", weigh)
            sign_in(page, DIRECTOR)
            answer = page.goto(f"/kartat/{made.pk}/")
            assert answer
            page.locator(".ring").first.wait_for()
            html = answer.body()
            data = page.evaluate("document.getElementById('drawing-data').textContent.length")
            drawing = page.evaluate("performance.getEntriesByName('drawing')[0].duration")
            print(
                f"HTML {len(html) / 1000:.1f} kB, of it data {data / 1000:.1f} kB; scripts {sum(scripts) / 1000:.1f} kB gzip"
            )
            print(
                f"first drawing of {options.services} services and {options.interfaces} interfaces: {drawing:.1f} ms"
            )
            report("dragging a service", frames(page, lambda: drag(page, ".card-service")))
            report("panning", frames(page, lambda: drag(page, ".canvas__zoom + .canvas__keys, .lane-band")))
            browser.close()
    finally:
        clean_up(made)


if __name__ == "__main__":
    main()
