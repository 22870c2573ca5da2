"""Two organisations on one map at the same time: live, colliding, merging, undoing, offline and back."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage, sign_out
from tests.browser.test_editor_by_keyboard import focus_on
from tests.browser.test_map_editor import CHILDREN, COUNTY, LOVIISA, PORVOO, YOUTH, open_map, saved
from tests.portal import PortalServer
from tests.security.test_identity_codes import HURRIED, NOT_CODES, ONES, ORDINARY, SEED, WAYS, written
from tests.security.writing import hurried, ordinary

BEFORE = (
    "Nuori saa ajan viikossa. Ohjaaja kirjaa sovitut asiat suunnitelmaan. Tilanne katsotaan kuukauden päästä."
)


def shared(page: Page) -> str:
    """The selector of the open aspect's shared answer."""
    panel = "[data-panel-body] " if page.locator("[data-panel]:visible").count() else ""
    return f"{panel}textarea[name=value]:visible"


def write(page: Page, text: str) -> None:
    """Write the shared answer of the open aspect and leave the field."""
    page.locator(shared(page)).first.fill(text)
    page.locator("[data-panel-title]").click()


def open_aspect(page: Page, number: int) -> None:
    page.locator(".aspect-list__link").nth(number - 1).click()
    expect(page.locator("[data-panel-title]")).to_contain_text(f"{number}.")


def no_noise(problems: list[str]) -> None:
    """What a browser reports of being offline and of answers that the test asked for."""
    problems[:] = [line for line in problems if not re.search(r"ERR_INTERNET_DISCONNECTED|409|422", line)]


