"""Education providers, associations and parishes: added in the portal, and parties of a map like any other."""

from __future__ import annotations

from typing import Any

from collaboration.models import Event, Organisation
from services.models import MapParty
from tests.cast import Cast
from tests.services.ops import edit

TOLD = {"kind": "education_provider", "name_fi": "Esimerkin koulutuskuntayhtymä", "name_sv": "Exempel"}


def posted(cast: Cast, path: str, told: dict[str, str], name: str = "service administrator") -> Any:
    return cast.client(name).post(path, told)


def test_a_service_administrator_adds_one_and_it_can_be_a_party(cast: Cast) -> None:
    answer = posted(cast, "/organisaatiot/uusi/", TOLD)
    added = Organisation.objects.get(name_fi=TOLD["name_fi"])
    assert answer.url == added.get_absolute_url()
    assert Event.objects.filter(verb="organisation.added", subject_id=added.pk).count() == 1
    on = cast.maps["porvoo"]
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "add_party", {"organisation": added.pk})
    assert MapParty.objects.filter(map=on, organisation=added).exists()
    path = f"/organisaatiot/{added.pk}/muokkaa/"
    assert posted(cast, path, TOLD | {"kind": "joint_authority"}).status_code == 302
    added.refresh_from_db()
    assert added.kind == "joint_authority"


def test_what_is_wrong_is_told_and_what_was_typed_stays(cast: Cast) -> None:
    for wrong in (
        {"kind": "municipality"},
        {"kind": "unit"},
        {"kind": ""},
        {"name_fi": ""},
        {"business_id": "1234567-8"},
        {"website": "ei osoite"},
        {"name_sv": "131052-308T"},
    ):
        answer = posted(cast, "/organisaatiot/uusi/", TOLD | wrong)
        assert answer.status_code == 422, wrong
        assert "Esimerkin" in answer.content.decode() or "name_fi" in wrong
    posted(cast, "/organisaatiot/uusi/", TOLD)
    twice = posted(cast, "/organisaatiot/uusi/", TOLD | {"name_fi": TOLD["name_fi"].upper()})
    assert twice.status_code == 422
    assert Organisation.objects.filter(kind="education_provider").count() == 1


def test_others_neither_add_nor_change_and_the_register_is_not_changed_here(cast: Cast) -> None:
    for name in ("porvoo administrator", "porvoo editor", "national coordinator"):
        assert posted(cast, "/organisaatiot/uusi/", TOLD, name).status_code == 403
        assert "/organisaatiot/uusi/" not in cast.client(name).get("/organisaatiot/").content.decode()
    porvoo = cast.organisations["porvoo"]
    assert posted(cast, f"/organisaatiot/{porvoo.pk}/muokkaa/", TOLD).status_code == 403
    assert (
        "/organisaatiot/uusi/" in cast.client("service administrator").get("/organisaatiot/").content.decode()
    )


def test_the_api_adds_one(cast: Cast) -> None:
    client = cast.client("service administrator")
    answer = client.post("/api/v1/organisations/", TOLD | {"kind": "ngo"}, content_type="application/json")
    assert answer.status_code == 201
    assert client.get(answer["Location"]).json()["kind"] == "ngo"
    refused = client.post("/api/v1/organisations/", TOLD | {"kind": "state"}, content_type="application/json")
    assert refused.status_code == 422


def test_one_is_changed_over_the_api_by_the_rules_of_the_form(cast: Cast) -> None:
    posted(cast, "/organisaatiot/uusi/", TOLD)
    added = Organisation.objects.get(name_fi=TOLD["name_fi"])
    path, client = f"/api/v1/organisations/{added.pk}/", cast.client("service administrator")

    def patched(tag: str, by: Any = client, **told: object) -> Any:
        sent = {"HTTP_IF_MATCH": tag} if tag else {}
        return by.patch(path, told, content_type="application/json", **sent)

    tag = client.get(path)["ETag"]
    assert patched("", brand="Esimerkki").status_code == 428
    assert patched('"old"', brand="Esimerkki").status_code == 412
    done = patched(tag, brand="Esimerkki", website="https://kuntayhtyma.example/")
    assert (done.status_code, done.json()["brand"]) == (200, "Esimerkki")
    assert done["ETag"] != tag
    added.refresh_from_db()
    assert (added.name_sv, added.website) == (TOLD["name_sv"], "https://kuntayhtyma.example/"), (
        "the rest stays"
    )
    assert Event.objects.filter(
        verb="organisation.changed", subject_id=added.pk, actor=cast["service administrator"]
    ).exists()
    tag = done["ETag"]
    for wrong in ({"kind": "municipality"}, {"name_fi": ""}, {"business_id": "1234567-8"}, {"code": "638"}):
        refused = patched(tag, **wrong)
        assert refused.status_code == 422, wrong
        assert next(iter(wrong)) in {each["field"] for each in refused.json()["errors"]}
    for name in ("porvoo administrator", "national coordinator"):
        assert patched(tag, cast.client(name), brand="x").status_code == 403
