"""Values that no page of ours sends: names of views as addresses, bytes that are no text, numbers without end."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from services.workflows.properties import KINDS
from tests.cast import Cast
from tests.conftest import As
from tests.services.ops import rows_of, unlike

ADDRESSES = (
    *(
        "x",
        "front_page",
        "collaboration:profile",
        "//evil.example/",
        "https://evil.example/",
        "javascript:alert(1)",
    ),
    *(
        "/\r\nSet-Cookie: a=b",
        "/%ff",
        "/\ud800".encode("utf-16", "surrogatepass").decode("latin-1"),
        "",
        " /",
        "\\evil",
    ),
    "/" + "a" * 10_000,
)
NOT_UTF_8 = b"next=%ff%fe/\xff&language=\xff&email=\xff&username=\xff&password=\xff&op_id=\xff&subject=\xff"
ENDLESS = "9" * 5_000


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_to_go_on_to_is_a_path_of_ours_or_nothing(as_person: As, cast: Cast, address: str) -> None:
    on, client = cast.maps["porvoo"], as_person("porvoo editor")
    edit = {"op_id": str(uuid4()), "subject": f"map:{on.pk}", "property": "title_fi", "base_version": "0"}
    answers = [
        client.post(reverse("collaboration:set_language"), {"language": "en", "next": address}),
        client.get(reverse("collaboration:sign_in"), {"next": address}),
        client.post(f"/kartat/{on.pk}/muuta/", {**edit, "value": "Otsikko", "next": address}),
        client.post(f"/kartat/{on.pk}/kumoa/", {"next": address}),
        client.post(f"/kartat/{on.pk}/valitut/", {"next": address}),
    ]
    for answer in answers:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/")
        assert not answer.headers["Location"].startswith("//")
        assert "\n" not in answer.headers["Location"]


@pytest.mark.parametrize(
    "path",
    [
        "/kieli/",
        "/kirjaudu/",
        "/kirjaudu/unohtunut/",
        "/kartat/{map}/muuta/",
        "/kartat/{map}/kumoa/",
        "/oma/",
    ],
)
def test_bytes_that_are_no_text_are_never_a_fault_of_ours(as_person: As, cast: Cast, path: str) -> None:
    for client in (Client(raise_request_exception=True), as_person("porvoo editor")):
        sent = client.post(
            path.format(map=cast.maps["porvoo"].pk),
            NOT_UTF_8,
            content_type="application/x-www-form-urlencoded",
        )
        assert sent.status_code < 500
        assert client.get(f"/kirjaudu/?{NOT_UTF_8.decode('latin-1')}").status_code < 500


def test_a_number_of_any_length_is_refused_in_every_edit(as_person: As, cast: Cast, *, is_long: bool) -> None:
    on, client = cast.maps["porvoo"], as_person("porvoo editor")
    subjects = {**rows_of(on), "map": f"map:{on.pk}"}
    declared = [(kind, name) for kind in subjects for name in KINDS[kind].properties]
    for kind, name in unlike(declared, everything=is_long):
        fields = {
            "op_id": str(uuid4()),
            "subject": subjects[kind],
            "property": name,
            "base_version": "10000",
            **dict.fromkeys((*KINDS[kind].properties[name].members, "value", "services"), ENDLESS),
        }
        assert client.post(f"/kartat/{on.pk}/muuta/", fields).status_code < 500, name
        for value in ([ENDLESS], {"services": [ENDLESS], ENDLESS: ENDLESS}):
            op = {"id": str(uuid4()), "subject": subjects[kind], "property": name, "base_version": 10_000}
            answer = client.post(
                f"/api/v1/maps/{on.pk}/ops/", {**op, "value": value}, content_type="application/json"
            )
            assert answer.status_code < 500, name
    for stray in (
        {"op_id": str(uuid4()), "base_version": ENDLESS},
        {"before": ENDLESS},
        {"services": ENDLESS},
    ):
        for page in ("muuta", "kumoa", "tee-uudelleen", "valitut"):
            assert client.post(f"/kartat/{on.pk}/{page}/", stray).status_code < 500


PAGES = (
    *(
        "/kartat/",
        "/palvelut/",
        "/organisaatiot/",
        "/kartat/{map}/",
        "/kartat/{map}/lista/",
        "/kartat/{map}/historia/",
    ),
    *("/kartat/{map}/vertaa/", "/kartat/{map}/yhdista/", "/virta/", "/api/v1/maps/", "/api/v1/services/"),
    *("/api/v1/organisations/", "/api/v1/aspects/", "/api/v1/interfaces/", "/api/v1/maps/{map}/changes/"),
)
NAMES = (
    *(
        "page",
        "after",
        "q",
        "sort",
        "status",
        "aspect",
        "party",
        "services",
        "maps",
        "since",
        "before",
        "from",
        "to",
        "limit",
    ),
    *("cursor", "organisation", "map", "municipality", "kind", "area", "node", "target_group", "id"),
)


@pytest.mark.parametrize("path", PAGES)
def test_a_number_of_any_length_is_no_fault_in_any_question(as_person: As, cast: Cast, path: str) -> None:
    client, address = as_person("porvoo editor"), path.format(map=cast.maps["porvoo"].pk)
    for value in (ENDLESS, f"1:{ENDLESS}", f"1.{ENDLESS}"):
        assert client.get(address, dict.fromkeys(NAMES, value)).status_code < 500, value
    assert client.get(f"{address}{ENDLESS}/").status_code < 500
