"""One file with everything that the portal keeps: the database, and what it must look like.

A tar of `manifest.json` and `database.dump` (PostgreSQL's custom format). The manifest's counts and the
newest seal are read in the very snapshot that pg_dump dumps, so they are equal whoever writes meanwhile.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from itertools import takewhile
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from psycopg2 import sql  # type: ignore[import-untyped]

from collaboration import seals
from collaboration.models import Seal
from yhdyspinta.embedded import postgres
from yhdyspinta.embedded.process import EmbeddedError

FORMAT = 1
INSTALL = "on Debian and Ubuntu with: apt-get install postgresql-client-18"
DUMP, MANIFEST = "database.dump", "manifest.json"


class BackupError(Exception):
    """A backup could not be made or restored; the message is for the person at the terminal."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: how many rows, the newest seal, and the hash of each file in it."""

    format: int
    made_at: str
    rows: dict[str, int]
    root: str
    hashes: dict[str, str]


def program(name: str) -> Path:
    """A client program of PostgreSQL that is not older than the server: the system's, else the wheel's."""
    found = shutil.which(name)
    if found and _major(found) >= connection.cursor().connection.server_version // 10_000:
        return Path(found)
    try:
        return postgres.program(name)
    except EmbeddedError:
        raise BackupError(
            f"{name} is missing or older than the server: install the client programs of PostgreSQL, {INSTALL}"
        ) from None


def _major(binary: str) -> int:
    told = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    digits = told.rpartition(") ")[2].split(".")[0].split()
    return int(digits[0]) if digits and digits[0].isdecimal() else 0


@contextmanager
def environment() -> Iterator[dict[str, str]]:
    """How PostgreSQL's programs find the database, with all that DATABASE_URL says of how to connect.

    It stands in a file of ours: not all of it has a variable, and a command line is anybody's to read.
    """
    given = connection.get_connection_params()
    password = {"PGPASSWORD": given.pop("password")} if "password" in given else {}
    of_libpq = {name: value for name, value in given.items() if name != "cursor_factory"}
    with tempfile.NamedTemporaryFile("w", prefix="portal-service-", encoding="utf-8") as file:
        file.write("[portal]\n" + "".join(f"{name}={value}\n" for name, value in of_libpq.items()))
        file.flush()
        yield os.environ | password | {"LC_ALL": "C", "PGSERVICEFILE": file.name, "PGSERVICE": "portal"}


