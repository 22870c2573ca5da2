"""A report from where there is no connection: it waits on the device, goes once, and is nobody else's to send."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.gear import files
from tests.gear.waiting import until
from yhdyspinta.embedded.browser import sign_in

AT = "@esittely.example"
NURSE, DIRECTOR = f"terveydenhoitaja.itauusimaa{AT}", f"sivistysjohtaja.porvoo{AT}"
READY = "'offlineReady' in document.documentElement.dataset"
TEXT = "Verkossa ei pääse: havainnot eivät tulleet neuvolaan."

OTHER = "Kellarissa ei ole verkkoa: aika siirtyi taas."


def written(page: Page, text: str) -> None:
    """What happened, and how much it matters."""
    page.locator("[name=text]").fill(text)
    for name, value in (("effect", "delayed"), ("frequency", "often"), ("urgency", "normal")):
        page.locator(f"[name={name}][value={value}]").check()


def to_the_second_screen(page: Page) -> None:
    page.goto("/ei-toimi/")
    page.locator(".pick a", has_text="Päiväkoti – Neuvola").filter(has_text="Porvoo").click()
    page.locator(".pick a", has_text="3 Tiedonkulku").click()
    page.wait_for_url("**/ei-toimi/ilmoita/**")


@pytest.mark.own_portal
def test_written_without_a_connection_it_waits_and_goes_once(
    new_page: NewPage, problems: list[str], tmp_path: Path
) -> None:
    page = new_page(width=360, height=740, signed_in_as=NURSE)
    to_the_second_screen(page)
    photo = tmp_path / "IMG_1.jpg"
    photo.write_bytes(files.jpeg(3000, 2000, gps=True))
    page.context.set_offline(True)
    written(page, f"Lapsi 131052-308T. {TEXT}")
    page.locator("[name=files]").set_input_files(photo)
    page.locator("button[value=preview]").click()
    expect(page.locator("[data-report-said]")).to_contain_text(
        "henkilötunnus"
    )  # past the gate on the device first
    page.locator("[name=text]").fill(TEXT)
    page.locator("button[value=preview]").click()
    expect(page.locator(".seen-offline .said")).to_have_text(TEXT)
    check_accessibility(page)
    page.locator("button[value=preview]").click()
    waits = page.locator("[data-report-waits]")
    expect(waits).to_contain_text("Odottaa lähetystä")
    assert "tallennettu" not in page.locator("main").inner_text().lower()
    expect(page.locator("[data-waiting]")).to_be_visible()
    problems.clear()  # the browser has told of the missing connection
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(waits.locator("a")).to_be_visible()
    waits.locator("a").click()
    expect(page.locator("h1")).to_contain_text("Verkossa ei pääse")
    expect(page.locator(".file img")).to_have_count(1)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    page.goto("/ilmoitukset/?state=mine")
    expect(page.locator("tbody th", has_text="Verkossa ei pääse")).to_have_count(1)


@pytest.mark.own_portal
def test_the_page_opens_without_a_connection_and_a_colleague_sends_nothing(
    new_page: NewPage, problems: list[str]
) -> None:
    page = new_page(width=360, height=740, signed_in_as=NURSE)
    page.goto("/ei-toimi/")
    until(page, READY)
    page.reload()  # the worker is there from now on
    until(page, "Boolean(navigator.serviceWorker.controller)")
    page.context.set_offline(True)
    page.goto("/ei-toimi/")
    expect(page.locator("h1")).to_have_text("Ilmoita ilman yhteyttä")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    written(page, OTHER)
    page.locator(".report__foot button").click()
    expect(page.locator(".seen-offline .said")).to_have_text(OTHER)
    page.locator(".report__foot button").click()
    expect(page.locator("[data-report-waits]")).to_contain_text("Odottaa lähetystä")
    problems.clear()
    # A colleague signs in on the same phone: nothing goes, and what was kept for the other is not shown.
    page.context.clear_cookies()
    page.context.set_offline(False)
    colleague = page.context.new_page()
    sign_in(colleague, DIRECTOR)
    colleague.goto("/ei-toimi/")
    until(colleague, READY)
    expect(colleague.locator("[data-waiting]")).to_be_hidden()
    assert colleague.evaluate("caches.keys().then(names => names.length)") == 1
    colleague.goto("/ilmoitukset/?state=all")
    expect(colleague.locator("tbody th", has_text="Kellarissa ei ole")).to_have_count(0)
    # Its own person comes back: it goes.
    colleague.context.clear_cookies()
    sign_in(colleague, NURSE)
    colleague.goto("/ilmoitukset/?state=mine")
    expect(colleague.locator("[data-waiting]")).to_be_hidden()
    colleague.goto("/ilmoitukset/?state=mine")
    expect(colleague.locator("tbody th", has_text="Kellarissa ei ole")).to_have_count(1)
    problems[:] = [line for line in problems if "403" not in line]  # what was tried in the colleague's name
