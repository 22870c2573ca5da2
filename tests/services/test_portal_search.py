"""The search of the whole portal: what it finds, by which words, and that nobody finds what they may not see."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collaboration.models import Synonym
from collaboration.searching import search
from collaboration.workflows.actions import action_workflow
from services.models import InterfaceMap
from tests import oracle
from tests.cast import ANONYMOUS, INACTIVE, Cast
from tests.collaboration.action_cast import action_of, goal_of, in_days, made
from tests.collaboration.test_actions import sees
from tests.services.rounds import published

KINDS = ["organisations", "people", "maps", "interfaces", "services", "pages"]


def found(cast: Cast, name: str, asked: str) -> dict[str, list[str]]:
    """By kind the titles that the person finds."""
    return {each.kind.name: [hit.title for hit in each.hits] for each in search(cast[name], asked, most=200)}


def test_each_person_finds_the_maps_and_interfaces_that_the_oracle_says(cast: Cast) -> None:
    titles = {"maps": {str(on.pk): on for on in InterfaceMap.objects.all()}}
    for name in cast.people:
        if name == INACTIVE:
            continue
        seen = {on.pk for on in titles["maps"].values() if oracle.sees(cast, name, on)}
        for kind in ("maps", "interfaces"):
            hits = list(search(cast[name], "palvelut", kind, 200))
            told = {int(hit.url.split("/")[2]) for each in hits for hit in each.hits}
            assert told <= seen, (name, kind)
            if kind == "maps":
                assert told == {pk for pk in seen if InterfaceMap.objects.get(pk=pk).status != "archived"}, (
                    name
                )


def test_people_are_found_by_whoever_keeps_them_and_by_themselves(cast: Cast) -> None:
    assert found(cast, "porvoo editor", "editor")["people"] == [cast["porvoo editor"].name]
    told = found(cast, "porvoo administrator", "porvoo")["people"]
    assert {cast["porvoo editor"].name, cast["porvoo reader"].name} <= set(told)
    assert not any("Loviisa" in name for name in told)
    assert "people" not in found(cast, "county reader", "porvoo")


def test_each_person_finds_the_actions_that_the_oracle_says_and_everybody_the_goals(cast: Cast) -> None:
    actions = [action_of(cast), made(cast, what="Suojattu posti", responsible=cast.organisations["county"])]
    done = made(cast, what="Suojattu ovi", due_on=in_days(3))
    action_workflow.perform("finish", done, by=cast["porvoo editor"], sent={"evidence": "Ovi."})
    goal = goal_of(cast)
    for name in cast.people:
        if name == INACTIVE:
            continue
        seen = [action.what for action in (*actions, done) if sees(cast, name, action)]
        told = found(cast, name, "suojat")
        assert sorted(told.get("actions", [])) == sorted(seen), name
        assert told.get("actions", [])[:1] != [done.what], "first what is open"
        assert found(cast, name, "tieto kulkee")["goals"] == [goal.title_fi], name
        as_program = cast.client(name).get("/api/v1/search/", {"q": "suojat", "kind": "actions"}).json()
        assert [hit["title"] for each in as_program["found"] for hit in each["hits"]] == told.get(
            "actions", []
        )
        for each in as_program["found"]:
            assert all(set(hit) == {"title", "url", "about"} for hit in each["hits"])


def test_words_of_both_services_find_the_interface_between_them(cast: Cast) -> None:
    assert "Päiväkoti – Neuvola" in found(cast, "porvoo reader", "neuvola päiväkoti")["interfaces"]
    assert "interfaces" not in found(cast, "porvoo reader", "neuvola olematon")


@pytest.mark.parametrize("typed", ["tarha", "TARHA", "päivä\u00adkoti", "paivakoti", "dagis"])
def test_what_people_say_finds_the_official_word(cast: Cast, typed: str) -> None:
    for word, official in (("tarha", "päiväkoti"), ("dagis", "daghem")):
        Synonym.objects.get_or_create(word=word, official=official)
    assert "Päiväkoti" in found(cast, "porvoo reader", typed)["services"]
    page = cast.client("porvoo editor").get("/palvelut/", {"q": typed}).content.decode()
    assert "Päiväkoti</a>" in page, "every list finds by the same words"


def test_administrators_keep_the_synonyms(cast: Cast) -> None:
    administrator = cast.client("service administrator")
    answer = administrator.post(
        "/yllapito/collaboration/synonym/add/", {"word": "Tarhis", "official": "päiväkoti"}
    )
    assert answer.status_code == 302
    assert Synonym.objects.get(key="tarhis").official == "päiväkoti"
    again = administrator.post(
        "/yllapito/collaboration/synonym/add/", {"word": "TARHIS", "official": "päiväkoti"}
    )
    assert again.status_code == 200
    assert "errorlist" in again.content.decode()
    assert cast.client("porvoo administrator").get("/yllapito/collaboration/synonym/").status_code == 302


def test_synonyms_are_loaded_once_and_what_people_removed_stays_removed(cast: Cast) -> None:
    loaded = Synonym.objects.count()
    assert loaded > 20
    Synonym.objects.filter(key="tarha").delete()
    call_command("load_reference", verbosity=0)
    assert Synonym.objects.count() == loaded - 1


def test_what_nobody_searches_for_is_an_empty_page_and_signs_find_nothing(cast: Cast) -> None:
    client = cast.client("porvoo reader")
    for asked in ("", "   ", "?!", "\x00", "%", "_", "å" * 300):
        answer = client.get("/haku/", {"q": asked})
        assert answer.status_code == 200, asked
        assert answer.context["found"] == [], asked
    assert client.get("/haku/", {"q": "neuvola", "kind": "kuu"}).context["found"] == []


def test_each_search_asks_as_often_however_much_is_found(cast: Cast) -> None:
    client = cast.client("porvoo editor")
    counts = set()
    for asked in ("palvelu", "neuvola", "olematon"):
        client.get("/haku/", {"q": asked})
        with CaptureQueriesContext(connection) as queries:
            client.get("/haku/", {"q": asked})
        counts.add(len(queries))
    assert max(counts) <= 15


def test_the_list_below_the_field_is_a_part_of_the_page(cast: Cast) -> None:
    part = cast.client("porvoo reader").get("/haku/", {"q": "neuvola", "part": "1"}).content.decode()
    assert "Päiväkoti – Neuvola" in part
    assert "<html" not in part


def test_a_program_finds_the_same(cast: Cast) -> None:
    client = cast.client("porvoo reader")
    answer = client.get("/api/v1/search/?q=neuvola")
    assert answer.status_code == 200, answer.content
    told = answer.json()["found"]
    page = client.get("/haku/?q=neuvola").context["found"]
    assert [(each["kind"], [hit["url"] for hit in each["hits"]]) for each in told] == [
        (each.kind.name, [hit.url for hit in each.hits]) for each in page
    ]
    one = client.get("/api/v1/search/?q=neuvola&kind=services&limit=1").json()["found"]
    assert [(each["kind"], len(each["hits"]), each["has_more"]) for each in one] == [("services", 1, True)]
    assert client.get("/api/v1/search/").status_code == 400
    assert Client().get("/api/v1/search/?q=neuvola").status_code == 401
    assert cast.client(ANONYMOUS).get("/haku/?q=neuvola").status_code == 302


def test_a_new_synonym_finds_at_once_what_was_looked_for_in_vain(cast: Cast) -> None:
    published(cast, cast.maps["porvoo"])
    asked, client = "/asukkaalle/fi/?q=tarhis", Client()
    before = client.get(asked)
    assert before.context["page"].paginator.count == 0
    synonym = Synonym.objects.create(word="Tarhis", official="päiväkoti")
    after = client.get(asked, HTTP_IF_NONE_MATCH=before["ETag"])
    assert after.context["page"].paginator.count == 1
    synonym.delete()
    assert client.get(asked, HTTP_IF_NONE_MATCH=after["ETag"]).context["page"].paginator.count == 0
