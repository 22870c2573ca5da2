"""What lists of escalations show, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collaboration.desk import Kind, Waiting
from collaboration.kept import Kept
from collaboration.keyset import Merged, page_of
from collaboration.models import User
from collaboration.policy import grants_of
from collaboration.searching import found, meanings, numbered
from services.models import (
    AspectNumber,
    Escalation,
    EscalationOwner,
    EscalationReporter,
    Interface,
    InterfaceMap,
    MapReader,
)
from services.policy import escalations as policy
from services.queries.desk import called, named_after
from services.workflows.escalation_climbs import days_left
from services.workflows.escalations import escalation_workflow

Row = dict[str, Any]
Status = Escalation.Status
ON_A_PAGE, ON_A_COLUMN = 25, 12

BOARD = (*Escalation.RUNNING[:3], Status.WAITING, Status.PROPOSED, Status.CLOSED)
"""The board, from left to right."""
WITH_CLOSED = ("mine", "closed", "all")
"""States of the list that hold closed ones, too."""
MOVES = {
    status: tuple((name, escalation_workflow.transitions[name].label) for name in names)
    for status, names in {
        Status.FILED: ("take",),
        Status.TRIAGED: ("take",),
        Status.IN_PROGRESS: ("propose", "wait"),
        Status.WAITING: ("go_on",),
        Status.PROPOSED: ("works",),
    }.items()
}
"""The steps by which whoever has a report in hand moves it on from a column."""
STATES = (
    ("", gettext_lazy("Open ones")),
    ("waiting", gettext_lazy("Waiting for me")),
    ("mine", gettext_lazy("Reported by me")),
    ("area", gettext_lazy("My organisation’s")),
    ("late", gettext_lazy("Late ones")),
    ("closed", gettext_lazy("Closed ones")),
    ("all", gettext_lazy("All of them")),
)


def visible_rows(user: User) -> QuerySet[Escalation]:
    reporters = EscalationReporter.objects.filter(escalation=OuterRef("pk")).order_by().values("escalation")
    return (
        policy.visible_escalations(user)
        .select_related("map", "aspect", "forum")
        .annotate(
            met=called("interface"),
            people=Subquery(reporters.annotate(n=Count("pk")).values("n")),
        )
    )


def place_of(escalation: Any) -> str:
    """Where it does not work: the interface and the aspect, or that it is not known."""
    return place_named(escalation.met, escalation.aspect and escalation.aspect.number)


def place_named(met: list[Row], number: int | None) -> str:
    """The same of the services that meet, and the number of the aspect."""
    if not met:
        return _("the interface is not known yet")
    name = named_after(met)
    return f"{name}, {number} {AspectNumber(number).label}" if number else name


def due_told(escalation: Escalation) -> str:
    """How far its deadline is."""
    if not escalation.is_running:
        return ""
    if escalation.is_late:
        return _("late")
    left = days_left(escalation, timezone.now())
    return ngettext("%(days)d working day left", "%(days)d working days left", left) % {"days": left}


def dressed(rows: list[Any]) -> list[Any]:
    """The rows of a list with their places in words and who has them in hand: one statement."""
    owners = owners_by_row([row.pk for row in rows])
    for row in rows:
        row.place = place_of(row)
        row.due_told = due_told(row)
        row.owned_by = owners.get(row.pk, [])
    return rows


def owners_by_row(numbers: list[int]) -> dict[int, list[Any]]:
    """Who has them in hand, with who stands in: one statement."""
    owners: dict[int, list[Any]] = {}
    for owner in policy.with_deputies(_OWNERS(numbers=numbers)) if numbers else ():
        owners.setdefault(owner.escalation_id, []).append(owner)
    return owners


def _owners_of(numbers: Any) -> QuerySet[Any]:
    return policy.with_people(EscalationOwner.objects.filter(escalation__any=numbers, ended_at__isnull=True))


_OWNERS: Kept[Any] = Kept(_owners_of)


# The list


def own_maps(user: User) -> QuerySet[InterfaceMap]:
    """What the person reads as a party or from a forum, and not because another map is based on it."""
    read = MapReader.objects.filter(user=user, is_own=True)
    return InterfaceMap.objects.filter(pk__in=read.values("map"))


def escalation_list_page(user: User, wanted: Row, at: QueryDict) -> Row:
    """The escalations that the person sees and the valid filters leave, a page of them."""
    order = ("-pk",) if wanted.get("sort") == "newest" else ("due_at", "pk")
    page = page_of(Merged(wanted_ways(user, wanted), visible_rows(user)), order, ON_A_PAGE, at)
    rows: list[Any] = dressed(list(page.rows))
    for row in rows:
        row.can_take = row.status == Status.FILED and _may_handle(user, row)
    return {
        "page": page,
        "escalations": rows,
        "can_take": any(row.can_take for row in rows),
        "reads_maps": own_maps(user).exists,  # asked by a page that has nothing to show
    }


def _may_handle(user: User, row: Any) -> bool:
    """Whether the person has it in hand, told from the rows that are there; the step itself asks again."""
    granted = grants_of(user)
    return any(
        owner.user_id == user.pk or "confirm" in granted.get(owner.party.organisation_id, ())
        for owner in row.owned_by
    )


def escalation_board(user: User, wanted: Row) -> Row:
    """The same by status, each column with the nearest deadlines first: two statements."""
    ways = wanted_ways(user, wanted)
    statuses = BOARD if wanted.get("state") in WITH_CLOSED else BOARD[:-1]
    by_status = Merged([way.filter(status=status) for status in statuses for way in ways], visible_rows(user))
    rows: list[Any] = dressed(list(by_status.order_by("due_at", "pk").of_each(ON_A_COLUMN + 1)))
    columns = []
    for status in statuses:
        there = [row for row in rows if row.status == status]
        for row in there:
            row.moves = MOVES.get(status, ()) if _may_handle(user, row) else ()
        columns.append(
            {
                "name": capfirst(status.label),
                "rows": there[:ON_A_COLUMN],
                "has_more": len(there) > ON_A_COLUMN,
            }
        )
    return {"columns": columns, "escalations": [], "page": None, "can_take": False}


def wanted_ways(user: User, wanted: Row) -> list[QuerySet[Escalation]]:
    """What the filters leave of each way in which the person comes to see reports."""
    asked = {**wanted, "words": meanings(wanted["q"])} if wanted.get("q") else wanted
    return [_wanted(way, user, asked) for way in _ways(user)]


def _ways(user: User) -> list[QuerySet[Escalation]]:
    """How the person comes to see them: on the maps that they read, as a reporter, and as an owner."""
    rows = Escalation.objects.all()
    return [
        rows.filter(map__any=ArraySubquery(own_maps(user).order_by().values("pk"))),
        rows.filter(pk__any=ArraySubquery(EscalationReporter.objects.filter(user=user).values("escalation"))),
        rows.filter(pk__any=ArraySubquery(policy.owned_by(user.pk).values("escalation"))),
    ]


def filtered(user: User, wanted: Row) -> QuerySet[Escalation]:
    """The escalations that the person sees and the valid filters leave."""
    return _wanted(visible_rows(user), user, wanted)


def _wanted(rows: QuerySet[Escalation], user: User, wanted: Row) -> QuerySet[Escalation]:
    if q := wanted.get("q"):
        rows = rows.filter(found(wanted.get("words") or q, "words") | numbered(q))
    if wanted.get("level"):
        rows = rows.filter(level=wanted["level"])
    if wanted.get("aspect"):
        rows = rows.filter(aspect__number=wanted["aspect"])
    if wanted.get("map"):
        rows = rows.filter(map=wanted["map"])
    if wanted.get("interface"):
        rows = rows.filter(interface=wanted["interface"])
    return rows.filter(_in_state(user, wanted.get("state") or ""))


def _in_state(user: User, state: str) -> Q:
    is_open = ~Q(status__in=[Status.CLOSED, Status.WITHDRAWN, Status.MERGED])  # as the indexes say it
    of_reporter = EscalationReporter.objects.filter(user=user).order_by().values("escalation")
    reported = Q(pk__any=ArraySubquery(of_reporter))
    owned = Q(pk__any=ArraySubquery(policy.owned_by(user.pk).values("escalation")))
    asked = Q(pk__any=ArraySubquery(of_reporter.filter(word="")), asks_reporters=True)
    states = {
        "": is_open,
        "waiting": is_open & ((owned & Q(status__in=[*Escalation.RUNNING], asks_reporters=False)) | asked),
        "mine": reported,
        "area": is_open & Q(_is_of_own_parties(user)) if state == "area" else Q(),
        "late": is_open & ~Q(status=Status.WAITING) & Q(due_at__lt=timezone.now(), asks_reporters=False),
        "closed": Q(status=Status.CLOSED),
        "all": Q(),
    }
    return states.get(state, states[""])


def _is_of_own_parties(user: User) -> IsNull:
    """Whether an organisation of the person's has the report in hand: asked of each by itself, not of all owners at once."""
    own = {"party__organisation__in": list(grants_of(user)), "ended_at__isnull": True}
    owners = EscalationOwner.objects.filter(escalation=OuterRef("pk"), **own)
    return IsNull(Subquery(owners.order_by().values("pk")[:1]), False)  # noqa: FBT003 as it is called


