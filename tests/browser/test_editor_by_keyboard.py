"""Every editing task of the drawing with the keyboard alone; touch; and what axe says of every state of the editor."""

import re

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_map_editor import CHILDREN, PORVOO, YOUTH, open_map, saved
from tests.gear.waiting import until

FOCUSED = "document.activeElement?.dataset?.key ?? document.activeElement?.tagName"


def focus_on(page: Page, name: str) -> None:
    """Go to the service or interface by arrows, as somebody who does not use a mouse would: row by row from the top."""
    state = page.locator("#save-state")
    if state.get_attribute("data-kind"):  # an answer that comes in between draws anew
        expect(state).to_have_attribute("data-kind", re.compile("saved|others"))
    page.locator("[data-world] [tabindex='0']").focus()
    for _row in range(6):
        page.keyboard.press("ArrowUp")
    for _row in range(8):
        page.keyboard.press("Home")
        for _step in range(12):
            if name in (page.evaluate("document.activeElement.textContent") or ""):
                return
            before = page.evaluate(FOCUSED)
            page.keyboard.press("ArrowRight")
            if page.evaluate(FOCUSED) == before:
                break
        page.keyboard.press("Home")
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} was not found by arrows")


def focused(page: Page, condition: str) -> None:
    """Wait until what has the focus fulfils the condition: it moves when the drawing is drawn anew."""
    until(page, f"(node => node && ({condition}))(document.activeElement)")


def tab_to(page: Page, selector: str) -> None:
    """Go on with Tab until the field has the focus, which the panel shows once its content has come."""
    expect(page.locator(selector)).to_be_visible()
    for _step in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} was not reached with Tab")


IN_THE_DRAWING = "/^(service|interface):/.test(node.dataset.key ?? '')"


def announced(page: Page, text: str) -> None:
    expect(page.locator("#announcer")).to_contain_text(text)


