"""The small calendar beside a field of a day."""

from __future__ import annotations

import datetime

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_map_editor import CHILDREN, saved
from tests.browser.test_writing import aspect

PORVOO = "sivistysjohtaja.porvoo@esittely.example"
DAY = timezone.localdate() + datetime.timedelta(days=40)
WRITTEN = f"{DAY.day}.{DAY.month}.{DAY.year}"


def choose(page: Page, field: str, day: str) -> None:
    """What the browser's own calendar does when a day has been chosen: it stands outside the page, where no test reaches."""
    calendar = page.locator(f".day:has({field}) input[type=date]")
    calendar.evaluate(
        "(field, day) => { field.value = day; for (const name of ['input', 'change']) "
        "field.dispatchEvent(new Event(name, { bubbles: true })); }",
        day,
    )


def test_a_day_is_chosen_by_mouse_and_by_keys_and_written_as_people_write_it(new_page: NewPage) -> None:
    for language, name, width in (
        ("fi", "Valitse kalenterista: Viimeinen päivä", 1440),
        ("sv", "Välj i kalendern: Sista dag", 320),
    ):
        page = new_page(signed_in_as=PORVOO, language=language, width=width)
        page.goto("/oma/poissaolot/")
        button = page.get_by_role("button", name=name)
        expect(button).to_have_count(1)
        page.locator("#id_valid_until").focus()
        page.keyboard.press("Tab")
        expect(button).to_be_focused()
        button.press("Enter")
        page.keyboard.press("Escape")
        choose(page, "#id_valid_until", DAY.isoformat())
        expect(page.locator("#id_valid_until")).to_have_value(WRITTEN)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        check_accessibility(page)
    page.locator("#id_deputy").select_option(index=1)
    page.locator("form.filters button[type=submit]").click()
    expect(page.locator(".message--success")).to_be_visible()
    expect(page.locator("main .choices")).to_contain_text(WRITTEN)


def test_a_day_that_was_written_is_where_the_calendar_opens(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    page.goto("/oma/poissaolot/")
    for typed, opened in (("3.12.2026", "2026-12-03"), ("ensi viikolla", ""), ("", "")):
        page.locator("#id_valid_from").fill(typed)
        page.get_by_role("button", name="Valitse kalenterista: Ensimmäinen päivä").click()
        expect(page.locator(".day:has(#id_valid_from) input[type=date]")).to_have_value(opened)
        page.keyboard.press("Escape")
        expect(page.locator("#id_valid_from")).to_have_value(typed)


def test_without_javascript_a_day_is_written(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO, javascript=False)
    page.goto("/oma/poissaolot/")
    expect(page.locator("#id_valid_from")).to_be_editable()
    expect(page.locator(".day")).to_have_count(0)


def test_a_day_that_saves_itself_is_saved_when_it_is_chosen(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    aspect(page, CHILDREN)
    choose(page, "#review-on", DAY.isoformat())
    saved(page)
    page.reload()
    expect(page.locator("#review-on")).to_have_value(WRITTEN)
