"""The API's ops when they are wrong: a sentence and a 4xx in the reader's language, and nothing stored."""

import random
from typing import Any
from uuid import uuid4

import pytest
from django.db import models

from collaboration.models import Change, Forum, Organisation
from services.models import InterfaceMap, MapService, Service, ServiceNode
from services.workflows.properties import KINDS
from services.workflows.structure import ROW_KINDS
from tests.cast import Cast
from tests.services.ops import add_rows, edit, first_aspect, forum_on, rows_of, service_of, unlike, wishes
from tests.services.test_bad_input import TEXTS, post_op

MOST_VALUES = 8
NOT_TEXT: tuple[Any, ...] = (None, 5, 1.5, True, [], ["x"], {}, {"a": 1})
NOT_A_FLAG: tuple[Any, ...] = (None, "true", 0, 1, [], {}, "x")
NOT_A_DATE: tuple[Any, ...] = (
    5,
    True,
    [],
    {},
    "eilen",
    "2027-02-30",
    "1999-12-31",
    "2101-01-01",
    "2027-01-01T00:00",
    "1.13.2027",
)
NOT_IDS: tuple[Any, ...] = (
    None,
    5,
    True,
    "1",
    {},
    [None],
    [True],
    [1.5],
    [-1],
    [[1]],
    [{}],
    ["x"],
    [0],
    [10**18],
    [10**40],
)
NOT_A_PLACE: tuple[Any, ...] = (0, 1000, -1, 1.5, True, [], {}, "x", "0", "1000", 10**40)
NOT_AN_ID: tuple[Any, ...] = (None, True, {}, [1], "x", 0, 1.5, 10**18, 10**40)
NOT_A_PLACE_OF_A_ROW: tuple[Any, ...] = (None, True, [], {}, "x", "", 0, -1, "nan", "inf", 10**6, 10**40)
NOT_A_PARTY: tuple[Any, ...] = (*NOT_AN_ID[1:], -1, "1.5")
NOT_A_GUIDE: tuple[Any, ...] = (*NOT_A_PARTY, [])
NOT_A_FORUM: tuple[Any, ...] = (None, "", *NOT_A_PARTY, [])
NOT_A_CHOICE: tuple[Any, ...] = (*NOT_TEXT, "", "moon", "Place")
NOT_A_PHONE: tuple[Any, ...] = (
    "soita",
    "12",
    "+()-",
    "019 000 0001 tai 2",
    "tel:0190000001",
    "٠١٢٣٤٥",
    "0" * 31,
    "019000 0001;",
)
NOT_AN_ADDRESS: tuple[Any, ...] = (
    "x",
    "javascript:alert(1)",
    "ftp://a.example/",
    "https://a.example/" + "x" * 500,
)
NOT_A_MAPPING: tuple[Any, ...] = (None, 5, True, "x", [], ["x"])


def wrong_values(on: InterfaceMap) -> dict[tuple[str, str], list[Any]]:
    """For each property, values of every wrong type, out of range or about what is not there."""
    place = MapService.objects.filter(map=on).order_by("pk")[0]
    new = {"party": place.party_id, "node": place.service.node_id, "name_fi": "Uusi palvelu"}
    link = {"title": "Päätös", "url": "https://kunta.example/"}
    return {
        **{(kind, name): [*NOT_TEXT] for kind, name in TEXTS},
        ("map", "title_fi"): [*NOT_TEXT, "", "  \n "],
        ("map", "places"): [*NOT_A_MAPPING, {"0": 1}, *({str(place.pk): bad} for bad in NOT_A_PLACE)],
        ("map", "base"): [*NOT_AN_ID[1:], -1, on.pk, "1.5"],
        ("map", "add_service"): [
            *NOT_A_MAPPING,
            {},
            {"service": 10**40},
            {"service": "x"},
            {"service": {"pk": place.service_id}},
            {**new, "party": 0},
            {**new, "party": [place.party_id]},
            {**new, "node": 10**40},
            {**new, "node": None},
            *({**new, "name_fi": bad} for bad in NOT_TEXT),
            *({**new, "name_sv": bad} for bad in NOT_TEXT[1:5]),
        ],
        ("map", "add_interface"): [*NOT_A_MAPPING, {}, *({"services": bad} for bad in NOT_IDS)],
        ("map", "add_party"): [
            *NOT_A_MAPPING,
            {},
            *({"organisation": bad} for bad in NOT_AN_ID),
        ],
        ("party", "archived"): [*NOT_A_FLAG, True],  # a party with services on the map
        ("service", "archived"): [*NOT_A_FLAG],
        ("service", "add_copy"): [
            *NOT_A_MAPPING,
            {},
            *({"name_fi": bad} for bad in (*NOT_TEXT, "", "x" * 121)),
            *({"name_fi": "Kopio", "name_sv": bad} for bad in NOT_TEXT[1:5]),
        ],
        ("service", "place"): [*NOT_A_PLACE],
        ("interface", "archived"): [*NOT_A_FLAG],
        ("interface", "parties"): [*NOT_IDS],
        **{
            ("interface", name): [None, True, "", "x", {}, ["x"], [None], [[]], [1]]
            for name in ("outcomes", "enablers")
        },
        ("aspect", "follows_base"): [*NOT_A_FLAG, True, False],  # without a base map
        ("aspect", "review_on"): [*NOT_A_DATE],
        ("aspect", "responsible"): [*NOT_IDS],
        ("aspect", "add_evidence"): [
            *NOT_A_MAPPING,
            {},
            *({**link, "title": bad} for bad in (*NOT_TEXT, "", "x" * 201)),
            *(
                {**link, "url": bad}
                for bad in (*NOT_TEXT, "", "x", "javascript:alert(1)", "ftp://a.example/")
            ),
            {**link, "url": "https://a.example/" + "x" * 500},
        ],
        ("answer", "confirmation"): ["", "Ei tämä.", 5, True, [], {}],
        ("evidence", "archived"): [*NOT_A_FLAG],
        **wrong_values_of_rows(on),
    }


