"""What is under the pointer can still be read: contrast is measured with every link and button hovered over at once."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.test_map_editor import CHILDREN, PORVOO, open_map

pytestmark = pytest.mark.only_reads

PRESSED = "a, button, summary, label, tr"
FAINT = """() => {
    const parsed = (colour) => {
        const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
        return { r, g, b, a };
    };
    const over = (top, under) => {
        const mixed = (name) => top[name] * top.a + under[name] * (1 - top.a);
        return { r: mixed("r"), g: mixed("g"), b: mixed("b"), a: 1 };
    };
    const groundOf = (element) => {
        const own = parsed(getComputedStyle(element).backgroundColor);
        if (own.a === 1) return own;
        return over(own, element.parentElement ? groundOf(element.parentElement) : { r: 255, g: 255, b: 255, a: 1 });
    };
    const light = ({ r, g, b }) => {
        const [x, y, z] = [r, g, b].map((n) => (n / 255 <= 0.03928 ? n / 255 / 12.92 : ((n / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const found = [];
    for (const hovered of document.querySelectorAll("PRESSED")) {
        if (hovered.matches(":disabled")) continue;
        const walker = document.createTreeWalker(hovered, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            if (!walker.currentNode.data.trim() || element.closest("svg, .visually-hidden") || !element.checkVisibility()) continue;
            const ground = groundOf(element), ink = over(parsed(getComputedStyle(element).color), ground);
            const [low, high] = [light(ground), light(ink)].sort((a, b) => a - b);
            const contrast = (high + 0.05) / (low + 0.05);
            if (contrast < 4.5) found.push(`${contrast.toFixed(2)} ${hovered.tagName} ${hovered.className}: ${walker.currentNode.data.trim()}`);
        }
    }
    return [...new Set(found)];
}""".replace("PRESSED", PRESSED)


def faint_under_the_pointer(page: Page) -> list[str]:
    """What has less contrast than 4.5 while it is hovered over."""
    engine = page.context.new_cdp_session(page)
    engine.send("DOM.enable")
    engine.send("CSS.enable")
    root = engine.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    for node in engine.send("DOM.querySelectorAll", {"nodeId": root, "selector": PRESSED})["nodeIds"]:
        engine.send("CSS.forcePseudoState", {"nodeId": node, "forcedPseudoClasses": ["hover"]})
    assert page.locator("a:hover").count() > 5
    found: list[str] = page.evaluate(FAINT)
    engine.detach()
    return found


def test_every_link_and_button_keeps_its_contrast_under_the_pointer(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    address = open_map(page, CHILDREN)
    interface = page.evaluate(
        "JSON.parse(document.getElementById('drawing-data').textContent).interfaces[0].url"
    )
    paths = [
        f"{address}{part}"
        for part in ("", "lista/", "taulukko/", "versiot/", "historia/", "arviot/", "asetukset/")
    ]
    paths += [
        interface,
        f"{interface}3/",
        "/",
        "/kartat/",
        "/palvelut/",
        "/organisaatiot/",
        "/esittely/",
        "/api/",
    ]
    found = {}
    for path in paths:
        page.goto(path)
        page.wait_for_load_state()
        page.locator("details > summary").evaluate_all(
            "all => all.forEach((each) => { each.parentElement.open = true; })"
        )
        faint = faint_under_the_pointer(page)
        if faint:
            found[re.sub(r"^https?://[^/]+", "", path)] = faint
    assert not found, found


def test_residents_links_keep_their_contrast_under_the_pointer(new_page: NewPage) -> None:
    page = new_page()
    for path in ("/", "/asukkaalle/", "/kirjaudu/"):
        page.goto(path)
        assert not faint_under_the_pointer(page), path
