"""A translation that is older than its source is marked wherever it is read, whatever changed the source."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from collaboration.ops.undo import undo
from services.content.canonical import content_of
from services.models import Aspect, InterfaceMap, MapService
from services.workflows.edits import MAP
from tests.cast import Cast
from tests.services.ops import edit, first_aspect
from tests.services.rounds import finish, published

pytestmark = pytest.mark.usefixtures("in_english")
MARK = "The translation is older than the original."


def old_of(row: Any, name: str) -> str:
    row.refresh_from_db()
    return str(getattr(row, f"{name}_old"))


def texts(cast: Cast, which: str) -> tuple[InterfaceMap, Any, str, str]:
    """A map, the row of a text, its subject, and the text's name."""
    on = cast.maps["porvoo"]
    if which == "shared":
        aspect: Aspect = first_aspect(on)
        return on, aspect, f"aspect:{aspect.pk}", "shared"
    place = MapService.objects.filter(map=on, party__organisation=cast.organisations["porvoo"])[0]
    return on, place, f"service:{place.pk}", which


@pytest.mark.parametrize("which", ["shared", "where", "how"])
@pytest.mark.parametrize("source", ["fi", "sv"])
def test_a_change_of_the_source_marks_the_translation_until_either_follows(
    cast: Cast, which: str, source: str
) -> None:
    on, row, subject, name = texts(cast, which)
    InterfaceMap.objects.filter(pk=on.pk).update(source_language=source)
    other = "sv" if source == "fi" else "fi"
    me = cast["porvoo editor"]

    def write(language: str, words: str) -> str:
        edit(me, on, subject, f"{name}_{language}", words)
        return old_of(row, name)

    assert write(source, "Yksi.") == "", "without a translation nothing is old"
    assert write(other, "Ett.") == ""
    assert write(source, "Kaksi.") == other
    undo(MAP, me, on.pk, uuid4())
    assert old_of(row, name) == "", "the source says again what was translated"
    assert write(source, "Kolme.") == other
    assert write(other, "Tre.") == ""
    assert write(source, "Neljä.") == other
    assert write(other, "") == "", "what is not there is not old"


def test_it_is_told_where_one_edits_reads_approves_and_to_residents(cast: Cast) -> None:
    on, aspect, subject, _name = texts(cast, "shared")
    me = cast["porvoo editor"]
    finish(on)
    edit(me, on, subject, "shared_fi", "Ensin.")
    edit(me, on, subject, "shared_sv", "Först.")
    page = cast.client("porvoo reader", "en").get(aspect.get_absolute_url()).content.decode()
    assert MARK not in page
    edit(me, on, subject, "shared_fi", "Sovittu.")
    for person in ("porvoo editor", "porvoo reader"):
        page = cast.client(person, "en").get(aspect.get_absolute_url()).content.decode()
        assert page.count(MARK) == 1, person
    assert content_of(on)["interfaces"][0]["aspects"][0]["shared_old"] == "sv"
    draft = cast.client("porvoo approver", "en").get(f"/kartat/{on.pk}/versiot/luonnos/").content.decode()
    assert MARK in draft


def test_residents_read_it_in_the_language_that_is_old(cast: Cast) -> None:
    on, place, subject, _name = texts(cast, "where")
    me = cast["porvoo editor"]
    for name, words in (("where_fi", "Torilta."), ("where_sv", "På torget."), ("where_fi", "Kirjastosta.")):
        edit(me, on, subject, name, words)
    published(cast, on)
    said = {
        language: Client()
        .get(reverse("services:resident_service", args=[language, place.pk]))
        .content.decode()
        for language in ("fi", "sv")
    }
    assert "På torget." in said["sv"]
    assert "översättningen är äldre än originaltexten" in said["sv"]
    assert "käännös on vanhempi" not in said["fi"]
