"""Random edits by random people, and every state of an aspect: the map stays whole."""

from contextlib import suppress
from itertools import combinations, product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collaboration.models import Change, Event
from collaboration.ops.document import Conflict, NoSuchSubject
from services.content.canonical import content_of
from services.models import (
    Aspect,
    AspectAnswer,
    AspectStatus,
    Interface,
    InterfaceMap,
    MapParty,
    MapService,
    ReferralStep,
    Service,
    ServiceNode,
)
from services.workflows import tallies
from services.workflows.base_maps import TEXTS
from services.workflows.properties import KINDS
from tests import oracle
from tests.cast import ANONYMOUS, Cast, at_rest, once_at_rest, undone
from tests.services.ops import NOW, answer_of, edit, first_aspect, follow, make_base_map, values_for, wishes
from tests.services.test_base_maps import follows_its_base

ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    10**30,
    "",
    "x" * 6000,
    "nolla \x00",
    "puoli \ud800",
    [],
    {},
    [None],
    {"services": "x"},
)


@st.composite
def ops(draw: st.DrawFn) -> list[tuple[str, str, str, int, int, int]]:
    """Who changes what, with which of the likely values and of the rows, and from how old a page."""
    declared = sorted((kind, name) for kind, found in KINDS.items() for name in found.properties)
    choice = st.integers(0, 40)
    return [
        (
            draw(st.sampled_from(PEOPLE)),
            *draw(st.sampled_from(declared)),
            draw(choice),
            draw(choice),
            draw(base),
        )
        for _number in range(draw(st.integers(1, 25)))
    ]


PEOPLE = ["porvoo editor", "county editor", "county approver", "loviisa editor", "porvoo reader", ANONYMOUS]
base = st.sampled_from([0, 3, NOW])


def likely(cast: Cast, on: InterfaceMap, kind: str, name: str) -> list[Any]:
    """Values that the property may well accept now, and some that it never does."""
    is_made_of_rows = name == "parties" or name.startswith("add_")
    found = of_what_is_there(cast, on)[name] if is_made_of_rows else values_for(cast, on)[kind, name]
    return [*found, *ODD]


@once_at_rest
def of_what_is_there(cast: Cast, on: InterfaceMap) -> dict[str, list[Any]]:
    """By the property's name, values that name the rows of the map."""
    services = list(MapService.objects.filter(map=on).order_by("pk").values_list("pk", flat=True))
    parties = list(MapParty.objects.filter(map=on).order_by("pk").values_list("pk", flat=True))
    nodes = list(ServiceNode.objects.filter(kind="service").order_by("pk").values_list("pk", flat=True)[:2])
    return {
        "add_service": [
            *({"service": pk} for pk in Service.objects.order_by("pk").values_list("pk", flat=True)),
            *({"party": pk, "name_fi": "Uusi", "node": nodes[0]} for pk in parties),
        ],
        "add_interface": [{"services": list(pair)} for pair in combinations(services[:5], 2)],
        "add_copy": [{"name_fi": "Kopio"}, {"name_fi": "Toinen"}],
        "add_party": [{"organisation": place.pk} for place in cast.organisations.values()],
        "add_evidence": [{"title": "Päätös", "url": "https://kunta.example/"}],
        "parties": [parties, parties[:2], parties[-1:]],
        **{f"add_{row}": [wish, {**wish, "party": parties[-1]}] for row, wish in wishes(on).items()},
    }


Sample = list[tuple[str, str, str, int, int, int]]


def unhurried(*, is_long: bool) -> settings:
    """A few examples in the ordinary run, others each time."""
    return settings(
        max_examples=200 if is_long else 6, deadline=None, suppress_health_check=list(HealthCheck)
    )


@pytest.mark.slow
def test_whatever_people_do_the_map_stays_whole(cast: Cast, *, is_long: bool) -> None:
    on = cast.maps["porvoo"]

    @unhurried(is_long=is_long)
    @given(sample=ops())
    def people_do(sample: Sample) -> None:
        with undone():
            for each in sample:
                tried(cast, on, *each)
            stays_whole(on)

    people_do()


def tried(
    cast: Cast, on: InterfaceMap, person: str, kind: str, name: str, which: int, value: int, number: int
) -> None:
    rows = KINDS[kind].rows(on).order_by("pk").values_list("pk", flat=True)
    subject = f"{kind}:{rows[which % len(rows)] if rows else 0}"
    values = likely(cast, on, kind, name)
    with suppress(NoSuchSubject, PermissionDenied, ValidationError, Conflict):
        edit(cast.visitor(person), on, subject, name, values[value % len(values)], base=number)


