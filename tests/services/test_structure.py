"""Rows of structure beside an aspect's shared answer: what is asked for, flagged, counted, ordered and kept."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from collaboration.ops.undo import NothingToUndo, undo
from services.models import (
    Aspect,
    AspectRow,
    Interface,
    InterfaceMap,
    Leader,
    PartyResource,
    PathStep,
    ProcessStep,
)
from services.workflows.edits import MAP
from services.workflows.structure import KIND_OF_ASPECT, MOST_ROWS, ROW_KINDS
from tests import oracle
from tests.cast import Cast
from tests.conftest import As
from tests.services.ops import (
    add_row,
    add_rows,
    edit,
    first_aspect,
    follow,
    make_base_map,
    parties_of,
    status_of,
    wishes,
)
from tests.services.test_bad_input import post_form

pytestmark = pytest.mark.usefixtures("in_english")
ME, OTHER = "porvoo editor", "county editor"


def address(on: InterfaceMap, number: int) -> str:
    return f"/kartat/{on.pk}/yhdyspinnat/{first_aspect(on).interface_id}/{number}/"


def section(client: Client, on: InterfaceMap, number: int, query: str = "") -> str:
    """What the aspect's page shows of its rows."""
    page = client.get(address(on, number) + query).content.decode()
    found = re.search(r'<section class="panel-section" id="rows">.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def row_of(subject: str) -> Any:
    kind, _colon, key = subject.partition(":")
    return ROW_KINDS[kind].model._default_manager.get(pk=key)


@pytest.mark.parametrize("number", range(1, 10))
def test_each_kind_of_row_belongs_to_its_own_aspect(cast: Cast, number: int) -> None:
    on = cast.maps["porvoo"]
    subject = f"aspect:{first_aspect(on, number).pk}"
    for kind, wish in wishes(on).items():
        if not ROW_KINDS[kind].number:
            continue
        if ROW_KINDS[kind].number == number:
            edit(cast[ME], on, subject, f"add_{kind}", wish)
        else:
            with pytest.raises(ValidationError, match="This belongs to the aspect"):
                edit(cast[ME], on, subject, f"add_{kind}", wish)
    assert set(KIND_OF_ASPECT) == {2, 3, 5, 6, 7, 8, 9}


def test_every_sentence_of_a_new_row_names_its_column(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    with pytest.raises(ValidationError) as refusal:
        edit(cast[ME], on, f"aspect:{first_aspect(on, 3).pk}", "add_flow", {"sender": 0, "system": "x" * 151})
    assert set(refusal.value.message_dict) == {"what", "sender", "receiver", "system"}
    assert refusal.value.message_dict["sender"] == ["From which party: Choose a party of this interface."]


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (ProcessStep, {"title_fi": "", "title_sv": ""}),
        (PartyResource, {"what": "x", "person_years": -1}),
        (PartyResource, {"what": "x", "euros": -1}),
        (Leader, {"title": ""}),
        (PathStep, {"who": "x", "level": "field", "days": 0}),
        (PathStep, {"who": "x", "level": "field", "days": 366}),
    ],
)
def test_the_database_itself_refuses_what_is_not_whole(
    cast: Cast, model: type[AspectRow], values: dict[str, Any]
) -> None:
    on = cast.maps["porvoo"]
    if any(field.name == "party" for field in model._meta.fields):
        values = {**values, "party_id": parties_of(on)[0]}
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.create(aspect=first_aspect(on), place=1, **values)


def test_a_step_has_one_accountable_party_at_most_and_is_flagged_while_it_has_none(
    cast: Cast, as_person: As
) -> None:
    on, client = cast.maps["porvoo"], as_person(ME, "en")
    one, two = parties_of(on)
    step = add_row(cast[ME], on, "step", accountable=None)
    flag = "Nobody is accountable for this step."
    assert flag in section(client, on, 4)
    assert "⚠" in section(client, on, 4)
    assert flag not in section(client, on, 2), "the process itself is not about who answers"
    for party in (one, two):
        edit(cast[OTHER], on, step, "accountable", party)
        assert row_of(step).accountable_id == party
        assert flag not in section(client, on, 4)
    edit(cast[ME], on, step, "accountable", None)
    assert flag in section(client, on, 4)


def test_a_flow_without_a_legal_basis_is_flagged_with_a_word_and_a_sign(cast: Cast, as_person: As) -> None:
    on, client = cast.maps["porvoo"], as_person("porvoo reader", "en")
    flow = add_row(cast[ME], on, "flow")
    assert "⚠</span> The legal basis is missing." in section(client, on, 3)
    edit(cast[ME], on, flow, "basis", "540/2018, 5 §")
    assert "⚠" not in section(client, on, 3)
    edit(cast[ME], on, flow, "receiver", parties_of(on)[0])
    assert "does not move to another party" in section(client, on, 3)


