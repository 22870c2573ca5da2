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
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import connection

from collaboration import seals
from collaboration.models import Event, Organisation, Seal
from tests.factories.collaboration import EventFactory, OrganisationFactory
from tests.plugin import TestRun
from yhdyspinta import backup
from yhdyspinta.embedded import postgres


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    """A folder with two uploaded files."""
    folder = tmp_path / "files"
    (folder / "2026").mkdir(parents=True)
    (folder / "2026" / "liite ä.pdf").write_bytes(b"%PDF ...")
    (folder / "tyhjä").write_bytes(b"")
    settings.MEDIA_ROOT = folder
    return folder


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
    fresh_database: str, other_database: str, files: Path, tmp_path: Path
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
    assert "2 uploaded files" in said
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
    (files / "tyhjä").write_bytes(b"changed since")
    said = command("restore", str(target), "--replace")
    assert "Every event is as it was sealed" in said
    assert Organisation.objects.get(pk=place.pk).name_fi == "Åbo ö"
    assert Event.objects.count() == told["rows"]["collaboration_event"]
    assert Seal.objects.last().root == told["root"]  # type: ignore[union-attr]
    assert (files / "tyhjä").read_bytes() == b""
    assert (files / "2026" / "liite ä.pdf").read_bytes() == b"%PDF ..."
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


def test_a_place_that_is_not_there_is_a_sentence(tmp_path: Path, db: None) -> None:
    with pytest.raises(CommandError, match=r"^No such file or directory: /"):
        command("backup", str(tmp_path / "nowhere" / "portal.backup"))


def test_the_password_never_stands_on_a_command_line(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setitem(project.DATABASES["default"], "PASSWORD", "sala")
    assert backup.environment()["PGPASSWORD"] == "sala"


def test_programs_older_than_the_server_are_passed_over(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/somewhere/{name}")
    monkeypatch.setattr(backup, "_major", lambda _binary: 15)
    assert backup.program("pg_dump") == postgres.program("pg_dump")
    monkeypatch.setattr(backup, "_major", lambda _binary: 99)
    assert backup.program("pg_dump") == Path("/somewhere/pg_dump")
