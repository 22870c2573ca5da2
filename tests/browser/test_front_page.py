"""The first thing anyone sees."""

import pytest

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage

pytestmark = pytest.mark.only_reads


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_front_page_is_accessible_and_speaks_the_language(new_page: NewPage, language: str) -> None:
    page = new_page(language)
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == language
    check_accessibility(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_demo_person_signs_in_with_one_click(new_page: NewPage, javascript: bool) -> None:
    page = new_page(javascript=javascript, signed_in_as="sivistysjohtaja.porvoo@esittely.example")
    page.goto("/")
    assert "sessionid" in {cookie["name"] for cookie in page.context.cookies()}
