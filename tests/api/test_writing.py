"""Writing over the API: maps made and edited, services kept, steps taken; refused where the pages refuse."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from collaboration.models import Change, Event
from collaboration.workflows.tokens import make_token
from services.models import InterfaceMap, MapParty, Service
from tests import oracle
from tests.api.conftest import Api, Caller, check_shape, op
from tests.cast import Cast
from tests.services.ops import answer_of, first_aspect


def wish(cast: Cast, **more: Any) -> dict[str, Any]:
    """The body of a new map of Porvoo."""
    municipality = cast.organisations["porvoo"].pk
    return {"template": "under_school_age", "municipality": municipality, "op_id": str(uuid4()), **more}


def test_a_map_is_made_from_a_template_once(cast: Cast, api: Api) -> None:
    caller, sent = api("county editor"), wish(cast, title_fi="Oma kartta")
    before = InterfaceMap.objects.count()
    answer = caller.ask("post", "maps/", sent)
    assert answer.status_code == 201
    made = answer.json()
    check_shape("MapShape", made)
    assert answer.headers["Location"] == f"/api/v1/maps/{made['id']}/"
    assert (made["title_fi"], len(made["services"]), len(made["interfaces"])) == ("Oma kartta", 3, 3)
    assert caller.post("maps/", sent, 201)["id"] == made["id"]
    assert InterfaceMap.objects.count() == before + 1


def test_the_same_id_sent_twice_at_once_makes_one_map(fresh_cast: Cast) -> None:
    cast = fresh_cast
    before = InterfaceMap.objects.count()
    sent, last = wish(cast), timezone.localdate()
    secret = make_token(by=cast["porvoo editor"], name="Test", scope="write", expires_on=last)[1]

    def make(_number: int) -> int:
        try:
            return int(Caller(secret).post("maps/", sent, 201)["id"])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(make, range(4)))
    assert len(made) == 1
    assert InterfaceMap.objects.count() == before + 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"template": "moon"}, "template"),
        ({"municipality": 999_999_999}, "municipality"),
        ({"municipality": "x"}, "municipality"),
        ({"municipality": {"id": 1}}, "municipality"),
        ({"op_id": "x"}, "op_id"),
        ({"op_id": None}, "op_id"),
        ({"template": "empty"}, "target_group"),
        ({"title_fi": "Asiakas 131052-308T"}, "title_fi"),
        ({"title_fi": "x" * 151}, "title_fi"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_map_that_cannot_be_made_names_the_field(
    cast: Cast, api: Api, change: dict[str, Any], field: str
) -> None:
    before = InterfaceMap.objects.count()
    error = api("porvoo editor").post("maps/", wish(cast) | change, 422)
    check_shape("ProblemShape", error)
    assert field in {each["field"] for each in error["errors"]}
    assert InterfaceMap.objects.count() == before


def test_a_parameter_where_none_is_known_is_refused_before_anything_is_written(
    cast: Cast, api: Api, service: Service
) -> None:
    caller, on = api("porvoo editor"), cast.maps["porvoo"]
    maps, events = InterfaceMap.objects.count(), Event.objects.count()
    for path, sent in (
        ("maps/", wish(cast)),
        (f"maps/{on.pk}/ops/", op(f"map:{on.pk}", "title_fi", "Uusi nimi")),
        (f"maps/{on.pk}/transitions/archive/", None),
        ("services/", {"organisation": service.organisation_id, "node": service.node_id, "name_fi": "Uusi"}),
        (f"services/{service.pk}/take-back/", None),
    ):
        for parameter in ("colour=red", "fields=moon"):
            error = caller.post(f"{path}?{parameter}", sent, 400)
            assert [each["field"] for each in error["errors"]] == [parameter.partition("=")[0]]
    assert (InterfaceMap.objects.count(), Event.objects.count()) == (maps, events)


def test_a_map_that_was_left_is_not_shown_again_for_its_old_id(cast: Cast, api: Api) -> None:
    caller, sent = api("county editor"), wish(cast)
    made = caller.post("maps/", sent, 201)
    MapParty.objects.filter(map=made["id"], side="county").update(archived_at=timezone.now())
    caller.post("maps/", sent, 404)


def test_who_makes_a_map(cast: Cast, api: Api) -> None:
    for name in cast.people:
        status = api(name).ask("post", "maps/", wish(cast)).status_code
        assert status == (201 if name in {"porvoo editor", "county editor"} else 422), name


def test_an_op_is_applied_once_and_its_number_goes_on(cast: Cast, api: Api) -> None:
    on, caller = cast.maps["porvoo"], api("porvoo editor")
    sent = op(f"aspect:{first_aspect(on).pk}", "shared_fi", "Näin.", base=0)
    applied = caller.post(f"maps/{on.pk}/ops/", sent)
    check_shape("AppliedShape", applied)
    assert (applied["value"], applied["version"], applied["status"]) == ("Näin.", 1, "in_progress")
    assert caller.post(f"maps/{on.pk}/ops/", sent)["version"] == 1
    assert Change.objects.filter(log_id=on.pk).count() == 1
    made = caller.post(
        f"maps/{on.pk}/ops/",
        op(f"map:{on.pk}", "add_party", {"organisation": cast.organisations["pohjanmaa"].pk}),
    )
    assert made["value"]["subject"].startswith("party:")


def test_a_stale_op_is_409_with_both_values(cast: Cast, api: Api) -> None:
    on = cast.maps["porvoo"]
    subject = f"aspect:{first_aspect(on).pk}"
    api("porvoo editor").post(f"maps/{on.pk}/ops/", op(subject, "shared_fi", "Ensin.", base=0))
    error = api("county editor").post(
        f"maps/{on.pk}/ops/", op(subject, "shared_fi", "Samaan aikaan.", base=0), 409
    )
    check_shape("ConflictShape", error)
    assert (error["yours"], error["theirs"], error["version"]) == ("Samaan aikaan.", "Ensin.", 1)
    assert error["by"] == "Porvoo editor"
    again = op(subject, "shared_fi", "Samaan aikaan.", base=error["version"])
    assert api("county editor").post(f"maps/{on.pk}/ops/", again)["value"] == "Samaan aikaan."


def test_who_writes_on_a_map(cast: Cast, api: Api) -> None:
    on = cast.maps["porvoo"]
    aspect = first_aspect(on)
    theirs = answer_of(aspect, "01")
    for name in cast.people:
        sees, edits = oracle.sees(cast, name, on), oracle.edits_map(cast, name, on)
        refused = 403 if sees else 404
        caller = api(name)
        title = caller.ask("post", f"maps/{on.pk}/ops/", op(f"map:{on.pk}", "title_fi", f"Nimi {name}"))
        assert title.status_code == (200 if edits else refused), name
        answer = caller.ask("post", f"maps/{on.pk}/ops/", op(f"answer:{theirs.pk}", "answer_fi", name))
        assert answer.status_code == (200 if oracle.answers(cast, name, theirs) else refused), name
        step = caller.ask("post", f"maps/{on.pk}/transitions/fly/")
        assert step.status_code == (409 if sees else 404), name
        if not edits:
            step = caller.ask("post", f"maps/{on.pk}/transitions/archive/")
            assert step.status_code == refused, name


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"value": "131052-308T"}, 422, "value"),
        ({"value": 5}, 422, "value"),
        ({"value": "x" * 5_001}, 422, "value"),
        ({"id": "x"}, 400, "id"),
        ({"base_version": -1}, 400, "base_version"),
        ({"base_version": True}, 400, "base_version"),
    ],
)
def test_a_refused_op_names_its_field(
    cast: Cast, api: Api, change: dict[str, Any], status: int, field: str
) -> None:
    on = cast.maps["porvoo"]
    sent = op(f"aspect:{first_aspect(on).pk}", "shared_fi", "Näin.") | change
    error = api("porvoo editor").post(f"maps/{on.pk}/ops/", sent, status)
    check_shape("ProblemShape", error)
    assert [each["field"] for each in error["errors"]] == [field]
    assert not Change.objects.filter(log_id=on.pk).exists()


@pytest.mark.parametrize("subject", ["aspect:0", "moon:1", "aspect:x", "", "aspect:99999999999999999999"])
def test_an_op_on_what_is_not_there_is_404(cast: Cast, api: Api, subject: str) -> None:
    api("porvoo editor").post(f"maps/{cast.maps['porvoo'].pk}/ops/", op(subject, "shared_fi", "x"), 404)


def test_another_maps_aspect_is_not_on_this_map(cast: Cast, api: Api) -> None:
    foreign = first_aspect(cast.maps["loviisa"])
    sent = op(f"aspect:{foreign.pk}", "shared_fi", "x")
    api("county editor").post(f"maps/{cast.maps['porvoo'].pk}/ops/", sent, 404)


def test_a_step_is_taken_and_a_stale_one_is_412_with_both(cast: Cast, api: Api) -> None:
    on, caller = cast.maps["porvoo"], api("porvoo editor")
    tag = caller.ask("get", f"maps/{on.pk}/").headers["ETag"]
    api("county editor").post(f"maps/{on.pk}/ops/", op(f"map:{on.pk}", "title_fi", "Uusi nimi"))
    error = caller.post(f"maps/{on.pk}/transitions/archive/", None, 412, If_Match=tag)
    check_shape("StaleShape", error)
    assert error["theirs"]["title_fi"] == "Uusi nimi"
    archived = caller.post(f"maps/{on.pk}/transitions/archive/", None, If_Match=error["etag"])
    assert archived["status"] == "archived"
    assert [step["name"] for step in archived["steps"]] == ["take_back"]
    assert caller.post(f"maps/{on.pk}/transitions/archive/", None, 409)["detail"]
    caller.post(
        f"maps/{on.pk}/ops/", op(f"map:{on.pk}", "title_fi", "x"), 403
    )  # read only until it is taken back
    assert caller.post(f"maps/{on.pk}/transitions/take_back/", None)["status"] == "draft"


@pytest.fixture
def service(cast: Cast) -> Service:
    """Porvoo's daycare."""
    return Service.objects.get(organisation=cast.organisations["porvoo"], node__key="daycare")


