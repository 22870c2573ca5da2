"""What the pages of one interface, one aspect and one service of a map show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.http import Http404
from django.utils.translation import gettext as _

from collaboration.kept import Kept
from collaboration.marking import marked
from collaboration.models import Membership, Organisation, User
from collaboration.policy.own import others_last, own_first, own_of
from collaboration.searching import found
from collaboration.subjects import name_of
from collaboration.words import by_name
from services import policy
from services.drawing.picture import ring_of
from services.models import (
    NOT_WORKING,
    QUESTIONS,
    SHOWN,
    Aspect,
    AspectAnswer,
    AspectNumber,
    AspectStatus,
    Confirmation,
    Enabler,
    Evidence,
    Interface,
    InterfaceMap,
    MapService,
    Outcome,
    Party,
    confirmation_state,
    open_on,
)
from services.queries import base_maps, ratings
from services.queries.calling import calling, with_numbers
from services.queries.desk import called, granted, named_after
from services.queries.escalations import open_on_interface
from services.queries.forums import care_choices, care_of, forums_at, matters_about_interface
from services.queries.gate import CLOSED, Said, behind, gate_of
from services.queries.maps import map_for
from services.queries.structure import contacts_of, rows_of_service, structure_of
from services.workflows.base_maps import bases_for
from services.workflows.properties import shared_text

MOST_PEOPLE_SHOWN = 10


def _with_names(interface: Interface) -> Interface:
    interface.name = str(interface)  # type: ignore[attr-defined]
    return interface


def is_removed(interface: Interface) -> bool:
    """Whether the interface, or a service of it, is not on its map any more."""
    return bool(interface.archived_at or any(place.archived_at for place in interface.services.all()))


def interface_for(user: User, map_id: int, pk: int) -> Interface:
    """The interface with its services and parties, or 404. A removed one is found too, so that it can be taken back."""
    found = _INTERFACE.one(user=user.pk, map=map_id, pk=pk)
    if found is None:
        raise Http404
    found.map.waits_for_approval = found.waits_for_approval  # type: ignore[attr-defined]
    return _with_names(found)


_INTERFACE = Kept(
    lambda user, map, pk: (
        policy.visible_interfaces(user)
        .select_related("map")
        .prefetch_related(
            "map__parties",
            Prefetch(
                "services",
                MapService.objects.select_related("service", "party__organisation").order_by(
                    "party__lane", "pk"
                ),
            ),
            Prefetch(
                "party_rows",
                Party.objects.select_related("map_party__organisation__parent").order_by(
                    "map_party__lane", "pk"
                ),
            ),
        )
        .annotate(waits_for_approval=F("map__head__waits_for_approval"))
        .filter(map=map, pk=pk)
    )
)


def interface_page(user: User, map_id: int, pk: int, anyway: Collection[Said] = ()) -> dict[str, Any]:
    """One interface: its ring, whom one calls, its nine aspects with who has confirmed and how they are rated, its people."""
    interface = interface_for(user, map_id, pk)
    aspects = list(_ASPECTS(interface=interface.pk))
    removed, may_edit = is_removed(interface), policy.can_edit_interface(user, interface)
    said, rated = _confirmations(interface), ratings.latest_of(user, interface)
    to_confirm = set(granted(user, "confirm"))
    rows, waits = [], 0
    for aspect in aspects:
        aspect.interface = interface
        shared = shared_text(aspect)
        confirmations = said.get(aspect.pk, [])
        if shared and not aspect.not_applicable_reason:
            waits += sum(
                not each["is_given"] and each["organisation"] in to_confirm for each in confirmations
            )
        rows.append(
            {
                "number": aspect.number,
                "name": AspectNumber(aspect.number).label,
                "url": aspect.get_absolute_url(),
                "status": (status := NOT_WORKING if aspect.does_not_work else aspect.status),
                "status_name": SHOWN[status],
                "inherited": aspect.follows_base,
                "reason": aspect.not_applicable_reason,
                "shared": shared,
                "confirmations": confirmations if shared else [],
                "rated": rated["aspects"].get(aspect.pk),
                "review_on": aspect.review_on,
            }
        )
    parties = [row.map_party_id for row in interface.party_rows.all()]
    tally = Counter(row["status"] for row in rows)
    return {
        "map": interface.map,
        "interface": interface,
        "aspects": rows,
        "agreed": tally[AspectStatus.AGREED],
        "of": len(rows) - tally[AspectStatus.NOT_APPLICABLE],
        "tally": [(status, label, tally[status]) for status, label in SHOWN.items() if tally[status]],
        "ring": ring_of([row["status"] for row in rows]),
        "is_agreed": tally[AspectStatus.AGREED] + tally[AspectStatus.NOT_APPLICABLE] == len(rows),
        "review_on": min((row["review_on"] for row in rows if row["review_on"]), default=None),
        "waits": 0 if removed or interface.map.is_base else waits,
        "round": rated["round"],
        "to_rate": rated["waits"],
        "is_removed": removed,
        "forums": forums_at(interface),
        "matters": matters_about_interface(user, interface),
        "escalations": open_on_interface(user, interface),
        "may_report": policy.is_open(interface.map) and not interface.map.is_base and not removed,
        "about": name_of(interface),
        **behind(gate_of(interface.map, anyway), may_edit),
        **calling(user, interface, can_edit=bool(may_edit)),
        **_neighbours(interface),
        "other_parties": [
            party
            for party in (_map_parties(user, interface.map) if may_edit else ())
            if party.archived_at is None and party.pk not in parties
        ],
        "purposes": [
            {"name": name, "label": label, "choices": choices, "chosen": getattr(interface, name)}
            for name, label, choices in (
                ("outcomes", _("Outcomes that it serves"), Outcome.choices),
                ("enablers", _("Enablers that it leans on"), Enabler.choices),
            )
        ],
        "party_ids": parties,
        "fixed_party_ids": {place.party_id for place in interface.services.all()},
    }


def _confirmations(interface: Interface) -> dict[int, list[dict[str, Any]]]:
    """By aspect, each party in the order of the lanes and whether its confirmation holds: one statement."""
    found: dict[int, list[dict[str, Any]]] = {}
    for answer in _SAID(interface=interface.pk):
        party = answer.party.map_party
        is_given = answer.state == Confirmation.State.GIVEN
        says = _("%(party)s has confirmed") if is_given else _("%(party)s has not confirmed")
        row = {
            "organisation": party.organisation_id,
            "side": party.side,
            "is_given": is_given,
            "says": says % {"party": party.organisation.name},
        }
        found.setdefault(answer.aspect_id, []).append(row)
    return found


_ASPECTS: Kept[Any] = Kept(
    lambda interface: (
        Aspect.objects.filter(interface=interface).annotate(does_not_work=open_on("pk")).order_by("number")
    )
)
_SAID = Kept(
    lambda interface: (
        AspectAnswer.objects.filter(aspect__interface=interface)
        .select_related("party__map_party__organisation")
        .annotate(state=confirmation_state("", "aspect__"))
        .order_by("party__map_party__lane", "pk")
    )
)


def _neighbours(interface: Interface) -> dict[str, Any]:
    """The interfaces before and after it on its map: one statement."""
    found = [
        SimpleNamespace(
            pk=row.pk,
            name=named_after(row.met),  # type: ignore[attr-defined]
            get_absolute_url=row.get_absolute_url(),
        )
        for row in _BESIDE(map=interface.map_id, interface=interface.pk)
    ]
    return {
        "previous": next((each for each in found if each.pk < interface.pk), None),
        "next": next((each for each in found if each.pk > interface.pk), None),
    }


def _beside(map: Any, interface: Any) -> QuerySet[Interface]:
    live = Interface.objects.filter(map=map).live()
    before = live.filter(pk__lt=interface).order_by("-pk").values("pk")[:1]
    after = live.filter(pk__gt=interface).order_by("pk").values("pk")[:1]
    return Interface.objects.filter(Q(pk__in=before) | Q(pk__in=after)).annotate(met=called("pk"))


_BESIDE = Kept(_beside)


def _map_parties(user: User, interface_map: InterfaceMap) -> list[Any]:
    parties = interface_map.parties.select_related("organisation")
    return own_first(user, parties, lambda party: party.organisation_id)


_ASPECT = Kept(
    lambda interface, number: (
        Aspect.objects.filter(interface=interface, number=number)
        .select_related("base__interface")
        .annotate(
            statuses=ArraySubquery(
                Aspect.objects.filter(interface=OuterRef("interface"))
                .order_by("number")
                .values(
                    shown=Case(
                        When(open_on("pk"), then=Value(NOT_WORKING)),
                        default="status",
                        output_field=CharField(max_length=15),
                    )
                )
            )
        )
        .prefetch_related(
            Prefetch(
                "answers",
                AspectAnswer.objects.select_related(
                    "confirmed_by", "party__map_party__organisation"
                ).order_by("party__map_party__lane", "pk"),
            ),
            Prefetch("evidence", Evidence.objects.filter(archived_at__isnull=True)),
            Prefetch("responsible", User.objects.order_by("sort_key", "pk")),
        )
    )
)


def aspect_page(
    user: User,
    map_id: int,
    interface_id: int,
    number: int,
    search: str = "",
    leader: str = "",
    *,
    anyway: Collection[Said] = (),
) -> dict[str, Any]:
    """One aspect: the shared answer, rows, each party's own answer and confirmation, people, review date and evidence."""
    interface = interface_for(user, map_id, interface_id)
    aspect, answers = aspect_with_answers(user, interface, number)
    shared = shared_text(aspect)
    responsible = list(aspect.responsible.all())
    removed, gate = is_removed(interface), gate_of(interface.map, anyway)
    may_edit = bool(policy.can_edit_aspect(user, aspect))
    may = may_edit or any(each.can_write or each.can_confirm for each in answers)
    can_edit = may_edit and gate != CLOSED
    for answer in answers:
        if gate == CLOSED:
            answer.can_write = answer.can_confirm = False
        takes_one = bool(shared) and not removed and not aspect.not_applicable_reason
        answer.waits = bool(answer.can_confirm) and not answer.has_confirmed and takes_one
    return {
        "map": interface.map,
        "interface": interface,
        "aspect": aspect,
        "name": AspectNumber(number).label,
        "question": QUESTIONS[number],
        "status": aspect.status,
        "status_name": AspectStatus(aspect.status).label,
        "may_report": policy.is_open(interface.map) and not interface.map.is_base and not removed,
        "does_not_work": aspect.statuses[number - 1] == NOT_WORKING,  # type: ignore[attr-defined]
        "shared": shared,
        "shared_fields": in_source_order(aspect),
        "base": base_maps.beside(interface.map, aspect),
        "rating": ratings.beside(user, interface, aspect),
        "answers": answers,
        "responsible": with_numbers(responsible, interface),
        "responsible_ids": [person.pk for person in responsible],
        "search": search,
        "people": people_to_name(user, interface.map, search, {person.pk for person in responsible})
        if search
        else [],
        "evidence": list(aspect.evidence.all()),
        **behind(gate, may),
        "can_edit": can_edit,
        "contacts": contacts_of(user, aspect, can_edit=can_edit and not removed),
        "structure": structure_of(user, aspect, can_edit=can_edit and not removed, search=leader),
        "previous": number - 1 if number > 1 else None,
        "next": number + 1 if number < len(AspectNumber) else None,
        "siblings": _siblings(aspect),
        "about": name_of(aspect),
        "is_removed": removed,
    }


