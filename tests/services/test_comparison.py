"""What differs between two contents: each kind of change is told once, and nothing else."""

import copy
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from collaboration.ops.document import NoSuchSubject
from services.content.canonical import content_of
from services.content.comparison import Difference, compare
from services.models import MapService
from services.workflows.taking_back import take_back_aspect
from tests.cast import Cast
from tests.services.ops import answer_of, edit, first_aspect, status_of
from tests.services.rounds import published

pytestmark = pytest.mark.usefixtures("in_english")


def changed(cast: Cast, by: str, subject: str, name: str, value: Any) -> list[Difference]:
    """What differs after one op of Porvoo's map."""
    on = cast.maps["porvoo"]
    before = content_of(on)
    edit(cast[by], on, subject, name, value)
    on.refresh_from_db()
    return compare(before, content_of(on))


def test_the_same_content_differs_in_nothing(cast: Cast) -> None:
    content = content_of(cast.maps["porvoo"])
    assert compare(content, copy.deepcopy(content)) == []


def test_each_edit_is_told_in_a_sentence(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    aspect = first_aspect(on, 3)
    daycare = MapService.objects.get(map=on, service__node__key="daycare")
    told = [
        changed(cast, "porvoo editor", f"map:{on.pk}", "title_fi", "Uusi nimi"),
        changed(cast, "porvoo editor", f"aspect:{aspect.pk}", "shared_fi", "Tieto kulkee."),
        changed(cast, "porvoo editor", f"aspect:{aspect.pk}", "review_on", "2027-05-01"),
        changed(cast, "porvoo editor", f"service:{daycare.pk}", "where_fi", "Lähimmästä."),
        changed(
            cast,
            "porvoo editor",
            f"map:{on.pk}",
            "add_party",
            {"organisation": cast.organisations["loviisa"].pk},
        ),
        changed(cast, "porvoo editor", f"interface:{aspect.interface_id}", "enablers", ["ict", "premises"]),
        changed(cast, "porvoo editor", f"interface:{aspect.interface_id}", "archived", True),
        changed(cast, "porvoo editor", f"interface:{aspect.interface_id}", "archived", False),
    ]
    name = str(aspect.interface)
    assert [[each.sentence for each in differences] for differences in told] == [
        ["The map's name changed"],
        [f"{name}: flow of information changed (missing → in progress)"],
        [f"{name}: flow of information changed"],
        [f"{daycare.service.name}: the service's facts changed"],
        ["Loviisa is a new party"],
        [f"{name}: what it serves and leans on changed"],
        [f"{name}: the interface was removed"],
        [f"{name} is a new interface"],
    ]
    assert [[each.kind for each in differences] for differences in told] == [
        *([["changed"]] * 4),
        ["added"],
        ["changed"],
        ["removed"],
        ["added"],
    ]


def test_a_removed_service_takes_its_interfaces_along(cast: Cast) -> None:
    daycare = MapService.objects.get(map=cast.maps["porvoo"], service__node__key="daycare")
    differences = changed(cast, "porvoo editor", f"service:{daycare.pk}", "archived", True)
    assert {each.kind for each in differences} == {"removed"}
    assert differences[0].subject == f"service:{daycare.pk}"
    assert len(differences) == 1 + daycare.interfaces.count()


def test_an_aspect_taken_back_is_as_it_was_with_its_confirmations(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    aspect, by = first_aspect(on), cast["porvoo editor"]
    edit(by, on, f"aspect:{aspect.pk}", "shared_fi", "Sovittu teksti.")
    for code, name in (("638", "porvoo approver"), ("01", "county approver")):
        edit(cast[name], on, f"answer:{answer_of(aspect, code).pk}", "confirmation", "Sovittu teksti.")
    version = published(cast, on)
    edit(by, on, f"aspect:{aspect.pk}", "shared_fi", "Muu teksti.")
    edit(by, on, f"aspect:{aspect.pk}", "review_on", "2027-05-01")
    on.refresh_from_db()
    assert status_of(aspect) == "in_progress"
    op_id = uuid4()
    done = take_back_aspect(by, version, aspect.interface_id, 1, op_id, on.seq)
    assert [each.property for each in done] == ["shared_fi", "review_on"]
    assert status_of(aspect) == "agreed"
    seq = on.seq + 2
    assert take_back_aspect(by, version, aspect.interface_id, 1, op_id, on.seq) == []
    on.refresh_from_db()
    assert on.seq == seq
    assert compare(version.content, content_of(on)) == []


def test_an_aspect_that_somebody_changed_meanwhile_is_not_taken_back(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    aspect, version = first_aspect(on), published(cast, on)
    read = on.seq
    edit(cast["county editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Muu teksti.")
    with pytest.raises(ValidationError, match="Compare again"):
        take_back_aspect(cast["porvoo editor"], version, aspect.interface_id, 1, uuid4(), read)


def test_who_may_take_an_aspect_back(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    aspect, version = first_aspect(on), published(cast, on)
    edit(cast["county editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Muu teksti.")
    on.refresh_from_db()
    for name, error in (
        ("porvoo approver", PermissionDenied),
        ("porvoo reader", PermissionDenied),
        ("loviisa editor", NoSuchSubject),
    ):
        with pytest.raises(error):
            take_back_aspect(cast[name], version, aspect.interface_id, 1, uuid4(), on.seq)
    with pytest.raises(NoSuchSubject):
        take_back_aspect(cast["porvoo editor"], version, 0, 1, uuid4(), on.seq)


def test_rows_of_structure_are_content_and_differ_in_words(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    aspect = first_aspect(on, 3)
    sender, receiver = on.parties.order_by("lane")[:2]
    flow = {"what": "Lomake", "sender": sender.pk, "receiver": receiver.pk, "basis": "540/2018"}
    flow |= {"system": "", "consent_needed": True}
    (difference,) = changed(cast, "porvoo editor", f"aspect:{aspect.pk}", "add_flow", flow)
    assert difference.number == 3
    said = "".join(text for each in difference.properties for _kind, text in each.parts)
    for word in ("Lomake", "540/2018", sender.organisation.name_fi, receiver.organisation.name_fi):
        assert word in said
    (row,) = [
        row
        for interface in content_of(on)["interfaces"]
        for each in interface["aspects"]
        for row in each["rows"]
    ]
    assert (row["kind"], row["sender_id"], row["receiver_id"]) == ("flow", sender.pk, receiver.pk)
