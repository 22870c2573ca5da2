"""The first drawing of large maps in headless Chromium, beside a bare page of as many buttons and lines.

Run beside a running demo: `python -m benchmarks.first_drawing [--url http://127.0.0.1:8000]`. Maps of 60, 500 and 2,000
services, with half as many interfaces more, are put into the page of a demo map on its way to the browser. The bare page
has one plain button for each service and interface, one SVG with the same lines, and no script. Both are loaded in
turn, with the processor as it is and slowed down four times, and with scripts and style sheets in the browser's cache,
as on everybody's second page. docs/measurements.md has the figures.
"""

import argparse
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import django
from playwright.sync_api import CDPSession, Page, sync_playwright

os.environ |= {"DJANGO_SETTINGS_MODULE": "yhdyspinta.settings", "YHDYSPINTA_DEMO": "1"}
django.setup()

from benchmarks.drawn import data_of  # noqa: E402 Django must be set up first
from benchmarks.layout import random_map  # noqa: E402
from services.drawing.picture import through  # noqa: E402
from yhdyspinta.embedded.browser import launch, profile, sign_in  # noqa: E402

DIRECTOR = "sivistysjohtaja.porvoo@esittely.example"
SIZES = ((60, 90), (500, 750), (2_000, 3_000))
ROUNDS = 7

PAINTED = """(wanted) => {
    const channel = new MessageChannel(); // a message from a frame's callback comes after that frame has been painted
    channel.port1.onmessage = () => { window.paintedAt = performance.now(); };
    const look = () => {
        if (document.querySelectorAll("[data-key]").length < wanted) requestAnimationFrame(look);
        else channel.port2.postMessage(0);
    };
    requestAnimationFrame(look);
}"""


def bare_page(data: dict[str, Any]) -> str:
    """As many buttons and lines, and nothing else."""
    buttons = [
        f'<button data-key="{key}" style="left:{each["x"]}px;top:{each["y"]}px">{escape(text)}</button>'
        for key, text, each in [
            *(("s", each["name"], each) for each in data["services"]),
            *(("i", "4/9", each) for each in data["interfaces"]),
        ]
    ]
    paths = [f'<path d="{through(stops)}"/>' for each in data["interfaces"] for stops in each["lines"]]
    scale = min(1, 1300 / data["width"])
    return (
        "<!doctype html><meta charset=utf-8><title>Bare</title><style>"
        "div{position:relative;overflow:hidden;height:700px}div div{position:absolute;transform-origin:0 0;"
        f"transform:scale({scale});width:{data['width']}px;height:{data['height']}px}}svg{{position:absolute}}"
        "path{fill:none;stroke:#8b95a3}button{position:absolute;transform:translate(-50%,-50%)}</style>"
        f"<div><div><svg width={data['width']} height={data['height']}>{''.join(paths)}</svg>{''.join(buttons)}</div></div>"
    )


def measured(page: Page, session: CDPSession, path: str) -> tuple[float, float, float]:
    """Load the page: from the first byte until it was painted, the drawing's part of that, and the main thread's work; in ms."""
    page.goto(path)
    while not page.evaluate("window.paintedAt"):
        page.wait_for_timeout(50)
    took: list[float] = page.evaluate("""() => {
        const arrived = performance.getEntriesByType("navigation")[0].responseStart;
        const begun = performance.getEntriesByName("drawing-begins")[0]?.startTime ?? arrived;
        return [window.paintedAt - arrived, window.paintedAt - begun];
    }""")
    return took[0], took[1], work(session)


def work(session: CDPSession) -> float:
    """Milliseconds that the main thread has worked on this page so far."""
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"]) * 1000


@contextmanager
def serving(url: str, pages: dict[str, tuple[str, dict[str, str]]]) -> Iterator[str]:
    """The portal at this address with some pages of ours instead of its own.

    Playwright's routes would do the same, but they turn the browser's cache off.
    """

    class Handler(BaseHTTPRequestHandler):
        """Everything else is asked from the portal."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer with a page of ours, or pass on what the portal says."""
            if self.path in pages:
                html, headers = pages[self.path]
                self.answer(200, {"Content-Type": "text/html; charset=utf-8", **headers}, html.encode())
            elif self.path.startswith("/virta/"):
                self.answer(204, {}, b"")  # no stream, and no more attempts
            else:
                wanted = {name: value for name, value in self.headers.items() if name in {"Cookie", "Accept"}}
                portal = HTTPConnection(urlsplit(url).netloc)
                portal.request("GET", self.path, headers=wanted)
                got = portal.getresponse()
                kept = ("Content-Type", "Cache-Control", "ETag", "Last-Modified")
                headers = {name: got.headers[name] for name in kept if name in got.headers}
                self.answer(got.status, headers, got.read())
                portal.close()

        def do_POST(self) -> None:
            """Presence needs no answer."""
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.answer(204, {}, b"")

        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            """One whole answer."""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def with_data(html: str, data: dict[str, Any]) -> str:
    """The page of a demo map with this map's data in it."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
    begins = re.escape('<script id="drawing-data" type="application/json">')
    return re.sub(
        f"({begins}).*?(</script>)", lambda found: found[1] + text + found[2], html, flags=re.DOTALL
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--url", default="http://127.0.0.1:8000")
    options = arguments.parse_args()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if browser is None:
            raise SystemExit("No Chromium was found.")
        context = profile(browser, options.url, language="fi", width=1440, height=900)
        context.set_default_timeout(60_000)
        page = context.new_page()
        sign_in(page, DIRECTOR)
        page.goto("/kartat/")
        address = page.locator(".map-card__title a").last.get_attribute("href") or ""
        answer = context.request.get(address)
        html, policy = answer.text(), answer.headers["content-security-policy"]
        for services, interfaces in SIZES:
            data = data_of(*random_map(services, interfaces, 7))
            page = context.new_page()
            pages = {
                address: (with_data(html, data), {"Content-Security-Policy": policy}),
                "/bare/": (bare_page(data), {}),
            }
            page.add_init_script(f"({PAINTED})({services + interfaces})")
            session = context.new_cdp_session(page)
            session.send("Performance.enable")
            with serving(options.url, pages) as there:
                measured(page, session, there + address)
                for rate in (1, 4):
                    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
                    ours, floor = [], []
                    for _round in range(ROUNDS):
                        floor.append(measured(page, session, f"{there}/bare/"))
                        ours.append(measured(page, session, there + address))
                    least = [median(each) for each in zip(*floor, strict=True)]
                    whole = [median(each) for each in zip(*ours, strict=True)]
                    print(
                        f"{services} services, {interfaces} interfaces, {rate}x slowed: bare page {least[0]:.0f} ms; "
                        f"our drawing {whole[1]:.0f} ms, {whole[1] / least[0]:.2f}x; our page {whole[0]:.0f} ms, "
                        f"{whole[0] / least[0]:.2f}x; main thread {least[2]:.0f} and {whole[2]:.0f} ms"
                    )
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
