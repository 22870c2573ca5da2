"""The register of organisations and areas, as `load_reference` brings it in."""

import csv
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries
from stdnum.fi import ytunnus

from collaboration.management.commands import load_reference
from collaboration.models import Area, AreaMember, Organisation
from collaboration.queries import COUNTY_KINDS

pytestmark = pytest.mark.django_db

Kind = Organisation.Kind


def load() -> str:
    """Run the command; what it says."""
    out = StringIO()
    call_command("load_reference", stdout=out)
    return out.getvalue()


def test_there_are_308_municipalities_and_21_counties() -> None:
    today = timezone.localdate()
    assert Organisation.objects.municipalities().existing(today).count() == 308
    assert Organisation.objects.filter(kind=Kind.WELLBEING_SERVICES_COUNTY).count() == 21


def test_every_municipality_outside_aland_is_in_exactly_one_county() -> None:
    in_counties = Area.objects.filter(kind=Area.Kind.WELLBEING_SERVICES_COUNTY)
    members = AreaMember.objects.filter(area__in=in_counties).values("municipality").annotate(n=Count("pk"))
    counts = dict(members.values_list("municipality__code", "n"))
    aland = set(Area.objects.get(kind="autonomous_region").municipalities.values_list("code", flat=True))
    existing = Organisation.objects.municipalities().existing(timezone.localdate())
    everyone = set(existing.values_list("code", flat=True))
    assert len(aland) == 16
    assert counts == dict.fromkeys(everyone - aland, 1)


def test_a_second_run_changes_nothing() -> None:
    before = list(Organisation.objects.order_by("pk").values())
    said = load()
    assert list(Organisation.objects.order_by("pk").values()) == before
    assert [line.split(": ")[1].rsplit(", ", 1)[0] for line in said.splitlines()] == ["0 made, 0 changed"] * 7


