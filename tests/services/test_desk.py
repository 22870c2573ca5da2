"""The desk: one queue of what waits, from any app, and below it how things are, by level and by seat."""

import datetime
import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from collaboration import desk, subjects
from collaboration.models import Member, Membership, Notification, Organisation, User
from services.models import ApprovalRound, InterfaceMap, PathStep
from services.queries.desk import CONFIRM, RATE, rows_of
from services.queries.sheet import first_sentence
from tests.cast import ROLES, Cast
from tests.collaboration.forum_cast import forums_of, raised, seat_of
from tests.conftest import As
from tests.factories.collaboration import EventFactory
from tests.services.ops import answer_of, edit, first_aspect
from tests.services.rating_rounds import both, give, round_on
from tests.services.rounds import started
from tests.services.test_pages import MOST_OF_A_DESK, statements

MEET = desk.Kind("meetings", "Prepare", "M3 4h14v13H3z")
Level = Member.Level


def of_another_app(user: User) -> Iterator[desk.Waiting]:
    """As an app that comes later may say it."""
    today, now = timezone.localdate(), timezone.now()
    for days, what in ((2, "<b>Second</b>"), (9, "First"), (1, "Third")):
        since = now - datetime.timedelta(days=days)
        yield desk.Waiting(MEET, what, f"/forums/{days}/", f"for {user.name}", since=since)
    yield desk.Waiting(MEET, "Some day", "/forums/0/")
    for days in (40, -3):
        due = today + datetime.timedelta(days=days)
        yield desk.Waiting(MEET, "Due", f"/forums/due{days}/", due=due, due_is="agenda is sent")


@pytest.fixture
def another_app() -> Iterator[None]:
    desk.register(of_another_app)
    yield
    desk._registered.pop()


@pytest.mark.usefixtures("another_app")
def test_what_is_due_comes_first_and_then_what_has_waited_longest(cast: Cast, as_person: As) -> None:
    page = as_person("porvoo editor").get("/").content.decode()
    section = page.partition('aria-labelledby="queue"')[2].partition("</section>")[0]
    assert re.findall(r'href="/forums/([^/]+)/"', section) == ["due-3", "due40", "9", "2", "1", "0"]
    assert "&lt;b&gt;Second" in section
    assert f"for {cast['porvoo editor'].name}" in section
    late, later = section.split("queue__row")[1], section.split("queue__row")[2]
    assert "Late" in late
    assert "agenda is sent" in later
    assert re.findall(r"<h3[^>]*>([^<]+)</h3>", section) == ["This week", "Later"]


@pytest.mark.usefixtures("another_app")
def test_one_verb_a_row_and_the_first_is_the_only_filled_button(as_person: As) -> None:
    main = as_person("porvoo editor").get("/").content.decode().partition("<main")[2].partition("</main>")[0]
    buttons = re.findall(r'<a class="ds-button"[^>]*>', main)
    assert len(buttons) == 6
    assert [number for number, button in enumerate(buttons) if "data-variant" not in button] == [0]


