"""A county's base map and a municipality's map that follows it: inherited, taken over, compared and returned to."""

import re

from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_map_editor import CHILDREN, COUNTY, PORVOO, open_map, saved

BASE = "Alle kouluikäisten palvelut, Itä-Uudenmaan hyvinvointialue"
BETWEEN = "Päiväkoti – Lastensuojelu"
FIRST = "Lastensuojelu kertoo kolmen päivän kuluessa, että ilmoitus on otettu vastaan ja kuka sitä hoitaa."
SECOND = FIRST.replace("kolmen", "viiden")
OUTSIDE = """[...document.querySelectorAll("main *")]
    .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map((each) => each.outerHTML.slice(0, 200))"""
THIRD = 2  # flow of information: the place in a row of nine


def aspect_of(page: Page, title: str) -> str:
    """The address of the third aspect between daycare and child welfare on the map."""
    address = open_map(page, title)
    page.goto(f"{address}lista/")
    card = page.locator(".interface-card", has_text=BETWEEN)
    card.locator(".aspect-strip a").nth(THIRD).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("3.")
    return page.url


def county_writes(county: Page, text: str) -> None:
    """Typing alone changes no map: the county saves with the button."""
    form = county.locator("form.edit:has(textarea)").first
    form.locator("textarea").fill(text)
    form.get_by_role("button", name="Tallenna").click()
    saved(county)


def test_the_county_changes_its_base_map_and_a_municipality_takes_over_and_returns(new_page: NewPage) -> None:
    county, porvoo = new_page(signed_in_as=COUNTY), new_page(signed_in_as=PORVOO)
    base = aspect_of(county, BASE)
    expect(county.get_by_text("Tämä on hyvinvointialueen pohjakartta.")).to_be_visible()
    check_accessibility(county)
    county_writes(county, FIRST)

    ours = aspect_of(porvoo, CHILDREN)
    beside = porvoo.locator("[data-beside-base]")
    text = porvoo.locator("textarea[name=value]:not([hidden])").first
    expect(text).to_have_value(FIRST)
    expect(beside).to_contain_text("Hyvinvointialueen pohjakartasta.")
    beside.locator("summary").click()
    expect(beside.locator("ins").first).to_be_visible()
    check_accessibility(porvoo)

    beside.get_by_role("button", name="Ota omaksi tekstiksi").click()
    expect(beside).to_contain_text("Oma teksti.")
    county.goto(base)
    county_writes(county, SECOND)
    porvoo.reload()
    expect(text).to_have_value(FIRST)
    expect(beside.locator("del")).to_contain_text("kolmen")
    expect(beside.locator("ins")).to_contain_text("viiden")
    check_accessibility(porvoo)

    beside.get_by_role("button", name="Palaa hyvinvointialueen tekstiin").click()
    expect(beside).to_contain_text("Hyvinvointialueen pohjakartasta.")
    expect(text).to_have_value(SECOND)

    text.fill("Päiväkoti saa tiedon kahden arkipäivän kuluessa.")
    porvoo.keyboard.press("Tab")
    saved(porvoo)
    expect(beside).to_contain_text("Oma teksti.")  # without loading the page again
    beside.get_by_role("button", name="Palaa hyvinvointialueen tekstiin").click()
    expect(beside).to_contain_text("Hyvinvointialueen pohjakartasta.")
    assert porvoo.url == ours


def test_the_drawing_and_the_matrix_mark_what_is_inherited_and_follow_what_is_taken_over(
    new_page: NewPage,
) -> None:
    page = new_page(signed_in_as=PORVOO)
    address = open_map(page, CHILDREN)
    ring = page.locator(f".ring:has-text('{BETWEEN}')")
    marked = ring.locator(".sector__inherited")
    expect(marked.first).to_be_attached()
    before = marked.count()
    assert before
    expect(ring).to_have_accessible_name(re.compile("hyvinvointialueen pohjakartasta: .*8"))
    ring.click()
    page.locator(".aspect-list__link").nth(7).click()
    page.get_by_role("button", name="Ota omaksi tekstiksi").click()
    expect(marked).to_have_count(before - 1)
    check_accessibility(page)

    page.goto(f"{address}taulukko/")
    cell = page.locator("tr", has_text=BETWEEN).locator(".matrix__cell").nth(7)
    expect(cell.locator(".inherited")).to_be_hidden()
    cell.click()
    page.get_by_role("button", name="Palaa hyvinvointialueen tekstiin").click()
    expect(cell.locator(".inherited")).to_be_visible()
    check_accessibility(page)


def test_a_base_map_fits_a_narrow_phone_and_works_without_javascript(new_page: NewPage) -> None:
    for person, title in ((COUNTY, BASE), (PORVOO, CHILDREN)):
        page = new_page(signed_in_as=person, width=320, height=700)
        address = open_map(page, title)
        for path in (f"{address}lista/", f"{address}asetukset/", aspect_of(page, title), "/kartat/uusi/"):
            page.goto(path)
            assert page.evaluate(OUTSIDE) == [], path
            check_accessibility(page)
    page = new_page(signed_in_as=PORVOO, javascript=False)
    page.goto("/kartat/")
    page.get_by_role("link", name=CHILDREN, exact=True).click()
    page.goto(f"{page.url}lista/")
    page.locator(".interface-card", has_text=BETWEEN).locator(".aspect-strip a").nth(7).click()
    for button, words in (
        ("Ota omaksi tekstiksi", "Oma teksti."),
        ("Palaa hyvinvointialueen tekstiin", "Hyvinvointialueen pohjakartasta."),
    ):
        page.get_by_role("button", name=button).click()
        expect(page.locator(".beside-base")).to_contain_text(words)


def test_a_county_makes_a_base_map_on_the_page_of_new_maps(new_page: NewPage) -> None:
    page = new_page(signed_in_as=COUNTY)
    page.goto("/kartat/uusi/")
    page.locator("input[name=template][value=young_people]").check()
    page.get_by_label("Kunta").select_option(label="Itä-Uudenmaan hyvinvointialueen kunnat")
    expect(page.locator("[data-county-line]")).to_contain_text("Pohjakartta: Itä-Uudenmaan hyvinvointialue")
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Nuorten palvelut, Itä-Uudenmaan hyvinvointialue"
    )
    expect(page.locator(".map-head .tag")).to_have_text("Pohjakartta")
    check_accessibility(page)
