"""What people type is theirs: the portal writes nothing under a hand that types, and loses nothing that was typed."""

import json
import re
from typing import Any

from playwright.sync_api import Dialog, Locator, Page, Request, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.test_map_editor import CHILDREN, COUNTY, PORVOO, YOUTH, open_map, saved
from tests.browser.test_working_together import no_noise

RESTED = 2_500  # milliseconds: longer than the rest after which a text is sent


def aspect(page: Page, title: str = YOUTH, number: int = 7) -> tuple[str, Locator]:
    """Open an aspect's own page; its address and its empty shared answer."""
    address = open_map(page, title)
    page.goto(f"{address}lista/")
    page.locator(".interface-card").first.locator(".aspect-strip a").nth(number - 1).click()
    return page.url, answer(page)


def answer(page: Page) -> Locator:
    """The shared answer of an aspect's own page."""
    return page.locator("textarea[name=value]:visible").first


def write(text: Locator, words: str) -> None:
    """Write the text and leave the field."""
    if text.input_value() == words:
        return
    text.fill(words)
    text.press("Tab")
    saved(text.page)


def empty(page: Page) -> None:
    """Leave the aspect as it was found."""
    page.context.set_offline(False)
    write(answer(page), "")


def test_what_is_typed_with_a_rest_after_a_space_or_a_line_break_stays_as_typed(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    target, text = aspect(page)
    write(text, "")
    text.click()
    page.keyboard.type("Sovimme ")
    page.wait_for_timeout(RESTED)
    saved(page)
    page.keyboard.type("yhdessä.")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_timeout(RESTED)
    page.keyboard.type("Seuraava kappale. ")
    page.wait_for_timeout(RESTED)
    saved(page)
    expect(text).to_have_value("Sovimme yhdessä.\n\nSeuraava kappale. ")
    page.keyboard.press("Control+z")
    assert text.input_value() != "Sovimme yhdessä.\n\nSeuraava kappale. ", "the browser can still undo"
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Tab")
    saved(page)
    page.goto(target)
    expect(text).to_have_value("Sovimme yhdessä.\n\nSeuraava kappale.")
    empty(page)


def test_undo_of_the_browser_lives_through_leaving_the_field(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    _target, text = aspect(page)
    write(text, "")
    text.click()
    page.keyboard.type("Ensin. ")
    page.keyboard.press("Tab")
    saved(page)
    text.click()
    page.keyboard.press("Control+z")
    expect(text).to_have_value("")
    page.keyboard.press("Tab")
    saved(page)


def test_an_open_composition_is_not_written_over(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    _target, text = aspect(page)
    write(text, "")
    text.click()
    session = page.context.new_cdp_session(page)
    page.keyboard.type("Sovimme ")
    session.send("Input.imeSetComposition", {"text": "ka", "selectionStart": 2, "selectionEnd": 2})
    page.wait_for_timeout(RESTED)
    session.send("Input.imeSetComposition", {"text": "kahd", "selectionStart": 4, "selectionEnd": 4})
    page.wait_for_timeout(RESTED)
    session.send("Input.insertText", {"text": "kahdestaan"})
    page.keyboard.type(" näin")
    expect(text).to_have_value("Sovimme kahdestaan näin")
    page.keyboard.press("Tab")
    saved(page)
    expect(text).to_have_value("Sovimme kahdestaan näin")
    empty(page)


def test_the_caret_the_selection_and_the_text_follow_what_another_writes_before_them(
    new_page: NewPage, problems: list[str]
) -> None:
    mine, theirs = new_page(signed_in_as=PORVOO), new_page(signed_in_as=COUNTY)
    target, text = aspect(mine)
    write(text, "Alku on sovittu yhdessä. Loppu")
    theirs.goto(target)
    mine.goto(target)
    text.click()
    mine.keyboard.press("Control+End")
    mine.keyboard.press("Control+Shift+ArrowLeft")  # the last word is selected
    write(answer(theirs), "Toinen kirjoitti tämän. Alku on sovittu yhdessä. Loppu")
    expect(text).to_have_value("Toinen kirjoitti tämän. Alku on sovittu yhdessä. Loppu")
    chosen = text.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert chosen == "Loppu"
    mine.keyboard.press("ArrowRight")
    mine.keyboard.type("puksi jatkan.")
    both = "Toinen kirjoitti tämän. Alku on sovittu yhdessä. Loppupuksi jatkan."
    expect(text).to_have_value(both)
    mine.keyboard.press("Tab")
    saved(mine)
    expect(answer(theirs)).to_have_value(both)
    empty(mine)
    no_noise(problems)


def test_the_line_that_one_reads_stays_in_its_place_when_another_writes_before_it(
    new_page: NewPage, problems: list[str]
) -> None:
    mine, theirs = new_page(signed_in_as=PORVOO, height=500), new_page(signed_in_as=COUNTY)
    target, text = aspect(mine)
    long = "\n".join(f"Rivi {number}" for number in range(40))
    write(text, long)
    theirs.goto(target)
    mine.goto(target)
    text.click()
    mine.keyboard.press("Control+End")
    where = "(field) => field.getBoundingClientRect().bottom - field.scrollTop + field.scrollHeight - field.clientHeight"
    before = text.evaluate(where)
    write(answer(theirs), f"Uusi alku.\n\n\n{long}")
    expect(text).to_have_value(f"Uusi alku.\n\n\n{long}")
    assert abs(text.evaluate(where) - before) < 3, "the last line is where it was"
    mine.keyboard.type("!")
    expect(text).to_have_value(f"Uusi alku.\n\n\n{long}!")
    mine.keyboard.press("Tab")
    saved(mine)
    empty(mine)
    no_noise(problems)


def test_what_another_writes_while_one_types_is_merged_and_shown_when_the_field_is_left(
    new_page: NewPage, problems: list[str]
) -> None:
    mine, theirs = new_page(signed_in_as=PORVOO), new_page(signed_in_as=COUNTY)
    target, text = aspect(mine)
    write(text, "Alku on sovittu yhdessä. Keskellä on muuta tekstiä.")
    theirs.goto(target)
    mine.goto(target)
    text.click()
    mine.keyboard.press("Control+End")
    mine.keyboard.type(" Al")
    write(answer(theirs), "Toinen kirjoitti tämän. Alku on sovittu yhdessä. Keskellä on muuta tekstiä.")
    mine.wait_for_timeout(RESTED)  # what was typed so far is saved and merged meanwhile
    mine.keyboard.type("kuun palataan")
    expect(text).to_have_value("Alku on sovittu yhdessä. Keskellä on muuta tekstiä. Alkuun palataan")
    mine.wait_for_timeout(RESTED)
    mine.keyboard.type(" vielä.")
    mine.keyboard.press("Tab")
    saved(mine)
    both = (
        "Toinen kirjoitti tämän. Alku on sovittu yhdessä. Keskellä on muuta tekstiä. Alkuun palataan vielä."
    )
    expect(text).to_have_value(both)
    expect(answer(theirs)).to_have_value(both)
    expect(mine.locator(".conflict:not(.conflict--merged)")).to_have_count(0)
    mine.goto(target)
    expect(text).to_have_value(both)
    empty(mine)
    no_noise(problems)


def test_rests_without_a_connection_are_one_change_and_no_conflict_with_oneself(
    new_page: NewPage, problems: list[str]
) -> None:
    mine, theirs = new_page(signed_in_as=PORVOO), new_page(signed_in_as=COUNTY)
    target, text = aspect(mine)
    write(text, "Sovittu.")
    theirs.goto(target)
    mine.context.set_offline(True)
    for words in ("Minä kirjoitin.", "Minä kirjoitin enemmän.", "Minä kirjoitin vielä enemmän."):
        text.fill(words)
        mine.wait_for_timeout(RESTED)
        expect(mine.locator("[data-waiting]")).to_have_text("1 muutos odottaa")
    write(answer(theirs), "Toinen kirjoitti.")
    mine.context.set_offline(False)
    expect(mine.locator("[data-waiting]")).to_contain_text("vaatii päätöksesi", timeout=20_000)
    mine.locator("[data-waiting]").click()
    rows = mine.locator(".waiting-list__row")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Minä kirjoitin vielä enemmän.")
    rows.locator("[data-mine]").click()
    expect(mine.locator("[data-waiting]")).to_be_hidden()
    expect(answer(theirs)).to_have_value("Minä kirjoitin vielä enemmän.")
    mine.context.set_offline(True)
    for words in ("Yksin ilman yhteyttä.", "Yksin ilman yhteyttä kahdesti."):
        text.fill(words)
        mine.wait_for_timeout(RESTED)
    mine.context.set_offline(False)
    expect(mine.locator("[data-waiting]")).to_be_hidden(timeout=20_000)
    expect(answer(theirs)).to_have_value("Yksin ilman yhteyttä kahdesti.")
    mine.goto(target)
    empty(mine)
    no_noise(problems)


def test_a_date_is_saved_whole_and_when_it_is_left_in_a_browser_of_any_language(
    new_page: NewPage, problems: list[str]
) -> None:
    page = new_page("en", signed_in_as=PORVOO)
    target, _text = aspect(page, CHILDREN)
    date, error = page.locator("#review-on"), page.locator("form:has(#review-on) [data-edit-error]")
    sent: list[str] = []

    def listen(request: Request) -> None:
        if "/ops/" in request.url:
            sent.append(json.loads(request.post_data or "{}")["value"])

    page.on("request", listen)
    date.fill("")
    for keys in ("03.", "04.", "2027"):
        page.keyboard.type(keys, delay=200)
    page.wait_for_timeout(RESTED)
    assert sent == [], "nothing is saved while a date is typed"
    page.locator("#person-search").focus()
    saved(page)
    assert sent == ["03.04.2027"]
    expect(date).to_have_value("3.4.2027")
    date.press("End")
    for _digit in range(4):
        page.keyboard.press("Backspace")
    page.locator("#person-search").focus()
    expect(error).to_contain_text("for example 1.7.2027")
    expect(date).to_have_value("3.4.")
    date.focus()
    date.press("End")
    page.keyboard.type("2028")
    page.locator("#person-search").focus()
    saved(page)
    expect(error).to_have_count(0)
    page.goto(target)
    expect(date).to_have_value("3.4.2028")
    page.goto(re.sub(r"(/kartat/\d+/).*", r"\1historia/", target))
    expect(page.locator("main")).to_contain_text("3.4.2028")
    page.goto(target)
    date.fill("")
    page.locator("#person-search").focus()
    saved(page)
    no_noise(problems)


def test_what_is_typed_on_after_a_lost_answer_is_saved_under_an_id_of_its_own(
    new_page: NewPage, problems: list[str]
) -> None:
    """The server has the first text, the page does not know it, and the text goes on: nothing is dropped."""
    page = new_page(signed_in_as=PORVOO)
    _address, text = aspect(page)
    write(text, "")
    ids: list[tuple[str, str]] = []

    def lose(route: Route) -> None:
        sent: Any = route.request.post_data_json
        ids.append((sent["id"], sent["value"]))
        if len(ids) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/ops/", lose)
    text.click()
    page.keyboard.type("Alku")
    page.wait_for_timeout(RESTED)
    page.keyboard.type(" ja jatko")
    page.keyboard.press("Tab")
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    page.unroute("**/ops/")
    wishes: dict[str, set[str]] = {}
    for key, value in ids:
        wishes.setdefault(key, set()).add(value)
    assert all(len(values) == 1 for values in wishes.values()), ids
    page.reload()
    expect(answer(page)).to_have_value("Alku ja jatko")
    empty(page)
    problems[:] = [line for line in problems if "ERR_FAILED" not in line]  # the answer that was lost
    no_noise(problems)


def test_what_was_typed_is_there_when_the_page_was_left_at_once(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    target, text = aspect(page)
    write(text, "")
    text.click()
    page.on("dialog", lambda dialog: dialog.accept())  # the browser asks whether to leave
    page.keyboard.type("Kirjoitin ja suljin.")
    page.goto(target)
    expect(text).to_have_value("Kirjoitin ja suljin.")
    expect(page.locator("[data-waiting]")).to_be_hidden()
    page.goto(re.sub("yhdyspinnat/.*", "historia/", target))
    expect(page.get_by_text("Kirjoitin ja suljin.")).to_have_count(1)
    page.goto(target)
    empty(page)


def test_a_page_that_was_left_writes_no_more(new_page: NewPage) -> None:
    """WebKit empties the forms of a page that it keeps in memory, and lets it go a second time when it is loaded anew."""
    page = new_page(signed_in_as=PORVOO)
    target, text = aspect(page)
    write(text, "Ennen.")
    page.goto(target)
    late: list[Route] = []
    page.route("**/ops/", lambda route: late.append(route))
    text.press("Control+End")
    page.keyboard.type(" Lähdin heti.")
    page.keyboard.press("Tab")  # it is on its way when the page is left
    page.wait_for_timeout(RESTED)
    left = text.element_handle()
    assert left
    leave = "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
    page.evaluate(leave)
    left.evaluate("field => field.form.reset()")
    page.evaluate(leave)
    page.wait_for_timeout(RESTED)
    sent: list[Any] = [route.request.post_data_json for route in late]
    assert {op["value"] for op in sent} == {"Ennen. Lähdin heti."}, (
        "what the browser emptied was typed by nobody"
    )
    page.unroute("**/ops/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(target)
    expect(text).to_have_value("Ennen. Lähdin heti.")
    expect(page.locator("[data-waiting]")).to_be_hidden()
    empty(page)


def test_what_waits_stands_in_its_field_on_every_page_until_the_server_has_it(
    new_page: NewPage, problems: list[str]
) -> None:
    """However many pages come between, and what is typed on stands on it."""
    page = new_page(signed_in_as=PORVOO)
    target, text = aspect(page)
    write(text, "Ennen.")
    page.route("**/ops/", lambda route: route.abort())
    text.press("Control+End")
    page.keyboard.type(" Ensin.")
    page.on("dialog", lambda dialog: dialog.accept())
    for path in ("/kartat/", "/organisaatiot/", target):
        page.goto(path, wait_until="commit")
    expect(text).to_have_value("Ennen. Ensin.")
    expect(page.locator("form[data-waits] [data-edit-state]")).to_be_visible()
    text.press("Control+End")
    page.keyboard.type(" Sitten.")
    page.keyboard.press("Tab")
    page.unroute("**/ops/")
    page.goto(target)
    expect(text).to_have_value("Ennen. Ensin. Sitten.")
    expect(page.locator("[data-waiting]")).to_be_hidden()
    other = new_page(signed_in_as=COUNTY)
    other.goto(target)
    expect(answer(other)).to_have_value("Ennen. Ensin. Sitten.")
    empty(page)
    problems[:] = [line for line in problems if "ERR_FAILED" not in line]
    no_noise(problems)


def test_what_is_on_its_way_when_the_page_is_left_is_no_conflict_with_oneself(new_page: NewPage) -> None:
    """The first half was sent and its answer never came, the second half was typed since."""
    page = new_page(signed_in_as=PORVOO)
    target, text = aspect(page)
    write(text, "Ennen.")
    late: list[Route] = []
    page.route("**/ops/", lambda route: late.append(route))
    text.press("Control+End")
    page.keyboard.type(" Ensin")
    page.wait_for_timeout(RESTED)
    assert len(late) == 1
    page.keyboard.type(" ja sitten.")
    late[0].fetch()  # the server has it, and the page will never know
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/organisaatiot/", wait_until="commit")
    page.unroute("**/ops/")
    page.goto(target)
    expect(text).to_have_value("Ennen. Ensin ja sitten.")
    expect(page.locator("[data-waiting]")).to_be_hidden()
    page.reload()
    expect(text).to_have_value("Ennen. Ensin ja sitten.")
    empty(page)


def test_a_refused_text_stays_open_in_the_panel_unless_it_is_let_go(
    new_page: NewPage, problems: list[str]
) -> None:
    page = new_page(signed_in_as=PORVOO)
    open_map(page, YOUTH)
    page.locator(".ring").first.click()
    page.locator(".aspect-list__link").nth(6).click()
    text = page.locator("[data-panel-body] textarea[name=value]:visible").first
    text.fill("Nuori 131052-308T odottaa.")
    asked: list[str] = []
    answers = [False, True]

    def answer_it(dialog: Dialog) -> None:
        asked.append(dialog.message)
        (dialog.accept if answers[len(asked) - 1] else dialog.dismiss)()

    page.on("dialog", answer_it)
    page.locator(".panel-steps a").first.click()
    expect(page.locator("[data-edit-error]")).to_be_visible()
    page.wait_for_timeout(300)
    expect(text).to_have_value("Nuori 131052-308T odottaa.")
    page.locator(".panel-steps a").first.click()
    expect(page.locator("[data-panel-title]")).to_contain_text("6.")
    assert len(asked) == 2
    no_noise(problems)
