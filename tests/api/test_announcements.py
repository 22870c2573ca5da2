"""Announcements over the API: the same rules as on the pages."""

from __future__ import annotations

import datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from collaboration.models import Announcement, Area, Member, Notification
from tests.api.conftest import Api, check_shape
from tests.api.test_problems import assert_problem
from tests.cast import Cast
from tests.collaboration.forum_cast import RAISER, SEATS, announcement_of, forums_of

CHAIR, KEEPER = "county editor", "county administrator"
SITTING = {name for (forum, name) in SEATS if forum == "lape"}


def in_days(days: int) -> str:
    return (timezone.localdate() + datetime.timedelta(days=days)).isoformat()


def test_it_is_announced_to_a_forum_once_read_put_aside_and_ended(cast: Cast, api: Api) -> None:
    lape = forums_of(cast)["lape"]
    sent = {
        "forum": lape.pk,
        "title": "Kokous",
        "text": "Uusi aika.",
        "until": in_days(2),
        "key": str(uuid4()),
    }
    made = api(CHAIR).ask("post", "announcements/", sent)
    assert made.status_code == 201, made.content
    told = made.json()
    check_shape("AnnouncementShape", told)
    assert api(CHAIR).post("announcements/", sent, 201) == told
    assert Announcement.objects.count() == 1
    people = {each.recipient for each in Notification.objects.filter(event__verb="announcement.made")}
    assert people == {cast[name] for name in SITTING - {CHAIR}}
    for name in cast.people:
        expected = [told] if name in SITTING | {KEEPER} else []
        assert api(name).get(f"announcements/?forum={lape.pk}")["results"] == expected, name
    address = f"announcements/{told['id']}/"
    reader = next(iter(SITTING - {CHAIR}))
    assert api(reader).post(f"{address}put-aside/", None) == told
    assert_problem(api(reader).ask("post", f"{address}end/"), 403)
    assert_problem(api("nobody").ask("post", f"{address}put-aside/"), 404)
    assert api(CHAIR).post(f"{address}end/", None)["ended_at"]
    assert api(reader).get("announcements/")["results"] == []
    assert [row["id"] for row in api(reader).get("announcements/?ended=true")["results"]] == [told["id"]]


def test_it_is_announced_to_a_level_by_the_countys_administrator(cast: Cast, api: Api) -> None:
    area = Area.objects.get(kind=Area.Kind.WELLBEING_SERVICES_COUNTY, code="01")
    Member.objects.update(level="")
    Member.objects.filter(user=cast["loviisa editor"]).update(level="field")
    sent = {"area": area.pk, "level": "field", "title": "Uutta", "text": "Kaikille.", "until": in_days(2)}
    assert_problem(api(CHAIR).ask("post", "announcements/", sent), 403)
    told = api(KEEPER).post("announcements/", sent, 201)
    assert (told["level"], told["area"], told["forum"]) == ("field", area.pk, None)
    assert api("loviisa editor").get("announcements/?level=field")["results"] == [told]
    assert api("porvoo editor").get("announcements/?level=field")["results"] == []


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"forum": None}, ""),
        ({"level": "field"}, ""),
        ({"forum": 2**40}, "forum"),
        ({"until": in_days(-1)}, "until"),
        ({"until": "3.12.2026"}, "until"),
        ({"title": ""}, "title"),
        ({"text": "x" * 5001}, "text"),
        ({"text": "Asiakas 131052-308T"}, "text"),
        ({"key": "moon"}, "key"),
        ({"moon": 1}, "moon"),
    ],
)
def test_what_cannot_be_announced_has_its_sentence(cast: Cast, api: Api, bad: object, field: str) -> None:
    lape = forums_of(cast)["lape"]
    sent = {"forum": lape.pk, "title": "Kokous", "text": "Uusi aika.", "until": in_days(2)}
    refused = assert_problem(api(CHAIR).ask("post", "announcements/", sent | bad), 422)  # type: ignore[operator]
    assert field in [error["field"] for error in refused["errors"]]
    assert not Announcement.objects.exists()


def test_an_outsider_and_a_member_announce_nothing(cast: Cast, api: Api) -> None:
    row = announcement_of(cast)
    sent = {"forum": row.forum_id, "title": "Kokous", "text": "Uusi aika.", "until": in_days(2)}
    for name in (RAISER, "nobody", "porvoo editor"):
        assert_problem(api(name).ask("post", "announcements/", sent), 403)
    assert Announcement.objects.count() == 1
