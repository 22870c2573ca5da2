"""An organisation's people and invitations over the API: the same rules as on the page."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collaboration.models import Event, Invitation, Member
from tests.api.conftest import Api, check_shape
from tests.cast import Cast
from tests.factories.collaboration import MembershipFactory

pytestmark = pytest.mark.django_db
KEEPER = "porvoo administrator"


def member(cast: Cast, name: str) -> str:
    row = Member.objects.get(user=cast[name])
    return f"organisations/{row.organisation_id}/people/{row.pk}/"


def people(cast: Cast, place: str = "porvoo") -> str:
    return f"organisations/{cast.organisations[place].pk}/people/"


def invitations(cast: Cast) -> str:
    return f"organisations/{cast.organisations['porvoo'].pk}/invitations/"


def tag(answer: Any) -> dict[str, str]:
    return {"If-Match": answer.headers["ETag"]}


def test_people_are_listed_filtered_and_read_as_the_schema_says(cast: Cast, api: Api) -> None:
    caller = api(KEEPER)
    found = caller.get(people(cast))["results"]
    check_shape("MemberShape", found[0])
    check_shape("MemberShape", caller.get(member(cast, "porvoo reader")))
    assert [row["name"] for row in found] == sorted(row["name"] for row in found)
    assert [row["name"] for row in caller.get(f"{people(cast)}?role=approver")["results"]] == [
        "Porvoo approver"
    ]
    assert caller.get(f"{people(cast)}?level=field")["results"] == []
    assert caller.get(f"{people(cast)}?role=king", 400)["errors"][0]["field"] == "role"
    first = caller.get(f"{people(cast)}?limit=1")
    assert len(first["results"]) == 1
    assert first["next"]


def test_who_keeps_no_people_reads_only_themselves(cast: Cast, api: Api) -> None:
    for name in ("porvoo editor", "county administrator", "nobody"):
        caller = api(name)
        caller.get(people(cast), 403)
        caller.get(invitations(cast), 403)
        caller.get(member(cast, "porvoo reader"), 404)
    assert api("porvoo reader").get(member(cast, "porvoo reader"))["roles"] == ["reader"]
    assert len(api("service administrator").get(people(cast, "kasko"))["results"]) == 1


def test_a_member_is_changed_by_who_may_and_only_as_it_was_read(cast: Cast, api: Api) -> None:
    caller, address = api(KEEPER), member(cast, "porvoo reader")
    read = caller.ask("get", address)
    wish = {"roles": ["reader", "approver"], "level": "management", "phone": "019 000 0003"}
    assert caller.ask("patch", address, wish).status_code == 428
    changed = caller.ask("patch", address, wish, **tag(read))
    assert changed.status_code == 200, changed.content
    told = changed.json()
    assert (told["roles"], told["level"], told["phone"]) == (
        ["approver", "reader"],
        "management",
        wish["phone"],
    )
    assert caller.ask("patch", address, {"phone": "112"}, **tag(read)).status_code == 412
    verbs = Event.objects.order_by("-pk").values_list("verb", flat=True)[:2]
    assert set(verbs) == {"member.changed", "member.roles_changed"}
    for bad, field in (
        ({"phone": "soita"}, "phone"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"deputy": told["id"]}, "deputy"),
        ({"title": "131052-308T"}, "title"),
        ({"x": 1}, "x"),
    ):
        refused = caller.ask("patch", address, bad, **tag(changed))
        assert refused.status_code == 422, bad
        assert refused.json()["errors"][0]["field"] == field


def test_people_change_how_they_are_called_and_not_their_roles(cast: Cast, api: Api) -> None:
    caller, address = api("porvoo reader"), member(cast, "porvoo reader")
    read = caller.ask("get", address)
    for own in ({"roles": ["administrator"]}, {"level": "political"}):
        assert caller.ask("patch", address, own, **tag(read)).status_code == 422
    changed = caller.ask("patch", address, {"phone": "112", "hours": "ma–pe 8–16"}, **tag(read))
    assert (changed.status_code, changed.json()["phone"]) == (200, "112")


def test_a_membership_ends_and_is_taken_back(cast: Cast, api: Api) -> None:
    caller, address = api(KEEPER), member(cast, "porvoo editor")
    ended = caller.ask("post", f"{address}end/").json()
    assert (ended["roles"], ended["ended_at"] is not None) == (["editor"], True)
    back = caller.ask("post", f"{address}take-back/").json()
    assert (back["roles"], back["ended_at"]) == (["editor"], None)
    refused = caller.ask("post", f"{member(cast, KEEPER)}end/")
    assert refused.status_code == 422


def test_somebody_is_invited_again_and_the_invitation_withdrawn(cast: Cast, api: Api) -> None:
    caller = api(KEEPER)
    wish = {"email": "Uusi@kunta.example", "role": "approver"}
    made = caller.ask("post", invitations(cast), wish)
    assert made.status_code == 201, made.content
    check_shape("InvitationShape", made.json())
    assert made.json()["email"] == "uusi@kunta.example"
    address = f"{invitations(cast)}{made.json()['id']}/"
    assert caller.ask("post", invitations(cast), wish).status_code == 422
    assert (
        caller.ask("post", invitations(cast), {**wish, "email": "porvoo.reader@cast.example"}).status_code
        == 422
    )
    assert caller.ask("post", f"{address}send/").json()["times"] == 2
    assert len(caller.get(invitations(cast))["results"]) == 1
    assert caller.ask("delete", address).status_code == 200
    assert caller.ask("delete", address).status_code == 404
    assert Invitation.objects.waiting().count() == 0


def test_a_list_of_people_asks_as_often_however_many_there_are(cast: Cast, api: Api) -> None:
    caller, counts = api(KEEPER), set()
    caller.get(people(cast))  # which writes that the token was used
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            caller.get(people(cast))
        counts.add(len(queries))
        MembershipFactory.create_batch(5, organisation=cast.organisations["porvoo"])
    assert counts == {4}  # the token with its person, the organisation, grants, people
