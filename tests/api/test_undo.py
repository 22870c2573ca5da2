"""Undo and redo over the API: one's own latest change, by those who may change it, once for each id."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from collaboration.models import Change, Membership
from services.models import InterfaceMap
from tests import oracle
from tests.api.conftest import Api, check_shape, op
from tests.cast import Cast
from tests.services.ops import edit, first_aspect

PROBLEM = "application/problem+json"


def wish(**more: Any) -> dict[str, Any]:
    """The body of a request to undo, with an id of its own."""
    return {"id": str(uuid4()), **more}


def address(on: InterfaceMap, what: str = "undo") -> str:
    return f"maps/{on.pk}/{what}/"


def test_undo_and_redo_tell_what_they_did(cast: Cast, api: Api) -> None:
    on, caller = cast.maps["porvoo"], api("porvoo editor")
    aspect = first_aspect(on)
    subject = f"aspect:{aspect.pk}"
    caller.post(f"maps/{on.pk}/ops/", op(subject, "shared_fi", "Yhteinen."))
    undone = caller.post(address(on), wish())
    check_shape("UndoneShape", undone)
    assert (undone["subject"], undone["property"], undone["value"]) == (subject, "shared_fi", "")
    assert (undone["version"], undone["status"], undone["merged"]) == (2, "missing", None)
    assert str(aspect.interface) in undone["what"]
    again = caller.post(address(on, "redo"), wish())
    check_shape("UndoneShape", again)
    assert (again["value"], again["version"], again["what"]) == ("Yhteinen.", 3, undone["what"])
    rows = caller.get(f"maps/{on.pk}/changes/")["changes"]
    assert [(row["seq"], row["undoes"]) for row in rows] == [(1, None), (2, 1), (3, 2)]
    aspect.refresh_from_db()
    assert aspect.shared_fi == "Yhteinen."


def test_what_was_done_is_told_in_the_callers_language(cast: Cast, api: Api) -> None:
    on = cast.maps["porvoo"]
    told = {}
    for language in ("fi", "sv", "en"):
        edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", f"Otsikko {language}")
        told[language] = api("porvoo editor", language).post(address(on), wish())["what"]
    assert len(set(told.values())) == 3, told


@pytest.mark.parametrize("what", ["undo", "redo"])
def test_each_person_takes_back_only_what_is_their_own(cast: Cast, api: Api, what: str) -> None:
    """Everybody else who sees the map has nothing to take back; an outsider finds no map."""
    on = cast.maps["porvoo"]
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", "Oma")
    if what == "redo":
        api("porvoo editor").post(address(on), wish())
    before = Change.objects.count()
    for name in cast.people:
        if name == "porvoo editor":
            continue
        answer = api(name).ask("post", address(on, what), wish())
        assert answer.status_code == (409 if oracle.sees(cast, name, on) else 404), name
        assert answer.headers["Content-Type"] == PROBLEM
        if answer.status_code == 409:
            check_shape("StaysShape", answer.json())
            assert answer.json()["detail"] == f"You have no changes to {what}."
            assert answer.json()["seq"] is None
    assert Change.objects.count() == before
    api("porvoo editor").post(address(on, what), wish())


def test_who_may_no_longer_edit_may_not_undo(cast: Cast, api: Api) -> None:
    on = cast.maps["porvoo"]
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", "Oma")
    Membership.objects.filter(user=cast["porvoo editor"]).update(role="reader")
    answer = api("porvoo editor").ask("post", address(on), wish())
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, PROBLEM)
    assert answer.json()["detail"] == "Only an editor of a party may change this map."
    check_shape("ProblemShape", answer.json())
    Membership.objects.filter(user=cast["porvoo editor"]).delete()
    assert api("porvoo editor").ask("post", address(on), wish()).status_code == 404
    assert InterfaceMap.objects.get(pk=on.pk).title_fi == "Oma"


def test_a_token_for_reading_undoes_nothing(cast: Cast, api: Api) -> None:
    on = cast.maps["porvoo"]
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", "Oma")
    for what in ("undo", "redo"):
        assert api("porvoo editor", scope="read").ask("post", address(on, what), wish()).status_code == 403
    assert InterfaceMap.objects.get(pk=on.pk).title_fi == "Oma"


@pytest.mark.parametrize("what", ["undo", "redo"])
def test_the_same_id_again_changes_nothing(cast: Cast, api: Api, what: str) -> None:
    on, caller, sent = cast.maps["porvoo"], api("porvoo editor"), wish()
    for title in ("Yksi", "Kaksi", "Kolme"):
        edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", title)
    if what == "redo":
        for _time in range(2):
            caller.post(address(on), wish())
    first = caller.post(address(on, what), sent)
    count = Change.objects.count()
    again = caller.post(address(on, what), sent)
    assert (again["subject"], again["value"], again["version"]) == (
        first["subject"],
        first["value"],
        first["version"],
    )
    assert again["what"] == first["what"]
    assert Change.objects.count() == count
    assert InterfaceMap.objects.get(pk=on.pk).title_fi == "Kaksi"


def test_what_another_has_changed_since_stays_and_before_goes_on(cast: Cast, api: Api) -> None:
    on, caller = cast.maps["porvoo"], api("porvoo editor")
    subject = f"aspect:{first_aspect(on).pk}"
    edit(cast["porvoo editor"], on, subject, "shared_sv", "Ensin.")
    mine = edit(cast["porvoo editor"], on, subject, "shared_fi", "Minun.")
    edit(cast["county editor"], on, subject, "shared_fi", "Heidän.")
    stays = caller.post(address(on), wish(), 409)
    check_shape("StaysShape", stays)
    assert stays["seq"] == mine.version
    assert stays["detail"] == "County editor has changed the same since, so it stays as it is."
    undone = caller.post(address(on), wish(before=stays["seq"]))
    assert (undone["property"], undone["value"]) == ("shared_sv", "")
    assert caller.post(address(on), wish(before=1), 409)["seq"] is None
    assert first_aspect(on).shared_fi == "Heidän."


def test_an_archived_map_says_why_nothing_is_undone(cast: Cast, api: Api) -> None:
    on, caller = cast.maps["porvoo"], api("porvoo editor")
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", "Oma")
    caller.post(f"maps/{on.pk}/transitions/archive/", None)
    answer = caller.post(address(on), wish(), 403)
    assert answer["detail"] == "An archived map is read only. Take it back into use first."


@pytest.mark.parametrize("what", ["undo", "redo"])
@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({}, 422, "id"),
        ({"id": "x"}, 422, "id"),
        ({"id": None}, 422, "id"),
        ({"id": 7}, 422, "id"),
        (wish(before=-1), 422, "before"),
        (wish(before="x"), 422, "before"),
        (wish(before=2**31), 422, "before"),
        (wish(colour="red"), 422, "colour"),
        ([], 400, ""),
    ],
)
def test_a_wish_that_makes_no_sense_names_the_field(
    cast: Cast, api: Api, what: str, sent: Any, status: int, field: str
) -> None:
    on = cast.maps["porvoo"]
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", "Oma")
    answer = api("porvoo editor").ask("post", address(on, what), sent)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, PROBLEM)
    assert [error["field"] for error in answer.json()["errors"]] == ([field] if field else [])
    assert InterfaceMap.objects.get(pk=on.pk).title_fi == "Oma"