TEXT_OPS = st.tuples(
    st.sampled_from(["base", "porvoo", "loviisa"]),
    st.sampled_from([*TEXTS, "follows_base"]),
    st.integers(0, 3),
    st.integers(0, 3),
)
"""What is changed most where a base map is: a text of one of four aspects, and whether it is followed."""


@pytest.mark.slow
def test_whatever_people_do_what_follows_the_base_map_says_the_same(cast: Cast, *, is_long: bool) -> None:
    make_base_map(cast)
    follow(cast, "porvoo")

    @unhurried(is_long=is_long)
    @given(
        sample=ops(),
        places=st.lists(st.sampled_from(["base", "porvoo", "loviisa"]), min_size=25, max_size=25),
        texts=st.lists(TEXT_OPS, min_size=1, max_size=25),
    )
    def people_do(sample: Sample, places: list[str], texts: list[tuple[str, str, int, int]]) -> None:
        with undone():
            for index, (place, name, number, value) in enumerate(texts):
                on, by = cast.maps[place], cast["county editor"]
                wished = (
                    value % 2 == 0 if name == "follows_base" else ["", "Yksi.", "Kaksi.", "Kolme."][value]
                )
                with suppress(ValidationError):
                    edit(by, on, f"aspect:{first_aspect(on, number + 1).pk}", name, wished)
                if index < len(sample):
                    tried(cast, cast.maps[places[index]], *sample[index])
            for place in ("base", "porvoo", "loviisa"):
                stays_whole(cast.maps[place])

    people_do()


def stays_whole(on: InterfaceMap) -> None:
    """What must be true of a map whatever has been done to it."""
    connection.check_constraints()
    on.refresh_from_db()
    changes = Change.objects.filter(log_id=on.pk).order_by("seq")
    assert list(changes.values_list("seq", flat=True)) == list(range(1, on.seq + 1))
    numbered = sum(InterfaceMap.objects.values_list("seq", flat=True))
    assert Event.objects.filter(verb__endswith=".changed").count() == Change.objects.count() == numbered
    follows_its_base(on)
    meetings = list(Interface.objects.filter(map=on, archived_at=None).values_list("meeting", flat=True))
    assert len(meetings) == len(set(meetings))
    for step in ReferralStep.objects.filter(map_service__map=on, service__isnull=False):
        assert step.service is not None
        assert (step.service.map_id, step.service_id != step.map_service_id) == (on.pk, True)
    services = {row["id"]: row for row in content_of(on)["services"]}
    guides = {step["service"] for row in services.values() for step in row["path"]}
    assert guides <= {None, *services}
    with at_rest():
        for interface in Interface.objects.filter(map=on):
            aspects = list(interface.aspects.select_related("interface__map").prefetch_related("answers"))
            assert [aspect.number for aspect in aspects] == list(range(1, 10))
            parties = set(interface.party_rows.values_list("pk", flat=True))
            for aspect in aspects:
                assert {answer.party_id for answer in aspect.answers.all()} == parties
                assert aspect.status == oracle.status(aspect)
    assert list(tallies.problems()) == []


GIVEN = [None, "Yhteinen.", "Gemensam."]
"""The text that a party has confirmed: none, the Finnish one, the Swedish one; each may be stale."""

STATES = list(
    product(["", "Yhteinen."], ["", "Gemensam."], ["", "Syy"], ["", "Meidän."], *[GIVEN] * 2, ["fi", "sv"])
)


def test_the_status_is_what_the_oracle_says_in_every_state(cast: Cast) -> None:
    """Every combination of shared texts, a reason, an own answer, what each party confirmed, and the language."""
    on, aspect = cast.maps["porvoo"], first_aspect(cast.maps["porvoo"])
    giver, answers = cast["porvoo editor"], [answer_of(aspect, "638"), answer_of(aspect, "01")]
    seen = set()
    for fi, sv, reason, own, ours, theirs, language in STATES:
        InterfaceMap.objects.filter(pk=on.pk).update(source_language=language)
        Aspect.objects.filter(pk=aspect.pk).update(shared_fi=fi, shared_sv=sv, not_applicable_reason=reason)
        for answer, text in zip(answers, (ours, theirs), strict=True):
            AspectAnswer.objects.filter(pk=answer.pk).update(
                answer_fi=own,
                confirmed_text=text,
                confirmed_by=giver if text else None,
                confirmed_at=timezone.now() if text else None,
            )
        now = Aspect.objects.get(pk=aspect.pk)
        assert now.status == oracle.status(now), (fi, sv, reason, own, ours, theirs, language)
        seen.add(now.status)
    assert seen == set(AspectStatus.values)
