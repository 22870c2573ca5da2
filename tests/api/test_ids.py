"""A client's own id stands for one wish of one person: with anything else it is refused, and nothing happens."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from collaboration.models import Change
from collaboration.ops.document import Op
from collaboration.ops.undo import undo
from services.models import Aspect, InterfaceMap
from services.workflows.edits import MAP
from tests.api.conftest import Api, check_shape, op
from tests.cast import Cast
from tests.services.ops import edit, first_aspect, follow, make_base_map
from tests.services.rounds import published

ME, COLLEAGUE = "porvoo editor", "county editor"


def used(answer: Any, component: str = "IdUsedShape") -> None:
    """The answer says that the id is another's."""
    assert answer.status_code == 409, answer.content
    check_shape(component, answer.json())
    assert answer.json()["type"] == "urn:yhdyspinta:problem:id-used"


@pytest.fixture
def on(cast: Cast) -> InterfaceMap:
    return cast.maps["porvoo"]


@pytest.mark.parametrize(
    "other",
    [
        {"value": "Muuttunut teksti."},
        {"property": "shared_sv"},
        {"property": "not_applicable_reason"},
        {"property": "add_evidence", "value": {"title": "A", "url": "https://kunta.example/"}},
        {"subject": "aspect:other"},
        {"subject": "aspect:0"},
        {"value": None},
    ],
)
def test_an_id_with_another_content_is_refused_and_the_first_stays(
    cast: Cast, api: Api, on: InterfaceMap, other: dict[str, Any]
) -> None:
    caller, aspect = api(ME), first_aspect(on)
    sent = op(f"aspect:{aspect.pk}", "shared_fi", "Teksti.")
    caller.post(f"maps/{on.pk}/ops/", sent)
    changed = {**sent, **other}
    if other.get("subject") == "aspect:other":
        changed["subject"] = f"aspect:{first_aspect(on, 2).pk}"
    used(caller.ask("post", f"maps/{on.pk}/ops/", changed), "ConflictOrIdUsed")
    aspect.refresh_from_db()
    assert (aspect.shared_fi, Change.objects.filter(log_id=on.pk).count()) == ("Teksti.", 1)
    again = caller.post(f"maps/{on.pk}/ops/", {**sent, "base_version": 0})
    assert (again["value"], again["version"]) == ("Teksti.", 1), (
        "the same content is answered whatever was read"
    )


def test_a_colleagues_id_is_refused_even_with_the_same_content(
    cast: Cast, api: Api, on: InterfaceMap
) -> None:
    sent = op(f"aspect:{first_aspect(on).pk}", "shared_fi", "Teksti.")
    api(ME).post(f"maps/{on.pk}/ops/", sent)
    used(api(COLLEAGUE).ask("post", f"maps/{on.pk}/ops/", sent))
    for what in ("undo", "redo"):
        used(api(COLLEAGUE).ask("post", f"maps/{on.pk}/{what}/", {"id": sent["id"]}), "StaysOrIdUsed")
        used(api(ME).ask("post", f"maps/{on.pk}/{what}/", {"id": sent["id"]}))
    assert first_aspect(on).shared_fi == "Teksti."


def test_an_id_of_an_undo_is_for_the_same_undo_only(cast: Cast, api: Api, on: InterfaceMap) -> None:
    subject = f"aspect:{first_aspect(on).pk}"
    for text in ("Yksi.", "Kaksi."):
        edit(cast[ME], on, subject, "shared_fi", text)
    edit(cast[COLLEAGUE], on, f"map:{on.pk}", "title_fi", "Nimi")
    mine: dict[str, Any] = {"id": str(uuid4())}
    undone = api(ME).post(f"maps/{on.pk}/undo/", mine)
    count = Change.objects.count()
    used(api(COLLEAGUE).ask("post", f"maps/{on.pk}/undo/", mine))
    used(api(ME).ask("post", f"maps/{on.pk}/redo/", mine))
    used(api(ME).ask("post", f"maps/{on.pk}/undo/", {**mine, "before": 2}))
    used(api(ME).ask("post", f"maps/{on.pk}/ops/", op(subject, "shared_fi", "Yksi.") | mine))
    assert api(ME).post(f"maps/{on.pk}/undo/", mine)["version"] == undone["version"]
    assert Change.objects.count() == count


def test_an_id_of_what_a_change_brought_about_is_nobodys(cast: Cast, api: Api, on: InterfaceMap) -> None:
    """A consequence on a map that follows a base map, and one of an undo: their ids are derived, and can be guessed."""
    base = make_base_map(cast)
    follow(cast, "porvoo")
    text, op_id = first_aspect(base), uuid4()
    MAP.apply(cast[COLLEAGUE], base.pk, Op(op_id, f"aspect:{text.pk}", "shared_fi", 99, "Alueen teksti."))
    followed = Aspect.objects.get(interface__map=on, base=text)
    derived = uuid5(op_id, f"{on.pk}:{followed.pk}:shared_fi")
    assert Change.objects.filter(op_id=derived, log_id=on.pk).exists()
    count = Change.objects.count()
    for name in (ME, COLLEAGUE):
        for what in ("undo", "redo"):
            used(api(name).ask("post", f"maps/{on.pk}/{what}/", {"id": str(derived)}))
        sent = op(f"aspect:{followed.pk}", "shared_fi", "Alueen teksti.") | {"id": str(derived)}
        used(api(name).ask("post", f"maps/{on.pk}/ops/", sent))
    assert Change.objects.count() == count


