"""Redis emptied over and over while people read and edit: they notice nothing, and the worker goes on."""

from pathlib import Path

from redis import Redis

from tests.faults.test_kills import works
from tests.faults.writers import Writer, differences
from tests.gear.client import Client
from tests.gear.journey import make_people
from tests.gear.production import HOST, Production

PASSWORD = "a long enough password"  # noqa: S105
ROUNDS = 20
"""Each empties Redis before the pages are read, while a writer edits."""


def test_reading_and_editing_go_on_while_redis_is_emptied(production: Production, tmp_path: Path) -> None:
    people = make_people(production, PASSWORD)
    client = Client(HOST, production.ports)
    client.sign_in(people.editor, PASSWORD)
    map_id = client.new_map(people.editor_place)
    reader = Client(HOST, production.ports, cookies=dict(client.cookies))
    writer = Writer(client, map_id, "title_fi", tmp_path / "acknowledged")
    writer.start()
    pages = ("/", "/kartat/", f"/kartat/{map_id}/lista/", f"/api/v1/maps/{map_id}/changes/")
    try:
        with Redis.from_url(production.env()["REDIS_URL"]) as redis:
            for _round in range(ROUNDS):
                assert redis.flushall()
                assert [reader.get(page).status for page in pages] == [200] * len(pages)
    finally:
        writer.stop()
    assert (writer.problem, writer.tried_again) == ("", 0)
    assert writer.acknowledged > ROUNDS
    assert differences(production.owner_url, map_id, [writer]) == []
    assert works(production)
