"""Matters over the API: the same rules, forms and steps as on the pages."""

import datetime
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from collaboration import subjects
from collaboration.models import Event, Forum, Matter
from services.models import Interface
from tests.api.conftest import Api, Caller, check_shape
from tests.api.test_problems import assert_problem
from tests.cast import Cast
from tests.collaboration.forum_cast import RAISER, forums_of, matter_of, raised

pytestmark = pytest.mark.django_db
CHAIR, SECRETARY, OTHER = "county editor", "county approver", "pohjanmaa editor"
SAID = "Tieto ei kulje lomakkeella"


def in_days(days: int) -> str:
    return (timezone.localdate() + datetime.timedelta(days=days)).isoformat()


def tag(answer: Any) -> dict[str, str]:
    return {"If-Match": answer.headers["ETag"]}


def wish(forum: Forum, **more: Any) -> dict[str, Any]:
    return {
        "forum": forum.pk,
        "kind": "proposal",
        "title": SAID,
        "text": "Lomake jää kotiin.",
        "key": str(uuid4()),
        **more,
    }


def step(caller: Caller, matter: Any, name: str, status: int = 200, **sent: Any) -> Any:
    return caller.post(f"matters/{matter}/transitions/{name}/", sent, status)


def test_a_matter_climbs_and_its_answer_comes_back(cast: Cast, api: Api) -> None:
    lape = forums_of(cast)["lape"]
    raiser, chair, secretary = api(RAISER), api(CHAIR), api(SECRETARY)
    interface = Interface.objects.filter(map=cast.maps["porvoo"]).order_by("pk")[0]
    made = raiser.post("matters/", wish(lape, about=f"interface:{interface.pk}"), 201)
    check_shape("WholeMatterShape", made)
    pk = made["id"]
    assert (made["status"], made["about"]["subject"]) == ("raised", f"interface:{interface.pk}")
    assert [each["name"] for each in made["steps"]] == ["withdraw"]

    step(chair, pk, "accept", next_step="Kokous", next_step_on=in_days(7))
    step(chair, pk, "prepare", proposal="Lomake sähköiseksi.")
    refused = step(chair, pk, "make_ready", 409)
    assert "Check which interfaces the matter touches" in refused["detail"]
    ready = next(each for each in chair.get(f"matters/{pk}/")["steps"] if each["name"] == "make_ready")
    assert ready["blockers"] == [refused["detail"]]
    check = {"touched": f"interface:{interface.pk}", "effect": "Muuttuu", "heard_on": in_days(0)}
    checked = chair.post(f"matters/{pk}/checks/", check, 201)
    check_shape("WholeMatterShape", checked)
    assert checked["checks"][0]["touched"]["subject"] == f"interface:{interface.pk}"
    step(chair, pk, "make_ready")

    forwarded = step(chair, pk, "forward", forum=lape.above_id)
    assert forwarded["status"] == "forwarded"
    derived = Matter.objects.get(origin=pk)
    there = secretary.get(f"matters/{derived.pk}/")
    assert (there["came_from"], there["proposal"], there["checks"]) == (lape.pk, "Lomake sähköiseksi.", [])
    chair.get(f"matters/{derived.pk}/", 404)
    step(secretary, derived.pk, "note", handled_reason="Sisäinen huomio.")
    step(secretary, derived.pk, "answer", answer="Tehdään näin.")
    came = chair.get(f"matters/{pk}/")
    check_shape("WholeMatterShape", came)
    assert came["status"] == "answer_came"
    here, away = came["chain"]
    assert (here["id"], here["is_here"]) == (pk, True)
    assert (away["id"], away["status"], away["answer"]) == (None, "answered", "Tehdään näin.")
    assert "Sisäinen huomio." not in str(came)
    step(chair, pk, "answer", answer="Tehdään näin.")
    told = raiser.get(f"matters/{pk}/")
    assert (told["status"], told["answer"], told["steps"]) == ("answered", "Tehdään näin.", [])
    verbs = Event.objects.filter(subject_id=pk, verb__startswith="matter.").order_by("pk")
    assert [*verbs.values_list("verb", flat=True)] == [
        "matter.raised",
        "matter.accepted",
        "matter.prepared",
        "matter.checked",
        "matter.made_ready",
        "matter.forwarded",
        "matter.answer_came",
        "matter.answered",
    ]


