"""A database that takes encrypted connections only: what DATABASE_URL says of them is done, also by backups."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2  # type: ignore[import-untyped]
import pytest
from django.db import OperationalError, connection
from pytest_django import DjangoDbBlocker

from tests.plugin import TestRun, django_on
from tests.production.servers import EncryptedOnly
from tests.production.tls import served
from yhdyspinta import addresses, backup


@pytest.fixture
def server(test_run: TestRun) -> Iterator[EncryptedOnly]:
    """In front of the databases of this run."""
    port = urlsplit(test_run.reference.url("postgres")).port
    assert port
    with served(EncryptedOnly("127.0.0.1", (port,))) as server:
        yield server


def connect(server: EncryptedOnly, query: str, blocker: DjangoDbBlocker) -> str:
    """Let Django connect as an address with this query says; which encryption it has."""
    url = f"postgresql://portal@127.0.0.1:{server.port}/postgres"
    before = connection.settings_dict["OPTIONS"]
    with django_on(url, blocker):
        connection.settings_dict["OPTIONS"] = before | addresses.database(f"{url}?{query}")[1]
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            return str(connection.connection.info.ssl_attribute("protocol"))
        finally:
            connection.settings_dict["OPTIONS"] = before


def test_what_the_address_says_of_encryption_is_done(
    server: EncryptedOnly, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> None:
    authority = tmp_path / "authority.pem"
    server.authority.cert_pem.write_to_path(str(authority))
    with pytest.raises(OperationalError, match="no encryption"):
        connect(server, "sslmode=disable", django_db_blocker)
    assert connect(server, "sslmode=require", django_db_blocker).startswith("TLS")
    assert connect(server, f"sslmode=verify-full&sslrootcert={authority}", django_db_blocker).startswith(
        "TLS"
    )
    with pytest.raises(OperationalError, match="certificate"):
        connect(server, "sslmode=verify-full&sslrootcert=/etc/hostname", django_db_blocker)


def test_a_server_without_encryption_is_refused_when_the_address_asks_for_it(test_run: TestRun) -> None:
    with pytest.raises(psycopg2.OperationalError, match="does not support SSL"):
        psycopg2.connect(f"{test_run.reference.url('postgres')}?sslmode=require")


@pytest.mark.parametrize("said_in", ["the address", "the environment"])
def test_a_backup_never_falls_back_to_plain_text(
    monkeypatch: pytest.MonkeyPatch, db: None, said_in: str
) -> None:
    """The database of this run speaks plain text only."""
    if said_in == "the address":
        monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"sslmode": "require"})
    else:
        monkeypatch.setenv("PGSSLMODE", "require")
    with pytest.raises(backup.BackupError, match=r"cannot encrypt|does not support SSL"):
        backup.run("pg_dump", "--schema-only")
