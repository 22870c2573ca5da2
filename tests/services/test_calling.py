"""Whom one calls: the ladder, the people, and that no number is content or reaches residents."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from collaboration.models import Member
from services.content.canonical import content_of
from services.models import ApprovalRound, InterfaceMap, Service
from tests.cast import Cast
from tests.conftest import As
from tests.services.ops import add_row, edit, first_aspect
from tests.services.rounds import published, started

pytestmark = pytest.mark.django_db

NUMBER, CALLED = "019 000 0077", "tel:0190000077"


def on_aspect(on: InterfaceMap, number: int) -> str:
    return f"aspect:{first_aspect(on).interface.aspects.get(number=number).pk}"


def interface_page(on: InterfaceMap) -> str:
    return first_aspect(on).interface.get_absolute_url()


def test_a_reader_begins_with_whom_to_call_and_an_editor_with_the_aspects(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    add_row(cast["porvoo editor"], on, "path_step", who="Lautakunta", level="political", days=30)
    add_row(
        cast["porvoo editor"],
        on,
        "path_step",
        who="Päiväkodin johtaja",
        phone=NUMBER,
        hours="ma–pe 8–16",
        days=2,
    )

    def begins_with_the_ladder(name: str) -> bool:
        person = as_person(name)
        assert CALLED in person.get(interface_page(on)).content.decode(), (
            "the page begins with it for everybody"
        )
        text = person.get(interface_page(on), headers={"X-Panel": "1"}).content.decode()
        return text.index('class="ladder"') < text.index('class="aspect-list"')

    assert begins_with_the_ladder("porvoo reader")
    assert begins_with_the_ladder("county approver")
    assert not begins_with_the_ladder("porvoo editor")
    Member.objects.filter(user=cast["porvoo editor"]).update(level="field")
    assert begins_with_the_ladder("porvoo editor")
    text = as_person("porvoo reader").get(interface_page(on)).content.decode()
    assert "answers in 2 working days" in text
    assert text.index("Päiväkodin johtaja") < text.index("Lautakunta"), "the level tells the order"


def test_a_responsible_person_is_called_by_the_number_of_the_membership(cast: Cast, as_person: As) -> None:
    on, person = cast.maps["porvoo"], cast["porvoo reader"]
    edit(cast["porvoo editor"], on, on_aspect(on, 4), "responsible", [person.pk])
    deputy = Member.objects.get(user=cast["porvoo editor"])
    Member.objects.filter(pk=deputy.pk).update(phone="019 000 0078", title="Varajohtaja")
    Member.objects.filter(user=person).update(
        phone=NUMBER, title="Päiväkodin johtaja", hours="ma–pe 8–16", deputy=deputy
    )
    address = first_aspect(on).interface.aspects.get(number=4).get_absolute_url()
    for page in (address, interface_page(on)):
        text = as_person("county reader").get(page).content.decode()
        assert "Päiväkodin johtaja" in text, page
        assert CALLED in text, page
        assert "ma–pe 8–16" in text, page
    assert "tel:0190000078" in text
    Member.objects.filter(user=person).update(phone="")
    assert CALLED not in as_person("county reader").get(address).content.decode()


def test_a_role_or_a_unit_without_an_account_can_be_called_on_every_aspect(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    for number in range(1, 10):
        wish = {"who": f"Yksikkö {number}", "phone": NUMBER, "hours": "ma–pe 9–15"}
        edit(cast["porvoo editor"], on, on_aspect(on, number), "add_contact", wish)
        address = first_aspect(on).interface.aspects.get(number=number).get_absolute_url()
        text = as_person("porvoo reader").get(address).content.decode()
        assert f"Yksikkö {number}" in text
        assert CALLED in text
    text = as_person("porvoo reader").get(interface_page(on)).content.decode()
    assert text.count(CALLED) == 9


def test_a_services_contact_is_shown_where_it_meets_others(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    service = first_aspect(on).interface.services.first().service  # type: ignore[union-attr]
    form = {"name_fi": service.name_fi, "node": service.node_id, "contact": "Palveluohjaus", "phone": NUMBER}
    editor = "porvoo editor" if service.organisation.code == "638" else "county editor"
    assert (
        as_person(editor).post(reverse("services:service_edit", args=[service.pk]), form).status_code == 302
    )
    for page in (interface_page(on), service.get_absolute_url()):
        text = as_person("porvoo reader").get(page).content.decode()
        assert CALLED in text, page
        assert "Palveluohjaus" in text, page


def test_a_new_number_ends_no_round_and_a_new_role_does(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    step, contact = add_row(editor, on, "path_step"), add_row(editor, on, "contact")
    round_ = started(cast, on)
    edit(editor, on, step, "phone", NUMBER)
    edit(editor, on, step, "hours", "ma–pe 8–16")
    edit(editor, on, contact, "phone", NUMBER)
    edit(editor, on, contact, "archived", True)
    add_row(editor, on, "contact")
    round_.refresh_from_db()
    assert round_.status == ApprovalRound.Status.OPEN
    edit(editor, on, step, "who", "Joku toinen")
    round_.refresh_from_db()
    assert round_.status != ApprovalRound.Status.OPEN


def test_no_number_is_content_and_residents_see_none(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    add_row(editor, on, "path_step", phone=NUMBER, hours="ma–pe 8–16")
    add_row(editor, on, "contact", who="Salainen yksikkö", phone=NUMBER)
    Member.objects.filter(user=editor).update(phone=NUMBER, title="Salainen nimike")
    Service.objects.update(phone=NUMBER, contact="Salainen ohjaus")
    edit(editor, on, on_aspect(on, 1), "responsible", [editor.pk])
    told = json.dumps(content_of(on), ensure_ascii=False)
    published(cast, on)
    pages = [reverse("services:resident_map", args=["fi", on.pk])]
    places = on.map_services.filter(archived_at__isnull=True)
    pages += [reverse("services:resident_service", args=["fi", place.pk]) for place in places]
    texts = [Client().get(page) for page in pages]
    assert {answer.status_code for answer in texts} == {200}
    for text in (told, *(answer.content.decode() for answer in texts)):
        assert NUMBER not in text
        assert "Salainen" not in text
        assert not re.search(r"0190000077|ma–pe 8–16", text)


def test_the_page_of_an_interface_asks_as_often_however_many_can_be_called(
    cast: Cast, as_person: As, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    on, client = cast.maps["porvoo"], as_person("porvoo reader")
    address = interface_page(on)
    client.get(address)
    for _round in range(2):
        with django_assert_num_queries(2 + 18):
            client.get(address)
        for number in (1, 4):
            people = [cast[name].pk for name in ("porvoo editor", "county editor", "county reader")]
            edit(cast["porvoo editor"], on, on_aspect(on, number), "responsible", people)
            edit(
                cast["porvoo editor"], on, on_aspect(on, number), "add_contact", {"who": "a", "phone": "112"}
            )
        add_row(cast["porvoo editor"], on, "path_step", phone=NUMBER)