# Beside others


def open_on_interface(user: User, interface: Interface) -> list[Any]:
    """The open escalations of an interface: one statement."""
    rows = policy.visible_escalations(user).filter(interface=interface, status__in=Escalation.OPEN)
    return list(rows.select_related("aspect").order_by("due_at", "pk")[:ON_A_PAGE])


def open_on_map(user: User, interface_map: InterfaceMap) -> list[Any]:
    """The same of a whole map."""
    rows = visible_rows(user).filter(map=interface_map, status__in=Escalation.OPEN)
    return dressed(list(rows.order_by("due_at", "pk")[:ON_A_PAGE]))


DOES_NOT_WORK = Kind(
    "escalations", gettext_lazy("Open"), "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 1 0 0-15M10 6v5M10 13.5v.5"
)


def _waiting_rows(user: Any) -> QuerySet[Escalation]:
    owned = policy.owned_by(user).order_by().values("escalation")
    asked = EscalationReporter.objects.filter(user=user, word="").order_by().values("escalation")
    is_open = ~Q(status__in=[Status.CLOSED, Status.WITHDRAWN, Status.MERGED])  # as the indexes say it
    return (
        Escalation.objects.filter(
            is_open,
            Q(pk__in=owned, status__in=Escalation.RUNNING, asks_reporters=False)
            | Q(pk__in=asked, asks_reporters=True)
            | Q(pk__in=asked, status=Status.WAITING, waiting_for=Escalation.WaitingFor.REPORTER),
        )
        .select_related("aspect")
        .annotate(met=called("interface"))
        .order_by("due_at", "pk")[:50]
    )


_WAITING: Kept[Any] = Kept(_waiting_rows)


def waiting_of_escalations(user: User) -> Iterator[Waiting]:
    """What waits for the person: those that they have in hand, and questions to them as a reporter. One statement."""
    for row in _WAITING(user=user.pk):
        asks = row.asks_reporters or row.status == Status.WAITING
        what = _("Does it work now? %(title)s") if row.asks_reporters else _("Not working: %(title)s")
        if row.status == Status.WAITING:
            what = _("You are asked about your report: %(title)s")
        yield Waiting(
            DOES_NOT_WORK,
            what % {"title": row.title},
            row.get_absolute_url(),
            f"{row.number} · {place_of(row)}",
            since=row.status_at if asks else row.level_at,
            due=timezone.localdate(row.due_at),
            due_is=_("deadline"),
            document=f"escalation-{row.pk}",
        )
