"""A board, a LAPE group and a network of the cast's county, who sits in them, and a matter that was raised to the group."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from collaboration.models import (
    Absence,
    Announcement,
    Area,
    Comment,
    Forum,
    ForumSeat,
    InterfaceCheck,
    Invitation,
    Matter,
    Organisation,
)
from collaboration.workflows.announcements import announce
from collaboration.workflows.comments import write_comment
from collaboration.workflows.matters import matter_workflow
from services.models import Interface
from tests.cast import Cast

Role = ForumSeat.Role

SEATS = {
    ("lape", "county editor"): Role.CHAIR,
    ("lape", "porvoo editor"): Role.MEMBER,
    ("lape", "county reader"): Role.OBSERVER,
    ("lape", "loviisa editor"): Role.DEPUTY,
    ("board", "county approver"): Role.SECRETARY,
    ("board", "county administrator"): Role.CHAIR,
    ("network", "porvoo approver"): Role.COORDINATOR,
    ("network", "porvoo reader"): Role.MEMBER,
}
"""Who sits where, for the organisation where they are members."""

RAISER = "porvoo reader"


def forums_of(cast: Cast) -> dict[str, Forum]:
    """The three forums, made when they are asked for first."""
    county, porvoo = cast.organisations["county"], cast.organisations["porvoo"]
    area = Area.objects.get(kind=Area.Kind.WELLBEING_SERVICES_COUNTY, code="01")
    made: dict[str, Forum] = {}
    for key, kind, level, by in (
        ("board", Forum.Kind.BOARD, "political", county),
        ("lape", Forum.Kind.LAPE, "management", county),
        ("network", Forum.Kind.SECTOR_NETWORK, "expert", porvoo),
    ):
        made[key], is_new = Forum.objects.get_or_create(
            name_fi=f"Foorumi {key}", coordinated_by=by, defaults={"kind": kind, "level": level, "area": area}
        )
        if is_new:
            made[key].members.set([county, porvoo])
    for key, above in (("lape", "board"), ("network", "lape")):
        Forum.objects.filter(pk=made[key].pk).update(above=made[above])
        made[key].above = made[above]
    for (key, name), role in SEATS.items():
        seat_of(cast, made[key], name, role)
    return made


def seat_of(cast: Cast, forum: Forum, name: str, role: str, **said: Any) -> ForumSeat:
    """The person's seat, made when it is asked for first."""
    organisation: Organisation = cast.roles(name)[0][0]
    values = {"organisation": organisation, "represents": "other", "valid_from": timezone.localdate(), **said}
    return ForumSeat.objects.get_or_create(forum=forum, user=cast[name], role=role, defaults=values)[0]


def raised(cast: Cast, forum: Forum, by: str = RAISER, **said: Any) -> Matter:
    """A matter that somebody raises there now."""
    values = {"kind": "development_need", "title": "Tieto ei kulje", "text": "Lomake jää kotiin.", **said}
    return matter_workflow.begin("raise", Matter(forum=forum, **values), by=cast[by])


def matter_of(cast: Cast) -> Matter:
    """The one of the group, with a row in its check."""
    forum = forums_of(cast)["lape"]
    matter = Matter.objects.filter(forum=forum).first() or raised(cast, forum)
    if not matter.checks.exists():
        check = InterfaceCheck(matter=matter, effect="Muuttuu", heard_on=timezone.localdate())
        check.touched, check.made_by = Interface.objects.order_by("pk")[0], cast["county editor"]
        check.save()
    return matter


def absence_of(cast: Cast) -> Absence:
    """Porvoo's editor is away, and its reader stands in."""
    first = timezone.localdate() + datetime.timedelta(days=40)
    return Absence.objects.get_or_create(
        user=cast["porvoo editor"],
        deputy=cast["porvoo reader"],
        defaults={"valid_from": first, "valid_until": first + datetime.timedelta(days=7)},
    )[0]


def invitation_to_lape(cast: Cast) -> Invitation:
    """One that waits."""
    values = {
        "organisation": cast.organisations["porvoo"],
        "email": "foorumiin@cast.example",
        "forum": forums_of(cast)["lape"],
        "seat_role": Role.MEMBER,
    }
    return Invitation.objects.get_or_create(**values, defaults={"invited_by": cast["county editor"]})[0]


READERS = {RAISER} | {name for (forum, name) in SEATS if forum == "lape"}
"""Who sees a matter of the group."""
OBSERVERS = {name for (_forum, name), role in SEATS.items() if role == Role.OBSERVER}


def comment_of(cast: Cast) -> Comment:
    """What the raiser said of the group's matter."""
    matter = matter_of(cast)
    said = Comment.objects.filter(subject_id=matter.pk, author=cast[RAISER]).first()
    return said or write_comment(matter, "Riittääkö viisi päivää?", by=cast[RAISER])


def announcement_of(cast: Cast) -> Announcement:
    """What the chair announced to the group."""
    forum = forums_of(cast)["lape"]
    told = Announcement(forum=forum, title="Kokous siirtyy", text="Uusi aika.", until=timezone.localdate())
    return forum.announcements.first() or announce(told, by=cast["county editor"])
