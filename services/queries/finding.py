"""What the portal's search finds of maps, interfaces and services."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from collaboration.models import User
from collaboration.searching import Searched, Words, found
from collaboration.words import by_name
from services import policy
from services.models import Interface, InterfaceMap, Service


def _maps(user: User, words: Words) -> QuerySet[InterfaceMap]:
    rows = policy.visible_maps(user).filter(found(words, "words", "municipality__words"))
    return (
        rows.exclude(status=InterfaceMap.Status.ARCHIVED)
        .select_related("municipality")
        .order_by(by_name(), "pk")
    )


def _interfaces(user: User, words: Words) -> QuerySet[Interface]:
    """Each word stands in a name of either service, or of the map."""
    rows = policy.visible_interfaces(user).live().exclude(map__status=InterfaceMap.Status.ARCHIVED)  # type: ignore[attr-defined]
    for word in words:
        named = found([word], "map__words", "services__service__words")
        rows = rows.filter(pk__in=Interface.objects.filter(named).values("pk"))
    read: QuerySet[Interface] = (
        rows.select_related("map").prefetch_related("services__service").order_by("map__sort_key", "pk")
    )
    return read


def _services(user: User, words: Words) -> QuerySet[Service]:
    rows = policy.visible_services(user).in_use().of_single_organisations()  # type: ignore[attr-defined]
    found_: QuerySet[Service] = (
        rows.filter(found(words, "words", "organisation__words"))
        .select_related("organisation")
        .order_by(by_name(), "pk")
    )
    return found_


KINDS = (
    Searched("maps", _("Maps"), _maps, lambda row: row.municipality.name),
    Searched("interfaces", _("Interfaces"), _interfaces, lambda row: row.map.title),
    Searched("services", _("Services"), _services, lambda row: row.organisation.name),
)
