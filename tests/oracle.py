"""Who may see and do what, told again by brute force from memberships: it knows nothing of policy or querysets."""

import datetime
import random
from collections.abc import Callable, Hashable, Iterable

from django.utils import timezone

from collaboration.models import Absence, Forum, ForumSeat, Organisation
from services.models import (
    Aspect,
    AspectAnswer,
    AspectRow,
    ForumRow,
    GoalRow,
    InformationFlow,
    Interface,
    InterfaceMap,
    Leader,
    MapForum,
    MapParty,
    MapService,
    PartyResource,
    PathStep,
    ProcessStep,
    Rating,
)
from tests.cast import ANONYMOUS, Cast, once_at_rest


def asked(people: Iterable[str], answer: Callable[[str], Hashable], *, everybody: bool) -> list[str]:
    """Whom to try: one person of each class of the oracle's answers, another one each time; or everybody."""
    classes: dict[Hashable, list[str]] = {}
    for name in people:
        classes.setdefault(answer(name), []).append(name)
    return [name for names in classes.values() for name in (names if everybody else [random.choice(names)])]  # noqa: S311


@once_at_rest
def _tree(organisation: Organisation) -> set[int]:
    """The organisation, its parent and its units."""
    own = {organisation.pk} | ({organisation.parent_id} if organisation.parent_id else set())
    return own | set(Organisation.objects.filter(parent=organisation).values_list("pk", flat=True))


@once_at_rest
def parties_of(on: InterfaceMap) -> set[int]:
    return {party.organisation_id for party in on.parties.all() if party.archived_at is None}


@once_at_rest
def parties_at(interface: Interface) -> set[int]:
    """The organisations of the interface's own parties."""
    return {row.map_party.organisation_id for row in interface.party_rows.all()}


@once_at_rest
def sees(cast: Cast, name: str, on: InterfaceMap) -> bool:
    """A member of a party, of its unit, or of the organisation that a unit belongs to; whoever sits in a forum that looks
    after it; and who sees a map based on it."""
    return (
        reads_of(cast, name, parties_of(on))
        or any(sits_in(cast, name, forum) for forum in _looked_after_by(on))
        or any(sees(cast, name, each) for each in InterfaceMap.objects.filter(base=on))
    )


def sits_in(cast: Cast, name: str, forum: Forum) -> bool:
    """In a seat of the forum today, or for somebody who is away today; not as an expert for one matter."""
    return name != ANONYMOUS and cast[name].is_active and cast[name].pk in _sitting(forum)


@once_at_rest
def _sitting(forum: Forum) -> set[int]:
    today = timezone.localdate()
    seats = [] if forum.ended_on else list(ForumSeat.objects.filter(forum=forum).exclude(role="expert"))
    return {
        person
        for seat in seats
        if seat.valid_from <= today and (seat.valid_until is None or seat.valid_until >= today)
        for person in {seat.user_id, *_stands_in(seat.user_id, seat.pk, today)}
    }


@once_at_rest
def _looked_after_by(on: InterfaceMap) -> list[Forum]:
    return [care.forum for care in MapForum.objects.filter(map=on).select_related("forum")]


def _stands_in(person: int, seat: int | None, today: datetime.date, steps: int = 3) -> set[int]:
    """Who stands in for the person in the seat at the end of the chain of absences."""
    away = [
        absence
        for absence in Absence.objects.filter(user=person)
        if absence.valid_from <= today <= absence.valid_until and absence.seat_id in {None, seat}
    ]
    if not steps or not away:
        return set()
    return {
        last
        for absence in away
        for last in (_stands_in(absence.deputy_id, None, today, steps - 1) or {absence.deputy_id})
    }


def reads_of(cast: Cast, name: str, organisations: set[int]) -> bool:
    """A member of one of them, of its unit, or of the organisation that a unit belongs to."""
    return any(_tree(organisation) & organisations for organisation, _role in cast.roles(name))


def is_member(cast: Cast, name: str, organisations: set[int]) -> bool:
    """A member of one of them itself."""
    return any(organisation.pk in organisations for organisation, _role in cast.roles(name))


