"""A file is asked for, waited for and fetched, with scripts and without; and one is brought back."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_map_editor import CHILDREN, PORVOO, open_map
from tests.databases import ROOT
from tests.portal import PortalServer


def work(portal: PortalServer) -> None:
    """What the worker does: these journeys have none."""
    env = os.environ | {"DATABASE_URL": portal.database_url, "YHDYSPINTA_DEMO": "1"}
    subprocess.run([sys.executable, "manage.py", "sweep_exports"], cwd=ROOT, env=env, check=True)


def link_to(page: Page, name: str) -> Locator:
    return page.get_by_role("link", name=re.compile(f"^Download.*{name}"))


def fetched(page: Page, name: str) -> Path:
    with page.expect_download() as download:
        link_to(page, name).first.click()
    return Path(download.value.path())


def no_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_a_file_is_asked_for_and_fetched(
    new_page: NewPage, portal_server: PortalServer, *, javascript: bool
) -> None:
    page = new_page("en", width=320, signed_in_as=PORVOO, javascript=javascript)
    address = open_map(page, CHILDREN)
    page.goto(f"{address}versiot/1.0/")
    page.get_by_role("link", name="Export", exact=True).click()
    expect(page.get_by_label("What", exact=True)).to_have_value("1.0")
    page.get_by_label("File", exact=True).select_option("pdf_a3" if javascript else "csv")
    page.get_by_label("Language of the headings").select_option("en")
    page.get_by_role("button", name="Make the file").click()
    link = link_to(page, "PDF, A3" if javascript else "CSV")
    expect(page.get_by_role("progressbar")).to_have_count(1)
    work(portal_server)
    if not javascript:
        page.get_by_role("link", name="Refresh the list").click()
    expect(link.first).to_be_visible(timeout=20_000)
    if javascript:
        check_accessibility(page)
        no_sideways(page)
    file = fetched(page, "PDF, A3" if javascript else "CSV").read_bytes()
    assert file.startswith(b"%PDF-1.7" if javascript else b"\xef\xbb\xbf")


def test_a_file_is_brought_back_with_a_preview(new_page: NewPage, portal_server: PortalServer) -> None:
    page = new_page("en", signed_in_as=PORVOO)
    address = open_map(page, CHILDREN)
    page.goto(f"{address}vienti/")
    page.get_by_label("File", exact=True).select_option("json")
    page.get_by_label("What", exact=True).select_option("draft")
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_role("progressbar")).to_have_count(1)
    work(portal_server)
    expect(link_to(page, "JSON").first).to_be_visible(timeout=20_000)
    content = json.loads(fetched(page, "JSON").read_bytes())
    content["interfaces"][0]["aspects"][8]["shared_fi"] = "Tuotu teksti."
    page.get_by_role("link", name="Import a file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import")
    check_accessibility(page)
    page.get_by_label("JSON file that was exported from a map").set_input_files(
        {"name": "kartta.json", "mimeType": "application/json", "buffer": json.dumps(content).encode()}
    )
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the import would change")
    check_accessibility(page)
    expect(page.locator("ins", has_text="Tuotu teksti.")).to_be_visible()
    page.get_by_role("button", name="Import these changes").click()
    expect(page.get_by_text("The file has been imported.")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 800})
    no_sideways(page)
