"""Files on a matter's page: attached without JavaScript, by keyboard, made smaller before they go, and taken away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from collaboration.models import Attachment
from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.gear import files

LEAD = "yhdyspintakoordinaattori.itauusimaa@esittely.example"
OPEN = "Lastensuojelun yhteyshenkilö puuttuu päiväkodeilta"


def matter(page: Page) -> None:
    """An open matter of the group."""
    page.goto("/asiat/?q=yhteyshenkilö")
    page.locator("tbody th a", has_text=OPEN).click()
    page.wait_for_url("**/asiat/*/")


@pytest.mark.own_portal
def test_attached_without_a_script_and_taken_away(
    new_page: NewPage, problems: list[str], tmp_path: Path
) -> None:
    page = new_page(width=360, height=740, signed_in_as=LEAD, javascript=False)
    matter(page)
    (tmp_path / "lausunto.pdf").write_bytes(files.pdf("Puollamme."))
    (tmp_path / "asiakas.txt").write_text("Lapsi 131052-308T")
    page.locator("#files-add").set_input_files([tmp_path / "lausunto.pdf", tmp_path / "asiakas.txt"])
    page.get_by_role("button", name="Liitä").click()
    expect(page.locator(".error-summary")).to_contain_text("asiakas.txt: Tiedostossa on henkilötunnus")
    problems[:] = [line for line in problems if "422" not in line]
    expect(page.locator(".file__name")).to_have_text(re.compile("lausunto.pdf"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".file__act").click()
    expect(page.locator("h1")).to_have_text("Poista tiedosto")
    page.get_by_role("button", name="Poista").click()
    expect(page.locator(".file")).to_have_count(0)


@pytest.mark.own_portal
def test_a_large_picture_is_made_smaller_before_it_goes(new_page: NewPage, tmp_path: Path) -> None:
    page = new_page(signed_in_as=LEAD)
    matter(page)
    (tmp_path / "kuva.jpg").write_bytes(files.jpeg(4000, 3000, gps=True))
    (tmp_path / "iso.pdf").write_bytes(files.pdf() + bytes(Attachment.MOST_BYTES))
    page.locator("#files-add").set_input_files([tmp_path / "kuva.jpg", tmp_path / "iso.pdf"])
    expect(page.locator("[data-files-said]")).to_contain_text("iso.pdf on suurempi kuin 10 Mt")
    assert (
        page.evaluate("document.getElementById('files-add').files[0].size")
        < (tmp_path / "kuva.jpg").stat().st_size
    )
    page.get_by_role("button", name="Liitä").focus()
    page.keyboard.press("Enter")
    picture = page.locator(".file img")
    expect(picture).to_be_visible()
    size = picture.evaluate(
        "picture => picture.decode().then(() => [picture.naturalWidth, picture.naturalHeight])"
    )
    assert size == [1536, 2048]  # upright
    check_accessibility(page)
