"""Valkey frozen: it takes connections and answers nothing. People read and edit meanwhile, and the worker comes back."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.faults.test_kills import works
from tests.faults.writers import Writer, differences
from tests.gear.client import Client
from tests.gear.journey import make_people
from tests.gear.production import HOST, Production

PASSWORD = "a long enough password"  # noqa: S105
LONG, SHORT = 60.0, 3.0
"""Seconds that Valkey stands still."""


@pytest.mark.slow
def test_reading_and_editing_go_on_while_redis_is_frozen(
    production: Production, tmp_path: Path, is_long: bool
) -> None:
    people = make_people(production, PASSWORD)
    client = Client(HOST, production.ports)
    client.sign_in(people.editor, PASSWORD)
    map_id = client.new_map(people.editor_place)
    reader = Client(HOST, production.ports, cookies=dict(client.cookies))
    writer = Writer(client, map_id, "title_fi", tmp_path / "acknowledged")
    pages = ("/", "/kartat/", f"/kartat/{map_id}/lista/", f"/api/v1/maps/{map_id}/changes/", "/readyz")
    frozen = production.children["valkey"].process
    writer.start()
    frozen.send_signal(signal.SIGSTOP)
    try:
        until, before = time.monotonic() + (LONG if is_long else SHORT), writer.acknowledged
        while time.monotonic() < until or writer.acknowledged < before + 3:
            assert [reader.get(page).status for page in pages] == [200] * len(pages)
            assert not writer.problem
    finally:
        frozen.send_signal(signal.SIGCONT)
        writer.stop()
    assert (writer.problem, writer.tried_again) == ("", 0)
    assert differences(production.owner_url, map_id, [writer]) == []
    assert works(production)
