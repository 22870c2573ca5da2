"""A matter that climbs from a network to a board and comes back, with four people; and every page of forums and matters."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage

AT = "@esittely.example"
NURSE, CLINICS = f"terveydenhoitaja.itauusimaa{AT}", f"neuvolanesihenkilo.itauusimaa{AT}"
COORDINATOR, BOARD = f"yhdyspintakoordinaattori.itauusimaa{AT}", f"hyvinvointialuejohtaja.itauusimaa{AT}"
NETWORK, GROUP = "Varhaiskasvatuksen ja neuvolan verkosto", "LAPE-yhteistyöryhmä, Itä-Uusimaa"
COUNTY = "Aluehallitus, Itä-Uusimaa"
TITLE = "Nelivuotiaiden kuulokokeet jäävät tekemättä"


def open_matter(page: Page, title: str = TITLE, forum: str = "") -> None:
    """By the list of matters."""
    page.goto("/asiat/?state=all")
    page.locator("tbody th", has_text=title).filter(has_text=forum).locator("a").first.click()
    expect(page.locator("h1")).to_have_text(title)


def step(page: Page, name: str, **fields: str) -> None:
    """Take the step that the page offers, or one of its menu."""
    card = page.locator("#askel")
    if card.count() == 0 or card.locator("h2").inner_text() != name:
        page.locator(".menu--more summary").click()
        page.locator(".menu--more a", has_text=name).click()
        expect(card.locator("h2")).to_have_text(name)
    for field, value in fields.items():
        control = card.locator(f"[name={field}]")
        if control.evaluate("field => field.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(value)
    card.locator("button[type=submit]").click()
    expect(page.locator(".message")).to_be_visible()


@pytest.mark.own_portal
def test_a_phenomenon_climbs_to_the_board_and_its_answer_is_seen_where_it_began(
    new_page: NewPage, problems: list[str]
) -> None:
    nurse = new_page(width=360, height=740, signed_in_as=NURSE)
    nurse.goto("/asiat/uusi/")
    nurse.get_by_role("link", name=NETWORK).click()
    nurse.locator("#id_title").fill(TITLE)
    nurse.locator("#id_text").fill("Kutsu 131052-308T ei tule perille.")
    nurse.locator("select[name=kind]").select_option("phenomenon")
    nurse.locator("form.form-column button[type=submit]").click()
    expect(nurse.locator(".error-summary")).to_be_visible()  # no personal data: what was typed stays
    assert nurse.locator("#id_title").input_value() == TITLE
    nurse.locator("#id_text").fill("Kutsu ei tule perille, kun perhe muuttaa.")
    nurse.locator("form.form-column button[type=submit]").click()
    expect(nurse.locator("h1")).to_have_text(TITLE)
    problems[:] = [line for line in problems if "422" not in line]

    clinics = new_page(signed_in_as=CLINICS)
    clinics.goto("/")
    clinics.locator(".queue__row", has_text=TITLE).locator("a.ds-button").click()
    step(clinics, "Ota käsittelyyn", next_step="Verkoston kokous", next_step_on="9.12.2030")
    expect(nurse.locator(".object-head__line strong")).to_have_text(
        "Otettu käsittelyyn"
    )  # live, on the phone
    step(clinics, "Vie eteenpäin", forum=GROUP)
    expect(clinics.locator(".message")).to_contain_text(GROUP)

    group = new_page(signed_in_as=COORDINATOR)
    open_matter(group)
    step(group, "Ota käsittelyyn", next_step="Ryhmän kokous", next_step_on="12.12.2030")
    step(group, "Kirjoita ehdotus", proposal="Kutsut lähetetään uuteen kuntaan.")
    group.locator("#check-q").fill("neuvola")
    group.locator("#check-q").press("Enter")
    group.locator("input[name=touched]").first.check()
    group.locator("#id_effect").fill("Kutsukäytäntö muuttuu")
    group.locator("#id_not_heard_reason").fill("Sama organisaatio")
    group.get_by_role("button", name="Lisää tarkistukseen").click()
    expect(group.locator("section", has=group.locator("#tarkistus")).locator("tbody tr")).to_have_count(1)
    step(group, "Merkitse valmiiksi käsiteltäväksi")
    step(group, "Vie eteenpäin", forum=COUNTY)

    board = new_page(signed_in_as=BOARD)
    open_matter(board)
    step(board, "Ota käsittelyyn", next_step="Hallituksen kokous", next_step_on="15.12.2030")
    step(board, "Kirjoita ehdotus", proposal="Hyväksytään.")
    step(board, "Merkitse valmiiksi käsiteltäväksi")
    step(
        board,
        "Kirjaa päätös",
        outcome="Hyväksytty",
        decision="Kutsut lähetetään uuteen kuntaan 1.1. alkaen.",
        decided_on="1.12.2025",
        section="12",
    )
    step(board, "Vastaa", answer="Hallitus päätti: kutsut lähetetään.")
    expect(group.locator(".object-head__line strong")).to_have_text("Vastaus tullut")  # live
    open_matter(group)
    step(group, "Vastaa", answer="Hallitus päätti: kutsut lähetetään 1.1. alkaen.")
    open_matter(clinics, forum=NETWORK)
    expect(clinics.locator("#askel [name=answer]")).to_have_value(re.compile("1.1. alkaen"))  # as a beginning
    step(clinics, "Vastaa", answer="Kutsut lähetetään 1.1. alkaen. Kiitos!")
    expect(nurse.locator(".said--answer")).to_have_text("Kutsut lähetetään 1.1. alkaen. Kiitos!")  # live
    assert nurse.locator("body", has_text="Hyväksytään.").count() == 0  # the board's own preparation
    way = nurse.locator(".way li")
    expect(way).to_have_count(3)
    assert COUNTY in way.nth(2).inner_text()


@pytest.mark.only_reads
@pytest.mark.languages(widths=[320, 1440])
def test_every_page_of_forums_and_matters_is_accessible(
    new_page: NewPage, problems: list[str], language: str, width: int
) -> None:
    page = new_page(language, width=width, signed_in_as=COORDINATOR)
    page.goto("/foorumit/")
    check_accessibility(page)
    paths = [
        "/foorumit/?country=on",
        "/foorumit/?level=field",
        "/foorumit/uusi/",
        "/asiat/",
        "/asiat/?q=olematon",
    ]
    group = page.locator("main a[href^='/foorumit/']", has_text="LAPE").first.get_attribute("href")
    paths += [f"{group}", f"{group}muokkaa/", f"{group}paata/", f"{group}kutsu/", f"{group}paikat/uusi/"]
    paths += [f"{group}paikat/uusi/?q=porvoo", f"{group}asiat/uusi/", "/asiat/uusi/", "/oma/poissaolot/"]
    for path in paths:
        page.goto(path)
        check_accessibility(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.locator("form.filters button[type=submit]").click()  # an absence without a deputy
    expect(page.locator(".error-summary")).to_be_visible()
    check_accessibility(page)
    page.goto("/asiat/?state=all")
    for address in {link.get_attribute("href") for link in page.locator("tbody th a").all()}:
        page.goto(f"{address}")
        check_accessibility(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    problems[:] = [line for line in problems if "422" not in line]


@pytest.mark.only_reads
def test_what_one_writes_is_not_taken_away_when_the_matter_moves_on(new_page: NewPage) -> None:
    page = new_page(signed_in_as=COORDINATOR)
    open_matter(page, "Lastensuojelun yhteyshenkilö puuttuu päiväkodeilta")
    page.locator("#askel [name=proposal]").fill("Oma luonnos")
    page.evaluate("document.querySelector('.object-head__line').firstElementChild.textContent = 'Vanha'")
    page.evaluate("dispatchEvent(new Event('blur')); dispatchEvent(new Event('focus'))")
    expect(page.locator("[data-moved-on]")).to_be_visible()
    assert page.locator("#askel [name=proposal]").input_value() == "Oma luonnos"


@pytest.mark.only_reads
def test_forums_and_matters_without_javascript(new_page: NewPage) -> None:
    page = new_page(width=360, height=740, javascript=False, signed_in_as=COORDINATOR)
    page.goto("/foorumit/")
    expect(page.locator(".structure__box")).not_to_have_count(0)
    page.goto("/asiat/")
    page.locator("tbody th a").first.click()
    expect(page.locator(".step-line li")).to_have_count(5)
    page.locator(".menu--more summary").click()
    page.locator(".menu--more a").first.click()
    expect(page.locator("form")).not_to_have_count(0)