def test_a_second_run_needs_a_few_questions_only(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(12):  # two of them begin and end the transaction
        load()


def test_what_an_administrator_has_changed_stays_and_is_told() -> None:
    porvoo = Organisation.objects.get(kind=Kind.MUNICIPALITY, code="638")
    Organisation.objects.filter(pk=porvoo.pk).update(name_fi="Borgå", website="https://www.porvoo.fi/")
    said = load()
    assert "organisations: 0 made, 0 changed, 331 as they were" in said
    assert "    Borgå: name_fi stays 'Borgå', the file says 'Porvoo'.\n" in said
    assert load() == said, "also the next time"
    porvoo.refresh_from_db()
    assert (porvoo.name_fi, porvoo.website) == ("Borgå", "https://www.porvoo.fi/")


def test_what_the_file_says_anew_comes_where_nobody_has_changed_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Organisation.objects.filter(kind=Kind.MUNICIPALITY, code="638").update(name_sv="Borgå stad")
    honest = load_reference.read

    def of_next_year(name: str) -> list[dict[str, str]]:
        rows = honest(name)
        for row in rows:
            if name == "municipalities" and row["code"] in {"638", "091"}:
                row |= {"name_fi": f"Uusi {row['name_fi']}", "name_sv": f"Nya {row['name_sv']}"}
        return rows

    monkeypatch.setattr(load_reference, "read", of_next_year)
    said = load()
    assert "organisations: 0 made, 2 changed, 329 as they were" in said
    names = Organisation.objects.filter(kind=Kind.MUNICIPALITY, code__in=["638", "091"]).order_by("code")
    assert list(names.values_list("name_fi", "name_sv")) == [
        ("Uusi Helsinki", "Nya Helsingfors"),
        ("Uusi Porvoo", "Borgå stad"),
    ]
    assert "Uusi Porvoo: name_sv stays 'Borgå stad', the file says 'Nya Borgå'." in said


def test_what_an_administrator_has_removed_is_not_made_again() -> None:
    helsinki = Organisation.objects.get(kind=Kind.MUNICIPALITY, code="091")
    gone = helsinki.units.get(code="091-KUVA")
    gone.delete()
    area = Area.objects.get(kind=Area.Kind.WELLBEING_SERVICES_COUNTY, code="01")
    area.members.filter(municipality__code="638").delete()
    said = load()
    assert f"    {gone.name_fi}: people have removed it, so it is not made again.\n" in said
    assert f"    Porvoo: people have taken it out of {area.name_fi}.\n" in said
    assert not helsinki.units.filter(code="091-KUVA").exists()
    assert not area.members.filter(municipality__code="638").exists()


def test_each_county_has_its_municipalities_together_and_helsinki_has_not() -> None:
    together = Organisation.objects.filter(kind=Kind.MUNICIPALITIES)
    assert together.count() == 21
    assert {row.parent.kind for row in together if row.parent} == {Kind.WELLBEING_SERVICES_COUNTY}
    assert len({row.parent_id for row in together}) == 21
    names = together.get(parent__code="04")
    assert (names.name_fi, names.name_sv, names.name_en, names.full_name) == (
        "Vantaan ja Keravan hyvinvointialueen kunnat",
        "Kommunerna i Vanda och Kervo välfärdsområde",
        "Municipalities of the Vantaa and Kerava wellbeing services county",
        names.name,
    )
    assert all(row.name_fi.endswith(" hyvinvointialueen kunnat") for row in together)


def test_pertunmaa_has_a_successor_and_exists_no_more() -> None:
    pertunmaa = Organisation.objects.get(kind=Kind.MUNICIPALITY, code="588")
    assert pertunmaa.successor is not None
    assert (pertunmaa.successor.code, pertunmaa.valid_until) == ("507", date(2024, 12, 31))
    municipalities = Organisation.objects.municipalities()
    assert pertunmaa in municipalities.existing(date(2024, 12, 31))
    assert pertunmaa not in municipalities.existing(date(2025, 1, 1))


def test_each_area_has_as_many_municipalities_as_its_source_counts() -> None:
    with (load_reference.FILES / "areas.csv").open(encoding="utf-8", newline="") as file:
        wanted = {(row["kind"], row["code"]): int(row["municipality_count"]) for row in csv.DictReader(file)}
    found = Area.objects.annotate(n=Count("members")).values_list("kind", "code", "n")
    assert {(kind, code): n for kind, code, n in found} == wanted


def test_helsinki_answers_for_its_own_area_and_aland_stands_outside() -> None:
    helsinki = Area.objects.get(kind=Area.Kind.WELLBEING_SERVICES_COUNTY, code="90")
    assert helsinki.organisation is not None
    assert (helsinki.organisation.kind, helsinki.organisation.code) == (Kind.MUNICIPALITY, "091")
    assert [row.municipality.code for row in helsinki.members.all()] == ["091"]
    assert set(helsinki.organisation.units.values_list("code", flat=True)) == {
        "091-KASKO",
        "091-SOTEPE",
        "091-KUVA",
        "091-KYMP",
    }
    assert Area.objects.get(kind=Area.Kind.AUTONOMOUS_REGION).organisation is None


def test_each_county_answers_for_the_area_of_its_own_code() -> None:
    areas = Area.objects.filter(kind=Area.Kind.WELLBEING_SERVICES_COUNTY).exclude(code="90")
    pairs = areas.values_list("code", "organisation__code", "organisation__kind")
    assert len(pairs) == 21
    assert all(code == answerable and kind == "wellbeing_services_county" for code, answerable, kind in pairs)


def test_names_are_in_the_language_of_the_reader() -> None:
    porvoo = Organisation.objects.get(kind=Kind.MUNICIPALITY, code="638")
    with translation.override("sv"):
        assert porvoo.name == "Borgå"
    with translation.override("en"):
        assert porvoo.name == "Porvoo"
    assert porvoo.language_status == Organisation.LanguageStatus.BILINGUAL_FINNISH


def test_names_sort_in_finnish_order() -> None:
    names = list(Organisation.objects.municipalities().values_list("name_fi", flat=True))
    assert names[0] == "Akaa"
    assert names[-1] == "Äänekoski"
    assert names.index("Ylöjärvi") < names.index("Ähtäri") < names.index("Äänekoski")
    swedish = Organisation.objects.municipalities().exclude(name_sv="").order_by("sort_key_sv")
    assert swedish.values_list("name_sv", flat=True).last() == "Övertorneå"


def test_every_row_passes_the_checks_of_its_own_fields() -> None:
    for model in (Organisation, Area):
        for row in model._default_manager.all():
            row.clean_fields(exclude=["parent", "successor", "organisation"])
    ids = Organisation.objects.exclude(business_id="").values_list("business_id", flat=True)
    assert len(ids) == 3
    assert all(ytunnus.is_valid(business_id) for business_id in ids)


def test_a_business_id_with_a_wrong_check_digit_stops_the_load() -> None:
    with pytest.raises(CommandError, match="3221347-4 is not a business ID"):
        load_reference.checked({"name_fi": "Alue", "business_id": "3221347-4"})


def test_counties_are_what_a_municipality_belongs_to_one_of() -> None:
    assert Area.objects.filter(kind__in=COUNTY_KINDS).count() == 23
