"""Forums, seats and absences over the API: the same rules and forms as on the pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collaboration.models import Absence, Forum, ForumSeat
from tests.api.conftest import Api, Caller, check_shape
from tests.api.test_matters import CHAIR, OTHER, in_days, tag
from tests.api.test_problems import assert_problem
from tests.cast import Cast
from tests.collaboration.forum_cast import RAISER, absence_of, forums_of, matter_of, raised, seat_of

pytestmark = pytest.mark.django_db


# Forums and seats


def test_a_forum_is_made_changed_ended_and_taken_back(cast: Cast, api: Api) -> None:
    forums, place = forums_of(cast), cast.organisations
    caller = api("porvoo editor")
    sent = {
        "kind": "sector_network",
        "name_fi": "Liikuntaverkosto",
        "coordinated_by": place["porvoo"].pk,
        "members": [place["county"].pk],
        "above": forums["lape"].pk,
    }
    made = caller.ask("post", "forums/", sent)
    assert made.status_code == 201, made.content
    told = made.json()
    check_shape("WholeForumShape", told)
    assert (told["level"], told["members"], told["languages"]) == ("expert", [place["county"].pk], "fi")
    assert [row["forum"] for row in told["routes"]] == [forums["lape"].pk]
    assert [(row["name"], row["role"]) for row in told["seats"]] == [("Porvoo editor", "coordinator")]
    assert [row["is_missing"] for row in told["composition"]] == [False]
    address = made.headers["Location"]
    assert_problem(caller.ask("patch", address, {"name_sv": "Nätverk"}), 428)
    changed = caller.ask("patch", address, {"name_sv": "Nätverk", "members": []}, **tag(made))
    assert changed.status_code == 200, changed.content
    now = changed.json()
    assert (now["name_sv"], now["members"], now["above"]) == ("Nätverk", [], forums["lape"].pk)
    stale = caller.ask("patch", address, {"name_sv": "Lag"}, **tag(made))
    assert assert_problem(stale, 412)["theirs"]["name_sv"] == "Nätverk"
    for bad, field in (
        ({"name_fi": ""}, "name_fi"),
        ({"members": 3}, "members"),
        ({"members": [0]}, "members"),
        ({"members": [True]}, "members"),
        ({"above": now["id"]}, "above"),
        ({"kind": "moon"}, "kind"),
        ({"term_from": "2027-02-30"}, "term_from"),
        ({"ended_on": in_days(0)}, "ended_on"),
        ({"coordinated_by": place["pohjanmaa"].pk}, "coordinated_by"),
    ):
        refused = caller.ask("patch", address, bad, **tag(changed))
        assert assert_problem(refused, 422)["errors"][0]["field"] == field, bad
    assert_problem(api(CHAIR).ask("patch", address, {"name_sv": "Lag"}, If_Match="*"), 403)
    assert caller.post(f"{address}end/", None)["ended_on"] == in_days(0)
    listed = "forums/?q=liikuntaverkosto&area=&kind=sector_network"
    assert caller.get(listed)["results"] == []
    assert len(caller.get(f"{listed}&ended=true")["results"]) == 1
    keeper = api("porvoo administrator")
    assert keeper.post(f"{address}take-back/", None)["ended_on"] is None


def test_a_forum_in_which_something_waits_does_not_end(cast: Cast, api: Api) -> None:
    matter = matter_of(cast)
    told = assert_problem(api(CHAIR).ask("post", f"forums/{matter.forum_id}/end/"), 422)
    assert "1 matter waits" in told["detail"]


def test_forums_are_listed_filtered_and_read(cast: Cast, api: Api) -> None:
    forums, caller = forums_of(cast), api(OTHER)

    def listed(query: str, asks: Caller = caller) -> set[int]:
        found = asks.get(f"forums/?{query}")["results"]
        for row in found:
            check_shape("ForumShape", row)
        return {row["id"] for row in found}

    assert listed(f"area={forums['lape'].area_id}") == {forum.pk for forum in forums.values()}
    assert listed("level=political") == {forums["board"].pk}
    assert listed("kind=lape") == {forums["lape"].pk}
    assert listed("mine=true") == set()
    assert listed("mine=true", api(RAISER)) == {forums["network"].pk}
    whole = caller.get(f"forums/{forums['lape'].pk}/")
    check_shape("WholeForumShape", whole)
    assert (whole["can_change"], whole["can_raise"]) == (False, False)
    lacks = {row["part"] for row in whole["composition"] if row["is_missing"]}
    assert {"Coordinator or secretary", "Young people"} <= lacks
    assert "Chair" not in lacks
    assert caller.get("forums/?level=moon", 400)["errors"][0]["field"] == "level"
    caller.get("forums/0/", 404)
    row = next(row for row in caller.get("forums/?kind=lape")["results"])
    assert {name: whole[name] for name in row} == row


def test_a_seat_is_given_changed_and_ended(cast: Cast, api: Api) -> None:
    lape, chair = forums_of(cast)["lape"], api(CHAIR)
    seats = f"forums/{lape.pk}/seats/"
    sent = {"user": cast["nobody"].pk, "organisation": cast.organisations["porvoo"].pk}
    made = chair.ask("post", seats, sent)
    assert made.status_code == 201, made.content
    told = made.json()
    check_shape("ForumSeatShape", told)
    assert (told["role"], told["represents"], told["valid_from"]) == ("member", "education", in_days(0))
    again = assert_problem(chair.ask("post", seats, sent), 422)
    assert again["errors"][0]["message"] == "The person has this seat already."
    address = made.headers["Location"]
    assert_problem(chair.ask("patch", address, {"role": "secretary"}), 428)
    changed = chair.ask("patch", address, {"role": "secretary"}, **tag(made))
    assert (changed.status_code, changed.json()["role"]) == (200, "secretary")
    assert_problem(chair.ask("patch", address, {"role": "member"}, **tag(made)), 412)
    changed = chair.ask("patch", address, {"represents": None}, **tag(changed))
    assert (changed.status_code, changed.json()["represents"]) == (200, "education")
    for bad, field in (
        ({"role": "chair"}, "role"),
        ({"role": "king"}, "role"),
        ({"user": cast[OTHER].pk}, "user"),
        ({"user": cast["porvoo approver"].pk}, "user"),
        ({"valid_until": in_days(-5)}, ""),
        ({"valid_until": ""}, "valid_until"),
        ({"valid_until": "1.7.2027"}, "valid_until"),
        ({"deputy_for": 0}, "deputy_for"),
    ):
        refused = chair.ask("patch", address, bad, **tag(changed))
        assert assert_problem(refused, 422)["errors"][0]["field"] == field, bad
    assert_problem(api(RAISER).ask("post", f"{address}end/", {"valid_until": in_days(0)}), 403)
    early = assert_problem(chair.ask("post", f"{address}end/", {"valid_until": in_days(-1)}), 422)
    assert early["errors"][0]["field"] == "valid_until"
    assert_problem(chair.ask("post", f"{address}end/", {}), 422)
    own = api("nobody").post(f"{address}end/", {"valid_until": in_days(0)})  # each ends their own
    assert own["valid_until"] == in_days(0)
    ForumSeat.objects.filter(pk=told["id"]).update(valid_from=in_days(-9), valid_until=in_days(-1))
    assert told["id"] not in {row["id"] for row in chair.get(seats)["results"]}
    assert told["id"] in {row["id"] for row in chair.get(f"{seats}?ended=true")["results"]}
    api("nobody").get(f"matters/{matter_of(cast).pk}/", 404)


def test_in_which_matter_an_expert_is_heard_is_told_to_those_who_see_it(cast: Cast, api: Api) -> None:
    matter = matter_of(cast)
    seat = seat_of(cast, matter.forum, OTHER, ForumSeat.Role.EXPERT, matter=matter)
    address = f"forums/{matter.forum_id}/seats/{seat.pk}/"
    for name, told in ((CHAIR, matter.pk), (OTHER, matter.pk), ("helsinki reader", None)):
        assert api(name).get(address)["matter"] == told, name
        rows = api(name).get(f"forums/{matter.forum_id}/seats/?role=expert")["results"]
        assert [row["matter"] for row in rows] == [told]
        whole = api(name).get(f"forums/{matter.forum_id}/")
        assert next(row for row in whole["seats"] if row["id"] == seat.pk)["matter"] == told


# Absences


def test_an_absence_is_set_seen_and_ended(cast: Cast, api: Api) -> None:
    lape, editor, deputy = forums_of(cast)["lape"], api("porvoo editor"), api(RAISER)
    sent = {"valid_until": in_days(5), "deputy": cast[RAISER].pk}
    made = editor.ask("post", "absences/", sent)
    assert made.status_code == 201, made.content
    told = made.json()
    check_shape("AbsenceShape", told)
    assert (told["valid_from"], told["deputy_name"]) == (in_days(0), "Porvoo reader")
    assert editor.client.get(made.headers["Location"], headers=editor.headers).status_code == 200
    for caller, expected in ((editor, [told]), (deputy, [told]), (api(OTHER), [])):
        assert caller.get("absences/")["results"] == expected
    rows = api(OTHER).get(f"forums/{lape.pk}/seats/")["results"]
    stands_in = next(row["stands_in"] for row in rows if row["user"] == cast["porvoo editor"].pk)
    assert stands_in == {"user": cast[RAISER].pk, "name": "Porvoo reader", "until": in_days(5)}
    for bad, field in (
        ({"valid_from": in_days(3)}, "valid_from"),
        ({"valid_from": in_days(20), "valid_until": in_days(10)}, ""),
        ({"valid_until": in_days(-1), "valid_from": in_days(-2)}, "valid_until"),
        ({"deputy": cast["porvoo editor"].pk}, "deputy"),
        ({"user": cast[OTHER].pk}, "user"),
    ):
        refused = assert_problem(editor.ask("post", "absences/", sent | bad), 422)
        assert refused["errors"][0]["field"] == field, bad
    address = f"absences/{told['id']}/"
    assert_problem(deputy.ask("post", f"{address}end/"), 403)
    assert_problem(api(OTHER).ask("post", f"{address}end/"), 404)
    assert editor.post(f"{address}end/", None)["valid_until"] == in_days(-1)
    assert editor.get("absences/")["results"] == []
    assert [row["id"] for row in editor.get("absences/?ended=true")["results"]] == [told["id"]]
    assert Absence.objects.count() == 1


def test_an_administrator_sets_changes_and_ends_the_absence_of_one_of_the_people(
    cast: Cast, api: Api
) -> None:
    keeper, editor = api("porvoo administrator"), cast["porvoo editor"]
    sent = {"user": editor.pk, "valid_until": in_days(5), "deputy": cast[RAISER].pk}
    told = keeper.post("absences/", sent, 201)
    check_shape("AbsenceShape", told)
    assert (told["user"], told["deputy"]) == (editor.pk, cast[RAISER].pk)
    address = f"absences/{told['id']}/"
    assert_problem(keeper.ask("patch", address, {"valid_until": in_days(6)}), 428)
    tag = keeper.ask("get", address).headers["ETag"]
    assert_problem(api(RAISER).ask("patch", address, {"valid_until": in_days(6)}, If_Match=tag), 403)
    assert_problem(keeper.ask("patch", address, {"valid_until": in_days(-3)}, If_Match=tag), 422)
    changed = keeper.ask("patch", address, {"valid_until": in_days(6)}, If_Match=tag).json()
    assert (changed["valid_from"], changed["valid_until"]) == (in_days(0), in_days(6))
    assert_problem(keeper.ask("patch", address, {"valid_until": in_days(7)}, If_Match=tag), 412)
    assert keeper.get(f"absences/?user={editor.pk}")["results"] == [changed]
    assert keeper.get(f"absences/?user={cast[RAISER].pk}")["results"] == []
    assert keeper.post(f"{address}end/", None)["valid_until"] == in_days(-1)


# All of them


def test_single_resources_have_tags_and_fewer_members_when_asked(cast: Cast, api: Api) -> None:
    matter, caller = matter_of(cast), api(CHAIR)
    seat = matter.forum.seats.order_by("pk")[0]
    absence = absence_of(cast)
    for reader, path in (
        (caller, f"forums/{matter.forum_id}/"),
        (caller, f"forums/{matter.forum_id}/seats/{seat.pk}/"),
        (caller, f"matters/{matter.pk}/"),
        (api(RAISER), f"absences/{absence.pk}/"),
    ):
        read = reader.ask("get", path)
        same = reader.ask("get", path, If_None_Match=read.headers["ETag"])
        assert (read.status_code, same.status_code, same.content) == (200, 304, b""), path
        assert [*reader.get(f"{path}?fields=id")] == ["id"]
        assert reader.get(f"{path}?fields=secret", 400)["errors"][0]["field"] == "fields"


def test_lists_and_single_resources_ask_as_often_however_much_there_is(cast: Cast, api: Api) -> None:
    matter, caller = matter_of(cast), api(CHAIR)
    lape = matter.forum
    paths = {
        "forums/": 2,
        f"forums/{lape.pk}/": 9,
        f"forums/{lape.pk}/seats/": 4,
        "matters/?state=all": 3,
        f"matters/{matter.pk}/": 10,
        "absences/": 2,
    }
    told: list[dict[str, int]] = []
    caller.get("me/")  # which writes that the token was used
    for turn in range(2):
        for path in paths:
            caller.get(path)  # which prepares what is kept
        told.append({path: _asked(caller, path) for path in paths})
        for name in ("porvoo approver", "county administrator", "helsinki reader"):
            seat_of(cast, lape, name, ForumSeat.Role.MEMBER)
        for number in range(3):
            raised(cast, lape, title=f"Asia {number}")
            other = Forum(kind="lape", level="management", name_fi=f"{turn} {number}")
            other.coordinated_by = cast.organisations["county"]
            other.save()
            other.members.set([cast.organisations["porvoo"]])
            lape.forwards_to.add(other)
        for days in (1, 9):
            Absence.objects.create(
                user=cast[CHAIR], deputy=cast[RAISER], valid_from=in_days(days), valid_until=in_days(days)
            )
    assert told == [paths, paths]


def _asked(caller: Caller, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        caller.get(path)
    return len(queries)
