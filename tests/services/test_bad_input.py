"""Bad input gets a sentence in the reader's language, keeps what was typed, and stores nothing."""

import html
import json
import random
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.models import Interface, InterfaceMap, MapService, Service, ServiceNode
from services.workflows.properties import KINDS
from services.workflows.structure import ROW_KINDS
from tests.cast import Cast
from tests.conftest import As
from tests.prepared import prepared
from tests.services.ops import add_row, answer_of, first_aspect, rows_of

LANGUAGES = ("fi", "sv", "en")
CONTROL = "0123456789ABCDEFHJKLMNPRSTUVWXY"
CENTURIES = "+-ABCDEFYXWVU"


def identity_code(century: str, number: int) -> str:
    """An invented code with a right control character; numbers from 900 are temporary."""
    digits = f"010203{number:03}"
    return f"010203{century}{number:03}{CONTROL[int(digits) % 31]}"


CODES = [identity_code(century, 905) for century in CENTURIES] + [identity_code("A", 123)]


def subjects(cast: Cast) -> dict[str, str]:
    on = cast.maps["porvoo"]
    aspect = first_aspect(on)
    kinds = [kind for kind in ROW_KINDS.values() if not kind.rows(on).exists()]
    rows = {kind.name: add_row(cast["porvoo editor"], on, kind.name) for kind in kinds} or rows_of(on)
    return {
        **{kind: rows[kind] for kind in ROW_KINDS},
        "map": f"map:{on.pk}",
        "service": f"service:{MapService.objects.get(map=on, service__node__key='daycare').pk}",
        "aspect": f"aspect:{aspect.pk}",
        "answer": f"answer:{answer_of(aspect, '638').pk}",
    }


prepared_cast, cast = prepared(subjects)

TEXTS = [
    ("map", "title_fi"),
    ("map", "title_sv"),
    *(("service", name) for name in ("where_fi", "where_sv", "how_fi", "how_sv")),
    *(("aspect", name) for name in ("shared_fi", "shared_sv", "not_applicable_reason")),
    ("answer", "answer_fi"),
    ("answer", "answer_sv"),
    ("step", "title_fi"),
    ("step", "title_sv"),
    *(("flow", name) for name in ("what", "system", "basis")),
    ("resource", "what"),
    ("leader", "title"),
    ("goal_row", "title"),
    ("forum_row", "what_for_fi"),
    ("forum_row", "what_for_sv"),
    *(("path_step", name) for name in ("who", "phone", "hours")),
    *(("contact", name) for name in ("who", "phone", "hours")),
    *(
        ("channel", f"{name}_{language}")
        for name in ("name", "address", "hours")
        for language in ("fi", "sv")
    ),
    ("channel", "phone"),
    ("referral", "text_fi"),
    ("referral", "text_sv"),
]


CHANNEL_TEXTS = [name for kind, name in TEXTS if kind == "channel"]


def post_op(client: Client, on: InterfaceMap, subject: str, name: str, value: Any) -> Any:
    op = {"id": str(uuid4()), "subject": subject, "property": name, "base_version": 10_000, "value": value}
    return client.post(f"/api/v1/maps/{on.pk}/ops/", json.dumps(op), content_type="application/json")


def post_form(client: Client, on: InterfaceMap, subject: str, name: str, **fields: Any) -> Any:
    form = {"op_id": str(uuid4()), "subject": subject, "property": name, "base_version": "10000", **fields}
    return client.post(f"/kartat/{on.pk}/muuta/", form)


