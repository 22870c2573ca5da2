"""What machines ask: health, readiness, metrics; and what the logs and Sentry may hold."""

import json
import logging
from typing import Any

import pytest
from django.core.checks import WARNING
from django.db import OperationalError, connection, connections
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tests.factories.collaboration import NotificationFactory
from yhdyspinta import checks, health, sentry
from yhdyspinta.embedded import postgres
from yhdyspinta.logs import JsonFormatter, scrub

CODE = "131052-308T"  # the example that the Digital and Population Data Services Agency publishes


@pytest.fixture
def outsider() -> Client:
    """Someone who has not signed in, by a name that is not the portal's."""
    return Client(headers={"Host": "10.0.0.7:8000"})


def test_the_process_answers_without_a_database(outsider: Client) -> None:
    assert outsider.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_without_redis_the_portal_is_degraded_yet_ready(outsider: Client, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = outsider.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")


@pytest.mark.django_db
@pytest.mark.usefixtures("valkey")
def test_with_everything_the_portal_is_ready(outsider: Client) -> None:
    assert outsider.get("/readyz").json() == {"status": "ok", "database": "ok", "redis": "ok"}


@pytest.mark.django_db
def test_a_migration_that_waits_is_not_ready(outsider: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.Migrated, "known", False)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'services')"
        )
    answer = outsider.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "1 migrations are not applied")


def test_a_database_that_takes_no_writes_is_not_ready(outsider: Client, fresh_database: str) -> None:
    """A replica, or one that somebody has set so."""
    name = fresh_database.rpartition("/")[2]
    postgres.run_sql(fresh_database, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    connection.close()
    answer = outsider.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "takes no writes")


def test_a_newer_postgresql_is_only_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for found, said in ((180_003, 0), (190_001, 1)):
        monkeypatch.setitem(connections["default"].__dict__, "pg_version", found)
        warnings = checks.postgresql_is_tried(databases=["default"])
        assert [warning.level for warning in warnings] == [WARNING] * said
    assert "tried with PostgreSQL 18, and this is 19" in warnings[0].msg


def test_without_a_database_the_portal_is_not_ready(
    outsider: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: Any) -> None:
        raise OperationalError("connection to server at 10.0.0.9 failed")

    monkeypatch.setattr(connection, "cursor", fails)
    answer = outsider.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "does not answer")
    assert "10.0.0.9" not in answer.content.decode()


@pytest.mark.django_db
def test_metrics_name_views_and_count_what_waits(client: Client) -> None:
    NotificationFactory.create()
    client.get("/kirjaudu/")
    client.generic("BREW", "/kirjaudu/unohtunut/x/y/")
    text = client.get("/metrics").content.decode()
    samples = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples[("portal_mails_waiting",)] == 1
    assert samples[("portal_events_unsealed",)] == 1
    assert samples[("portal_database_up",)] == 1
    signing_in = (("method", "GET"), ("status", "200"), ("view", "collaboration:sign_in"))
    assert samples[("portal_requests_total", *signing_in)] >= 1
    assert "BREW" not in text
    assert "unohtunut" not in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "sent", "address", "status"),
    [
        ("", {}, "127.0.0.1", 200),
        ("", {}, "192.0.2.1", 404),
        ("", {"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", 404),
        ("secret", {}, "127.0.0.1", 404),
        ("secret", {"Authorization": "Bearer wrong"}, "127.0.0.1", 404),
        ("secret", {"Authorization": "Bearer sécret"}, "127.0.0.1", 404),
        ("secret", {"Authorization": "Bearer secret"}, "192.0.2.1", 200),
    ],
)
def test_metrics_are_for_this_machine_or_for_the_token(
    settings: Any, token: str, sent: dict[str, str], address: str, status: int
) -> None:
    settings.METRICS_TOKEN = token
    answer = Client(REMOTE_ADDR=address).get("/metrics", headers=sent)
    assert answer.status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["x", "a" * 65, "a b c d e f g h", "{}<script>"])
def test_a_request_gets_an_id_and_an_unfit_one_is_not_taken_over(client: Client, given: str) -> None:
    got = client.get("/", headers={"X-Request-ID": given})["X-Request-ID"]
    assert got != given
    assert len(got) == 32


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("mail to matti.meikalainen@kunta.fi failed", "mail to [e-mail] failed"),
        (f"the text {CODE}, was refused", "the text [identity code] was refused"),
        ("/kirjaudu/unohtunut/MQ/c1-abc/ failed", "/kirjaudu/unohtunut/[link]/ failed"),
        ("Not Found: /palvelut/?haku=Matti", "Not Found: /palvelut/?[query]"),
        ("duplicate key\nDETAIL:  Key (name)=(Matti) already exists.\n", "duplicate key\n\n"),
        ("diary number 123456/2026 is kept", "diary number 123456/2026 is kept"),
    ],
)
def test_personal_data_is_scrubbed(said: str, written: str) -> None:
    assert scrub(said) == written


def test_a_line_is_json_with_known_facts_only() -> None:
    record = logging.makeLogRecord(
        {
            "name": "x",
            "levelname": "INFO",
            "msg": "to %s",
            "args": ("a@b.fi",),
            "status": 200,
            "body": "secret",
        }
    )
    line = json.loads(JsonFormatter().format(record))
    assert (line["message"], line["status"]) == ("to [e-mail]", 200)
    assert "body" not in line


def test_sentry_gets_the_place_of_an_error_and_nothing_of_the_person() -> None:
    import sentry_sdk

    sent: list[dict[str, Any]] = []

    class Kept(sentry_sdk.transport.Transport):
        def capture_envelope(self, envelope: Any) -> None:
            sent.append(envelope.get_event())

    client = sentry_sdk.Client(
        dsn="http://key@127.0.0.1:1/1", transport=Kept, default_integrations=False, **sentry.options()
    )
    with sentry_sdk.isolation_scope() as scope:
        scope.set_client(client)
        scope.set_user({"email": f"{chr(77)}atti@kunta.fi"})
        scope.set_extra("text", f"{chr(77)}atti")
        try:
            raise ValueError(f"{chr(77)}atti@kunta.fi wrote {CODE}")  # so that the source does not say it
        except ValueError as error:
            scope.capture_exception(error)
        scope.capture_message(f"from {chr(77)}atti@kunta.fi")
    text = json.dumps(sent)
    assert len(sent) == 2
    assert "ValueError" in text
    assert "[e-mail] wrote [identity code]" in text
    assert "Matti" not in text
    assert CODE not in text
