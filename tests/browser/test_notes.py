"""A second document in the browser: the note gets the scripts of editing together from its page's data alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_map_editor import PORVOO, PORVOO_APPROVER
from tests.browser.test_working_together import no_noise
from tests.plugin import TestRun, running_portal
from tests.portal import PortalServer
from yhdyspinta.embedded import postgres

MAKE = """INSERT INTO notes_note (organisation_id, title, body, seq, news_seq)
    SELECT id, 'Aamu', '', 0, 0 FROM collaboration_organisation WHERE code = '638' RETURNING id"""


@pytest.fixture
def portal_server(test_run: TestRun, tmp_path: Path) -> Iterator[PortalServer]:
    """The portal with the note's addresses, too."""
    with running_portal(test_run, tmp_path, YHDYSPINTA_TEST_URLS="tests.notes.urls") as server:
        yield server


@pytest.fixture
def note(portal_server: PortalServer) -> str:
    """The address of a note of Porvoo."""
    [(pk,)] = postgres.run_sql(portal_server.database_url, MAKE)
    return f"/muistiot/{pk}/"


def write(page: Page, text: str) -> None:
    """Write the note's text and leave the field."""
    page.locator("textarea[name=value]").fill(text)
    page.locator("h1").click()


class TestTwoPeopleWriteANote:
    def test_each_sees_the_other_and_what_stands_apart_is_merged(
        self, new_page: NewPage, note: str, problems: list[str]
    ) -> None:
        one, two = new_page(signed_in_as=PORVOO), new_page(signed_in_as=PORVOO_APPROVER)
        for page in (one, two):
            page.goto(note)
        expect(one.locator("[data-presence=document]")).to_contain_text("Kaupunginjohtaja")
        write(one, "Neuvola soittaa perheelle. Koulu odottaa.")
        expect(two.locator("textarea[name=value]")).to_have_value("Neuvola soittaa perheelle. Koulu odottaa.")

        two.context.set_offline(True)
        write(two, "Neuvola kirjoittaa perheelle. Koulu odottaa.")
        expect(two.locator("[data-waiting]")).to_have_text("1 muutos odottaa")
        write(one, "Neuvola soittaa perheelle. Koulu kysyy.")
        expect(one.locator("form[data-edit] [data-edit-state]").nth(1)).to_contain_text("Tallennettu")
        two.context.set_offline(False)
        both = "Neuvola kirjoittaa perheelle. Koulu kysyy."
        for page in (one, two):
            expect(page.locator("textarea[name=value]")).to_have_value(both)
        no_noise(problems)

    def test_touching_words_are_chosen_between(
        self, new_page: NewPage, note: str, problems: list[str]
    ) -> None:
        one, two = new_page(signed_in_as=PORVOO), new_page(signed_in_as=PORVOO_APPROVER)
        for page in (one, two):
            page.goto(note)
        two.context.set_offline(True)
        write(two, "Koulu soittaa.")
        expect(two.locator("[data-waiting]")).to_have_text("1 muutos odottaa")
        write(one, "Neuvola soittaa.")
        expect(one.locator("form[data-edit] [data-edit-state]").nth(1)).to_contain_text("Tallennettu")
        two.context.set_offline(False)
        two.locator(".waiting--undecided").click()
        row = two.locator(".waiting-list__row")
        expect(row).to_contain_text("Neuvola soittaa.")
        row.locator("[data-mine]").click()
        for page in (one, two):
            expect(page.locator("textarea[name=value]")).to_have_value("Koulu soittaa.")
        no_noise(problems)


class TestOneWritesANote:
    def test_a_line_is_added_removed_undone_and_told_in_the_history(
        self, new_page: NewPage, note: str
    ) -> None:
        page = new_page(signed_in_as=PORVOO)
        page.goto(note)
        page.locator("input[name=words]").fill("Maitoa")
        page.locator("input[name=words]").press("Enter")
        lines = page.locator("main ul li")
        expect(lines).to_have_count(1)
        expect(lines).to_contain_text("Maitoa")
        lines.get_by_role("button").click()
        expect(lines).to_have_count(0)
        page.locator("h1").click()
        page.keyboard.press("Control+z")
        expect(lines).to_have_count(1)
        page.goto(f"{note}historia/")
        expect(page.locator(".history__change")).to_have_count(3)

    def test_what_was_written_offline_goes_once_although_the_browser_was_closed(
        self, new_page: NewPage, note: str, problems: list[str]
    ) -> None:
        page = new_page(signed_in_as=PORVOO)
        page.goto(note)
        page.context.set_offline(True)
        write(page, "Kirjoitettu bussissa.")
        expect(page.locator("[data-waiting]")).to_have_text("1 muutos odottaa")
        context = page.context
        page.close()
        context.set_offline(False)
        later = context.new_page()
        later.goto("/organisaatiot/")
        expect(later.locator("[data-waiting]")).to_be_hidden()
        later.goto(f"{note}historia/")
        expect(later.get_by_text("Kirjoitettu bussissa.")).to_have_count(1)
        no_noise(problems)
