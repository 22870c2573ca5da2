"""Visibility and every editable property, person by person, against the brute-force oracle."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

import collaboration.policy
from collaboration import subjects
from collaboration.models import (
    Absence,
    ContactMessage,
    Forum,
    ForumSeat,
    Goal,
    Matter,
    Member,
    Membership,
    Organisation,
)
from collaboration.ops.document import Conflict, NoSuchSubject, documents
from collaboration.policy import ROLE_GRANTS, grants_of
from services import policy
from services.models import (
    ApprovalRound,
    Aspect,
    AspectAnswer,
    Escalation,
    Evidence,
    Interface,
    InterfaceMap,
    MapService,
    MapVersion,
    RatingRound,
    Service,
)
from services.workflows.interface_map import interface_map_workflow
from services.workflows.map_templates import TEMPLATE_BY_KEY
from services.workflows.new_map import county_of, make_map
from services.workflows.properties import KINDS
from services.workflows.structure import ROW_KINDS
from tests import oracle
from tests.cast import ANONYMOUS, INACTIVE, Cast, at_rest, undone
from tests.collaboration.action_cast import goal_of
from tests.notes.models import Note
from tests.services.exporting import previewed
from tests.services.ops import add_row, edit, first_aspect, follow, make_base_map, unlike
from tests.services.several_maps import several_maps

Allowed = Callable[[Cast, str, InterfaceMap, Any], bool]


def on_map(cast: Cast, name: str, on: InterfaceMap, _row: Any) -> bool:
    return oracle.edits_map(cast, name, on)


def by_its_service(cast: Cast, name: str, _on: InterfaceMap, place: MapService) -> bool:
    return oracle.tells_customers(cast, name, place)


def by_the_service_it_is_of(cast: Cast, name: str, _on: InterfaceMap, row: Any) -> bool:
    return oracle.tells_customers(cast, name, row.map_service)


def on_its_aspect(cast: Cast, name: str, on: InterfaceMap, row: Any) -> bool:
    return on_aspect(cast, name, on, row.aspect)


def answering(cast: Cast, name: str, _on: InterfaceMap, answer: AspectAnswer) -> bool:
    return oracle.answers(cast, name, answer)


def confirming(cast: Cast, name: str, _on: InterfaceMap, answer: AspectAnswer) -> bool:
    return oracle.confirms(cast, name, answer)


def on_aspect(cast: Cast, name: str, _on: InterfaceMap, aspect: Aspect) -> bool:
    parties = oracle.parties_at(aspect.interface)
    if aspect.interface.map.is_base:  # also where only services of the municipalities meet
        parties = oracle.parties_of(aspect.interface.map)
    return oracle.has_role(cast, name, {"editor"}, parties)


OF_ROWS: dict[str, dict[str, Any]] = {
    "step": {"title_fi": "Näin", "title_sv": "Så", "accountable": None}
    | {key: [] for key in ("actors", "consulted", "informed")},
    "flow": {
        "what": "Näin",
        "sender": 0,
        "receiver": 0,
        "system": "Näin",
        "basis": "Näin",
        "consent_needed": True,
    },
    "resource": {"party": 0, "what": "Näin", "person_years": "2.0", "euros": 1},
    "leader": {"person": None, "title": "Näin"},
    "goal_row": {"title": "Näin", "url": ""},
    "path_step": {"level": "expert", "who": "Näin", "days": 2, "phone": "112", "hours": "Näin"},
    "forum_row": {"forum": 0, "what_for_fi": "Näin", "what_for_sv": "Så"},
    "contact": {"who": "Näin", "phone": "112", "hours": "Näin", "party": None},
}
OF_ROWS_OF_SERVICES: dict[str, dict[str, Any]] = {
    "channel": {
        "kind": "phone",
        **{
            f"{name}_{language}": "Näin" for name in ("name", "address", "hours") for language in ("fi", "sv")
        },
        "phone": "112",
        "url": "",
    },
    "referral": {"text_fi": "Näin", "text_sv": "Så", "service": None},
}
"""A value for each column of a row: of structure, and of a service's channels and path."""

