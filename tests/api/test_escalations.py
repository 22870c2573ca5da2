"""What does not work, over the API: the same rules, forms and steps as on the pages."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collaboration.models import Event, Member
from collaboration.workflows.attachments import attachments_of, hold
from services.models import Aspect, Escalation, EscalationRule, MapParty
from services.talk import OF_ESCALATIONS
from services.workflows.escalation_steps import Filing
from tests.api.conftest import V1, Api, Caller, check_shape
from tests.api.test_forums import _asked
from tests.api.test_matters import tag
from tests.api.test_problems import assert_problem
from tests.cast import Cast, undone
from tests.gear import files
from tests.services.escalated import MAY, OURS, READERS, REPORTER, STEPS, THEIRS, at, filed, take
from tests.services.fed_back import feedback_of
from tests.services.ops import first_aspect

pytestmark = pytest.mark.django_db
OTHER = "pohjanmaa editor"
Status = Escalation.Status


def wish(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "key": str(uuid4()),
        "interface": first_aspect(cast.maps["porvoo"]).interface_id,
        "aspect_number": 3,
        "text": "Tarkastus tehdään ilman havaintoja. Kolmas kerta.",
        "effect": "delayed",
        "frequency": "often",
        "urgency": "normal",
        **more,
    }


def asked_for(name: str) -> dict[str, Any]:
    """What the step asks for, as the API names it."""
    sent = dict(STEPS.get(name, {}))
    if "is_nameless" in sent:
        sent["is_nameless"] = True
    return sent


def step(caller: Caller, escalation: Any, name: str, status: int = 200, **sent: Any) -> Any:
    return caller.post(f"escalations/{escalation}/transitions/{name}/", asked_for(name) | sent, status)


def test_a_report_goes_all_the_way(cast: Cast, api: Api) -> None:
    reporter, ours, theirs = api(REPORTER), api(OURS), api(THEIRS)
    made = reporter.ask("post", "escalations/", wish(cast))
    told = made.json()
    check_shape("WholeEscalationShape", told)
    assert (made.status_code, made.headers["Location"]) == (201, f"{V1}/escalations/{told['id']}/")
    assert (told["status"], told["level"], told["aspect_number"], told["is_own"]) == (
        "filed",
        "field",
        3,
        True,
    )
    assert told["title"] == "Tarkastus tehdään ilman havaintoja"
    assert [rung["is_here"] for rung in told["ladder"]] == [True, False, False, False]
    assert told["why"]["days"] == 5
    assert {owner["organisation"] for owner in told["owners"]} == {
        cast.organisations["porvoo"].pk,
        cast.organisations["county"].pk,
    }
    pk = told["id"]
    assert step(ours, pk, "take")["status"] == "in_progress"
    waiting = step(ours, pk, "wait", waiting_for="reporter")
    assert (waiting["status"], waiting["due_at"], waiting["why"]) == ("waiting", None, None)
    assert step(reporter, pk, "reply")["pauses"][0]["ended_at"] is not None
    proposed = step(ours, pk, "propose", repair="text", shared="Havainnot lähetetään viikkoa ennen.")
    check_shape("WholeEscalationShape", proposed)
    assert proposed["change"] is not None
    assert [word["at"] for word in proposed["words"]] == [None, None, None]
    for caller, name in ((ours, "works"), (theirs, "works")):
        step(caller, pk, name)
    closed = step(reporter, pk, "reporter_works")
    check_shape("WholeEscalationShape", closed)
    assert closed["status"] == "closed"
    assert all(word["at"] for word in closed["words"])
    assert [each["name"] for each in closed["steps"]] == ["reopen"]


def test_a_key_files_one_report_and_belongs_to_one_wish(cast: Cast, api: Api) -> None:
    caller, sent = api(REPORTER), wish(cast, text="Rivi  \nja toinen.")
    first, again = (caller.ask("post", "escalations/", sent) for _turn in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    for other in ({"text": "Muuta."}, {"urgency": "urgent"}, {"aspect_number": 4}, {"is_nameless": False}):
        assert_problem(caller.ask("post", "escalations/", sent | other), 409, "id-used")
    assert_problem(api(OURS).ask("post", "escalations/", sent), 409, "id-used")
    step(api(OURS), first.json()["id"], "triage", urgency="urgent")
    assert caller.post("escalations/", sent, 201)["urgency"] == "urgent"
    assert Escalation.objects.count() == 1


def test_what_was_held_under_its_key_goes_with_a_report_and_its_feedback_is_handled_once(
    cast: Cast, api: Api
) -> None:
    """As when it is sent from the page: files that wait under the key, another's not, and however often it is sent."""
    told, other = feedback_of(cast), feedback_of(cast, "Toinen.")
    sent = wish(cast, feedback=told.pk)
    key = UUID(sent["key"])
    held = hold(key, OF_ESCALATIONS.read("kuva.png", files.png("kuva")), by=cast[REPORTER])
    hold(key, OF_ESCALATIONS.read("vieras.png", files.png("vieras")), by=cast[OURS])
    for _twice in range(2):
        filed_one = Escalation.objects.get(pk=api(REPORTER).post("escalations/", sent, 201)["id"])
    told.refresh_from_db()
    assert (told.escalation, told.handled_by) == (filed_one, cast[REPORTER])
    assert Event.objects.filter(verb="feedback.reported").count() == 1
    [file] = attachments_of(filed_one)
    assert (file.pk, file.draft_key, file.is_nameless) == (held.pk, None, True)
    late = wish(cast, feedback=told.pk, text="Sama palaute, toinen ilmoitus.")
    held = hold(UUID(late["key"]), OF_ESCALATIONS.read("myos.png", files.png("myös")), by=cast[OURS])
    assert_problem(api(OURS).ask("post", "escalations/", late), 409)
    held.refresh_from_db()
    assert (str(held.draft_key), Escalation.objects.count()) == (late["key"], 1), "what was held still waits"
    assert other.escalation is None


