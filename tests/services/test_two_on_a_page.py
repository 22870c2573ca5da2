"""Two who change one row on an ordinary page: neither overwrites the other, wherever there is a form for it."""

from __future__ import annotations

import datetime
import html
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from collaboration.models import Absence, ForumSeat, Goal, Member, Organisation
from services.models import Service
from tests.cast import Cast
from tests.collaboration.action_cast import goal_of
from tests.collaboration.forum_cast import absence_of, forums_of

Row = Any


class Fields(HTMLParser):
    """What a browser would send of the form that carries what its page showed, as it stands."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.found: dict[str, list[str]] = {}
        self._text, self._select = "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name, value = told.get("name", ""), told.get("value", "").replace("\n", "\r\n")
        if tag == "form":
            self.found = {}
        elif tag == "textarea":
            self._text, self.found[name] = name, [""]
        elif tag == "select":
            self._select = name
            self.found.setdefault(name, [])
        elif tag == "option" and "selected" in told:
            self.found[self._select].append(value)
        elif tag == "input" and (told.get("type") not in {"checkbox", "radio"} or "checked" in told):
            self.found.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self._text:
            self.found[self._text] = [data.removeprefix("\n").replace("\n", "\r\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""
        if tag == "form" and any(name.startswith("initial-") for name in self.found):
            self.sent = self.found


def sent_by(client: Client, path: str) -> dict[str, list[str]]:
    return Fields(client.get(path).content.decode()).sent


@dataclass
class Page:
    """A page that changes a row: who opens it, one field and another, and what two people write there."""

    path: str
    who: tuple[str, str]
    row: Row
    one: tuple[str, Any, Any, str]
    other: tuple[str, Any]

    def now(self, name: str) -> Any:
        self.row.refresh_from_db()
        value = getattr(self.row, name)
        return sorted(row.pk for row in value.all()) if hasattr(value, "all") else value


def goal(cast: Cast) -> Page:
    row = goal_of(cast)
    Goal.objects.filter(pk=row.pk).update(description="Rivi\nToinen")
    ends = ("county editor", "porvoo editor")
    path = reverse("collaboration:goal_edit", args=[row.pk])
    return Page(path, ends, row, ("title_fi", "Minun", "Hänen", "Hänen"), ("description", "Uusi\nTeksti"))


def parties(cast: Cast) -> Page:
    page = goal(cast)
    porvoo, county, loviisa = (cast.organisations[name].pk for name in ("porvoo", "county", "loviisa"))
    page.one = ("parties", [porvoo, county], [porvoo, loviisa], cast.organisations["loviisa"].full_name)
    page.row.parties.add(cast.organisations["helsinki"])
    page.other = ("title_sv", "Målet")
    return page


def forum(cast: Cast) -> Page:
    row = forums_of(cast)["lape"]
    path = reverse("collaboration:forum_edit", args=[row.pk])
    ends = ("county editor", "county administrator")
    return Page(path, ends, row, ("working_rules", "Minun", "Hänen", "Hänen"), ("purpose_fi", "Tarkoitus"))


def seat(cast: Cast) -> Page:
    row = forums_of(cast)["lape"].seats.exclude(role__in=ForumSeat.HANDLERS).order_by("pk")[0]
    path = reverse("collaboration:seat", args=[row.forum_id, row.pk])
    ends = ("county editor", "county administrator")
    day = timezone.localdate() + datetime.timedelta(days=90)
    return Page(path, ends, row, ("represents", "ngo", "parish", "Parishes"), ("valid_until", day))


def organisation(_cast: Cast) -> Page:
    row = Organisation.objects.create(kind="ngo", name_fi="Nuorten ystävät")
    path = reverse("collaboration:organisation_edit", args=[row.pk])
    ends = ("service administrator", "service administrator")
    return Page(path, ends, row, ("name_fi", "Minun ystävät", "Hänen", "Hänen"), ("brand", "Ystävät"))


def member(cast: Cast) -> Page:
    row = Member.objects.get(user=cast["porvoo reader"])
    path = reverse("collaboration:member", args=[row.organisation_id, row.pk])
    ends = ("porvoo administrator", "porvoo reader")
    return Page(path, ends, row, ("title", "Kuraattori", "Opettaja", "Opettaja"), ("hours", "ma–pe"))


def service(cast: Cast) -> Page:
    row = Service.objects.filter(organisation=cast.organisations["porvoo"]).order_by("pk")[0]
    Service.objects.filter(pk=row.pk).update(description_fi="Rivi\nToinen")
    path = reverse("services:service_edit", args=[row.pk])
    ends = ("porvoo editor", "porvoo editor")
    return Page(path, ends, row, ("name_fi", "Minun", "Hänen", "Hänen"), ("description_fi", "Uusi\nTeksti"))


def absence(cast: Cast) -> Page:
    row: Absence = absence_of(cast)
    path = reverse("collaboration:absence_change", args=[row.pk])
    mine, theirs = (row.valid_until + datetime.timedelta(days=number) for number in (1, 2))
    ends = ("porvoo editor", "porvoo administrator")
    told = date_format(theirs, "j.n.Y")
    return Page(
        path, ends, row, ("valid_until", mine, theirs, told), ("deputy_id", cast["porvoo approver"].pk)
    )


def profile(cast: Cast) -> Page:
    ends = ("porvoo editor", "porvoo editor")
    row = cast["porvoo editor"]
    return Page(
        reverse("collaboration:profile"), ends, row, ("name", "Minun", "Hänen", "Hänen"), ("language", "sv")
    )


PAGES = [goal, parties, forum, seat, organisation, member, service, absence, profile]


def written(name: str, value: Any) -> dict[str, Any]:
    value = date_format(value, "j.n.Y") if isinstance(value, datetime.date) else value
    return {name.removesuffix("_id"): value.replace("\n", "\r\n") if isinstance(value, str) else value}


@pytest.fixture(params=PAGES, ids=lambda each: each.__name__)
def page(cast: Cast, request: pytest.FixtureRequest) -> Page:
    make: Callable[[Cast], Page] = request.param
    return make(cast)


def test_two_who_change_different_fields_both_keep_theirs(cast: Cast, page: Page) -> None:
    mine, theirs = cast.client(page.who[0]), cast.client(page.who[1])
    opened, also = sent_by(mine, page.path), sent_by(theirs, page.path)
    (one, value, _other, _told), (other, text) = page.one, page.other
    assert theirs.post(page.path, also | written(other, text)).status_code == 302
    assert mine.post(page.path, opened | written(one, value)).status_code == 302
    assert page.now(one) == (sorted(value) if isinstance(value, list) else value)
    assert page.now(other) == text


def test_two_who_change_one_field_overwrite_nothing_and_the_second_decides(cast: Cast, page: Page) -> None:
    mine, theirs = cast.client(page.who[0]), cast.client(page.who[1])
    opened, also = sent_by(mine, page.path), sent_by(theirs, page.path)
    name, value, their_value, told = page.one
    assert theirs.post(page.path, also | written(name, their_value)).status_code == 302
    refused = mine.post(page.path, opened | written(name, value))
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "Somebody else has changed this meanwhile" in html.unescape(text)
    assert told in html.unescape(text.partition('class="theirs"')[2])
    assert page.now(name) == (sorted(their_value) if isinstance(their_value, list) else their_value)
    again = Fields(text).sent
    typed = again[name.removesuffix("_id")]
    assert sorted(typed) == sorted(
        map(str, value if isinstance(value, list) else written(name, value).values())
    )
    assert mine.post(page.path, again).status_code == 302
    assert page.now(name) == (sorted(value) if isinstance(value, list) else value)


def test_saving_what_nobody_has_changed_changes_nothing(cast: Cast, page: Page) -> None:
    client = cast.client(page.who[0])
    before = {name: page.now(name) for name in (page.one[0], page.other[0])}
    assert client.post(page.path, sent_by(client, page.path)).status_code == 302
    assert {name: page.now(name) for name in before} == before
