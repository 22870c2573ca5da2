"""What the pages of escalations show: where one can be reported, the list, one with its ladder, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collaboration.absence import deputies_of, deputy_of
from collaboration.desk import Kind, Waiting
from collaboration.kept import Kept
from collaboration.keyset import Merged, page_of
from collaboration.models import Level, Matter, User
from collaboration.policy import grants_of
from collaboration.queries.happened import events_of, told
from collaboration.searching import found, numbered
from collaboration.working_days import days_off_between
from services.models import (
    AspectNumber,
    Escalation,
    EscalationOwner,
    EscalationReader,
    EscalationReporter,
    EscalationWord,
    Interface,
    InterfaceMap,
    MapReader,
)
from services.policy import escalations as policy
from services.policy import visible_interfaces
from services.queries.desk import called, named_after
from services.verbs import TOLD_OF_ESCALATIONS
from services.workflows.escalation_climbs import days_left
from services.workflows.escalation_days import OWN, PATH, county_of
from services.workflows.escalations import escalation_workflow

Row = dict[str, Any]
Status = Escalation.Status
ON_A_PAGE, MOST_PLACES, MOST_SIMILAR = 25, 12, 5

SAID = {
    **TOLD_OF_ESCALATIONS,
    "escalation.joined_by_merging": gettext_lazy("Another report was merged into this one"),
    "escalation.days_changed": gettext_lazy("The county’s new days were applied"),
}
FIRST = {
    Status.FILED: ("take",),
    Status.TRIAGED: ("take",),
    Status.IN_PROGRESS: ("propose",),
    Status.WAITING: ("reply", "go_on"),
    Status.PROPOSED: ("works", "reporter_works"),
}
"""The step that a page offers first, if the person may take it."""
STATES = (
    ("", gettext_lazy("Open ones")),
    ("waiting", gettext_lazy("Waiting for me")),
    ("mine", gettext_lazy("Reported by me")),
    ("late", gettext_lazy("Late ones")),
    ("closed", gettext_lazy("Closed ones")),
    ("all", gettext_lazy("All of them")),
)


def _rows(user: User) -> QuerySet[Escalation]:
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
    if not escalation.met:
        return _("the interface is not known yet")
    name = named_after(escalation.met)
    if escalation.aspect is None:
        return name
    return f"{name}, {escalation.aspect.number} {AspectNumber(escalation.aspect.number).label}"


def due_told(escalation: Escalation) -> str:
    """How far its deadline is."""
    if not escalation.is_running:
        return ""
    if escalation.is_late:
        return _("late")
    left = days_left(escalation, timezone.now())
    return ngettext("%(days)d working day left", "%(days)d working days left", left) % {"days": left}


def _dressed(rows: list[Any]) -> list[Any]:
    owners: dict[int, list[Any]] = {}
    for owner in _owners([row.pk for row in rows]):
        owners.setdefault(owner.escalation_id, []).append(owner)
    for row in rows:
        row.place = place_of(row)
        row.due_told = due_told(row)
        row.owned_by = owners.get(row.pk, [])
    return rows


def _owners(numbers: list[int]) -> list[Any]:
    """Who has them in hand, with who stands in: two statements."""
    owners: list[Any] = list(_OWNERS(numbers=numbers)) if numbers else []
    deputies = deputies_of(owner.user_id for owner in owners if owner.user_id)
    for owner in owners:
        owner.stands_in = deputy_of(deputies, owner.user_id) if owner.user_id else None
    return owners


def _owners_of(numbers: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = EscalationOwner.objects.filter(escalation__any=numbers, ended_at__isnull=True)
    return rows.select_related("user", "party__organisation").order_by("party__lane", "pk")


_OWNERS: Kept[Any] = Kept(_owners_of)


# Where one reports


def places_to_report(user: User, words: str = "") -> list[Row]:
    """Interfaces on which the person may report, those of the maps changed last first, with how many reports are open there."""
    is_open = Escalation.objects.filter(interface=OuterRef("pk"), status__in=Escalation.OPEN)
    rows = (
        visible_interfaces(user)
        .live()  # type: ignore[attr-defined]
        .filter(map__status=InterfaceMap.Status.DRAFT, map__is_base=False, map__in=_own_maps(user))
    )
    for word in words.split()[:5]:
        named = found(word, "map__words", "services__service__words")
        rows = rows.filter(pk__in=Interface.objects.filter(named).values("pk"))
    listed: Any = (
        rows.select_related("map")
        .annotate(
            met=called("pk"),
            reports=Subquery(is_open.order_by().values("interface").annotate(n=Count("pk")).values("n")),
        )
        .order_by("-map__changed_at", "-map", "pk")[:MOST_PLACES]
    )
    return [
        {"pk": row.pk, "name": named_after(row.met), "map": row.map.title, "reports": row.reports or 0}
        for row in listed
    ]


def _own_maps(user: User) -> QuerySet[InterfaceMap]:
    """What the person reads as a party or from a forum, and not because another map is based on it."""
    read = MapReader.objects.filter(user=user, is_own=True)
    return InterfaceMap.objects.filter(pk__in=read.values("map"))


def maps_to_report(user: User) -> list[InterfaceMap]:
    """The maps on which the person may report what they cannot place."""
    rows = _own_maps(user).filter(status=InterfaceMap.Status.DRAFT, is_base=False)
    return list(rows.order_by("-changed_at", "-pk")[:MOST_PLACES])


def aspects_to_report(interface: Interface) -> list[Row]:
    """The nine aspects of an interface, with how many reports are open on each."""
    is_open = Escalation.objects.filter(interface=interface, status__in=Escalation.OPEN)
    count = dict(is_open.order_by().values_list("aspect__number").annotate(n=Count("pk")))
    return [
        {"number": number.value, "name": number.label, "reports": count.get(number.value, 0)}
        for number in AspectNumber
    ]


def similar(user: User, interface: Interface | None, number: int | None) -> list[Any]:
    """Open reports of the same interface and aspect."""
    if interface is None:
        return []
    rows = _rows(user).filter(interface=interface, status__in=Escalation.OPEN)
    if number:
        rows = rows.filter(Q(aspect__number=number) | Q(aspect__isnull=True))
    return _dressed(list(rows.order_by("-pk")[:MOST_SIMILAR]))


# The list


def escalation_list_page(user: User, wanted: Row, at: QueryDict) -> Row:
    """The escalations that the person sees and the valid filters leave, a page of them."""
    order = ("-pk",) if wanted.get("sort") == "newest" else ("due_at", "pk")
    ways = [_wanted(way, user, wanted) for way in _ways(user)]
    page = page_of(Merged(ways, _rows(user)), order, ON_A_PAGE, at)
    rows: list[Any] = _dressed(list(page.rows))
    for row in rows:
        row.can_take = row.status == Status.FILED and _may_handle(user, row)
    return {"page": page, "escalations": rows, "can_take": any(row.can_take for row in rows)}


def _may_handle(user: User, row: Any) -> bool:
    """Whether the person has it in hand, told from the rows that are there; the step itself asks again."""
    granted = grants_of(user)
    return any(
        owner.user_id == user.pk or "confirm" in granted.get(owner.party.organisation_id, ())
        for owner in row.owned_by
    )


def _ways(user: User) -> list[QuerySet[Escalation]]:
    """How the person comes to see them: on the maps that they read, as a reporter, and as an owner."""
    rows = Escalation.objects.all()
    seen = EscalationReader.objects.filter(user=user)
    return [
        rows.filter(map__in=_own_maps(user)),
        rows.filter(pk__in=seen.filter(role__in=["owner", "reporter"]).values("escalation")),
    ]


def filtered(user: User, wanted: Row) -> QuerySet[Escalation]:
    """The escalations that the person sees and the valid filters leave."""
    return _wanted(_rows(user), user, wanted)


def _wanted(rows: QuerySet[Escalation], user: User, wanted: Row) -> QuerySet[Escalation]:
    if q := wanted.get("q"):
        rows = rows.filter(found(q, "words") | numbered(q))
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
    seen = EscalationReader.objects.filter(user=user)
    reported = Q(pk__in=EscalationReporter.objects.filter(user=user).values("escalation"))
    owned = Q(pk__in=seen.filter(role="owner").values("escalation"))
    asked = Q(
        pk__in=EscalationReporter.objects.filter(user=user, word="").values("escalation"), asks_reporters=True
    )
    states = {
        "": is_open,
        "waiting": is_open & ((owned & Q(status__in=[*Escalation.RUNNING], asks_reporters=False)) | asked),
        "mine": reported,
        "late": is_open & ~Q(status=Status.WAITING) & Q(due_at__lt=timezone.now(), asks_reporters=False),
        "closed": Q(status=Status.CLOSED),
        "all": Q(),
    }
    return states.get(state, states[""])


# One


def escalation_for(user: User, pk: int) -> Any:
    """The escalation. Raises Http404 for one that the person may not see."""
    row: Any = (
        _rows(user)
        .select_related("interface", "change", "action", "matter__forum", "merged_into", "proposed_by")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise Http404
    row.place = place_of(row)
    row.due_told = due_told(row)
    return row


def escalation_page(user: User, pk: int) -> Row:
    """One escalation: what was reported, where it is on the ladder and why its day is that, who has said that it works."""
    row: Any = escalation_for(user, pk)
    reporters = [
        {
            "row": report,
            "name": report.user.name if policy.reads_name(user, report) else "",
            "organisation": report.organisation.full_name,
        }
        for report in policy.reporters_of(row)
    ]
    events = list(events_of(row, SAID))
    wanted = FIRST.get(Status(row.status), ())
    by_name = {offer.transition.name: offer for offer in escalation_workflow.offered(row, user)}
    given = {
        word.party_id: word
        for word in EscalationWord.objects.filter(escalation=row, round=row.round).select_related("by")
    }
    own = policy.own_report(user, row)
    if all(party.pk in given for party in policy.speaks_for(user, row)):
        by_name.pop("works", None)
    if own is not None and own.word:
        by_name.pop("reporter_works", None)
    first = next((by_name[name] for name in wanted if name in by_name), None)
    return {
        "escalation": row,
        "reporters": reporters,
        "words": _words(row, reporters, given),
        "ladder": _ladder(row),
        "events": [told(event, SAID) for event in events],
        "pauses": list(row.pauses.select_related("by")),
        "why": _why(row),
        "offers": list(by_name.values()),
        "first": first,
        "matters": _matters(row),
    }


def _words(row: Escalation, reporters: list[Row], given: dict[int, EscalationWord]) -> list[Row]:
    """Who has said that it works: every party and every reporter."""
    parties = [
        {
            "name": party.organisation.full_name,
            "side": party.side,
            "by": given[party.pk].by.name if party.pk in given else "",
            "at": given[party.pk].at if party.pk in given else None,
        }
        for party in policy.parties_of(row)
    ]
    told = [
        {
            "name": report["name"]
            or _("Somebody of %(organisation)s") % {"organisation": report["organisation"]},
            "side": "",
            "by": "",
            "at": report["row"].word_at,
            "has_lapsed": report["row"].word == EscalationReporter.Word.LAPSED,
        }
        for report in reporters
    ]
    return [*parties, *told]


def _ladder(row: Escalation) -> list[Row]:
    """The four levels: who had it there or has it, since when and until when."""
    owners: Any = list(
        row.owners.select_related("user", "party__organisation").order_by("since", "party__lane", "pk")
    )
    deputies = deputies_of(owner.user_id for owner in owners if owner.user_id and owner.ended_at is None)
    rungs: list[Row] = []
    here = Level(row.level).rank
    for level in Level:
        there = [owner for owner in owners if owner.level == level]
        present = [owner for owner in there if owner.ended_at is None]
        newest = max((owner.since for owner in there), default=None)
        shown = present or [owner for owner in there if owner.since == newest]
        for owner in shown:
            owner.stands_in = (
                deputy_of(deputies, owner.user_id) if owner.user_id and not owner.ended_at else None
            )
        rungs.append(
            {
                "level": level.value,
                "name": str(capfirst(level.label)),
                "rank": level.rank,
                "is_here": level.rank == here and row.is_open,
                "is_past": level.rank < here or (level.rank == here and not row.is_open),
                "owners": shown,
                "since": newest,
                "days": row.days["days"][level.value],
            }
        )
    return rungs


def _why(row: Escalation) -> Row:
    """Why its deadline is on the day that it is."""
    source = row.days["sources"][row.level]
    return {
        "days": row.days["days"][row.level],
        "since": row.level_at,
        "county": county_of(row.map_id),
        "source": {
            PATH: _("The parties wrote this number of days on the interface’s own path."),
            OWN: _("The county has set no days of its own, so these are the portal’s."),
        }.get(source, _("This is the county’s rule.")),
        "skipped": days_off_between(row.level_at, row.due_at),
        "is_shortened": row.urgency != Escalation.Urgency.NORMAL,
    }


def _matters(row: Escalation) -> list[Any]:
    of = ContentType.objects.get_for_model(Escalation)
    matters: list[Any] = list(
        Matter.objects.filter(subject_type=of, subject_id=row.pk).select_related("forum").order_by("pk")
    )
    return matters


# Beside others


def open_on_interface(user: User, interface: Interface) -> list[Any]:
    """The open escalations of an interface: one statement."""
    rows = policy.visible_escalations(user).filter(interface=interface, status__in=Escalation.OPEN)
    return list(rows.select_related("aspect").order_by("due_at", "pk")[:ON_A_PAGE])


def open_on_map(user: User, interface_map: InterfaceMap) -> list[Any]:
    """The same of a whole map."""
    rows = _rows(user).filter(map=interface_map, status__in=Escalation.OPEN)
    return _dressed(list(rows.order_by("due_at", "pk")[:ON_A_PAGE]))


DOES_NOT_WORK = Kind(
    "escalations", gettext_lazy("Open"), "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 1 0 0-15M10 6v5M10 13.5v.5"
)


def _waiting_rows(user: Any) -> QuerySet[Escalation]:
    seen = EscalationReader.objects.filter(user=user, role="owner")
    asked = EscalationReporter.objects.filter(user=user, word="").values("escalation")
    return (
        Escalation.objects.filter(
            Q(pk__in=seen.values("escalation"), status__in=Escalation.RUNNING, asks_reporters=False)
            | Q(pk__in=asked, asks_reporters=True)
            | Q(pk__in=asked, status=Status.WAITING, waiting_for=Escalation.WaitingFor.REPORTER)
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
