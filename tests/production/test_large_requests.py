"""Requests of any size: what is too large is refused in words and kept nowhere, and a full disk stops no file that is brought."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.live import Browser
from tests.portal import PortalServer, start_portal

MEGABYTE = 1024 * 1024


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A place for temporary files on which nothing more fits."""
    disk = tmp_path / "full"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"THE FULL DISK IS NOT TRIED: nothing can be mounted here: {done.stderr.strip()}")
    try:
        with (disk / "filler").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(1024))
        yield disk
    finally:
        unmount = ["umount", "--lazy", str(disk)]
        subprocess.run(unmount, check=False)


def memory_of(portal: PortalServer) -> int:
    """Bytes of memory that the web process holds."""
    status = Path(f"/proc/{portal.child.process.pid}/status").read_text()
    facts = dict(line.split(":", 1) for line in status.splitlines())
    return int(facts["VmRSS"].split()[0]) * 1024


def multipart(content: bytes) -> tuple[bytes, str]:
    """A form with one file, and its type."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="kartta.json"\r\n\r\n'
    return head + content + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"


@pytest.mark.slow
def test_a_file_is_brought_though_the_disk_for_temporary_files_is_full(
    fresh_cast: Cast, fresh_database: str, full_disk: Path, tmp_path: Path
) -> None:
    on = fresh_cast.maps["porvoo"]
    portal = start_portal(fresh_database, log=tmp_path / "portal.log", TMPDIR=str(full_disk))
    try:
        client = Browser(fresh_cast["porvoo editor"]).at(portal)
        body, kind = multipart(b'{"no": "map"}' + b" " * 4_900_000)
        answer = client.request("POST", f"/kartat/{on.pk}/tuonti/", body, Content_Type=kind)
        assert answer.status == 422
        assert "error-summary" in answer.text
    finally:
        portal.stop()
    assert "No space left" not in portal.log.read_text()


@pytest.fixture
def only_portal(fresh_database: str, tmp_path: Path) -> Iterator[PortalServer]:
    """A web process of the test's own."""
    portal = start_portal(fresh_database, log=tmp_path / "portal.log")
    yield portal
    portal.stop()
    assert "Exception in ASGI" not in portal.log.read_text()


FORM, FILES, JSON = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"


@pytest.mark.slow
def test_whoever_sends_without_end_is_refused_and_fills_nothing(only_portal: PortalServer) -> None:
    before, piece = memory_of(only_portal), b"x" * MEGABYTE
    for path, kind, status, words in (
        ("/kirjaudu/", FORM, 413, "This is too large"),
        ("/kirjaudu/", FILES, 413, "This is too large"),
        ("/api/v1/maps/", JSON, 401, "urn:yhdyspinta:problem:not-signed-in"),
    ):
        is_told = kind == FILES  # without its length Django reads none
        line = HTTPConnection("127.0.0.1", int(only_portal.url.rpartition(":")[2]), timeout=60)
        headers = {
            "Content-Type": kind,
            **({"Content-Length": str(100 * MEGABYTE)} if is_told else {"Transfer-Encoding": "chunked"}),
            "Cookie": f"language=en; csrftoken={'x' * 32}",
            "X-CSRFToken": "x" * 32,
        }
        line.request("POST", path, iter([piece] * 100), headers, encode_chunked=not is_told)
        answer = line.getresponse()
        assert (answer.status, words in answer.read().decode()) == (status, True)
        line.close()
        assert memory_of(only_portal) - before < 40 * MEGABYTE
