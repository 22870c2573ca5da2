"""Importing a content: the preview changes nothing, the import changes what it may, and bad files get a sentence."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from jsonschema import Draft202012Validator

from collaboration.frozen import canonical, digest
from collaboration.models import Change
from services.content.canonical import content_of
from services.content.shape import schema
from services.models import Evidence, InterfaceMap, MapImport, MapService
from services.workflows import importing
from tests.cast import Cast
from tests.conftest import As
from tests.prepared import prepared
from tests.services.exporting import previewed
from tests.services.ops import add_row, add_rows, answer_of, edit, first_aspect
from tests.services.rounds import started

pytestmark = pytest.mark.usefixtures("in_english")
CODE = "131052-308T"


def sent(client: Client, on: InterfaceMap, file: bytes, name: str = "kartta.json") -> Any:
    return client.post(f"/kartat/{on.pk}/tuonti/", {"file": SimpleUploadedFile(name, file)})


def digest_of(on: InterfaceMap) -> str:
    return digest(canonical(content_of(InterfaceMap.objects.get(pk=on.pk))))


def something_of_everything(cast: Cast) -> None:
    """On Porvoo's map."""
    on, ours = cast.maps["porvoo"], cast["porvoo editor"]
    aspect = first_aspect(on)
    subject = f"aspect:{aspect.pk}"
    edit(ours, on, subject, "shared_fi", "Ensin.")
    edit(cast["county approver"], on, f"answer:{answer_of(aspect, '01').pk}", "confirmation", "Ensin.")
    edit(ours, on, subject, "review_on", "2027-03-01")
    edit(ours, on, subject, "add_evidence", {"title": "Sopimus", "url": "https://kunta.example/"})
    edit(ours, on, f"aspect:{first_aspect(on, 2).pk}", "not_applicable_reason", "Ei koske.")
    edit(ours, on, f"interface:{aspect.interface_id}", "outcomes", ["leisure", "participation"])
    add_rows(ours, on)
    add_row(ours, on, "step", title_fi="Toinen vaihe")


prepared_cast, cast = prepared(something_of_everything)


@pytest.fixture
def on(cast: Cast) -> InterfaceMap:
    """Porvoo's map with something of everything on it."""
    return cast.maps["porvoo"]


def change_everything(cast: Cast, on: InterfaceMap) -> None:
    """What an import is to take back, by Porvoo's editor."""
    ours, aspect = cast["porvoo editor"], first_aspect(on)
    place = MapService.objects.get(map=on, service__node__key="daycare")
    edit(ours, on, f"map:{on.pk}", "title_sv", "Ny rubrik")
    edit(ours, on, f"aspect:{aspect.pk}", "shared_fi", "Sitten.")
    edit(ours, on, f"aspect:{aspect.pk}", "shared_sv", "Sedan.")
    edit(ours, on, f"aspect:{aspect.pk}", "review_on", None)
    edit(ours, on, f"aspect:{first_aspect(on, 2).pk}", "not_applicable_reason", "")
    edit(ours, on, f"service:{place.pk}", "where_fi", "Uudesta talosta.")
    edit(ours, on, f"interface:{aspect.interface_id}", "outcomes", ["activity"])
    edit(ours, on, f"interface:{aspect.interface_id}", "enablers", ["ict"])
    link = Evidence.objects.get(aspect=aspect)
    edit(ours, on, f"evidence:{link.pk}", "archived", True)
    edit(ours, on, f"aspect:{aspect.pk}", "add_evidence", {"title": "Uusi", "url": "https://uusi.example/"})
    steps = content_of(on)["interfaces"][0]["aspects"][1]["rows"]
    edit(ours, on, f"step:{steps[0]['id']}", "title_fi", "Muutettu")
    edit(ours, on, f"step:{steps[0]['id']}", "place", 9.0)
    edit(ours, on, f"step:{steps[1]['id']}", "archived", True)
    add_row(ours, on, "step", title_fi="Kolmas")


def test_what_was_exported_comes_back_whole(cast: Cast, on: InterfaceMap, as_person: As) -> None:
    before, file = digest_of(on), canonical(content_of(on))
    change_everything(cast, on)
    changed = digest_of(on)
    client = as_person("porvoo editor")
    answer = sent(client, on, file)
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert "What the import would change" in page.content.decode()
    assert page.context["left_out"] == []
    assert digest_of(on) == changed, "a preview changes nothing"
    done = client.post(answer["Location"], follow=True)
    assert "The file has been imported." in done.content.decode()
    assert digest_of(on) == before, (
        "also the confirmation holds again, since the text is the one that was confirmed"
    )
    seq = InterfaceMap.objects.get(pk=on.pk).seq
    client.post(answer["Location"])
    assert InterfaceMap.objects.get(pk=on.pk).seq == seq, "an import is applied once"


