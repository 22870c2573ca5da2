"""A county's base map: who makes, sees and keeps it, what its texts do on the maps that follow it, and back."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from collaboration.models import Change, Event, Membership, Organisation
from collaboration.ops.document import Conflict, Op
from services import policy
from services.models import Aspect, Interface, InterfaceMap, MapService, Service, ServiceNode
from services.queries.desk import CONFIRM
from services.workflows.base_maps import TEXTS
from services.workflows.edits import MAP
from services.workflows.interface_map import interface_map_workflow
from services.workflows.map_templates import TEMPLATE_BY_KEY
from services.workflows.new_map import make_map
from tests import oracle
from tests.cast import Cast
from tests.services.ops import answer_of, edit, first_aspect, follow, make_base_map, status_of

pytestmark = pytest.mark.usefixtures("in_english")

NODES = ("daycare", "child-health-clinic")


@pytest.fixture
def based(cast: Cast) -> Cast:
    """The cast with a base map of the county, which the maps of Porvoo and Loviisa follow."""
    make_base_map(cast)
    follow(cast, "porvoo", "loviisa")
    return cast


def texts(aspect: Aspect) -> tuple[Any, ...]:
    now = Aspect.objects.get(pk=aspect.pk)
    return (*(getattr(now, name) for name in TEXTS), now.follows_base)


def write(cast: Cast, place: str, value: str, *, name: str = "shared_fi", number: int = 1) -> Any:
    """The county's editor writes a text on the map."""
    on = cast.maps[place]
    return edit(cast["county editor"], on, f"aspect:{first_aspect(on, number).pk}", name, value)


def set_follows(cast: Cast, value: Any, *, by: str = "porvoo editor", number: int = 1) -> Any:
    on = cast.maps["porvoo"]
    return edit(cast[by], on, f"aspect:{first_aspect(on, number).pk}", "follows_base", value)


def follows_its_base(on: InterfaceMap) -> None:
    """Whatever follows has a base on the map's own base map, and the base's texts unless the map is archived."""
    for aspect in Aspect.objects.filter(interface__map=on).select_related("base__interface"):
        assert aspect.base is None or aspect.base.interface.map_id == on.base_id
        assert not (aspect.follows_base and aspect.base is None)
        if aspect.follows_base and aspect.base and on.status == "draft":
            assert [getattr(aspect, name) for name in TEXTS] == [getattr(aspect.base, name) for name in TEXTS]


def seq_of(on: InterfaceMap) -> int:
    return InterfaceMap.objects.get(pk=on.pk).seq


# Who


def test_who_may_make_a_base_map(cast: Cast) -> None:
    together = Organisation.objects.get(code="01-KUNNAT")
    makers = set()
    for person in cast.people:
        offered = policy.base_maps_to_make(cast[person])
        may = bool(policy.can_make_map(cast[person], together, together.parent))
        assert may == (together in offered), person
        if may:
            makers.add(person)
        else:
            with pytest.raises(PermissionDenied):
                make_map(by=cast[person], municipality=together, template=TEMPLATE_BY_KEY["under_school_age"])
        assert together not in policy.municipalities_to_map(cast[person])
    assert makers == {"county editor"}


def test_who_sees_a_base_map_before_and_after_it_is_in_use(cast: Cast) -> None:
    base = make_base_map(cast)
    of_county = {name for name in cast.people if name.startswith("county")}

    def seen() -> set[str]:
        people = {name for name in cast.people if policy.visible_maps(cast[name]).filter(pk=base.pk).exists()}
        assert people == {name for name in cast.people if oracle.sees(cast, name, base)}
        return people

    assert seen() == of_county
    follow(cast, "porvoo")
    assert seen() == of_county | {name for name in cast.people if name.startswith("porvoo")}
    edit(cast["porvoo editor"], cast.maps["porvoo"], f"map:{cast.maps['porvoo'].pk}", "base", None)
    assert seen() == of_county


