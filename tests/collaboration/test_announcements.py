"""Announcements: to whom they come, how long they stay on the desk, and who makes and ends them."""

from __future__ import annotations

import datetime
from uuid import uuid4

from django.utils import timezone

from collaboration.models import Announcement, Area, Member, Notification
from collaboration.policy.announcements import visible_announcements
from collaboration.queries.announcements import announcements_on_desk
from collaboration.workflows.announcements import announce, end_announcement
from tests.cast import Cast
from tests.collaboration.forum_cast import SEATS, forums_of, matter_of, seat_of

CHAIR, ADMINISTRATOR = "county editor", "county administrator"
SITTING = {name for (forum, name) in SEATS if forum == "lape"}


def to_group(cast: Cast, **said: object) -> Announcement:
    values = {"title": "Kokous siirtyy", "text": "Uusi aika.", "until": timezone.localdate(), **said}
    return announce(Announcement(forum=forums_of(cast)["lape"], **values), by=cast[CHAIR])


def to_level(cast: Cast, level: str) -> Announcement:
    area = Area.objects.get(kind=Area.Kind.WELLBEING_SERVICES_COUNTY, code="01")
    values = {"title": "Kaikille", "text": "Uutta.", "until": timezone.localdate(), "level": level}
    return announce(Announcement(area=area, **values), by=cast[ADMINISTRATOR])


def on_desks(cast: Cast) -> set[str]:
    return {name for name in cast.people if announcements_on_desk(cast[name])}


def told(row: Announcement) -> set[str]:
    rows = Notification.objects.filter(event__verb="announcement.made", event__subject_id=row.pk)
    return set(rows.values_list("recipient__email", flat=True))


def test_it_comes_to_those_who_sit_in_the_forum(cast: Cast) -> None:
    row = to_group(cast)
    assert on_desks(cast) == SITTING - {CHAIR}
    assert told(row) == {cast[name].email for name in SITTING - {CHAIR}}
    readers = {name for name in cast.people if visible_announcements(cast[name]).filter(pk=row.pk).exists()}
    assert readers == SITTING | {ADMINISTRATOR}


def test_an_expert_for_one_matter_hears_nothing_of_it(cast: Cast) -> None:
    seat_of(cast, forums_of(cast)["lape"], "pohjanmaa editor", "expert", matter=matter_of(cast))
    to_group(cast)
    assert "pohjanmaa editor" not in on_desks(cast)


def test_a_level_is_who_sits_on_it_and_who_works_on_it(cast: Cast) -> None:
    forums_of(cast)
    Member.objects.update(level="")
    Member.objects.filter(user=cast["loviisa editor"]).update(level="expert")
    Member.objects.filter(user=cast["pohjanmaa editor"]).update(level="expert")  # of another county
    to_level(cast, "expert")
    assert on_desks(cast) == {"porvoo approver", "porvoo reader", "loviisa editor"}


def test_it_leaves_the_desk_by_its_day_by_its_reader_and_by_its_end(cast: Cast) -> None:
    row = to_group(cast)
    client = cast.client("porvoo editor")
    assert "Kokous siirtyy" in client.get("/").content.decode()
    assert client.post(f"/tiedotteet/{row.pk}/sivuun/", {"next": "//evil.example/"})["Location"] == "/"
    assert client.post(f"/tiedotteet/{row.pk}/sivuun/").status_code == 302
    assert "Kokous siirtyy" not in client.get("/").content.decode()
    assert on_desks(cast) == SITTING - {CHAIR, "porvoo editor"}
    Announcement.objects.update(until=timezone.localdate() - datetime.timedelta(days=1))
    assert on_desks(cast) == set()
    other = to_group(cast)
    assert on_desks(cast) == SITTING - {CHAIR}
    end_announcement(other, by=cast[ADMINISTRATOR])
    assert on_desks(cast) == set()
    assert not Notification.objects.filter(
        event__verb="announcement.made", event__subject_id=other.pk, read_at=None
    ).exists()
    assert "Kokous siirtyy" in cast.client(CHAIR).get(f"/tiedotteet/{other.pk}/").content.decode()


def test_bad_input_has_a_sentence_and_what_was_typed_stays(cast: Cast) -> None:
    client, path = cast.client(CHAIR), f"/foorumit/{forums_of(cast)['lape'].pk}/tiedotteet/uusi/"
    good = {
        "title": "Kokous",
        "text": "Tervetuloa.",
        "until": f"{timezone.localdate():%d.%m.%Y}",
        "key": str(uuid4()),
    }
    for name, value in (
        ("title", ""),
        ("title", "131052-308T"),
        ("text", "x" * 5001),
        ("until", "1.1.2001"),
        ("until", "31.2.2030"),
        ("until", "huomenna"),
    ):
        answer = client.post(path, {**good, name: value})
        assert answer.status_code == 422, (name, value)
        assert value in answer.content.decode()
        assert "Tervetuloa." in answer.content.decode() or name == "text"
    assert client.post(path, good).status_code == 302
    assert client.post(path, good).status_code == 302
    assert Announcement.objects.filter(title="Kokous").count() == 1
    county = cast.client(ADMINISTRATOR)
    assert (
        county.post("/tiedotteet/uusi/", {**good, "key": str(uuid4())}).status_code == 422
    )  # to which level
    assert county.get("/tiedotteet/?level=x&past=on").status_code == 200


def test_the_lists_show_what_one_sees(cast: Cast) -> None:
    row = to_group(cast)
    for name, shown in (("porvoo editor", True), ("pohjanmaa editor", False), ("porvoo reader", False)):
        for path in (
            "/tiedotteet/",
            f"/foorumit/{row.forum_id}/tiedotteet/",
            f"/foorumit/{row.forum_id}/",
            "/",
        ):
            assert ("Kokous siirtyy" in cast.client(name).get(path).content.decode()) == shown, (name, path)
