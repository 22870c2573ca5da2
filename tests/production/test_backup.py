"""Backing up under load, restoring, and what a damaged backup is answered with."""

import json
import shutil
import tarfile
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from collaboration import seals
from collaboration.models import Event, Organisation, Seal
from tests.factories.collaboration import EventFactory, OrganisationFactory
from tests.plugin import TestRun
from yhdyspinta import backup
from yhdyspinta.embedded import postgres


@pytest.fixture
def other_database(test_run: TestRun) -> Iterator[str]:
    """A database without a single table."""
    name = f"{test_run.reference.prefix}clone_empty"
    postgres.run_sql(test_run.reference.url("postgres"), f'CREATE DATABASE "{name}"')
    yield name
    test_run.reference.drop(name)


def command(name: str, *arguments: str) -> str:
    """What the command says."""
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def use(name: str) -> None:
    """Let Django work in another database of the same server."""
    connection.close()
    connection.settings_dict["NAME"] = name


@pytest.mark.slow
def test_a_backup_under_load_comes_back_as_it_was_at_its_moment(
    fresh_database: str, other_database: str, tmp_path: Path
) -> None:
    place = OrganisationFactory.create(name_fi="Åbo ö")
    EventFactory.create_batch(20, subject=place)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            EventFactory.create(subject=place)
        connection.close()

    writing = threading.Thread(target=write)
    writing.start()
    target = tmp_path / "portal.backup"
    try:
        said = command("backup", str(target))
    finally:
        stop.set()
        writing.join()
    assert "rows. " in said
    assert target.stat().st_mode & 0o077 == 0
    assert list(tmp_path.glob("*half-made*")) == []
    with pytest.raises(CommandError, match="never overwritten"):
        command("backup", str(target))
    with tarfile.open(target) as archive:
        told = json.loads(archive.extractfile("manifest.json").read())  # type: ignore[union-attr]
    assert 20 <= told["rows"]["collaboration_event"] <= Event.objects.count()

    with pytest.raises(CommandError, match="is not empty: add --replace"):
        command("restore", str(target))
    use(other_database)
    said = command("restore", str(target), "--replace")
    assert "Every event is as it was sealed" in said
    assert Organisation.objects.get(pk=place.pk).name_fi == "Åbo ö"
    assert Event.objects.count() == told["rows"]["collaboration_event"]
    assert Seal.objects.last().root == told["root"]  # type: ignore[union-attr]
    seals.seal_events()
    assert list(seals.problems(told["root"])) == []
    with pytest.raises(Exception, match="append-only"):
        Event.objects.all().delete()
    # once more over what is there now
    command("restore", str(target), "--replace")
    assert Event.objects.count() == told["rows"]["collaboration_event"]


def test_a_damaged_backup_is_a_sentence_and_changes_nothing(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = EventFactory.create()
    target = tmp_path / "portal.backup"
    command("backup", str(target))
    whole = target.read_bytes()
    place = whole.index(b"PGDMP") + 200
    target.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    with pytest.raises(CommandError, match=r"damaged: its part database\.dump"):
        command("restore", str(target), "--replace")
    target.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CommandError, match="is damaged, or is not a backup"):
        command("restore", str(target), "--replace")
    with pytest.raises(CommandError, match="is not there"):
        command("restore", str(tmp_path / "nothing"), "--replace")
    target.write_bytes(whole)
    honest = backup.run

    def stumbles(name: str, *arguments: str | Path) -> None:
        more = ("--command", "SELECT 1 / 0") if name == "psql" else ()
        honest(name, *arguments, *more)

    monkeypatch.setattr(backup, "run", stumbles)
    with pytest.raises(CommandError, match="division by zero"):
        command("restore", str(target), "--replace")
    assert Event.objects.filter(pk=event.pk).exists(), "a restore that fails leaves the database as it was"


