"""What does not work: reported on a phone without JavaScript, repaired, and closed when everybody says that it works."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage

AT = "@esittely.example"
NURSE, LEADER = f"terveydenhoitaja.itauusimaa{AT}", f"muutosjohtaja.itauusimaa{AT}"
DIRECTOR = f"sivistysjohtaja.porvoo{AT}"
TEXT = "Nelivuotistarkastukseen tullaan ilman havaintoja. Tänään taas."


def take(page: Page, address: str, name: str, **fields: str) -> None:
    """The step's own form, filled in and sent."""
    page.goto(f"{address}{name}/")
    for field, value in fields.items():
        control = page.locator(f"#askel [name={field}]")
        if control.first.get_attribute("type") == "radio":
            page.locator(f"#askel [name={field}][value={value}]").check()
        else:
            control.fill(value)
    page.locator("#askel button[type=submit]").click()
    expect(page.locator(".message")).to_be_visible()


@pytest.mark.own_portal
def test_reported_on_a_phone_repaired_and_closed_with_everybodys_word(
    new_page: NewPage, problems: list[str]
) -> None:
    nurse = new_page(width=360, height=740, signed_in_as=NURSE, javascript=False)
    nurse.goto("/ei-toimi/")
    nurse.locator(".pick a", has_text="Päiväkoti – Neuvola").filter(has_text="Porvoo").click()
    nurse.locator(".pick a", has_text="3 Tiedonkulku").click()
    nurse.locator("[name=text]").fill("Lapsi 131052-308T tuli ilman havaintoja.")
    for name, value in (("effect", "delayed"), ("frequency", "often"), ("urgency", "urgent")):
        nurse.locator(f"[name={name}][value={value}]").check()
    nurse.get_by_role("button", name="Jatka").click()
    expect(nurse.locator(".error-summary")).to_be_visible()  # no personal data, and nothing is lost
    expect(nurse.locator("[name=urgency][value=urgent]")).to_be_checked()
    problems[:] = [line for line in problems if "422" not in line]
    nurse.locator("[name=text]").fill(TEXT)
    nurse.get_by_role("button", name="Jatka").click()
    expect(nurse.locator(".seen")).to_contain_text("Työntekijä: Itä-Uudenmaan hyvinvointialue")
    nurse.get_by_role("button", name="Lähetä").click()
    expect(nurse.locator("h1")).to_have_text("Nelivuotistarkastukseen tullaan ilman havaintoja")
    address = re.sub(r".*(/ilmoitukset/\d+/).*", r"\1", nurse.url)

    director = new_page(signed_in_as=DIRECTOR)
    director.goto(address)
    assert "Terveydenhoitaja" not in director.locator("#content ul.plain-list").inner_text()
    director.goto("/kartat/")
    director.locator(".map-card", has_text="Alle kouluikäisten palvelut").filter(has_text="Porvoo").locator(
        ".map-card__title a"
    ).first.click()
    director.locator(".ring .sector--not_working").first.wait_for()
    take(
        director,
        address,
        "propose",
        proposal="Päiväkoti lähettää havainnot viikkoa ennen.",
        repair="text",
        shared="Päiväkoti lähettää havainnot viikkoa ennen tarkastusta.",
    )
    take(director, address, "works")
    take(new_page(signed_in_as=LEADER), address, "works")
    nurse.goto(address)
    nurse.locator("#askel button[type=submit]").click()
    expect(nurse.locator(".object-head__line")).to_contain_text("Suljettu")