def _siblings(aspect: Any) -> list[dict[str, Any]]:
    """The nine aspects of the same interface."""
    place = aspect.interface.get_absolute_url()
    return [
        {
            "number": number.value,
            "name": number.label,
            "url": f"{place}{number}/",
            "status": status,
            "status_name": SHOWN[status],
        }
        for number, status in zip(AspectNumber, aspect.statuses, strict=True)
    ]


def aspect_with_answers(user: User, interface: Interface, number: int) -> tuple[Aspect, list[Any]]:
    """The aspect, and each party's answer with how its confirmation stands and what the person may do with it."""
    aspect = _ASPECT.one(interface=interface.pk, number=number)
    if aspect is None:
        raise Http404
    aspect.interface = interface
    shared = shared_text(aspect)
    answers: list[Any] = own_first(
        user, aspect.answers.all(), lambda answer: answer.party.map_party.organisation_id
    )
    for answer in answers:
        answer.aspect = aspect
        answer.can_write = policy.can_answer(user, answer)
        answer.can_confirm = policy.can_confirm(user, answer)
        answer.has_confirmed = answer.confirmed_text == shared and shared != ""
        answer.is_stale = answer.confirmed_text is not None and answer.confirmed_text != shared
        answer.changed_since = marked(answer.confirmed_text or "", shared) if answer.is_stale else []
    return aspect, answers