def test_a_service_is_added_changed_removed_and_taken_back(cast: Cast, api: Api, service: Service) -> None:
    caller = api("porvoo editor")
    new = {
        "organisation": service.organisation_id,
        "node": service.node_id,
        "name_fi": "Avoin päiväkoti",
        "target_groups": ["under_school_age"],
    }
    answer = caller.ask("post", "services/", new)
    assert answer.status_code == 201
    made = answer.json()
    check_shape("ServiceShape", made)
    path = answer.headers["Location"]
    assert caller.post("services/", new, 422)["errors"], "the name is taken"
    assert caller.ask("patch", path, {"name_sv": "Öppet daghem"}).status_code == 428
    tag = caller.ask("get", path).headers["ETag"]
    changed = caller.ask("patch", path, {"name_sv": "Öppet daghem"}, If_Match=tag)
    assert changed.status_code == 200
    assert (changed.json()["name_sv"], changed.json()["name_fi"]) == ("Öppet daghem", "Avoin päiväkoti")
    assert changed.json()["target_groups"] == ["under_school_age"], "what is left out stays"
    stale = caller.ask("patch", path, {"name_sv": "Annat"}, If_Match=tag)
    assert stale.status_code == 412
    assert stale.json()["yours"] == {"name_sv": "Annat"}
    assert stale.json()["theirs"]["name_sv"] == "Öppet daghem"
    assert stale.json()["etag"] == changed.headers["ETag"]
    assert caller.ask("delete", path).status_code == 428
    removed = caller.ask("delete", path, If_Match=changed.headers["ETag"])
    assert removed.json()["archived_at"]
    assert caller.post(f"{path}take-back/", None)["archived_at"] is None
    events = Event.objects.filter(subject_type__model="service", subject_id=made["id"])
    verbs = list(events.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["service.added", "service.changed", "service.removed", "service.taken_back"]


def test_a_responsibility_is_named_and_taken_away(cast: Cast, api: Api, service: Service) -> None:
    caller, path = api("porvoo editor"), f"services/{service.pk}/responsibilities/"
    sent = {"duty": "funds", "organisation": service.organisation_id, "basis": "agreement"}
    named = caller.post(path, sent, 201)
    check_shape("ServiceShape", named)
    assert [row["duty"] for row in named["responsibilities"]] == ["organises", "funds"]
    assert caller.post(path, sent, 422)["errors"]
    assert caller.post(path, sent | {"duty": "sings"}, 422)["errors"][0]["field"] == "duty"
    key = named["responsibilities"][1]["id"]
    left = caller.ask("delete", f"{path}{key}/")
    assert [row["duty"] for row in left.json()["responsibilities"]] == ["organises"]
    assert caller.ask("delete", f"{path}{key}/").status_code == 404


def test_who_keeps_a_service(cast: Cast, api: Api, service: Service) -> None:
    for name in cast.people:
        may = oracle.has_role(cast, name, {"editor"}, {service.organisation_id})
        caller = api(name)
        tag = caller.ask("get", f"services/{service.pk}/").headers["ETag"]
        sent = {"description_fi": f"Kuvaus {name}"}
        changed = caller.ask("patch", f"services/{service.pk}/", sent, If_Match=tag)
        assert changed.status_code == (200 if may else 403), name
        new = {"organisation": service.organisation_id, "node": service.node_id, "name_fi": f"Uusi {name}"}
        assert caller.ask("post", "services/", new).status_code == (201 if may else 403), name
        assert caller.ask("post", f"services/{service.pk}/take-back/").status_code == (200 if may else 403)
        assert caller.ask("post", f"services/{service.pk}/responsibilities/", {}).status_code == (
            422 if may else 403
        )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name_fi": ""}, "name_fi"),
        ({"name_fi": None}, "name_fi"),
        ({"name_fi": ["a"]}, "name_fi"),
        ({"name_fi": {"fi": "a"}}, "name_fi"),
        ({"name_fi": "131052-308T"}, "name_fi"),
        ({"node": 0}, "node"),
        ({"target_groups": ["cats"]}, "target_groups"),
        ({"target_groups": "cats"}, "target_groups"),
        ({"organisation": 1}, "organisation"),
        ({"archived_at": "2026-01-01"}, "archived_at"),
    ],
)
def test_a_service_that_cannot_be_saved_names_the_field(
    api: Api, service: Service, change: dict[str, Any], field: str
) -> None:
    answer = api("porvoo editor").ask("patch", f"services/{service.pk}/", change, If_Match="*")
    assert answer.status_code == 422, answer.content
    check_shape("ProblemShape", answer.json())
    assert field in {each["field"] for each in answer.json()["errors"]}
    service.refresh_from_db()
    assert service.name_fi == "Päiväkoti"


