"""PostgreSQL and Valkey from wheels: they start, survive a crash, and end with their parent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.checkout import processes_in
from tests.databases import ROOT
from yhdyspinta.embedded import postgres
from yhdyspinta.embedded.postgres import Postgres, run_sql
from yhdyspinta.embedded.process import Child, EmbeddedError
from yhdyspinta.embedded.valkey import Valkey

PARENT = """
import time
from pathlib import Path
from yhdyspinta.embedded import postgres, valkey
folder = Path.cwd()
postgres.start(folder / "data", log=folder / "postgres.log", durable=False)
valkey.start(folder=folder, log=folder / "valkey.log")
print("started", flush=True)
time.sleep(600)
"""

ADDING = """
from celery import Celery
app = Celery("adding", broker="{url}", backend="{url}")
app.conf.broker_connection_retry_on_startup = True
@app.task
def add(a: int, b: int) -> int:
    return a + b
"""


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it comes true; the limit only keeps a broken test from hanging."""
    deadline = time.monotonic() + 30
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Postgres]:
    """A PostgreSQL server of this test alone."""
    server = postgres.start(tmp_path / "data", log=tmp_path / "postgres.log")
    yield server
    server.stop()


def test_postgres_starts_with_what_the_portal_uses(server: Postgres) -> None:
    postgres.create_database(server, "portal")
    postgres.create_database(server, "portal")
    run_sql(server.url(), "CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist")
    [(version, stems)] = run_sql(server.url(), "SELECT version(), to_tsvector('finnish', 'kunnassa')::text")
    assert version.startswith("PostgreSQL 18")
    assert "kun" in stems


def test_postgres_killed_starts_again_with_every_committed_row(server: Postgres, tmp_path: Path) -> None:
    run_sql(server.url("postgres"), "CREATE TABLE kept AS SELECT 1 AS one")
    server.child.process.send_signal(signal.SIGKILL)
    server.child.process.wait()
    again = postgres.start(tmp_path / "data", log=tmp_path / "postgres.log")
    try:
        assert run_sql(again.url("postgres"), "SELECT one FROM kept") == [(1,)]
    finally:
        again.stop()


def test_data_of_another_version_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedError, match="belongs to PostgreSQL 12, this is 18"):
        postgres.start(tmp_path / "data", log=tmp_path / "postgres.log")


def test_a_data_folder_half_made_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "data.half-made" / "base").mkdir(parents=True)
    server = postgres.start(tmp_path / "data", log=tmp_path / "postgres.log")
    server.stop()
    assert not (tmp_path / "data.half-made").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_parent_killed_leaves_no_process(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "started\n"
        assert len(processes_in(tmp_path)) > 2
        parent.kill()
    assert eventually(lambda: not processes_in(tmp_path)), processes_in(tmp_path)


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    child = Child.start("cp", ["cp", "/etc/hostname", "/dev/full"], log=tmp_path / "cp.log")
    with pytest.raises(EmbeddedError, match=r"^The disk is full: [^\n]*$"):
        child.wait()


def test_valkey_carries_a_task_to_a_worker_and_its_answer_back(valkey: Valkey, tmp_path: Path) -> None:
    from celery import Celery

    (tmp_path / "adding.py").write_text(ADDING.format(url=valkey.url))
    worker = Child.start(
        "The worker",
        [sys.executable, "-m", "celery", "-A", "adding", "worker", "--pool", "threads", "--without-mingle"],
        log=tmp_path / "worker.log",
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
    )
    try:
        with Celery("asking", broker=valkey.url, backend=valkey.url) as app:
            answer = app.send_task("adding.add", (2, 3))
            worker.wait_until(answer.ready)
            assert answer.get() == 5
    finally:
        worker.stop()
