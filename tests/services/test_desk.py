"""What waits on the front page: rows of any app, the longest waiting first."""

import datetime
import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.utils import timezone

from collaboration import desk
from collaboration.models import User
from services.models import InterfaceMap
from services.queries.desk import CONFIRM, RATE
from tests.cast import Cast
from tests.conftest import As
from tests.services.ops import edit, first_aspect
from tests.services.rating_rounds import round_on

MEET = desk.Action("meetings", "Meetings to prepare")
SIGN = desk.Action("agreements", "Agreements to sign", "No agreement waits.")


def of_another_app(user: User) -> Iterator[desk.Waiting]:
    """As an app that comes later may say it."""
    for days, what in ((2, "<b>Second</b>"), (9, "First"), (1, "Third")):
        since = timezone.now() - datetime.timedelta(days=days)
        yield desk.Waiting(what, f"/forums/{days}/", f"for {user.name}", since, MEET, level="management")
    yield desk.Waiting("Some day", "/forums/0/", "no date", None, MEET)


@pytest.fixture
def another_app() -> Iterator[None]:
    desk.register([MEET, SIGN], of_another_app)
    yield
    desk._registered.pop()


@pytest.mark.usefixtures("another_app")
def test_another_app_shows_what_waits_in_it(cast: Cast, as_person: As) -> None:
    page = as_person("porvoo editor").get("/").content.decode()
    section = page.partition('aria-labelledby="meetings"')[2].partition("</section>")[0]
    assert re.findall(r'href="/forums/(\d)/"', section) == ["9", "2", "1", "0"]
    assert "&lt;b&gt;Second" in section
    assert section.count('<span class="tag">management</span>') == 3
    assert f"for {cast['porvoo editor'].name}" in section
    assert "No agreement waits." in page


def test_what_has_waited_longest_comes_first(cast: Cast) -> None:
    """Confirmations by their map's last change, ratings by when the round was opened, on all maps of a person."""
    at = timezone.now()
    places = ("youth", "porvoo")
    for nth, place in enumerate(places):
        on = cast.maps[place]
        edit(cast["county editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", f"Sovittu {uuid4()}.")
        rating_round = round_on(on)
        type(rating_round).objects.filter(pk=rating_round.pk).update(
            opened_at=at - datetime.timedelta(days=9 - nth)
        )
        InterfaceMap.objects.filter(pk=on.pk).update(changed_at=at - datetime.timedelta(days=5 - nth))
    waiting = dict(desk.waiting(cast.visitor("county editor")))  # type: ignore[arg-type]
    expected = [cast.maps[place].pk for place in places]
    for action in (CONFIRM, RATE):
        of = [int(re.findall(r"/kartat/(\d+)/", row.url)[0]) for row in waiting[action]]
        assert list(dict.fromkeys(of)) == expected, action
        assert [row.since for row in waiting[action]] == sorted(row.since for row in waiting[action])  # type: ignore[type-var]


def test_nothing_waits_for_whoever_has_nothing(as_person: As) -> None:
    text = as_person("porvoo reader").get("/").content.decode()
    assert "Nothing waits for your confirmation." in text
    assert "Waiting for your ratings" not in text
