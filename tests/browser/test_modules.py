"""The scripts of a map's page: all asked for from its head, and none that is not used."""

import pytest

from tests.browser.conftest import NewPage
from tests.browser.test_map_editor import CHILDREN, PORVOO, open_map

pytestmark = pytest.mark.only_reads

LOADED = r"""() => performance.getEntriesByType("resource").map((each) => new URL(each.name).pathname)
    .filter((path) => path.startsWith("/static/") && path.endsWith(".js") && !/\/phone(\.\w+)?\.js$/.test(path)).sort()"""
# phone.js is no module: it runs before anything of the page is shown
PRELOADED = """() => [...document.querySelectorAll("link[rel=modulepreload]")].map((each) => new URL(each.href).pathname).sort()"""


@pytest.mark.parametrize("view", ["", "taulukko/", "lista/"])
def test_every_module_of_a_map_is_asked_for_from_the_head(new_page: NewPage, view: str) -> None:
    page = new_page(signed_in_as=PORVOO)
    page.goto(f"{open_map(page, CHILDREN)}{view}")
    page.wait_for_load_state("load")
    preloaded = page.evaluate(PRELOADED)
    assert "/static/js/document/ops.js" in preloaded
    assert page.evaluate(LOADED) == preloaded
