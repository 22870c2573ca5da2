"""Eight people edit one map at once while processes are killed, and a checker reads what came of it.

The ordinary run makes a good hundred edits; `--long` makes 5,000, and kills after every 200.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import pytest

from tests.embedded.test_servers import eventually
from tests.faults.editors import Editor
from tests.faults.history import Change, History, Rows, faults, figures
from tests.faults.killing import kills
from tests.faults.replicas import Follower, Replica
from tests.faults.writers import PATIENCE
from tests.gear.client import Client
from tests.gear.production import HOST, Production
from yhdyspinta.embedded import postgres

PASSWORD = "a long enough password"  # noqa: S105

MAKE_EDITORS = """
import json, os
from collaboration.models import Membership, Organisation, User
from services.models import ServiceNode
places = [Organisation.objects.get(kind=kind, code=code)
          for kind, code in (("municipality", "638"), ("wellbeing_services_county", "01"))]
made = []
for number in range(8):
    user = User(email=f"e{number}@portal.example", name=f"e{number}", language="en")
    user.set_password(os.environ["EDITORS_PASSWORD"])
    user.save()
    Membership.objects.create(user=user, organisation=places[number % 2], role="editor")
    made.append([user.name, user.email, places[number % 2].pk])
print(json.dumps([made, ServiceNode.objects.filter(kind="service").order_by("pk")[0].pk]))
"""

READ_ROWS = """
import json, os
from services.models import InterfaceMap
from services.workflows.properties import KINDS
on = InterfaceMap.objects.get(pk=os.environ["MAP"])
print(json.dumps([
    [f"{kind}:{row.pk}", name, property_.read(row)]
    for kind, found in KINDS.items()
    for row in found.rows(on).order_by("pk")
    for name, property_ in found.properties.items()
    if property_.is_versioned
]))
"""

READ_CHANGES = """
    SELECT change.seq, op_id::text, model, subject_id, property, from_value, to_value, name, sent_value,
        (SELECT undone.seq FROM collaboration_change AS undone WHERE undone.id = change.undoes_id)
    FROM collaboration_change change
    JOIN django_content_type subject ON subject.id = subject_type_id
    JOIN collaboration_user person ON person.id = actor_id
    WHERE log_id = %s
    ORDER BY change.seq"""

KIND_OF = {
    "interfacemap": "map",
    "mapparty": "party",
    "mapservice": "service",
    "aspectanswer": "answer",
    "processstep": "step",
    "informationflow": "flow",
    "partyresource": "resource",
    "goalrow": "goal_row",
    "pathstep": "path_step",
    "forumrow": "forum_row",
    "servicechannel": "channel",
    "referralstep": "referral",
}


def rows_of(portal: Production, map_id: int) -> Rows:
    """Every property as the database has it."""
    printed = portal.manage("shell", "--verbosity", "0", "-c", READ_ROWS, MAP=str(map_id))
    return {(subject, name): value for subject, name, value in json.loads(printed.strip().splitlines()[-1])}


def changes_of(portal: Production, map_id: int) -> list[Change]:
    """The change log as the database has it."""
    return [
        Change(seq, op_id, f"{KIND_OF.get(model, model)}:{pk}", name, was, to, by, sent, undoes)
        for seq, op_id, model, pk, name, was, to, by, sent, undoes in postgres.run_sql(
            portal.owner_url, READ_CHANGES, map_id
        )
    ]


def make_editors(portal: Production, folder: Path) -> list[Editor]:
    """Eight people of both parties with sessions of their own, on a new map that each of them has read."""
    printed = portal.manage("shell", "--verbosity", "0", "-c", MAKE_EDITORS, EDITORS_PASSWORD=PASSWORD)
    people, node = json.loads(printed.strip().splitlines()[-1])
    editors: list[Editor] = []
    map_id, hot = 0, list[str]()
    for name, email, organisation in people:
        client = Client(HOST, portal.ports)
        client.sign_in(email, PASSWORD)
        map_id = map_id or client.new_map(organisation)
        replica = Replica(Client(HOST, portal.ports, client.cookies), map_id)
        replica.read()
        hot = hot or hot_aspects(replica, organisation)
        follower = Follower(replica, streams=len(editors) < 6, chance=random.Random())  # noqa: S311
        log = folder / f"{name}.jsonl"
        editors.append(
            Editor(name, organisation, client, replica, follower, hot, node, log, random.Random())  # noqa: S311
        )
    return editors


def hot_aspects(replica: Replica, organisation: int) -> list[str]:
    """Four aspects of the first interface in which both parties meet."""
    interface = next(
        each
        for each, services in replica.meets.items()
        if {replica.owners[f"service:{pk}"] == organisation for pk in services} == {True, False}
    )
    return [subject for subject, of in replica.of.items() if of == interface][:4]


@contextmanager
def at_work(portal: Production, editors: list[Editor]) -> Iterator[None]:
    """Everybody edits and follows for as long as the block lasts, and then follows until they have seen everything."""
    for editor in editors:
        editor.follower.start()
        editor.start()
    try:
        yield
        for editor in editors:
            editor.stop()
        for editor in editors:
            editor.join()
        everybody_has_seen_everything(portal, editors)
    finally:
        for editor in editors:
            editor.stop()
        for editor in editors:
            editor.join()
            editor.follower.stop()


def problems(editors: list[Editor]) -> list[str]:
    """What went wrong for an editor, or in what they were told."""
    return [each.problem or each.replica.problem for each in editors if each.problem or each.replica.problem]


@pytest.mark.slow
def test_eight_people_lose_nothing_whatever_is_killed(
    production: Production, tmp_path: Path, *, is_long: bool
) -> None:
    wanted, kills_wanted = (5000, 25) if is_long else (140, 2)
    editors = make_editors(production, tmp_path)
    map_id = editors[0].replica.map_id
    start = rows_of(production, map_id)
    ways = kills(production)
    names = ["a web process", "the other web process"]
    victims = cycle(
        [*names, "gunicorn's worker", *names, "Redis", *names, "PostgreSQL"] if is_long else names
    )
    done = 0

    def edits() -> int:
        return sum(editor.done for editor in editors)

    def reaches(number: int) -> bool:
        return within_patience(
            lambda: edits() >= number or bool(problems(editors)), times=10 if is_long else 1
        )

    with at_work(production, editors):
        for kill in range(1, kills_wanted + 2):
            assert reaches(wanted * kill // (kills_wanted + 1)), f"{edits()} edits, {done} kills"
            assert problems(editors) == []
            if kill <= kills_wanted:
                ways[next(victims)]()
                done += 1
    history = History(
        f"map:{map_id}",
        start,
        changes_of(production, map_id),
        [exchange for editor in editors for exchange in editor.exchanges],
        rows_of(production, map_id),
        {editor.name: editor.replica.rows for editor in editors},
    )
    found = figures(history) | {
        "kills": done,
        "streams": sum(editor.follower.connected for editor in editors),
        "streams that had missed more than is told": sum(editor.follower.missed_much for editor in editors),
    }
    sys.stdout.write(", ".join(f"{number} {name}" for name, number in found.items()) + "\n")
    assert problems(editors) == []
    assert not (wrong := faults(history)), "\n".join([*wrong, f"The requests and answers are in {tmp_path}."])
    assert is_long or not found["errors"]
    assert all(found[name] for name in ("merges", "conflicts", "undos", "connections cut"))


def within_patience(holds: Callable[[], bool], *, times: int) -> bool:
    """Whether it comes true; the limit is only for a portal that does not come back."""
    deadline = time.monotonic() + PATIENCE * times
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def everybody_has_seen_everything(portal: Production, editors: list[Editor]) -> None:
    """Wait for requests that nobody waits for, and until every replica is at the map's number."""

    def number() -> int:
        statement = "SELECT seq FROM services_interfacemap WHERE id = %s"
        [(seq,)] = postgres.run_sql(portal.owner_url, statement, editors[0].replica.map_id)
        return int(seq)

    def is_still() -> bool:
        before = number()
        time.sleep(1)
        return number() == before

    assert eventually(is_still)
    eventually(lambda: all(editor.replica.seq == number() for editor in editors))
    seen = {editor.name: editor.replica.seq for editor in editors}
    assert set(seen.values()) == {number()}, (seen, problems(editors))
