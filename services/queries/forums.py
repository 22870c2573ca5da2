"""What pages of maps show of forums: those that an interface names, those that look after a map, and matters about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from collaboration.absence import deputies_of, deputy_of
from collaboration.kept import Kept
from collaboration.models import Forum, ForumSeat, InterfaceCheck, Level, Matter, User
from collaboration.policy.forums import visible_matters
from collaboration.policy.own import own_of
from collaboration.subjects import name_of
from collaboration.words import by_name
from services import policy
from services.models import Aspect, ForumRow, Interface, InterfaceMap, MapForum
from services.queries.desk import called, named_after
from services.queries.escalations import open_on_map
from services.queries.maps import map_for

Role = ForumSeat.Role
MOST_MATTERS = 50

_ROWS = Kept(
    lambda interface: ForumRow.objects.filter(
        aspect__interface=interface, archived_at__isnull=True
    ).select_related("forum")
)


def forum_choices(user: User, interface_map: InterfaceMap) -> list[Forum]:
    """The forums that can be named on the map, those of one's own organisations first: one statement."""
    own = own_of(user)
    joined: Any = Forum.members.through._default_manager.filter(organisation__in=own)
    first = Case(
        When(Q(coordinated_by__in=own) | Q(pk__in=joined.values("forum")), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return list(policy.forums_of(interface_map).order_by(first, by_name(), "pk"))


def coordinators_of(forums: Iterable[int]) -> dict[int, str]:
    """By forum who coordinates it today, in words, with whoever stands in: two statements at most."""
    seats: Any = list(_SEATS(forums=sorted(set(forums)), today=timezone.localdate())) if forums else []
    deputies = deputies_of(seat.user_id for seat in seats)
    told: dict[int, list[str]] = {}
    for seat in seats:
        stands_in = deputy_of(deputies, seat.user_id, seat.pk)
        name = seat.user.name
        if stands_in:
            name = _("%(name)s (%(deputy)s stands in until %(day)s)") % {
                "name": name,
                "deputy": stands_in.name,
                "day": date_format(stands_in.until, "SHORT_DATE_FORMAT"),
            }
        told.setdefault(seat.forum_id, []).append(name)
    return {forum: ", ".join(names) for forum, names in told.items()}


_SEATS = Kept(
    lambda forums, today: (
        ForumSeat.objects.valid(today)
        .filter(forum__any=forums, role__in=(Role.COORDINATOR, Role.SECRETARY), user__is_active=True)
        .select_related("user")
        .order_by("user__sort_key", "pk")
    )
)


def told(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows that have a forum, with its level and who coordinates it: two statements at most."""
    rows = list(rows)
    coordinators = coordinators_of({row.forum_id for row in rows})
    return [
        {
            "row": row,
            "forum": row.forum,
            "level": row.forum.level,
            "level_name": capfirst(str(Level(row.forum.level).label)),
            "coordinator": coordinators.get(row.forum_id, ""),
            "has_ended": row.forum.ended_on is not None,
        }
        for row in rows
    ]


def forums_at(interface: Interface) -> list[dict[str, Any]]:
    """The forums that an interface names in its aspect 9: one statement, and two when it names any."""
    return told(_ROWS(interface=interface.pk))


def facts_of(rows: Iterable[ForumRow]) -> dict[int, list[tuple[str, str]]]:
    """By row, the level of its forum and who coordinates it."""
    return {
        each["row"].pk: [
            (_("Level"), each["level_name"]),
            (_("Coordinator"), each["coordinator"] or _("nobody")),
        ]
        for each in told(rows)
    }


def care_of(interface_map: InterfaceMap) -> list[dict[str, Any]]:
    """The forums that look after the map."""
    return told(MapForum.objects.filter(map=interface_map).select_related("forum"))


def care_choices(user: User, interface_map: InterfaceMap, care: list[dict[str, Any]]) -> list[Forum]:
    """The forums into whose care the map can still be put."""
    taken = {each["forum"].pk for each in care}
    return [forum for forum in forum_choices(user, interface_map) if forum.pk not in taken]


def care_for(interface_map: InterfaceMap, pk: int) -> MapForum:
    """The care of the map. Raises Http404."""
    row = MapForum.objects.filter(map=interface_map, pk=pk).select_related("forum").first()
    if row is None:
        raise Http404
    return row


def of_forum(user: User, forum: Forum) -> dict[str, Any]:
    """The maps that a forum looks after and the interfaces that name it, as far as the person sees them: two statements."""
    reviews = Aspect.objects.filter(interface__map=OuterRef("pk"), review_on__isnull=False)
    live = reviews.filter(interface__in=Interface.objects.live()).order_by("review_on")
    maps: Any = list(
        policy.visible_maps(user)
        .filter(forums__forum=forum)
        .select_related("tally")
        .annotate(review_on=Subquery(live.values("review_on")[:1]))
        .order_by(by_name(), "pk")
    )
    for on in maps:
        on.asked = on.tally.agreed + on.tally.in_progress + on.tally.missing
    naming = ForumRow.objects.filter(
        forum=forum, archived_at__isnull=True, aspect__interface__in=_live_and_seen(user)
    )
    rows: Any = (
        naming.select_related("aspect__interface__map")
        .annotate(met=called("aspect__interface"))
        .order_by(by_name("aspect__interface__map__"), "aspect__interface", "place", "pk")
    )
    return {
        "maps": maps,
        "interfaces": [
            {
                "name": named_after(row.met),
                "url": row.aspect.interface.get_absolute_url(),
                "map": row.aspect.interface.map.title,
                "what_for": row.what_for,
            }
            for row in rows
        ],
    }


def _live_and_seen(user: User) -> Any:
    return Interface.objects.live().filter(map__in=policy.visible_maps(user)).values("pk")


def _about(user: User, **numbers: Any) -> QuerySet[Matter]:
    """The matters that the person sees and whose subject, or the subject of a check, is one of these."""
    types = ContentType.objects.get_for_models(InterfaceMap, Interface, Aspect)
    subject, touched = Q(), Q()
    for model, content_type in types.items():
        if model.__name__ in numbers:
            rows = numbers[model.__name__]
            subject |= Q(subject_type=content_type, subject_id__in=rows)
            touched |= Q(touched_type=content_type, touched_id__in=rows)
    checked = InterfaceCheck.objects.filter(touched)
    matters: QuerySet[Matter] = (
        visible_matters(user)
        .filter(subject | Q(pk__in=checked.values("matter")))
        .select_related("forum", "raised_by", "origin__forum")
        .order_by("-pk")[:MOST_MATTERS]
    )
    return matters


def matters_about_interface(user: User, interface: Interface) -> list[Matter]:
    """Of the interface and its aspects: one statement."""
    aspects = Aspect.objects.filter(interface=interface).values("pk")
    return list(_about(user, Interface=[interface.pk], Aspect=aspects))


def map_matters_page(user: User, map_id: int) -> dict[str, Any]:
    """The forums that look after a map, and the matters about it and what is on it."""
    interface_map = map_for(user, map_id)
    interfaces = Interface.objects.filter(map=interface_map)
    aspects = Aspect.objects.filter(interface__map=interface_map)
    matters = _about(
        user,
        InterfaceMap=[interface_map.pk],
        Interface=interfaces.values("pk"),
        Aspect=aspects.values("pk"),
    )
    return {
        "map": interface_map,
        "care": care_of(interface_map),
        "matters": list(matters),
        "escalations": open_on_map(user, interface_map),
        "about": name_of(interface_map),
        "can_edit": policy.can_edit_map(user, interface_map),
        "today": timezone.localdate(),
        "tab": "matters",
    }
