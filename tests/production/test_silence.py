"""A database that answers nothing: a pooler's queue, a frozen server, one of another version. Nobody waits for minutes."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.gear.production import BEAT, WORKER
from tests.live import eventually
from tests.plugin import TestRun
from tests.portal import start_portal
from tests.production.servers import silent_postgres
from tests.production.test_settings import GIVEN, STARTS, python
from yhdyspinta.embedded import postgres

PAGE = "/asukkaalle/fi/"
"""A page that asks the database, and nobody to sign in."""


def status_of(address: str) -> int:
    """The status of the answer."""
    try:
        with urlopen(address, timeout=60) as answer:
            return int(answer.status)
    except HTTPError as refused:
        return int(refused.code)


@pytest.mark.parametrize(
    "version", ["", "18.6"], ids=["accepts and says nothing", "lets in and says nothing"]
)
@pytest.mark.slow
def test_a_page_is_answered_though_the_database_says_nothing(version: str, tmp_path: Path) -> None:
    with silent_postgres(version) as url:
        portal = start_portal(url, log=tmp_path / "portal.log", DATABASE_SECONDS="1")
        try:
            assert status_of(f"{portal.url}/kirjaudu/") == 200, "what needs no database is there"
            assert status_of(f"{portal.url}{PAGE}") == 503
            assert status_of(f"{portal.url}/readyz") == 503
        finally:
            portal.stop()


@pytest.mark.slow
def test_frozen_sessions_hold_no_page_and_afterwards_everything_goes_on(
    test_run: TestRun, tmp_path: Path
) -> None:
    """The connections are kept, so a statement is sent and its answer never comes."""
    name = test_run.reference.clone()
    portal = start_portal(test_run.reference.url(name), log=tmp_path / "portal.log", DATABASE_SECONDS="2")
    frozen: list[int] = []
    try:
        assert status_of(f"{portal.url}/readyz") == status_of(f"{portal.url}{PAGE}") == 200
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = %s"
        frozen = [pid for (pid,) in postgres.run_sql(test_run.reference.url("postgres"), asked, name)]
        assert len(frozen) >= 2
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        assert status_of(f"{portal.url}/readyz") == 503
        assert status_of(f"{portal.url}{PAGE}") == 503
        assert eventually(lambda: status_of(f"{portal.url}{PAGE}") == 200), "by a new connection"
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
        portal.stop()
        test_run.reference.drop(name)
    assert "did not answer in 2 seconds" in portal.log.read_text()


PROGRAMS = {
    "manage.py": STARTS["manage.py"],
    "gunicorn": STARTS["gunicorn"],
    "the worker": ("-m", *WORKER),
    "the clock": ("-m", *BEAT),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_older_postgresql_ends_the_program_with_a_sentence(program: str) -> None:
    with silent_postgres("17.4") as url:
        started = python(*PROGRAMS[program], **GIVEN | {"DATABASE_URL": url})
    assert started.returncode != 0
    assert "PostgreSQL 18 or later is required (found 17.4)." in started.stderr
    assert "Traceback" not in started.stderr + started.stdout
