"""How rows of structure are read: by those who may not change them, over the API, and in how many statements."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collaboration.models import Change
from services.models import ProcessStep, Service
from services.workflows.structure import KIND_OF_ASPECT, ROW_KINDS
from tests.cast import Cast
from tests.conftest import As
from tests.services.ops import add_row, add_rows, edit, first_aspect, parties_of
from tests.services.rounds import published
from tests.services.test_structure import ME, section

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.mark.parametrize("person", ["porvoo reader", "county approver", "porvoo administrator"])
def test_who_only_reads_sees_the_rows_and_no_form(cast: Cast, as_person: As, person: str) -> None:
    on = cast.maps["porvoo"]
    add_rows(cast[ME], on)
    for number in (2, 3, 4, 5, 6, 7, 8, 9):
        shown = section(as_person(person, "en"), on, number)
        assert "rows__name" in shown
        assert "<form" not in shown
        assert "<form" in section(as_person(ME, "en"), on, number)
    assert section(as_person(ME, "en"), on, 1) == ""


def test_rows_of_a_removed_interface_are_read_only(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    add_rows(cast[ME], on)
    edit(cast[ME], on, f"interface:{first_aspect(on).interface_id}", "archived", True)
    for number in (2, 3, 4, 5, 6, 7, 8, 9):
        shown = section(as_person(ME, "en"), on, number)
        assert "rows__name" in shown
        assert "<form" not in shown


def test_the_api_tells_the_rows_in_order_and_as_ops_have_them(cast: Cast, as_person: As) -> None:
    on, client = cast.maps["porvoo"], as_person("porvoo reader")
    one, two = parties_of(on)
    rows = add_rows(cast[ME], on)
    second = add_row(cast[ME], on, "step", title_fi="Toinen", actors=[one, two], accountable=two)
    edit(cast[ME], on, second, "place", 0.5)
    edit(cast[ME], on, rows["leader"], "person", cast["porvoo reader"].pk)
    found = {
        aspect["number"]: aspect
        for aspect in client.get(f"/api/v1/aspects/?interface={first_aspect(on).interface_id}").json()[
            "results"
        ]
    }
    steps = found[2]["steps"]
    assert [step["title_fi"] for step in steps] == ["Toinen", "Yhteinen keskustelu"]
    assert steps[0] == {
        "id": int(second.split(":")[1]),
        "place": 0.5,
        "title_fi": "Toinen",
        "title_sv": "",
        "actors": sorted([one, two]),
        "accountable": two,
        "consulted": [],
        "informed": [],
    }
    assert steps[1]["actors"] == [one]
    assert found[5]["resources"][0]["person_years"] == "0.5"
    assert found[6]["leaders"][0]["person_name"] == "Porvoo reader"
    assert [found[number][name] for number, name in ((3, "flows"), (7, "goal_rows"), (8, "path_steps"))] != []
    assert found[1]["steps"] == found[4]["steps"] == []
    for kind, name in zip(
        KIND_OF_ASPECT.values(),
        ("steps", "flows", "resources", "leaders", "goal_rows", "path_steps", "forum_rows"),
        strict=True,
    ):
        row = kind.rows(on).order_by("place").first()
        told = found[kind.number or 0][name][0]
        for column in kind.columns:
            assert told[column.name] == column.read(row), (name, column.name)


def test_an_op_about_a_row_tells_its_aspects_status(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    goal = add_row(cast[ME], on, "goal_row")
    op = {"id": str(uuid4()), "subject": goal, "property": "archived", "base_version": 99, "value": True}
    answer = as_person(ME).post(f"/api/v1/maps/{on.pk}/ops/", op, content_type="application/json")
    assert answer.json()["status"] == "missing"
    assert Change.objects.filter(log_id=on.pk).latest("seq").to_value is True


@pytest.mark.parametrize("number", [2, 3, 4, 5, 6, 7, 8])
def test_an_aspects_page_asks_as_often_for_many_rows(cast: Cast, as_person: As, number: int) -> None:
    on, client = cast.maps["porvoo"], as_person(ME, "en")
    kind = KIND_OF_ASPECT.get(first_aspect(on, number).number) or ROW_KINDS["step"]  # type: ignore[call-overload]
    query = "?leader=editor" if number == 6 else ""
    counts = []
    for count in (1, 10):
        for _row in range(count):
            add_row(cast[ME], on, kind.name)
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            assert "rows__name" in section(client, on, number, query)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    with CaptureQueriesContext(connection) as queries:
        section(client, on, 1)
    most = {2: 4, 4: 4, 6: 3}.get(number, 1)  # of them one for the synonyms of what is searched
    assert counts[0] <= len(queries) + most


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_responsibility_without_a_basis_is_flagged(cast: Cast, as_person: As, language: str) -> None:
    on = cast.maps["porvoo"]
    service = Service.objects.get(organisation__code="638", node__key="daycare")
    place = service.places_on_maps.get(map=on)
    client = as_person(ME, language)
    pages = [f"/palvelut/{service.pk}/", place.get_absolute_url()]
    assert all('class="flag"' not in client.get(page).content.decode() for page in pages)
    duty = {"duty": "resources", "organisation": service.organisation_id, "basis": "", "reference": ""}
    assert client.post(f"/palvelut/{service.pk}/vastuut/", duty).status_code == 302
    for page in pages:
        shown = client.get(page).content.decode()
        assert re.search(r'class="flag"><span aria-hidden="true">⚠</span> \w+', shown), page
    told = client.get(f"/api/v1/services/{service.pk}/").json()["responsibilities"]
    assert {"resources": ""}.items() <= {row["duty"]: row["basis"] for row in told}.items()


def test_what_a_content_lacks_is_told_in_its_text_in_the_comparison_and_over_the_api(
    cast: Cast, as_person: As
) -> None:
    on, client = cast.maps["porvoo"], as_person(ME, "en")
    aspect, editor = first_aspect(on, 6), cast[ME]
    service = Service.objects.get(organisation__code="638", node__key="daycare")
    one, two = parties_of(on)
    api = f"/api/v1/aspects/{aspect.pk}/"
    assert client.get(api).json()["without_leader"] == [one, two]
    assert client.get(f"/api/v1/aspects/{first_aspect(on, 5).pk}/").json()["without_leader"] == []
    published(cast, on)
    add_rows(editor, on)
    edit(editor, on, f"step:{ProcessStep.objects.latest('pk').pk}", "accountable", None)
    duty = {"duty": "resources", "organisation": service.organisation_id, "basis": "", "reference": ""}
    client.post(f"/palvelut/{service.pk}/vastuut/", duty)
    assert client.get(api).json()["without_leader"] == [two]
    text = client.get(f"/kartat/{on.pk}/versiot/luonnos/").content.decode()
    compared = client.get(f"/kartat/{on.pk}/vertaa/?from=1.0&to=draft").content.decode()
    told = [
        "⚠ Nobody is accountable for this step.",
        "⚠ The legal basis is missing.",
        "⚠ No basis: neither law nor agreement",
        f"No leader of {on.parties.get(pk=two).organisation.name_fi} has been named.",
    ]
    for sentence in told:
        assert sentence in text, sentence
        assert sentence in compared, sentence
    assert f"No leader of {on.parties.get(pk=one).organisation.name_fi} has been named." not in compared
    page = client.get(f"/kartat/{on.pk}/versiot/luonnos/").context["content"]
    totals = next(
        each["totals"]
        for interface in page["interfaces"]
        for each in interface["aspects"]
        if interface["id"] == aspect.interface_id and each["number"] == 5
    )
    assert [row[0] for row in totals] == [on.parties.get(pk=one).organisation.name_fi, "Together"]
    assert {row[1] for row in totals} == {"0.5"}
    edit(editor, on, f"aspect:{aspect.pk}", "not_applicable_reason", "Ei koske.")
    assert client.get(api).json()["without_leader"] == []