@pytest.mark.own_portal
@pytest.mark.slow
def test_a_map_is_edited_with_the_keyboard_alone(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    open_map(page, CHILDREN)
    cards, rings = page.locator(".card-service"), page.locator(".ring")
    expect(rings.first).to_be_visible()
    services, interfaces = cards.count(), rings.count()

    # N: a new service, in the panel
    page.locator("[data-world] [tabindex='0']").focus()
    page.keyboard.press("n")
    expect(page.locator("[data-panel-title]")).to_be_focused()
    tab_to(page, "#new-name-fi")
    page.keyboard.type("Kerho")
    page.keyboard.press("Enter")
    expect(cards).to_have_count(services + 1)
    expect(page.locator("[data-panel-title]")).to_have_text("Kerho")
    page.keyboard.press("Escape")

    # C: connect it to another, chosen in the panel
    focus_on(page, "Kerho")
    page.keyboard.press("c")
    expect(page.locator("[data-panel-body] input[type=checkbox]:checked")).to_have_count(1)
    for _step in range(30):
        page.keyboard.press("Tab")
        if (
            page.evaluate("document.activeElement.labels?.[0]?.textContent ?? ''")
            .strip()
            .startswith("Neuvola")
        ):
            break
    page.keyboard.press(" ")
    for _step in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "submit":
            break
    page.keyboard.press("Enter")
    expect(page.locator("[data-panel-title]")).to_have_text("Kerho – Neuvola")
    expect(rings).to_have_count(interfaces + 1)
    page.keyboard.press("Escape")

    # Alt and an arrow: along the interface to the ring and on to the other service
    focus_on(page, "Kerho")
    page.keyboard.press("Alt+ArrowDown")
    focused(page, "node.dataset.key?.startsWith('interface:')")
    page.keyboard.press("Alt+ArrowDown")
    focused(page, "node.textContent.includes('Neuvola')")

    # M: move, take back, move and put down
    focus_on(page, "Kerho")
    place = page.evaluate("document.activeElement.style.left")
    step, back = ("ArrowLeft", "ArrowRight") if _is_last(page) else ("ArrowRight", "ArrowLeft")
    page.keyboard.press("m")
    page.keyboard.press(step)
    announced(page, "/2")
    focused(page, f"node.style.left !== '{place}'")
    page.keyboard.press("Escape")
    focused(page, f"node.style.left === '{place}'")
    page.keyboard.press("m")
    page.keyboard.press(step)
    page.keyboard.press("Enter")
    announced(page, "siirtyi")
    page.keyboard.press(f"Shift+{back}")
    saved(page)
    focused(page, "node.textContent.includes('Kerho')")

    # Delete, undo, redo: the focus stays in the drawing
    page.keyboard.press("Delete")
    expect(cards).to_have_count(services)
    expect(rings).to_have_count(interfaces)
    focused(page, IN_THE_DRAWING)
    page.keyboard.press("Control+z")
    expect(cards).to_have_count(services + 1)
    expect(rings).to_have_count(interfaces + 1)
    announced(page, "Kumottiin")
    page.keyboard.press("Control+Shift+z")
    expect(cards).to_have_count(services)
    announced(page, "Tehtiin uudelleen")

    # Space chooses several, which are removed together
    page.keyboard.press("Control+z")
    expect(cards).to_have_count(services + 1)
    focus_on(page, "Kerho")
    page.keyboard.press(" ")
    announced(page, "1")
    page.locator("[data-connect-remove]").focus()
    page.keyboard.press("Enter")
    expect(cards).to_have_count(services)

    # ? tells the keys
    page.locator("[data-world] [tabindex='0']").focus()
    page.keyboard.press("?")
    expect(page.locator("[data-help-dialog]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-help-dialog]")).to_be_hidden()
    focused(page, IN_THE_DRAWING)


def _is_last(page: Page) -> bool:
    words: str = page.evaluate("document.activeElement.textContent")
    return re.search(r"\b2 / 2\b|\b2/2\b|2\D{1,12}2\b", words) is not None


@pytest.mark.own_portal
def test_keys_of_the_drawing_write_when_a_field_has_the_focus(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    open_map(page, YOUTH)
    rings = page.locator(".ring")
    expect(rings.first).to_be_visible()
    count = rings.count()
    rings.first.click()
    page.locator(".aspect-list__link").nth(8).click()
    text = page.locator("[data-panel-body] textarea[name=value]:visible").first
    text.fill("")
    text.press_sequentially("ncm? 0+-")
    page.keyboard.press("Delete")
    expect(text).to_have_value("ncm? 0+-")
    expect(rings).to_have_count(count)
    expect(page.locator("[data-help-dialog]")).to_be_hidden()
    for last in ("Kirjoitettu.", ""):
        text.fill(last)
        with page.expect_response(re.compile("/ops/")):
            page.locator("[data-panel-title]").click()
    saved(page)


def test_names_say_what_the_picture_says(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    open_map(page, CHILDREN)
    ring = page.locator(".ring").first
    spoken = ring.locator(".visually-hidden").first.inner_text()
    count = ring.locator(".ring__count").inner_text().split()[0]
    agreed, of = count.split("/")
    assert f"{agreed}/{of}" in spoken
    for glyph, word in (("◐", "kesken"), ("○", "puuttuu"), ("–", "ei koske")):
        numbers = [
            str(number)
            for number, each in enumerate(ring.locator(".sector__glyph").all_text_contents(), 1)
            if each == glyph
        ]
        assert (f"{word}: {', '.join(numbers)}" in spoken) == bool(numbers)


@pytest.mark.own_portal
def test_a_copy_of_a_service_has_its_interfaces(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    open_map(page, CHILDREN)
    cards, rings = page.locator(".card-service"), page.locator(".ring")
    expect(rings.first).to_be_visible()
    services, interfaces = cards.count(), rings.count()
    page.locator(".card-service", has_text="Päiväkoti").first.click()
    expect(page.locator("[data-panel-title]")).to_have_text("Päiväkoti")
    met = page.locator(".panel .plain-list a[data-panel-link]").count()
    page.get_by_text("Monista tämä palvelu").click()
    page.locator("#copy-name-fi").fill("Yksityinen päiväkoti")
    page.get_by_role("button", name="Monista", exact=True).click()
    expect(page.locator("[data-panel-title]")).to_have_text("Yksityinen päiväkoti")
    expect(cards).to_have_count(services + 1)
    expect(rings).to_have_count(interfaces + met)
    page.locator("[data-take-back=undo] button").click()
    expect(cards).to_have_count(services)
    expect(rings).to_have_count(interfaces)


@pytest.mark.parametrize("view", ["", "lista/", "taulukko/"])
def test_a_filter_tells_what_it_hides(new_page: NewPage, view: str) -> None:
    page = new_page(signed_in_as=PORVOO)
    address = open_map(page, CHILDREN)
    page.goto(f"{address}{view}")
    item = {"": ".ring", "lista/": ".interface-card", "taulukko/": "tbody tr"}[view]
    expect(page.locator(item)).to_have_count(3)
    page.locator(".map-filter summary").click()
    page.locator("#filter-q").fill("päiväkoti")
    expect(page.locator(item)).to_have_count(2)
    assert page.url.endswith("?q=p%C3%A4iv%C3%A4koti")
    expect(page.locator("[data-hidden]")).to_contain_text("1 yhdyspinta piilotettu suodattimella")
    check_accessibility(page)
    page.locator("[data-hidden] a").click()
    expect(page.locator(item)).to_have_count(3)


@pytest.mark.own_portal
def test_services_chosen_in_the_list_are_removed_together_and_undone(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    address = open_map(page, YOUTH)
    page.goto(f"{address}lista/")
    services = page.locator(".lane__service")
    count = services.count()
    for tick in page.locator(".lane__tick").all()[:2]:
        tick.check()
    page.locator("#chosen button[value=remove]").click()
    expect(services).to_have_count(count - 2)
    for back in (count - 1, count):
        page.locator("[data-take-back=undo] button").click()
        expect(services).to_have_count(back)


def touch(fingers: CDPSession, kind: str, points: list[tuple[float, float]]) -> None:
    """One touch event of the browser itself."""
    places = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
    fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})


@pytest.mark.own_portal
def test_fingers_pan_pinch_and_move(new_page: NewPage) -> None:
    page = new_page(width=420, height=850, signed_in_as=PORVOO, touch=True)
    fingers = page.context.new_cdp_session(page)
    open_map(page, YOUTH)
    for target in page.locator("[data-zoom], .card-service, .ring").all():
        size = target.bounding_box()
        assert size
        assert min(size["width"], size["height"]) >= 24
    world = page.locator("[data-world]")
    page.locator("[data-tour-leave]").tap()
    page.locator("[data-canvas]").scroll_into_view_if_needed()
    box = page.locator("[data-canvas]").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 24

    before = world.evaluate("node => node.style.transform")
    touch(fingers, "touchStart", [(x, y)])
    for step in range(1, 6):
        touch(fingers, "touchMove", [(x - 8 * step, y)])
    touch(fingers, "touchEnd", [])
    panned = world.evaluate("node => node.style.transform")
    assert panned != before

    scale = "document.querySelector('[data-canvas]').style.getPropertyValue('--scale')"
    small = float(page.evaluate(scale))
    touch(fingers, "touchStart", [(x - 20, y), (x + 20, y)])
    for step in range(1, 6):
        touch(fingers, "touchMove", [(x - 20 - 8 * step, y), (x + 20 + 8 * step, y)])
    touch(fingers, "touchEnd", [])
    assert float(page.evaluate(scale)) > small

    page.locator("[data-zoom=fit]").tap()
    key = page.locator(".card-service").first.get_attribute("data-key")
    card = page.locator(f"[data-key='{key}']")
    spot = card.bounding_box()
    assert spot
    x, y = spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2
    at = card.evaluate("node => node.style.left")
    transform = world.evaluate("node => node.style.transform")
    touch(fingers, "touchStart", [(x, y)])
    page.wait_for_timeout(600)  # the finger rests
    for step in range(1, 8):
        touch(fingers, "touchMove", [(x + 14 * step, y)])
    expect(page.locator(".card-service--dragged")).to_have_count(1)
    touch(fingers, "touchEnd", [])
    saved(page)
    assert card.evaluate("node => node.style.left") != at
    assert world.evaluate("node => node.style.transform") == transform, "the picture stayed under the finger"


@pytest.mark.own_portal
@pytest.mark.languages(widths=[1280, 320])
def test_every_state_of_the_editor_is_accessible(
    new_page: NewPage, problems: list[str], language: str, width: int
) -> None:
    page = new_page(language, width=width, height=800, signed_in_as=PORVOO)
    page.goto("/kartat/")
    page.locator(".map-card__title a").first.click()
    if width == 320:
        page.locator("[data-drawing-chosen]").click()
    expect(page.locator("[data-tour]")).to_be_visible()
    states = ["tour"]

    def check(name: str, within: str = "") -> None:
        states.append(name)
        check_accessibility(page, within)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name

    check("drawing")
    page.locator("[data-tour-begin]").click()
    check("tour 2")
    page.locator("[data-tour-leave]").click()
    page.locator(".map-more summary").click()
    check("more", ".map-bar")  # it covers some of the drawing
    page.locator("[data-help]").click()
    check("help")
    page.keyboard.press("Escape")
    page.locator(".map-filter summary").click()
    check("filter", ".map-bar")
    page.locator(".map-filter summary").click()
    page.locator("[data-tool=connect]").click()
    check("choosing")
    page.locator("[data-connect-cancel]").click()
    page.locator(".ring").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-panel-title]")).to_be_focused()
    check("panel")
    page.locator(".aspect-list__link").nth(8).click()
    expect(page.locator("[data-panel-body] textarea[name=value]:visible").first).to_be_visible()
    check("aspect")
    page.context.set_offline(True)
    text = page.locator("[data-panel-body] textarea[name=value]:visible").first
    text.fill(f"{text.input_value()} Uusi lause.")
    page.locator("[data-panel-title]").click()
    expect(page.locator("[data-waiting]")).to_be_visible()
    check("offline")
    page.keyboard.press("Escape")
    page.locator("[data-waiting]").click()
    check("waiting")
    page.keyboard.press("Escape")
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_be_hidden(timeout=20_000)
    page.keyboard.press("Escape")
    page.locator("[data-world] [tabindex='0']").focus()
    drawn = page.locator("[data-key]").count()
    page.keyboard.press("Delete")
    expect(page.locator("[data-toast]")).to_be_visible()
    check("toast")
    page.locator("[data-toast-undo]").click()
    expect(page.locator("[data-key]")).to_have_count(drawn)
    assert len(states) == 12
    problems[:] = [line for line in problems if "ERR_INTERNET_DISCONNECTED" not in line]


@pytest.mark.parametrize("media", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}])
def test_forced_colours_and_reduced_motion_are_respected(new_page: NewPage, media: dict[str, str]) -> None:
    page = new_page(signed_in_as=PORVOO)
    page.emulate_media(**media)  # type: ignore[arg-type]
    open_map(page, CHILDREN)
    check_accessibility(page)
    if "reduced_motion" in media:
        moving = "[...document.querySelectorAll('*')].filter(node => getComputedStyle(node).transitionDuration.split(',').some(time => parseFloat(time) > 0.01) || getComputedStyle(node).animationName !== 'none').map(node => node.className)"
        assert page.evaluate(moving) == []