def found_anywhere(text: str) -> list[str]:
    """Tables and columns of the whole database where the text stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'jsonb', 'ARRAY') "
            "GROUP BY table_name"
        )
        for table, columns in cursor.fetchall():
            asked = ", ".join(f'bool_or("{column}"::text LIKE %s)' for column in columns)
            cursor.execute(f'SELECT {asked} FROM "{table}"', [f"%{text}%"] * len(columns))
            found += [
                f"{table}.{column}"
                for column, is_there in zip(columns, cursor.fetchone(), strict=True)
                if is_there
            ]
    return found


@pytest.mark.alike(12)
@pytest.mark.parametrize(("kind", "name"), TEXTS)
def test_a_personal_identity_code_is_refused_in_every_text(
    cast: Cast, as_person: As, kind: str, name: str, *, is_long: bool
) -> None:
    """In the ordinary run all signs of centuries in the title, and one of them in each other text."""
    on, subject = cast.maps["porvoo"], subjects(cast)[kind]
    client = as_person("porvoo editor", "fi")
    for code in CODES if is_long or name == "title_fi" else random.sample(CODES, 1):
        answer = post_op(client, on, subject, name, f"Lapsi {code} tarvitsee tukea.")
        assert answer.status_code == 422, code
        assert "henkilötunnus" in answer.json()["detail"]
        assert code not in answer.json()["detail"]
    form = post_form(client, on, subject, name, value=f"Lapsi {CODES[0]} tarvitsee.")
    assert form.status_code == 422
    assert CODES[0] in form.content.decode(), "what was typed is still there to be mended"
    assert found_anywhere(CODES[0]) == []


def test_codes_are_refused_in_new_services_evidence_and_names(cast: Cast, as_person: As) -> None:
    on, code = cast.maps["porvoo"], CODES[0]
    client = as_person("porvoo editor")
    node = ServiceNode.objects.get(key="daycare").pk
    party = on.parties.order_by("lane")[0].pk
    at = subjects(cast)
    for subject, name, value in (
        (at["map"], "add_service", {"party": party, "node": node, "name_fi": f"Palvelu {code}"}),
        (at["aspect"], "add_evidence", {"title": code, "url": "https://a.example/"}),
        (at["aspect"], "add_evidence", {"title": "Päätös", "url": f"https://a.example/{code}"}),
        (at["goal_row"], "url", f"https://a.example/{code}"),
        (at["channel"], "url", f"https://a.example/{code}"),
        *(
            (at["service"], "add_channel", {"kind": "phone", "phone": "112", name: code})
            for name in CHANNEL_TEXTS
        ),
        (at["service"], "add_referral", {"text_fi": "Näin", "text_sv": code}),
        (
            f"aspect:{first_aspect(on, 7).pk}",
            "add_goal_row",
            {"title": "Tavoite", "url": f"https://a.example/{code}"},
        ),
    ):
        assert post_op(client, on, subject, name, value).status_code == 422
    assert (
        client.post(
            "/kartat/uusi/",
            {
                "op_id": str(uuid4()),
                "template": "empty",
                "target_group": "families",
                "municipality": cast.organisations["porvoo"].pk,
                "source_language": "fi",
                "title_fi": code,
            },
        ).status_code
        == 422
    )
    own = f"/palvelut/uusi/{cast.organisations['porvoo'].pk}/"
    form = {"name_fi": "Palvelu", "node": node, "description_fi": f"Asiakas {code}"}
    assert client.post(own, form).status_code == 422
    assert found_anywhere(code) == []


@pytest.mark.parametrize("field", ["name_fi", "name_sv", "description_fi", "description_sv"])
def test_codes_are_refused_in_the_catalogue(cast: Cast, as_person: As, field: str) -> None:
    client, code = as_person("porvoo editor", "fi"), CODES[0]
    service = Service.objects.get(organisation__code="638", node__key="daycare")
    form = {"name_fi": "Palvelu", "node": service.node_id, field: f"Lapsi {code}"}
    for path in (f"/palvelut/uusi/{service.organisation_id}/", f"/palvelut/{service.pk}/muokkaa/"):
        answer = client.post(path, form)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "henkilötunnus" in page
        assert f"Lapsi {code}" in page, "what was typed is still there to be mended"
    duty = {"duty": "funds", "organisation": service.organisation_id, "basis": "law", "reference": code}
    assert client.post(f"/palvelut/{service.pk}/vastuut/", duty).status_code == 422
    assert found_anywhere(code) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_long_and_unstorable_texts_come_back_in_the_form(
    cast: Cast, as_person: As, language: str, *, is_long: bool
) -> None:
    """In the ordinary run each text in one of the languages."""
    on, at = cast.maps["porvoo"], subjects(cast)
    client = as_person("porvoo editor", language)
    for kind, name in TEXTS if is_long else TEXTS[LANGUAGES.index(language) :: len(LANGUAGES)]:
        for value in ("Alku " + "x" * 6000, "Alku \x00 loppu"):
            answer = post_form(client, on, at[kind], name, value=value)
            assert answer.status_code == 422, name
            assert "Alku " in answer.content.decode(), name
    assert found_anywhere("Alku ") == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_service_form_says_what_is_wrong_and_keeps_the_rest(
    cast: Cast, as_person: As, language: str
) -> None:
    client, porvoo = as_person("porvoo editor", language), cast.organisations["porvoo"]
    node = ServiceNode.objects.get(key="daycare").pk
    good = {"name_fi": "Perhetupa", "name_sv": "Familjestugan", "node": node, "description_fi": "Kuvaus."}
    for wrong in (
        {"name_fi": ""},
        {"name_fi": "x" * 121},
        {"name_fi": "Päiväkoti"},  # which the organisation has already
        {"name_fi": "nolla \x00"},
        {"node": ""},
        {"node": "0"},
        {"node": "9" * 40},
        {"node": "x"},
        {"node": ServiceNode.objects.exclude(kind="service")[0].pk},
        {"target_groups": ["moon"]},
        {"description_sv": "x" * 2001},
    ):
        answer = client.post(f"/palvelut/uusi/{porvoo.pk}/", {**good, **wrong})
        assert answer.status_code == 422, wrong
        page = answer.content.decode()
        assert {"Familjestugan", "Kuvaus."} <= {word for word in ("Familjestugan", "Kuvaus.") if word in page}
        assert "error" in page
    assert not Service.objects.filter(name_sv="Familjestugan").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"duty": ""},
        {"duty": "moon"},
        {"organisation": "0"},
        {"organisation": "9" * 40},
        {"organisation": "\x00"},
        {"basis": "x"},
        {"reference": "x" * 201},
    ],
)
def test_a_responsibility_that_is_wrong_is_422(cast: Cast, as_person: As, wrong: dict[str, str]) -> None:
    service = Service.objects.get(organisation__code="638", node__key="daycare")
    good = {"duty": "funds", "organisation": service.organisation_id, "basis": "law", "reference": ""}
    answer = as_person("porvoo editor").post(f"/palvelut/{service.pk}/vastuut/", {**good, **wrong})
    assert answer.status_code == 422
    assert service.responsibilities.count() == 1


MARKUP = "<script>window.__xss = 1</script><img src=x onerror='window.__xss = 1'>{{ 7 }}"


def test_markup_is_stored_as_typed_and_shown_as_text(cast: Cast, as_person: As, *, is_long: bool) -> None:
    on, at = cast.maps["porvoo"], subjects(cast)
    client, porvoo = as_person("porvoo editor"), cast.organisations["porvoo"]
    place, aspect = MapService.objects.get(pk=at["service"].split(":")[1]), first_aspect(on)
    for kind, name in TEXTS:
        if name not in {"not_applicable_reason", "phone"}:
            assert post_op(client, on, at[kind], name, MARKUP).status_code == 200, name
    other = f"aspect:{first_aspect(on, 2).pk}"
    assert post_op(client, on, other, "not_applicable_reason", MARKUP).status_code == 200
    link = {"title": MARKUP, "url": "https://a.example/?'><script>window.__xss"}
    assert post_op(client, on, at["aspect"], "add_evidence", link).status_code == 200
    node = place.service.node_id
    texts = dict.fromkeys(("name_fi", "name_sv", "description_fi", "description_sv"), MARKUP)
    assert client.post(f"/palvelut/{place.service_id}/muokkaa/", {"node": node, **texts}).status_code == 302
    duty = {"duty": "funds", "organisation": porvoo.pk, "basis": "law", "reference": MARKUP}
    assert client.post(f"/palvelut/{place.service_id}/vastuut/", duty).status_code == 302
    assert post_op(client, on, at["answer"], "confirmation", MARKUP).status_code == 200
    assert {first_aspect(on).shared_fi, Service.objects.get(pk=place.service_id).description_sv} == {MARKUP}
    own = f"/kartat/{on.pk}/"
    aspect_page = f"{own}yhdyspinnat/{aspect.interface_id}/1/"
    pages = [f"{own}{page}" for page in ("", "lista/", "taulukko/", "historia/", "asetukset/")]
    pages += [f"{own}palvelut/lisaa/", f"{own}yhdyspinnat/yhdista/", f"{own}palvelut/{place.pk}/"]
    pages += [f"{own}yhdyspinnat/{aspect.interface_id}/", aspect_page, aspect_page[:-2] + "2/"]
    pages += ["/", "/kartat/", "/palvelut/", "/palvelut/luokat/daycare/", f"/palvelut/{place.service_id}/"]
    pages += [f"/palvelut/{place.service_id}/muokkaa/", f"/organisaatiot/{porvoo.pk}/"]
    shown = 0
    languages = LANGUAGES if is_long else random.sample(LANGUAGES, 1)
    for language in languages:
        for page in pages:
            text = as_person("porvoo editor", language).get(page).content.decode()
            assert "<script>window.__xss" not in text, page
            assert "<img src=x" not in text, page
            shown += html.escape(MARKUP) in text
    assert shown > len(pages) * len(languages) * 2 / 3, "most pages show some of it"
    stale = post_form(client, on, at["aspect"], "shared_fi", value=MARKUP + "2", base_version="0")
    assert (stale.status_code, "<img src=x" in stale.content.decode()) == (409, False)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_refusal_is_a_sentence_in_the_readers_language(
    cast: Cast, as_person: As, language: str
) -> None:
    on, at = cast.maps["porvoo"], subjects(cast)
    client = as_person("porvoo editor", language)
    daycare, clinic = (
        MapService.objects.get(map=on, service__node__key=key).pk
        for key in ("daycare", "child-health-clinic")
    )
    foreign = Service.objects.get(organisation=cast.organisations["loviisa"], node__key="daycare")
    node = ServiceNode.objects.get(key="daycare").pk
    wishes: list[tuple[str, str, Any]] = [
        (at["map"], "title_fi", ""),
        (at["map"], "title_fi", "x" * 151),
        (at["map"], "title_fi", None),
        (at["map"], "title_fi", {"a": 1}),
        (at["aspect"], "shared_fi", "x" * 5001),
        (at["aspect"], "shared_fi", "nolla \x00"),
        (at["aspect"], "review_on", "31.2.2027"),
        (at["aspect"], "review_on", "0001-01-01"),
        (at["aspect"], "responsible", [10**30]),
        (at["aspect"], "responsible", "kaikki"),
        (at["aspect"], "add_evidence", {"title": "", "url": "ei osoite"}),
        (at["aspect"], "add_evidence", {"title": "Päätös", "url": "ftp://a.example/x"}),
        (at["aspect"], "add_evidence", ["x"]),
        (at["answer"], "confirmation", "Jotakin, mitä ei ole kirjoitettu"),
        (at["service"], "place", 0),
        (at["service"], "place", "ensin"),
        (at["map"], "places", {"0": 1}),
        (at["map"], "places", []),
        (at["map"], "add_interface", {"services": [daycare, daycare]}),
        (at["map"], "add_interface", {"services": [daycare]}),
        (at["map"], "add_interface", {"services": [daycare, clinic]}),
        (at["map"], "add_interface", {"services": [daycare, 10**40]}),
        (at["map"], "add_interface", {"services": "kaikki"}),
        (at["map"], "add_service", {"service": foreign.pk}),
        (at["map"], "add_service", {"service": 0, "party": 0}),
        (at["map"], "add_service", {"party": on.parties.order_by("lane")[0].pk, "node": node, "name_fi": ""}),
        (
            at["map"],
            "add_service",
            {"party": on.parties.order_by("lane")[0].pk, "node": node, "name_fi": "x" * 121},
        ),
        (
            at["map"],
            "add_service",
            {"party": on.parties.order_by("lane")[0].pk, "node": node, "name_fi": "Päiväkoti"},
        ),
        (at["map"], "add_party", {"organisation": cast.organisations["county"].pk}),
        (at["map"], "add_party", {"organisation": "x"}),
    ]
    sentences = set()
    for subject, name, value in wishes:
        answer = post_op(client, on, subject, name, value)
        assert answer.status_code == 422, (name, value, answer.content)
        sentences.add(answer.json()["detail"])
    english = as_person("porvoo editor", "en")
    if language != "en":
        for subject, name, value in wishes:
            assert post_op(english, on, subject, name, value).json()["detail"] not in sentences, (name, value)
    assert Interface.objects.filter(map=on).count() == 3
    assert MapService.objects.filter(map=on).count() == 3


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_sent_is_answered_without_a_fault(cast: Cast, as_person: As, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(KINDS)))
    name = data.draw(st.sampled_from(sorted(KINDS[kind].properties)))
    row = KINDS[kind].rows(cast.maps["porvoo"]).order_by("pk").first()
    person = data.draw(st.sampled_from(["porvoo editor", "county approver", "porvoo reader", "nobody"]))
    answer = post_op(
        as_person(person), cast.maps["porvoo"], f"{kind}:{row.pk if row else 1}", name, data.draw(values)
    )
    assert answer.status_code in {200, 403, 404, 409, 422}