def test_a_repeated_undo_takes_back_no_further_consequence(cast: Cast, on: InterfaceMap) -> None:
    """What was left as it was, since a colleague had written there, stays when the same request comes again."""
    base = make_base_map(cast)
    text = f"aspect:{first_aspect(base).pk}"
    edit(cast[COLLEAGUE], base, text, "shared_fi", "Alueen teksti.")
    edit(cast[COLLEAGUE], on, f"map:{on.pk}", "base", base.pk)
    followed = Aspect.objects.get(interface__map=on, base=first_aspect(base))
    own = edit(cast[ME], on, f"aspect:{followed.pk}", "shared_fi", "Oma teksti.")
    op_id = uuid4()
    undo(MAP, cast[COLLEAGUE], on.pk, op_id)
    followed.refresh_from_db()
    assert followed.shared_fi == "Oma teksti."
    edit(cast[ME], on, f"aspect:{followed.pk}", "shared_fi", "Alueen teksti.", base=own.version)
    count = Change.objects.count()
    undo(MAP, cast[COLLEAGUE], on.pk, op_id)
    followed.refresh_from_db()
    assert (followed.shared_fi, Change.objects.count()) == ("Alueen teksti.", count)


def test_an_id_makes_one_map_and_no_other(cast: Cast, api: Api) -> None:
    caller, sent = api(ME), {"template": "empty", "target_group": "young_people", "op_id": str(uuid4())}
    sent["municipality"] = cast.organisations["porvoo"].pk  # type: ignore[assignment]
    made = caller.post("maps/", sent, 201)
    assert caller.post("maps/", sent, 201)["id"] == made["id"]
    count = InterfaceMap.objects.count()
    used(caller.ask("post", "maps/", {**sent, "title_fi": "Toinen kartta"}))
    assert InterfaceMap.objects.count() == count


def test_an_id_takes_one_aspect_back_and_no_other(cast: Cast, api: Api, on: InterfaceMap) -> None:
    texts = {number: f"aspect:{first_aspect(on, number).pk}" for number in (1, 2)}
    for subject in texts.values():
        edit(cast[ME], on, subject, "shared_fi", "Ensin.")
    version = published(cast, on)
    for subject in texts.values():
        edit(cast[ME], on, subject, "shared_fi", "Sitten.")
    on.refresh_from_db()
    interface = first_aspect(on).interface_id
    wish = {"id": str(uuid4()), "interface": interface, "number": 1, "base_version": on.seq}
    path = f"maps/{on.pk}/versions/{version.pk}/take-back/"
    api(ME).post(path, wish)
    used(api(ME).ask("post", path, {**wish, "number": 2}))
    assert first_aspect(on, 2).shared_fi == "Sitten."


def test_a_form_that_comes_back_with_another_text_keeps_it(cast: Cast, on: InterfaceMap) -> None:
    """As after the browser's Back: the same form, its id used, and the text gone on."""
    browser, aspect = cast.client(ME), first_aspect(on)
    form = {
        "op_id": str(uuid4()),
        "subject": f"aspect:{aspect.pk}",
        "property": "shared_fi",
        "base_version": "0",
        "value": "Ensin.",
    }
    assert browser.post(f"/kartat/{on.pk}/muuta/", form).status_code == 302
    answer = browser.post(f"/kartat/{on.pk}/muuta/", {**form, "value": "Ensin, ja sitten lisää."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "its id has been used for another change" in page
    assert ">Ensin, ja sitten lisää.</textarea>" in page
    again = answer.context["op_id"]
    assert isinstance(again, UUID)
    assert again != UUID(form["op_id"])
    assert first_aspect(on).shared_fi == "Ensin."


def test_a_new_map_page_that_comes_back_with_another_title_keeps_it(cast: Cast) -> None:
    browser = cast.client(ME)
    form = {
        "op_id": str(uuid4()),
        "template": "under_school_age",
        "municipality": cast.organisations["porvoo"].pk,
        "source_language": "fi",
        "title_fi": "Yksi",
    }
    assert browser.post("/kartat/uusi/", form).status_code == 302
    count = InterfaceMap.objects.count()
    answer = browser.post("/kartat/uusi/", {**form, "title_fi": "Kaksi"})
    assert (answer.status_code, InterfaceMap.objects.count()) == (422, count)
    page = answer.content.decode()
    assert 'value="Kaksi"' in page
    assert str(form["op_id"]) not in page
    new = answer.context["form"]["op_id"].value()
    assert browser.post("/kartat/uusi/", {**form, "title_fi": "Kaksi", "op_id": new}).status_code == 302
    assert InterfaceMap.objects.filter(title_fi="Kaksi").exists()