@pytest.mark.slow
def test_municipality_and_county_build_the_youth_map_together(new_page: NewPage, problems: list[str]) -> None:
    """By mouse in one browser, by keyboard alone in the other."""
    mouse = new_page("sv", signed_in_as=LOVIISA)
    mouse.goto("/kartat/uusi/")
    mouse.locator("input[name=template][value=young_people]").check()
    mouse.locator("main form button[type=submit]").last.click()
    expect(mouse.locator(".card-service")).to_have_count(6)
    address = mouse.url
    keys = new_page(signed_in_as=COUNTY)
    keys.goto(address)
    cards = keys.locator(".card-service")
    expect(cards).to_have_count(6)
    expect(mouse.locator("[data-presence=document]")).to_contain_text("Muutosjohtaja")
    expect(keys.locator("[data-presence=document]")).to_contain_text("Bildningsdirektör")

    # The municipality adds a service and connects it; the county sees both appear, and its focus stays where it was.
    focus_on(keys, "Lastensuojelu")
    mouse.locator("[data-tool=add]").click()
    mouse.locator("#new-name-fi").fill("Nuorisotila")
    mouse.locator("[data-panel-body] form button[type=submit]").last.click()
    expect(mouse.locator("[data-panel-title]")).to_have_text("Nuorisotila")
    expect(cards).to_have_count(7)
    assert "Lastensuojelu" in keys.evaluate("document.activeElement.textContent")
    mouse.locator("[data-panel-close]").click()
    mouse.locator("[data-tool=connect]").click()
    mouse.locator(".card-service", has_text="Nuorisotila").click()
    mouse.locator(".card-service", has_text="Barnskydd").click()
    mouse.locator("[data-connect-make]").click()
    expect(keys.locator(".ring:has-text('Nuorisotila')")).to_have_count(1)

    # Both open the same aspect and write: the first text is seen by the other at once.
    open_aspect(mouse, 1)
    write(mouse, BEFORE)
    saved(mouse)
    focus_on(keys, "Nuorisotila –")
    keys.keyboard.press("Enter")
    expect(keys.locator("[data-panel-title]")).to_be_focused()
    for _step in range(30):
        keys.keyboard.press("Tab")
        if "aspect-list__link" in keys.evaluate("document.activeElement.className"):
            break
    keys.keyboard.press("Enter")
    expect(keys.locator("[data-panel-title]")).to_contain_text("1.")
    expect(keys.locator(shared(keys)).first).to_have_value(BEFORE)
    expect(mouse.locator(".panel [data-presence=here]")).to_contain_text("Muutosjohtaja")

    # They change it at once: what stands apart is merged and marked, with both originals.
    mouse.locator(shared(mouse)).first.fill(BEFORE.replace("viikossa", "kahdessa päivässä"))
    for _step in range(30):
        keys.keyboard.press("Tab")
        if keys.evaluate("document.activeElement.name") == "value":
            break
    keys.keyboard.press("Control+End")
    keys.keyboard.type(" Muutoksista kerrotaan heti.")
    mouse.locator("[data-panel-title]").click()
    saved(mouse)
    keys.keyboard.press("Tab")
    both = BEFORE.replace("viikossa", "kahdessa päivässä") + " Muutoksista kerrotaan heti."
    expect(keys.locator(shared(keys)).first).to_have_value(both)
    expect(mouse.locator(shared(mouse)).first).to_have_value(both)
    expect(keys.locator(".conflict--merged")).to_be_visible()
    check_accessibility(keys)
    keys.locator("[data-keep-both]").focus()
    keys.keyboard.press("Enter")
    expect(keys.locator(".conflict--merged")).to_have_count(0)

    # The county undoes its part; the municipality's stays.
    keys.keyboard.press("Escape")
    keys.keyboard.press("Control+z")
    expect(mouse.locator(shared(mouse)).first).to_have_value(BEFORE.replace("viikossa", "kahdessa päivässä"))

    # The municipality goes offline, writes, and comes back; meanwhile the county writes elsewhere in the same text.
    mouse.context.set_offline(True)
    write(mouse, BEFORE.replace("viikossa", "kahdessa päivässä") + " Poissa kirjoitettu.")
    expect(mouse.locator("[data-waiting]")).to_have_text("1 ändring väntar")
    keys.keyboard.press("Control+Shift+z")
    expect(keys.locator("#save-state")).to_contain_text("Tehtiin uudelleen")
    keys.keyboard.press("Control+z")
    expect(keys.locator("#save-state")).to_contain_text("Kumottiin")
    mouse.context.set_offline(False)
    expect(mouse.locator("[data-waiting]")).to_be_hidden(timeout=20_000)
    keys.reload()
    keys.goto(f"{address}historia/")
    expect(keys.locator(".history__row").first).to_contain_text("Poissa kirjoitettu.")
    no_noise(problems)


def test_touching_texts_are_chosen_and_what_waited_offline_asks(
    new_page: NewPage, problems: list[str]
) -> None:
    first, second = new_page(signed_in_as=PORVOO), new_page(signed_in_as=COUNTY)
    address = open_map(first, YOUTH)
    target = f"{address}lista/"
    for page in (first, second):
        page.goto(target)
        page.locator(".interface-card").first.locator(".aspect-strip a").nth(8).click()
    first.context.set_offline(True)
    first.locator("textarea[name=value]:visible").first.fill("Meidän verkostossamme.")
    first.keyboard.press("Tab")
    expect(first.locator("[data-waiting]")).to_be_visible()
    second.locator("textarea[name=value]:visible").first.fill("Heidän verkostossaan.")
    second.keyboard.press("Tab")
    saved(second)
    first.context.set_offline(False)
    expect(first.locator("[data-waiting]")).to_contain_text("vaatii päätöksesi", timeout=20_000)
    first.locator("[data-waiting]").click()
    row = first.locator(".waiting-list__row")
    expect(row).to_contain_text("Meidän verkostossamme.")
    expect(row).to_contain_text("Heidän verkostossaan.")
    check_accessibility(first)
    row.locator("[data-mine]").click()
    expect(first.locator("[data-waiting]")).to_be_hidden()
    expect(second.locator("textarea[name=value]:visible").first).to_have_value("Meidän verkostossamme.")
    no_noise(problems)