def test_a_base_map_is_kept_by_the_county_alone(based: Cast) -> None:
    on = based.maps["base"]
    subject = f"aspect:{first_aspect(on).pk}"
    for person in ("porvoo editor", "loviisa editor", "county approver", "county reader"):
        with pytest.raises(PermissionDenied):
            edit(based[person], on, subject, "shared_fi", "x")
        with pytest.raises(PermissionDenied):
            interface_map_workflow.perform("archive", on, by=based[person])
    with pytest.raises(ValidationError):
        edit(based["county editor"], on, f"map:{on.pk}", "add_party", {"organisation": 1})
    node = ServiceNode.objects.get(key="family-day-care")
    lane = on.parties.get(side="municipality")
    new = {"party": lane.pk, "name_fi": "Perhepäivähoito", "node": node.pk}
    edit(based["county editor"], on, f"map:{on.pk}", "add_service", new)
    answer = answer_of(first_aspect(on), "01")
    for name, value in (("answer_fi", "x"), ("confirmation", None)):
        with pytest.raises(PermissionDenied, match="not agreed on"):
            edit(based["county editor"], on, f"answer:{answer.pk}", name, value)


def test_both_parties_take_over_and_return(based: Cast) -> None:
    for person in ("porvoo editor", "county editor"):
        assert set_follows(based, False, by=person).value is False
        assert set_follows(based, True, by=person).value is True
    for person in ("porvoo reader", "porvoo approver", "county reader"):
        with pytest.raises(PermissionDenied):
            set_follows(based, False, by=person)


def test_what_is_the_municipalities_together_is_no_organisation_of_its_own(cast: Cast) -> None:
    together = Organisation.objects.get(code="01-KUNNAT")
    make_base_map(cast)
    client, on = cast.client("county editor", "fi"), cast.maps["porvoo"]
    for query in ("?q=kunnat", "?county=01", "?kind=municipalities", "?ended=on&q=01-"):
        assert together not in client.get(f"/organisaatiot/{query}").context["organisations"], query
    assert client.get(f"/organisaatiot/{together.parent_id}/").context["units"] == []
    assert (
        client.get(f"/kartat/{on.pk}/asetukset/?organisation=hyvinvointialueen kunnat").context["found"] == []
    )
    with pytest.raises(ValidationError):
        edit(cast["county editor"], on, f"map:{on.pk}", "add_party", {"organisation": together.pk})
    with pytest.raises(ValidationError):
        Membership(user=cast["nobody"], organisation=together, role="reader").full_clean()
    listed = client.get("/api/v1/organisations/?county=01&q=kunnat").json()["results"]
    assert together.pk not in {row["id"] for row in listed}
    assert client.get("/api/v1/organisations/?kind=municipalities").status_code == 400
    assert client.get(f"/api/v1/organisations/{together.pk}/").json()["kind"] == "municipalities"
    assert client.get(f"/organisaatiot/{together.pk}/").status_code == 200


def test_services_of_a_base_map_are_in_nobodys_catalogue(cast: Cast) -> None:
    client = cast.client("county editor", "fi")
    before = {node.key: node.count for node in client.get("/palvelut/").context["nodes"]}
    make_base_map(cast)
    page = client.get("/palvelut/?q=päiväkoti").context
    assert {service.organisation.kind for service in page["services"]} <= {"municipality", "unit"}
    assert {node.key: node.count for node in page["nodes"]} == before
    service = Service.objects.get(organisation__code="01-KUNNAT", node__key="daycare")
    assert service not in client.get("/palvelut/luokat/daycare/").context["services"]
    assert service.pk not in {row["id"] for row in client.get("/api/v1/services/").json()["results"]}
    assert client.get(f"/palvelut/{service.pk}/").status_code == 200
    assert client.get(f"/api/v1/services/{service.pk}/").status_code == 200
    assert service.responsibilities.count() == 0, "no law makes them organise it together"


def test_a_base_map_is_not_counted_among_the_maps_of_a_county(cast: Cast) -> None:
    client = cast.client("national coordinator", "fi")

    def row() -> Any:
        return next(each for each in client.get("/").context["overview"] if each["county"].code == "01")

    before = row()
    make_base_map(cast)
    write(cast, "base", "Pohja.")
    after = row()
    assert (after["maps"], after["interfaces"], after["of"]) == (
        before["maps"],
        before["interfaces"],
        before["of"],
    )


# Inheritance


def test_what_the_county_writes_is_at_once_on_every_map_that_follows(based: Cast) -> None:
    made = write(based, "base", "Yhdessä.")
    cause = Change.objects.get(log_id=based.maps["base"].pk, seq=made.version)
    for place in ("porvoo", "loviisa"):
        on, aspect = based.maps[place], first_aspect(based.maps[place])
        assert texts(aspect) == ("Yhdessä.", "", "", True)
        change = Change.objects.filter(log_id=on.pk).latest("seq")
        assert (change.seq, change.property, change.subject) == (seq_of(on), "shared_fi", aspect)
        assert (change.from_value, change.to_value) == ("", "Yhdessä.")
        assert (change.actor, change.cause) == (based["county editor"], cause)
        assert Event.objects.filter(verb="shared_fi.changed", subject_id=aspect.pk).count() == 1
        assert status_of(aspect) == "in_progress"
    write(based, "base", "Tillsammans.", name="shared_sv")
    write(based, "base", "Muualla sovittu", name="not_applicable_reason")
    assert texts(first_aspect(based.maps["porvoo"])) == ("Yhdessä.", "Tillsammans.", "Muualla sovittu", True)
    assert status_of(first_aspect(based.maps["porvoo"])) == "not_applicable"