def test_resources_are_summed_by_party_and_together(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    one, two = parties_of(on)
    for party, years, euros in (
        (one, "0.5", 12_000),
        (one, "1,2", None),
        (two, None, "30 000"),
        (two, "0.1", 5),
    ):
        add_row(cast[ME], on, "resource", party=party, person_years=years, euros=euros)
    removed = add_row(cast[ME], on, "resource", party=two, person_years="9.0", euros=9)
    edit(cast[ME], on, removed, "archived", True)
    shown = section(as_person("porvoo reader", "en"), on, 5)
    totals = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', shown)
    sums = [(name, years, re.sub(r"\D", "", euros)) for name, years, euros in totals]
    names = [str(party) for party in on.parties.filter(pk__in=(one, two)).order_by("lane")]
    assert sums == [(names[0], "1.7", "12000"), (names[1], "0.1", "30005"), ("Together", "1.8", "42005")]


def test_numbers_are_written_as_in_finnish(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    add_row(cast[ME], on, "resource", person_years=" 1,5 ", euros="1 200 000")
    shown = section(as_person(ME, "fi"), on, 5)
    assert "1,5" in shown
    assert re.search(r"1\s200\s000", shown)
    resource = PartyResource.objects.get()
    assert (str(resource.person_years), resource.euros) == ("1.5", 1_200_000)


def test_a_leader_is_a_person_of_the_party_or_a_title(cast: Cast, as_person: As) -> None:
    on, client = cast.maps["porvoo"], as_person(ME, "en")
    one, two = parties_of(on)
    add = f"aspect:{first_aspect(on, 6).pk}"
    for party, person in ((one, OTHER), (two, ME), (one, "loviisa editor"), (one, "nobody")):
        with pytest.raises(ValidationError, match="Choose a person who belongs to the party"):
            edit(cast[ME], on, add, "add_leader", {"party": party, "person": cast[person].pk})
    with pytest.raises(ValidationError, match="Name a person or write a title"):
        edit(cast[ME], on, add, "add_leader", {"party": one})
    assert section(client, on, 6).count("No leader of") == 2, "neither party has named one"
    made = edit(cast[ME], on, add, "add_leader", {"party": one, "person": cast["porvoo reader"].pk})
    subject = made.value["subject"]
    assert f"No leader of {on.parties.get(pk=two)} has been named." in section(client, on, 6)
    with pytest.raises(ValidationError, match="Name a person or write a title"):
        edit(cast[ME], on, subject, "person", None)
    edit(cast[ME], on, subject, "title", "Päällikkö")
    edit(cast[ME], on, subject, "person", None)
    edit(cast[ME], on, add, "not_applicable_reason", "Johtaminen sovitaan muualla.")
    assert "No leader of" not in section(client, on, 6), "what does not apply needs no leader"
    edit(cast[ME], on, add, "not_applicable_reason", "")
    with pytest.raises(ValidationError, match="Name a person or write a title"):
        edit(cast[ME], on, subject, "title", "")
    found = section(client, on, 6, "?leader=county")
    assert f'name="person" value="{cast[OTHER].pk}"' in found
    assert f'name="party" value="{two}"' in found


def test_rows_begin_an_aspect_and_never_agree_on_it(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    for kind, subject in add_rows(cast[ME], on).items():
        if not (number := ROW_KINDS[kind].number):
            continue
        aspect = first_aspect(on, number)
        assert status_of(aspect) == oracle.status(aspect) == "in_progress"
        edit(cast[ME], on, subject, "archived", True)
        assert status_of(aspect) == oracle.status(aspect) == "missing"
    responsibilities = first_aspect(on, 4)
    step = add_row(cast[ME], on, "step", accountable=None)
    assert status_of(responsibilities) == oracle.status(responsibilities) == "missing"
    edit(cast[ME], on, step, "accountable", parties_of(on)[0])
    assert status_of(responsibilities) == oracle.status(responsibilities) == "in_progress"
    others = Aspect.objects.filter(interface__map=on).exclude(interface=responsibilities.interface)
    assert {aspect.status for aspect in others.all()} == {"missing"}
    assert status_of(first_aspect(on, 1)) == status_of(first_aspect(on, 9)) == "missing"


def test_rows_are_moved_by_the_pages_own_buttons(cast: Cast, as_person: As) -> None:
    on, client = cast.maps["porvoo"], as_person(ME, "en")
    for name in "ABCD":
        add_row(cast[ME], on, "path_step", who=f"Askel {name}")

    def order() -> str:
        return "".join(re.findall(r'rows__name">Askel (\w)', section(client, on, 8)))

    def move(name: str, where: str) -> None:
        row = PathStep.objects.get(who=f"Askel {name}")
        for form in re.findall(r"<form.*?</form>", section(client, on, 8), re.DOTALL):
            if f'value="path_step:{row.pk}"' in form and f">Move {where}<" in form:
                value = re.search(r'name="value" value="(.*?)"', form)
                assert value
                assert (
                    post_form(client, on, f"path_step:{row.pk}", "place", value=value[1]).status_code == 302
                )
                return
        raise AssertionError((name, where))

    assert order() == "ABCD"
    for name, where, expected in (
        ("D", "earlier", "ABDC"),
        ("D", "earlier", "ADBC"),
        ("D", "earlier", "DABC"),
        ("D", "later", "ADBC"),
        ("A", "later", "DABC"),
        ("B", "later", "DACB"),
    ):
        move(name, where)
        assert order() == expected
    undo(MAP, cast[ME], on.pk, uuid4())
    assert order() == "DABC"
    with pytest.raises(AssertionError):
        move("D", "earlier")
    with pytest.raises(AssertionError):
        move("C", "later")


def test_a_party_that_a_row_names_stays_and_a_row_comes_back_only_with_its_parties(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast[ME]
    wish = {"organisation": cast.organisations["loviisa"].pk}
    guest = int(edit(editor, on, f"map:{on.pk}", "add_party", wish).value["subject"].split(":")[1])
    interface, own = f"interface:{first_aspect(on).interface_id}", parties_of(on)
    edit(editor, on, interface, "parties", [*own, guest])
    rows = [
        add_row(editor, on, "step", actors=[guest]),
        add_row(editor, on, "step", accountable=guest),
        add_row(editor, on, "flow", sender=guest),
        add_row(editor, on, "flow", receiver=guest),
        add_row(editor, on, "resource", party=guest),
        add_row(editor, on, "leader", party=guest),
    ]
    for row in rows:
        with pytest.raises(ValidationError, match="is named in a row"):
            edit(editor, on, interface, "parties", own)
        edit(editor, on, row, "archived", True)
    edit(editor, on, interface, "parties", own)
    for row in rows:
        with pytest.raises(ValidationError, match="of this interface"):
            edit(editor, on, row, "archived", False)
    edit(editor, on, interface, "parties", [*own, guest])
    for row in rows:
        edit(editor, on, row, "archived", False)


def test_only_the_parties_of_the_interface_can_be_named(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast[ME]
    wish = {"organisation": cast.organisations["loviisa"].pk}
    guest = int(edit(editor, on, f"map:{on.pk}", "add_party", wish).value["subject"].split(":")[1])
    for kind, name in (("flow", "sender"), ("flow", "receiver"), ("resource", "party"), ("leader", "party")):
        with pytest.raises(ValidationError, match="Choose a party of this interface"):
            add_row(editor, on, kind, **{name: guest})
    step = add_row(editor, on, "step")
    for name, value in (("accountable", guest), ("actors", [guest])):
        with pytest.raises(ValidationError, match="of this interface"):
            edit(editor, on, step, name, value)


def test_an_aspect_has_a_hundred_rows_at_most(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    aspect = first_aspect(on, 8)
    PathStep.objects.bulk_create(
        PathStep(aspect=aspect, place=n + 1, level="field", who=str(n), days=1) for n in range(MOST_ROWS)
    )
    with pytest.raises(ValidationError, match="already 100 rows"):
        add_row(cast[ME], on, "path_step")


def test_without_javascript_a_row_is_added_with_its_lists_and_choices(cast: Cast, as_person: As) -> None:
    on, client = cast.maps["porvoo"], as_person(ME, "en")
    one, two = parties_of(on)
    aspect = f"aspect:{first_aspect(on, 2).pk}"
    answer = post_form(client, on, aspect, "add_step", title_fi="Vaihe", title_sv="", actors=[one, two])
    assert answer.status_code == 302
    step = ProcessStep.objects.get()
    assert set(step.actors.values_list("pk", flat=True)) == {one, two}
    assert post_form(client, on, f"step:{step.pk}", "actors").status_code == 302
    assert step.actors.count() == 0
    flow = {
        "what": "Tieto",
        "sender": one,
        "receiver": two,
        "system": "",
        "basis": "",
        "consent_needed": "true",
    }
    answer = post_form(client, on, f"aspect:{first_aspect(on, 3).pk}", "add_flow", **flow)
    assert answer.status_code == 302
    assert "Client&#x27;s consent is needed</dt><dd>yes" in section(client, on, 3)


def test_a_refused_row_keeps_what_was_typed_with_a_sentence_at_its_field(cast: Cast, as_person: As) -> None:
    on, client = cast.maps["porvoo"], as_person(ME, "en")
    one, _two = parties_of(on)
    flow = {"what": "", "sender": one, "receiver": "", "system": "Oma järjestelmä", "consent_needed": "true"}
    answer = post_form(client, on, f"aspect:{first_aspect(on, 3).pk}", "add_flow", **flow)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Oma järjestelmä"' in page
    assert f'<option value="{one}" selected>' in page
    assert '<option value="true" selected>' in page
    assert 'id="add-flow-what-error">What moves: This field cannot be blank.' in page
    assert 'id="add-flow-receiver-error">To which party: Choose a party of this interface.' in page
    assert 'id="add-flow-sender-error"' not in page
    steps = {"title_fi": "", "title_sv": "", "actors": [one]}
    page = post_form(client, on, f"aspect:{first_aspect(on, 2).pk}", "add_step", **steps).content.decode()
    assert re.search(rf'value="{one}" data-many checked', page)
    assert "Write what is done in the step, in either language." in page


def test_two_who_choose_differently_see_both_choices_in_words(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    one, two = parties_of(on)
    step = add_row(cast[ME], on, "step")
    edit(cast[OTHER], on, step, "accountable", two)
    answer = post_form(as_person(ME, "en"), on, step, "accountable", value=one, base_version="0")
    page = answer.content.decode()
    assert answer.status_code == 409
    for party in (one, two):
        assert str(on.parties.get(pk=party)) in page
    assert f'<input type="hidden" name="value" value="{one}">' in page
    assert row_of(step).accountable_id == two


def test_the_history_says_every_value_in_words(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    rows, (one, two) = add_rows(cast[ME], on), parties_of(on)
    for subject, name, value in (
        (rows["step"], "accountable", two),
        (rows["step"], "actors", [one, two]),
        (rows["flow"], "consent_needed", True),
        (rows["leader"], "person", cast["porvoo reader"].pk),
        (rows["path_step"], "level", "political"),
        (rows["path_step"], "place", 7.25),
    ):
        edit(cast[ME], on, subject, name, value)
    page = as_person(ME, "en").get(f"/kartat/{on.pk}/historia/").content.decode()
    for words in (
        "Porvoo reader",
        "political decision-making",
        "Moved in the order",
        "Added a flow of information",
    ):
        assert words.lower() in page.lower(), words
    assert "7.25" not in page


def test_what_another_has_written_into_a_row_is_not_undone_with_it(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    flow = add_row(cast[ME], on, "flow")
    edit(cast[OTHER], on, flow, "basis", "Laki")
    with pytest.raises(NothingToUndo, match="County editor has already used"):
        undo(MAP, cast[ME], on.pk, uuid4())
    assert row_of(flow).archived_at is None
    add_row(cast[ME], on, "goal_row")
    undo(MAP, cast[ME], on.pk, uuid4())  # what others have not touched


def test_a_copied_service_brings_copies_of_the_rows(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast[ME]
    add_rows(editor, on)
    removed = add_row(editor, on, "goal_row", title="Poistettu")
    edit(editor, on, removed, "archived", True)
    old = first_aspect(on).interface
    place = old.services.get(party__organisation=cast.organisations["porvoo"])
    edit(editor, on, f"service:{place.pk}", "add_copy", {"name_fi": "Toinen päiväkoti"})
    twin = Interface.objects.filter(map=on, services__service__name_fi="Toinen päiväkoti").get(
        services__in=old.services.exclude(pk=place.pk)
    )
    for kind in KIND_OF_ASPECT.values():
        both = [kind.all_rows.filter(aspect__interface=each, archived_at=None) for each in (old, twin)]
        said = [[[column.read(row) for column in kind.columns] for row in rows] for rows in both]
        assert said[0] == said[1] != []


def test_a_map_that_follows_its_base_does_not_inherit_rows(cast: Cast) -> None:
    base = make_base_map(cast)
    follow(cast, "porvoo")
    add_row(cast[OTHER], base, "flow")
    on = cast.maps["porvoo"]
    assert status_of(first_aspect(base, 3)) == "in_progress"
    assert status_of(first_aspect(on, 3)) == "missing"
    assert not ROW_KINDS["flow"].rows(on).exists()