def test_a_change_made_offline_goes_once_although_the_browser_was_closed(
    new_page: NewPage, problems: list[str]
) -> None:
    page = new_page(signed_in_as=PORVOO)
    address = open_map(page, CHILDREN)
    page.goto(f"{address}lista/")
    page.locator(".interface-card").first.locator(".aspect-strip a").nth(6).click()
    target = page.url
    page.context.set_offline(True)
    page.locator("textarea[name=value]:visible").first.fill("Kirjoitettu bussissa.")
    page.keyboard.press("Tab")
    expect(page.locator("[data-waiting]")).to_have_text("1 muutos odottaa")
    context = page.context
    page.close()
    context.set_offline(False)
    later = context.new_page()
    later.goto("/organisaatiot/")
    expect(later.locator("[data-waiting]")).to_be_hidden()
    later.goto(target)
    expect(later.locator("textarea[name=value]:visible").first).to_have_value("Kirjoitettu bussissa.")
    later.goto(f"{address}historia/")
    expect(later.get_by_text("Kirjoitettu bussissa.")).to_have_count(1)
    no_noise(problems)


def kept(page: Page) -> str:
    """Everything that the browser keeps of ours, as text."""
    assert page.evaluate("indexedDB.databases()") == []
    return str(page.evaluate("JSON.stringify(localStorage)"))


