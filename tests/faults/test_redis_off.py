"""Redis off for a whole run: people read and edit as always, and nothing that they did is lost."""

from pathlib import Path

from yhdyspinta.embedded import postgres
from yhdyspinta.embedded.client import Client
from yhdyspinta.embedded.journey import make_people, walk
from yhdyspinta.embedded.production import HOST, Production

PASSWORD = "a long enough password"  # noqa: S105


def test_reading_and_editing_go_on_without_redis(tmp_path: Path) -> None:
    portal = Production(tmp_path, redis=False)
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
        waiting = postgres.run_sql(
            portal.owner_url, "SELECT count(*) FROM collaboration_notification WHERE mailed_at IS NULL"
        )
        assert waiting == [(0,)]
    finally:
        portal.stop()
