"""Random ops and steps by random people, sent as programs and as forms send them: what is hidden stays hidden.

Everything on each map holds a word of its own that nobody can guess. No answer may hold the word of a map that its
reader may not see, and a map that one may not see answers like one that is not there.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collaboration.mailing import mail_notifications
from collaboration.models import Membership, User
from services.models import Aspect, AspectAnswer, InterfaceMap
from services.workflows.interface_map import interface_map_workflow
from services.workflows.properties import KINDS, shared_text
from tests import oracle
from tests.cast import ANONYMOUS, INACTIVE, Cast, undone
from tests.planted import plant
from tests.services.ops import NOW, edit, first_aspect
from tests.services.test_bad_input import TEXTS
from tests.services.test_edits_at_random import likely, stays_whole

MISSING = 999_999_999
SEVERAL = "member of several"
"""A reader in Porvoo who edits for Pohjanmaa and confirms for Loviisa."""

FORMER = "pohjanmaa editor"
"""Of a party that has left."""

PEOPLE = (
    *("porvoo editor", "county editor", "county approver", "porvoo reader", "county reader"),
    *("county administrator", "loviisa editor", "pohjanmaa editor", "kasko editor", "kuva editor"),
    *("helsinki reader", "nobody", "service administrator", "national coordinator"),
    *(SEVERAL, INACTIVE, ANONYMOUS),
)
PLACES = ("porvoo", "youth", "loviisa", "helsinki")
DECLARED = sorted((kind, name) for kind, found in KINDS.items() for name in found.properties)
LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True)
class Ask:
    """Who sends what to which map; about a row of it, seldom of another one."""

    person: str
    place: str
    row_of: str
    declared: tuple[str, str]
    row: int
    value: int
    base: int
    way: str


@st.composite
def asks(draw: st.DrawFn) -> Ask:
    place = draw(st.sampled_from(PLACES))
    return Ask(
        draw(st.sampled_from(PEOPLE)),
        place,
        draw(st.sampled_from([*[place] * 9, *PLACES])),
        draw(st.sampled_from(DECLARED)),
        draw(st.integers(0, 40)),
        draw(st.integers(0, 40)),
        draw(st.sampled_from([0, 3, NOW])),
        draw(st.sampled_from(["ops"] * 4 + ["form"] * 4 + ["step", "button"])),
    )


class Portal:
    """The cast's browsers, and what each may see."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.words = cast, plant(cast)
        self.seen: dict[tuple[str, frozenset[int]], bool] = {}
        both = User.objects.create(email="member.of.several@cast.example", name="Several", language="sv")
        for place, role in (("porvoo", "reader"), ("pohjanmaa", "editor"), ("loviisa", "approver")):
            Membership.objects.create(user=both, organisation=cast.organisations[place], role=role)
        self.clients = {name: cast.client(name, language) for name, language in zip(PEOPLE, cycle(LANGUAGES))}
        for client in self.clients.values():
            client.raise_request_exception = False  # what people would meet
        self._let_pohjanmaa_in_and_out_again()

    def _let_pohjanmaa_in_and_out_again(self) -> None:
        """Its people were told of Porvoo's map and named responsible, and may no longer see it."""
        on, editor = self.cast.maps["porvoo"], self.cast["porvoo editor"]
        aspect, guest = f"aspect:{first_aspect(on).pk}", self.cast[FORMER]
        place = {"organisation": self.cast.organisations["pohjanmaa"].pk}
        party = edit(editor, on, f"map:{on.pk}", "add_party", place).value["subject"]
        edit(editor, on, aspect, "responsible", [guest.pk])
        edit(editor, on, aspect, "review_on", "2026-01-01")
        for step in ("archive", "take_back"):
            interface_map_workflow.perform(step, on, by=editor)
        edit(editor, on, party, "archived", True)

    def sees(self, person: str, on: InterfaceMap) -> bool:
        key = (person, frozenset(oracle.parties_of(on)))  # memberships stay as they are
        if key not in self.seen:
            self.seen[key] = person not in {ANONYMOUS, INACTIVE} and oracle.sees(self.cast, person, on)
        return self.seen[key]

    def send(self, ask: Ask) -> None:
        """One request, with an answer that fits the person and tells nothing that is not theirs."""
        on = InterfaceMap.objects.get(pk=self.cast.maps[ask.place].pk)
        seen, client, request = self.sees(ask.person, on), self.clients[ask.person], self._request(ask)
        answer = sent(client, on.pk, request)
        self.keeps_to(ask.person, answer)
        if seen:
            assert answer.status_code in {200, 302, 400, 403, 404, 409, 422}
        else:
            # 400: the body was not JSON, whatever the address
            assert answer.status_code in ({302, 401} if ask.person in {ANONYMOUS, INACTIVE} else {404, 400})
            missing = sent(client, MISSING, request)
            assert missing.status_code == answer.status_code
            assert plain(missing) == plain(answer)

    def keeps_to(self, person: str, answer: Any) -> None:
        """Nothing failed, and no word of a map that the person may not see is anywhere in the answer."""
        assert answer.status_code < 500
        told = answer.content.decode() + repr(answer.headers)
        for pk, word in self.words.items():
            assert word not in told or self.sees(person, InterfaceMap.objects.get(pk=pk)), answer.request

    def _request(self, ask: Ask) -> tuple[str, Any]:
        """The address under the map's own and what is sent to it."""
        (kind, name), row_of = ask.declared, self.cast.maps[ask.row_of]
        if ask.way in {"step", "button"}:
            return ask.way, ("archive", "take_back", "fly")[ask.value % 3]
        rows = KINDS[kind].rows(row_of).order_by("pk")
        row = rows[ask.row % len(rows)] if rows else None
        values = likely(self.cast, row_of, kind, name)
        if isinstance(row, AspectAnswer) and name == "confirmation":
            values = [shared_text(row.aspect), *values]
        value = values[ask.value % len(values)]
        if (kind, name) in TEXTS and isinstance(value, str) and 0 < len(value) < 100:
            value = f"{value} {self.words[row_of.pk]}" if self.sees(ask.person, row_of) else value
        op = {
            "subject": f"{kind}:{row.pk if row else 0}",
            "property": name,
            "base_version": ask.base,
            "value": value,
        }
        return ask.way, op

    def looks_around(self, person: str) -> None:
        """The person opens everything that could tell of a map."""
        client = self.clients[person]
        organisation = f"/organisaatiot/{self.cast.organisations['porvoo'].pk}/"
        for path in ("/", "/kartat/", "/palvelut/", organisation):
            self.keeps_to(person, client.get(path))
        for name in ("maps", "interfaces", "aspects", "services", "me"):
            removed = "&removed=true" if name in {"interfaces", "aspects"} else ""
            query = f"?limit=200{removed}" if name != "me" else ""
            self.keeps_to(person, client.get(f"/api/v1/{name}/{query}"))
        for on in InterfaceMap.objects.all():
            aspect = Aspect.objects.filter(interface__map=on).order_by("pk")[0]
            if not self.sees(person, on):
                for path in addresses(on, aspect):
                    answer = client.get(path)
                    self.keeps_to(person, answer)
                    assert answer.status_code in {302, 401, 404}, path

    def mails(self) -> None:
        """What is mailed now goes to people who may see it."""
        mail.outbox.clear()
        mail_notifications()
        names = {self.cast[name].email: name for name in (*self.cast.people, SEVERAL)}
        for letter in mail.outbox:
            text, reader = f"{letter.subject} {letter.body}", names[letter.to[0]]
            told = [pk for pk, word in self.words.items() if word in text]
            assert all(self.sees(reader, InterfaceMap.objects.get(pk=pk)) for pk in told), reader