def test_an_import_is_ordinary_changes_that_can_be_undone(
    cast: Cast, on: InterfaceMap, as_person: As
) -> None:
    file = content_of(on)
    aspect = first_aspect(on)
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Sitten.")
    row = previewed(cast, on, file)
    importing.confirm(cast["porvoo editor"], on.pk, row.pk)
    change = Change.objects.filter(log_id=on.pk).order_by("seq").last()
    assert change is not None
    assert (change.actor, change.property, change.to_value) == (cast["porvoo editor"], "shared_fi", "Ensin.")
    as_person("porvoo editor").post(f"/kartat/{on.pk}/kumoa/")
    aspect.refresh_from_db()
    assert aspect.shared_fi == "Sitten."


def test_an_import_ends_an_open_round_and_its_preview_does_not(cast: Cast, on: InterfaceMap) -> None:
    file = content_of(on)
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Sitten.")
    approval_round = started(cast, on)
    row = previewed(cast, on, file)
    approval_round.refresh_from_db()
    assert approval_round.status == "open"
    importing.confirm(cast["porvoo editor"], on.pk, row.pk)
    approval_round.refresh_from_db()
    assert approval_round.status == "ended"


def test_what_the_person_may_not_change_is_left_out_with_the_reason(cast: Cast, on: InterfaceMap) -> None:
    file = content_of(on)
    place = MapService.objects.get(map=on, service__node__key="daycare")
    edit(cast["porvoo editor"], on, f"service:{place.pk}", "where_fi", "Uudesta talosta.")
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Sitten.")
    row = previewed(cast, on, file, by="county editor")
    assert [(each["where"], each["what"]) for each in row.left_out] == [
        ("Päiväkoti", "Where does the client get the service?")
    ]
    assert "Only an editor of Porvoo may answer this." in row.left_out[0]["why"]
    importing.confirm(cast["county editor"], on.pk, row.pk)
    place.refresh_from_db()
    assert place.where_fi == "Uudesta talosta."
    assert first_aspect(on).shared_fi == "Ensin."


def test_services_and_interfaces_are_neither_added_nor_removed(cast: Cast, on: InterfaceMap) -> None:
    file = content_of(on)
    gone = MapService.objects.get(map=on, service__node__key="daycare")
    edit(cast["porvoo editor"], on, f"service:{gone.pk}", "archived", True)
    row = previewed(cast, on, file)
    assert any(each["where"] == "Päiväkoti" and "not on the map" in each["why"] for each in row.left_out)
    fresh = content_of(on)
    edit(cast["porvoo editor"], on, f"service:{gone.pk}", "archived", False)
    row = previewed(cast, on, fresh)
    assert any("An import removes neither" in each["why"] for each in row.left_out)
    importing.confirm(cast["porvoo editor"], on.pk, row.pk)
    gone.refresh_from_db()
    assert gone.archived_at is None


def without_ids(content: Any) -> Any:
    """The content without the numbers that rows get when they are made."""
    if isinstance(content, dict):
        return {name: without_ids(value) for name, value in content.items() if name != "id"}
    return [without_ids(each) for each in content] if isinstance(content, list) else content


def test_another_maps_file_gives_what_it_has_and_empties_nothing(cast: Cast, on: InterfaceMap) -> None:
    loviisa, ours = cast.maps["loviisa"], cast["loviisa editor"]
    own = first_aspect(loviisa, 3)
    edit(ours, loviisa, f"aspect:{own.pk}", "shared_fi", "Loviisan oma.")
    title = loviisa.title_fi
    row = previewed(cast, loviisa, content_of(on), by="loviisa editor")
    importing.confirm(ours, loviisa.pk, row.pk)
    came = content_of(loviisa)
    assert without_ids(row.result) == without_ids(came), "what was shown before is what came"
    assert first_aspect(loviisa).shared_fi == "Ensin."
    assert first_aspect(loviisa, 3).shared_fi == "Loviisan oma."
    loviisa.refresh_from_db()
    assert loviisa.title_fi == title
    steps = content_of(loviisa)["interfaces"][0]["aspects"][1]["rows"]
    assert [step["title_fi"] for step in steps] == ["Yhteinen keskustelu", "Toinen vaihe"]
    parties = {party["id"] for party in content_of(loviisa)["parties"]}
    assert all(set(step["actor_ids"]) <= parties for step in steps)
    again = previewed(cast, loviisa, content_of(on), by="loviisa editor")
    assert again.changes == 0, "nothing stands twice"


