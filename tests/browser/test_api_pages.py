"""The page of the API with everything open, and a token made and revoked by forms alone."""

import datetime

import pytest
from django.utils import timezone

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_map_editor import PORVOO


@pytest.mark.parametrize("width", [1440, 320])
def test_the_page_of_the_api_is_readable_with_every_operation_open(new_page: NewPage, width: int) -> None:
    page = new_page("en", width=width)
    page.goto("/api/")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    check_accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_token_is_made_shown_once_and_revoked(new_page: NewPage, javascript: bool) -> None:
    page = new_page("en", javascript=javascript, signed_in_as=PORVOO)
    page.goto("/oma/")
    page.fill("#tokens [name=name]", f"Raportti {javascript}")
    page.fill("#tokens [name=expires_on]", (timezone.localdate() + datetime.timedelta(days=7)).isoformat())
    page.locator("#tokens form").last.locator("button[type=submit]").click()
    assert page.locator("#secret").input_value().startswith("ysp_")
    if javascript:
        check_accessibility(page)
    page.locator("a[href$='#tokens']").last.click()
    assert "ysp_" not in page.content().replace("ysp_…", "")
    if javascript:
        check_accessibility(page)
    row = page.locator("#tokens tr", has_text=f"Raportti {javascript}")
    row.locator("button").click()
    assert page.locator("#tokens tr", has_text=f"Raportti {javascript}").count() == 0
