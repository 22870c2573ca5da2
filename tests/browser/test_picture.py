"""Page, paper and SVG file draw the same picture of a map, measured in a browser."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_map_editor import CHILDREN, COUNTY, LOVIISA, PORVOO, YOUTH

Picture = dict[str, Any]

ON_THE_PAGE = """() => {
    const world = document.querySelector("[data-world]"), frame = world.getBoundingClientRect();
    const scale = frame.width / parseFloat(getComputedStyle(world).getPropertyValue("--across"));
    const box = (...elements) => {
        const all = elements.map((each) => each.getBoundingClientRect());
        const left = Math.min(...all.map((each) => each.left)), right = Math.max(...all.map((each) => each.right));
        const top = Math.min(...all.map((each) => each.top)), bottom = Math.max(...all.map((each) => each.bottom));
        const x = (left + right) / 2 - frame.left, y = (top + bottom) / 2 - frame.top;
        return [x, y, right - left, bottom - top].map((each) => each / scale);
    };
    const lines = (element) => (element?.textContent ?? "").split("\\n").filter(Boolean);
    const shapes = { world: box(world), edges: box(world.querySelector(".edges")) }, texts = {}, statuses = {};
    world.querySelectorAll(".lane-band").forEach((lane, n) => {
        shapes[`lane ${n}`] = box(lane);
        texts[`lane ${n}`] = [...lane.children].map((each) => each.textContent);
    });
    for (const customer of world.querySelectorAll(".customer")) [shapes.customer, texts.customer] = [box(customer), lines(customer)];
    for (const card of world.querySelectorAll(".card-service")) {
        shapes[card.dataset.key] = box(card);
        texts[card.dataset.key] = card.children.length ? [...lines(card.children[1]), ...lines(card.children[2])] : lines(card);
    }
    for (const ring of world.querySelectorAll(".ring")) {
        const { key } = ring.dataset, sectors = [...ring.querySelectorAll(".sector")];
        const isHub = ring.classList.contains("ring--hub");
        shapes[key] = box(...(isHub ? [ring] : sectors));
        statuses[key] = isHub ? [ring.className.match(/ring--(?!hub)(\\w+)/)[1]] : sectors.map((each) => each.getAttribute("class").split("--")[1]);
        const shown = [...ring.querySelectorAll(".sector__glyph, .ring__glyph, .ring__word")].filter((each) => getComputedStyle(each).display !== "none");
        const count = [...(ring.querySelector(".ring__count") ?? ring).childNodes].find((each) => each.data).data.split("\\n");
        texts[key] = [...shown.map((each) => each.textContent), ...count].sort();
    }
    const paths = [...world.querySelectorAll(".edge")].map(POINTS);
    return { shapes, texts, statuses, paths };
}"""

IN_THE_FILE = """() => {
    const world = document.getElementById("drawing"), frame = world.firstElementChild.getBoundingClientRect();
    const box = (...elements) => {
        const all = elements.map((each) => each.getBoundingClientRect());
        const left = Math.min(...all.map((each) => each.left)), right = Math.max(...all.map((each) => each.right));
        const top = Math.min(...all.map((each) => each.top)), bottom = Math.max(...all.map((each) => each.bottom));
        return [(left + right) / 2 - frame.left, (top + bottom) / 2 - frame.top, right - left, bottom - top];
    };
    const lines = (group) => [...group.querySelectorAll("text")].map((each) => each.textContent);
    const outer = (group) => {
        const [x, y, w, h] = box(group.querySelector("circle")), edge = parseFloat(group.querySelector("circle").getAttribute("stroke-width"));
        return [x, y, w + edge, h + edge];
    };
    const shapes = { world: box(world.firstElementChild), edges: box(world.firstElementChild) }, texts = {}, statuses = {};
    const found = (kind) => [...world.querySelectorAll(`g[data-key^="${kind}"]`)];
    found("party").forEach((lane, n) => [shapes[`lane ${n}`], texts[`lane ${n}`]] = [box(lane.firstElementChild), lines(lane)]);
    for (const customer of found("customer")) [shapes.customer, texts.customer] = [outer(customer), lines(customer)];
    for (const card of found("service")) [shapes[card.dataset.key], texts[card.dataset.key]] = [box(card.querySelector("rect")), lines(card)];
    for (const ring of found("interface")) {
        const { key } = ring.dataset, sectors = [...ring.querySelectorAll("path[data-status]")];
        shapes[key] = sectors.length ? box(...sectors) : outer(ring);
        statuses[key] = [...ring.querySelectorAll("[data-status]")].map((each) => each.dataset.status);
        texts[key] = lines(ring).sort();
    }
    const paths = [...world.querySelectorAll("path[data-key^=line]")].map(POINTS);
    return { shapes, texts, statuses, paths };
}"""

POINTS = """(path) => Array.from({ length: 21 }, (_unused, n) => {
    const { x, y } = path.getPointAtLength((n / 20) * path.getTotalLength());
    return [x, y];
})"""


def measured(page: Page, script: str) -> Picture:
    found: Picture = page.evaluate(script.replace("POINTS", POINTS))
    return found


def assert_same(one: Picture, other: Picture) -> None:
    """The same shapes in the same places within a pixel, the same lines, texts and statuses."""
    assert one["texts"] == other["texts"]
    assert one["statuses"] == other["statuses"]
    assert one["shapes"].keys() == other["shapes"].keys()
    for key, shape in one["shapes"].items():
        assert shape == pytest.approx(other["shapes"][key], abs=1), key
    assert len(one["paths"]) == len(other["paths"])
    for path, same in zip(one["paths"], other["paths"], strict=True):
        for point, beside in zip(path, same, strict=True):
            assert point == pytest.approx(beside, abs=1)


def open_map(page: Page, title: str) -> str:
    page.goto("/kartat/")
    page.get_by_role("link", name=title, exact=True).click()
    page.locator(".ring").first.wait_for()
    return page.url


def file_of(page: Page, address: str) -> str:
    answer = page.request.get(f"{address}kuva.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert re.fullmatch(
        r'attachment; filename="[A-Za-z0-9-]+-\d+\.svg"(; filename\*=.+)?',
        answer.headers["content-disposition"],
    )
    return answer.text()


def assert_one_picture(page: Page, address: str, new_page: NewPage) -> Picture:
    """The page in another size, zoomed in and zoomed out, printed, and the file."""
    first = measured(page, ON_THE_PAGE)
    file = new_page()
    file.set_content(file_of(page, address))
    assert_same(first, measured(file, IN_THE_FILE))
    for button, times in (("in", 3), ("out", 9)):
        for _time in range(times):
            page.locator(f"[data-zoom={button}]").click()
        page.emulate_media(media="print")
        assert_same(first, measured(page, ON_THE_PAGE))
        page.emulate_media(media="screen")
    return first


def test_the_demo_maps_are_one_picture_on_page_paper_and_file(new_page: NewPage) -> None:
    for person, title, language in ((PORVOO, CHILDREN, "fi"), (COUNTY, YOUTH, "fi"), (LOVIISA, "", "sv")):
        page = new_page(language, signed_in_as=person)
        if title:
            address = open_map(page, title)
        else:
            page.goto("/kartat/")
            page.locator(".map-card", has_text="Lovisa").locator(".map-card__title a").last.click()
            page.locator(".ring").first.wait_for()
            address = page.url
        picture = assert_one_picture(page, address, new_page)
        assert len(picture["paths"]) == 2 * len(picture["statuses"])


MAKE = """async ([path, body]) => {
    const token = document.cookie.split("; ").find((each) => each.startsWith("csrftoken=")).slice(10);
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const answer = await fetch(`/api/v1/${path}`, { method: "POST", headers, body: JSON.stringify({ op_id: crypto.randomUUID(), id: crypto.randomUUID(), ...body }) });
    return answer.json();
}"""


@pytest.fixture
def crowded(new_page: NewPage) -> Iterator[Page]:
    """Five services, and every two to five of them meet: more rings than the seam has room for. Archived afterwards."""
    page = new_page(signed_in_as=PORVOO)
    page.goto("/kartat/uusi/")
    page.locator("input[name=template][value=under_school_age]").check()
    page.locator("[name=title_fi]").fill("Täysi kartta")
    page.locator("main form button[type=submit]").last.click()
    page.locator(".ring").first.wait_for()
    address = urlsplit(page.url).path
    made = int(address.split("/")[2])

    def edit(name: str, value: Any) -> str:
        op = {"subject": f"map:{made}", "property": name, "base_version": 1_000_000, "value": value}
        answer = page.evaluate(MAKE, [f"maps/{made}/ops/", op])
        return str(answer["value"]["subject"])

    page.goto(f"{address}palvelut/lisaa/")
    party = int(page.locator("[name=party]").first.input_value())
    node = int(page.locator("[name=node] option[value]:not([value=''])").first.get_attribute("value") or 0)
    names = ["Varhaiskasvatuksen erityisopettajapalvelut", "Perhe- ja hyvinvointikeskuksen <avoin> toiminta"]
    for name in names:
        edit("add_service", {"party": party, "node": node, "name_fi": name, "name_sv": ""})
    page.goto(address)
    drawing = "JSON.parse(document.getElementById('drawing-data').textContent)"
    services = page.evaluate(f"{drawing}.services.map((each) => each.id)")
    have = {
        tuple(sorted(each)) for each in page.evaluate(f"{drawing}.interfaces.map((each) => each.services)")
    }
    for size in range(2, 6):
        for group in combinations(sorted(services), size):
            if group not in have:
                edit("add_interface", {"services": group})
    page.goto(address)
    yield page
    page.evaluate(MAKE, [f"maps/{made}/transitions/archive/", {}])


def test_a_crowded_map_has_hubs_on_page_paper_and_file(crowded: Page, new_page: NewPage) -> None:
    page = crowded
    page.locator(".ring--hub").first.wait_for()
    picture = assert_one_picture(page, page.url, new_page)
    assert len(picture["statuses"]) == 26
    assert all(
        statuses == ["missing"] and picture["texts"][key] == ["0/9", "○"]
        for key, statuses in picture["statuses"].items()
    )
    hub = page.get_by_role("button", name=re.compile("^Yhdyspinta .*0.9 sovittu, .*puuttuu: "))
    assert hub.count() == 26
    check_accessibility(page)
    page.emulate_media(forced_colors="active")
    assert page.locator(".ring--hub").first.inner_text() == "○\n0/9"
    page.emulate_media(forced_colors="none")


def test_the_whole_map_is_printed_on_one_landscape_page(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    address = open_map(page, YOUTH)
    for _time in range(4):
        page.locator("[data-zoom=in]").click()
    page.locator(".ring").first.dispatch_event("click")
    page.locator("[data-panel-body] .aspect-list").wait_for()
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    width, height = (float(each) for each in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)[0])
    assert (round(width), round(height)) == (842, 595)
    page.set_viewport_size({"width": 1047, "height": 718})  # A4 landscape without its margins
    page.emulate_media(media="print")
    for hidden in (".map-bar__tools", ".panel", ".canvas__zoom", ".views", ".site-header"):
        assert not page.locator(hidden).first.is_visible(), hidden
    for shown in ("h1", ".legend", ".aspect-key", ".imprint"):
        assert page.locator(shown).is_visible(), shown
    assert "Esittelyaineistoa" in page.locator(".imprint").inner_text()
    assert page.evaluate("document.documentElement.scrollHeight") <= 718
    for key in page.evaluate("[...document.querySelectorAll('[data-key]')].map((each) => each.dataset.key)"):
        box = page.locator(f"[data-key='{key}']").bounding_box()
        assert box
        assert 0 <= box["x"] <= 1047 - box["width"]
        assert 0 <= box["y"] <= 718 - box["height"]
    assert address in page.url


def test_without_javascript_the_drawing_is_a_picture_with_words(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO, javascript=False)
    page.goto("/kartat/")
    page.get_by_role("link", name=CHILDREN, exact=True).click()
    picture = page.locator(".canvas__picture")
    assert "3 palvelua, 3 yhdyspintaa" in (picture.get_attribute("alt") or "")
    page.wait_for_load_state()
    box = picture.bounding_box()
    assert box
    assert box["width"] > 900
    assert box["height"] > 500
    assert not page.locator(".canvas__zoom").is_visible()


def test_elements_stay_the_same_when_the_map_is_drawn_again(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    open_map(page, CHILDREN)
    page.locator(".card-service").first.focus()
    page.evaluate("document.querySelectorAll('[data-key], .edge').forEach((each) => { each.same = true; })")
    same = "[...document.querySelectorAll('[data-key], .edge')].filter((each) => !each.same).length"
    with page.expect_response(re.compile("/drawing/")):
        page.evaluate("document.querySelector('form[data-after=redraw]').requestSubmit()")
    page.wait_for_timeout(100)
    assert page.evaluate(same) == 0
    assert page.evaluate("document.activeElement.same")


WIDER_FONTS = ("monospace", "serif", "DejaVu Sans", "cursive")
OUTSIDE = """(font) => {
    const root = document.querySelector("svg");
    root.setAttribute("font-family", font);
    const { width, height } = root.viewBox.baseVal;
    return [...root.querySelectorAll("text")].filter((each) => {
        const { x, y, width: w, height: h } = each.getBBox(), at = each.getCTM();
        return at.e + x < 0 || at.e + x + w > width + 1 || at.f + y < 0 || at.f + y + h > height + 1;
    }).map((each) => each.textContent);
}"""


def test_no_text_of_the_file_runs_off_its_edge_in_any_font(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    file = new_page()
    file.set_content(file_of(page, open_map(page, CHILDREN)))
    for font in WIDER_FONTS:
        assert file.evaluate(OUTSIDE, font) == [], font
    file.evaluate("document.querySelectorAll('text').forEach((each) => each.removeAttribute('textLength'))")
    assert file.evaluate(OUTSIDE, "monospace"), "left to themselves they would"