RULES: dict[tuple[str, str], tuple[Allowed, Any]] = {
    ("map", "title_fi"): (on_map, "Otsikko"),
    ("map", "title_sv"): (on_map, "Rubrik"),
    ("map", "places"): (on_map, {}),
    ("map", "base"): (on_map, None),
    ("map", "add_service"): (on_map, {"service": 0}),
    ("map", "add_interface"): (on_map, {"services": []}),
    ("map", "add_party"): (on_map, {"organisation": 0}),
    ("party", "archived"): (on_map, False),
    ("service", "archived"): (on_map, False),
    ("service", "place"): (on_map, 1),
    ("service", "add_copy"): (by_its_service, {"name_fi": "Kopio"}),
    **{
        ("service", field): (by_its_service, "Näin.")
        for field in ("where_fi", "where_sv", "how_fi", "how_sv")
    },
    ("interface", "archived"): (on_map, False),
    **{("interface", field): (on_map, []) for field in ("parties", "outcomes", "enablers")},
    **{
        ("aspect", field): (on_aspect, "Näin.")
        for field in ("shared_fi", "shared_sv", "not_applicable_reason")
    },
    ("aspect", "follows_base"): (on_aspect, True),
    ("aspect", "review_on"): (on_aspect, "2027-01-01"),
    ("aspect", "responsible"): (on_aspect, []),
    ("aspect", "add_evidence"): (on_aspect, {"title": "Päätös", "url": "https://kunta.example/"}),
    **{("answer", field): (answering, "Näin.") for field in ("answer_fi", "answer_sv")},
    ("answer", "confirmation"): (confirming, None),
    ("evidence", "archived"): (on_its_aspect, True),
    **{("aspect", f"add_{kind}"): (on_aspect, {}) for kind in OF_ROWS},
    **{("service", f"add_{kind}"): (by_its_service, {}) for kind in OF_ROWS_OF_SERVICES},
    **{
        (kind, name): (by_the_service_it_is_of, value)
        for kind, values in OF_ROWS_OF_SERVICES.items()
        for name, value in {**values, "place": 0.5, "archived": True}.items()
    },
    **{
        (kind, name): (on_its_aspect, value)
        for kind, values in OF_ROWS.items()
        for name, value in {**values, "place": 0.5, "archived": True}.items()
    },
}


def test_every_property_has_its_rule_here() -> None:
    declared = {(kind, name) for kind, properties in KINDS.items() for name in properties.properties}
    assert set(RULES) == declared


def test_every_role_has_its_grants() -> None:
    assert set(ROLE_GRANTS) == set(Membership.Role)


def rows_of(cast: Cast, on: InterfaceMap, editor: str, kind: str) -> list[Any]:
    """Rows of the kind on the map: one for each of its parties where rights depend on the party."""
    aspect = first_aspect(on)
    if kind in ROW_KINDS:
        return [_row(ROW_KINDS[kind].rows(on), add_row(cast[editor], on, kind))]
    if kind == "evidence":
        link = {"title": "a", "url": "https://a.example/"}
        made = edit(cast[editor], on, f"aspect:{aspect.pk}", "add_evidence", link)
        return [_row(Evidence.objects.all(), made.value["subject"])]
    parties = list(on.parties.all())
    of_the_template: dict[str, list[Any]] = {
        "map": [on],
        "party": parties,
        "service": [MapService.objects.filter(map=on, party=party)[0] for party in parties],
        "interface": [aspect.interface],
        "aspect": [aspect],
        "answer": list(aspect.answers.all()),
    }
    return of_the_template[kind]


def _row(rows: Any, subject: str) -> Any:
    return rows.get(pk=subject.partition(":")[2])