def test_a_key_raises_one_matter_and_belongs_to_one_wish(cast: Cast, api: Api) -> None:
    forums, caller = forums_of(cast), api(RAISER)
    sent = wish(forums["lape"])
    made = caller.ask("post", "matters/", sent)
    again = caller.ask("post", "matters/", sent)
    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json()["id"] == again.json()["id"]
    assert made.headers["Location"] == again.headers["Location"]
    assert caller.client.get(made.headers["Location"], headers=caller.headers).status_code == 200
    for other in ({"title": "Toinen"}, {"kind": "question"}, {"forum": forums["network"].pk}):
        assert_problem(caller.ask("post", "matters/", sent | other), 409, "id-used")
    assert_problem(api(CHAIR).ask("post", "matters/", sent), 409, "id-used")
    step(api(CHAIR), made.json()["id"], "accept", next_step="Kokous", next_step_on=in_days(7))
    assert caller.post("matters/", sent, 201)["status"] == "accepted"
    assert Matter.objects.filter(title=SAID).count() == 1


def test_each_refusal_of_a_step_is_of_its_kind(cast: Cast, api: Api) -> None:
    matter, chair = raised(cast, forums_of(cast)["lape"]), api(CHAIR)
    address = f"matters/{matter.pk}/transitions"
    for name in ("raise", "receive", "unready", "bring_answer", "come_back", "fly"):
        assert_problem(chair.ask("post", f"{address}/{name}/", {}), 404)
    assert_problem(api(OTHER).ask("post", f"{address}/accept/", {}), 404)
    assert_problem(api("porvoo editor").ask("post", f"{address}/accept/", {}), 403)
    assert_problem(api(CHAIR, scope="read").ask("post", f"{address}/accept/", {}), 403)
    stale = assert_problem(chair.ask("post", f"{address}/decide/", {}), 409)
    assert stale["detail"] == "The status is now “raised”."
    for sent, field in (
        ({}, "next_step"),
        ({"next_step": "Kokous", "next_step_on": in_days(-1)}, "next_step_on"),
        ({"next_step": "Kokous", "next_step_on": "pian"}, "next_step_on"),
        ({"next_step": "131052-308T", "next_step_on": in_days(1)}, "next_step"),
        ({"next_step": "Kokous", "next_step_on": in_days(1), "answer": "x"}, "answer"),
        ({"next_step": 5, "next_step_on": in_days(1)}, "next_step"),
    ):
        told = assert_problem(chair.ask("post", f"{address}/accept/", sent), 422)
        assert field in {error["field"] for error in told["errors"]}, sent
    assert_problem(chair.ask("post", f"{address}/accept/", []), 400)
    step(chair, matter.pk, "accept", next_step="Kokous", next_step_on=in_days(1))
    for forum in ("network", "lape"):
        told = step(chair, matter.pk, "forward", 422, forum=forums_of(cast)[forum].pk)
        assert told["errors"][0]["field"] == "forum"
    board = forums_of(cast)["board"].pk
    told = step(chair, matter.pk, "forward", 422, forum=board, next_step_on=in_days(-1))
    assert told["errors"][0]["field"] == "next_step_on"
    assert Matter.objects.filter(origin=matter).count() == 0


def test_a_step_may_say_which_version_it_is_about(cast: Cast, api: Api) -> None:
    matter, chair = raised(cast, forums_of(cast)["lape"]), api(CHAIR)
    address = f"matters/{matter.pk}/"
    read = chair.ask("get", address)
    step(chair, matter.pk, "accept", next_step="Kokous", next_step_on=in_days(3))
    sent = {"handled_reason": "Merkitään."}
    stale = chair.ask("post", f"{address}transitions/note/", sent, **tag(read))
    assert assert_problem(stale, 412)["theirs"]["status"] == "accepted"
    now = chair.ask("get", address)
    assert chair.ask("post", f"{address}transitions/note/", sent, **tag(now)).status_code == 200


