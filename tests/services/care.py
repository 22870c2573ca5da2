"""Maps in the care of forums, in tests."""

import datetime
from typing import Any

from django.utils import timezone

from collaboration.models import Absence, Forum, ForumSeat
from services.models import InterfaceMap, MapForum
from tests.cast import Cast
from tests.services.ops import forum_on

Role = ForumSeat.Role


def today(days: int = 0) -> datetime.date:
    """So many days from today."""
    return timezone.localdate() + datetime.timedelta(days=days)


def seat(cast: Cast, forum: Forum, name: str, role: str = Role.MEMBER, **said: Any) -> ForumSeat:
    """A new seat of the person, for their first organisation."""
    values = {"organisation": cast.roles(name)[0][0], "represents": "other", "valid_from": today(), **said}
    return ForumSeat.objects.create(forum=forum, user=cast[name], role=role, **values)


def in_care(cast: Cast, on: InterfaceMap, name: str = "Verkosto") -> Forum:
    """A forum that looks after the map."""
    forum = forum_on(on, name)
    MapForum.objects.create(map=on, forum=forum, by=on.made_by)
    return forum


def look_after(cast: Cast) -> None:
    """Seats of every kind in a forum that looks after Loviisa's map, and in one that has ended and looks after Porvoo's."""
    forum = in_care(cast, cast.maps["loviisa"])
    seat(cast, forum, "porvoo reader", valid_until=today())
    seat(cast, forum, "porvoo approver", valid_until=today(-1), valid_from=today(-9))
    seat(cast, forum, "porvoo administrator", valid_from=today(1))
    away = seat(cast, forum, "pohjanmaa editor", Role.OBSERVER)
    Absence.objects.create(
        user=away.user, deputy=cast["kasko editor"], seat=away, valid_from=today(-1), valid_until=today(1)
    )
    Absence.objects.create(
        user=cast["kasko editor"], deputy=cast["kuva editor"], valid_from=today(), valid_until=today()
    )
    ended = in_care(cast, cast.maps["porvoo"], "Entinen")
    seat(cast, ended, "loviisa editor")
    Forum.objects.filter(pk=ended.pk).update(ended_on=today())
