"""PostgreSQL on a disk that fills up: a write is refused with 503, reading goes on or comes back, nothing is half done."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError
from pytest_django import DjangoDbBlocker

from collaboration.exports.make import make_all
from collaboration.models import Export
from tests.cast import the_cast
from tests.databases import CAST, VAR, locked, sealed
from tests.live import Browser, eventually
from tests.plugin import django_on
from tests.portal import start_portal
from tests.services.exporting import asked, ready
from yhdyspinta.embedded import postgres

MEGABYTE = 1024 * 1024
ROOM = 40 * MEGABYTE
"""What is free beside the data when everything is well."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system in memory with little room beside the cast's database."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with locked(VAR / "lock"):
        template = sealed(CAST)
    size = sum(path.stat().st_size for path in template.rglob("*") if path.is_file()) + ROOM
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(
            f"THE FULL DISK IS NOT TRIED: a small file system cannot be mounted here: {done.stderr.strip()}"
        )
    try:
        shutil.copytree(template, disk / "data")
        yield disk
    finally:
        unmount = ["umount", "--lazy", str(disk)]
        subprocess.run(unmount, check=False)


def fill(disk: Path) -> Path:
    """Fill the disk with one file, to the last byte."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
@pytest.mark.slow
def test_a_write_on_a_full_disk_is_refused_and_everything_goes_on_afterwards(
    small_disk: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    server = postgres.start(small_disk / "data", log=tmp_path / "postgres.log")
    try:
        with django_on(server.url(CAST.name), django_db_blocker):
            cast = the_cast()
            browser, on = Browser(cast["porvoo editor"]), cast.maps["porvoo"]
            export = asked(cast, on, "png")
        portal = start_portal(server.url(CAST.name), log=tmp_path / "portal.log")
        client = browser.at(portal)

        def write(text: str) -> int:
            op = {
                "id": str(uuid4()),
                "subject": f"map:{on.pk}",
                "property": "title_fi",
                "base_version": 10**6,
            }
            return client.post_json(f"/api/v1/maps/{on.pk}/ops/", {**op, "value": text}).status

        try:
            assert write("Ennen") == 200
            filler = fill(small_disk)
            statuses: list[int] = []
            while statuses.count(503) < 20 and len(statuses) < 400:
                statuses.append(write(f"{len(statuses)} {'x' * 100}"))
            assert set(statuses) <= {200, 503}, "no answer is a 500"
            assert 503 in statuses, "the disk was full"
            with django_on(server.url(CAST.name), django_db_blocker), suppress(DatabaseError):
                make_all()  # the worker's round on the full disk: exports stand in the database
            filler.unlink()
            assert eventually(lambda: write("Jälkeen") == 200)
            with django_on(server.url(CAST.name), django_db_blocker):
                Export.objects.filter(pk=export.pk).update(heard_at=None)  # its minutes have passed
                found = Export.objects.get(pk=export.pk)
                assert found.failure == "", "a full disk is no fault of the export"
                assert ready(found).made_at, "it waited for room"
            told = client.get(f"/api/v1/maps/{on.pk}/").json
            assert told["title_fi"] == "Jälkeen"
        finally:
            portal.stop()
    finally:
        server.stop()