def test_a_change_at_the_county_makes_confirmations_stale(based: Cast) -> None:
    write(based, "base", "Yhdessä.")
    on, aspect = based.maps["porvoo"], first_aspect(based.maps["porvoo"])
    for code, giver in (("638", "porvoo approver"), ("01", "county approver")):
        edit(based[giver], on, f"answer:{answer_of(aspect, code).pk}", "confirmation", "Yhdessä.")
    assert status_of(aspect) == "agreed"
    write(based, "base", "Yhdessä ja ajoissa.")
    assert status_of(aspect) == "in_progress"
    page = based.client("porvoo editor", "en").get(aspect.get_absolute_url())
    assert "The text has changed since Porvoo approver confirmed" in page.content.decode()
    assert "What the county changed on" in page.content.decode()
    waiting = based.client("porvoo approver", "en").get("/").context["waiting"]
    assert [row.what for row in waiting if row.kind is CONFIRM] == ["1 text waits for your confirmation"]
    write(based, "base", "Yhdessä.")
    assert status_of(aspect) == "agreed", "the very text that was confirmed"


def test_the_same_op_of_the_county_twice_changes_every_map_once(based: Cast) -> None:
    on = based.maps["base"]
    op = Op(uuid4(), f"aspect:{first_aspect(on).pk}", "shared_fi", 0, "Kerran.")
    assert MAP.apply(based["county editor"], on.pk, op) == MAP.apply(based["county editor"], on.pk, op)
    assert [seq_of(based.maps[place]) for place in ("base", "porvoo", "loviisa")] == [1, 2, 2]


def test_a_text_of_ones_own_ends_the_following_and_is_one_change(based: Cast) -> None:
    write(based, "base", "Alueen.")
    before = seq_of(based.maps["porvoo"])
    made = edit(
        based["porvoo editor"],
        based.maps["porvoo"],
        f"aspect:{first_aspect(based.maps['porvoo']).pk}",
        "shared_fi",
        "Oma.",
    )
    assert made.version == seq_of(based.maps["porvoo"]) == before + 1
    write(based, "base", "Alueen uusi.")
    assert texts(first_aspect(based.maps["porvoo"])) == ("Oma.", "", "", False)
    assert texts(first_aspect(based.maps["loviisa"])) == ("Alueen uusi.", "", "", True)


@pytest.mark.parametrize("name", TEXTS)
def test_undoing_the_text_goes_on_following(based: Cast, name: str) -> None:
    write(based, "base", "Alueen.", name=name)
    for value, follows in (("Oma.", False), ("Alueen.", True)):
        write(based, "porvoo", value, name=name)
        assert Aspect.objects.get(pk=first_aspect(based.maps["porvoo"]).pk).follows_base == follows


def test_what_was_taken_over_stays_ones_own_even_with_the_same_text(based: Cast) -> None:
    write(based, "base", "Alueen.")
    set_follows(based, False)
    for value in ("Oma.", "Alueen."):
        write(based, "porvoo", value)
    assert texts(first_aspect(based.maps["porvoo"])) == ("Alueen.", "", "", False)
    write(based, "base", "Alueen uusi.")
    assert texts(first_aspect(based.maps["porvoo"])) == ("Alueen.", "", "", False)


def test_returning_brings_the_countys_texts_and_keeps_ones_own_in_the_history(based: Cast) -> None:
    write(based, "base", "Alueen.")
    write(based, "porvoo", "Oma.")
    write(based, "porvoo", "Egen.", name="shared_sv")
    made = set_follows(based, True)
    aspect = first_aspect(based.maps["porvoo"])
    assert texts(aspect) == ("Alueen.", "", "", True)
    after = Change.objects.filter(log_id=based.maps["porvoo"].pk, seq__gt=made.version).order_by("seq")
    assert list(after.values_list("property", "from_value", "to_value", "cause__seq")) == [
        ("shared_fi", "Oma.", "Alueen.", made.version),
        ("shared_sv", "Egen.", "", made.version),
    ]
    again = set_follows(based, True)
    assert again.version == made.version
    page = (
        based.client("porvoo editor", "en")
        .get(f"/kartat/{based.maps['porvoo'].pk}/historia/")
        .content.decode()
    )
    assert "returned to the county" in page


