"""Where one reports what does not work, and what has been reported of the same."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from collaboration.lemmas import WORD
from collaboration.models import User
from collaboration.searching import found
from collaboration.words import folded
from services.models import Aspect, AspectNumber, Escalation, EscalationReporter, Interface, InterfaceMap
from services.policy import visible_interfaces
from services.queries.desk import called, named_after
from services.queries.escalations import dressed, own_maps, visible_rows

Row = dict[str, Any]
MOST_PLACES, MOST_SIMILAR, MOST_STEMS = 12, 5, 8
STEM, ALIKE = 5, 2
"""So many first letters make a long word in any of its forms, and so many of them in common a report of the same."""


def places_to_report(user: User, words: str = "") -> list[Row]:
    """Interfaces on which the person may report, those of the maps changed last first, with how many reports are open there."""
    is_open = Escalation.objects.filter(interface=OuterRef("pk"), status__in=Escalation.OPEN)
    rows = (
        visible_interfaces(user)
        .live()  # type: ignore[attr-defined]
        .filter(map__status=InterfaceMap.Status.DRAFT, map__is_base=False, map__in=own_maps(user))
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


def maps_to_report(user: User) -> list[InterfaceMap]:
    """The maps on which the person may report what they cannot place."""
    rows = own_maps(user).filter(status=InterfaceMap.Status.DRAFT, is_base=False)
    return list(rows.order_by("-changed_at", "-pk")[:MOST_PLACES])


def aspects_to_report(interface: Interface) -> list[Row]:
    """The nine aspects of an interface, with how many reports are open on each."""
    is_open = Escalation.objects.filter(interface=interface, status__in=Escalation.OPEN)
    count = dict(is_open.order_by().values_list("aspect__number").annotate(n=Count("pk")))
    return [
        {"number": number.value, "name": number.label, "reports": count.get(number.value, 0)}
        for number in AspectNumber
    ]


def aspect_of(interface: Interface | None, number: int | None) -> Aspect | None:
    """The aspect that is reported, if it is known."""
    return Aspect.objects.get(interface=interface, number=number) if interface and number else None


def similar(
    user: User, on: InterfaceMap, interface: Interface | None, number: int | None, text: str = ""
) -> list[Any]:
    """Open reports that may be of the same as the draft, for a page: two statements."""
    return dressed(list(similar_ones(visible_rows(user), user, on, interface, number, text)[:MOST_SIMILAR]))


def similar_ones(
    rows: QuerySet[Any],
    user: User,
    on: InterfaceMap,
    interface: Interface | None,
    number: int | None,
    text: str = "",
) -> QuerySet[Any]:
    """Open reports of the same interface and aspect, and of the same map with words in common, those with most words first."""
    here = Q(pk__in=[])
    if interface is not None:
        here = Q(interface=interface)
        if number:
            here &= Q(aspect__number=number) | Q(aspect__isnull=True)
    alike: Any = Value(0)
    for stem in stems_of(text):
        alike = alike + Case(When(words__contains=stem, then=1), default=0, output_field=IntegerField())
    own = EscalationReporter.objects.filter(escalation=OuterRef("pk"), user=user)
    found_ones: QuerySet[Any] = rows.filter(map=on, status__in=Escalation.OPEN).annotate(
        alike=alike, is_own=Exists(own)
    )
    return found_ones.filter(here | Q(alike__gte=ALIKE)).order_by("-alike", "-pk")


def stems_of(text: str) -> list[str]:
    """How the longest words of the text begin, folded: what a report of the same holds in some form."""
    words = sorted(WORD.findall(text), key=len, reverse=True)
    stems = dict.fromkeys(f" {folded(word).strip()[:STEM]}" for word in words if len(word) >= STEM - 1)
    return list(stems)[:MOST_STEMS]
