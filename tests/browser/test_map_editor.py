"""The main job: an interface map made from the template, and edited as a drawing, a list and a matrix."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage

PORVOO = "sivistysjohtaja.porvoo@esittely.example"
PORVOO_APPROVER = "kaupunginjohtaja.porvoo@esittely.example"
COUNTY = "muutosjohtaja.itauusimaa@esittely.example"
LOVIISA = "bildningsdirektor.lovisa@esittely.example"
READER = "luottamushenkilo.porvoo@esittely.example"
CHILDREN = "Alle kouluikäisten palvelut, Porvoo"
YOUTH = "Nuorten palvelut, Porvoo"
TEXT = 'form.edit:has([name=property][value^="shared_"])'


def open_map(page: Page, title: str) -> str:
    """Open the map from the list of maps; returns its address."""
    page.goto("/kartat/")
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.wait_for_load_state("load")  # its scripts have run
    if page.url.endswith("/lista/"):  # on a phone the list is the first view
        page.locator("[data-drawing-chosen]").click()
        page.locator("[data-canvas]").wait_for()
        page.wait_for_load_state("load")
    return page.url


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_have_attribute("data-kind", "saved")


def test_a_director_makes_the_youth_map_from_the_template_and_the_county_sees_it(new_page: NewPage) -> None:
    page = new_page(signed_in_as=LOVIISA)
    page.goto("/kartat/uusi/")
    page.locator("input[name=template][value=young_people]").check()
    expect(page.locator("[data-county-line]")).to_have_text("Hyvinvointialue: Itä-Uudenmaan hyvinvointialue")
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nuorten palvelut, Loviisa")
    expect(page.locator(".card-service")).to_have_count(6)
    expect(page.locator(".ring")).to_have_count(5)
    check_accessibility(page)

    county = new_page(signed_in_as=COUNTY)
    county.goto("/kartat/")
    expect(county.locator("main").get_by_role("link", name="Nuorten palvelut, Loviisa").first).to_be_visible()


def test_an_aspect_is_changed_in_the_drawing_the_list_and_the_matrix_and_kept(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    address = open_map(page, YOUTH)
    name = "Ohjaamot – Lastensuojelu"

    page.locator(f".ring:has-text('{name}')").click()
    page.locator(".aspect-list__link").nth(6).click()
    page.locator("[data-panel-body] textarea[name=value]:visible").first.fill(
        "Nuori saa tuen yhdestä paikasta."
    )
    page.locator("[data-panel-title]").click()
    saved(page)
    expect(page.locator("[data-panel-body] .status")).to_have_class(re.compile("status--in_progress"))
    expect(page.locator(f".ring:has-text('{name}') .sector--in_progress")).to_have_count(2)

    page.goto(f"{address}lista/")
    page.locator(".interface-card", has_text=name).locator(".aspect-strip a").nth(7).click()
    page.locator("textarea[name=value]:visible").first.fill("Soitetaan ensin vastuutyöntekijälle.")
    page.keyboard.press("Tab")
    saved(page)

    page.goto(f"{address}taulukko/")
    row = page.locator("tr", has_text=name)
    row.locator(".matrix__cell").nth(8).click()
    page.locator("[data-panel-body] textarea[name=value]:visible").first.fill("Nuorten verkosto kehittää.")
    page.locator("[data-panel-title]").click()
    expect(row.locator(".matrix__cell").nth(8)).to_have_class(re.compile("in_progress"))

    page.reload()
    for nth in (6, 7, 8):
        expect(page.locator("tr", has_text=name).locator(".matrix__cell").nth(nth)).to_have_class(
            re.compile("in_progress")
        )
    page.goto(f"{address}historia/")
    expect(page.locator(".history__row").first).to_contain_text("Nuorten verkosto kehittää.")
    expect(page.locator(".history__row").first).to_contain_text("Sivistysjohtaja, Porvoo")


def test_an_aspect_is_agreed_when_both_parties_have_confirmed(new_page: NewPage) -> None:
    director, county = new_page(signed_in_as=PORVOO), new_page(signed_in_as=COUNTY)
    address = open_map(director, CHILDREN)
    aspect = director.locator(".ring:has-text('Päiväkoti – Neuvola')")
    aspect.click()
    director.locator(".aspect-list__link").nth(4).click()
    director.locator("[data-panel-body] textarea[name=value]:visible").first.fill(
        "Sijaisiin varataan tunti lasta kohden."
    )
    director.locator("[data-panel-title]").click()
    saved(director)
    director.locator(".panel-steps a").first.click()
    expect(director.locator("[data-panel-title]")).to_contain_text("4.")
    director.locator(".panel-steps a").last.click()
    expect(director.locator("[data-panel-title]")).to_contain_text("5.")
    director.locator(".confirmation").filter(has_text="Porvoo").locator("button").click()
    expect(director.locator(".confirmation__state--given")).to_have_count(1)

    county.goto(f"{address}lista/")
    county.locator(".interface-card", has_text="Päiväkoti – Neuvola").locator(".aspect-strip a").nth(
        4
    ).click()
    county.locator(".confirm button").click()
    expect(county.locator(".confirmation__state--given")).to_have_count(2)
    expect(county.locator("[data-status]")).to_have_class(re.compile("status--agreed"))

    director.goto(f"{address}taulukko/")
    expect(
        director.locator("tr", has_text="Päiväkoti – Neuvola").locator(".matrix__cell").nth(4)
    ).to_have_class(re.compile("agreed"))


def test_two_people_change_the_same_text_and_nothing_is_lost(new_page: NewPage, problems: list[str]) -> None:
    first, second = new_page(signed_in_as=PORVOO), new_page(signed_in_as=COUNTY)
    address = open_map(first, CHILDREN)
    first.goto(f"{address}lista/")
    url = (
        first.locator(".interface-card", has_text="Neuvola – Lastensuojelu").locator(".aspect-strip a").nth(8)
    )
    target = url.get_attribute("href")
    assert target
    # The interface between two county services has one party only: both editors are the county's.
    first = new_page(signed_in_as="neuvolanesihenkilo.itauusimaa@esittely.example")
    first.goto(target)
    second.goto(target)
    second.route(  # writes on what it saw first, however fast the other's change is told
        f"**{target}",
        lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_(),
    )
    first.locator("textarea[name=value]:visible").first.fill("Perhekeskusverkosto.")
    first.keyboard.press("Tab")
    saved(first)
    second.locator("textarea[name=value]:visible").first.fill("Lasten palvelujen johtoryhmä.")
    second.keyboard.press("Tab")
    choice = second.locator(".conflict")
    expect(choice).to_contain_text("Perhekeskusverkosto.")
    expect(choice).to_contain_text("Lasten palvelujen johtoryhmä.")
    check_accessibility(second)
    choice.locator("[data-keep-mine]").click()
    saved(second)
    first.reload()
    expect(first.locator("textarea[name=value]:visible").first).to_have_value("Lasten palvelujen johtoryhmä.")
    problems[:] = [line for line in problems if not re.search("409|ERR_FAILED", line)]


def test_services_are_added_connected_moved_removed_and_taken_back_in_the_drawing(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    address = open_map(page, CHILDREN)
    cards, rings = page.locator(".card-service"), page.locator(".ring")
    expect(rings.first).to_be_visible()
    services, interfaces = cards.count(), rings.count()

    page.locator("[data-tool=add]").click()
    page.locator("#new-name-fi").fill("Perhetupa")
    page.locator("#new-node").select_option(label="Avoin varhaiskasvatus")
    page.locator("[data-panel-body] form button[type=submit]").last.click()
    expect(cards).to_have_count(services + 1)
    expect(page.locator("[data-panel-title]")).to_have_text("Perhetupa")
    page.locator("[data-panel-close]").click()

    page.locator("[data-tool=connect]").click()
    page.locator(".card-service", has_text="Perhetupa").click()
    page.locator(".card-service", has_text="Neuvola").click()
    page.locator("[data-connect-make]").click()
    expect(rings).to_have_count(interfaces + 1)
    expect(page.locator("[data-panel-title]")).to_have_text("Perhetupa – Neuvola")
    page.locator("[data-panel-close]").click()

    card = page.locator(".card-service", has_text="Perhetupa")
    other = page.get_by_role("button", name=re.compile("Päiväkoti ?, Porvoo"))
    before = card.bounding_box()["x"] < other.bounding_box()["x"]  # type: ignore[index]
    box, goal = card.bounding_box(), other.bounding_box()
    assert box
    assert goal
    page.mouse.move(box["x"] + 60, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(goal["x"] + (goal["width"] if before else 0) + 30, goal["y"] + 40, steps=12)
    page.mouse.up()
    saved(page)
    card = page.locator(".card-service", has_text="Perhetupa")
    expect(card).to_contain_text(re.compile(r"2\b.*2" if before else r"1\b.*2"))
    assert (card.bounding_box()["x"] < other.bounding_box()["x"]) != before  # type: ignore[index]
    page.reload()
    assert (card.bounding_box()["x"] < other.bounding_box()["x"]) != before  # type: ignore[index]

    card.focus()
    page.keyboard.press("Delete")
    expect(cards).to_have_count(services)
    expect(rings).to_have_count(interfaces)
    expect(page.locator("[data-toast]")).to_contain_text("Perhetupa")
    assert page.evaluate("document.activeElement.dataset.key")
    page.goto(f"{address}historia/")
    page.locator(".history__row").first.get_by_role("link").click()
    page.locator("form[data-kind=boolean] button").first.click()
    expect(page.locator(".notice--warning")).to_have_count(0)
    page.goto(address)
    expect(cards).to_have_count(services + 1)
    expect(rings).to_have_count(interfaces + 1)


def test_the_drawing_is_one_tab_stop_and_is_used_by_keyboard(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    open_map(page, YOUTH)
    expect(page.locator("[data-world] [tabindex='0']")).to_have_count(1)
    page.locator("[data-world] [tabindex='0']").focus()
    seen = set()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft", "End", "Home"):
        page.keyboard.press(key)
        seen.add(page.evaluate("document.activeElement.dataset.key"))
    assert len(seen) > 2
    assert all(seen)
    page.keyboard.press("Enter")
    expect(page.locator("[data-panel-title]")).to_be_focused()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.key") in seen
    page.wait_for_timeout(100)  # the drawing fits itself to the room that the panel left
    scale = page.evaluate("document.querySelector('[data-canvas]').style.getPropertyValue('--scale')")
    page.keyboard.press("+")
    assert page.evaluate("document.querySelector('[data-canvas]').style.getPropertyValue('--scale')") > scale
    page.keyboard.press(" ")
    expect(page.locator("[data-connect-bar]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-connect-bar]")).to_be_hidden()


def test_a_pinch_zooms_the_drawing_and_never_the_page(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    open_map(page, YOUTH)
    scale = "document.querySelector('[data-canvas]').style.getPropertyValue('--scale')"
    wheel = """(delta) => {
      const event = new WheelEvent('wheel', { ctrlKey: true, deltaY: delta, bubbles: true, cancelable: true, clientX: 600, clientY: 500 });
      document.querySelector('[data-world]').dispatchEvent(event);
      return event.defaultPrevented;
    }"""
    assert all(page.evaluate(wheel, -300) for _time in range(12)), "at the largest, too"
    assert float(page.evaluate(scale)) == 2
    pinch = """([name, scale]) => {
      const event = Object.assign(new Event(name, { bubbles: true, cancelable: true }), { scale, clientX: 600, clientY: 500 });
      document.querySelector('[data-world]').dispatchEvent(event);
      return event.defaultPrevented;
    }"""
    assert page.evaluate(pinch, ["gesturestart", 1])
    assert page.evaluate(pinch, ["gesturechange", 0.5])
    assert float(page.evaluate(scale)) == 1


def test_everything_is_edited_without_javascript(new_page: NewPage, problems: list[str]) -> None:
    page = new_page(signed_in_as=PORVOO, javascript=False)
    address = open_map(page, CHILDREN)
    page.goto(f"{address}lista/")
    page.locator(".interface-card", has_text="Päiväkoti – Lastensuojelu").locator(".aspect-strip a").nth(
        6
    ).click()
    target = page.url
    form = page.locator(TEXT).first
    form.locator("textarea").fill("Lapsi saa tuen ajoissa.")
    form.get_by_role("button").click()
    expect(page.locator(".message")).to_be_visible()
    expect(page.locator(TEXT).locator("textarea").first).to_have_value("Lapsi saa tuen ajoissa.")
    expect(page.locator("[data-status]")).to_have_class(re.compile("status--in_progress"))

    stale = new_page(signed_in_as=PORVOO, javascript=False)
    stale.goto(target)
    form = page.locator(TEXT).first
    form.locator("textarea").fill("Lapsi saa tuen viikossa.")
    form.get_by_role("button").click()
    form = stale.locator(TEXT).first
    form.locator("textarea").fill("Lapsi saa tuen kuukaudessa.")
    with stale.expect_response(re.compile("muuta")) as answer:
        form.get_by_role("button").click()
    assert answer.value.status == 409
    expect(stale.locator("main")).to_contain_text("Lapsi saa tuen viikossa.")
    expect(stale.locator("main textarea")).to_have_value("Lapsi saa tuen kuukaudessa.")
    problems[:] = [line for line in problems if "409" not in line]


def test_a_personal_identity_code_is_refused_and_the_text_stays(
    new_page: NewPage, problems: list[str]
) -> None:
    page = new_page(signed_in_as=PORVOO)
    address = open_map(page, YOUTH)
    page.goto(f"{address}lista/")
    page.locator(".interface-card").first.locator(".aspect-strip a").nth(3).click()
    text = page.locator("textarea[name=value]:visible").first
    text.fill("Nuori 131052-308T tarvitsee tukea.")
    page.keyboard.press("Tab")
    expect(page.locator("[data-edit-error]")).to_contain_text("henkilötunnu")
    expect(text).to_have_value("Nuori 131052-308T tarvitsee tukea.")
    check_accessibility(page)
    text.fill("")
    page.keyboard.press("Tab")
    problems[:] = [line for line in problems if "422" not in line]


def test_a_reader_reads_and_changes_nothing(new_page: NewPage) -> None:
    page = new_page(signed_in_as=READER)
    open_map(page, CHILDREN)
    expect(page.locator("[data-tool]")).to_have_count(0)
    page.locator(".ring").first.click()
    page.locator(".aspect-list__link").first.click()
    expect(page.locator("[data-panel-title]")).to_contain_text("1.")
    expect(page.locator("[data-panel-body] textarea:visible")).to_have_count(0)
    expect(page.locator("[data-panel-body] .reading__text").first).not_to_be_empty()


@pytest.mark.parametrize("width", [320, 360])
def test_a_phone_shows_every_page_without_sideways_scrolling(new_page: NewPage, width: int) -> None:
    page = new_page("sv", width=width, height=700, signed_in_as=PORVOO)
    address = open_map(page, "Tjänster för barn under skolåldern, Borgå")
    paths = ["/", "/kartat/", "/kartat/uusi/", "/palvelut/", "/organisaatiot/", "/oma/", "/esittely/"]
    paths += [
        address,
        f"{address}lista/",
        f"{address}taulukko/",
        f"{address}historia/",
        f"{address}asetukset/",
    ]
    paths += [f"{address}palvelut/lisaa/", f"{address}yhdyspinnat/yhdista/"]
    for path in paths:
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} px wide"
    page.goto(f"{address}lista/")
    page.locator(".aspect-strip a").first.click()
    expect(page.locator("[data-panel-title]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("view", ["", "taulukko/"])
def test_the_address_remembers_what_is_open(new_page: NewPage, view: str) -> None:
    page = new_page(signed_in_as=PORVOO)
    page.goto(f"{open_map(page, CHILDREN)}{view}")
    page.locator(".ring, .matrix__cell").first.click()
    title = page.locator("[data-panel-title]")
    expect(title).to_be_visible()
    shown = title.inner_text()
    page.reload()
    expect(title).to_have_text(shown)
    page.keyboard.press("Escape")
    expect(title).to_have_count(0)
    assert "#" not in page.url
    page.goto("/kartat/")
    page.goto(f"{open_map(page, CHILDREN)}{view}#javascript:alert(1)")
    expect(page.locator("[data-panel]")).to_be_hidden()
