"""A note has a history, a conflict page, undo and an API of its own, without a line of them written for it."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from collaboration.models import Change, User
from tests.gear.writers import Writers

pytestmark = [pytest.mark.urls("tests.notes.urls"), pytest.mark.usefixtures("in_english")]
CODE = "131052-308T"


@pytest.fixture
def on(db: None) -> Writers:
    return Writers()


class Desk:
    """One of the writers before the note's pages and its API."""

    def __init__(self, on: Writers, client: Client) -> None:
        self.on, self.client, self.at = on, client, f"/muistiot/{on.note.pk}/"

    def post(self, name: str, base: int = 0, subject: str = "", **fields: Any) -> Any:
        """A form, as it is posted without JavaScript."""
        hidden = {"op_id": uuid4(), "property": name, "base_version": base, "next": self.at}
        hidden["subject"] = subject or f"note:{self.on.note.pk}"
        return self.client.post(f"{self.at}muuta/", hidden | fields, follow=True)

    def take_back(self, how: str) -> str:
        answer = self.client.post(f"{self.at}{how}/", {"next": self.at}, follow=True)
        return str(answer.content.decode())

    def api(self, what: str, **sent: Any) -> Any:
        path = f"/api/v1/notes/{self.on.note.pk}/{what}/"
        return self.client.post(path, sent, content_type="application/json")

    def op(self, name: str, value: Any, base: int = 0) -> Any:
        subject = f"note:{self.on.note.pk}"
        return self.api(
            "ops", id=str(uuid4()), subject=subject, property=name, base_version=base, value=value
        )


@pytest.fixture
def at(on: Writers) -> Any:
    """Opens the desk of a writer."""

    def open_desk(person: User) -> Desk:
        client = Client()
        client.force_login(person)
        client.cookies["language"] = "en"
        return Desk(on, client)

    return open_desk


class TestANoteByFormsWithoutJavaScript:
    def test_texts_and_lines_are_written_and_the_page_shows_them(self, on: Writers, at: Any) -> None:
        desk = at(on.one)
        for name, value in (("title", "Morning"), ("body", "The clinic calls.")):
            assert "Saved." in desk.post(name, value=value).content.decode()
        page = desk.post("add_item", words="Milk").content.decode()
        assert (on.now().title, on.now().body, on.items()) == ("Morning", "The clinic calls.", ["Milk"])
        assert all(part in page for part in ("Morning", "The clinic calls.", "Milk"))

    def test_what_is_refused_is_shown_again_as_it_was_typed(self, on: Writers, at: Any) -> None:
        answer = at(on.one).post("body", value=f"Child {CODE}")
        assert answer.status_code == 422
        assert f"Child {CODE}</textarea>" in answer.content.decode()
        answer = at(on.one).post("add_item", words="x" * 81)
        assert (answer.status_code, "x" * 81 in answer.content.decode()) == (422, True)
        answer = at(on.reader).post("body", value="Mine")
        assert (answer.status_code, "Readers only read." in answer.content.decode()) == (403, True)
        assert at(on.outsider).post("body", value="Mine").status_code == 404
        assert (on.now().seq, on.items()) == (0, [])

    def test_what_was_chosen_is_sent_again_under_an_id_of_its_own(self, on: Writers, at: Any) -> None:
        added, used = on.write(on.one, "add_item", {"words": "Milk"}).value["subject"], uuid4()
        at(on.one).post("body", value="First.", op_id=used)
        answer = at(on.two).post("archived", 2, added, value="true", op_id=used)
        page = answer.content.decode()
        assert (answer.status_code, on.items()) == (409, ["Milk"])
        assert '<input type="hidden" name="value" value="true">' in page
        [fresh] = re.findall(r'<form class="page-panel".*?name="op_id" value="([^"]+)"', page, re.DOTALL)
        at(on.two).post("archived", 2, added, value="true", op_id=fresh)
        assert on.items() == []

    def test_two_who_touch_the_same_words_choose_on_a_page(self, on: Writers, at: Any) -> None:
        at(on.one).post("body", value="The clinic calls.")
        answer = at(on.two).post("body", value="The school calls.")
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "The clinic calls." in page
        assert "The school calls.</textarea>" in page
        assert 'name="base_version" value="1"' in page
        at(on.two).post("body", 1, value="The school calls.")
        assert on.now().body == "The school calls."

    def test_two_who_write_apart_are_merged_and_told(self, on: Writers, at: Any) -> None:
        on.write(on.one, "body", "The clinic calls the family. The school waits.")
        on.write(on.two, "body", "The clinic phones the family. The school waits.", base=1)
        page = at(on.one).post("body", 1, value="The clinic calls the family. The school asks.")
        assert "Two had changed the same text meanwhile." in page.content.decode()
        assert on.now().body == "The clinic phones the family. The school asks."

    def test_undo_and_redo_say_what_they_did(self, on: Writers, at: Any) -> None:
        desk = at(on.one)
        desk.post("add_item", words="Milk")
        assert "Undone: Added: Milk" in desk.take_back("kumoa")
        assert on.items() == []
        assert "Done again: Added: Milk" in desk.take_back("tee-uudelleen")
        assert on.items() == ["Milk"]
        assert "You have no changes to undo." in at(on.two).take_back("kumoa")

    def test_the_history_says_who_wrote_what_and_what_stood_before(self, on: Writers, at: Any) -> None:
        added = on.write(on.one, "add_item", {"words": "Milk"}).value["subject"]
        on.write(on.two, "words", "Oat milk", subject=added)
        on.write(on.two, "archived", True, subject=added)
        page = at(on.reader).client.get(f"/muistiot/{on.note.pk}/historia/").content.decode()
        for part in ("<strong>Two</strong>", "Oat milk", "added: Milk", "removed", "change 3"):
            assert part in page, part
        assert at(on.outsider).client.get(f"/muistiot/{on.note.pk}/historia/").status_code == 404