def test_altered_events_are_not_backed_up_nor_restored_unseen(fresh_database: str, tmp_path: Path) -> None:
    event = EventFactory.create()
    target = tmp_path / "portal.backup"
    command("backup", str(target))
    postgres.run_sql(
        fresh_database,
        "ALTER TABLE collaboration_event DISABLE TRIGGER ALL;"
        f"UPDATE collaboration_event SET verb = 'x' WHERE id = {event.pk};"
        "ALTER TABLE collaboration_event ENABLE TRIGGER ALL",
    )
    with pytest.raises(CommandError, match="Nothing was backed up"):
        command("backup", str(tmp_path / "second.backup"))
    assert not (tmp_path / "second.backup").exists()
    command("restore", str(target), "--replace")
    assert Event.objects.get(pk=event.pk).verb == event.verb


def test_a_backup_of_an_older_version_is_restored_and_migrated(
    fresh_database: str, other_database: str, tmp_path: Path
) -> None:
    use(other_database)
    call_command("migrate", "collaboration", verbosity=0)  # a version that had no maps yet
    OrganisationFactory.create(name_fi="Ennen")
    assert "services_interfacemap" not in connection.introspection.table_names()
    target = tmp_path / "older.backup"
    command("backup", str(target))
    command("restore", str(target), "--replace")
    assert Organisation.objects.get().name_fi == "Ennen"
    assert "services_interfacemap" in connection.introspection.table_names()


def test_a_backup_of_a_newer_version_is_refused_and_changes_nothing(
    fresh_database: str, tmp_path: Path
) -> None:
    event, target = EventFactory.create(), tmp_path / "newer.backup"
    later = "INSERT INTO django_migrations (app, name, applied) VALUES ('services', '9999_later', now())"
    postgres.run_sql(fresh_database, later)
    command("backup", str(target))
    postgres.run_sql(fresh_database, "DELETE FROM django_migrations WHERE name = '9999_later'")
    after = EventFactory.create()
    with pytest.raises(CommandError, match=r"knows migrations that this code does not: services\.9999_later"):
        command("restore", str(target), "--replace")
    assert set(Event.objects.values_list("pk", flat=True)) == {event.pk, after.pk}


def test_it_is_restored_by_the_lowest_python_that_is_promised(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.11.0 to 3.11.3 have a tarfile without filters (PEP 706)."""

    def of_3_11_0(
        _self: Any, _path: str = ".", _members: Any = None, *, numeric_owner: bool = False
    ) -> None: ...

    target = tmp_path / "portal.backup"
    command("backup", str(target))
    monkeypatch.setattr(tarfile.TarFile, "extractall", of_3_11_0)
    for name in ("data_filter", "tar_filter", "fully_trusted_filter"):
        monkeypatch.delattr(tarfile, name, raising=False)
    assert "Every event is as it was sealed" in command("restore", str(target), "--replace")


@pytest.mark.parametrize("kind", ["outside", "link", "folder for a file"])
def test_an_archive_of_somebody_elses_making_writes_nothing_elsewhere(
    fresh_database: str, tmp_path: Path, kind: str
) -> None:
    target, inside = tmp_path / "portal.backup", tarfile.TarInfo("files/inside")
    with tarfile.open(target, "w") as archive:
        if kind == "outside":
            inside.name = "../outside"
        elif kind == "link":
            inside.type, inside.linkname = tarfile.SYMTYPE, "/etc/passwd"
        else:
            inside.type = tarfile.DIRTYPE
        archive.addfile(inside)
    with pytest.raises(CommandError, match="is damaged, or is not a backup"):
        command("restore", str(target), "--replace")
    assert not list(tmp_path.rglob("outside"))


def test_a_place_that_is_not_there_is_a_sentence(tmp_path: Path, db: None) -> None:
    with pytest.raises(CommandError, match=r"^No such file or directory: /"):
        command("backup", str(tmp_path / "nowhere" / "portal.backup"))


def test_the_password_never_stands_on_a_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "sala")
    with backup.environment() as found:
        assert found["PGPASSWORD"] == "sala"
        assert "sala" not in Path(found["PGSERVICEFILE"]).read_text()
    assert not Path(found["PGSERVICEFILE"]).exists()


def test_programs_older_than_the_server_are_passed_over(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/somewhere/{name}")
    monkeypatch.setattr(backup, "_major", lambda _binary: 15)
    assert backup.program("pg_dump") == postgres.program("pg_dump")
    monkeypatch.setattr(backup, "_major", lambda _binary: 99)
    assert backup.program("pg_dump") == Path("/somewhere/pg_dump")
