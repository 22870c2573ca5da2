"""The drawing as a place to work: its sectors, what stands out, the panel over it, and letters that can be read."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from benchmarks.drawn import data_of
from benchmarks.layout import random_map
from services.drawing.shapes import Lane
from tests.browser.conftest import NewPage
from tests.browser.test_map_editor import CHILDREN, PORVOO, YOUTH, open_map

pytestmark = pytest.mark.only_reads

SCALE = "document.querySelector('[data-canvas]').style.getPropertyValue('--scale')"
RING = ".ring:has(.sector:nth-of-type(9))"

SMALLEST = """() => {
    const scale = Number(document.querySelector("[data-canvas]").style.getPropertyValue("--scale"));
    const world = document.querySelector("[data-world]"), found = [];
    const walker = document.createTreeWalker(world, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || element.closest(".visually-hidden") || !element.checkVisibility()) continue;
        const size = parseFloat(getComputedStyle(element).fontSize) * scale;
        if (size) found.push([size, element.getAttribute("class"), walker.currentNode.data]);
    }
    return found.sort(([one], [other]) => one - other)[0] ?? [11, "", ""];
}"""


def sector(ring: Locator, number: int) -> tuple[float, float]:
    """The middle of a sector on the screen."""
    box = ring.locator(".sector").nth(number - 1).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def show(page: Page, address: str, drawing: dict[str, Any]) -> None:
    """The page of a map with another drawing in it."""
    data = json.dumps(drawing).replace("<", "\\u003c")

    def with_data(route: Route) -> None:
        answer = route.fetch()
        html = re.sub(
            r'(<script id="drawing-data"[^>]*>).*?(</script>)', lambda m: m[1] + data + m[2], answer.text()
        )
        route.fulfill(response=answer, body=html)

    page.route(address, with_data)
    page.goto(address)
    page.locator(".card-service").first.wait_for()
    page.wait_for_load_state()


def test_a_sector_is_named_and_opens_its_aspect_and_the_middle_opens_the_interface(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    open_map(page, CHILDREN)
    ring, title, tip = (
        page.locator(RING).first,
        page.locator("[data-panel-title]"),
        page.locator("[data-tip]"),
    )
    page.locator("[data-canvas]").scroll_into_view_if_needed()
    page.mouse.move(*sector(ring, 3))
    expect(tip).to_have_text(re.compile("^3. Tiedonkulku: . (sovittu|kesken)$"))
    page.mouse.click(*sector(ring, 3))
    expect(title).to_have_text("3. Tiedonkulku")
    assert re.search(r"#yhdyspinnat/\d+/3/$", page.url)
    page.keyboard.press("Escape")
    ring.click()
    expect(title).to_have_text("Päiväkoti – Neuvola")
    expect(tip).to_be_hidden()
    page.keyboard.press("Escape")
    ring.focus()
    page.keyboard.press("8")
    expect(title).to_have_text(re.compile("^8. "))
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(title).to_have_text("Päiväkoti – Neuvola")


def test_what_a_service_does_not_meet_steps_back_and_stays_readable(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    open_map(page, CHILDREN)
    near, away = page.locator("[data-key][data-near]"), page.locator("[data-key]:not([data-near])")
    page.locator("[data-canvas]").scroll_into_view_if_needed()
    page.locator(".card-service", has_text="Päiväkoti").first.hover()
    expect(page.locator("[data-stands-out]")).to_have_count(1)
    expect(near).to_have_count(5)
    expect(away).to_have_count(1)
    expect(page.locator(".edge:not([data-near])")).to_have_count(2)
    page.mouse.move(2, 2)
    expect(page.locator("[data-stands-out]")).to_have_count(0)
    page.locator("[data-world] [tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-stands-out]")).to_have_count(1)
    expect(near).to_have_count(3)
    for each in away.all():
        colour = each.evaluate("node => getComputedStyle(node).color")
        assert colour == "rgb(75, 86, 99)"  # 7.4 to 1 on white


@pytest.mark.parametrize(("width", "panel"), [(1440, 384), (1260, 320)])
def test_the_panel_lies_over_the_drawing_which_keeps_its_size(
    new_page: NewPage, width: int, panel: int
) -> None:
    page = new_page(signed_in_as=PORVOO, width=width)
    open_map(page, CHILDREN)
    canvas, ring = page.locator("[data-canvas]"), page.locator(".ring").nth(1)
    size = "node => [node.offsetWidth, node.offsetHeight]"
    before = canvas.evaluate(size), page.evaluate(SCALE)
    ring.dispatch_event("click")
    expect(page.locator("[data-panel-title]")).to_be_visible()
    over, node, frame = (
        page.locator("[data-panel]").bounding_box(),
        ring.bounding_box(),
        canvas.bounding_box(),
    )
    assert (canvas.evaluate(size), page.evaluate(SCALE)) == before
    assert over
    assert node
    assert frame
    assert round(over["width"]) == panel
    assert frame["x"] < over["x"] < over["x"] + over["width"] < frame["x"] + frame["width"]
    assert frame["x"] <= node["x"] < node["x"] + node["width"] < over["x"]
    assert frame["y"] <= node["y"] < node["y"] + node["height"] <= 900


def test_the_bar_of_chosen_services_stays_in_sight(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO, height=700)
    open_map(page, YOUTH)
    page.locator("[data-tool=connect]").click()
    for card in page.locator(".card-service").all()[:2]:
        card.dispatch_event("click")
    bar, canvas = page.locator("[data-connect-bar]"), page.locator("[data-canvas]")
    expect(bar).to_contain_text("Valittu 2:")
    for step in (0, 150, 200):
        page.mouse.wheel(0, step)
        page.wait_for_timeout(100)
        box, frame = bar.bounding_box(), canvas.bounding_box()
        assert box
        assert frame
        assert frame["y"] < box["y"]
        assert box["y"] + box["height"] <= min(700, frame["y"] + frame["height"])
        assert box["height"] < 70, "one row"


THREE = [
    Lane(1, True, tuple((n, None) for n in range(3))),
    Lane(2, False, tuple((n, None) for n in range(3, 7))),
    Lane(3, False, ((7, None), (8, None))),
]
WITH_A_THIRD: dict[int, list[int]] = {
    100: [0, 3],
    101: [1, 4],
    102: [2, 7],
    103: [4, 8],
    104: [0, 7],
    105: [1, 2],
}


LARGE = random_map(60, 90, 7)


@pytest.mark.parametrize("size", ["own", "third", "large"])
def test_no_letter_is_smaller_than_11_pixels_at_any_zoom(new_page: NewPage, size: str) -> None:
    page = new_page(signed_in_as=PORVOO)
    address = open_map(page, CHILDREN)
    if size != "own":
        show(page, address, data_of(*((THREE, WITH_A_THIRD) if size == "third" else LARGE)))
    smallest = page.evaluate(SMALLEST)
    assert smallest[0] >= 11, smallest
    page.locator("[data-key]").first.focus()
    for key, times in (("+", 3), ("-", 16)):
        for _time in range(times):
            page.keyboard.press(key)
            smallest = page.evaluate(SMALLEST)
            assert smallest[0] >= 11, (page.evaluate(SCALE), smallest)


@pytest.mark.parametrize("width", [1440, 1280])
def test_the_first_look_fills_the_width_and_says_what_a_small_card_is(new_page: NewPage, width: int) -> None:
    page = new_page(signed_in_as=PORVOO, width=width)
    address = open_map(page, CHILDREN)
    show(page, address, data_of(*LARGE))
    world, canvas = page.locator("[data-world]").bounding_box(), page.locator("[data-canvas]").bounding_box()
    assert world
    assert canvas
    assert canvas["width"] - 30 < world["width"] < canvas["width"] + 40, "or as wide as names ask for"
    assert (
        page.locator(".card-service").first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
        > 0
    )
    for _time in range(3):
        page.locator("[data-zoom=out]").click()
    page.locator("[data-canvas]").scroll_into_view_if_needed()
    page.locator(".card-service").nth(3).hover()
    expect(page.locator("[data-tip]")).to_have_text(re.compile(r"^Mittauspalvelu \d+$"))


def test_a_ring_of_nine_missing_aspects_is_one_calm_ring(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    drawing = data_of(THREE, WITH_A_THIRD)
    drawing["interfaces"][0] |= {"statuses": ["missing"] * 9, "agreed": 0}
    show(page, open_map(page, CHILDREN), drawing)
    empty = page.locator(".ring", has_text="0/9")
    expect(empty.locator(".sector")).to_have_count(1)
    expect(empty.locator(".sector__glyph")).to_have_count(0)
    expect(page.locator(".sector")).to_have_count(1 + 9 * (len(WITH_A_THIRD) - 1))


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("view", ["", "lista/", "taulukko/"])
def test_the_legend_filters_at_once_and_stays_in_the_address(
    new_page: NewPage, view: str, *, javascript: bool
) -> None:
    page = new_page(signed_in_as=PORVOO, javascript=javascript)
    address = open_map(page, CHILDREN)
    page.goto(f"{address}{view}")
    agreed, missing = (
        page.locator("[data-status-filter=agreed]"),
        page.locator("[data-status-filter=missing]"),
    )
    counts = [agreed.inner_text(), missing.inner_text()]
    if javascript and not view:
        page.locator("[data-zoom=in]").click()
        page.locator(".card-service").first.evaluate("node => { node.same = true; }")
        transform = page.locator("[data-world]").evaluate("node => node.style.transform")
    missing.click()
    expect(missing).to_have_attribute("aria-pressed", "true")
    expect(agreed).to_have_attribute("aria-pressed", "false")
    assert page.url.endswith("?status=missing")
    if javascript:
        for other in page.locator(".views a").all():
            expect(other).to_have_attribute("href", re.compile(r"\?status=missing$"))
    if javascript and not view:
        expect(page.locator("[data-hidden]")).to_be_visible()
        assert page.locator("[data-world]").evaluate("node => node.style.transform") == transform
        assert page.locator(".card-service").first.evaluate("node => node.same")
    assert [agreed.inner_text(), missing.inner_text()] == counts, "of the whole map, whatever is looked for"
    page.reload()
    expect(missing).to_have_attribute("aria-pressed", "true")
    missing.click()
    expect(missing).to_have_attribute("aria-pressed", "false")
    expect(page.locator("[data-hidden]")).to_have_count(0)
    assert "status=missing" not in page.url


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize("width", [1440, 1280])
def test_the_tools_are_one_row(new_page: NewPage, width: int, language: str) -> None:
    page = new_page(language, signed_in_as=PORVOO, width=width)
    open_map(page, CHILDREN if language == "fi" else "Tjänster för barn under skolåldern, Borgå")
    page.locator("#save-state").evaluate(
        "node => { node.textContent = 'Sivistysjohtaja, Porvoo muutti karttaa klo 10.42'; }"
    )
    bar = page.locator(".map-bar")
    assert bar.evaluate("node => [node.offsetHeight < 45, node.scrollWidth <= node.clientWidth]") == [
        True,
        True,
    ]
    outside = """bar => {
        const { top, bottom } = bar.getBoundingClientRect();
        const boxes = [...bar.querySelectorAll("a, button, summary")].filter((each) => each.checkVisibility()).map((each) => each.getBoundingClientRect());
        return boxes.filter((box) => box.height && (box.top < top || box.bottom > bottom + 1)).length;
    }"""
    assert bar.evaluate(outside) == 0
    name = page.locator("[data-status-filter=agreed]")
    expect(name).to_have_accessible_name(re.compile("(Sovittu|Överenskommet) [0-9]+"))
    assert name.locator(".legend__word").evaluate("node => node.offsetWidth > 1") == (width == 1440)


def test_on_a_phone_the_list_is_first_and_the_drawing_stays_chosen_for_the_visit(new_page: NewPage) -> None:
    page = new_page(width=360, height=740, signed_in_as=PORVOO, touch=True)
    page.goto("/kartat/")
    page.locator(".map-card__title a").first.click()
    expect(page.locator(".interface-list")).to_be_visible()
    assert page.url.endswith("/lista/")
    page.locator("[data-drawing-chosen]").tap()
    expect(page.locator(".ring, .card-service").first).to_be_visible()
    page.goto("/kartat/")
    page.locator(".map-card__title a").first.click()
    expect(page.locator(".ring, .card-service").first).to_be_visible()
    assert not page.url.endswith("/lista/")


def test_the_tour_is_one_line_that_is_put_aside_for_good(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    open_map(page, CHILDREN)
    tour = page.locator("[data-tour]")
    expect(tour).to_be_visible()
    box = tour.bounding_box()
    assert box
    assert box["height"] < 45
    page.locator("[data-tour-leave]").click()
    expect(tour).to_be_hidden()
    page.reload()
    page.locator(".ring").first.wait_for()
    page.wait_for_load_state()
    expect(tour).to_be_hidden()
