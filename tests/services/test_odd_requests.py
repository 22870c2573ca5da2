"""Requests that are not whole, old, sent twice or about nothing get a page or a sentence, and lose nothing typed."""

from uuid import uuid4

import pytest

from services.models import InterfaceMap
from tests.cast import Cast
from tests.conftest import As
from tests.prepared import prepared
from tests.services.ops import edit, first_aspect
from tests.services.test_bad_input import post_form, subjects

prepared_cast, cast = prepared(subjects)


def test_numbers_that_no_row_has_are_not_found(cast: Cast, as_person: As) -> None:
    on, client = cast.maps["porvoo"], as_person("porvoo editor")
    interface = first_aspect(on).interface_id
    for number in ("0", "9" * 18, "9" * 25, "9" * 400):
        for path in (
            f"/kartat/{number}/",
            f"/kartat/{on.pk}/yhdyspinnat/{number}/",
            f"/kartat/{on.pk}/yhdyspinnat/{interface}/{number}/",
            f"/kartat/{on.pk}/palvelut/{number}/",
            f"/palvelut/{number}/",
            f"/palvelut/{number}/muokkaa/",
            f"/palvelut/uusi/{number}/",
            f"/organisaatiot/{number}/",
            f"/api/v1/maps/{number}/",
            f"/api/v1/maps/{number}/changes/",
        ):
            assert client.get(path).status_code == 404, path
        assert client.post(f"/palvelut/{number}/poista/").status_code == 404
        assert client.post(f"/kartat/{number}/muuta/").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"id": 1}',
        b'{"id": "x", "base_version": "y"}',
        b'"' + b"x" * 100_000 + b'"',
    ],
)
def test_broken_json_is_400_with_a_sentence(cast: Cast, as_person: As, body: bytes) -> None:
    answer = as_person("porvoo editor").post(
        f"/api/v1/maps/{cast.maps['porvoo'].pk}/ops/", body, content_type="application/json"
    )
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_form_that_is_not_whole_keeps_what_was_typed(cast: Cast, as_person: As) -> None:
    on, at = cast.maps["porvoo"], subjects(cast)
    client = as_person("porvoo editor")
    answer = post_form(
        client, on, at["aspect"], "shared_fi", value="Tärkeä teksti.", op_id="", base_version="x"
    )
    assert answer.status_code == 422
    assert "Tärkeä teksti." in answer.content.decode()
    assert post_form(client, on, "aspect:999999999", "shared_fi", value="x").status_code == 404
    assert post_form(client, on, at["aspect"], "moon", value="x").status_code == 404


def test_a_refused_new_service_shows_both_names_again(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    fields = {
        "party": on.parties.order_by("lane")[0].pk,
        "node": "0",
        "name_fi": "Perhetupa",
        "name_sv": "Familjestugan",
    }
    answer = post_form(as_person("porvoo editor"), on, f"map:{on.pk}", "add_service", **fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Perhetupa" in page
    assert "Familjestugan" in page


def test_a_stale_form_shows_both_texts(cast: Cast, as_person: As) -> None:
    on, at = cast.maps["porvoo"], subjects(cast)
    edit(cast["county editor"], on, at["aspect"], "shared_fi", "Alueen teksti.")
    answer = post_form(
        as_person("porvoo editor"), on, at["aspect"], "shared_fi", value="Kunnan teksti.", base_version="0"
    )
    assert answer.status_code == 409
    assert {"Alueen teksti.", "Kunnan teksti."} <= {
        part for part in ("Alueen teksti.", "Kunnan teksti.") if part in answer.content.decode()
    }
    assert first_aspect(on).shared_fi == "Alueen teksti."


def test_a_double_click_makes_one_map(cast: Cast, as_person: As) -> None:
    client = as_person("porvoo editor")
    form = {
        "op_id": str(uuid4()),
        "template": "young_people",
        "municipality": cast.organisations["porvoo"].pk,
        "source_language": "fi",
        "title_fi": "Kaksoisnapsautus",
    }
    assert {client.post("/kartat/uusi/", form).status_code for _click in range(2)} == {302}
    assert InterfaceMap.objects.filter(title_fi="Kaksoisnapsautus").count() == 1


def test_a_new_map_says_what_is_missing_and_keeps_the_rest(cast: Cast, as_person: As) -> None:
    client = as_person("county editor")
    for wrong in (
        {},
        {"template": "moon"},
        {"template": "empty", "municipality": "x"},
        {"municipality": "0"},
    ):
        answer = client.post("/kartat/uusi/", {"title_fi": "Pysyvä otsikko", **wrong})
        assert answer.status_code == 422
        assert "Pysyvä otsikko" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?after=0",
        "?before=-1",
        "?after=x:y:z",
        "?before=999",
        "?q=%00",
        "?q=" + "x" * 5000,
        "?sort=moon&status=moon&target_group=%00",
    ],
)
def test_odd_addresses_are_pages_all_the_same(as_person: As, query: str) -> None:
    client = as_person("porvoo editor")
    for path in ("/kartat/", "/palvelut/", "/organisaatiot/"):
        assert client.get(path + query).status_code == 200
