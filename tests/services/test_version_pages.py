"""Pages of approval, versions and comparison, as forms without JavaScript meet them."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from collaboration.mailing import mail_notifications
from services.models import ApprovalRound, InterfaceMap, MapVersion
from services.workflows import approvals
from tests.cast import Cast
from tests.conftest import As
from tests.services.ops import answer_of, edit, first_aspect
from tests.services.rounds import approved, finish, in_a_year, published, started

pytestmark = pytest.mark.usefixtures("in_english")  # a form's sentences are read after the page
CODE = "131052-308T"


def test_two_organisations_go_from_draft_to_1_0_to_1_1(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    finish(on)
    address = f"/kartat/{on.pk}/versiot/"
    editor = as_person("porvoo editor")
    page = editor.get(address)
    assert "incomplete_reason" not in page.context["form"].fields
    answer = editor.post(address, {"review_on": in_a_year().isoformat()}, follow=True)
    assert "have been asked to approve" in answer.content.decode()
    for name in ("porvoo approver", "county approver"):
        client = as_person(name)
        desk = client.get("/").content.decode()
        assert "Read and approve" in desk
        assert f'href="/kartat/{on.pk}/hyvaksyttavana/"' in desk
        read = client.get(f"/kartat/{on.pk}/hyvaksyttavana/").content.decode()
        assert read.count('name="digest"') == 1, "a button for one's own party"
        open_round = ApprovalRound.objects.get(status="open")
        answer = client.post(
            f"{address}hyvaksy/", {"round": open_round.pk, "digest": open_round.digest}, follow=True
        )
        assert answer.status_code == 200
        assert "Read and approve" not in client.get("/").content.decode()
    assert "The version has been published." in answer.content.decode()
    read = editor.get(f"{address}1.0/").content.decode()
    assert MapVersion.objects.get().digest in read
    assert "Sovittu." in read
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Sovittu toisin.")
    head = editor.get(f"/kartat/{on.pk}/").content.decode()
    assert f'href="{address}1.0/">Version 1.0</a>' in head
    version = published(cast, on)
    assert version.number == "1.1"
    compared = editor.get(f"/kartat/{on.pk}/vertaa/?from=1.0&to=1.1")
    assert "Client service guidance" in compared.content.decode()
    assert [row["difference"].number for row in compared.context["rows"]] == [1]
    assert not any(row["takes_back"] for row in compared.context["rows"]), "only the draft is written"


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({}, "review_on", "This field is required."),
        ({"review_on": "31.11.2027"}, "review_on", "day.month.year"),
        ({"review_on": "12/31/2027"}, "review_on", "day.month.year"),
        ({"review_on": "2020-01-01"}, "review_on", "a day to come"),
        ({"review_on": "9999-01-01"}, "review_on", "between the years"),
        ({"review_on": "2027-01-01"}, "incomplete_reason", "Not everything is agreed"),
        ({"review_on": "2027-01-01", "incomplete_reason": CODE}, "incomplete_reason", "identity code"),
        ({"review_on": "2027-01-01", "incomplete_reason": "x" * 501}, "incomplete_reason", "500"),
        ({"review_on": "2027-01-01", "incomplete_reason": "a\x00b"}, "incomplete_reason", ""),
    ],
)
def test_bad_input_gets_a_sentence_at_its_field_and_stays(
    cast: Cast, as_person: As, sent: dict[str, str], field: str, sentence: str
) -> None:
    on = cast.maps["porvoo"]
    answer = as_person("porvoo editor").post(f"/kartat/{on.pk}/versiot/", sent)
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert sentence in " ".join(errors[field])
    if sent.get("incomplete_reason", "").isalnum():
        assert sent["incomplete_reason"] in answer.content.decode()
    assert not ApprovalRound.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"round": "x", "digest": "y"}, {"round": "9" * 40, "digest": "0"}])
def test_a_button_without_its_fields_is_told_so(cast: Cast, as_person: As, sent: dict[str, str]) -> None:
    on = cast.maps["porvoo"]
    for part, person in (("hyvaksy/", "porvoo approver"), ("peru/", "porvoo editor")):
        answer = as_person(person).post(f"/kartat/{on.pk}/versiot/{part}", sent, follow=True)
        assert "Part of the form was missing." in answer.content.decode()


def test_a_stale_button_says_what_has_become_of_the_round(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    approval_round = started(cast, on)
    sent = {"round": approval_round.pk, "digest": approval_round.digest}
    edit(cast["county editor"], on, f"map:{on.pk}", "title_fi", "Uusi nimi")
    client = as_person("porvoo approver")
    answer = client.post(f"/kartat/{on.pk}/versiot/hyvaksy/", sent, follow=True).content.decode()
    assert "no longer open: ended by an edit" in answer
    assert "when County editor changed the map" in answer
    assert "What ended it: Title in Finnish" in answer


def test_changing_all_the_same_is_said_for_one_round(cast: Cast, as_person: As) -> None:
    on, client = cast.maps["porvoo"], as_person("porvoo editor")
    aspect = first_aspect(on)
    pages = [aspect.get_absolute_url(), f"/kartat/{on.pk}/lista/", aspect.interface.get_absolute_url()]

    def gates() -> set[str]:
        return {client.get(page).context["gate"] for page in pages}

    assert gates() == {""}
    started(cast, on)
    assert gates() == {"closed"}
    assert not client.get(pages[0]).context["can_edit"]
    client.post(f"/kartat/{on.pk}/muuta-silti/")
    assert gates() == {"open"}
    assert client.get(pages[0]).context["can_edit"]
    assert as_person("county editor").get(pages[0]).context["gate"] == "closed", "each says it for themselves"
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Toisin.")
    assert gates() == {""}
    started(cast, on)
    assert gates() == {"closed"}, "said of an earlier round"


def test_a_version_is_withdrawn_on_its_page(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    version = published(cast, on)
    address, client = version.get_absolute_url(), as_person("porvoo approver")
    for sent in ({}, {"reason": " "}, {"reason": CODE}):
        assert client.post(f"{address}pois/", sent).status_code == 422
    answer = client.post(f"{address}pois/", {"reason": "Neuvola on muuttanut."}, follow=True)
    assert "Neuvola on muuttanut." in answer.content.decode()
    assert "Withdraw the version" not in answer.content.decode()
    assert client.post(f"{address}pois/", {"reason": "Taas."}).status_code == 422


def test_what_is_not_agreed_is_listed_with_links(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    finish(on)
    aspect = first_aspect(on, 3)
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Uusi.")
    page = as_person("porvoo reader").get(f"/kartat/{on.pk}/versiot/").content.decode()
    assert aspect.get_absolute_url() in page
    assert "1 aspect is neither agreed nor" in page


def test_an_aspect_is_taken_back_by_a_button(cast: Cast, as_person: As) -> None:
    on, client = cast.maps["porvoo"], as_person("porvoo editor")
    aspect = first_aspect(on)
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Ennen <b>&amp; jälkeen.")
    version = published(cast, on)
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Muu teksti.")
    page = client.get(f"/kartat/{on.pk}/vertaa/?from=1.0&to=draft")
    assert [row["takes_back"] for row in page.context["rows"]] == [True]
    assert "<b>&amp; jälkeen" not in page.content.decode()
    on.refresh_from_db()
    sent = {
        "op_id": page.context["rows"][0]["op_id"],
        "interface": aspect.interface_id,
        "number": 1,
        "base_version": on.seq,
    }
    address = f"{version.get_absolute_url()}palauta/"
    answer = client.post(address, sent, follow=True).content.decode()
    assert "again as in version 1.0" in answer
    assert "They say the same." in answer
    aspect.refresh_from_db()
    assert aspect.shared_fi == "Ennen <b>&amp; jälkeen."
    history = client.get(f"/kartat/{on.pk}/historia/").content.decode()
    assert "Ennen &lt;b&gt;" in history
    refused = as_person("porvoo reader").post(address, {**sent, "op_id": uuid4()})
    assert refused.status_code in {302, 403}


@pytest.mark.parametrize("query", ["", "?from=draft", "?from=9.9", "?from=x&to=y", "?from=1.0&to=1.00000"])
def test_a_comparison_of_what_is_not_there(cast: Cast, as_person: As, query: str) -> None:
    on = cast.maps["porvoo"]
    answer = as_person("porvoo reader").get(f"/kartat/{on.pk}/vertaa/{query}")
    assert answer.status_code == (200 if query in {"", "?from=draft"} else 404)


def test_versions_of_one_map_are_not_found_under_another(cast: Cast, as_person: As) -> None:
    version = published(cast, cast.maps["porvoo"])
    client = as_person("county editor")
    for place, status in (("porvoo", 200), ("youth", 404), ("loviisa", 404)):
        path = reverse("services:map_version", args=[cast.maps[place].pk, version.major, version.minor])
        assert client.get(path).status_code == status


def test_the_drawing_marks_what_is_new_changed_and_removed(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    published(cast, on)
    by, aspect = cast["porvoo editor"], first_aspect(on)
    edit(by, on, f"aspect:{aspect.pk}", "shared_fi", "Uusi.")
    gone = on.interfaces.order_by("pk").last()
    edit(by, on, f"interface:{gone.pk if gone else 0}", "archived", True)
    wish = {"party": on.parties.get(lane=1).pk, "name_fi": "Perhetupa", "node": 1}
    wish["node"] = on.map_services.first().service.node_id  # type: ignore[union-attr]
    edit(by, on, f"map:{on.pk}", "add_service", wish)
    page = as_person("porvoo reader").get(f"/kartat/{on.pk}/vertaa/?from=1.0&to=draft").content.decode()
    assert page.count("compared__item--added") == page.count("compared__item--changed") == 1
    assert f"<del>{gone}</del>" in page
    back = as_person("porvoo reader").get(f"/kartat/{on.pk}/vertaa/?from=draft&to=1.0").content.decode()
    assert "Perhetupa" in back


def test_a_stale_confirmation_shows_what_changed_word_by_word(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    aspect = first_aspect(on)
    edit(
        cast["porvoo editor"],
        on,
        f"aspect:{aspect.pk}",
        "shared_fi",
        "Neuvola vastaa kolmen päivän kuluessa.",
    )
    answer = answer_of(aspect, "01")
    edit(
        cast["county approver"],
        on,
        f"answer:{answer.pk}",
        "confirmation",
        "Neuvola vastaa kolmen päivän kuluessa.",
    )
    edit(
        cast["porvoo editor"],
        on,
        f"aspect:{aspect.pk}",
        "shared_fi",
        "Neuvola vastaa viiden päivän kuluessa.",
    )
    client = as_person("county approver")
    for headers in ({}, {"X-Panel": "1"}):
        page = client.get(aspect.get_absolute_url(), headers=headers).content.decode()
        assert "Its confirmation is asked for again." in page
        assert '<del><span class="visually-hidden">Removed: </span>kolmen ' in page
        assert '<ins><span class="visually-hidden">Added: </span>viiden ' in page
    assert "1 text waits for your confirmation" in client.get("/").content.decode()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_mails_of_approval_in_their_readers_language(
    cast: Cast, language: str, mailoutbox: list[Any]
) -> None:
    type(cast["porvoo approver"]).objects.update(language=language)
    on = cast.maps["porvoo"]
    approval_round = started(cast, on)
    edit(cast["county editor"], on, f"map:{on.pk}", "title_fi", "Uusi nimi")
    approvals.cancel(cast["county editor"], on.pk, started(cast, on).pk)
    published(cast, on)
    approvals.withdraw(cast["porvoo approver"], on.pk, 1, 0, "Vanhentunut.")
    mail_notifications()
    links = {line.strip() for mail in mailoutbox for line in mail.body.splitlines() if "http" in line}
    assert any(line.endswith(approval_round.get_absolute_url()) for line in links)
    assert any(line.endswith("/versiot/1.0/") for line in links)
    assert all("{{" not in mail.body and "{%" not in mail.body for mail in mailoutbox)


def test_a_round_of_a_map_that_is_put_away_waits_for_nobody(cast: Cast, as_person: As) -> None:
    from services.workflows.interface_map import interface_map_workflow

    on = cast.maps["porvoo"]
    approval_round = started(cast, on)
    approved(cast, "county approver", approval_round)
    interface_map_workflow.perform("archive", on, by=cast["porvoo editor"])
    assert "Read and approve" not in as_person("porvoo approver").get("/").content.decode()
    assert InterfaceMap.objects.get(pk=on.pk).versions.count() == 0
