"""What the caller was told, and how mail tells of it."""

from typing import Any

import pytest
from django.utils import timezone

from collaboration.models import MailPreference, Notification
from tests.cast import Cast
from tests.factories.collaboration import NotificationFactory

pytestmark = pytest.mark.django_db
NOTICES, MAIL = "/api/v1/notices/", "/api/v1/me/mail/"


def posted(client: Any, path: str, sent: Any = None) -> Any:
    return client.post(path, sent, content_type="application/json") if sent else client.post(path)


def test_notices_come_the_newest_first_and_are_read(cast: Cast) -> None:
    person, client = cast["porvoo editor"], cast.client("porvoo editor")
    Notification.objects.all().delete()
    on = cast.maps["porvoo"]
    made, rating = (
        NotificationFactory.create(event__verb=verb, event__subject=on, event__actor=None, recipient=person)
        for verb in ("map.made", "rating_round.opened")
    )
    hidden = NotificationFactory.create(
        event__verb="map.made", event__subject=cast.maps["helsinki"], recipient=person, read_at=timezone.now()
    )
    theirs = NotificationFactory.create(event__verb="map.made", event__subject=on)
    rows = client.get(NOTICES).json()["results"]
    assert [row["id"] for row in rows] == [hidden.pk, rating.pk, made.pk]
    assert (rows[0]["title"], rows[0]["url"]) == ("", None)
    assert (rows[1]["title"], rows[1]["url"]) == (str(on), on.get_absolute_url())
    assert rows[1]["category"] == "ratings"
    first = client.get(NOTICES, {"limit": 1}).json()
    assert [row["id"] for row in client.get(first["next"]).json()["results"]] == [rating.pk]
    only = client.get(NOTICES, {"unread": "true", "category": "maps"}).json()["results"]
    assert [row["id"] for row in only] == [made.pk]
    assert posted(client, f"{NOTICES}{theirs.pk}/read/").status_code == 404
    assert posted(client, f"{NOTICES}{made.pk}/read/").json() == {"count": 2}, "both are of the same map"
    assert posted(client, f"{NOTICES}read/").json() == {"count": 0}
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_a_page_of_notices_asks_as_often_however_much_it_shows(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    person, client = cast["porvoo editor"], cast.client("porvoo editor")
    for _nth in range(20):
        NotificationFactory.create(
            event__verb="map.made", event__subject=cast.maps["porvoo"], recipient=person
        )
    for limit in (1, 20):
        with django_assert_num_queries(4):  # session, person, notices, maps
            client.get(NOTICES, {"limit": limit, "category": "maps", "unread": "true"})


def test_mail_is_chosen(cast: Cast) -> None:
    client = cast.client("porvoo editor")
    answer = posted(client, MAIL, {"category": "approvals", "sent": "daily"})
    assert answer.status_code == 200
    chosen = {row["category"]: (row["sent"], row["is_own"]) for row in client.get(MAIL).json()["categories"]}
    assert chosen["approvals"] == ("daily", True)
    assert chosen["maps"] == ("at_once", False)
    assert "contacts" not in chosen


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"category": "approvals", "sent": "hourly"}, "sent"),
        ({"category": "approvals", "sent": None}, "sent"),
        ({"category": "approvals"}, "sent"),
        ({"category": "no such thing", "sent": "off"}, "category"),
        ({"category": "contacts", "sent": "off"}, "category"),
        ({"category": ["maps"], "sent": "off"}, "category"),
        ({"category": "maps", "sent": "off", "user": 1}, "user"),
    ],
)
def test_a_choice_that_there_is_not_is_refused(cast: Cast, sent: dict[str, Any], field: str) -> None:
    answer = posted(cast.client("porvoo editor"), MAIL, sent)
    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not MailPreference.objects.exists()
