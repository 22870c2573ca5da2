"""Live streams with the processes of production: one that is stopped in good order, and its browsers go on at another."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

from tests.gear.client import Client
from tests.gear.journey import make_people
from tests.gear.production import HOST, Production, ready
from tests.live import eventually, listening
from tests.portal import PortalServer

PASSWORD = "a long enough password"  # noqa: S105


def test_a_web_process_that_is_stopped_ends_its_streams_and_they_go_on_elsewhere(
    production: Production,
) -> None:
    people = make_people(production, PASSWORD)
    client = Client(HOST, production.ports[1:])
    client.sign_in(people.editor, PASSWORD)
    map_id = client.new_map(people.editor_place)
    session = client.cookies["sessionid"]
    one, other = (
        PortalServer(f"http://127.0.0.1:{port}", production.application_url, production.children[name])
        for port, name in zip(production.ports, production.web_names, strict=True)
    )

    def write(text: str) -> int:
        op = {"id": str(uuid4()), "subject": f"map:{map_id}", "property": "title_fi", "base_version": 10**6}
        answer = client.post_json(f"/api/v1/maps/{map_id}/ops/", {**op, "value": text})
        assert answer.status == 200, answer.text
        return int(answer.json["version"])

    with listening(one, session, f"map-{map_id}:0", host=HOST) as before:
        assert before.response.headers["X-Accel-Buffering"] == "no"
        assert before.hears(write("Ensin"))
        stopped = production.children["web1"]
        stopped.ask_to_stop()
        assert eventually(lambda: before.ended)
        assert eventually(lambda: stopped.ended)
        assert stopped.process.returncode == 0, "gunicorn itself has stopped"
        write("Sillä välin")
        with listening(other, session, f"map-{map_id}:0", before.last_id, host=HOST) as after:
            assert after.hears(write("Sitten"))
            assert before.seqs + after.seqs == [1, 2, 3]
    assert eventually(partial(ready, production.ports[0]))
