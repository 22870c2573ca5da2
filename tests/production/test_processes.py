"""Production's programs one by one, without a database: how they end, and what they write where."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import ROOT
from tests.faults.killing import children_of
from tests.gear.production import BEAT, WEB, WORKER
from tests.live import eventually
from tests.production.test_settings import GIVEN
from yhdyspinta.embedded import web
from yhdyspinta.embedded.process import free_port, is_free
from yhdyspinta.embedded.valkey import Valkey

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@contextmanager
def running(command: tuple[str, ...], folder: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """The program, with its standard output and its standard error in files of their own."""
    env = {"PATH": os.environ["PATH"]} | GIVEN | more
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=env,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            family = [process.pid, *children_of(process.pid)]
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                for pid in family:
                    os.kill(pid, signal.SIGKILL)
                process.wait()


def is_gone(pid: int) -> bool:
    """Whether the process has ended; one that nobody has buried counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def written(folder: Path) -> list[dict[str, str]]:
    """The lines of the log; every one is JSON, and nothing stands on the standard error."""
    assert (folder / "err").read_text() == ""
    lines = [line for line in (folder / "out").read_text().splitlines() if line and line != FAREWELL]
    return [json.loads(line) for line in lines]


FAREWELL = "worker: Warm shutdown (MainProcess)"
"""What Celery writes past every log when it is asked to stop."""


def test_workers_end_with_their_master_and_free_the_port(tmp_path: Path) -> None:
    port = free_port()
    with running(
        WEB, tmp_path, WEB_BIND=f"127.0.0.1:{port}", WEB_WORKERS="2", DATABASE_SECONDS="1"
    ) as master:
        assert eventually(lambda: web.answers(port))
        assert eventually(lambda: len(children_of(master.pid)) == 2)
        workers = children_of(master.pid)
        master.kill()
        master.wait()
        for pid in workers:
            assert eventually(lambda pid=pid: is_gone(pid)), "the worker has outlived its master"  # type: ignore[misc]
        assert eventually(lambda: is_free(port))


def test_gunicorn_writes_json_to_its_standard_output(tmp_path: Path) -> None:
    port = free_port()
    with running(WEB, tmp_path, WEB_BIND=f"127.0.0.1:{port}", WEB_WORKERS="1", DATABASE_SECONDS="1"):
        assert eventually(lambda: web.answers(port))
    assert {"gunicorn.error", "uvicorn.error", "yhdyspinta.access"} <= {
        line["logger"] for line in written(tmp_path)
    }


@pytest.mark.parametrize("command", [WORKER, BEAT], ids=["worker", "beat"])
def test_celery_writes_json_to_its_standard_output(
    command: tuple[str, ...], tmp_path: Path, valkey: Valkey
) -> None:
    own = tuple(str(tmp_path / "schedule") if part == "/tmp/beat-schedule" else part for part in command)  # noqa: S108
    with running(own, tmp_path, REDIS_URL=valkey.url):
        assert eventually(lambda: '"logger": "celery' in (tmp_path / "out").read_text())
        assert command is WORKER or eventually(lambda: any(tmp_path.glob("schedule*"))), "it has begun"
    assert any(line["logger"].startswith("celery") for line in written(tmp_path))


def test_the_pool_ends_with_the_worker(tmp_path: Path, valkey: Valkey) -> None:
    with running(WORKER, tmp_path, REDIS_URL=valkey.url) as worker:
        assert eventually(lambda: len(children_of(worker.pid)) == 2)
        assert eventually(lambda: "ready" in (tmp_path / "out").read_text())
        pool = children_of(worker.pid)
        worker.kill()
        worker.wait()
        for pid in pool:
            assert eventually(lambda pid=pid: is_gone(pid)), "a process of the pool has outlived the worker"  # type: ignore[misc]
