"""The live stream of a second document: a note has one by what its document declares."""

from __future__ import annotations

from uuid import uuid4

import pytest

from collaboration.journal import announce
from collaboration.models import Membership, User
from collaboration.ops.document import Op
from tests.live import NEVER, Browser, Web, eventually, listening, news
from tests.notes.document import NOTE
from tests.notes.models import Note


@pytest.fixture
def note(web: Web) -> Note:
    """A note of Porvoo's."""
    return Note.objects.create(organisation=web.cast.organisations["porvoo"])


def write(web: Web, note: Note, text: str, by: str = "porvoo editor") -> int:
    """The number of the change; it is made in a third process, that of the test."""
    op = Op(uuid4(), f"note:{note.pk}", "body", 10**6, text)
    return NOTE.apply(web.cast[by], note.pk, op).version


def test_a_change_of_a_note_and_its_news_are_heard_in_both_web_processes(web: Web, note: Note) -> None:
    on = web.cast.maps["porvoo"]
    both = f"note-{note.pk}:0,{web.cursor(on)}"
    with (
        listening(web.one, web.browser("porvoo editor"), f"note-{note.pk}:0") as near,
        listening(web.other, web.browser("porvoo reader"), both) as far,
    ):
        for number in (1, 2):
            seq = write(web, note, f"Teksti {number}")
            assert seq == number
            for listener in (near, far):
                assert listener.hears(seq)
                [told] = [data for data in listener.named("changes") if data["seq"] == seq]
                [change] = told["changes"]
                assert told["document"] == f"note-{note.pk}"
                assert (change["subject"], change["property"]) == (f"note:{note.pk}", "body")
                assert (change["to"], change["by"]) == (f"Teksti {number}", "Porvoo editor")
        assert near.last_id == f"note-{note.pk}:2"
        assert far.last_id == f"note-{note.pk}:2,{web.cursor(on)}"
        announce(note)
        for listener in (near, far):
            assert eventually(lambda listener=listener: news(listener) == 1)  # type: ignore[misc]
        assert far.hears(web.write(on, "Kartalla"))
    with listening(web.other, web.browser("porvoo reader"), f"note-{note.pk}:1") as again:
        assert again.hears(2)
        assert again.seqs == [2]


def test_whoever_may_no_longer_read_a_note_hears_that_it_is_gone(web: Web, note: Note) -> None:
    word = uuid4().hex
    user = User.objects.create(email=f"{uuid4()}@cast.example", name="Lähtijä", password="!")  # noqa: S106
    Membership.objects.create(user=user, organisation=note.organisation, role="reader")
    with (
        listening(web.one, Browser(user), f"note-{note.pk}:0") as leaver,
        listening(web.other, web.browser("porvoo reader"), f"note-{note.pk}:0") as other,
    ):
        assert leaver.hears(write(web, note, "Ennen"))
        Membership.objects.filter(user=user).delete()
        assert eventually(lambda: leaver.ended)
        assert leaver.named("gone") == [{"document": f"note-{note.pk}"}]
        assert other.hears(write(web, note, word))
        assert word not in leaver.raw.decode()
    for hidden in (f"note-{note.pk}", f"note-{NEVER}", f"nothing-{note.pk}"):
        with listening(web.one, web.browser("loviisa editor"), f"{hidden}:0") as outsider:
            assert eventually(lambda outsider=outsider: outsider.ended)  # type: ignore[misc]
            assert outsider.named("gone") == [{"document": hidden}]
            assert outsider.named("changes") == []


def test_presence_on_a_note_is_told_and_is_for_its_readers(web: Web, note: Note) -> None:
    person = web.browser("porvoo editor")
    with listening(web.other, web.browser("porvoo reader"), f"note-{note.pk}:0") as listener:
        assert person.stand(web.one, note.pk, f"note:{note.pk}", "note").status == 204
        assert eventually(lambda: listener.people == [("Porvoo editor", f"note:{note.pk}")])
        [told] = listener.named("presence")[-1]["people"]
        assert (told["role"], told["organisation"]["fi"]) == ("editor", note.organisation.name_fi)
        person.stand(web.other, note.pk, "", "note")
        assert eventually(lambda: listener.people == [])
    assert person.stand(web.one, note.pk, "interface:1", "note").status == 400, "a note has no interfaces"
    assert web.browser("loviisa editor").stand(web.one, note.pk, "note:1", "note").status == 404
    assert person.stand(web.one, NEVER, "note:1", "note").status == 404
    assert person.stand(web.one, note.pk, "note:1", "nothing").status == 404
