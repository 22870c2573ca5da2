"""kill -9 of every process while people edit: each acknowledged write is there once, and the portal comes back alone.

The ordinary run kills one of each group, another each time; `--long` kills everything in twenty rounds.
"""

import random
import sys
from pathlib import Path

import pytest
from celery import Celery

from tests.embedded.test_servers import eventually
from tests.faults.killing import kills
from tests.faults.writers import Writer, differences
from tests.gear.client import Client
from tests.gear.journey import make_people
from tests.gear.production import HOST, Production
from yhdyspinta.embedded import postgres

GROUPS = (
    ("a web process", "the other web process", "gunicorn's worker"),
    ("the worker", "a process of the worker", "the clock", "Redis"),
    ("PostgreSQL", "a process of PostgreSQL"),
)
RESTARTED = {"worker": "the worker", "beat": "the clock", "valkey": "Redis"}
PASSWORD = "a long enough password"  # noqa: S105

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and kills by it")


UNSEALED = """SELECT count(*) FROM collaboration_event
    WHERE id > (SELECT coalesce(max(last_event), 0) FROM collaboration_seal)"""


def works(production: Production) -> bool:
    """Whether a task that is sent now is done: the worker seals the events."""
    with Celery(broker=production.env()["REDIS_URL"]) as app:
        app.send_task("collaboration.tasks.seal_events")
    return eventually(lambda: postgres.run_sql(production.owner_url, UNSEALED) == [(0,)])


def victims(names: list[str], *, is_long: bool) -> list[str]:
    """What is killed, one after another."""
    rounds = [random.sample(names, len(names)) for _round in range(20)]
    return [name for each in rounds for name in each] if is_long else [random.choice(of) for of in GROUPS]  # noqa: S311


@pytest.mark.slow
def test_what_was_acknowledged_is_there_once_whatever_is_killed(
    production: Production, tmp_path: Path, *, is_long: bool
) -> None:
    ways = kills(production)
    assert {name for group in GROUPS for name in group} == set(ways)
    killed = victims(list(ways), is_long=is_long)
    people = make_people(production, PASSWORD)
    writers = []
    map_id = 0
    for name in ("title_fi", "title_sv"):
        client = Client(HOST, production.ports)
        client.sign_in(people.editor, PASSWORD)
        map_id = map_id or client.new_map(people.editor_place)
        writers.append(Writer(client, map_id, name, tmp_path / f"{name}.acknowledged"))

    def goes_on() -> bool:
        """Both writers get answers again, several of them."""
        wanted = [writer.acknowledged + 3 for writer in writers]
        return eventually(
            lambda: (
                any(writer.problem for writer in writers)
                or all(writer.acknowledged >= least for writer, least in zip(writers, wanted, strict=True))
            )
        )

    for writer in writers:
        writer.start()
    try:
        assert goes_on()
        for name in killed:
            ways[name]()
            assert goes_on(), f"after killing {name}: {[writer.problem for writer in writers]}"
    finally:
        for writer in writers:
            writer.stop()
    assert [writer.problem for writer in writers] == ["", ""]
    assert differences(production.owner_url, map_id, writers) == []
    for child, name in RESTARTED.items():
        assert eventually(lambda child=child: not production.children[child].ended)  # type: ignore[misc]
        assert production.restarts.get(child, 0) >= killed.count(name)
    assert works(production)
    assert "is as it was sealed" in production.manage("verify_events")
    sys.stdout.write(
        f"{sum(writer.acknowledged for writer in writers)} acknowledged writes, {len(killed)} kills, "
        f"{sum(writer.tried_again for writer in writers)} requests sent again\n"
    )