def test_an_aspect_without_a_base_has_nothing_to_follow(cast: Cast) -> None:
    for value in (True, False):
        with pytest.raises(ValidationError, match="no base map"):
            set_follows(cast, value)
    on = make_base_map(cast)
    with pytest.raises(ValidationError, match="no base map"):
        edit(cast["county editor"], on, f"aspect:{first_aspect(on).pk}", "follows_base", True)


def test_a_stale_page_does_not_return_what_another_has_taken_over(based: Cast) -> None:
    on, aspect = based.maps["porvoo"], first_aspect(based.maps["porvoo"])
    read = seq_of(on)
    set_follows(based, False)
    set_follows(based, True)
    with pytest.raises(Conflict):
        edit(based["county editor"], on, f"aspect:{aspect.pk}", "follows_base", False, base=read)


def test_the_countys_change_conflicts_with_what_is_typed_on_an_old_page(based: Cast) -> None:
    on, aspect = based.maps["porvoo"], first_aspect(based.maps["porvoo"])
    read = seq_of(on)
    write(based, "base", "Alueen.")
    with pytest.raises(Conflict) as stale:
        edit(based["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Oma.", base=read)
    assert (stale.value.theirs, stale.value.by) == ("Alueen.", based["county editor"])


# Taking a base map in use


def test_a_new_map_begins_with_the_countys_texts(cast: Cast) -> None:
    base = make_base_map(cast)
    write(cast, "base", "Alueen.")
    write(cast, "base", "Områdets.", name="shared_sv", number=2)
    for use_base in (True, False):
        made = make_map(
            by=cast["porvoo editor"],
            municipality=cast.organisations["porvoo"],
            template=TEMPLATE_BY_KEY["under_school_age"],
            use_base=use_base,
        )
        assert made.base == (base if use_base else None)
        assert texts(first_aspect(made)) == (("Alueen.", "", "", True) if use_base else ("", "", "", False))
        assert texts(first_aspect(made, 2))[1] == ("Områdets." if use_base else "")
        assert (made.seq, Change.objects.filter(log_id=made.pk).count()) == (0, 0), "no changes of it"


def test_a_map_takes_only_a_base_map_of_its_county_and_target_group(cast: Cast) -> None:
    base, editor = make_base_map(cast), cast["county editor"]
    youth, helsinki = cast.maps["youth"], cast.maps["helsinki"]
    for by, on, value in (
        (editor, youth, base.pk),
        (cast["kasko editor"], helsinki, base.pk),
        (editor, base, base.pk),
        (editor, cast.maps["porvoo"], cast.maps["loviisa"].pk),
        (editor, cast.maps["porvoo"], 10**17),
    ):
        with pytest.raises(ValidationError, match="no such base map"):
            edit(by, on, f"map:{on.pk}", "base", value)
    interface_map_workflow.perform("archive", base, by=editor)
    with pytest.raises(ValidationError):
        follow(cast, "porvoo")
    made = make_map(
        by=cast["porvoo editor"],
        municipality=cast.organisations["porvoo"],
        template=TEMPLATE_BY_KEY["under_school_age"],
        use_base=True,
    )
    assert made.base is None


def test_taking_it_in_use_fills_what_is_empty_and_keeps_what_is_written(cast: Cast) -> None:
    make_base_map(cast)
    for number, value in ((1, "Alueen."), (2, "Alueen toinen."), (3, "Sama.")):
        write(cast, "base", value, number=number)
    on = cast.maps["porvoo"]
    write(cast, "porvoo", "Oma.", number=2)
    write(cast, "porvoo", "Sama.", number=3)
    follow(cast, "porvoo")
    assert [texts(first_aspect(on, number))[::3] for number in (1, 2, 3, 4)] == [
        ("Alueen.", True),
        ("Oma.", False),
        ("Sama.", True),
        ("", True),
    ]
    changes = Change.objects.filter(log_id=on.pk).order_by("seq").values_list("property", "to_value")
    assert list(changes)[-2:] == [("base", cast.maps["base"].pk), ("shared_fi", "Alueen.")]
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "base", None)
    assert texts(first_aspect(on)) == ("Alueen.", "", "", False)
    write(cast, "base", "Alueen uusi.")
    assert texts(first_aspect(on)) == ("Alueen.", "", "", False)


