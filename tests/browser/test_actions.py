"""An action from its making to its end, a chain of goals, by two people; and every page of them."""

from __future__ import annotations

import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_talk import CHAIR, DIRECTOR

WHAT = "Yhteinen lomake otetaan käyttöön"
TOP, BELOW = "Lapsen tieto kulkee ajoissa palvelusta toiseen", "Joka päiväkodissa on neuvolan yhteystiedot"


def in_days(days: int) -> str:
    day = datetime.date.today() + datetime.timedelta(days=days)  # noqa: DTZ011 as the person's calendar says
    return f"{day.day}.{day.month}.{day.year}"


def open_action(page: Page, what: str = WHAT) -> None:
    page.goto("/toimenpiteet/?state=all")
    page.locator("tbody th a", has_text=what).click()
    expect(page.locator("h1")).to_have_text(what)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.own_portal
def test_an_action_is_made_asked_about_and_done(new_page: NewPage, problems: list[str]) -> None:
    county = new_page(signed_in_as=CHAIR)
    county.goto("/toimenpiteet/")
    county.get_by_role("link", name="Lisää toimenpide").click()
    county.locator("#id_what").fill(WHAT)
    county.locator("#id_due_on").fill("31.2.2030")
    county.locator("#id_responsible").select_option(label="Porvoo")
    county.locator("form.form-column button[type=submit]").click()
    expect(county.locator(".error-summary")).to_be_visible()
    check_accessibility(county)
    expect(county.locator("#id_what")).to_have_value(WHAT)  # what was typed stays
    county.locator("#id_due_on").fill(in_days(10))
    county.locator("form.form-column button[type=submit]").click()
    expect(county.locator("h1")).to_have_text(WHAT)
    county.locator("#person").select_option(label="Sivistysjohtaja, Porvoo")
    county.locator("form", has=county.locator("#person")).get_by_role("button").press("Enter")
    expect(county.locator(".message")).to_be_visible()

    director = new_page(width=360, height=740, signed_in_as=DIRECTOR)
    director.goto("/")
    director.locator(".queue__row", has_text=WHAT).locator("a.ds-button").click()
    expect(director.get_by_role("heading", name="Pysyttekö aikataulussa?")).to_be_visible()
    check_accessibility(director)
    assert fits(director)
    director.get_by_role("button", name="Kyllä pysyy").press("Enter")
    expect(director.locator(".on-track")).to_have_count(0)
    director.locator("#askel [name=progress]").fill("120")
    director.locator("#askel button[type=submit]").click()
    expect(director.locator(".error-summary")).to_be_visible()
    director.locator("#askel [name=progress]").fill("60")
    director.locator("#askel button[type=submit]").click()
    expect(county.locator(".object-head__line .progress")).to_contain_text("60 %")  # live
    director.locator(".menu--more summary").press("Enter")
    director.locator(".menu--more a", has_text="Merkitse tehdyksi").click()
    director.locator("#askel button[type=submit]").click()
    expect(director.locator(".error-summary")).to_be_visible()  # what shows it is asked for
    check_accessibility(director)
    director.locator("#askel [name=evidence]").fill("Käytössä kaikissa yksiköissä.")
    director.locator("#askel button[type=submit]").click()
    expect(county.locator(".object-head__line strong")).to_have_text("Tehty")
    expect(county.locator(".timeline li").filter(has_text="Pysyy aikataulussa")).not_to_have_count(0)
    director.goto("/")
    expect(director.locator(".queue__row", has_text=WHAT)).to_have_count(0)
    problems[:] = [line for line in problems if "422" not in line]


@pytest.mark.own_portal
def test_a_goal_is_put_under_another_and_the_gap_closes(new_page: NewPage) -> None:
    page = new_page(signed_in_as=CHAIR)
    page.goto("/tavoitteet/")
    page.locator(".goal a", has_text=TOP).click()
    page.get_by_role("link", name="Lisää tavoite tämän alle").click()
    page.locator("#id_title_fi").fill(BELOW)
    page.locator("#id_level").select_option("field")
    page.locator("form.form-column").get_by_role("button", name="Tallenna").click()
    expect(page.locator(".goal--here")).to_contain_text(BELOW)
    page.locator(".goal a", has_text=TOP).click()
    expect(page.locator(".goal--here")).to_contain_text(TOP)
    expect(page.locator(".goals .goals .goal", has_text=BELOW)).to_be_visible()
    page.locator(".goal a", has_text=BELOW).click()
    page.get_by_role("link", name="Lisää toimenpide").click()
    page.locator("#id_what").fill("Yhteystiedot kerätään")
    page.locator("#id_responsible").select_option(label="Porvoo")
    page.locator("#id_due_on").fill(in_days(30))
    page.locator("form.form-column button[type=submit]").click()
    expect(page.locator("h1")).to_have_text("Yhteystiedot kerätään")
    page.locator(".facts a", has_text=BELOW).click()
    expect(page.locator(".goal--here")).not_to_contain_text("Porvoo: ei toimenpidettä")
    check_accessibility(page)