def in_source_order(aspect: Aspect) -> list[dict[str, Any]]:
    """The shared answer's two languages, the agreed one first."""
    languages = ["sv", "fi"] if aspect.interface.map.source_language == "sv" else ["fi", "sv"]
    return [
        {
            "name": f"shared_{language}",
            "language": language,
            "value": getattr(aspect, f"shared_{language}"),
            "is_old": language == aspect.shared_old,
        }
        for language in languages
    ]


def people_to_name(user: User, interface_map: InterfaceMap, search: str, named: set[int]) -> list[User]:
    """People of the parties whose name holds the search, without those already named; colleagues first."""
    people = policy.MAPS.people(interface_map).filter(found(search, "words")).exclude(pk__in=named)
    seats = Membership.objects.filter(user=OuterRef("pk"), organisation__in=own_of(user))
    return list(people.order_by((~Exists(seats)).asc(), "sort_key", "pk")[:MOST_PEOPLE_SHOWN])


def map_service_page(user: User, map_id: int, pk: int, anyway: Collection[Said] = ()) -> dict[str, Any]:
    """One service on a map: the two client questions with channels and path, who organises it, and where it meets others."""
    place = (
        policy.visible_map_services(user)
        .select_related("map", "service__node", "party__organisation")
        .annotate(waits_for_approval=F("map__head__waits_for_approval"))
        .prefetch_related("map__parties", "service__responsibilities__organisation")
        .filter(map=map_id, pk=pk)
        .first()
    )
    if place is None:
        raise Http404
    interfaces = place.interfaces.live().prefetch_related(
        Prefetch("services", MapService.objects.select_related("service").order_by("party__lane", "pk"))
    )
    place.map.waits_for_approval = place.waits_for_approval  # type: ignore[attr-defined]
    gate = gate_of(place.map, anyway)
    may_answer = bool(policy.can_answer_customer_questions(user, place))
    can_answer, may_edit = may_answer and gate != CLOSED, bool(policy.can_edit_map_service(user, place))
    rows = rows_of_service(place, can_edit=can_answer and not place.archived_at)
    return {
        "map": place.map,
        "place": place,
        "service": place.service,
        "questions": [
            (
                [
                    (f"{name}_{language}", getattr(place, f"{name}_{language}"), language)
                    for language in ("fi", "sv")
                ],
                getattr(place, f"{name}_old"),
                rows[beside],
            )
            for name, beside in (("where", "channels"), ("how", "path"))
        ],
        "responsibilities": place.service.responsibilities.all(),
        "interfaces": [_with_names(interface) for interface in interfaces],
        "can_answer": can_answer,
        **behind(gate, may_answer or may_edit),
        "can_edit": may_edit and gate != CLOSED,
        "is_removed": bool(place.archived_at),
    }


def settings_page(user: User, map_id: int, search: str = "", anyway: Collection[Said] = ()) -> dict[str, Any]:
    """The map's names and parties, and organisations that could become a party."""
    interface_map = map_for(user, map_id)
    parties = list(
        interface_map.parties.filter(archived_at__isnull=True).select_related("organisation__parent")
    )
    organisations: list[Organisation] = []
    if search:
        candidates = (
            Organisation.objects.single()
            .filter(valid_until__isnull=True)
            .exclude(pk__in=[party.organisation_id for party in parties])
        )
        named = candidates.filter(found(search, "words")).order_by(others_last(user), by_name(), "pk")
        organisations = list(named.select_related("parent")[:MOST_PEOPLE_SHOWN])
    may_care, care = bool(policy.can_edit_map(user, interface_map)), care_of(interface_map)
    return {
        "map": interface_map,
        "parties": parties,
        "care": care,
        "care_choices": care_choices(user, interface_map, care) if may_care else [],
        "may_care": may_care,
        "may_end_care": policy.can_archive_map(user, interface_map),
        "search": search,
        "found": organisations,
        "bases": list(bases_for(interface_map)),
        **behind(gate_of(interface_map, anyway), policy.can_edit_map(user, interface_map)),
    }
