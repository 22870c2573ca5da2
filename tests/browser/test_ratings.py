"""A party rates with the keyboard, unseen; when both have rated, the gap is seen, and the coordinator closes the round."""

from playwright.sync_api import Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.conftest import NewPage
from tests.browser.test_base_map import OUTSIDE
from tests.browser.test_map_editor import CHILDREN, COUNTY, PORVOO, open_map, saved

COUNTYS_REASON = "Vastuut ovat selvät."
"""What the county's demo people have said of the fourth aspect in the open round, and nobody of Porvoo has seen."""


def rate(page: Page, value: int, reason: str) -> None:
    """Choose with the arrow keys, write why, save with Enter on the button."""
    page.locator("form[data-rate] [type=radio]").first.focus()
    page.keyboard.press("Space")
    for _step in range(value - 1):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(reason)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_a_party_rates_unseen_and_both_then_see_the_gap(new_page: NewPage) -> None:
    page = new_page("en", signed_in_as=PORVOO)
    address = open_map(page, CHILDREN)
    page.get_by_role("link", name="Ratings").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ratings")
    check_accessibility(page)
    page.get_by_role("link", name="4. Responsibilities").first.click()
    expect(page.get_by_text(COUNTYS_REASON)).to_have_count(0)
    expect(page.locator("[data-ratings]")).to_contain_text("has rated")
    rate(page, 2, "Sijaiset eivät tiedä vastuista.")
    saved(page)
    ratings = page.locator("[data-ratings]")
    expect(ratings).to_contain_text(COUNTYS_REASON)
    expect(ratings.locator("svg[role=img]").first).to_have_accessible_name(
        "Porvoo 2, Itä-Uudenmaan hyvinvointialue 4; gap 2"
    )
    check_accessibility(page)
    ratings.get_by_role("link", name="All ratings of the map").click()
    expect(page.locator("table.gaps tbody tr").first).to_contain_text("2")

    page.goto(address)  # in the panel beside the drawing, what is not yet rated by the county
    page.locator(".ring").filter(has_text="Päiväkoti – Neuvola").first.click()
    page.locator(".aspect-list__link").nth(7).click()
    rate(page, 5, "Soittaminen toimii aina.")
    panel = page.locator("[data-panel-body]")
    expect(panel.locator(".own-rating")).to_contain_text("only your own party sees this")
    expect(panel.locator("[data-panel-title]")).to_contain_text("8.")

    county = new_page("en", signed_in_as=COUNTY)
    county.goto(f"{address}arviot/")
    expect(county.locator("main")).not_to_contain_text("Soittaminen toimii aina.")
    county.locator("summary", has_text="Close the round").click()
    check_accessibility(county)
    county.get_by_role("button", name="Close the round").click()
    expect(county.get_by_text("The rating round is closed.")).to_be_visible()
    county.get_by_role("link", name="8. What if it does not work?").first.click()
    expect(county.locator("[data-ratings]")).to_contain_text("Round 1")
    expect(county.get_by_text("Soittaminen toimii aina.")).to_have_count(
        0
    )  # the county has not rated this one


def test_a_phone_without_javascript_opens_a_round_and_rates(new_page: NewPage, problems: list[str]) -> None:
    page = new_page("en", signed_in_as=COUNTY, javascript=False, width=320, height=640)
    page.goto("/kartat/?q=Nuorten")
    page.locator(".map-card__title a").first.click()
    page.get_by_role("link", name="Ratings").click()
    page.wait_for_url("**/arviot/")
    assert page.evaluate(OUTSIDE) == []
    page.get_by_role("button", name="Open a rating round").click()
    page.locator(".waits a").first.click()
    page.get_by_role("button", name="Save the rating").click()
    expect(page.get_by_text("Choose a rating from 1 to 5.").first).to_be_visible()
    page.get_by_role("radio").nth(2).check()
    page.get_by_label("Reason").fill("Toimii, kun muistetaan.")
    page.get_by_role("button", name="Save the rating").click()
    expect(page.locator(".own-rating")).to_contain_text("Toimii, kun muistetaan.")
    assert page.evaluate(OUTSIDE) == []
    page.get_by_role("link", name="Rate next").click()
    expect(page.get_by_role("button", name="Save the rating")).to_be_visible()
    problems[:] = [line for line in problems if "422" not in line]  # the form that was left empty