@pytest.mark.languages(widths=[1280, 320])
def test_every_page_of_reports(new_page: NewPage, language: str, width: int) -> None:
    page = new_page(language, width=width, height=800, signed_in_as=LEADER)
    page.goto("/ilmoitukset/")
    check_accessibility(page)
    one = page.locator("tbody th a").first.get_attribute("href") or ""
    page.goto("/ilmoitukset/?view=board&state=all")
    check_accessibility(page)
    if width == 320:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto("/ei-toimi/ilman-yhteytta/")
    check_accessibility(page)
    page.goto("/palaute/")
    check_accessibility(page)
    page.goto("/ei-toimi/")
    check_accessibility(page)
    page.locator(".pick a").first.click()
    page.wait_for_url("**/ei-toimi/?yhdyspinta=*")
    check_accessibility(page)
    page.locator("#mika ~ .pick a").first.click()
    page.wait_for_url("**/ei-toimi/ilmoita/**")
    check_accessibility(page)
    for name, value in (("effect", "delayed"), ("frequency", "often"), ("urgency", "urgent")):
        page.locator(f"[name={name}][value={value}]").check()
    page.locator("[name=text]").fill("Ei tule.")
    page.locator("button[value=preview]").click()
    expect(page.locator(".seen")).to_be_visible()
    check_accessibility(page)
    for part in ("", "wait/", "move/", "hand_over/", "climb/"):
        page.goto(f"{one}{part}")
        if page.locator("h1").count():
            check_accessibility(page)
        if width == 320:
            assert page.evaluate("document.documentElement.scrollWidth") <= width, part


@pytest.mark.own_portal
def test_reports_of_the_same_show_while_one_writes_and_filters_are_kept(new_page: NewPage) -> None:
    page = new_page(width=360, height=740, signed_in_as=LEADER)
    page.goto("/ei-toimi/")
    page.locator(".pick a", has_text="Päiväkoti – Lastensuojelu").filter(has_text="Porvoo").click()
    page.wait_for_url("**/ei-toimi/?yhdyspinta=*")
    page.locator(".pick a", has_text="3 Tiedonkulku").click()
    page.wait_for_url("**/ei-toimi/ilmoita/**")
    similar = page.locator("[data-similar]")
    expect(similar.get_by_role("button")).to_have_count(0)
    page.locator("[name=text]").fill("Sää on huono.")
    with page.expect_response("**/ei-toimi/samat/"):
        page.locator("[name=text]").press_sequentially(" Esihenkilö ei tiedä, kuka päättää ajoista.")
    expect(similar).to_contain_text("kumpi esihenkilö päättää")
    check_accessibility(page)
    similar.get_by_role("button", name="Minullakin").click()
    expect(page.locator("#askel [name=text]")).to_have_value(
        "Sää on huono. Esihenkilö ei tiedä, kuka päättää ajoista."
    )

    page.goto("/ilmoitukset/?state=area&view=board")
    page.locator(".saved-filters summary").click()
    page.locator("#save-name").fill("Omat taululla")
    page.locator("#save-is_default").check()
    check_accessibility(page)
    page.get_by_role("button", name="Tallenna rajaukset").click()
    expect(page.locator(".saved-filters [aria-current]")).to_contain_text("Omat taululla")
    page.goto("/ilmoitukset/")
    expect(page.locator(".board")).to_be_visible()
    page.get_by_role("link", name="Nimeä uudelleen tai poista").click()
    page.wait_for_url("**/oma/rajaukset/")
    check_accessibility(page)
    page.get_by_role("button", name="Poista").click()
    expect(page.locator(".message")).to_contain_text("poistettiin")


def test_a_menu_that_is_open_stays_open_when_the_page_is_asked_again(new_page: NewPage) -> None:
    page = new_page(signed_in_as=LEADER)
    page.goto("/ilmoitukset/?state=all")
    page.locator("tbody th a").first.click()
    page.wait_for_url("**/ilmoitukset/*/")
    page.locator(".menu--more summary").click()
    title = page.locator("h1").inner_text()
    page.evaluate("document.querySelector('h1').textContent = 'Vanha'")
    page.evaluate("dispatchEvent(new Event('blur')), dispatchEvent(new Event('focus'))")
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator(".menu--more a").first).to_be_visible()
