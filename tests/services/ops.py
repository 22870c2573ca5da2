"""Making ops in tests."""

from typing import Any
from uuid import uuid4

from collaboration.models import User
from services.models import Aspect, AspectAnswer, InterfaceMap
from services.workflows.edits import Applied, Op, apply

NOW = 1_000_000
"""A base version after every change: the editor has just read the value."""


def edit(by: User, on: InterfaceMap, subject: str, name: str, value: Any, *, base: int = NOW) -> Applied:
    """Apply one op with an id of its own."""
    return apply(by, on.pk, Op(uuid4(), subject, name, base, value))


def first_aspect(on: InterfaceMap, number: int = 1) -> Aspect:
    """An aspect of the map's first interface (Päiväkoti – Neuvola: two parties)."""
    return Aspect.objects.filter(interface__map=on, number=number).order_by("interface")[0]


def answer_of(aspect: Aspect, code: str) -> AspectAnswer:
    """The answer of the party whose organisation has the code."""
    return AspectAnswer.objects.get(aspect=aspect, party__map_party__organisation__code=code)


def status_of(aspect: Aspect) -> str:
    """The derived status."""
    return Aspect.objects.with_status().get(pk=aspect.pk).status