def addresses(on: InterfaceMap, aspect: Aspect) -> Iterator[str]:
    """Every way to read something of a map."""
    yield from (f"/kartat/{on.pk}/{page}" for page in ("", "lista/", "taulukko/", "historia/", "asetukset/"))
    yield f"/kartat/{on.pk}/yhdyspinnat/{aspect.interface_id}/{aspect.number}/"
    yield from (f"/api/v1/maps/{on.pk}/{part}" for part in ("", "drawing/", "changes/"))
    yield from (f"/api/v1/interfaces/{aspect.interface_id}/", f"/api/v1/aspects/{aspect.pk}/")


def sent(client: Client, pk: int, request: tuple[str, Any]) -> Any:
    """The answer to a program's op, a form's op, a program's step or a button's step."""
    way, what = request
    if way == "step":
        return client.post(f"/api/v1/maps/{pk}/transitions/{what}/")
    if way == "button":
        return client.post(f"/kartat/{pk}/askel/{what}/")
    if way == "ops":
        body = json.dumps({**what, "id": str(uuid4())})
        return client.post(f"/api/v1/maps/{pk}/ops/", body, content_type="application/json")
    return client.post(f"/kartat/{pk}/muuta/", as_form(what))


def as_form(op: dict[str, Any]) -> dict[str, Any]:
    """The fields with which a form would carry the op."""
    name, value = op["property"], op["value"]
    form = {"op_id": str(uuid4()), **{key: op[key] for key in ("subject", "property", "base_version")}}
    kind = KINDS.get(op["subject"].partition(":")[0])
    property_ = kind.properties.get(name) if kind else None
    if property_ and property_.sent_as == "object" and isinstance(value, dict):
        lists = {key: value.get(key, []) for key in property_.lists}
        return form | {key: str(each) for key, each in value.items()} | lists
    if property_ and property_.sent_as == "list" and isinstance(value, list):
        return form | {"value": [str(each) for each in value]}
    if isinstance(value, bool):
        return form | {"value": str(value).lower()}
    return form if value is None else form | {"value": str(value).encode(errors="replace").decode()}


def plain(answer: Any) -> str:
    """Where it leads and the body, without the map's number and what every answer has of its own: nonces, tokens."""
    text = answer.headers.get("Location", "") + answer.content.decode()
    text = re.sub(r'(nonce|name="csrfmiddlewaretoken" value)="[^"]*"', "", text)
    text = re.sub(r'<div class="messages">.*?</div>', "", text, flags=re.DOTALL)  # of what one did before
    return re.sub(r"(kartat|maps)(/|%2F)[0-9]+|\s+", "", text)


@pytest.mark.slow
def test_what_is_hidden_stays_hidden_whatever_people_send(cast: Cast, *, is_long: bool) -> None:
    portal = Portal(cast)

    @settings(max_examples=300 if is_long else 2, deadline=None, suppress_health_check=list(HealthCheck))
    @given(sample=st.lists(asks(), min_size=5, max_size=15), looking=st.sampled_from(PEOPLE))
    def people_send(sample: list[Ask], looking: str) -> None:
        with undone():
            for ask in sample:
                portal.send(ask)
            for person in {looking, sample[0].person, FORMER}:
                cache.clear()  # no throttle answers instead of the portal
                portal.looks_around(person)
            portal.mails()
            for place in {ask.place for ask in sample}:
                stays_whole(cast.maps[place])

    people_send()