def run(name: str, *arguments: str | Path) -> None:
    """Run one program of PostgreSQL; its last words become the sentence when it fails."""
    with environment() as found:
        done = subprocess.run(  # noqa: S603
            [program(name), *arguments], env=found, capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        if "SSL support is not compiled in" in done.stderr:
            raise BackupError(
                f"This {name} cannot encrypt, as DATABASE_URL asks: install the client programs of PostgreSQL, {INSTALL}"
            )
        words = [line for line in lines if "error" in line.lower()] or lines or [str(done.returncode)]
        raise BackupError(f"{name} failed: {words[0]}")


def row_counts() -> dict[str, int]:
    """How many rows each table holds: each that is there, whichever version of the portal made it."""
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            counts[table] = int(cursor.fetchone()[0])
    return counts


def sha256(path: Path) -> str:
    """The hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def back_up(target: Path) -> Manifest:
    """Write the backup to `target`; until it is whole it has another name."""
    seals.seal_events()
    if found := list(seals.problems()):
        raise BackupError(
            "Nothing was backed up, because the events are not as they were sealed. " + found[0]
        )
    half_made = target.with_name(f"{target.name}.half-made")
    descriptor = os.open(half_made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder, os.fdopen(descriptor, "wb") as file:
            dump = Path(folder) / DUMP
            rows, root = dump_database(dump)
            with tarfile.open(fileobj=file, mode="w") as archive:
                hashes = {DUMP: sha256(dump)}
                archive.add(dump, DUMP)
                made_at = timezone.now().isoformat(timespec="seconds")
                manifest = Manifest(FORMAT, made_at, rows, root, hashes)
                note = Path(folder) / MANIFEST
                note.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
                archive.add(note, MANIFEST)
            file.flush()
            os.fsync(file.fileno())
        half_made.replace(target)
    finally:
        half_made.unlink(missing_ok=True)
    return manifest


def dump_database(dump: Path) -> tuple[dict[str, int], str]:
    """Dump one snapshot of the database; the row counts and the newest root of the same snapshot."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        rows, latest = row_counts(), Seal.objects.last()
        run(
            "pg_dump",
            "--format=custom",
            f"--snapshot={snapshot}",
            "--no-owner",
            "--no-privileges",
            "-f",
            dump,
        )
    return rows, latest.root if latest else ""


def read(source: Path, folder: Path) -> Manifest:
    """Unpack a backup into `folder` and check each part against its hash."""
    try:
        unpack(source, folder)
        told: dict[str, Any] = dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise BackupError(f"{source} is not there, or is not a backup of this portal.") from None
    except (tarfile.TarError, ValueError, EOFError):
        raise BackupError(f"{source} is damaged, or is not a backup of this portal.") from None
    if told.get("format") != FORMAT or set(told) != {field.name for field in fields(Manifest)}:
        raise BackupError(
            f"{source} has the format {told.get('format')}, and this version reads {FORMAT}: "
            "restore it with the version of the portal that made it."
        )
    manifest = Manifest(**told)
    for name, digest in manifest.hashes.items():
        if not (folder / name).is_file() or sha256(folder / name) != digest:
            raise BackupError(f"{source} is damaged: its part {name} is not as it was written.")
    return manifest


def unpack(source: Path, folder: Path) -> None:
    """Write the files of the archive. Not by `extractall`, whose filter Python 3.11.0 to 3.11.3 does not know."""
    with tarfile.open(source) as archive:
        for member in archive:
            place = folder / member.name
            content = archive.extractfile(member) if member.isfile() else None
            if not content or not place.resolve().is_relative_to(folder.resolve()):
                raise tarfile.ExtractError("A backup holds files only.")
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as file:
                shutil.copyfileobj(content, file)


def restore(source: Path, *, replace: bool) -> Manifest:
    """Bring the database back. All or nothing: one that fails to load stays as it was."""
    if not owns_database():
        raise BackupError("Only the owner of the database restores: set DATABASE_URL to the owner's address.")
    if not replace and connection.introspection.table_names():
        raise BackupError("The database is not empty: add --replace to throw its content away.")
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        unpacked = Path(folder)
        manifest = read(source, unpacked)
        script = unpacked / "database.sql"
        run("pg_restore", "--no-owner", "--no-privileges", "-f", script, unpacked / DUMP)
        refuse_the_future(script)
        load_database(script)
        check_rows(manifest)
    call_command("migrate", verbosity=0)
    check(manifest)
    return manifest


def owns_database() -> bool:
    """Whether the role that we work as owns the database, or may do all that its owner may."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, datdba, 'USAGE') FROM pg_database WHERE datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def refuse_the_future(script: Path) -> None:
    """Raise BackupError when the dump has migrations that this code has not: it would not know what it holds."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    names = {*known, *(replaced for migration in known.values() for replaced in migration.replaces)}
    if ahead := [f"{app}.{name}" for app, name in migrations_in(script) if (app, name) not in names]:
        raise BackupError(
            f"The backup knows migrations that this code does not: {', '.join(ahead)}. "
            "Restore it with the version of the portal that made it, or a newer one."
        )


def migrations_in(script: Path) -> Iterator[tuple[str, str]]:
    """The migrations that were applied to the database that the script makes: its app and its name."""
    with script.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith("COPY public.django_migrations (id, app, name, "):
                for row in takewhile(lambda row: row != "\\.\n", lines):
                    _id, app, name, _applied = row.split("\t")
                    yield app, name


def load_database(script: Path) -> None:
    """Replace the content of the database by the script's, in one transaction."""
    connection.close()  # our own open transaction would wait for us
    run(
        "psql",
        *("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output", os.devnull),
        *("--command", "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public"),
        *("--file", script),
    )


def check_rows(manifest: Manifest) -> None:
    """Raise BackupError when not as many rows were loaded as the manifest says: asked before migrations change them."""
    found = row_counts()
    if differing := [table for table, count in manifest.rows.items() if found.get(table) != count]:
        raise BackupError(
            f"The restored rows are not as many as the backup says, in: {', '.join(differing)}."
        )


def check(manifest: Manifest) -> None:
    """Raise BackupError when what was restored is not what the manifest says."""
    if wrong := list(seals.problems(manifest.root)):
        raise BackupError("The restored events are not as they were sealed. " + wrong[0])