@pytest.mark.parametrize("organisation", [None, 0, "x", 999_999_999, 10**30])
def test_a_service_needs_an_organisation_that_is_there(api: Api, service: Service, organisation: Any) -> None:
    sent = {"organisation": organisation, "node": service.node_id, "name_fi": "Uusi"}
    status = api("porvoo editor").ask("post", "services/", sent).status_code
    assert status == 422


DEEP = '{"name_fi": ' + "[" * 500 + "]" * 500 + "}"


@pytest.mark.parametrize(
    "content",
    ["[]", "null", "5", '"x"', "{", "", '{"name_fi": NaN}', DEEP, "[" * 100_000, '{"a": "\\ud800"}'],
)
def test_a_body_that_is_no_object_is_a_sentence(api: Api, service: Service, content: str) -> None:
    caller = api("porvoo editor")
    for path in ("maps/", "services/", f"services/{service.pk}/responsibilities/"):
        answer = caller.client.post(
            f"/api/v1/{path}", content, content_type="application/json", headers=caller.headers
        )
        assert answer.status_code in {400, 422}, (path, answer.content)
        assert answer.json()["detail"]


def test_a_body_beyond_the_limit_is_413(cast: Cast, api: Api) -> None:
    error = api("porvoo editor").post("maps/", wish(cast, title_fi="x" * 3_000_000), 413)
    check_shape("ProblemShape", error)


