"""The same people in every test of rights: in Porvoo, in its county, next door, far away, and nowhere."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client

from collaboration.models import Membership, Organisation, User
from services.models import InterfaceMap
from services.workflows.map_templates import TEMPLATE_BY_KEY
from services.workflows.new_map import make_map

PLACES = {
    "porvoo": (Organisation.Kind.MUNICIPALITY, "638"),
    "loviisa": (Organisation.Kind.MUNICIPALITY, "434"),
    "county": (Organisation.Kind.WELLBEING_SERVICES_COUNTY, "01"),
    "pohjanmaa": (Organisation.Kind.WELLBEING_SERVICES_COUNTY, "17"),
    "helsinki": (Organisation.Kind.MUNICIPALITY, "091"),
    "kasko": (Organisation.Kind.UNIT, "091-KASKO"),
    "sotepe": (Organisation.Kind.UNIT, "091-SOTEPE"),
    "kuva": (Organisation.Kind.UNIT, "091-KUVA"),
}

ROLES = {
    "porvoo editor": ("porvoo", "editor"),
    "porvoo approver": ("porvoo", "approver"),
    "porvoo reader": ("porvoo", "reader"),
    "porvoo administrator": ("porvoo", "administrator"),
    "county editor": ("county", "editor"),
    "county approver": ("county", "approver"),
    "county reader": ("county", "reader"),
    "county administrator": ("county", "administrator"),
    "loviisa editor": ("loviisa", "editor"),
    "pohjanmaa editor": ("pohjanmaa", "editor"),
    "kasko editor": ("kasko", "editor"),
    "sotepe editor": ("sotepe", "editor"),
    "kuva editor": ("kuva", "editor"),
    "helsinki reader": ("helsinki", "reader"),
}

WITHOUT_MEMBERSHIPS = ("nobody", "national coordinator", "service administrator")
INACTIVE, ANONYMOUS = "inactive editor", "anonymous"
"""An editor of Porvoo who may no longer sign in, and whoever has not signed in."""


Answer = TypeVar("Answer")
_read: dict[Hashable, Any] | None = None


@contextmanager
def at_rest() -> Iterator[None]:
    """Nothing is written meanwhile: what oracles ask again is not read again."""
    global _read
    _read = {}
    try:
        yield
    finally:
        _read = None


def once_at_rest(read: Callable[..., Answer]) -> Callable[..., Answer]:
    """A question of an oracle that the database answers, once while everything is at rest."""

    @wraps(read)
    def ask(*about: Hashable) -> Answer:
        if _read is None:
            return read(*about)
        key = read.__name__, *(each for each in about if not isinstance(each, Cast))
        if key not in _read:
            _read[key] = read(*about)
        answer: Answer = _read[key]
        return answer

    return ask


@dataclass(eq=False)
class Cast:
    """People by name (those who may sign in), organisations by name, and one map of each kind."""

    organisations: dict[str, Organisation]
    people: dict[str, User]
    maps: dict[str, InterfaceMap] = field(default_factory=dict)

    def __getitem__(self, name: str) -> User:
        return User.objects.get(email=_address(name))  # without what an earlier question cached

    @property
    def everyone(self) -> list[str]:
        """Also those who cannot be signed in."""
        return [*self.people, INACTIVE, ANONYMOUS]

    def visitor(self, name: str) -> User | AnonymousUser:
        """The person as the policy meets them."""
        return AnonymousUser() if name == ANONYMOUS else self[name]

    def client(self, name: str, language: str = "en") -> Client:
        """A browser of this person, with pages in a language."""
        client = Client(raise_request_exception=True)
        if name != ANONYMOUS:
            client.force_login(self[name])
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client

    @once_at_rest
    def roles(self, name: str) -> list[tuple[Organisation, str]]:
        """The memberships of the person, as rows: for oracles that do not use the policy."""
        rows = Membership.objects.filter(user__email=_address(name), user__is_active=True)
        rows = rows.select_related("organisation__parent")
        return [(row.organisation, row.role) for row in rows]


MAPS = {
    "porvoo": ("porvoo editor", "porvoo", "under_school_age"),
    "youth": ("county editor", "porvoo", "young_people"),
    "loviisa": ("loviisa editor", "loviisa", "under_school_age"),
    "helsinki": ("kasko editor", "helsinki", "under_school_age"),
}


def the_cast() -> Cast:
    """The cast out of the database that `make_cast` filled."""
    people = {person.email: person for person in User.objects.filter(email__endswith="@cast.example")}
    return Cast(
        _organisations(),
        {name: people[_address(name)] for name in (*ROLES, *WITHOUT_MEMBERSHIPS)},
        dict(zip(MAPS, InterfaceMap.objects.order_by("pk")[: len(MAPS)], strict=True)),
    )


def make_cast() -> None:
    """Everybody, and the maps of Porvoo (children and youth), Loviisa and Helsinki: fills the template of the cast."""
    organisations = _organisations()
    people = {name: _person(name) for name in (*ROLES, *WITHOUT_MEMBERSHIPS)}
    for name, (place, role) in ROLES.items():
        Membership.objects.create(user=people[name], organisation=organisations[place], role=role)
    User.objects.filter(pk=people["national coordinator"].pk).update(duty=User.Duty.NATIONAL_COORDINATOR)
    User.objects.filter(pk=people["service administrator"].pk).update(duty=User.Duty.SERVICE_ADMINISTRATOR)
    former = _person(INACTIVE)
    Membership.objects.create(user=former, organisation=organisations["porvoo"], role="editor")
    User.objects.filter(pk=former.pk).update(is_active=False)
    for by, place, template in MAPS.values():
        make_map(by=people[by], municipality=organisations[place], template=TEMPLATE_BY_KEY[template])


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back, so that the next person meets the same map."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _organisations() -> dict[str, Organisation]:
    rows = Organisation.objects.filter(code__in=[code for _kind, code in PLACES.values()])
    found = {(row.kind, row.code): row for row in rows}
    return {name: found[place] for name, place in PLACES.items()}


def _address(name: str) -> str:
    return f"{name.replace(' ', '.')}@cast.example"


def _person(name: str) -> User:
    return User.objects.create(email=_address(name), name=name.capitalize(), password="!")  # noqa: S106