def forums_of_others(on: InterfaceMap) -> list[int]:
    """A forum of another county, and one that has ended."""
    other = Organisation.objects.get(kind="wellbeing_services_county", code="17")
    values = {"kind": "field_team", "level": "field"}
    there = Forum.objects.get_or_create(name_fi="Muualla", coordinated_by=other, defaults=values)[0]
    ended = forum_on(on, "Päättynyt")
    Forum.objects.filter(pk=ended.pk).update(ended_on="2026-01-01")
    return [there.pk, ended.pk]


def wrong_values_of_rows(on: InterfaceMap) -> dict[tuple[str, str], list[Any]]:
    """The same for rows. Those of aspects are added to the first aspect here, which has none."""
    lines = [
        ("step", "title_fi"),
        ("step", "title_sv"),
        ("flow", "what"),
        ("flow", "system"),
        ("flow", "basis"),
    ]
    lines += [("resource", "what"), ("leader", "title"), ("goal_row", "title")]
    lines += [("path_step", "who"), ("contact", "who")]
    lines += [("forum_row", "what_for_fi"), ("forum_row", "what_for_sv")]
    lines += [key for key in TEXTS if key[0] in {"channel", "referral"}]
    needed = {"title_fi", "what", "title", "who", "address_fi", "text_fi"}
    return {
        **{
            key: [*NOT_TEXT, "x" * 301, "nolla \x00", *(["", " \n "] if key[1] in needed else [])]
            for key in lines
        },
        **{(kind, "archived"): [*NOT_A_FLAG] for kind in ROW_KINDS},
        **{(kind, "place"): [*NOT_A_PLACE_OF_A_ROW] for kind in ROW_KINDS},
        **{
            ("aspect", f"add_{kind}"): [*NOT_A_MAPPING, {}, {"x": 1}, wish]
            for kind, wish in wishes(on).items()
            if ROW_KINDS[kind].number
        },
        ("aspect", "add_contact"): [
            *NOT_A_MAPPING,
            {},
            {"x": 1},
            {"who": "Palveluohjaus"},
            {"phone": "112"},
            *({"who": "Palveluohjaus", "phone": bad} for bad in (*NOT_TEXT, *NOT_A_PHONE)),
            *({"who": "Palveluohjaus", "phone": "112", "party": bad} for bad in NOT_A_PARTY),
        ],
        ("service", "add_channel"): [
            *NOT_A_MAPPING,
            {},
            {"x": 1},
            {"kind": "place", "phone": "112", "url": "https://a.example/"},
            {"kind": "phone", "address_fi": "Katu 1", "url": "https://a.example/"},
            {"kind": "web", "address_fi": "Katu 1", "phone": "112"},
            *({"phone": "112", "kind": bad} for bad in NOT_A_CHOICE),
            *({"kind": "phone", "phone": bad} for bad in (*NOT_TEXT, *NOT_A_PHONE)),
            *({"kind": "web", "url": bad} for bad in (*NOT_TEXT, *NOT_AN_ADDRESS)),
        ],
        ("service", "add_referral"): [
            *NOT_A_MAPPING,
            {},
            {"x": 1},
            {"text_fi": " ", "text_sv": ""},
            *({"text_fi": "Näin", "service": bad} for bad in NOT_A_GUIDE),
        ],
        ("channel", "kind"): [*NOT_A_CHOICE],
        ("channel", "phone"): [*NOT_TEXT, *NOT_A_PHONE],
        ("channel", "url"): [*NOT_TEXT, *NOT_AN_ADDRESS],
        ("referral", "service"): [*NOT_A_GUIDE, service_of(on.made_by, on).pk],
        **{
            ("step", name): [None, 5, "1", {}, [0], [None], ["x"], [10**40], [1.5]]
            for name in ("actors", "consulted", "informed")
        },
        ("step", "accountable"): [*NOT_A_PARTY],
        ("flow", "sender"): [None, "", *NOT_A_PARTY],
        ("flow", "receiver"): [None, "", *NOT_A_PARTY],
        ("flow", "consent_needed"): [*NOT_A_FLAG],
        ("resource", "party"): [None, "", *NOT_A_PARTY],
        ("resource", "person_years"): [
            True,
            [],
            {},
            "x",
            -1,
            0.25,
            "1,25",
            "100000",
            "nan",
            10**40,
            "1" * 30,
        ],
        ("resource", "euros"): [True, [], {}, "x", -1, "-1", 0.5, "1,5", 10**10, "9" * 30, "²"],
        ("leader", "person"): [*NOT_AN_ID[1:], -1],
        ("goal_row", "url"): [*NOT_TEXT, *NOT_AN_ADDRESS],
        ("forum_row", "forum"): [*NOT_A_FORUM, *forums_of_others(on)],
        ("path_step", "level"): [*NOT_TEXT, "", "moon", "Field"],
        **{(kind, "phone"): [*NOT_TEXT, *NOT_A_PHONE] for kind in ("path_step", "contact")},
        **{(kind, "hours"): [*NOT_TEXT, "x" * 121, "nolla \x00"] for kind in ("path_step", "contact")},
        ("contact", "party"): [*NOT_A_PARTY],
        ("path_step", "days"): [None, "", True, [], {}, "x", 0, -1, 366, 1.5, "1,5"],
    }


