"""Approval and versions over the API: the same steps and the same refusals as on the pages."""

from typing import Any

from collaboration.frozen import canonical, digest
from tests.api.conftest import Api
from tests.cast import Cast
from tests.services.ops import edit, first_aspect
from tests.services.rounds import in_a_year, published


def test_a_map_is_approved_published_read_and_withdrawn(cast: Cast, api: Api) -> None:
    on = cast.maps["porvoo"]
    editor, porvoo, county = (api(name) for name in ("porvoo editor", "porvoo approver", "county approver"))
    path = f"maps/{on.pk}/approval/"
    state = editor.get(path)
    assert (state["round"], state["can_start"], state["can_cancel"]) == (None, True, False)
    assert len(state["unfinished"]) == 27
    wish = {"review_on": in_a_year().isoformat(), "incomplete_reason": "Kesken."}
    wrong_days: list[Any] = [0, 20270101, True, "2027", "2027-02-30", "", None, []]
    for wrong in wrong_days:
        assert editor.ask("post", path, {**wish, "review_on": wrong}).status_code == 422, wrong
    state = editor.post(path, wish, 201)
    assert editor.ask("post", path, wish).status_code == 409
    sent = {"round": state["round"]["id"], "digest": state["round"]["digest"]}
    assert editor.ask("post", f"{path}approve/", sent).status_code == 403
    assert [row["may_approve"] for row in porvoo.get(path)["parties"]] == [True, False]
    assert porvoo.post(f"{path}approve/", sent)["round"]["id"] == sent["round"]
    assert porvoo.ask("post", f"{path}approve/", sent).status_code == 409
    assert county.ask("post", f"{path}approve/", {**sent, "digest": "0" * 64}).status_code == 409
    assert county.post(f"{path}approve/", sent)["round"] is None
    [row] = editor.get(f"maps/{on.pk}/versions/")["results"]
    assert (row["number"], row["status"], row["digest"]) == ("1.0", "published", sent["digest"])
    address = f"maps/{on.pk}/versions/{row['id']}/"
    version = editor.get(address)
    assert digest(canonical(version["content"])) == sent["digest"]
    assert [fact["approver"]["name"] for fact in version["approvals"]] == [
        "Porvoo approver",
        "County approver",
    ]
    assert not version["can_withdraw"]
    assert editor.ask("post", f"{address}withdraw/", {"reason": "Vanha."}).status_code == 403
    assert county.ask("post", f"{address}withdraw/", {"reason": ""}).status_code == 422
    assert county.post(f"{address}withdraw/", {"reason": "Vanha."})["status"] == "withdrawn"
    assert county.ask("post", f"{address}withdraw/", {"reason": "Vanha."}).status_code == 409


def test_an_op_ends_a_round_and_a_round_is_cancelled(cast: Cast, api: Api) -> None:
    on, editor = cast.maps["porvoo"], api("porvoo editor")
    path = f"maps/{on.pk}/approval/"
    wish = {"review_on": in_a_year().isoformat(), "incomplete_reason": "Kesken."}
    state = editor.post(path, wish, 201)
    edit(cast["county editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Uusi.")
    sent = {"round": state["round"]["id"], "digest": state["round"]["digest"]}
    refused = api("porvoo approver").ask("post", f"{path}approve/", sent)
    assert refused.status_code == 409
    again = editor.post(path, wish, 201)["round"]["id"]
    assert editor.post(f"{path}cancel/", {"round": again})["round"] is None


def test_bad_bodies_are_told_by_field(cast: Cast, api: Api) -> None:
    on, editor = cast.maps["porvoo"], api("porvoo editor")
    path = f"maps/{on.pk}/approval/"
    for sent, field in (
        ({}, "review_on"),
        ({"review_on": "2020-01-01", "incomplete_reason": "Kesken."}, "review_on"),
        ({"review_on": in_a_year().isoformat()}, "incomplete_reason"),
        ({"review_on": in_a_year().isoformat(), "incomplete_reason": "131052-308T"}, "incomplete_reason"),
        ({"review_on": in_a_year().isoformat(), "moon": 1}, "moon"),
    ):
        answer = editor.ask("post", path, sent)
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_an_outsider_finds_nothing(cast: Cast, api: Api) -> None:
    on, outsider = cast.maps["porvoo"], api("pohjanmaa editor")
    version = published(cast, on)
    for path in ("approval/", "versions/", f"versions/{version.pk}/"):
        assert outsider.ask("get", f"maps/{on.pk}/{path}").status_code == 404
    assert (
        api("county editor").ask("get", f"maps/{cast.maps['youth'].pk}/versions/{version.pk}/").status_code
        == 404
    )