def test_a_stale_change_that_is_not_json_is_still_412(api: Api, service: Service) -> None:
    caller = api("porvoo editor")
    answer = caller.client.patch(
        f"/api/v1/services/{service.pk}/",
        DEEP,
        content_type="application/json",
        headers=caller.headers | {"If-Match": '"old"'},
    )
    assert (answer.status_code, answer.json()["yours"]) == (412, None)


@pytest.mark.parametrize(
    "changed",
    ['"{}-gzip"', '"{}--gzip"', '"{}-zstd"', '"{}-br"', 'W/"{}"', 'W/"{}-gzip"', '"old", "{}-gzip"'],
)
def test_a_tag_that_a_proxy_has_changed_is_known_again(cast: Cast, api: Api, changed: str) -> None:
    caller, on = api("porvoo editor"), cast.maps["porvoo"]
    tag = changed.format(caller.ask("get", f"maps/{on.pk}/").headers["ETag"].strip('"'))
    assert caller.ask("get", f"maps/{on.pk}/", If_None_Match=tag).status_code == 304
    other = changed.format("0" * 32)
    assert caller.ask("get", f"maps/{on.pk}/", If_None_Match=other).status_code == 200
    caller.post(f"maps/{on.pk}/transitions/archive/", None, 412, If_Match=other)
    caller.post(f"maps/{on.pk}/transitions/archive/", None, If_Match=tag)
