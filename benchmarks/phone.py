"""How residents' pages come to a phone: paint, moves and blocked time in Chromium, with a slow processor and network.

    python benchmarks/phone.py http://127.0.0.1:8000

Against a running demo or production. The processor is four times as slow and the network Lighthouse's “slow 4G”: 1.6 Mbit/s
down, 150 ms there and back. Each page is opened five times by somebody who comes for the first time; medians are printed.
Total blocking time is what long tasks take beyond 50 ms, from the first paint until the page has loaded.
"""

import statistics
import sys
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from yhdyspinta.embedded.browser import launch

TIMES = 5
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_638_400 / 8,
    "uploadThroughput": 675_000 / 8,
}
WATCH = """
window.seen = { lcp: 0, cls: 0, tbt: 0, fcp: 0 };
const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
watch("largest-contentful-paint", (each) => (seen.lcp = each.startTime));
watch("paint", (each) => each.name === "first-contentful-paint" && (seen.fcp = each.startTime));
watch("layout-shift", (each) => (seen.cls += each.hadRecentInput ? 0 : each.value));
watch("longtask", (each) => (seen.tbt += Math.max(0, each.duration - 50)));
"""


def paths(browser: Browser, site: str) -> Iterator[str]:
    """Finding, one service, its map as a list and as a drawing, and the portal's own pages."""
    page = browser.new_page(base_url=site)
    page.goto("/asukkaalle/fi/?q=neuvola")
    service = page.locator(".found__name a").first.get_attribute("href") or ""
    page.goto(service)
    on = (page.locator("a[href*='/kartat/']").first.get_attribute("href") or "").split("#")[0]
    page.close()
    yield from (
        "/asukkaalle/fi/",
        "/asukkaalle/fi/?q=neuvola",
        service,
        f"{service}kortti/",
        on,
        f"{on}kuva/",
    )
    yield from ("/", "/yhteystiedot/", "/tietoja/")


def opened(browser: Browser, site: str, path: str) -> dict[str, Any]:
    """What the browser itself has seen of the page."""
    context = browser.new_context(
        base_url=site, viewport={"width": 360, "height": 740}, device_scale_factor=2, is_mobile=True
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    page.goto(path, wait_until="load")
    page.wait_for_timeout(1000)
    weight = "performance.getEntriesByType('resource').reduce((sum, each) => sum + each.transferSize, 0)"
    seen: dict[str, Any] = page.evaluate("seen") | {"bytes": page.evaluate(weight)}
    context.close()
    return seen


def main(site: str) -> None:
    print(f"{'page':34} {'FCP s':>6} {'LCP s':>6} {'CLS':>7} {'TBT ms':>7} {'kB':>5}")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if browser is None:
            sys.exit("No Chromium was found.")
        for path in paths(browser, site):
            runs = [opened(browser, site, path) for _time in range(TIMES)]
            of = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
            print(
                f"{path[:34]:34} {of['fcp'] / 1000:6.2f} {of['lcp'] / 1000:6.2f} {of['cls']:7.4f}"
                f" {of['tbt']:7.0f} {of['bytes'] / 1000:5.0f}"
            )


if __name__ == "__main__":
    main(sys.argv[1])
