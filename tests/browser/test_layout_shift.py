"""No line moves on a phone when the font or a picture comes late: cumulative layout shift, as the browser itself counts it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import NewPage
from tests.browser.test_residents import daycare_of_porvoo

pytestmark = pytest.mark.only_reads

MOST = 0.05
LATE = "**/*.{woff2,svg}"
WATCH = """
window.moved = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.moved += each.hadRecentInput ? 0 : each.value;
}).observe({ type: "layout-shift", buffered: true });
"""
PAINTED = (
    "new Promise((done) => new PerformanceObserver(() => done()).observe({ type: 'paint', buffered: true }))"
)
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
COME = "document.fonts.ready.then(() => Promise.all([...document.images].map((each) => each.decode())))"


def paths(page: Page, language: str) -> Iterator[str]:
    """The pages that residents come to first: finding, a service, its card, and the three views of a map."""
    service = daycare_of_porvoo(page).replace("/fi/", f"/{language}/")
    page.goto(service)
    on = (page.locator("a[href*='/kartat/']").first.get_attribute("href") or "").split("#")[0]
    start = f"/asukkaalle/{language}/"
    yield from (start, f"{start}?q=neuvola", service, f"{service}kortti/", on, f"{on}taulukko/", f"{on}kuva/")
    yield from ("/yhteystiedot/", "/tietoja/")


@pytest.mark.languages("fi", "sv", "en", widths=[360])
def test_nothing_moves_when_the_font_comes_late(new_page: NewPage, language: str, width: int) -> None:
    page = new_page(language, width=width, height=740)
    page.add_init_script(WATCH)
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    moved = {}
    for path in list(paths(page, language)):
        late.clear()
        page.route(LATE, hold)
        page.goto(path, wait_until="domcontentloaded")
        page.evaluate(PAINTED)
        page.evaluate(TWO_FRAMES)
        waited = [each.request.url for each in late]
        assert any(url.endswith(".woff2") for url in waited), (path, waited)
        page.route(LATE, lambda route: route.continue_())
        for each in late:
            each.continue_()
        page.wait_for_load_state("load")
        page.evaluate(COME)
        page.evaluate(TWO_FRAMES)
        moved[path] = page.evaluate("window.moved")
        page.unroute_all()
        # the next page is read by somebody who comes for the first time
        page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    assert {path: shift for path, shift in moved.items() if shift > MOST} == {}