def outcome(user: Any, on: InterfaceMap, subject: str, name: str, value: Any) -> str:
    """What became of the op, which is undone."""
    try:
        with undone():
            edit(user, on, subject, name, value)
    except PermissionDenied:
        return "refused"
    except NoSuchSubject:
        return "not there"
    except (ValidationError, Conflict):
        pass  # the person may, the value may not
    return "allowed"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "editor"),
    [("porvoo", "county editor"), ("helsinki", "kasko editor"), ("base", "county editor")],
)
@pytest.mark.parametrize("kind", sorted({kind for kind, _name in RULES}))
def test_who_may_change_what(cast: Cast, place: str, editor: str, kind: str, *, is_long: bool) -> None:
    """In the ordinary run one person of each class: who may, who is refused, for whom it is not there."""
    if place == "base":
        make_base_map(cast)
        follow(cast, "porvoo")
    on = cast.maps[place]
    people = [person for person in cast.everyone if person != INACTIVE]  # who has a test of their own
    tried = unlike([key for key in RULES if key[0] == kind], everything=is_long)
    rules = {name: RULES[kind, name] for _kind, name in tried}
    for row in rows_of(cast, on, editor, kind):
        with at_rest():
            expected = {
                allowed: {
                    person: "allowed"
                    if allowed(cast, person, on, row)
                    else "refused"
                    if oracle.sees(cast, person, on)
                    else "not there"
                    for person in people
                }
                for allowed, _value in rules.values()
            }
        for name, (allowed, value) in rules.items():
            for person in oracle.asked(people, expected[allowed].__getitem__, everybody=is_long):
                got = outcome(cast.visitor(person), on, f"{kind}:{row.pk}", name, value)
                assert got == expected[allowed][person], (person, name, row)


VISIBLE: dict[str, Callable[[InterfaceMap], set[int]]] = {
    "visible_maps": lambda on: {on.pk},
    "visible_interfaces": lambda on: {row.pk for row in on.interfaces.all()},
    "visible_map_services": lambda on: {row.pk for row in on.map_services.all()},
    "visible_aspects": lambda on: {aspect.pk for row in on.interfaces.all() for aspect in row.aspects.all()},
    "visible_rating_rounds": lambda on: {row.pk for row in on.rating_rounds.all()},
    "visible_versions": lambda on: {row.pk for row in on.versions.all()},
}
"""What of a map is seen by those who see the map, by the name of the policy's function."""

VISIBLE_TO_ALL_SIGNED_IN = {"visible_services", "visible_organisations", "visible_areas"}
# tested where tokens blind ratings and people are, and below
OWN = {f"visible_{rows}" for rows in ("filters", "tokens", "ratings", "imports", "members", "invitations")}


def test_every_question_of_visibility_is_compared_here() -> None:
    modules = (policy, collaboration.policy)
    asked = {name for module in modules for name in vars(module) if name.startswith("visible_")}
    assert asked == set(VISIBLE) | VISIBLE_TO_ALL_SIGNED_IN | OWN


@pytest.mark.slow
def test_what_is_visible(cast: Cast) -> None:
    maps = several_maps(cast)
    with at_rest():
        for name, of_map in VISIBLE.items():
            rows = {on: of_map(on) for on in maps}
            for person in (person for person in cast.everyone if person != INACTIVE):
                seen = getattr(policy, name)(cast.visitor(person))
                expected = [rows[on] for on in maps if oracle.sees(cast, person, on)]
                assert set(seen.values_list("pk", flat=True)) == set().union(*expected), (name, person)


