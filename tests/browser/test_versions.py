"""The last approval on a demo map: read, approved, published, and compared with a draft that goes on."""

from playwright.sync_api import expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage

APPROVER = "hyvaksyja.sotepe.helsinki@esittely.example"
EDITOR = "johtaja.kasko.helsinki@esittely.example"


def test_the_last_approval_publishes_and_the_draft_is_compared(new_page: NewPage) -> None:
    page = new_page("en", signed_in_as=APPROVER)
    page.goto("/")
    page.locator('.queue a[href$="/hyvaksyttavana/"]').first.click()
    expect(page.locator(".decide")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("button", name="Approve for").click()
    expect(page.get_by_text("Every party has approved. The version has been published.")).to_be_visible()
    page.get_by_role("link", name="Version 1.0", exact=True).click()
    check_accessibility(page)
    address = page.url.split("versiot/")[0]

    editor = new_page("en", signed_in_as=EDITOR)
    editor.goto(f"{address}lista/")
    editor.locator(".aspect-strip a").first.click()
    text = editor.locator("textarea[name=value]:not([hidden])").first
    text.fill(f"{text.input_value()} Sovitaan tarkemmin.")
    editor.keyboard.press("Tab")
    expect(editor.locator("#save-state")).to_have_attribute("data-kind", "saved")
    editor.goto(f"{address}vertaa/?from=1.0&to=draft")
    expect(editor.locator("ins").first).to_be_visible()
    check_accessibility(editor)
    editor.get_by_role("button", name="Take back from version 1.0").click()
    expect(editor.get_by_text("They say the same.")).to_be_visible()
