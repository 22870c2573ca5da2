"""Visibility and every editable property, person by person, against the brute-force oracle."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from collaboration.models import Membership, Organisation, User
from collaboration.policy import ROLE_GRANTS, grants_of
from services import policy
from services.models import Aspect, AspectAnswer, Interface, InterfaceMap, MapService
from services.workflows.edits import Conflict, NoSuchSubject
from services.workflows.interface_map import interface_map_workflow
from services.workflows.new_map import county_of
from services.workflows.properties import KINDS
from tests import oracle
from tests.cast import Cast
from tests.services.ops import answer_of, edit, first_aspect

Allowed = Callable[[Cast, str, InterfaceMap, Any], bool]


def on_map(cast: Cast, name: str, on: InterfaceMap, _row: Any) -> bool:
    return oracle.edits_map(cast, name, on)


def on_aspect(cast: Cast, name: str, _on: InterfaceMap, aspect: Aspect) -> bool:
    parties = {row.map_party.organisation_id for row in aspect.interface.party_rows.all()}
    return oracle.has_role(cast, name, {"editor"}, parties)


RULES: dict[tuple[str, str], tuple[Allowed, Any]] = {
    ("map", "title_fi"): (on_map, "Otsikko"),
    ("map", "title_sv"): (on_map, "Rubrik"),
    ("map", "places"): (on_map, {}),
    ("map", "add_service"): (on_map, {"service": 0}),
    ("map", "add_interface"): (on_map, {"services": []}),
    ("map", "add_party"): (on_map, {"organisation": 0}),
    ("party", "archived"): (on_map, False),
    ("service", "archived"): (on_map, False),
    ("service", "place"): (on_map, 1),
    **{
        ("service", field): (lambda cast, name, _on, row: oracle.tells_customers(cast, name, row), "Näin.")
        for field in ("where_fi", "where_sv", "how_fi", "how_sv")
    },
    ("interface", "archived"): (on_map, False),
    ("interface", "parties"): (on_map, []),
    **{
        ("aspect", field): (on_aspect, "Näin.")
        for field in ("shared_fi", "shared_sv", "not_applicable_reason")
    },
    ("aspect", "review_on"): (on_aspect, "2027-01-01"),
    ("aspect", "responsible"): (on_aspect, []),
    ("aspect", "add_evidence"): (on_aspect, {"title": "Päätös", "url": "https://kunta.example/"}),
    **{
        ("answer", field): (lambda cast, name, _on, row: oracle.answers(cast, name, row), "Näin.")
        for field in ("answer_fi", "answer_sv")
    },
    ("answer", "consent"): (lambda cast, name, _on, row: oracle.consents(cast, name, row), None),
    ("evidence", "archived"): (lambda cast, name, on, row: on_aspect(cast, name, on, row.aspect), True),
}


def test_every_property_has_its_rule_here() -> None:
    declared = {(kind, name) for kind, properties in KINDS.items() for name in properties.properties}
    assert set(RULES) == declared


def test_every_role_has_its_grants() -> None:
    assert set(ROLE_GRANTS) == set(Membership.Role)


@pytest.fixture
def rows(cast: Cast) -> dict[str, Any]:
    """One row of each kind, on Porvoo's map."""
    on = cast.maps["porvoo"]
    aspect = first_aspect(on)
    made = edit(
        cast["porvoo editor"],
        on,
        f"aspect:{aspect.pk}",
        "add_evidence",
        {"title": "a", "url": "https://a.example/"},
    )
    rows: dict[str, Any] = {
        "map": on,
        "party": on.parties.order_by("lane")[0],
        "service": MapService.objects.get(map=on, service__node__key="daycare"),
        "interface": Interface.objects.filter(map=on).order_by("pk")[0],
        "aspect": aspect,
        "answer": answer_of(aspect, "638"),
    }
    rows["evidence"] = KINDS["evidence"].rows(on).get(pk=made.value["subject"].split(":")[1])
    return rows


@pytest.mark.parametrize(("kind", "name"), sorted(RULES))
def test_who_may_change_it(cast: Cast, rows: dict[str, Any], kind: str, name: str) -> None:
    on, row = cast.maps["porvoo"], rows[kind]
    allowed, value = RULES[kind, name]
    for person in cast.people:
        try:
            edit(cast[person], on, f"{kind}:{row.pk}", name, value)
            outcome = "allowed"
        except (ValidationError, Conflict):
            outcome = "allowed"  # the person may, the value may not
        except PermissionDenied:
            outcome = "refused"
        except NoSuchSubject:
            outcome = "not there"
        expected = "refused" if oracle.sees(cast, person, on) else "not there"
        assert outcome == ("allowed" if allowed(cast, person, on, row) else expected), person


def test_the_county_answers_for_the_county_only(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    theirs = answer_of(first_aspect(on), "01")
    for person in cast.people:
        assert bool(policy.can_answer(cast[person], theirs)) == oracle.answers(cast, person, theirs), person
        assert bool(policy.can_consent(cast[person], theirs)) == oracle.consents(cast, person, theirs), person


def test_what_is_visible(cast: Cast) -> None:
    for person in cast.people:
        user = cast[person]
        seen = {name for name, on in cast.maps.items() if oracle.sees(cast, person, on)}
        assert {on.pk for on in policy.visible_maps(user)} == {cast.maps[name].pk for name in seen}, person
        for visible, path in (
            (policy.visible_interfaces(user), "map"),
            (policy.visible_map_services(user), "map"),
            (policy.visible_aspects(user), "interface__map"),
        ):
            assert set(visible.values_list(path, flat=True)) == {cast.maps[name].pk for name in seen}, person
    assert [name for name in cast.maps if oracle.sees(cast, "helsinki reader", cast.maps[name])] == [
        "helsinki"
    ]


def test_a_party_that_left_sees_no_more(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    party = edit(
        editor, on, f"map:{on.pk}", "add_party", {"organisation": cast.organisations["pohjanmaa"].pk}
    )
    assert policy.visible_maps(cast["pohjanmaa editor"]).filter(pk=on.pk).exists()
    edit(editor, on, party.value["subject"], "archived", True)
    assert not policy.visible_maps(cast["pohjanmaa editor"]).filter(pk=on.pk).exists()


def test_an_inactive_person_may_nothing(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    User.objects.filter(pk=cast.people["porvoo editor"].pk).update(is_active=False)
    assert not policy.can_edit_map(cast["porvoo editor"], on)


def test_who_may_make_a_map(cast: Cast) -> None:
    porvoo, county = cast.organisations["porvoo"], cast.organisations["county"]
    may = {person for person in cast.people if policy.can_make_map(cast[person], porvoo, county)}
    assert may == {"porvoo editor", "county editor"}
    choices = {
        person: set(policy.municipalities_to_map(cast[person]).values_list("code", flat=True))
        for person in cast.people
    }
    assert choices["porvoo editor"] == {"638"}
    assert len(choices["county editor"]) == 7
    assert choices["kasko editor"] == {"091"}
    assert choices["porvoo reader"] == choices["nobody"] == set()


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