def test_what_somebody_has_brought_is_seen_by_themselves_while_they_see_the_map(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    brought = {by: previewed(cast, on, by=by).pk for by in ("porvoo editor", "county editor")}
    for person in (person for person in cast.everyone if person != INACTIVE):
        seen = set(policy.visible_imports(cast.visitor(person)).values_list("pk", flat=True))
        assert seen == {key for by, key in brought.items() if by == person}, person
    cast["porvoo editor"].memberships.all().delete()
    assert not policy.visible_imports(cast.visitor("porvoo editor")).exists()


MAP_OF: dict[type[Any], Callable[[Any], InterfaceMap]] = {
    InterfaceMap: lambda row: row,
    Aspect: lambda row: row.interface.map,
    **dict.fromkeys(
        (Interface, MapService, RatingRound, ApprovalRound, MapVersion, Escalation), lambda row: row.map
    ),
}
"""By whose readers the rows of a subject's model are read; the catalogue is open to all who have signed in."""


def seen_by(cast: Cast, name: str, row: Any) -> bool:
    """Whoever sees the row's map; of a note the organisation's; of the catalogue everyone who can sign in."""
    if type(row) in MAP_OF:
        return oracle.sees(cast, name, MAP_OF[type(row)](row))
    if isinstance(row, Note):
        return oracle.reads_of(cast, name, {row.organisation_id})
    return name != INACTIVE


AUDIENCES = {
    each.model: each
    for each in (
        *(subject.audience for subject in subjects.registered().values()),
        *(document.audience for document in documents.values()),
    )
    if each.model not in {Member, ContactMessage, Matter, Absence}
}
"""What is told of members, messages, matters and absences is tried by itself."""

EVERYBODYS = {Service, Forum, ForumSeat, Goal}
"""Whoever has signed in sees all of them, and nobody is told of them."""


@pytest.mark.parametrize("model", list(AUDIENCES), ids=lambda model: model.__name__)
def test_every_subject_is_seen_and_read_by_the_same_people_and_told_to_no_others(
    cast: Cast, model: type[Any], django_assert_max_num_queries: Any
) -> None:
    """What the live stream asks, from the rows' end, is what everything else asks from the person's."""
    several_maps(cast)
    goal_of(cast)
    audience = AUDIENCES[model]
    for place in ("porvoo", "kasko", "helsinki", "county"):
        Note.objects.create(organisation=cast.organisations[place])
    rows = list(model.objects.all())
    names = [name for name in cast.everyone if name != ANONYMOUS]
    person = {cast[name].pk: name for name in names}
    with django_assert_max_num_queries(2):
        readers = audience.readers([*(row.pk for row in rows), 0])
    assert set(readers) == {0, *(row.pk for row in rows)}
    visible = {name: set(audience.visible(cast.visitor(name)).values_list("pk", flat=True)) for name in names}
    with at_rest():
        for row in rows:
            expected = {name for name in names if seen_by(cast, name, row)}
            assert {name for name in names if row.pk in visible[name]} == expected, row
            assert {person[key] for key in readers[row.pk] if key in person} == expected, row
            parties = (
                oracle.parties_of(MAP_OF[model](row))
                if model in MAP_OF
                else {getattr(row, "organisation_id", 0)}
            )
            told = {
                name for name in names if model not in EVERYBODYS and oracle.is_member(cast, name, parties)
            }
            assert {person[each.pk] for each in audience.people(row) if each.pk in person} == told, row
            assert told <= expected
    assert readers[0] == (readers[rows[0].pk] if model in EVERYBODYS else set())
    assert not audience.visible(AnonymousUser()).exists()
    assert audience.readers([]) == {}


def test_those_who_approve_are_told_with_their_role(cast: Cast) -> None:
    for on in several_maps(cast):
        approvers = {
            name for name in cast.people if policy.approvers_of(on).filter(pk=cast[name].pk).exists()
        }
        assert approvers == {
            name for name in cast.people if oracle.has_role(cast, name, {"approver"}, oracle.parties_of(on))
        }


def test_the_oracle_itself_tells_people_apart(cast: Cast) -> None:
    maps = several_maps(cast)
    with at_rest():
        seen = {name: sum(oracle.sees(cast, name, on) for on in maps) for name in cast.everyone}
    assert seen == {
        **dict.fromkeys(("porvoo editor", "porvoo approver", "porvoo administrator"), 2),
        "porvoo reader": 4,  # and two in the care of their forum
        **dict.fromkeys(("county editor", "county approver", "county reader", "county administrator"), 4),
        "loviisa editor": 2,  # and the base map that its map is based on
        "pohjanmaa editor": 3,  # and two in the care of forums where they stand in
        "kasko editor": 1,
        "sotepe editor": 1,
        "kuva editor": 3,  # Porvoo's, not the one between its sister divisions
        "helsinki reader": 2,
        **dict.fromkeys(("nobody", "national coordinator", "service administrator"), 0),
        **dict.fromkeys((INACTIVE, ANONYMOUS), 0),
    }


def test_the_catalogue_and_the_register_are_open_to_all_who_have_signed_in(cast: Cast) -> None:
    for person in (*cast.people, ANONYMOUS):
        user = cast.visitor(person)
        assert policy.visible_services(user).exists() == (person != ANONYMOUS)
        assert collaboration.policy.visible_organisations(user).exists() == (person != ANONYMOUS)


def test_an_inactive_person_may_nothing(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    rows = {kind: rows_of(cast, on, "porvoo editor", kind) for kind, _name in RULES}
    for (kind, name), (_allowed, value) in RULES.items():
        for row in rows[kind]:
            assert outcome(cast[INACTIVE], on, f"{kind}:{row.pk}", name, value) in {"refused", "not there"}


def test_an_inactive_person_sees_nothing(cast: Cast) -> None:
    seen = {
        name
        for module in (policy, collaboration.policy)
        for name in {*VISIBLE, *VISIBLE_TO_ALL_SIGNED_IN} & set(vars(module))
        if getattr(module, name)(cast[INACTIVE]).exists()
    }
    assert seen == set()


@pytest.mark.parametrize("place", ["porvoo", "helsinki"])
def test_each_party_answers_and_confirms_for_itself(cast: Cast, place: str) -> None:
    for aspect in Aspect.objects.filter(interface__map=cast.maps[place]):
        for answer in aspect.answers.all():
            for person in cast.people:
                user = cast[person]
                assert bool(policy.can_answer(user, answer)) == oracle.answers(cast, person, answer)
                assert bool(policy.can_confirm(user, answer)) == oracle.confirms(cast, person, answer)
        if aspect.number == 2:
            break  # two aspects are enough


def test_a_party_that_left_sees_no_more(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    party = edit(
        editor, on, f"map:{on.pk}", "add_party", {"organisation": cast.organisations["pohjanmaa"].pk}
    )
    assert policy.visible_maps(cast["pohjanmaa editor"]).filter(pk=on.pk).exists()
    edit(editor, on, party.value["subject"], "archived", True)
    assert not policy.visible_maps(cast["pohjanmaa editor"]).filter(pk=on.pk).exists()


def test_who_may_make_a_map(cast: Cast) -> None:
    porvoo, county = cast.organisations["porvoo"], cast.organisations["county"]
    may = {person for person in cast.people if policy.can_make_map(cast[person], porvoo, county)}
    assert may == {"porvoo editor", "county editor"}
    choices = {
        person: set(policy.municipalities_to_map(cast[person]).values_list("code", flat=True))
        for person in cast.people
    }
    for person, codes in choices.items():
        assert policy.can_make_a_map(cast[person]) is bool(codes), person
    assert choices["porvoo editor"] == {"638"}
    assert len(choices["county editor"]) == 7
    assert choices["kasko editor"] == choices["sotepe editor"] == {"091"}
    for person in ("porvoo reader", "porvoo approver", "porvoo administrator", "helsinki reader", "nobody"):
        assert choices[person] == set(), person


@pytest.mark.parametrize("place", ["porvoo", "loviisa", "helsinki"])
def test_whoever_makes_a_map_sees_it(cast: Cast, place: str) -> None:
    """Otherwise the new map's page answers 404 to its own maker."""
    municipality = cast.organisations[place]
    makers = []
    for person in cast.people:
        with suppress(PermissionDenied), undone():
            made = make_map(
                by=cast[person], municipality=municipality, template=TEMPLATE_BY_KEY["young_people"]
            )
            makers.append(person)
            assert oracle.sees(cast, person, made), person
    assert makers


def test_an_archived_map_is_read_only_and_comes_back(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    aspect = first_aspect(on)
    interface_map_workflow.perform("archive", on, by=editor)
    for name, value in (("shared_fi", "x"), ("review_on", "2027-01-01")):
        with pytest.raises(PermissionDenied):
            edit(editor, on, f"aspect:{aspect.pk}", name, value)
    with pytest.raises(PermissionDenied):
        interface_map_workflow.perform("take_back", on, by=cast["porvoo reader"])
    interface_map_workflow.perform("take_back", on, by=cast["county editor"])
    edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "x")


def test_every_municipality_but_alands_has_its_county(db: None) -> None:
    without = [
        place.name_fi
        for place in Organisation.objects.municipalities().existing(timezone.localdate()).order_by("pk")
        if place.language_status != "sv" and county_of(place) is None
    ]
    assert without == []


def test_rights_are_asked_once_a_request(cast: Cast, django_assert_num_queries: Any) -> None:
    user = cast["porvoo editor"]
    with django_assert_num_queries(1):
        grants_of(user)
        grants_of(user)


def test_answers_exist_for_every_party_of_every_aspect(cast: Cast) -> None:
    for interface in Interface.objects.all():
        for aspect in interface.aspects.all():
            assert AspectAnswer.objects.filter(aspect=aspect).count() == interface.party_rows.count()