@pytest.mark.usefixtures("another_app")
def test_a_long_queue_says_how_much_more_there_is_and_shows_it(
    as_person: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yhdyspinta.desk.ROWS_SHOWN", 4)
    client = as_person("porvoo editor")
    page = client.get("/")
    assert len(page.context["waiting"]) == 4
    assert "Show 2 more" in page.content.decode()
    everything = re.findall(r'href="(/\?seat=\d+&amp;all=1)"', page.content.decode())
    page = client.get(everything[0].replace("&amp;", "&"))
    assert len(page.context["waiting"]) == 6
    assert "Show 2 more" not in page.content.decode()


def test_confirmations_and_ratings_are_told_by_map(cast: Cast) -> None:
    """Confirmations by their map's last change, ratings by when the round was opened, on all maps of a person."""
    at = timezone.now()
    places = ("youth", "porvoo")
    for nth, place in enumerate(places):
        on = cast.maps[place]
        edit(cast["county editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", f"Sovittu {uuid4()}.")
        rating_round = round_on(on)
        type(rating_round).objects.filter(pk=rating_round.pk).update(
            opened_at=at - datetime.timedelta(days=9 - nth)
        )
        InterfaceMap.objects.filter(pk=on.pk).update(changed_at=at - datetime.timedelta(days=5 - nth))
    waiting = desk.waiting(cast.visitor("county editor"))  # type: ignore[arg-type]
    expected = [cast.maps[place].pk for place in places]
    for kind, pattern in ((CONFIRM, r"map=(\d+)"), (RATE, r"/kartat/(\d+)/")):
        rows = [row for row in waiting if row.kind is kind]
        assert [int(re.findall(pattern, row.url)[0]) for row in rows] == expected, kind
    assert [row.urgency for row in waiting] == sorted(row.urgency for row in waiting)


def test_nothing_waits_for_whoever_has_nothing(as_person: As) -> None:
    page = as_person("porvoo reader").get("/")
    assert page.context["waiting"] == []
    assert "Nothing waits for you." in page.content.decode()


def test_what_has_been_done_is_gone_the_next_time(cast: Cast, as_person: As) -> None:
    on, client = cast.maps["porvoo"], as_person("porvoo approver")
    aspect = first_aspect(on)
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Yhdessä.")
    assert [row.kind for row in client.get("/").context["waiting"]] == [CONFIRM]
    edit(cast["porvoo approver"], on, f"answer:{answer_of(aspect, '638').pk}", "confirmation", "Yhdessä.")
    assert client.get("/").context["waiting"] == []


def test_a_review_waits_for_those_who_may_set_another_and_for_who_is_responsible(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    aspect = first_aspect(on)
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "review_on", timezone.localdate().isoformat())
    named = [cast["porvoo reader"].pk, cast["loviisa editor"].pk]
    aspect.responsible.set(named)  # the second has moved on: the map is no longer theirs to read
    waits = {name for name in ROLES if any(row.kind.name == "reviews" for row in desk.waiting(cast[name]))}
    assert waits == {"porvoo editor", "county editor", "porvoo reader"}
    assert [row.kind for row in rows_of(cast["loviisa editor"])] == []


def test_an_interface_is_called_as_everywhere(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Sovittu.")
    for language in ("fi", "sv"):
        with override(language):
            names = [row.name for row in rows_of(cast["porvoo approver"])]
            assert names == [str(first_aspect(on).interface)]


# By level and by seat


def sit(user: User, place: Organisation, level: str) -> Member:
    """The person's place there, at a level."""
    Membership.objects.get_or_create(user=user, organisation=place, role="reader")
    Member.objects.filter(user=user, organisation=place).update(level=level)
    return Member.objects.get(user=user, organisation=place)


PARTS = {
    "field": {"calls", "queue", "maps"},
    "expert": {"queue", "maps"},
    "management": {"queue", "maps"},
    "": {"queue", "maps"},
    "change_leader": {"queue", "coverage"},
    "political": {"promises", "apart", "decisions"},
}


@pytest.mark.parametrize(("level", "name"), [*product(PARTS, ["porvoo reader", "county reader"])])
def test_each_level_sees_its_own_desk(cast: Cast, level: str, name: str) -> None:
    person = cast[name]
    place = cast.roles(name)[0][0]
    sit(person, place, level)
    on = cast.maps["porvoo"]
    both(cast, round_on(on), first_aspect(on), 2, 5)
    page = cast.client(name).get("/").content.decode()
    seen = set(re.findall(r'<section class="section" aria-labelledby="([a-z]+)"', page)) - {"news"}
    expected = PARTS[level]
    if level == "change_leader" and name == "porvoo reader":
        expected = PARTS["management"]  # a municipality has no municipalities
    assert seen == expected
    assert page.count("data-print") == (level == "political")


def test_a_seat_is_in_the_address_and_nobody_sits_in_anothers(cast: Cast) -> None:
    person = cast["porvoo reader"]
    here = sit(person, cast.organisations["porvoo"], Level.FIELD)
    there = sit(person, cast.organisations["county"], Level.CHANGE_LEADER)
    client = cast.client("porvoo reader")
    for seat, kind in ((here, "field"), (there, "change_leader")):
        page = client.get("/", {"seat": seat.pk})
        assert page.context["kind"] == kind
        text = page.content.decode()
        assert f'<a href="/?seat={seat.pk}" aria-current="page">' in text
        assert text.count('<a href="/?seat=') == 2
    theirs = Member.objects.get(user=cast["loviisa editor"])
    for wrong in (theirs.pk, "national", "-1", "x", "9" * 40, "\x00"):
        assert client.get("/", {"seat": wrong}).context["seat"]["key"] in {str(here.pk), str(there.pk)}
    Membership.objects.filter(user=person, organisation=cast.organisations["county"]).delete()
    assert client.get("/", {"seat": there.pk}).context["seat"]["key"] == str(here.pk)
    assert '<a href="/?seat=' not in client.get("/").content.decode()


def test_the_seat_that_was_taken_is_the_desk_s_and_the_first_of_lists(cast: Cast) -> None:
    person = cast["porvoo reader"]
    sit(person, cast.organisations["porvoo"], Level.FIELD)
    there = sit(person, cast.organisations["county"], Level.CHANGE_LEADER)
    client = cast.client("porvoo reader")
    facts = client.get("/tyopoyta/otsake/").json()
    assert facts["waits"] == len(desk.waiting(cast.visitor("porvoo reader")))  # type: ignore[arg-type]
    assert [seat["is_here"] for seat in facts["seats"]].count(True) == 1
    assert client.post(f"/tyopoyta/paikka/{there.pk}/").status_code == 302
    assert client.get("/").context["kind"] == "change_leader"
    assert client.get("/organisaatiot/").context["organisations"][0].pk == there.organisation_id
    theirs = Member.objects.get(user=cast["loviisa editor"])
    for wrong in (str(theirs.pk), "national", "x"):
        client.post(f"/tyopoyta/paikka/{wrong}/")
        assert client.get("/").context["seat"]["key"] in {seat["key"] for seat in facts["seats"]}
        rows = client.get("/organisaatiot/").context["organisations"]
        assert rows[0].pk != theirs.organisation_id


def test_a_change_leader_takes_the_municipalities_out_as_a_file(cast: Cast) -> None:
    seat = sit(cast["county editor"], cast.organisations["county"], Level.CHANGE_LEADER)
    client = cast.client("county editor")
    page = client.get("/", {"seat": seat.pk})
    path = f"/tyopoyta/kunnat/{seat.pk}/csv/"
    assert path in page.content.decode()
    lines = client.get(path).content.decode("utf-8-sig").splitlines()
    porvoo = next(row for row in page.context["coverage"] if row["name"] == "Porvoo")
    told = next(line for line in lines if line.startswith("Porvoo;"))
    assert told.split(";")[1:4] == [str(porvoo[name]) for name in ("count", "agreed", "of")]
    assert client.get(f"/tyopoyta/kunnat/{seat.pk}/xlsx/").content.startswith(b"PK")
    assert client.get(f"/tyopoyta/kunnat/{seat.pk}/pdf/").status_code == 404
    assert cast.client("porvoo editor").get(path).status_code == 404


def test_a_field_worker_sees_whom_to_call_and_soonest_their_own_level(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    sit(cast["porvoo reader"], cast.organisations["porvoo"], Level.FIELD)
    sit(cast["loviisa editor"], cast.organisations["loviisa"], Level.FIELD)
    aspect = first_aspect(on, 8)
    for level, who, phone in (("management", "Johtaja", "019 1"), ("field", "Kollega", "019 2")):
        PathStep.objects.create(aspect=aspect, level=level, who=who, days=2, phone=phone, place=1)
    PathStep.objects.create(aspect=aspect, level="expert", who="Ilman", days=2, place=1)
    PathStep.objects.create(
        aspect=aspect,
        level="expert",
        who="Poistettu",
        days=2,
        place=1,
        phone="019 3",
        archived_at=timezone.now(),
    )
    (calls,) = cast.client("porvoo reader").get("/").context["calls"]
    assert [(each["who"], each["phone"]) for each in calls["people"]] == [
        ("Kollega", "019 2"),
        ("Johtaja", "019 1"),
    ]
    assert calls["people"][0]["facts"] == "Field work · answers in 2 working days"
    assert (calls["others"], calls["acts"]) == ([], [])
    flow, text = first_aspect(on, 3), "Tieto siirtyy viikossa. Lomakkeella."
    edit(cast["porvoo editor"], on, f"aspect:{flow.pk}", "shared_fi", text)
    for name, code in (("porvoo editor", "638"), ("county editor", "01")):
        edit(cast[name], on, f"answer:{answer_of(flow, code).pk}", "confirmation", text)
    (calls,) = cast.client("porvoo reader").get("/").context["calls"]
    assert [(act["text"], act["language"]) for act in calls["acts"]] == [("Tieto siirtyy viikossa.", "fi")]
    page = cast.client("loviisa editor").get("/")
    assert "Kollega" not in page.content.decode()
    assert page.context["calls"] == []


def test_a_change_leader_sees_every_municipality_of_the_county(cast: Cast) -> None:
    sit(cast["county editor"], cast.organisations["county"], Level.CHANGE_LEADER)
    on = cast.maps["loviisa"]
    current = round_on(on)
    give(cast, "loviisa editor", current, first_aspect(on), "434", 1)
    give(cast, "county editor", current, first_aspect(on), "01", 4)
    page = cast.client("county editor", "fi").get("/")
    rows = {row["name"]: row for row in page.context["coverage"]}
    assert len(rows) == 7
    assert list(rows) == sorted(rows)
    assert rows["Porvoo"]["count"] == 2
    assert rows["Porvoo"]["url"] == "/kartat/?q=Porvoo"
    assert rows["Loviisa"]["url"] == f"/kartat/{on.pk}/"
    assert rows["Loviisa"]["gap"] == 3
    assert (rows["Loviisa"]["given"], rows["Loviisa"]["rated"]) == (2, "in_progress")
    askola = cast.client("county editor").get(rows["Askola"]["url"])
    assert askola.status_code == 200
    assert askola.context["form"]["municipality"].value() == str(rows["Askola"]["pk"])
    assert (page.context["with_map"], page.context["with_version"]) == (2, 0)


def test_the_page_of_those_who_decide(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    sit(cast["porvoo reader"], cast.organisations["porvoo"], Level.POLITICAL)
    aspect = first_aspect(on)
    text = "Perhe saa **vastauksen** päivässä. Muu on johdon asia."
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", text)
    for code, giver in (("638", "porvoo approver"), ("01", "county approver")):
        edit(cast[giver], on, f"answer:{answer_of(aspect, code).pk}", "confirmation", text)
    current = round_on(on)
    both(cast, current, first_aspect(on, 2), 1, 5)
    page = cast.client("porvoo reader", "fi").get("/")
    (promise,) = page.context["promises"]
    assert promise["text"] == "Perhe saa vastauksen päivässä."
    assert promise["verdict"] == "Ei vielä arvioitu"
    assert [row["gap"] for row in page.context["apart"]] == [4]
    assert page.context["agreed"] == 1
    assert page.context["decisions"] == []
    both(cast, current, aspect, 4, 5)
    started(cast, on)
    page = cast.client("porvoo reader", "fi").get("/")
    assert [row["verdict"] for row in page.context["promises"]] == ["Toimii hyvin"]
    assert [row["url"] for row in page.context["decisions"]] == [f"/kartat/{on.pk}/hyvaksyttavana/"]
    sit(cast["loviisa editor"], cast.organisations["loviisa"], Level.POLITICAL)
    others = cast.client("loviisa editor", "fi").get("/")
    assert (others.context["promises"], others.context["apart"], others.context["decisions"]) == ([], [], [])


def test_ratings_that_are_hidden_are_on_no_desk(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    rating_round = round_on(on)
    give(cast, "county editor", rating_round, first_aspect(on), "01", 1)
    for level in (Level.MANAGEMENT, Level.POLITICAL, Level.CHANGE_LEADER):
        sit(cast["county reader"], cast.organisations["county"], level)
        sit(cast["porvoo reader"], cast.organisations["porvoo"], level)
        for name in ("county reader", "porvoo reader"):
            context = cast.client(name).get("/").context
            assert all(row["gap"] is None for row in context.get("maps", []))
            assert all(row.get("gap") is None for row in context.get("coverage", []))
            assert context.get("apart", []) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Yksi. Kaksi.", "Yksi."),
        ("# Otsikko\n\nTeksti.", "Otsikko"),
        ("* Soita klo 8.30 neuvolaan! Heti.", "Soita klo 8.30 neuvolaan!"),
        ("sana " * 60, "sana " * 28 + "…"),
        ("", ""),
        ("\n\n", ""),
    ],
)
def test_the_first_sentence_of_a_text(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


def test_every_desk_takes_few_statements(cast: Cast) -> None:
    """News of every kind, everything waiting, the rights of an administrator beside it: whatever it shows."""
    person = cast["porvoo editor"]
    for role in ("approver", "administrator"):
        Membership.objects.create(user=person, organisation=cast.organisations["porvoo"], role=role)
    told_of_everything(cast, person)
    group = forums_of(cast)["lape"]  # where the county's editor handles what comes
    seat_of(cast, group, "porvoo editor", "secretary")
    raised(cast, group)
    asked: dict[str, int] = {}
    for level in Level.values:
        for name, place in (("porvoo editor", "porvoo"), ("county editor", "county")):
            sit(cast[name], cast.organisations[place], level)
            client: Client = cast.client(name)
            client.get("/")  # content types and the like
            asked[f"{level} {name}"] = statements(client, "/")[0]
    for name in ("national coordinator", "nobody", "service administrator"):
        cast.client(name).get("/")
        asked[name] = statements(cast.client(name), "/")[0]
    assert {name: count for name, count in asked.items() if count > MOST_OF_A_DESK} == {}


def told_of_everything(cast: Cast, person: User) -> None:
    """News of each registered subject, and a row of each kind in the queue."""
    on = cast.maps["porvoo"]
    edit(cast["county editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Sovittu.")
    both(cast, round_on(on), first_aspect(on, 2), 1, 5)
    started(cast, on)
    assert ApprovalRound.objects.filter(status="open").exists()
    for model in subjects.registered():
        row: Any = model._default_manager.order_by("pk").first()
        if row is not None and not model._meta.label.startswith("notes."):
            event = EventFactory.create(verb="map.made", subject=row)
            Notification.objects.create(recipient=person, event=event)


# The whole country


def test_the_counties_are_sorted_by_any_column_and_by_name_otherwise(cast: Cast, as_person: As) -> None:
    client = as_person("national coordinator", "fi")

    def shown(sort: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = client.get("/", {"sort": sort}).context["overview"]
        return rows

    names = [row["county"].name for row in shown("")]
    assert names == sorted(names)
    for wrong in ("wrong", "-wrong", "--maps", "\x00"):
        assert [row["county"].name for row in shown(wrong)] == names
    for column in ("maps", "interfaces", "agreed_share", "with_share"):
        key = {"agreed_share": "agreed", "with_share": "with"}.get(column, column)
        up, down = [row[column] for row in shown(key)], [row[column] for row in shown(f"-{key}")]
        assert up == sorted(up)
        assert down == sorted(up, reverse=True)
    page = client.get("/").content.decode()
    assert page.count('aria-sort="ascending"') == 1
    assert "Ahvenanmaa ei ole taulukossa" in page
    row = next(row for row in shown("") if row["county"].code == "01")
    assert (row["municipalities_with"], row["municipalities"]) == (2, 7)


@pytest.mark.parametrize(("code", "agreed"), [("01", 1), ("90", 0), ("17", 0)])
def test_a_county_in_numbers(cast: Cast, code: str, agreed: int) -> None:
    on = cast.maps["porvoo"]
    aspect = first_aspect(on, 3)
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Salaista.")
    for number, giver in (("638", "porvoo approver"), ("01", "county approver")):
        edit(cast[giver], on, f"answer:{answer_of(aspect, number).pk}", "confirmation", "Salaista.")
    client = cast.client("national coordinator")
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/maa/alueet/{code}/")
    assert len(asked) <= 12
    assert "Salaista" not in page.content.decode()
    assert "Porvoo" not in page.content.decode()
    assert [row["agreed"] for row in page.context["aspects"]] == [0, 0, agreed, 0, 0, 0, 0, 0, 0]
    assert sum(row["of"] for row in page.context["aspects"]) == page.context["of"]
    assert sum(row["maps"] for row in page.context["groups"]) == page.context["maps"]
    assert sum(row["of"] for row in page.context["groups"]) == page.context["of"]
    assert client.get("/maa/alueet/91/").status_code == 404, "Åland is no wellbeing services county"


def test_the_country_as_a_file(as_person: As) -> None:
    client = as_person("national coordinator", "sv")
    text = client.get("/maa/vie/csv/").content.decode("utf-8-sig")
    assert text.count("välfärdsområde;") == 21
    assert "Helsingfors stad;1;1;1" in text
    assert "Åland är inte med" in text
    book = client.get("/maa/vie/xlsx/")
    assert book.content[:2] == b"PK"
    assert "attachment" in book.headers["Content-Disposition"]
    assert client.get("/maa/vie/pdf/").status_code == 404