def test_nothing_stays_on_the_device_that_should_not(new_page: NewPage, problems: list[str]) -> None:
    page = new_page(signed_in_as=PORVOO)
    address = open_map(page, CHILDREN)
    page.goto(f"{address}lista/")
    page.locator(".interface-card").first.locator(".aspect-strip a").nth(6).click()
    text = page.locator("textarea[name=value]:visible").first
    was = text.input_value()
    page.context.set_offline(True)
    text.fill("Nuori 131052-308T odottaa.")
    page.keyboard.press("Tab")
    expect(page.locator("[data-edit-error]")).to_be_visible()
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert "308T" not in kept(page)
    text.fill("Nuori odottaa.")
    page.keyboard.press("Tab")
    expect(page.locator("[data-waiting]")).to_be_visible()
    assert "Nuori odottaa." in kept(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.evaluate(
        "void navigator.locks.request('yhdyspinta-flush', () => new Promise(() => {}))"
    )  # nothing goes meanwhile
    page.context.set_offline(False)
    sign_out(page)
    expect(page.get_by_role("link", name=re.compile("Kirjaudu")).first).to_be_visible()
    assert "Nuori odottaa." not in kept(page)
    assert was != "Nuori odottaa."
    no_noise(problems)


def test_the_gate_of_the_device_finds_every_way_to_write_a_code(new_page: NewPage) -> None:
    page = new_page(signed_in_as=PORVOO)
    texts = [f"Sovittu 12.9.2018: {written(way, one)}" for way in WAYS for one in ONES]
    texts += [text for text, _code in hurried(SEED, HURRIED)]
    ask = """async (texts) => {
      const { mayHoldIdentityCode } = await import('/static/js/identity-codes.js');
      return texts.filter((text) => !mayHoldIdentityCode(text));
    }"""
    assert page.evaluate(ask, texts) == []
    work = [
        *NOT_CODES,
        *(f"Sovittu: {text}, katso liite 1." for text in NOT_CODES),
        *ordinary(SEED, ORDINARY),
    ]
    assert page.evaluate(ask, work) == work, "all of ordinary work can wait offline"


def test_several_tabs_of_one_browser_share_one_stream(new_page: NewPage, portal_server: PortalServer) -> None:
    first = new_page(signed_in_as=PORVOO)
    with first.expect_request(re.compile(r"/virta/\?")):
        address = open_map(first, CHILDREN)
    second = first.context.new_page()
    streams: list[str] = []
    for page in (first, second):
        page.on("request", lambda request: streams.append(request.url) if "/virta/?" in request.url else None)
    second.goto(f"{address}lista/")
    third = first.context.new_page()
    third.goto(f"{address}taulukko/")
    expect(third.locator(".matrix")).to_be_visible()
    cell = third.locator("[data-cell].matrix__cell--missing").first
    number = cell.get_attribute("data-cell") or ""
    cell, place = third.locator(f"[data-cell='{number}']"), number.replace("-", "/")
    other = new_page(signed_in_as=COUNTY)
    other.goto(f"{address}yhdyspinnat/{place}/")
    other.locator("textarea[name=value]:visible").first.fill("Kaikki näkevät tämän.")
    other.keyboard.press("Tab")
    saved(other)
    expect(cell).to_have_class(re.compile("in_progress"))
    strip = second.locator(f".aspect-strip__cell[href$='/{place}/']")
    expect(strip).to_have_class(re.compile("in_progress"))
    assert streams == [], "the first tab listens for all"
    first.close()  # another takes over
    other.locator("textarea[name=value]:visible").first.fill("")
    other.keyboard.press("Tab")
    saved(other)
    expect(strip).to_have_class(re.compile("missing"))
    expect(cell).to_have_class(re.compile("missing"))
    assert portal_server.url


def test_a_tab_catches_up_on_what_changed_while_its_page_was_on_its_way(
    new_page: NewPage, problems: list[str]
) -> None:
    """Another tab of the browser listens for it, and has heard the change already."""
    first, other = new_page(signed_in_as=PORVOO), new_page(signed_in_as=COUNTY)
    address = open_map(first, YOUTH)
    first.goto(f"{address}lista/")
    first.locator(".interface-card").first.locator(".aspect-strip a").nth(6).click()
    second = first.context.new_page()
    late: list[Route] = []
    second.route("**/js/document/live.js", lambda route: late.append(route))
    second.goto(first.url, wait_until="commit")
    text = second.locator("textarea[name=value]:visible").first
    expect(text).to_be_visible()
    other.goto(first.url)
    other.locator("textarea[name=value]:visible").first.fill("Sillä välin.")
    other.keyboard.press("Tab")
    saved(other)
    expect(first.locator("textarea[name=value]:visible").first).to_have_value("Sillä välin.")
    for route in late:
        route.continue_()
    expect(text).to_have_value("Sillä välin.")
    other.locator("textarea[name=value]:visible").first.fill("")
    other.keyboard.press("Tab")
    saved(other)
    expect(text).to_have_value("")
    no_noise(problems)


def test_what_another_removes_keeps_the_text_that_is_being_typed(
    new_page: NewPage, problems: list[str]
) -> None:
    writer, remover = new_page(signed_in_as=PORVOO), new_page(signed_in_as=COUNTY)
    address = open_map(writer, YOUTH)
    writer.goto(f"{address}lista/")
    card = writer.locator(".interface-card").nth(1)
    name = card.locator("h3").inner_text()
    card.locator(".aspect-strip a").nth(5).click()
    text = writer.locator("textarea[name=value]:visible").first
    text.press_sequentially("Tämä on kesken", delay=5)
    remover.goto(f"{address}lista/")
    gone = remover.locator(".interface-card", has_text=name)
    gone.locator("summary").click()
    writer.context.set_offline(True)  # the removal comes first, however fast the typing rests
    gone.get_by_role("button").click()
    expect(gone).to_have_count(0)
    text.press_sequentially(" yhä.", delay=5)
    writer.context.set_offline(False)
    writer.keyboard.press("Tab")
    expect(text).to_have_value("Tämä on kesken yhä.")
    remover.locator("[data-take-back=undo] button").click()
    expect(remover.locator(".interface-card", has_text=name)).to_have_count(1)
    no_noise(problems)