def test_what_cannot_be_filed_is_told_by_field(cast: Cast, api: Api) -> None:
    caller, loviisa = api(REPORTER), cast.maps["loviisa"]
    for bad, field in (
        ({"text": ""}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": "Lapsi 131052-308T"}, "text"),
        ({"effect": "lost"}, "effect"),
        ({"frequency": ""}, "frequency"),
        ({"urgency": None}, "urgency"),
        ({"interface": first_aspect(loviisa).interface_id}, "interface"),
        ({"interface": None, "aspect_number": None}, "interface"),
        ({"interface": None, "map": loviisa.pk, "aspect_number": None}, "map"),
        ({"interface": None, "map": cast.maps["porvoo"].pk}, "aspect_number"),
        ({"map": cast.maps["youth"].pk}, "interface"),
        ({"aspect_number": 10}, "aspect_number"),
        ({"aspect_number": "3"}, "aspect_number"),
        ({"is_nameless": "yes"}, "is_nameless"),
        ({"key": "x"}, "key"),
        ({"title": "Otsikko"}, "title"),
    ):
        told = assert_problem(caller.ask("post", "escalations/", wish(cast) | bad), 422)
        assert field in {error["field"] for error in told["errors"]}, bad
    assert not Escalation.objects.exists()
    on = cast.maps["porvoo"].pk
    unplaced = caller.post("escalations/", wish(cast, interface=None, aspect_number=None, map=on), 201)
    assert (unplaced["map"], unplaced["interface"], unplaced["aspect"]) == (on, None, None)


@pytest.mark.slow
@pytest.mark.alike(2)
@pytest.mark.parametrize("status", [status.value for status in Status])
def test_each_step_is_for_those_whom_it_is_for(cast: Cast, api: Api, status: str) -> None:
    """The matrix of the pages (`MAY`), over the API; and what is offered is what may be done."""
    escalation = at(cast, status)
    for person in cast.people:
        caller = api(person)
        read = caller.ask("get", f"escalations/{escalation.pk}/")
        assert read.status_code == (200 if person in READERS else 404), person
        offered = {each["name"] for each in read.json().get("steps", [])}
        for name, (sources, people) in MAY.items():
            with undone():
                answer = caller.ask(
                    "post", f"escalations/{escalation.pk}/transitions/{name}/", asked_for(name)
                )
            wanted = 404 if person not in READERS else 200 if person in people else 403
            if status not in sources and person in READERS:
                wanted = 409
            assert answer.status_code == wanted, (name, person, answer.content)
            assert (name in offered) == (wanted == 200), (name, person)


def test_a_hidden_name_is_in_no_answer(cast: Cast, api: Api) -> None:
    escalation = filed(cast)
    take("join", escalation, cast["county reader"], is_nameless="no")
    take("propose", escalation, cast[OURS])
    hidden, number = cast[REPORTER].name, cast[REPORTER].pk
    theirs = api(THEIRS)
    for path in (f"escalations/{escalation.pk}/", "escalations/?state=all"):
        assert hidden not in json.dumps(theirs.get(path), ensure_ascii=False)
    told = theirs.get(f"escalations/{escalation.pk}/")["reporters"]
    assert [(each["user"], each["name"]) for each in told] == [
        (None, None),
        (cast["county reader"].pk, cast["county reader"].name),
    ]
    own = api(OURS).get(f"escalations/{escalation.pk}/")["reporters"]
    assert [each["user"] for each in own] == [number, cast["county reader"].pk]
    similar = theirs.post("escalations/similar/", {"interface": escalation.interface_id})
    assert hidden not in json.dumps(similar, ensure_ascii=False)


def test_each_refusal_of_a_step_is_of_its_kind(cast: Cast, api: Api) -> None:
    escalation, ours = filed(cast), api(OURS)
    address = f"escalations/{escalation.pk}"
    for name in ("file", "rise", "close", "fly"):
        assert_problem(ours.ask("post", f"{address}/transitions/{name}/", {}), 404)
    assert_problem(api(OTHER).ask("post", f"{address}/transitions/take/", {}), 404)
    assert_problem(api("county reader").ask("post", f"{address}/transitions/take/", {}), 403)
    stale = assert_problem(ours.ask("post", f"{address}/transitions/go_on/", {}), 409)
    assert "filed" in stale["detail"]
    for name, bad, field in (
        ("wait", {"until": "10.12.2030"}, "until"),
        ("wait", {"until": "2020-01-01"}, "until"),
        ("wait", {"waiting_for": "godot"}, "waiting_for"),
        ("propose", {"repair": "text", "shared": ""}, "shared"),
        ("propose", {"proposal": "Soita 010190-900P"}, "proposal"),
        ("hand_over", {"reason": "Ei meidän."}, "person"),
        ("hand_over", {"reason": "Ei meidän.", "person": cast[OTHER].pk}, "person"),
        ("hand_over", {"reason": "Ei meidän.", "to": cast[OURS].pk}, "to"),
        ("move", {"interface": 0}, "interface"),
        ("move", {"interface": escalation.interface_id, "aspect_number": "4"}, "aspect_number"),
        ("merge", {"into": escalation.number}, "into"),
        ("triage", {"title": ""}, "title"),
        ("take", {"reason": "x"}, "reason"),
    ):
        told = assert_problem(ours.ask("post", f"{address}/transitions/{name}/", asked_for(name) | bad), 422)
        assert field in {error["field"] for error in told["errors"]}, (name, bad, told)
    read = ours.ask("get", f"{address}/")
    moved = ours.post(
        f"{address}/transitions/move/", {"interface": escalation.interface_id, "aspect_number": 4}
    )
    assert moved["aspect_number"] == 4
    late = ours.ask("post", f"{address}/transitions/take/", {}, **tag(read))
    assert assert_problem(late, 412)["theirs"]["aspect_number"] == 4
    again = ours.ask("get", f"{address}/")
    assert ours.ask("get", f"{address}/", If_None_Match=again.headers["ETag"]).status_code == 304
    kept = ours.post(f"{address}/transitions/triage/", {"urgency": "urgent"})
    assert (kept["title"], kept["urgency"]) == (escalation.title, "urgent"), "what is left out stays"


def test_many_are_taken_each_with_its_own_result(cast: Cast, api: Api) -> None:
    first, taken, hidden = filed(cast), at(cast, "in_progress"), 999_999_999
    caller = api(OURS)
    told = caller.post("escalations/transitions/take/", {"escalations": [taken.pk, hidden, first.pk]})
    check_shape("StepResultsShape", told)
    assert [(row["id"], row["is_done"], row["status"]) for row in told["results"]] == [
        (first.pk, True, "in_progress"),
        (taken.pk, False, "in_progress"),
        (hidden, False, None),
    ]
    assert "being worked on" in told["results"][1]["refusal"]
    refused = api("county reader").post("escalations/transitions/climb/", {"escalations": [first.pk]})
    assert not refused["results"][0]["is_done"]
    empty = caller.post("escalations/transitions/climb/", {"escalations": [first.pk]})["results"][0]
    assert empty["refusal"] == "Tell why."
    for bad in ([], ["1"], [0], [True], list(range(1, 202)), "1", None):
        told = assert_problem(caller.ask("post", "escalations/transitions/take/", {"escalations": bad}), 422)
        assert told["errors"][0]["field"] == "escalations", bad
    assert_problem(caller.ask("post", "escalations/transitions/rise/", {"escalations": [first.pk]}), 404)


def test_reports_are_listed_as_the_page_lists_them(cast: Cast, api: Api) -> None:
    first, second = filed(cast), filed(cast, by=OURS, number=4, text="Lomake ei kulje.", urgency="urgent")
    closed = at(cast, "closed")
    take("climb", second, cast[OURS])

    def listed(name: str, query: str = "") -> list[int]:
        found = api(name).get(f"escalations/{query}")["results"]
        for row in found:
            check_shape("EscalationShape", row)
        page = cast.client(name).get(f"/ilmoitukset/{query.replace('_number', '')}")
        if "sort" not in query and "limit" not in query:
            assert [row.pk for row in page.context["escalations"]] == [row["id"] for row in found], query
        return [row["id"] for row in found]

    assert set(listed(OURS)) == {first.pk, second.pk}
    assert listed(OURS, "?level=expert") == [second.pk]
    assert listed(OURS, "?aspect_number=4") == [second.pk]
    assert listed(REPORTER, "?state=mine") == [first.pk, closed.pk] or listed(REPORTER, "?state=mine") == [
        closed.pk,
        first.pk,
    ]
    assert listed(OURS, "?state=closed") == [closed.pk]
    assert listed(OURS, "?q=lomake") == [second.pk]
    assert listed(OURS, f"?q={first.number}") == [first.pk]
    assert listed(OURS, f"?interface={first.interface_id}&state=all&sort=-id") == [
        closed.pk,
        second.pk,
        first.pk,
    ]
    assert listed(OURS, f"?map={cast.maps['youth'].pk}") == []
    assert listed(OTHER, "?state=all") == []
    seen: list[int] = []
    path = "escalations/?limit=1&state=all&sort=id&fields=id,number,place"
    while path:
        page = api(OURS).get(path)
        seen += [row["id"] for row in page["results"]]
        path = (page["next"] or "").partition("/api/v1/")[2]
    assert seen == [first.pk, second.pk, closed.pk]
    assert api(OURS).get("escalations/?state=lost", 400)["errors"][0]["field"] == "state"


def test_reports_of_the_same_are_found_while_one_writes(cast: Cast, api: Api) -> None:
    same, elsewhere = filed(cast), filed(cast, number=7, text="Havaintojen lähettäminen viivästyy.")
    other = filed(cast, number=8, text="Puhelimeen ei vastata.")
    caller, interface = api(THEIRS), same.interface_id

    def similar(**sent: Any) -> list[int]:
        told = caller.post("escalations/similar/", {"interface": interface, **sent})
        check_shape("SimilarEscalationsShape", told)
        return [row["id"] for row in told["results"]]

    assert similar(aspect_number=3) == [same.pk]
    assert set(similar()) == {same.pk, elsewhere.pk, other.pk}
    assert similar(aspect_number=5) == []
    assert similar(aspect_number=5, text="Havaintoja ei lähetetä") == [elsewhere.pk]
    assert similar(aspect_number=3, text="Havaintoja ei lähetetä") == [elsewhere.pk, same.pk]
    on = {"interface": None, "map": same.map_id}
    assert similar(**on, text="Puhelimeen vastataan") == [other.pk]
    assert similar(**on) == []
    mine = api(REPORTER).post("escalations/similar/", {"interface": interface, "aspect_number": 3})
    assert [row["is_own"] for row in mine["results"]] == [True]
    take("withdraw", same, cast[REPORTER])
    assert similar(aspect_number=3) == []
    assert_problem(api(OTHER).ask("post", "escalations/similar/", {"interface": interface}), 422)


def test_a_countys_days_are_read_previewed_and_set(cast: Cast, api: Api) -> None:
    escalation, county = filed(cast), cast.organisations["county"].pk
    address = f"organisations/{county}/escalation-days/"
    days = {"field": 2, "expert": 8, "management": 10, "political": 30}
    keeper, reader = api("county approver"), api(REPORTER)
    now = reader.get(address)
    check_shape("EscalationRuleShape", now)
    assert (now["field"], now["is_own"], now["can_change"], now["history"]) == (5, False, False, [])
    assert_problem(reader.ask("post", address, days), 403)
    assert_problem(reader.ask("post", f"{address}preview/", days), 403)
    assert keeper.post(f"{address}preview/", days) == {"earlier": 1, "later": 0, "past": 0}
    assert not EscalationRule.objects.exists()
    due = escalation.due_at
    told = keeper.post(address, days | {"reason": "Päätetty."})
    assert (told["field"], told["is_own"], told["history"][0]["reason"]) == (2, True, "Päätetty.")
    escalation.refresh_from_db()
    assert escalation.due_at == due, "a running deadline keeps the rule it was born with"
    keeper.post(address, days | {"to_open": True})
    escalation.refresh_from_db()
    assert escalation.due_at < due
    for bad, field in (({"field": 0}, "field"), ({"expert": "8"}, "expert"), ({"to_open": "x"}, "to_open")):
        told = assert_problem(keeper.ask("post", address, days | bad), 422)
        assert told["errors"][0]["field"] == field
    porvoo = cast.organisations["porvoo"].pk
    assert_problem(keeper.ask("get", f"organisations/{porvoo}/escalation-days/"), 404)


def furnished(cast: Cast, number: int) -> Escalation:
    """One that has been through much, on a level where forums handle it."""
    escalation = filed(cast, by="county reader", number=number)
    Member.objects.filter(user=cast["porvoo reader"]).update(level="expert")
    for name in ("climb", "climb", "wait", "go_on", "wait", "go_on", "propose", "doubt"):
        escalation = take(name, escalation, cast[OURS])
    for person in ("porvoo approver", "county approver", "porvoo reader"):
        take("join", escalation, cast[person])
    return escalation


def test_reports_are_read_in_few_statements_however_much_has_happened(cast: Cast, api: Api) -> None:
    """A list in four, one in ten, on the page as well; the caller's sign-in beside them."""
    escalation, caller, client = filed(cast), api(OURS), cast.client(OURS, "fi")
    caller.get("me/")  # which writes that the token was used
    _asked(caller, "me/")

    def counts(pk: int) -> dict[str, int]:
        paths = {
            "list": "escalations/?state=all",
            "found": "escalations/?q=havainto",
            "one": f"escalations/{pk}/",
        }
        pages = {
            "page": f"/ilmoitukset/{pk}/",
            "pages": "/ilmoitukset/?state=all",
            "board": "/ilmoitukset/?view=board&state=all",
        }
        told = {}
        for _turn in range(2):  # the first prepares what is kept
            told = {name: _asked(caller, path) for name, path in paths.items()}
            for name, path in pages.items():
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(path).status_code == 200
                told[name] = len(queries)
        return told

    lists = ("list", "found", "pages", "board")
    few = counts(escalation.pk)
    much = furnished(cast, 5)
    for number in range(6, 9):
        furnished(cast, number)
    many = counts(much.pk)
    assert {name: many[name] for name in lists} == {name: few[name] for name in lists}
    sign_in, session = 1, 2
    for told in (few, many):
        assert told["list"] <= sign_in + 2
        assert told["found"] <= sign_in + 3
        assert told["one"] <= sign_in + 10
        assert told["page"] <= session + 10
        assert told["pages"] <= session + 4
        assert told["board"] <= session + 4


def test_a_report_is_filed_in_few_statements(cast: Cast, api: Api) -> None:
    """Twelve at most beside the sign-in, what keeps them together, and over the API the reading of the answer."""
    caller, client = api(REPORTER), cast.client(REPORTER)
    one = caller.post("escalations/", wish(cast), 201)["id"]
    sent = {
        "yhdyspinta": first_aspect(cast.maps["porvoo"]).interface_id,
        "nakokulma": 3,
        "go": "send",
        **{name: value for name, value in wish(cast).items() if name in Filing.base_fields},
    }
    caller.get(f"escalations/{one}/")
    reading = _asked(caller, f"escalations/{one}/")
    assert reading <= 1 + 10
    wished = wish(cast)
    with CaptureQueriesContext(connection) as over_the_api:
        caller.post("escalations/", wished, 201)
    assert len(_without_savepoints(over_the_api)) <= reading + 12
    with CaptureQueriesContext(connection) as on_the_page:
        assert client.post("/ei-toimi/ilmoita/", sent | {"key": str(uuid4())}).status_code == 302
    assert len(_without_savepoints(on_the_page)) <= 2 + 12


def _without_savepoints(queries: CaptureQueriesContext) -> list[str]:
    return [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]]


def test_nobody_reads_of_a_map_that_is_not_theirs(cast: Cast, api: Api) -> None:
    escalation = filed(cast)
    assert MapParty.objects.filter(map=escalation.map_id).exists()
    for person in (OTHER, "loviisa editor", "nobody", "service administrator"):
        assert_problem(api(person).ask("get", f"escalations/{escalation.pk}/"), 404)
        assert api(person).get("escalations/?state=all")["results"] == []
    assert Aspect.objects.filter(pk=escalation.aspect_id or 0).exists()
    assert Event.objects.filter(subject_id=escalation.pk, verb="escalation.filed").count() == 1
