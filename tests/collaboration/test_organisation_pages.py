"""Finding organisations, and one organisation."""

import datetime

import pytest
from django.db.models import Max
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from collaboration.models import Area, AreaMember, Organisation
from tests.collaboration.conftest import SignedIn
from tests.factories.collaboration import AreaMemberFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = reverse("collaboration:organisation_list")
Kind = Organisation.Kind


def page_of(organisation: Organisation) -> str:
    return reverse("collaboration:organisation_detail", args=[organisation.pk])


def registered(code: str, kind: str = Kind.MUNICIPALITY) -> Organisation:
    return Organisation.objects.get(kind=kind, code=code)


def on_all_pages(client: Client, **filters: str) -> list[Organisation]:
    """What the pages show, as one comes to each from the one before."""
    rows, after = [], ""
    while True:
        page = client.get(LIST, {**filters, "after": after}).context["page"]
        rows += page.rows
        if not (after := page.next):
            return rows


def found(client: Client, **filters: str) -> list[str]:
    """The Finnish names on the first page of the list."""
    response = client.get(LIST, filters)
    assert response.status_code == 200
    return [organisation.name_fi for organisation in response.context["organisations"]]


@pytest.mark.parametrize("address", [LIST, f"{LIST}1/"])
def test_an_outsider_is_asked_to_sign_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (
        302,
        f"{reverse('collaboration:sign_in')}?next={address}",
    )


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_both_pages_answer_in_every_language(signed_in: SignedIn, language: str) -> None:
    client = signed_in(UserFactory.create(), language)
    for address in (LIST, page_of(registered("638"))):
        response = client.get(address)
        assert (response.status_code, response["Content-Language"]) == (200, language)


def test_the_list_shows_existing_organisations_in_finnish_order(signed_in: SignedIn) -> None:
    client = signed_in(UserFactory.create(), "fi")
    municipalities = [row.name_fi for row in on_all_pages(client, kind="municipality")]
    assert len(municipalities) == len(set(municipalities)) == 308
    assert municipalities[:3] == ["Akaa", "Alajärvi", "Alavieska"]
    assert municipalities[-1] == "Äänekoski"
    assert "Yli 50 organisaatiota" in client.get(LIST).content.decode()
    assert "16 organisaatiota" in client.get(LIST, {"county": "91"}).content.decode()


def test_the_list_is_in_swedish_order_on_swedish_pages(signed_in: SignedIn) -> None:
    client = signed_in(UserFactory.create(), "sv")
    municipalities = on_all_pages(client, kind="municipality")
    assert [organisation.name_sv for organisation in municipalities][-2:] == ["Östermark", "Övertorneå"]


@pytest.mark.parametrize(
    ("q", "name"),
    [
        ("borgå", "Porvoo"),
        ("BORGA", "Porvoo"),
        ("ähtäri", "Ähtäri"),
        ("Ahtari", "Ähtäri"),
        ("638", "Porvoo"),
        ("keusote", "Keski-Uudenmaan hyvinvointialue"),
        ("091-kasko", "Kasvatuksen ja koulutuksen toimiala"),
        ("  Borgå ", "Porvoo"),
    ],
)
def test_an_organisation_is_found_by_either_name_by_code_and_without_dots(
    signed_in: SignedIn, q: str, name: str
) -> None:
    assert name in found(signed_in(UserFactory.create()), q=q)


@pytest.mark.parametrize("q", ["%", "_", "\\", "'", "zzzz"])
def test_signs_of_sql_find_nothing(signed_in: SignedIn, q: str) -> None:
    response = signed_in(UserFactory.create()).get(LIST, {"q": q})
    assert response.context["organisations"] == []
    assert "No organisation matches" in response.content.decode()


def test_filters_by_county_and_language_are_kept_in_the_address(signed_in: SignedIn) -> None:
    client = signed_in(UserFactory.create())
    assert found(client, county="01", kind="municipality") == [
        "Askola",
        "Lapinjärvi",
        "Loviisa",
        "Myrskylä",
        "Porvoo",
        "Pukkila",
        "Sipoo",
    ]
    assert "Itä-Uudenmaan hyvinvointialue" in found(client, county="01")
    assert len(found(client, county="91")) == 16
    assert found(client, county="90") == ["Helsinki"]
    response = client.get(LIST, {"language_status": "fi"})
    assert 'href="?language_status=fi&amp;after=' in response.content.decode()
    assert '<option value="fi" selected>' in response.content.decode()


def test_a_merged_municipality_shows_when_asked_for_or_found_by_name(signed_in: SignedIn) -> None:
    client = signed_in(UserFactory.create())
    assert "Pertunmaa" not in [row.name_fi for row in on_all_pages(client, kind="municipality")]
    assert len(on_all_pages(client, kind="municipality", ended="on")) == 309
    response = client.get(LIST, {"q": "pertun"})
    assert "Merged into Mäntyharju on 1.1.2025" in response.content.decode()