def test_every_property_is_tried_with_wrong_values(cast: Cast) -> None:
    declared = {(kind, name) for kind, properties in KINDS.items() for name in properties.properties}
    assert set(wrong_values(cast.maps["porvoo"])) == declared


def test_every_text_of_a_map_is_in_the_list_of_texts() -> None:
    texts = {
        (kind, column.name)
        for kind, properties in KINDS.items()
        for column in properties.model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField) and column.name in properties.properties
        if not column.choices and not isinstance(column, models.URLField)
    }
    assert set(TEXTS) == texts


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_wrong_values_are_refused_with_a_sentence(cast: Cast, kind: str, *, is_long: bool) -> None:
    """In the ordinary run some of the values of each property."""
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    aspect = f"aspect:{first_aspect(on).pk}"
    edit(editor, on, aspect, "add_evidence", {"title": "Päätös", "url": "https://kunta.example/"})
    edit(editor, on, aspect, "shared_fi", "Yhteinen.")
    add_rows(editor, on)
    subject, client, before = rows_of(on)[kind], cast.client("porvoo editor"), Change.objects.count()
    accepted = []
    wrong = {key: values for key, values in wrong_values(on).items() if key[0] == kind}
    for of_kind, name in unlike(wrong, everything=is_long):
        values = wrong[of_kind, name]
        for value in values if is_long else random.sample(values, min(len(values), MOST_VALUES)):
            answer = post_op(client, on, subject, name, value)
            assert answer.status_code in {200, 422}, (name, value)
            if answer.status_code == 200:
                accepted.append((name, value))
            else:
                assert answer.json()["detail"].strip().endswith((".", "!", "?")), (name, value)
    assert accepted == []
    assert Change.objects.count() == before


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_not_there_is_404_with_a_sentence(cast: Cast, kind: str, *, is_long: bool) -> None:
    """In the ordinary run every key of maps, and some of the others."""
    on, client = cast.maps["porvoo"], cast.client("porvoo editor", "fi")
    name = sorted(KINDS[kind].properties)[0]
    foreign = KINDS[kind].rows(cast.maps["loviisa"]).order_by("pk").first()
    keys = ["0", "-1", "x", "", "1.5", "9" * 18, "9" * 19, "9" * 400, "1:1", " 1", "\x00", "²"]
    keys = keys if is_long or kind == "map" else random.sample(keys, 3)
    for key in [*keys, *([str(foreign.pk)] if foreign else [])]:
        answer = post_op(client, on, f"{kind}:{key}", name, "x")
        assert answer.status_code == 404, key
        assert answer.json()["detail"] == "Tätä ei enää ole."
    for unknown in ("", "pk", "__class__", "status", "seq", "confirmed_text", "\x00"):
        assert post_op(client, on, rows_of(on)[kind], unknown, "x").status_code == 404, unknown