def test_a_draft_that_has_changed_since_is_previewed_anew(
    cast: Cast, on: InterfaceMap, as_person: As
) -> None:
    file = content_of(on)
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Sitten.")
    row, client = previewed(cast, on, file), as_person("porvoo editor")
    edit(cast["county editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Kolmanneksi.")
    assert "The map has changed since this preview." in client.get(row.get_absolute_url()).content.decode()
    page = client.post(row.get_absolute_url(), follow=True).content.decode()
    assert "Nothing was changed" in page
    assert "Kolmanneksi." in page
    assert first_aspect(on).shared_fi == "Kolmanneksi."
    client.post(row.get_absolute_url())
    assert first_aspect(on).shared_fi == "Ensin."


def test_only_whoever_brought_the_file_sees_and_confirms_it(cast: Cast, on: InterfaceMap) -> None:
    row = previewed(cast, on)
    for name in cast.people:
        expected = 200 if name == "porvoo editor" else 404
        assert cast.client(name).get(row.get_absolute_url()).status_code == expected, name
    assert cast.client("porvoo reader").post(f"/kartat/{on.pk}/tuonti/").status_code == 403


def test_a_map_that_was_put_away_takes_no_import(cast: Cast, on: InterfaceMap, as_person: As) -> None:
    from services.workflows.interface_map import interface_map_workflow

    row, client = previewed(cast, on), as_person("porvoo editor")
    interface_map_workflow.perform("archive", on, by=cast["porvoo editor"])
    assert sent(client, on, canonical(content_of(on))).status_code == 403
    assert client.post(row.get_absolute_url()).status_code == 403
    assert client.get(row.get_absolute_url()).status_code == 200


BAD_FILES = {
    "empty": (b"", "not a JSON file"),
    "not JSON": (b"{", "not a JSON file"),
    "not UTF-8": (b'{"format": "\xff"}', "not a JSON file"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "not a JSON file"),
    "NaN": (b'{"format": NaN}', "not a JSON file"),
    "a list": (b"[]", "not the content of a map"),
    "a number": (b"1", "not the content of a map"),
    "another object": (b'{"a": 1}', "not the content of a map"),
    "another format": (b'{"format": "yhdyspinta-map/9"}', "another format"),
    "a format that is a list": (b'{"format": []}', "another format"),
    "nothing but the format": (b'{"format": "yhdyspinta-map/6"}', "it is missing"),
    "deep": (b"[" * 200_000 + b"]" * 200_000, "not a JSON file"),
    "a huge number": (b'{"format": ' + b"9" * 10_000 + b"}", "not a JSON file"),
    "too large": (b" " * 5_000_001, "larger than 5 MB"),
    "a PDF": (b"%PDF-1.7 \xe2\xe3", "not a JSON file"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_none_is_told_so(cast: Cast, as_person: As, name: str) -> None:
    file, sentence = BAD_FILES[name]
    answer = sent(as_person("porvoo editor"), cast.maps["porvoo"], file)
    assert answer.status_code == 422
    assert sentence in " ".join(answer.context["form"].errors["file"])
    assert not MapImport.objects.exists()


def set_in(path: str, value: Any) -> Callable[[Any], None]:
    """Put a value into a content: `interfaces.0.aspects.0.number`."""

    def change(content: Any) -> None:
        *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
        for part in way:
            content = content[part]
        content[last] = value

    return change


BAD_VALUES = [
    ("map", "4"),
    ("map", True),
    ("map", -1),
    ("map", 2**70),
    ("map", 1.5),
    ("title_fi", None),
    ("title_fi", ["x"]),
    ("title_fi", "x" * 10_001),
    ("title_fi", "a\x00b"),
    ("title_fi", "\ud800"),
    ("title_fi", CODE),
    ("target_group", "nobody"),
    ("target_group", []),
    ("source_language", "en"),
    ("municipality", None),
    ("municipality.kind", 1),
    ("parties", {}),
    ("parties.0.id", 0),
    ("parties.0.side", "left"),
    ("parties.0.moon", 1),
    ("services.0.class", []),
    ("services.0.responsibilities.0.duty", "hides"),
    ("services.0.channels", [{"id": 1}]),
    ("services.0.path", [{"id": 1, "text_fi": "", "text_sv": "", "service": "x"}]),
    ("interfaces.0.services", [[1]]),
    ("interfaces.0.aspects", []),
    ("interfaces.0.aspects.0.number", 2),
    ("interfaces.0.aspects.0.number", True),
    ("interfaces.0.aspects.0.number", {}),
    ("interfaces.0.aspects.0.status", "fine"),
    ("interfaces.0.aspects.0.review_on", "2027-13-01"),
    ("interfaces.0.aspects.0.review_on", 20270101),
    ("interfaces.0.aspects.0.confirmations.0.at", "yesterday"),
    ("interfaces.0.aspects.0.evidence.0.url", 1),
    ("interfaces.0.aspects.0.shared_fi", f"Asiakas {CODE}"),
    ("interfaces.0.aspects.1.rows.0.kind", "magic"),
    ("interfaces.0.aspects.1.rows.0.kind", []),
    ("interfaces.0.aspects.1.rows.0.kind", "flow"),
    ("interfaces.0.aspects.0.rows", [{"kind": "step", "id": 1}]),
    ("interfaces.0.aspects.1.rows.0.actor_ids", "x"),
    ("interfaces.0.aspects.1.rows.0.secret", 1),
    ("interfaces.0.aspects.4.rows.0.euros", "much"),
    ("interfaces.0.aspects.4.rows.0.person_years", 1.5),
    ("moon", 1),
]


def test_the_documented_schema_is_the_one_that_files_are_checked_against(
    cast: Cast, on: InterfaceMap
) -> None:
    committed = json.loads((settings.BASE_DIR / "docs" / "content.schema.json").read_text())
    assert committed == schema(), "print it anew: manage.py content_schema > docs/content.schema.json"
    Draft202012Validator.check_schema(committed)
    assert list(Draft202012Validator(committed).iter_errors(content_of(on))) == []


def test_a_whole_number_is_written_as_one(cast: Cast, on: InterfaceMap, as_person: As) -> None:
    """Its canonical bytes are others, and so would be the digest."""
    content = {**content_of(on), "map": float(on.pk)}
    answer = sent(as_person("porvoo editor"), on, json.dumps(content).encode())
    assert "map" in answer.context["form"].errors["file"][0]


@pytest.mark.alike(15)
@pytest.mark.parametrize(("path", "value"), BAD_VALUES)
def test_a_file_of_a_wrong_shape_gets_a_sentence(
    cast: Cast, on: InterfaceMap, as_person: As, path: str, value: Any
) -> None:
    content = copy.deepcopy(content_of(on))
    set_in(path, value)(content)
    answer = sent(as_person("porvoo editor"), on, json.dumps(content).encode())
    assert answer.status_code == 422, path
    [sentence] = answer.context["form"].errors["file"]
    assert "The file has been damaged or changed by hand." in sentence
    assert CODE not in sentence
    assert not MapImport.objects.exists()


ODD_VALUES = [
    ("interfaces.0.aspects.0.evidence.0.url", "javascript:alert(1)"),
    ("interfaces.0.aspects.0.review_on", "1066-10-14"),
    ("interfaces.0.parties", [999_999_999]),
    ("interfaces.0.aspects.1.rows.0.actor_ids", [999_999_999]),
    ("interfaces.0.aspects.1.rows.0.title_fi", ""),
    ("interfaces.0.aspects.4.rows.0.euros", 2**63 - 1),
    ("interfaces.0.aspects.4.rows.0.person_years", "many"),
    ("interfaces.0.aspects.6.rows.0.url", "ftp://x"),
    ("interfaces.0.aspects.7.rows.0.level", "sky"),
    ("interfaces.0.aspects.7.rows.0.days", 0),
    ("interfaces.0.aspects.1.rows.0.id", 999_999_999),
    ("interfaces.0.aspects.0.not_applicable_reason", "x" * 9_000),
    ("services.0.party", 999_999_999),
    ("services.0.name_fi", "Toinen nimi"),
    ("title_fi", ""),
    ("parties.0.organisation.code", "999"),
    ("municipality.code", "999"),
    ("interfaces.0.services", []),
    ("interfaces", []),
    ("services", []),
    ("parties", []),
]

UNTOLD = {
    "interfaces.0.aspects.1.rows.0.id",  # it is known again by what it says
    "services.0.party",
    "parties.0.organisation.code",
    "interfaces.0.services",
    "municipality.code",  # another map's file
}
"""Of these nothing comes in, and nothing of them would be seen on the map."""


@pytest.mark.alike(7)
@pytest.mark.parametrize(("path", "value"), ODD_VALUES)
def test_a_value_that_the_portal_does_not_take_is_left_out(
    cast: Cast, on: InterfaceMap, as_person: As, path: str, value: Any
) -> None:
    content = copy.deepcopy(content_of(on))
    set_in(path, value)(content)
    client = as_person("porvoo editor")
    answer = sent(client, on, json.dumps(content).encode())
    assert answer.status_code == 302, path
    assert client.get(answer["Location"]).status_code == 200
    assert client.post(answer["Location"], follow=True).status_code == 200
    assert bool(MapImport.objects.get().left_out) == (path not in UNTOLD), path


def test_too_many_changes_are_refused_as_a_whole(
    cast: Cast, on: InterfaceMap, as_person: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.workflows.importing_ops.MOST_CHANGES", 2)
    file = canonical(content_of(on))
    change_everything(cast, on)
    before = digest_of(on)
    answer = sent(as_person("porvoo editor"), on, file)
    assert answer.status_code == 422
    assert "more than 2 things" in " ".join(answer.context["form"].errors["file"])
    assert digest_of(on) == before