def test_a_municipality_that_has_left_its_county_is_not_found_by_it(signed_in: SignedIn) -> None:
    member = AreaMember.objects.get(area__kind="wellbeing_services_county", municipality__code="018")
    member.valid_until = datetime.date(2025, 12, 31)
    member.save()
    assert "Askola" not in found(signed_in(UserFactory.create()), county="01")


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"kind": "castle"}, "castle is not one of the available choices"),
        ({"county": "\x00"}, "Select a valid choice"),
        ({"language_status": "xx"}, "xx is not one of the available choices"),
        ({"q": "p" * 101}, "at most 100 characters"),
        ({"q": "Por\x00voo"}, "Null characters are not allowed"),
    ],
)
def test_a_filter_that_makes_no_sense_gets_a_sentence_and_filters_nothing(
    signed_in: SignedIn, filters: dict[str, str], sentence: str
) -> None:
    client = signed_in(UserFactory.create())
    response = client.get(LIST, filters)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert len(on_all_pages(client, **filters)) == 335


@pytest.mark.parametrize("key", ["0", "-1", "abc", "9" * 30, "a:b:c", "\x00", "²", "WyJhIiwxXQ:1:x"])
@pytest.mark.parametrize("name", ["after", "before", "page"])
def test_a_key_that_makes_no_sense_shows_the_first_page(signed_in: SignedIn, name: str, key: str) -> None:
    client = signed_in(UserFactory.create())
    assert found(client, **{name: key}) == found(client)


def test_one_organisation_shows_its_names_areas_and_county(signed_in: SignedIn) -> None:
    text = signed_in(UserFactory.create()).get(page_of(registered("638"))).content.decode()
    for part in ("Porvoo", "Borgå", "638", "Bilingual, Finnish majority", "Porvoo region", "Uusimaa"):
        assert part in text
    assert page_of(registered("01", Kind.WELLBEING_SERVICES_COUNTY)) in text


def test_a_county_shows_its_municipalities_in_order(signed_in: SignedIn) -> None:
    page = signed_in(UserFactory.create()).get(page_of(registered("01", Kind.WELLBEING_SERVICES_COUNTY)))
    assert [row.name_fi for row in page.context["municipalities"]][:2] == ["Askola", "Lapinjärvi"]
    assert "7 municipalities" in page.content.decode()
    assert "https://itauusimaa.fi/" in page.content.decode()


def test_helsinki_shows_its_divisions_and_a_division_its_city(signed_in: SignedIn) -> None:
    client = signed_in(UserFactory.create())
    helsinki, division = registered("091"), registered("091-KASKO", Kind.UNIT)
    page = client.get(page_of(helsinki))
    assert (len(page.context["units"]), page.context["municipalities"]) == (4, [])
    assert page_of(helsinki) in client.get(page_of(division)).content.decode()


def test_a_merger_is_told_on_both_pages(signed_in: SignedIn) -> None:
    client = signed_in(UserFactory.create())
    before, after = registered("588"), registered("507")
    assert "Merged into Mäntyharju on 1.1.2025" in client.get(page_of(before)).content.decode()
    assert page_of(before) in client.get(page_of(after)).content.decode()


def test_dates_of_a_membership_show_only_when_they_are_known(signed_in: SignedIn) -> None:
    member = AreaMemberFactory.create(
        area__kind=Area.Kind.EMPLOYMENT_AREA, valid_from=datetime.date(2025, 1, 1), valid_until=None
    )
    assert "1.1.2025–" in signed_in(UserFactory.create()).get(page_of(member.municipality)).content.decode()


def test_an_organisation_that_does_not_exist_is_not_found(signed_in: SignedIn) -> None:
    last = Organisation.objects.aggregate(last=Max("pk"))["last"]
    client = signed_in(UserFactory.create())
    assert client.get(f"{LIST}{last + 1}/").status_code == 404
    assert client.get(f"{LIST}{'9' * 30}/").status_code == 404


def test_a_page_of_the_list_asks_as_often_whatever_it_shows(
    signed_in: SignedIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(UserFactory.create())
    OrganisationFactory.create_batch(20)
    for filters in ({}, {"kind": "municipality"}, {"q": "a", "county": "01"}):
        synonyms = "q" in filters
        with django_assert_num_queries(
            2 + 4 + synonyms
        ):  # session and person; their own organisations, counties, rows, their counties
            client.get(LIST, filters)


def test_the_page_of_an_organisation_asks_as_often_for_a_large_one(
    signed_in: SignedIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(UserFactory.create())
    for organisation in (
        OrganisationFactory.create(),
        registered("638"),
        registered("08", Kind.WELLBEING_SERVICES_COUNTY),
    ):
        with django_assert_num_queries(2 + 6 + 2):
            client.get(page_of(organisation))
