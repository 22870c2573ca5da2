"""What differs between versions, over the API; and one aspect taken back."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.models import InterfaceMap, MapService
from tests.api.conftest import Api, check_shape
from tests.cast import Cast
from tests.services.ops import add_rows, edit, first_aspect
from tests.services.rounds import published
from tests.services.test_pages import large_map


def text_of(parts: list[dict[str, str]], without: str) -> str:
    return "".join(part["text"] for part in parts if part["kind"] != without).strip()


def test_two_versions_and_the_draft_are_compared_in_the_callers_language(cast: Cast, api: Api) -> None:
    on, by = cast.maps["porvoo"], cast["porvoo editor"]
    aspect, path = first_aspect(on, 3), f"maps/{cast.maps['porvoo'].pk}/compare/"
    edit(by, on, f"aspect:{aspect.pk}", "shared_fi", "Neuvola vastaa kolmen päivän kuluessa.")
    published(cast, on)
    reader = api("county reader")
    same = reader.get(path)
    check_shape("ComparisonShape", same)
    assert (same["from"], same["to"], same["differences"]) == ("1.0", "draft", [])
    edit(by, on, f"aspect:{aspect.pk}", "shared_fi", "Neuvola vastaa viiden päivän kuluessa.")
    daycare = MapService.objects.get(map=on, service__node__key="daycare")
    edit(by, on, f"service:{daycare.pk}", "archived", True)
    published(cast, on)
    found = reader.get(f"{path}?from=1.0&to=1.1")
    check_shape("ComparisonShape", found)
    assert {row["kind"] for row in found["differences"]} == {"removed"}, "the interface went with its service"
    edit(by, on, f"service:{daycare.pk}", "archived", False)
    edit(by, on, f"map:{on.pk}", "add_party", {"organisation": cast.organisations["loviisa"].pk})
    found = reader.get(f"{path}?from=1.0")
    check_shape("ComparisonShape", found)
    assert found["headline"] == "1 added, 0 removed, 1 changed"
    added, changed = found["differences"]
    assert (added["kind"], added["sentence"], added["number"]) == ("added", "Loviisa is a new party", None)
    assert (changed["subject"], changed["number"]) == (f"interface:{aspect.interface_id}", 3)
    assert changed["sentence"] == f"{aspect.interface}: flow of information changed"
    [words] = changed["properties"]
    assert (words["name"], words["language"]) == ("Shared answer in Finnish", "fi")
    assert text_of(words["parts"], "added") == "Neuvola vastaa kolmen päivän kuluessa."
    assert text_of(words["parts"], "removed") == "Neuvola vastaa viiden päivän kuluessa."
    assert not any(row["can_take_back"] for row in found["differences"]), "a reader takes nothing back"
    back = reader.get(f"{path}?from=draft&to=1.0&fields=from,to,headline")
    assert back == {"from": "draft", "to": "1.0", "headline": "0 added, 1 removed, 1 changed"}
    sentences = {
        language: api("county reader", language).get(f"{path}?from=1.0")["differences"][0]["sentence"]
        for language in ("fi", "sv")
    }
    assert len({*sentences.values(), added["sentence"]}) == 3


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("from=", 200, ""),
        ("from=9.9", 404, ""),
        ("to=1.00000", 400, "to"),
        ("from=x", 400, "from"),
        ("from=1", 400, "from"),
        ("from=1.0;to=1.1", 400, "from"),
        ("from=%D9%A1.%D9%A0", 400, "from"),
        ("from=1.0&from=1.1", 400, "from"),
        ("to=%00", 400, "to"),
        ("from=1.0&until=draft", 400, "until"),
        ("fields=moon", 400, "fields"),
    ],
)
def test_bad_parameters_are_named(cast: Cast, api: Api, query: str, status: int, field: str) -> None:
    on = cast.maps["porvoo"]
    published(cast, on)
    answer = api("porvoo reader").ask("get", f"maps/{on.pk}/compare/?{query}")
    assert answer.status_code == status, answer.content
    if status != 200:
        assert answer.headers["Content-Type"] == "application/problem+json"
    if field:
        assert {error["field"] for error in answer.json()["errors"]} == {field}


def test_a_map_without_versions_is_compared_with_itself(cast: Cast, api: Api) -> None:
    found = api("porvoo reader").get(f"maps/{cast.maps['porvoo'].pk}/compare/")
    assert (found["from"], found["to"], found["headline"]) == ("draft", "draft", "Nothing differs")


def test_an_aspect_is_taken_back_and_the_same_id_changes_nothing_twice(cast: Cast, api: Api) -> None:
    on, by = cast.maps["porvoo"], cast["porvoo editor"]
    aspect = first_aspect(on, 3)
    edit(by, on, f"aspect:{aspect.pk}", "shared_fi", "Ensin.")
    version = published(cast, on)
    edit(by, on, f"aspect:{aspect.pk}", "shared_fi", "Sitten.")
    edit(by, on, f"aspect:{aspect.pk}", "review_on", "2027-05-01")
    editor = api("county editor")
    found = editor.get(f"maps/{on.pk}/compare/?from=1.0&to=draft")
    [row] = found["differences"]
    assert row["can_take_back"]
    path = f"maps/{on.pk}/versions/{version.pk}/take-back/"
    sent = {"id": str(uuid4()), "interface": row["interface"], "number": 3, "base_version": found["seq"]}
    done = editor.post(path, sent)
    check_shape("TakenBackShape", done)
    assert [each["property"] for each in done["applied"]] == ["shared_fi", "review_on"]
    assert done["applied"][0]["value"] == "Ensin."
    assert editor.post(path, sent) == {"applied": []}
    assert InterfaceMap.objects.get(pk=on.pk).seq == found["seq"] + 2
    assert editor.get(f"maps/{on.pk}/compare/?from=1.0&to=draft")["differences"] == []


def test_what_stands_in_the_way_of_taking_back_is_told(cast: Cast, api: Api) -> None:
    on = cast.maps["porvoo"]
    aspect, version = first_aspect(on, 3), published(cast, on)
    path = f"maps/{on.pk}/versions/{version.pk}/take-back/"
    read = InterfaceMap.objects.get(pk=on.pk).seq
    edit(cast["county editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Muu teksti.")
    sent: dict[str, Any] = {
        "id": str(uuid4()),
        "interface": aspect.interface_id,
        "number": 3,
        "base_version": read,
    }
    editor = api("porvoo editor")
    refused = editor.ask("post", path, sent)
    assert refused.status_code == 409
    assert "Compare again" in refused.json()["detail"]
    for name, status in (("porvoo reader", 403), ("porvoo approver", 403), ("loviisa editor", 404)):
        assert api(name).ask("post", path, sent).status_code == status, name
    for wrong, status in (
        ({"id": "x"}, 422),
        ({"number": 10}, 422),
        ({"interface": "x"}, 422),
        ({"base_version": -1}, 422),
        ({"interface": 2**63 - 1}, 404),
        ({"moon": 1}, 422),
    ):
        assert editor.ask("post", path, {**sent, **wrong}).status_code == status, wrong
    assert editor.ask("post", path, [sent]).status_code == 400
    assert editor.ask("post", f"maps/{on.pk}/versions/999999/take-back/", sent).status_code == 404
    aspect.refresh_from_db()
    assert aspect.shared_fi == "Muu teksti."


def test_a_comparison_asks_as_often_for_a_large_map(cast: Cast, api: Api) -> None:
    on, caller = cast.maps["porvoo"], api("porvoo editor")
    counts = []
    for services, interfaces in ((4, 3), (40, 40)):
        large_map(on, services, interfaces)
        add_rows(cast["porvoo editor"], on)
        published(cast, on)
        edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", f"Teksti {services}")
        caller.get(f"maps/{on.pk}/compare/")
        with CaptureQueriesContext(connection) as queries:
            assert caller.get(f"maps/{on.pk}/compare/")["differences"]
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 1 + 23