@pytest.mark.parametrize("number", [None, "0", -1, 1.0, True, [], 10**30])
def test_a_base_version_is_a_whole_number_that_can_be(cast: Cast, number: Any) -> None:
    on = cast.maps["porvoo"]
    op = {"id": str(uuid4()), "subject": f"map:{on.pk}", "property": "title_fi", "value": "Uusi"}
    answer = cast.client("porvoo editor").post(
        f"/api/v1/maps/{on.pk}/ops/", {**op, "base_version": number}, content_type="application/json"
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"id":' * 5_000,
        b'{"base_version": ' + b"9" * 5_000 + b"}",
        b'{"base_version": NaN}',
        b'{"base_version": 1e999}',
        b'{"a": "\\ud800"}',
        b"\x00",
    ],
)
def test_json_that_is_too_deep_or_too_large_is_400(cast: Cast, body: bytes) -> None:
    client = cast.client("porvoo editor")
    client.raise_request_exception = False  # what people would meet
    path = f"/api/v1/maps/{cast.maps['porvoo'].pk}/ops/"
    assert client.post(path, body, content_type="application/json").status_code == 400


def test_other_bodies_than_json_are_refused(cast: Cast) -> None:
    path, client = f"/api/v1/maps/{cast.maps['porvoo'].pk}/ops/", cast.client("porvoo editor")
    assert client.post(path, {"id": "x"}).status_code == 415
    assert client.post(path, "<op/>", content_type="text/xml").status_code == 415


@pytest.mark.parametrize("since", ["x", "-1", "1.5", "9" * 30, "\x00", "%00"])
def test_changes_since_nothing_known_are_400(cast: Cast, since: str) -> None:
    path = f"/api/v1/maps/{cast.maps['porvoo'].pk}/changes/"
    answer = cast.client("porvoo editor").get(path, {"since": since})
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_stale_op_gets_both_values_in_the_readers_language(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    subject = f"aspect:{first_aspect(on).pk}"
    edit(cast["county editor"], on, subject, "shared_fi", "Alueen teksti.")
    sentences = set()
    for language in ("fi", "sv", "en"):
        op = {"id": str(uuid4()), "subject": subject, "property": "shared_fi", "base_version": 0}
        answer = cast.client("porvoo editor", language).post(
            f"/api/v1/maps/{on.pk}/ops/", {**op, "value": "Kunnan teksti."}, content_type="application/json"
        )
        both = answer.json()
        assert answer.status_code == 409
        assert (both["theirs"], both["yours"], both["version"]) == ("Alueen teksti.", "Kunnan teksti.", 1)
        assert both["by"] == "County editor"
        sentences.add(both["detail"])
    assert len(sentences) == 3
    assert first_aspect(on).shared_fi == "Alueen teksti."


def test_another_organisations_service_and_a_group_of_classes_are_refused(cast: Cast) -> None:
    on, client = cast.maps["porvoo"], cast.client("porvoo editor")
    foreign = Service.objects.create(
        organisation=cast.organisations["pohjanmaa"],
        node=ServiceNode.objects.get(key="daycare"),
        name_fi="Vieras",
    )
    answer = post_op(client, on, f"map:{on.pk}", "add_service", {"service": foreign.pk})
    assert answer.status_code == 422
    assert "which is not a party of this map" in answer.json()["detail"]
    county = on.parties.get(side="county").pk
    new = {"party": county, "node": foreign.node_id, "name_fi": "Alueen palvelu"}
    assert post_op(client, on, f"map:{on.pk}", "add_service", new).status_code == 403
    assert not Service.objects.filter(name_fi="Alueen palvelu").exists()
