"""The administration pages."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from collaboration.models import Change, Membership, Organisation, User
from tests.collaboration.conftest import SignedIn
from tests.factories.collaboration import (
    PASSWORD,
    AreaFactory,
    ChangeFactory,
    EventFactory,
    MembershipFactory,
    OrganisationFactory,
    ServiceAdministratorFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MODELS = ["user", "organisation", "membership", "area", "event", "change"]
ADMIN = "/yllapito/collaboration/"


@pytest.fixture
def administrator(signed_in: SignedIn) -> Client:
    return signed_in(ServiceAdministratorFactory.create())


@pytest.mark.parametrize("model", MODELS)
def test_every_list_answers_and_can_be_searched(administrator: Client, model: str) -> None:
    MembershipFactory.create()
    EventFactory.create()
    ChangeFactory.create()
    assert administrator.get(f"{ADMIN}{model}/").status_code == 200
    assert administrator.get(f"{ADMIN}{model}/", {"q": "por"}).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_others_are_sent_away(signed_in: SignedIn, model: str) -> None:
    for person in (
        MembershipFactory.create(role=Membership.Role.ADMINISTRATOR).user,
        UserFactory.create(is_superuser=True),
    ):
        assert signed_in(person).get(f"{ADMIN}{model}/").status_code == 302


def form_of(client: Client, address: str) -> dict[str, str]:
    """What the page's own form would send if nothing were changed."""
    fields: dict[str, str] = {}
    context = client.get(address).context
    forms = [context["adminform"].form]
    for formset in context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:  # a box that is not ticked sends nothing
                fields[field.html_name] = str(value)
    return fields


def test_a_new_person_gets_no_password_and_a_place(administrator: Client) -> None:
    porvoo = Organisation.objects.get(kind="municipality", code="638")
    posted = form_of(administrator, f"{ADMIN}user/add/") | {
        "email": "Uusi@Kunta.example",
        "name": "Uusi Henkilö",
        "language": "sv",
        "memberships-0-organisation": str(porvoo.pk),
        "memberships-0-role": "editor",
    }
    assert administrator.post(f"{ADMIN}user/add/", posted).status_code == 302
    person = User.objects.get(email="uusi@kunta.example")
    assert not person.has_usable_password()
    assert [(row.organisation, row.role) for row in person.memberships.all()] == [(porvoo, "editor")]


def test_changing_a_person_keeps_the_password_and_never_shows_it(administrator: Client) -> None:
    person = UserFactory.create()
    address = f"{ADMIN}user/{person.pk}/change/"
    assert person.password not in administrator.get(address).content.decode()
    posted = form_of(administrator, address) | {"name": "Toinen Nimi", "password": "x", "is_superuser": "on"}
    assert administrator.post(address, posted).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.is_superuser, person.check_password(PASSWORD)) == ("Toinen Nimi", False, True)


def test_a_wrong_business_id_is_refused(administrator: Client) -> None:
    organisation = OrganisationFactory.create()
    address = f"{ADMIN}organisation/{organisation.pk}/change/"
    posted = form_of(administrator, address)
    refused = administrator.post(address, posted | {"business_id": "3221347-4"})
    assert "This is not a business ID" in refused.content.decode()
    assert administrator.post(address, posted | {"business_id": "3221347-3"}).status_code == 302


def test_what_happened_is_read_only(administrator: Client) -> None:
    for model, pk in (("event", EventFactory.create().pk), ("change", ChangeFactory.create().pk)):
        address = f"{ADMIN}{model}/"
        assert administrator.get(f"{address}{pk}/change/").status_code == 200
        assert administrator.post(f"{address}{pk}/change/", {"verb": "x"}).status_code == 403
        assert administrator.post(f"{address}{pk}/delete/", {"post": "yes"}).status_code == 403
        assert administrator.get(f"{address}add/").status_code == 403


def test_a_person_is_closed_and_not_deleted(administrator: Client) -> None:
    person = UserFactory.create()
    assert administrator.post(f"{ADMIN}user/{person.pk}/delete/", {"post": "yes"}).status_code == 403


def test_texts_of_changes_stay_out_of_the_lists() -> None:
    fields = admin.site.get_model_admin(Change).fields or []
    assert not {"from_value", "to_value"} & set(fields)


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("membership", "user"),
        ("membership", "organisation"),
        ("organisation", "parent"),
        ("organisation", "successor"),
        ("area", "organisation"),
        ("areamember", "municipality"),
    ],
)
def test_names_are_searched_while_one_types(client: Client, model: str, field: str) -> None:
    asked = {"term": "a", "app_label": "collaboration", "model_name": model, "field_name": field}
    assert client.get("/yllapito/autocomplete/", asked).status_code == 302
    client.force_login(UserFactory.create())
    assert client.get("/yllapito/autocomplete/", asked).status_code == 302
    client.force_login(ServiceAdministratorFactory.create(name="Aava"))
    answer = client.get("/yllapito/autocomplete/", asked)
    assert (answer.status_code, bool(answer.json()["results"])) == (200, True)


@pytest.mark.parametrize(
    "address", [*(f"collaboration/{model}/add/" for model in MODELS[:4]), "password_change/"]
)
def test_no_field_cuts_what_is_pasted(administrator: Client, address: str) -> None:
    page = administrator.get(f"/yllapito/{address}").content.decode()
    assert "<input" in page
    assert "maxlength" not in page


@pytest.mark.parametrize("model", ["user", "organisation", "area"])
def test_a_name_that_is_too_long_is_refused_in_words_and_kept(administrator: Client, model: str) -> None:
    rows: Any = {"user": UserFactory, "organisation": OrganisationFactory, "area": AreaFactory}
    row = rows[model].create()
    address, name = f"{ADMIN}{model}/{row.pk}/change/", "name" if model == "user" else "name_fi"
    long = "Pitkä nimi " * 100
    answer = administrator.post(address, form_of(administrator, address) | {name: long})
    assert answer.status_code == 200
    assert "Ensure this value has at most" in answer.content.decode()
    assert long.strip() in answer.content.decode()
    before = getattr(row, name)
    row.refresh_from_db()
    assert getattr(row, name) == before