@pytest.mark.only_reads
@pytest.mark.languages(widths=[320, 1440])
def test_every_page_of_actions_and_goals_is_accessible(
    new_page: NewPage, problems: list[str], language: str, width: int
) -> None:
    page = new_page(language, width=width, signed_in_as=CHAIR)
    page.goto("/toimenpiteet/?state=all")
    action = page.locator("tbody th a").first.get_attribute("href")
    page.goto("/tavoitteet/")
    goal = page.locator(".goal a").first.get_attribute("href")
    page.goto("/kartat/")
    on = page.locator(".map-card__title a").first.get_attribute("href")
    page.goto(f"{on}lista/")
    interface = page.locator(".interface-card__title a").first.get_attribute("href")
    paths = [
        "/toimenpiteet/",
        "/toimenpiteet/?view=board",
        "/toimenpiteet/?q=olematon",
        "/toimenpiteet/uusi/",
    ]
    paths += [f"{action}", f"{action}askel/ask_day/"]
    paths += ["/tavoitteet/", "/tavoitteet/?lacking=on", "/tavoitteet/?q=olematon", "/tavoitteet/uusi/"]
    paths += [f"{goal}", f"{goal}muokkaa/", f"{goal}?yhdyspinta=neuvola", f"{on}asiat/", f"{interface}"]
    for path in paths:
        page.goto(path)
        check_accessibility(page)
        assert fits(page), path
    page.goto("/toimenpiteet/")
    expect(page.locator(".time-plan")).to_be_visible(visible=width > 768)
    problems[:] = [line for line in problems if "403" not in line]


@pytest.mark.only_reads
def test_actions_and_goals_without_javascript(new_page: NewPage) -> None:
    page = new_page(width=320, height=740, javascript=False, signed_in_as=DIRECTOR)
    page.goto("/toimenpiteet/")
    page.locator("tbody th a").first.click()
    page.locator(".menu--more summary").click()
    page.locator(".menu--more a").first.click()
    expect(page.locator("#askel form")).not_to_have_count(0)
    assert fits(page)
    page.goto("/tavoitteet/")
    page.locator(".goal a", has_text=TOP).click()
    expect(page.locator(".goal--here")).to_be_visible()
    page.goto("/tavoitteet/?level=expert")
    expect(page.locator(".goals .goals")).to_have_count(0)


@pytest.mark.own_portal
def test_an_interface_is_talked_about_while_others_do(new_page: NewPage) -> None:
    """By script and by a phone without it; what one types stays while another's words come in around it."""
    lead = new_page(signed_in_as=CHAIR)
    lead.goto("/kartat/?q=porvoo")
    lead.locator(".map-card__title a", has_text="Porvoo").first.click()
    lead.wait_for_url("**/kartat/*/")
    lead.goto(f"{lead.url}lista/")
    lead.locator(".interface-card__title a", has_text="Neuvola").first.click()
    lead.wait_for_url("**/yhdyspinnat/*/")
    where = lead.url.partition("#")[0]
    director = new_page(width=360, height=740, javascript=False, signed_in_as=DIRECTOR)
    director.goto(where)
    text = lead.locator("#id_text_new")
    text.press_sequentially("Kysyn @Sivistys")
    expect(lead.locator("[data-found] li").first).to_be_visible()
    text.press("ArrowDown")
    lead.keyboard.press("Enter")
    expect(lead.locator(".talk > .composer [data-chosen] li")).to_have_count(1)
    director.locator("#id_text_new").fill("Riittääkö puhelinsoitto?")
    director.locator(".talk > .composer button", has_text="Lähetä").last.click()
    expect(lead.locator(".comment", has_text="Riittääkö puhelinsoitto?")).to_be_visible()  # live
    expect(text).to_have_value("Kysyn @Sivistys")
    expect(lead.locator(".talk > .composer [data-chosen] li")).to_have_count(1)
    check_accessibility(lead)
    lead.locator(".talk > .composer button", has_text="Lähetä").last.click()
    expect(lead.locator(".comment", has_text="Kysyn @Sivistys")).to_contain_text("Sivistysjohtaja, Porvoo")
    director.goto("/oma/ilmoitukset/")
    expect(director.locator("main")).to_contain_text("Neuvola")
