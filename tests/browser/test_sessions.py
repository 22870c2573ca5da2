"""Two people and one browser, ended sessions, and pages that come back: nothing in another's name, nothing lost."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.conftest import sign_out as press_sign_out
from tests.browser.test_map_editor import COUNTY, PORVOO, PORVOO_APPROVER, YOUTH, saved
from tests.browser.test_working_together import kept, no_noise
from tests.browser.test_writing import RESTED, answer, aspect, write
from tests.gear.waiting import told
from yhdyspinta.embedded.browser import sign_in


def sign_out(page: Page) -> None:
    """Sign out, and wait until it is so."""
    press_sign_out(page)
    expect(page.get_by_role("link", name=re.compile("Kirjaudu|Logga in")).first).to_be_visible()


def change_person(page: Page, email: str) -> Page:
    """In another tab of the same browser: sign out, and sign in as somebody else, or nobody."""
    tab = page.context.new_page()
    tab.goto("/")
    sign_out(tab)
    if email:
        sign_in(tab, email)
    return tab


def test_a_press_in_an_old_tab_confirms_for_nobody_and_the_words_wait_for_their_author(
    new_page: NewPage, problems: list[str]
) -> None:
    page = new_page(signed_in_as=PORVOO)
    target, text = aspect(page)
    write(text, "Sovittu teksti.")
    tab = change_person(page, PORVOO_APPROVER)
    text.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Minun lauseeni")
    with page.expect_navigation():
        page.locator(".confirm button").click()
    expect(page.locator(".another")).to_contain_text("toinen henkilö")
    expect(page.locator(".confirmation__state--given")).to_have_count(0)
    expect(answer(page).or_(page.locator(".reading__text").first)).not_to_contain_text("Minun lauseeni")
    assert "Minun lauseeni" in kept(page), "kept for its author"
    expect(page.locator("[data-waiting]")).to_be_hidden()
    tab.goto(target)
    expect(tab.locator("main")).not_to_contain_text("Minun lauseeni")
    change_person(page, "")
    sign_in(page, PORVOO)
    expect(page.locator("[data-waiting]")).to_be_hidden(timeout=20_000)
    page.goto(target)
    expect(answer(page)).to_have_value("Sovittu teksti. Minun lauseeni")
    write(answer(page), "")
    no_noise(problems)


def test_a_colleague_on_the_same_device_neither_sees_nor_sends_what_waits(
    new_page: NewPage, problems: list[str]
) -> None:
    page = new_page(signed_in_as=PORVOO)
    target, text = aspect(page)
    write(text, "")
    context = page.context
    context.set_offline(True)
    text.fill("Kirjoitin junassa.")
    page.keyboard.press("Tab")
    expect(page.locator("[data-waiting]")).to_have_text("1 muutos odottaa")
    page.close()
    context.clear_cookies(name="sessionid")  # the session ends, and nobody signs out
    context.set_offline(False)
    other, sent = context.new_page(), list[str]()
    other.on("request", lambda request: sent.append(request.url) if "/ops/" in request.url else None)
    sign_in(other, COUNTY)
    for path in ("/", "/oma/", target):
        other.goto(path)
        other.evaluate("dispatchEvent(new Event('online'))")
        other.wait_for_timeout(300)
        expect(other.locator("[data-waiting]")).to_be_hidden()
        expect(other.locator("body")).not_to_contain_text("junassa")
    expect(answer(other)).to_have_value("")
    with other.expect_response(re.compile("/ulos/")) as left:
        sign_out(other)
    expect(other.get_by_role("link", name=re.compile("Kirjaudu")).first).to_be_visible()
    assert sent == []
    assert "clear-site-data" not in left.value.headers, "it would take away what waits for another"
    assert "Kirjoitin junassa." in kept(other)
    sign_in(other, PORVOO)
    other.goto(target)
    expect(answer(other)).to_have_value("Kirjoitin junassa.")
    other.goto(re.sub(r"yhdyspinnat/.*", "historia/", target))
    first = other.locator(".history__row").first
    expect(first).to_contain_text("Kirjoitin junassa.")
    expect(first).to_contain_text("Sivistysjohtaja, Porvoo")
    other.goto(target)
    write(answer(other), "")
    no_noise(problems)


@pytest.mark.parametrize("javascript", [True, False])
def test_what_was_typed_in_a_form_waits_when_the_session_ended_in_another_tab(
    new_page: NewPage, problems: list[str], *, javascript: bool
) -> None:
    page = new_page(signed_in_as=PORVOO, javascript=javascript)
    page.goto("/palvelut/?q=Porvoo")
    page.locator("main a:text-matches('Päiväkoti|Ohjaamo')").first.click()
    page.locator("a[href$='/muokkaa/']").first.click()
    address = page.url
    text = page.locator("#id_description_fi")
    was = text.input_value()
    text.fill("Pitkä kuvaus,\njota kirjoitin puoli tuntia.")
    if javascript:
        change_person(page, "").close()
    else:
        page.context.clear_cookies(name="sessionid")
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/kirjaudu/"))
    sign_in(page, COUNTY)
    page.goto("/oma/kesken/")
    expect(page.locator("main")).not_to_contain_text("puoli tuntia")
    sign_out(page)
    sign_in(page, PORVOO)
    expect(page.locator("main h1")).to_have_text("Kirjoittamasi on tallessa")
    expect(page.locator("textarea[name=description_fi]")).to_have_value(
        "Pitkä kuvaus,\njota kirjoitin puoli tuntia."
    )
    page.locator("main form button[type=submit]").first.click()
    page.goto(address)
    expect(text).to_have_value("Pitkä kuvaus,\njota kirjoitin puoli tuntia.")
    text.fill(was)
    page.locator("main form button[type=submit]").first.click()
    no_noise(problems)


def test_a_page_that_comes_back_shows_what_is_true(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    target, text = aspect(page)
    write(text, "")
    text.click()
    page.keyboard.type("Kirjoitin ja lähdin heti.")
    page.locator("nav.breadcrumbs a").first.click()
    expect(page).to_have_url(re.compile(r"/kartat/$"))
    page.go_back()
    expect(page).to_have_url(target)
    expect(answer(page)).to_have_value("Kirjoitin ja lähdin heti.")
    expect(page.locator("[data-waiting]")).to_be_hidden()
    expect(page.locator("form[data-waits]")).to_have_count(0)
    answer(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Jatkan.")
    page.wait_for_timeout(RESTED)
    saved(page)
    expect(page.locator(".conflict")).to_have_count(0)
    write(answer(page), "")


@pytest.mark.parametrize("is_offline", [False, True])
def test_back_shows_nothing_of_a_person_who_has_signed_out(
    new_page: NewPage, problems: list[str], *, is_offline: bool
) -> None:
    page = new_page(signed_in_as=PORVOO)
    target, _text = aspect(page)
    for path in ("/", target, "/oma/"):
        page.goto(path)
        sign_out(page)
        page.context.set_offline(is_offline)
        with suppress(PlaywrightError):  # offline the browser shows its own page
            page.go_back(wait_until="commit", timeout=5_000)
        page.wait_for_timeout(500)
        shown = told(
            page,
            "getComputedStyle(document.documentElement).visibility === 'hidden' ? '' : document.body.innerText",
        )
        assert "Sivistysjohtaja" not in shown
        page.context.set_offline(False)
        sign_in(page, PORVOO)
    problems[:] = [line for line in problems if "ERR_" not in line and "Failed to load" not in line]


def test_pasted_text_is_not_cut_but_counted_and_refused_in_words(
    new_page: NewPage, problems: list[str]
) -> None:
    page = new_page(signed_in_as=PORVOO)
    target, text = aspect(page)
    write(text, "")
    long = "Sovimme näin. " * 450 + "LOPPU"
    text.click()
    page.keyboard.insert_text(long)
    expect(text).to_have_value(long)
    page.wait_for_timeout(RESTED)
    expect(page.locator(".count")).to_contain_text("6305 / 5000 merkkiä")
    expect(page.locator("[data-edit-error]")).to_contain_text("1305 merkkiä liian pitkä")
    expect(page.locator("#save-state")).to_have_text("Ei tallennettu")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("Lyhyt.")
    page.keyboard.press("Tab")
    saved(page)
    expect(page.locator(".count")).to_have_count(0)
    plain = new_page(signed_in_as=PORVOO, javascript=False)
    plain.goto(target)
    answer(plain).fill(long)
    answer(plain).locator("xpath=ancestor::form").locator("button").click()
    expect(plain.locator(".error-summary")).to_contain_text("5000")
    expect(plain.locator("textarea").first).to_have_value(long.strip())
    write(answer(page), "")
    assert YOUTH
    no_noise(problems)


def test_no_field_of_a_page_cuts_what_is_pasted(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    target, _text = aspect(page)
    for path in (target, "/oma/", "/kartat/", "/kartat/uusi/", "/palvelut/", "/oma/salasana/"):
        page.goto(path)
        assert page.locator("[maxlength]").count() == 0, path