def has_role(cast: Cast, name: str, roles: set[str], organisations: set[int]) -> bool:
    return any(organisation.pk in organisations and role in roles for organisation, role in cast.roles(name))


def edits_map(cast: Cast, name: str, on: InterfaceMap) -> bool:
    """An editor of any party."""
    return has_role(cast, name, {"editor"}, parties_of(on))


def _agrees(answer: AspectAnswer) -> bool:
    """A base map is not agreed on."""
    return answer.aspect.interface.map.municipality.kind == Organisation.Kind.MUNICIPALITY


def _keepers_of(organisation: Organisation) -> set[int]:
    """The county keeps what is the municipalities' together."""
    together = organisation.kind == Organisation.Kind.MUNICIPALITIES
    return {organisation.parent_id or 0} if together else {organisation.pk}


def answers(cast: Cast, name: str, answer: AspectAnswer) -> bool:
    """An editor of that party."""
    return _agrees(answer) and has_role(cast, name, {"editor"}, {answer.party.map_party.organisation_id})


def confirms(cast: Cast, name: str, answer: AspectAnswer) -> bool:
    """An editor or approver of that party."""
    return _agrees(answer) and has_role(
        cast, name, {"editor", "approver"}, {answer.party.map_party.organisation_id}
    )


def tells_customers(cast: Cast, name: str, place: MapService) -> bool:
    """An editor of the party whose service it is."""
    return has_role(cast, name, {"editor"}, _keepers_of(place.party.organisation))


def rates(cast: Cast, name: str, party: MapParty) -> bool:
    """An editor or approver of that party; nobody on a base map."""
    return not party.map.is_base and has_role(cast, name, {"editor", "approver"}, {party.organisation_id})


def opens_rounds(cast: Cast, name: str, on: InterfaceMap) -> bool:
    """An editor of any party; nobody on a base map."""
    return not on.is_base and has_role(cast, name, {"editor"}, parties_of(on))


def closes_rounds(cast: Cast, name: str, on: InterfaceMap) -> bool:
    """An editor or approver of the county's side."""
    return any(rates(cast, name, party) for party in on.parties.all() if party.side == "county")


def reads_rating(cast: Cast, name: str, rating: Rating) -> bool:
    """A member of the very party that rated; once it is shown, whoever sees the map."""
    own = {organisation.pk for organisation, _role in cast.roles(name)}
    is_own = rating.party.organisation_id in own
    return sees(cast, name, rating.round.map) and (is_own or rating.revealed_at is not None)


def status(aspect: Aspect) -> str:
    """What an aspect's status is, from its rows: one reason, one text in the agreed language, every party's confirmation."""
    answers = list(aspect.answers.all())
    agreed = aspect.shared_sv if aspect.interface.map.source_language == "sv" else aspect.shared_fi
    if aspect.not_applicable_reason:
        return "not_applicable"
    if agreed and answers and all(answer.confirmed_text == agreed for answer in answers):
        return "agreed"
    texts = [aspect.shared_fi, aspect.shared_sv]
    texts += [text for answer in answers for text in (answer.answer_fi, answer.answer_sv)]
    return "in_progress" if any(texts) or _rows_of(aspect) else "missing"


@once_at_rest
def _rows_in(interface_id: int) -> list[AspectRow]:
    """The rows in use on the aspects of an interface."""
    models = (ProcessStep, InformationFlow, PartyResource, Leader, GoalRow, PathStep, ForumRow)
    return [
        row
        for model in models
        for row in model._default_manager.filter(aspect__interface=interface_id)
        if row.archived_at is None
    ]


def _rows_of(aspect: Aspect) -> list[AspectRow]:
    """The rows in use on the aspect; of the responsibilities, the steps with someone accountable."""
    rows = _rows_in(aspect.interface_id)
    if aspect.number == 4:
        return [row for row in rows if isinstance(row, ProcessStep) and row.accountable_id]
    return [row for row in rows if row.aspect_id == aspect.pk]
