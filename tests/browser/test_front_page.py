"""The first thing anyone sees."""

import pytest

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_front_page_is_accessible_and_speaks_the_language(new_page: NewPage, language: str) -> None:
    page = new_page(language)
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == language
    check_accessibility(page)
