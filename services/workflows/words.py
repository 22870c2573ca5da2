"""How the history of a map calls its rows and the values of their properties."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from collaboration.models import User
from services.models import Aspect, Interface, InterfaceMap, MapParty, MapService


def people(keys: set[int]) -> dict[int, str]:
    return {row.pk: str(row) for row in User.objects.filter(pk__in=keys)}


def parties(keys: set[int]) -> dict[int, str]:
    return {row.pk: str(row) for row in MapParty.objects.filter(pk__in=keys).select_related("organisation")}


def services(keys: set[int]) -> dict[int, str]:
    return {row.pk: str(row) for row in MapService.objects.filter(pk__in=keys).select_related("service")}


def bases(keys: set[int]) -> dict[int, str]:
    return {row.pk: str(row) for row in InterfaceMap.objects.filter(pk__in=keys)}


NAMED = {"party": parties, "parties": parties, "person": people, "service": services}
"""By how a column is asked for, the names of the rows that it holds the ids of."""


def date(value: str) -> str:
    return date_format(datetime.date.fromisoformat(value), "SHORT_DATE_FORMAT")


def places(value: dict[str, int]) -> str:
    return _("%(count)d own places") % {"count": len(value)}


def removed(value: Any) -> str:
    return _("removed from the map") if value else _("taken back to the map")


def confirmed(value: Any) -> str:
    return _("gave the confirmation") if value is not None else _("withdrew the confirmation")


def followed(value: Any) -> str:
    return _("returned to the county's text") if value else _("took the county's text over")


def laid_out(_value: Any) -> str:
    return _("laid the map out again")


def moved(_value: Any) -> str:
    return _("moved in the order")


def of_aspect(row: Any) -> str:
    """What stands beside an aspect: «Päiväkoti – Neuvola, 3 Flow of information: Salmi»."""
    return f"{row.aspect.interface}, {row.aspect}: {row}"


def of_service(row: Any) -> str:
    return f"{row.map_service}: {row}"


def aspect(row: Aspect) -> str:
    return f"{row.interface}, {row}"


def answer(row: Any) -> str:
    return f"{row.aspect.interface}, {row.aspect}, {row.party.map_party.organisation}"


def page_of_aspect(row: Any) -> str:
    return str(row.aspect.get_absolute_url())


def page_of_service(row: Any) -> str:
    return str(row.map_service.get_absolute_url())


def read_names(rows: list[Any]) -> None:
    """An interface is called by the services that meet: one statement for all of them."""
    aspects = [getattr(row, "aspect", row) for row in rows]
    interfaces = [getattr(row, "interface", row) for row in aspects]
    met = [row for row in interfaces if isinstance(row, Interface)]
    prefetch_related_objects(met, Prefetch("services", MapService.objects.select_related("service")))