def test_two_who_change_one_text_both_see_what_happened(cast: Cast, api: Api) -> None:
    matter, raiser, chair = raised(cast, forums_of(cast)["lape"]), api(RAISER), api(CHAIR)
    address = f"matters/{matter.pk}/"
    read, also_read = raiser.ask("get", address), chair.ask("get", address)
    assert_problem(raiser.ask("patch", address, {"title": "Uusi"}), 428)
    assert_problem(api("porvoo editor").ask("patch", address, {"title": "Uusi"}, **tag(read)), 403)
    changed = raiser.ask("patch", address, {"title": "Uusi"}, **tag(read))
    assert (changed.status_code, changed.json()["title"]) == (200, "Uusi")
    assert changed.json()["text"] == "Lomake jää kotiin."
    lost = chair.ask("patch", address, {"title": "Toinen"}, **tag(also_read))
    told = assert_problem(lost, 412)
    assert (told["yours"], told["theirs"]["title"]) == ({"title": "Toinen"}, "Uusi")
    for bad, field in (
        ({"title": ""}, "title"),
        ({"text": "131052-308T"}, "text"),
        ({"kind": "question"}, "kind"),
    ):
        refused = raiser.ask("patch", address, bad, **tag(changed))
        assert assert_problem(refused, 422)["errors"][0]["field"] == field
    step(chair, matter.pk, "note")
    frozen = raiser.ask("patch", address, {"title": "Myöhään"}, If_Match="*")
    assert assert_problem(frozen, 403)["detail"] == "What has been handled does not change."


def test_a_matter_is_about_what_the_caller_sees(cast: Cast, api: Api) -> None:
    lape, caller = forums_of(cast)["lape"], api(RAISER)
    hidden = Interface.objects.filter(map=cast.maps["loviisa"]).order_by("pk")[0]
    for about in (f"interface:{hidden.pk}", "interface:0", "moon:1", "interface", "interface:x", ":"):
        told = assert_problem(caller.ask("post", "matters/", wish(lape, about=about)), 422)
        assert told["errors"][0]["field"] == "about"
    made = api(CHAIR).post("matters/", wish(lape, about=f"interface:{hidden.pk}"), 201)
    assert made["about"]["subject"] == f"interface:{hidden.pk}"
    assert api("porvoo editor").get(f"matters/{made['id']}/")["about"] is None
    for nothing in ("", None):
        assert caller.post("matters/", wish(lape, about=nothing), 201)["about"] is None


def test_every_kind_of_subject_has_a_name_of_its_own() -> None:
    names = Counter(model._meta.model_name for model in subjects.registered())
    assert max(names.values()) == 1


def test_nobody_raises_where_they_may_not_or_something_that_is_not_valid(cast: Cast, api: Api) -> None:
    lape = forums_of(cast)["lape"]
    assert_problem(api(OTHER).ask("post", "matters/", wish(lape)), 403)
    for bad, field in (
        ({"key": "x"}, "key"),
        ({"forum": 0}, "forum"),
        ({"forum": "moon"}, "forum"),
        ({"kind": "moon"}, "kind"),
        ({"title": "x" * 201}, "title"),
        ({"text": "131052-308T"}, "text"),
        ({"status": "answered"}, "status"),
    ):
        told = assert_problem(api(RAISER).ask("post", "matters/", wish(lape) | bad), 422)
        assert told["errors"][0]["field"] == field, bad
    without = assert_problem(api(RAISER).ask("post", "matters/", {}), 422)
    assert {error["field"] for error in without["errors"]} == {"forum", "kind", "title", "text", "key"}
    Forum.objects.filter(pk=lape.pk).update(ended_on=timezone.localdate())
    assert_problem(api(RAISER).ask("post", "matters/", wish(lape)), 403)


