"""The processes of production, and a person's journey through them over HTTP."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg2  # type: ignore[import-untyped]
import pytest

from tests.databases import ROOT
from tests.gear.client import Client
from tests.gear.journey import make_people, walk
from tests.gear.production import APPLICATION, DATABASE, HOST, OWNER, Production
from tests.live import eventually
from tests.production.test_compose import SERVICES
from yhdyspinta.embedded import postgres
from yhdyspinta.embedded.process import EmbeddedError

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


def of_compose(service: str, **given: str) -> dict[str, str]:
    """The environment that docker-compose.yml gives a service, with an .env of these values."""

    def filled(text: str) -> str:
        return re.sub(
            r"\$\{(\w+)(?::(?:-([^}]*)|\?[^}]*))?\}",
            lambda found: given.get(found[1]) or found[2] or "",
            text,
        )

    return {name: filled(str(value)) for name, value in SERVICES[service]["environment"].items()}


def test_backing_up_and_restoring_with_composes_own_variables(production: Production, tmp_path: Path) -> None:
    """As `docker compose run` does it: in a container beside the web, with the variables of the service and no more."""
    given = {"SITE_HOST": HOST, "SECRET_KEY": production.secret_key, "DEFAULT_FROM_EMAIL": f"portal@{HOST}"}
    here = {"REDIS_URL": production.env()["REDIS_URL"]}
    target, other = tmp_path / "portal.backup", "restored"
    web = of_compose("web", **given) | here | {"DATABASE_URL": production.application_url}
    stray = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "nowhere")}  # of an installation without Docker
    said = production.manage("backup", str(target), owner=False, **web, **stray)
    assert "Every event is as it was sealed" in said
    superuser = f"postgresql://{postgres.ROLE}@127.0.0.1:{production.database_port}/postgres"
    postgres.run_sql(superuser, f"CREATE DATABASE {other} OWNER {OWNER}")
    address = f"{production.owner_url.removesuffix(DATABASE)}{other}"
    owner = of_compose("migrate", **given) | here | {"DATABASE_URL": address}
    said = production.manage("restore", str(target), "--application-role", APPLICATION, owner=False, **owner)
    assert f"{APPLICATION} may do its work" in said
    assert "Every event is as it was sealed" in said
    with pytest.raises(EmbeddedError, match="is not empty: add --replace"):
        production.manage("restore", str(target), owner=False, **owner)


def test_the_roles_are_made_again_without_harm(production: Production) -> None:
    asked = "SELECT rolname, rolcanlogin, rolconfig FROM pg_roles WHERE rolname LIKE 'yhdyspinta%' ORDER BY 1"
    before = postgres.run_sql(production.owner_url, asked)
    production._make_roles()
    assert postgres.run_sql(production.owner_url, asked) == before
    assert [name for name, _may, _settings in before] == [APPLICATION, OWNER]


def test_a_statement_whose_asker_has_left_ends(production: Production) -> None:
    sleeping = "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(600)'"
    superuser = f"postgresql://{postgres.ROLE}@127.0.0.1:{production.database_port}/postgres"
    waiting = psycopg2.connect(production.application_url)
    line = socket.socket(fileno=os.dup(waiting.fileno()))
    asking = threading.Thread(target=_sleep, args=(waiting,))
    asking.start()
    try:
        assert eventually(lambda: postgres.run_sql(superuser, sleeping) != [])
    finally:
        line.shutdown(socket.SHUT_RDWR)
        line.close()
        asking.join()
    assert eventually(lambda: postgres.run_sql(superuser, sleeping) == []), "it would have slept for minutes"


def _sleep(waiting: Any) -> None:
    with suppress(psycopg2.Error), waiting.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(600)")


@pytest.mark.slow
def test_the_check_of_a_rehearsal_leaves_nobody_who_can_sign_in_and_no_map(production: Production) -> None:
    """On a PostgreSQL of one's own; with the embedded one everything is thrown away."""
    folder = ROOT / "var" / "production"
    before = folder.exists()
    own = {"OWNER_DATABASE_URL": production.owner_url, "DATABASE_URL": production.application_url}
    done = subprocess.run(
        [sys.executable, "scripts/production_like.py", "--check"],
        cwd=ROOT,
        env=os.environ | own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "ok: the map is archived" in done.stdout
    assert folder.exists() == before
    asked = "SELECT count(*) FROM collaboration_user WHERE is_active AND email LIKE '%@portal.example'"
    assert postgres.run_sql(production.owner_url, asked) == [(0,)]
    latest = "SELECT status FROM services_interfacemap ORDER BY id DESC LIMIT 1"
    assert postgres.run_sql(production.owner_url, latest) == [("archived",)]
