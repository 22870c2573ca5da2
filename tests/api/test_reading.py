"""Every resource, read: who sees what, its shape, filters, order, pages, fields, tags, and how often it asks."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collaboration.models import Area
from services.models import Interface, MapService, Service
from tests import oracle
from tests.api.conftest import Api, check_shape, op
from tests.cast import Cast
from tests.factories.collaboration import OrganisationFactory
from tests.services.exporting import asked
from tests.services.ops import answer_of, edit, first_aspect
from tests.services.test_pages import large_map

LISTS = {
    "organisations": "OrganisationShape",
    "areas": "AreaShape",
    "services": "ServiceRowShape",
    "service-classes": "ServiceClassShape",
    "maps": "MapRowShape",
    "interfaces": "InterfaceShape",
    "aspects": "AspectShape",
}


@pytest.fixture
def singles(cast: Cast) -> dict[str, str]:
    """The address of one of each, with its shape."""
    on = cast.maps["porvoo"]
    aspect = first_aspect(on)
    place = MapService.objects.get(map=on, service__node__key="daycare")
    area = Area.objects.get(kind=Area.Kind.WELLBEING_SERVICES_COUNTY, code="01")
    return {
        f"organisations/{cast.organisations['porvoo'].pk}/": "OrganisationShape",
        f"areas/{area.pk}/": "AreaShape",
        f"services/{place.service_id}/": "ServiceShape",
        f"maps/{on.pk}/": "MapShape",
        f"interfaces/{aspect.interface_id}/": "InterfaceShape",
        f"aspects/{aspect.pk}/": "AspectShape",
        "me/": "MeShape",
    }


def test_every_answer_has_the_shape_of_the_schema(cast: Cast, api: Api, singles: dict[str, str]) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    aspect = first_aspect(on)
    edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "Näin.")
    edit(editor, on, f"answer:{answer_of(aspect, '638').pk}", "confirmation", "Näin.")
    edit(editor, on, f"aspect:{aspect.pk}", "responsible", [editor.pk])
    edit(editor, on, f"aspect:{aspect.pk}", "review_on", "2027-01-01")
    edit(editor, on, f"aspect:{aspect.pk}", "add_evidence", {"title": "Ohje", "url": "https://a.example/"})
    caller = api("porvoo editor")
    for path, shape in singles.items():
        check_shape(shape, caller.get(path))
    for name, shape in LISTS.items():
        page = caller.get(f"{name}/?limit=3")
        assert page["results"]
        for row in page["results"]:
            check_shape(shape, row)
    check_shape("ChangesShape", caller.get(f"maps/{on.pk}/changes/"))
    for template in caller.get("map-templates/"):
        check_shape("TemplateShape", template)


def test_each_person_sees_the_maps_that_the_oracle_says(cast: Cast, api: Api, *, is_long: bool) -> None:
    """In the ordinary run one of those who see the same maps."""
    everyone = {
        name: frozenset(on.pk for on in cast.maps.values() if oracle.sees(cast, name, on))
        for name in cast.people
    }
    for name in oracle.asked(everyone, everyone.__getitem__, everybody=is_long):
        caller, seen = api(name), everyone[name]
        assert {row["id"] for row in caller.get("maps/")["results"]} == seen, name
        assert {row["map"] for row in caller.get("interfaces/?limit=200")["results"]} == seen, name
        assert {row["map"] for row in caller.get("aspects/?limit=200")["results"]} == seen, name
        for on in cast.maps.values():
            aspect = first_aspect(on)
            for path in (
                f"maps/{on.pk}/",
                f"maps/{on.pk}/drawing/",
                f"maps/{on.pk}/changes/",
                f"interfaces/{aspect.interface_id}/",
                f"aspects/{aspect.pk}/",
            ):
                assert caller.ask("get", path).status_code == (200 if on.pk in seen else 404), (name, path)


def test_registers_are_open_to_everyone_with_a_token(cast: Cast, api: Api, singles: dict[str, str]) -> None:
    caller = api("nobody")
    for path in singles:
        hidden = path.split("/")[0] in {"maps", "interfaces", "aspects"}
        assert caller.ask("get", path).status_code == (404 if hidden else 200), path


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_as_often_whatever_there_is(cast: Cast, api: Api, name: str) -> None:
    caller = api("county editor")

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            caller.get(f"{name}/?limit=200")
        return len(queries)

    statements()
    few = statements()
    large_map(cast.maps["porvoo"], 20, 30)
    for number in range(1, 6):
        edit(
            cast["county editor"],
            cast.maps["porvoo"],
            f"aspect:{first_aspect(cast.maps['porvoo'], number).pk}",
            "responsible",
            [cast["porvoo editor"].pk],
        )
    OrganisationFactory.create_batch(5)
    assert statements() == few
    assert few <= 3, "the token with its person, and at most two for the rows"


def test_a_whole_map_asks_as_often_for_a_large_one(cast: Cast, api: Api) -> None:
    on = cast.maps["porvoo"]
    caller = api("county editor")
    caller.get(f"maps/{on.pk}/")
    counts = []
    for services, interfaces in ((4, 3), (60, 90)):
        large_map(on, services, interfaces)
        with CaptureQueriesContext(connection) as queries:
            whole = caller.get(f"maps/{on.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 1 + 5
    assert len(whole["interfaces"]) == 90
    assert sum(whole["aspects"].values()) == 90 * 9


@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("organisations", ""),
        ("organisations", "-name"),
        ("organisations", "code"),
        ("areas", "-code"),
        ("services", "-name"),
        ("maps", ""),
        ("maps", "title"),
        ("maps", "changed_at"),
        ("aspects", "-id"),
    ],
)
def test_pages_hold_every_row_once_in_order(cast: Cast, api: Api, name: str, sort: str) -> None:
    caller = api("county editor")
    whole, path = [], f"{name}/?limit=200&sort={sort}"
    while path:
        page = caller.get(path)
        whole += [row["id"] for row in page["results"]]
        path = (page["next"] or "").removeprefix("http://testserver")
    paged: list[int] = []
    path = f"{name}/?limit={max(1, len(whole) // 5)}&sort={sort}"
    while path:
        page = caller.get(path)
        paged += [row["id"] for row in page["results"]]
        path = (page["next"] or "").removeprefix("http://testserver")
    assert paged == whole
    assert len(set(paged)) == len(paged) > 1


def test_a_row_that_comes_between_pages_is_neither_doubled_nor_lost(cast: Cast, api: Api) -> None:
    caller = api("porvoo editor")
    first = caller.get("organisations/?limit=10")
    OrganisationFactory.create(name_fi="AAA")
    OrganisationFactory.create(name_fi="Öööö")
    second = caller.get(first["next"].removeprefix("http://testserver"))
    ids = [row["id"] for page in (first, second) for row in page["results"]]
    assert len(set(ids)) == 20


def test_a_cursor_of_another_list_or_order_is_refused(api: Api) -> None:
    caller = api("nobody")
    cursor = caller.get("organisations/?limit=1")["next"].split("cursor=")[1].split("&")[0]
    for path in (
        f"organisations/?sort=-name&cursor={cursor}",
        f"organisations/?kind=municipality&cursor={cursor}",
        f"organisations/?q=porvoo&cursor={cursor}",
        f"maps/?cursor={cursor}",
        f"areas/?cursor={cursor}",
        f"service-classes/?cursor={cursor}",
        f"services/?cursor={cursor}",
        "organisations/?cursor=xyz",
    ):
        assert caller.get(path, 400)["errors"][0]["field"] == "cursor", path
    for path in (
        f"organisations/?cursor={cursor}",
        f"organisations/?sort=name&limit=3&fields=id&q=&cursor={cursor}",
    ):
        caller.get(path)
    filtered = caller.get("organisations/?kind=municipality&limit=1")["next"]
    cursor = filtered.split("cursor=")[1].split("&")[0]
    caller.get(f"organisations/?kind=municipality&cursor={cursor}")
    caller.get(f"organisations/?kind=joint_authority&cursor={cursor}", 400)
    caller.get(f"organisations/?cursor={cursor}", 400)


def test_a_cursor_of_one_maps_list_is_not_for_anothers(cast: Cast, api: Api) -> None:
    caller, maps = api("porvoo editor"), (cast.maps["porvoo"], cast.maps["youth"])
    cursors = []
    for on in maps:
        for file_format in ("csv", "xlsx"):
            asked(cast, on, file_format, by="porvoo editor")
        page = caller.get(f"maps/{on.pk}/exports/?limit=1")
        cursors.append(page["next"].split("cursor=")[1].split("&")[0])
    for on, own, other in zip(maps, cursors, reversed(cursors), strict=True):
        caller.get(f"maps/{on.pk}/exports/?cursor={own}")
        caller.get(f"maps/{on.pk}/exports/?cursor={other}", 400)


def test_filters(cast: Cast, api: Api) -> None:
    caller = api("county editor", "fi")
    on, loviisa = cast.maps["porvoo"], cast.organisations["loviisa"]
    aspect = first_aspect(on, 3)
    edit(cast["county editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Tieto kulkee.")
    edit(cast["county editor"], on, f"aspect:{aspect.pk}", "review_on", "2027-01-01")
    edit(cast["county editor"], on, f"aspect:{aspect.pk}", "responsible", [cast["porvoo editor"].pk])

    def ids(path: str) -> set[int]:
        return {row["id"] for row in caller.get(path)["results"]}

    assert ids("organisations/?q=porv&kind=municipality") == {cast.organisations["porvoo"].pk}
    assert len(ids("organisations/?county=01&kind=municipality")) == 7
    assert ids(f"maps/?municipality={loviisa.pk}") == {cast.maps["loviisa"].pk}
    assert ids(f"maps/?organisation={loviisa.pk}") == {cast.maps["loviisa"].pk}
    assert ids("maps/?q=nuorten") == {cast.maps["youth"].pk}
    assert ids("maps/?target_group=young_people&status=draft") == {cast.maps["youth"].pk}
    assert ids("maps/?status=archived") == set()
    assert ids(f"interfaces/?map={on.pk}") == set(on.interfaces.values_list("pk", flat=True))
    for query in (
        f"map={on.pk}&status=in_progress",
        f"map={on.pk}&number=3&interface={aspect.interface_id}",
        "review_by=2027-01-01",
        f"responsible={cast['porvoo editor'].pk}",
    ):
        assert ids(f"aspects/?{query}") == {aspect.pk}, query
    service = Service.objects.get(organisation__code="638", node__key="daycare")
    assert service.pk in ids(f"services/?organisation={service.organisation_id}&node={service.node_id}")
    assert ids("services/?q=olematon") == set()


def test_what_was_removed_is_listed_only_when_asked_for(cast: Cast, api: Api) -> None:
    on, caller = cast.maps["porvoo"], api("porvoo editor")
    interface = Interface.objects.filter(map=on).order_by("pk")[0]
    edit(cast["porvoo editor"], on, f"interface:{interface.pk}", "archived", True)
    for name in ("interfaces", "aspects"):
        live, every = (
            len(caller.get(f"{name}/?limit=200&map={on.pk}{removed}")["results"])
            for removed in ("", "&removed=true")
        )
        assert live < every
    assert caller.get(f"interfaces/{interface.pk}/")["removed"] is True


def test_sparse_fields(api: Api, singles: dict[str, str]) -> None:
    caller = api("porvoo editor")
    for name in LISTS:
        assert all(set(row) == {"id"} for row in caller.get(f"{name}/?fields=id")["results"])
    for path in singles:
        assert set(caller.get(f"{path}?fields=id")) == {"id"}
    error = caller.get("maps/?fields=id,secret", 400)
    assert error["errors"] == [{"field": "fields", "message": "There is no member “secret” here."}]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("maps/?limit=0", "limit"),
        ("maps/?limit=1&limit=2", "limit"),
        ("maps/?limit=201", "limit"),
        ("maps/?sort=colour", "sort"),
        ("maps/?colour=red", "colour"),
        ("maps/?municipality=99999999999999999999", "municipality"),
        ("aspects/?number=10", "number"),
        ("aspects/?review_by=soon", "review_by"),
        ("aspects/?review_by=1.1.2027", "review_by"),
        ("aspects/?removed=banana", "removed"),
        ("organisations/?ended=1", "ended"),
        ("organisations/?q=%00", "q"),
        ("organisations/?kind=kingdom", "kind"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(api: Api, path: str, field: str) -> None:
    error = api("porvoo editor").get(path, 400)
    check_shape("ProblemShape", error)
    assert error["errors"][0]["field"] == field
    assert error["errors"][0]["message"]


def test_a_single_resource_has_a_tag_that_saves_reading_it_again(
    cast: Cast, api: Api, singles: dict[str, str]
) -> None:
    caller = api("porvoo editor")
    for path in singles:
        tag = caller.ask("get", path).headers["ETag"]
        assert tag.startswith('"'), path
        again = caller.ask("get", path, If_None_Match=tag)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag), path
        assert caller.ask("get", path, If_None_Match='"other"').status_code == 200
    on = cast.maps["porvoo"]
    before = caller.ask("get", f"maps/{on.pk}/").headers["ETag"]
    caller.post(f"maps/{on.pk}/ops/", op(f"map:{on.pk}", "title_fi", "Uusi nimi"))
    assert caller.ask("get", f"maps/{on.pk}/", If_None_Match=before).status_code == 200


def test_head_is_get_without_its_body(cast: Cast, api: Api) -> None:
    answer = api("porvoo editor").ask("head", f"maps/{cast.maps['porvoo'].pk}/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["ETag"]


def test_the_whole_map_and_its_row_tell_the_same(cast: Cast, api: Api) -> None:
    caller, on = api("porvoo editor"), cast.maps["porvoo"]
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Näin.")
    row = next(row for row in caller.get("maps/")["results"] if row["id"] == on.pk)
    whole = caller.get(f"maps/{on.pk}/")
    assert {name: whole[name] for name in row} == row
    assert whole["can_edit"] is True
    assert [step["name"] for step in whole["steps"]] == ["archive"]
    reader = api("porvoo reader").get(f"maps/{on.pk}/")
    assert (reader["can_edit"], reader["steps"]) == (False, [])


def test_an_aspect_tells_whose_confirmation_is_of_the_present_text(cast: Cast, api: Api) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    aspect = first_aspect(on)

    def confirmations() -> list[str]:
        found: list[dict[str, Any]] = api("porvoo reader").get(f"aspects/{aspect.pk}/")["answers"]
        return [answer["confirmation"] for answer in found]

    edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "Näin.")
    assert confirmations() == ["none", "none"]
    edit(editor, on, f"answer:{answer_of(aspect, '638').pk}", "confirmation", "Näin.")
    assert confirmations() == ["given", "none"]
    edit(cast["county editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Toisin.")
    assert confirmations() == ["outdated", "none"]


def test_changes_since_a_number(cast: Cast, api: Api) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    subject = f"aspect:{first_aspect(on).pk}"
    for text in ("Yksi.", "Kaksi.", "Kolme."):
        edit(editor, on, subject, "shared_fi", text)
    caller = api("county reader")
    found = caller.get(f"maps/{on.pk}/changes/?since=1")
    assert found["seq"] == 3
    assert [(row["seq"], row["subject"], row["from"], row["to"]) for row in found["changes"]] == [
        (2, subject, "Yksi.", "Kaksi."),
        (3, subject, "Kaksi.", "Kolme."),
    ]
    assert len(caller.get(f"maps/{on.pk}/changes/?limit=1")["changes"]) == 1
    assert caller.get(f"maps/{on.pk}/changes/?since=x", 400)["errors"][0]["field"] == "since"


def test_me(cast: Cast, api: Api) -> None:
    me = api("porvoo editor", scope="read").get("me/")
    assert me["email"] == "porvoo.editor@cast.example"
    assert [(row["name"], row["role"]) for row in me["memberships"]] == [("Porvoo", "editor")]
    assert me["token"]["scope"] == "read"