def test_another_base_map_is_followed_where_the_first_one_was(based: Cast) -> None:
    write(based, "base", "Ensimmäinen.")
    write(based, "porvoo", "Oma.", number=2)
    make_base_map(based)
    write(based, "base", "Toinen.")
    write(based, "base", "Toinen 2.", number=2)
    follow(based, "porvoo")
    on = based.maps["porvoo"]
    assert [texts(first_aspect(on, number))[::3] for number in (1, 2)] == [("Toinen.", True), ("Oma.", False)]


def new_place(cast: Cast, on: InterfaceMap, side: str) -> int:
    """Another service on the map: family day care of the municipal side."""
    party = on.parties.get(side=side)
    node = ServiceNode.objects.get(key="family-day-care")
    by = cast["county editor" if on.is_base else "porvoo editor"]
    new = {"party": party.pk, "name_fi": "Perhepäivähoito", "node": node.pk}
    return int(edit(by, on, f"map:{on.pk}", "add_service", new).value["subject"].split(":")[1])


def connect(cast: Cast, on: InterfaceMap) -> Interface:
    clinic = MapService.objects.get(map=on, service__node__key="child-health-clinic")
    wish = {"services": [new_place(cast, on, "municipality"), clinic.pk]}
    by = cast["county editor" if on.is_base else "porvoo editor"]
    made = edit(by, on, f"map:{on.pk}", "add_interface", wish)
    return Interface.objects.get(pk=made.value["subject"].split(":")[1])


@pytest.mark.parametrize("order", [("base", "porvoo"), ("porvoo", "base")])
def test_an_interface_that_is_added_on_either_map_is_linked(based: Cast, order: tuple[str, str]) -> None:
    made = {place: connect(based, based.maps[place]) for place in order}
    base, ours = (made[place].aspects.get(number=4) for place in ("base", "porvoo"))
    assert (ours.base, ours.follows_base) == (base, True)
    edit(
        based["county editor"],
        based.maps["base"],
        f"aspect:{base.pk}",
        "shared_fi",
        "Perhepäivähoitaja soittaa.",
    )
    assert texts(ours)[0] == "Perhepäivähoitaja soittaa."


def test_an_interface_that_comes_back_is_linked(based: Cast) -> None:
    base = connect(based, based.maps["base"])
    edit(
        based["county editor"],
        based.maps["base"],
        f"aspect:{base.aspects.get(number=1).pk}",
        "shared_fi",
        "Näin.",
    )
    edit(based["county editor"], based.maps["base"], f"interface:{base.pk}", "archived", True)
    ours = connect(based, based.maps["porvoo"]).aspects.get(number=1)
    assert ours.base is None, "the base's has been removed"
    edit(based["county editor"], based.maps["base"], f"interface:{base.pk}", "archived", False)
    assert texts(ours) == ("Näin.", "", "", True)


# Archived maps


def test_a_map_that_is_put_away_stays_as_it_is_and_catches_up_when_it_comes_back(based: Cast) -> None:
    on, aspect = based.maps["porvoo"], first_aspect(based.maps["porvoo"])
    write(based, "base", "Ennen.")
    interface_map_workflow.perform("archive", on, by=based["porvoo editor"])
    before = seq_of(on)
    write(based, "base", "Jälkeen.")
    base = connect(based, based.maps["base"])
    assert (texts(aspect)[0], seq_of(on)) == ("Ennen.", before)
    interface_map_workflow.perform("take_back", on, by=based["porvoo editor"])
    assert (texts(aspect)[0], seq_of(on)) == ("Jälkeen.", before + 1)
    change = Change.objects.get(log_id=on.pk, seq=before + 1)
    assert (change.actor, change.from_value, change.to_value) == (
        based["porvoo editor"],
        "Ennen.",
        "Jälkeen.",
    )
    assert base.aspects.count() == 9


def test_a_base_map_that_is_put_away_is_still_followed(based: Cast) -> None:
    write(based, "base", "Alueen.")
    write(based, "porvoo", "Oma.")
    interface_map_workflow.perform("archive", based.maps["base"], by=based["county editor"])
    with pytest.raises(PermissionDenied):
        write(based, "base", "Uusi.")
    set_follows(based, True)
    assert texts(first_aspect(based.maps["porvoo"])) == ("Alueen.", "", "", True)
