"""One file with everything that the portal keeps: the database, the uploaded files, and what both must look like.

A tar of `manifest.json`, `database.dump` (PostgreSQL's custom format) and `files/...`. The manifest's counts and the
newest seal are read in the very snapshot that pg_dump dumps, so they are equal whoever writes meanwhile.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from psycopg2 import sql  # type: ignore[import-untyped]

from collaboration import seals
from collaboration.models import Seal
from yhdyspinta.embedded import postgres
from yhdyspinta.embedded.process import EmbeddedError

FORMAT = 1
DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "files"


class BackupError(Exception):
    """A backup could not be made or restored; the message is for the person at the terminal."""


def sentence(error: Exception) -> str:
    """What the person at the terminal reads: never an errno, and one line of what PostgreSQL says."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error).strip().splitlines()[0] if isinstance(error, DatabaseError) else str(error)


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
            f"{name} is missing or older than the server: install the client programs of PostgreSQL, "
            "on Debian and Ubuntu with: apt-get install postgresql-client-18"
        ) from None


def _major(binary: str) -> int:
    told = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    digits = told.rpartition(") ")[2].split(".")[0].split()
    return int(digits[0]) if digits and digits[0].isdecimal() else 0


def environment() -> dict[str, str]:
    """How PostgreSQL's programs find the database; the password never stands on a command line."""
    database = settings.DATABASES["default"]
    named = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    given = {name: str(database.get(key) or "") for name, key in named.items()}
    if settings.DATABASES["default"]["NAME"] != connection.settings_dict["NAME"]:
        given["PGDATABASE"] = str(connection.settings_dict["NAME"])
    return postgres.environment() | {name: value for name, value in given.items() if value}


def run(name: str, *arguments: str | Path) -> None:
    """Run one program of PostgreSQL; its last words become the sentence when it fails."""
    done = subprocess.run(  # noqa: S603
        [program(name), *arguments], env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        words = [line for line in lines if "error" in line.lower()] or lines or [str(done.returncode)]
        raise BackupError(f"{name} failed: {words[0]}")


def row_counts() -> dict[str, int]:
    """How many rows each table of ours holds."""
    models = apps.get_models(include_auto_created=True)
    tables = sorted({model._meta.db_table for model in models if model._meta.managed})  # others are views
    counts = {}
    with connection.cursor() as cursor:
        for table in tables:
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
                for path in uploaded_files():
                    name = f"{FILES}/{path.relative_to(settings.MEDIA_ROOT)}"
                    hashes[name] = sha256(path)
                    archive.add(path, name)
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


def uploaded_files() -> list[Path]:
    """The files that people have uploaded; none when the folder is not there yet."""
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def read(source: Path, folder: Path) -> Manifest:
    """Unpack a backup into `folder` and check each part against its hash."""
    try:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**told)
    except FileNotFoundError:
        raise BackupError(f"{source} is not there, or is not a backup of this portal.") from None
    except (tarfile.TarError, ValueError, TypeError, EOFError):
        raise BackupError(f"{source} is damaged, or is not a backup of this portal.") from None
    if manifest.format != FORMAT:
        raise BackupError(f"{source} has the format {manifest.format}, and this version reads {FORMAT}.")
    for name, digest in manifest.hashes.items():
        if not (folder / name).is_file() or sha256(folder / name) != digest:
            raise BackupError(f"{source} is damaged: its part {name} is not as it was written.")
    return manifest


def restore(source: Path, *, replace: bool) -> Manifest:
    """Bring the database and the files back. All or nothing: a database that fails to load stays as it was."""
    files = Path(settings.MEDIA_ROOT)
    if not owns_database():
        raise BackupError("Only the owner of the database restores: set DATABASE_URL to the owner's address.")
    if not replace and (connection.introspection.table_names() or uploaded_files()):
        raise BackupError(
            "The database or the folder of files is not empty: add --replace to throw its content away."
        )
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        unpacked = Path(folder)
        manifest = read(source, unpacked)
        load_database(unpacked / DUMP, unpacked / "database.sql")
        if files.exists():
            shutil.rmtree(files, ignore_errors=True)
        if (unpacked / FILES).exists():
            shutil.copytree(unpacked / FILES, files, dirs_exist_ok=True)
    check(manifest)
    return manifest


def owns_database() -> bool:
    """Whether the role that we work as owns the database, or may do all that its owner may."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, datdba, 'USAGE') FROM pg_database WHERE datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def load_database(dump: Path, script: Path) -> None:
    """Replace the content of the database by the dump, in one transaction."""
    run("pg_restore", "--no-owner", "--no-privileges", "-f", script, dump)
    connection.close()  # our own open transaction would wait for us
    run(
        "psql",
        *("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output", os.devnull),
        *("--command", "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public"),
        *("--file", script),
    )


def check(manifest: Manifest) -> None:
    """Raise BackupError when what was restored is not what the manifest says."""
    if (found := row_counts()) != {table: manifest.rows.get(table, 0) for table in found}:
        differing = [table for table, count in found.items() if count != manifest.rows.get(table, 0)]
        raise BackupError(
            f"The restored rows are not as many as the backup says, in: {', '.join(differing)}."
        )
    if wrong := list(seals.problems(manifest.root)):
        raise BackupError("The restored events are not as they were sealed. " + wrong[0])
    for name, digest in manifest.hashes.items():
        path = Path(settings.MEDIA_ROOT) / name.removeprefix(f"{FILES}/")
        if name != DUMP and sha256(path) != digest:
            raise BackupError(f"The restored file {name} is not as it was backed up.")
