"""Two people talk about a matter: mention, warning, an answer that comes live, resolving; and announcements on the desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_matters import CLINICS, COORDINATOR, open_matter

TITLE, GROUP = "Nelivuotistarkastuksen tiedonsiirto yhteiseksi käytännöksi", "LAPE"
CHAIR, DIRECTOR = "muutosjohtaja.itauusimaa@esittely.example", "sivistysjohtaja.porvoo@esittely.example"


def write(page: Page, text: str) -> None:
    page.locator("#id_text_new").fill(text)
    page.locator(".talk > .composer button", has_text="Lähetä").last.click()


@pytest.mark.own_portal
def test_two_people_talk_about_a_matter(new_page: NewPage) -> None:
    lead = new_page(signed_in_as=COORDINATOR)
    open_matter(lead, TITLE, forum=GROUP)
    director = new_page(width=390, height=800, signed_in_as=DIRECTOR)
    open_matter(director, TITLE, forum=GROUP)
    expect(director.locator(".comment", has_text="Riittääkö teille").first).to_contain_text("@")
    director.locator(".talk__thread summary", has_text="Vastaa").first.click()
    draft = director.locator(".talk__thread textarea").first
    draft.fill("Kirjoitan juuri")

    composer = lead.locator(".talk > .composer")
    text = lead.locator("#id_text_new")
    text.press_sequentially("Luonnos on valmis, @Varhais")
    expect(lead.locator("[data-found] li").first).to_be_visible()
    text.press("ArrowDown")
    for _nth in range(9):
        if "verkosto" in lead.evaluate("document.activeElement.closest('li').textContent"):
            break
        lead.keyboard.press("ArrowDown")
    lead.keyboard.press("Enter")
    expect(composer.locator("[data-chosen] li")).to_have_count(1)
    expect(text).to_be_focused()
    assert text.input_value() == "Luonnos on valmis, @Varhais"  # no script writes into what one types
    composer.locator("button", has_text="Lähetä").click()
    warning = lead.locator(".warning-line")
    expect(warning).to_contain_text("ei näe tätä")
    check_accessibility(lead)
    assert lead.locator("#id_text_new").input_value() == "Luonnos on valmis, @Varhais"
    lead.locator("#id_text_new").fill("Luonnos on valmis.")
    lead.get_by_role("button", name="Lähetä silti").click()
    expect(lead.locator(".comment", has_text="Luonnos on valmis.")).to_contain_text("verkosto")

    write(lead, "Vielä yksi asia")  # the director is writing in that part: nothing of theirs is taken away
    expect(director.locator("[data-moved-on]")).to_be_visible()
    expect(draft).to_have_value("Kirjoitan juuri")
    director.locator(".talk__thread .composer button", has_text="Lähetä").first.click()
    expect(lead.locator(".comment", has_text="Kirjoitan juuri")).to_be_visible()  # live

    lead.locator("#id_text_new").fill("Kesken")
    director.locator("#id_text_new").fill("Toinenkin")
    director.locator(".talk > .composer button", has_text="Lähetä").last.click()
    expect(lead.locator(".comment", has_text="Toinenkin")).to_be_visible()  # beside what one writes
    expect(lead.locator("#id_text_new")).to_have_value("Kesken")
    expect(lead.locator("[data-moved-on]")).to_be_hidden()

    threads = director.locator(".talk__threads > .talk__thread", has_text="Toinenkin")
    threads.get_by_role("button", name="Merkitse ratkaistuksi").click()
    expect(director.locator(".talk__resolved > summary")).to_contain_text("2 ratkaistua")


@pytest.mark.own_portal
def test_an_announcement_is_on_the_desk_until_it_is_put_aside(new_page: NewPage) -> None:
    chair = new_page(signed_in_as=CHAIR)
    chair.goto("/foorumit/")
    chair.locator("main a[href^='/foorumit/']", has_text="LAPE").first.click()
    chair.locator(".menu--more summary").click()
    chair.get_by_role("link", name="Tiedota").click()
    chair.locator("#id_title").fill("Kokous siirtyy")
    chair.locator("#id_text").fill("Uusi aika on perjantaina.")
    chair.locator("#id_until").fill("31.12.2049")
    chair.get_by_role("button", name="Julkaise tiedote").click()
    expect(chair.locator("h1")).to_have_text("Kokous siirtyy")
    check_accessibility(chair)
    director = new_page(width=390, height=800, signed_in_as=DIRECTOR)
    told = director.locator(".announcement", has_text="Kokous siirtyy")
    expect(told).to_be_visible()
    check_accessibility(director)
    told.get_by_role("button", name="Siirrä sivuun").click()
    expect(director.locator("h1")).to_be_visible()
    expect(told).to_have_count(0)


@pytest.mark.only_reads
@pytest.mark.languages("fi", "sv", widths=[320, 1440])
def test_the_talk_and_the_announcements_are_accessible(
    new_page: NewPage, problems: list[str], language: str, width: int
) -> None:
    page = new_page(language, width=width, signed_in_as=DIRECTOR)
    open_matter(page, TITLE, forum=GROUP)
    for summary in page.locator(".talk summary").all():
        if summary.is_visible():
            summary.click()
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    paths = [
        link.get_attribute("href") for link in page.locator(".comment__acts a[href^='/viestit/']").all()[:2]
    ]
    about = page.locator(".talk > .composer").get_attribute("action")
    page.locator("#id_text_new").fill("131052-308T")
    page.locator(".talk > .composer .composer__foot button").click()
    expect(page.locator(".composer__wrong").first).to_be_visible()
    check_accessibility(page)
    problems[:] = [line for line in problems if "422" not in line]
    for path in [*paths, about, "/tiedotteet/", "/tiedotteet/?past=on"]:
        page.goto(f"{path}")
        check_accessibility(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.own_portal
def test_talking_without_javascript(new_page: NewPage) -> None:
    page = new_page(width=360, height=740, javascript=False, signed_in_as=CLINICS)
    open_matter(page, TITLE, forum=GROUP)
    page.locator("#id_text_new").fill("Hyvä näin.")
    page.locator("#who-new").fill("sivistys")
    page.locator(".talk > .composer button", has_text="Hae").click()
    expect(page.locator("#id_text_new")).to_have_value("Hyvä näin.")
    page.locator("[data-found] input").first.check()
    page.locator(".talk > .composer .composer__foot button").click()
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator(".comment", has_text="Hyvä näin.").locator(".mention")).to_have_count(1)