def test_the_check_is_kept_by_who_prepares(cast: Cast, api: Api) -> None:
    matter, chair = matter_of(cast), api(CHAIR)
    address = f"matters/{matter.pk}/"
    touched = f"interface:{Interface.objects.filter(map=cast.maps['porvoo']).order_by('pk')[0].pk}"
    row = {"touched": touched, "effect": "Muuttuu", "not_heard_reason": "Sama osapuoli."}
    [first] = chair.get(address)["checks"]
    for bad, field in (
        ({"touched": ""}, "touched"),
        ({"touched": "interface:0"}, "touched"),
        ({"effect": ""}, "effect"),
        ({"heard_on": in_days(0)}, ""),
        ({"heard_on": "eilen"}, "heard_on"),
    ):
        told = assert_problem(chair.ask("post", f"{address}checks/", row | bad), 422)
        assert told["errors"][0]["field"] == field, bad
    assert_problem(chair.ask("post", f"{address}unchecked/", {"unchecked_reason": "Ei."}), 422)
    assert_problem(api(RAISER).ask("post", f"{address}unchecked/", {"unchecked_reason": "Ei."}), 403)
    assert chair.ask("delete", f"{address}checks/{first['id']}/").json()["checks"] == []
    assert_problem(chair.ask("delete", f"{address}checks/{first['id']}/"), 404)
    assert chair.post(f"{address}unchecked/", {"unchecked_reason": "Ei."})["unchecked_reason"] == "Ei."
    added = chair.post(f"{address}checks/", row, 201)
    assert (len(added["checks"]), added["unchecked_reason"]) == (1, "")
    assert_problem(chair.ask("post", f"{address}checks/", row), 422)  # it is there already
    given = chair.post(f"{address}preparer/", {"prepared_by": cast["porvoo editor"].pk})
    assert given["prepared_by"] == cast["porvoo editor"].pk
    assert api("porvoo editor").get(address)["can_prepare"] is True
    outside = chair.ask("post", f"{address}preparer/", {"prepared_by": cast[OTHER].pk})
    assert assert_problem(outside, 422)["errors"][0]["field"] == "prepared_by"
    assert chair.post(f"{address}preparer/", {"prepared_by": None})["prepared_by"] is None


def test_matters_are_listed_as_far_as_one_sees_them(cast: Cast, api: Api) -> None:
    forums = forums_of(cast)
    first, second = raised(cast, forums["lape"]), raised(cast, forums["network"], "porvoo approver")
    step(api(CHAIR), first.pk, "note")
    step(api(CHAIR), first.pk, "answer", answer="Näin.")
    third = raised(cast, forums["lape"], title="Kokous siirtyy")

    def listed(name: str, query: str = "") -> list[int]:
        found = api(name).get(f"matters/{query}")["results"]
        for row in found:
            check_shape("MatterShape", row)
        return [row["id"] for row in found]

    assert listed(RAISER) == [second.pk, third.pk]
    assert listed(RAISER, "?sort=-id&state=all") == [third.pk, second.pk, first.pk]
    assert listed(CHAIR, "?state=answered") == [first.pk]
    assert listed(CHAIR, "?state=waiting") == [third.pk]
    assert listed(RAISER, f"?forum={forums['network'].pk}") == [second.pk]
    assert listed(RAISER, "?q=kokous") == listed(RAISER, f"?q={third.number}") == [third.pk]
    assert listed(OTHER, "?state=all") == []
    found = api(RAISER).get("matters/?limit=1&state=all&fields=id,number")
    assert found["results"] == [{"id": first.pk, "number": first.number}]
    following = found["next"].partition("/api/v1/")[2]
    assert api(RAISER).get(following)["results"] == [{"id": second.pk, "number": second.number}]
    assert api(RAISER).get("matters/?state=lost", 400)["errors"][0]["field"] == "state"
