"""Redis off for a whole run: people read and edit as always, and nothing that they did is lost."""

from pathlib import Path

import pytest

from tests.embedded.test_servers import eventually
from tests.gear.client import Client
from tests.gear.journey import make_people, walk
from tests.gear.production import HOST, Production
from yhdyspinta.embedded import postgres

PASSWORD = "a long enough password"  # noqa: S105

WAITING = """SELECT count(*) FROM collaboration_notification
    WHERE mailed_at IS NULL AND dropped_at IS NULL AND read_at IS NULL"""


@pytest.mark.slow
def test_reading_and_editing_go_on_without_redis(production: Production, tmp_path: Path) -> None:
    """Processes of their own, on the database of the others: a PostgreSQL that is given."""
    given = (production.owner_url, production.application_url)
    portal = Production(tmp_path, redis=False, given=given, static=production.static_folder)
    portal.start()
    try:
        people = make_people(portal, PASSWORD)
        client = Client(HOST, portal.ports)
        steps = list(walk(client, people, PASSWORD))
        assert steps[-1] == "signing out ends it"
        assert client.get("/readyz").json == {
            "status": "degraded",
            "database": "ok",
            "redis": "does not answer",
        }
        # what the clock would do is a command as well
        assert "mails" in portal.manage("mail_notifications")
        assert "sealed events" in portal.manage("seal_events")
        assert eventually(lambda: postgres.run_sql(portal.owner_url, WAITING) == [(0,)])
    finally:
        portal.stop()
