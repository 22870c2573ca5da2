"""Half a value is none: a field whose value means something only when it is whole is saved when it is left, and once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.conftest import NewPage
from tests.browser.test_channels import daycare_on
from tests.browser.test_map_editor import CHILDREN, PORVOO, open_map, saved
from tests.browser.test_working_together import no_noise
from tests.browser.test_writing import RESTED

BETWEEN = "Päiväkoti – Neuvola"
KINDS = """[...document.querySelectorAll("form[data-edit]")].flatMap((form) => {
    const field = form.querySelector("textarea[name=value]:not([hidden]), input[name=value]:not([type=hidden]), select[name=value]");
    return field ? [field.inputMode || field.type] : [];
})"""


@dataclass(frozen=True)
class Half:
    """A field that is written in two goes: where it is, what is typed, what is whole, and what is wrong."""

    aspect: int | None
    row: str
    name: str
    goes: tuple[str, str]
    whole: str
    wrong: str
    is_sent: bool = True
    """Whether only the server can tell that it is wrong."""


PARTIAL = {
    "number": Half(None, "service", "place", ("1", "2"), "12", "1000", is_sent=False),
    "decimal": Half(5, "resource", "person_years", ("1,", "5"), "1,5", "puoli"),
    "numeric": Half(8, "path_step", "days", ("1", "4"), "14", "pian"),
    "url": Half(
        7, "goal_row", "url", ("https://kun", "ta.example/uusi"), "https://kunta.example/uusi", "uusi sivu"
    ),
    "tel": Half(None, "channel", "phone", ("019 0", "00 0077"), "019 000 0077", "soita"),
}
"""Dates have their own journey in test_writing.py, with their parts."""
WHOLE_AT_ANY_TIME = {"textarea", "text"}
"""Texts are saved when typing rests."""
CHOSEN = {"select-one", "checkbox"}


def aspect(page: Page, number: int) -> None:
    """Open the aspect's own page, with all that is folded on it."""
    address = open_map(page, CHILDREN)
    page.goto(f"{address}lista/")
    page.locator(".interface-card", has_text=BETWEEN).locator(".aspect-strip a").nth(number - 1).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{number}.")


def opened(page: Page, number: int | None) -> None:
    """Open the page of an aspect or of a service, with all that is folded on it."""
    if number:
        aspect(page, number)
    else:
        daycare_on(page)
    page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")


def field_of(page: Page, row: str, name: str) -> Locator:
    """The field of one property in the first row of its kind that has a value there."""
    forms = page.locator(
        f"form[data-edit]:has(input[name=property][value={name}]):has(input[name=subject][value^='{row}:'])"
    )
    return forms.locator("[name=value]").first


@contextmanager
def ops(page: Page) -> Iterator[list[object]]:
    """The values that the page sends meanwhile."""
    sent: list[object] = []

    def listen(request: Request) -> None:
        if "/ops/" in request.url:
            op: Any = request.post_data_json
            sent.append(op["value"])

    page.on("request", listen)
    yield sent
    page.remove_listener("request", listen)


def test_every_kind_of_field_that_saves_itself_is_tried(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    found: set[str] = set()
    for number in (None, 1, 2, 3, 4, 5, 6, 7, 8, 9):
        opened(page, number)
        found |= set(page.evaluate(KINDS))
    page.goto(f"{open_map(page, CHILDREN)}asetukset/")
    found |= set(page.evaluate(KINDS))
    assert found == PARTIAL.keys() | WHOLE_AT_ANY_TIME | CHOSEN


@pytest.mark.parametrize("kind", PARTIAL)
def test_what_is_half_typed_or_wrong_is_not_saved(new_page: NewPage, problems: list[str], kind: str) -> None:
    page, half = new_page(signed_in_as=PORVOO), PARTIAL[kind]
    opened(page, half.aspect)
    field = field_of(page, half.row, half.name)
    before = field.input_value()
    with ops(page) as sent:
        field.fill("")
        for typed in half.goes:
            page.keyboard.type(typed)
            page.wait_for_timeout(RESTED)
        assert sent == [], "nothing is saved while it is typed"
        page.keyboard.press("Tab")
        saved(page)
        assert [str(value) for value in sent] == [half.whole]
        sent.clear()
        field.fill(half.wrong)
        page.keyboard.press("Tab")
        error = page.locator("form:has([aria-invalid=true]) [data-edit-error]")
        expect(error).to_be_visible()
        expect(field).to_have_value(half.wrong)
        assert len(sent) == half.is_sent
    problems[:] = [line for line in problems if "422" not in line]
    page.once("dialog", lambda dialog: dialog.accept())  # what is wrong would be lost
    page.reload()
    opened(page, half.aspect)
    expect(field).to_have_value(half.whole)
    field.fill(before)
    page.keyboard.press("Tab")
    saved(page)
    no_noise(problems)


def test_a_list_that_is_gone_through_by_keys_is_saved_when_it_is_left(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    opened(page, 8)
    field = field_of(page, "path_step", "level")
    before = field.input_value()
    with ops(page) as sent:
        field.focus()
        for _level in range(2):
            page.keyboard.press("ArrowDown")
            page.wait_for_timeout(RESTED)
        assert sent == [], "nothing is saved on the way"
        page.keyboard.press("Tab")
        saved(page)
        assert sent == [field.input_value()]
        assert sent != [before]
        sent.clear()
        field.select_option(before)  # picked: a decision at once
        page.wait_for_timeout(RESTED)
        assert sent == [before]


@pytest.mark.parametrize("is_known", [True, False], ids=["with field-sizing", "without field-sizing"])
def test_a_text_box_grows_with_its_text(new_page: NewPage, *, is_known: bool) -> None:
    page = new_page(signed_in_as=PORVOO)
    if not is_known:
        page.add_init_script(
            """const known = CSS.supports.bind(CSS);
            CSS.supports = (...what) => what[0] !== "field-sizing" && known(...what);
            document.addEventListener("DOMContentLoaded", () => {
              const sheet = new CSSStyleSheet();
              sheet.replaceSync("textarea { field-sizing: fixed !important; }");
              document.adoptedStyleSheets.push(sheet);
            });"""
        )
    aspect(page, 9)
    box = page.locator("textarea[name=value]:visible").first
    height = "(box) => box.offsetHeight"
    cut = "(box) => box.scrollHeight - box.clientHeight"
    was = box.input_value()
    box.fill("Yksi rivi.")
    low = box.evaluate(height)
    box.fill("Rivi.\n" * 30)
    assert box.evaluate(height) > low + 300
    assert box.evaluate(cut) <= 1, "nothing has to be scrolled"
    box.fill(was)
    folded = page.locator("details:has(textarea)").first
    folded.locator("summary").click()
    assert folded.locator("textarea").evaluate(cut) <= 1