class TestANoteOverTheApi:
    def test_an_op_answers_with_the_property_as_it_now_is(self, on: Writers, at: Any) -> None:
        answer = at(on.one).op("body", "  First. ")
        assert answer.status_code == 200
        told = {"subject": f"note:{on.note.pk}", "property": "body", "value": "First.", "version": 1}
        assert answer.json() == {**told, "merged": None}

    def test_a_conflict_carries_both_texts_and_undo_waits_for_nobody(self, on: Writers, at: Any) -> None:
        at(on.one).op("title", "Ours")
        answer = at(on.two).op("title", "Theirs")
        assert (answer.status_code, answer.json()["yours"], answer.json()["theirs"]) == (
            409,
            "Theirs",
            "Ours",
        )
        undone = at(on.one).api("undo", id=str(uuid4()))
        assert (undone.status_code, undone.json()["what"], undone.json()["value"]) == (200, "Title", "")
        assert at(on.one).api("redo", id=str(uuid4())).json()["value"] == "Ours"
        assert at(on.two).api("undo", id=str(uuid4())).status_code == 409

    def test_changes_since_a_number_are_told_to_readers_alone(self, on: Writers, at: Any) -> None:
        for value in ("One.", "Two.", "Three."):
            on.write(on.one, "body", value)
        path = f"/api/v1/notes/{on.note.pk}/changes/?since=1"
        told = at(on.reader).client.get(path).json()
        assert (told["seq"], [each["to"] for each in told["changes"]]) == (3, ["Two.", "Three."])
        assert {each["subject"] for each in told["changes"]} == {f"note:{on.note.pk}"}
        assert at(on.outsider).client.get(path).status_code == 404
        assert Client().get(path).status_code == 401

    def test_bad_ops_change_nothing(self, on: Writers, at: Any) -> None:
        for name, value, status in (("body", 5, 422), ("body", CODE, 422), ("nothing", "x", 404)):
            assert at(on.one).op(name, value).status_code == status
        assert at(on.reader).op("body", "x").status_code == 403
        assert (
            at(on.one).client.post(f"/api/v1/notes/{on.note.pk}/ops/", "[]", "application/json").status_code
            == 400
        )
        assert (Change.objects.count(), on.now().seq) == (0, 0)
