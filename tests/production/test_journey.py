"""The processes of production, and a person's journey through them over HTTP."""

import json
from pathlib import Path
from urllib.request import urlopen

import psycopg2  # type: ignore[import-untyped]
import pytest

from yhdyspinta.embedded import postgres
from yhdyspinta.embedded.client import Client
from yhdyspinta.embedded.journey import make_people, walk
from yhdyspinta.embedded.process import EmbeddedError
from yhdyspinta.embedded.production import HOST, Production

PASSWORD = "a long enough password"  # noqa: S105


def test_a_person_walks_through_the_portal(production: Production) -> None:
    people = make_people(production, PASSWORD)
    client = Client(HOST, production.ports)
    assert len(list(walk(client, people, PASSWORD))) == 9
    assert client.get("/readyz").json["status"] == "ok"
    answer = client.get("/", X_Request_ID="a-known-request-1")
    assert answer.headers["X-Request-ID"] == "a-known-request-1"
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_every_line_of_the_log_is_json_and_names_nobody(production: Production) -> None:
    people = make_people(production, PASSWORD)
    client = Client(HOST, production.ports)
    client.post("/kirjaudu/unohtunut/", email=people.editor)
    client.sign_in(people.editor, PASSWORD)
    client.get("/organisaatiot/?haku=Matti", X_Request_ID="a-known-request-2")
    text = "".join(path.read_text() for path in (production.folder / "log").glob("web*.log"))
    assert people.editor not in text
    assert "Matti" not in text
    assert "192.0.2.1" not in text
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert {"time", "level", "logger", "message"} <= set.intersection(*(set(line) for line in lines))
    [known] = [line for line in lines if line.get("request") == "a-known-request-2"]
    assert (known["method"], known["route"]) == ("GET", "collaboration:organisation_list")


@pytest.mark.parametrize("table", ["collaboration_event", "collaboration_seal"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE", "DROP TABLE {} CASCADE"]
)
def test_the_applications_role_may_not_change_the_past(
    production: Production, table: str, statement: str
) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        postgres.run_sql(production.application_url, statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE collaboration_event DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (one int)",
        "UPDATE django_migrations SET name = name",
        "SET ROLE yhdyspinta_owner",
    ],
)
def test_the_applications_role_finds_no_way_around(production: Production, statement: str) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        postgres.run_sql(production.application_url, statement)


def test_even_the_owner_is_refused_while_the_trigger_stands(production: Production) -> None:
    people = make_people(production, PASSWORD)
    client = Client(HOST, production.ports)
    client.sign_in(people.editor, PASSWORD)
    client.new_map(people.editor_place)
    for statement in ("UPDATE collaboration_event SET note = 'x'", "TRUNCATE collaboration_event CASCADE"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="append-only"):
            postgres.run_sql(production.owner_url, statement)


def test_only_the_owner_restores(production: Production, tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match="Only the owner of the database restores"):
        production.manage("restore", str(tmp_path / "portal.backup"), "--replace")


def test_a_web_process_adds_up_what_its_workers_counted(production: Production) -> None:
    client = Client(HOST, production.ports)
    for port in production.ports:
        client.get("/kirjaudu/")
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            text = answer.read().decode()
        assert "portal_database_up 1.0" in text
        assert "portal_mails_waiting" in text
    assert 'portal_requests_total{method="GET",status="200",view="collaboration:sign_in"}' in text


def test_rights_are_not_granted_to_the_owner_or_to_nobody(production: Production) -> None:
    for role, sentence in (
        ("yhdyspinta_owner", "name another role"),
        ("nobody_such", "There is no database role"),
    ):
        with pytest.raises(EmbeddedError, match=sentence):
            production.manage("grant_rights", role, owner=True)
