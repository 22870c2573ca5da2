"""What an address answers to each person, as the oracle tells it from memberships, and the forms that are sent."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.urls import URLPattern, URLResolver, get_resolver

from collaboration.models import ContactMessage, Invitation
from collaboration.verbs import categories
from services.models import MapService, ServiceNode
from tests import oracle
from tests.cast import ANONYMOUS, INACTIVE, Cast
from tests.services.ops import first_aspect
from tests.services.rounds import in_a_year

Rule = Callable[[Cast, str], int]
Form = Callable[[Cast], dict[str, Any]]


def is_signed_in(name: str) -> bool:
    return name not in {ANONYMOUS, INACTIVE}


def public(status: int) -> Rule:
    return lambda _cast, _name: status


def signed_in(status: int, outsider: int = 302) -> Rule:
    return lambda _cast, name: status if is_signed_in(name) else outsider


def of_map(status: int, place: str = "porvoo", outsider: int = 302) -> Rule:
    """Those who see the map; the others get 404."""

    def rule(cast: Cast, name: str) -> int:
        if not is_signed_in(name):
            return outsider
        return status if oracle.sees(cast, name, cast.maps[place]) else 404

    return rule


def of_map_editors(status: int, place: str = "porvoo", outsider: int = 302) -> Rule:
    """Editors of a party; the others who see the map get 403."""

    def rule(cast: Cast, name: str) -> int:
        edits = is_signed_in(name) and oracle.edits_map(cast, name, cast.maps[place])
        return status if edits else of_map(403, place, outsider)(cast, name)

    return rule


def of_service_administrators(status: int, outsider: int = 302) -> Rule:
    """Who keeps the portal."""
    return lambda cast, name: (
        status if name == "service administrator" else signed_in(403, outsider)(cast, name)
    )


def of_the_coordinator(status: int) -> Rule:
    """The national coordinator; for the others the page does not exist."""
    return lambda _cast, name: (
        302 if not is_signed_in(name) else status if name == "national coordinator" else 404
    )


def of_roles(status: int, place: str, *roles: str, outsider: int = 302) -> Rule:
    """Who has one of the roles in the place, on the map of Porvoo; the others who see the map get 403."""

    def rule(cast: Cast, name: str) -> int:
        has = oracle.has_role(cast, name, set(roles), {cast.organisations[place].pk})
        return status if has else of_map(403, outsider=outsider)(cast, name)

    return rule


def of_map_approvers(status: int, outsider: int = 302) -> Rule:
    """Approvers of a party of Porvoo's map; the others who see it get 403."""

    def rule(cast: Cast, name: str) -> int:
        approves = oracle.has_role(cast, name, {"approver"}, oracle.parties_of(cast.maps["porvoo"]))
        return status if approves else of_map(403, outsider=outsider)(cast, name)

    return rule


def of_map_raters(status: int) -> Rule:
    """Editors and approvers of a party of Porvoo's map; the others who see it get 403."""

    def rule(cast: Cast, name: str) -> int:
        rates = any(oracle.rates(cast, name, party) for party in cast.maps["porvoo"].parties.all())
        return status if rates else of_map(403)(cast, name)

    return rule


def of_own_import(status: int) -> Rule:
    """The import of Porvoo's editor, which nobody else sees."""
    return lambda _cast, name: status if name == "porvoo editor" else 404 if is_signed_in(name) else 302


def of_porvoos_editors(status: int, outsider: int = 302) -> Rule:
    """The catalogue of Porvoo; everybody else who has signed in gets 403."""

    def rule(cast: Cast, name: str) -> int:
        edits = oracle.has_role(cast, name, {"editor"}, {cast.organisations["porvoo"].pk})
        return status if edits else signed_in(403, outsider)(cast, name)

    return rule


def of_confirmers(cast: Cast, name: str) -> int:
    """Who confirms for any party; everybody else who has signed in gets 403."""
    confirms = any(role in {"editor", "approver"} for _organisation, role in cast.roles(name))
    return 200 if confirms else signed_in(403)(cast, name)


def of_porvoos_keepers(status: int, others: int = 403, outsider: int = 302) -> Rule:
    """Who keeps the people of Porvoo: its administrator, and those of the service."""

    def rule(cast: Cast, name: str) -> int:
        return status if keeps_porvoo(cast, name) else signed_in(others, outsider)(cast, name)

    return rule


def of_porvoos_reader(status: int, own: int | None = None, outsider: int = 302) -> Rule:
    """The row of Porvoo's reader: who keeps the people, and the reader; others do not find it."""

    def rule(cast: Cast, name: str) -> int:
        if name == "porvoo reader":
            return own or status
        return of_porvoos_keepers(status, 404, outsider)(cast, name)

    return rule


def keeps_porvoo(cast: Cast, name: str) -> bool:
    porvoo = {cast.organisations["porvoo"].pk}
    return name == "service administrator" or oracle.has_role(cast, name, {"administrator"}, porvoo)


def invitation_to_porvoo(cast: Cast) -> Invitation:
    """One that waits."""
    values = {"organisation": cast.organisations["porvoo"], "email": "kutsuttu@cast.example"}
    by = cast["porvoo administrator"]
    return Invitation.objects.get_or_create(**values, defaults={"invited_by": by})[0]


def new_invitation(_cast: Cast) -> dict[str, Any]:
    return {"email": "uusi@cast.example", "role": "reader", "language": "fi"}


def a_message(_cast: Cast) -> dict[str, Any]:
    return {"subject": "Kysymys", "text": "Mistä saan kartan?"}


def message_to_the_portal(_cast: Cast) -> ContactMessage:
    """One that waits."""
    wish = {"subject": "Kysymys", "text": "Mistä saan kartan?", "language": "fi"}
    return ContactMessage.objects.filter(**wish).first() or ContactMessage.objects.create(**wish)


def new_contact(_cast: Cast) -> dict[str, Any]:
    return {"phone": "019 000 0001", "roles": ["reader"]}


def of_makers_of_maps(status: int, outsider: int = 302) -> Rule:
    """Editors of Porvoo or of its county make the map; the others are not offered Porvoo in the form."""

    def rule(cast: Cast, name: str) -> int:
        sides = {cast.organisations["porvoo"].pk, cast.organisations["county"].pk}
        makes = oracle.has_role(cast, name, {"editor"}, sides)
        return status if makes else signed_in(422, outsider)(cast, name)

    return rule


def of_newcomers(cast: Cast, name: str) -> int:
    """Whoever has signed in already is sent on."""
    return 302 if is_signed_in(name) else 200


@dataclass(frozen=True)
class Route:
    """What an address answers to each person, by method; no rule means 405."""

    get: Rule | None = None
    post: Rule | None = None
    patch: Rule | None = None
    delete: Rule | None = None
    form: Form = lambda _cast: {}


def new_text(cast: Cast) -> dict[str, Any]:
    subject = f"aspect:{first_aspect(cast.maps['porvoo']).pk}"
    return {"property": "shared_fi", "subject": subject, "base_version": 0, "value": "Uusi."}


def new_map(cast: Cast) -> dict[str, Any]:
    place = cast.organisations["porvoo"].pk
    return {"template": "young_people", "municipality": place, "source_language": "fi", "op_id": uuid4()}


def as_json(form: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in form.items()}


def own_id(_cast: Cast) -> dict[str, Any]:
    return {"id": str(uuid4())}


def new_round(_cast: Cast) -> dict[str, Any]:
    return {"review_on": in_a_year().isoformat(), "incomplete_reason": "Kesken."}


def a_reason(_cast: Cast) -> dict[str, Any]:
    return {"reason": "Vanhentunut."}


def an_aspect(cast: Cast) -> dict[str, Any]:
    aspect = first_aspect(cast.maps["porvoo"])
    return {"id": str(uuid4()), "interface": aspect.interface_id, "number": 1, "base_version": 10**6}


def new_export(_cast: Cast) -> dict[str, Any]:
    return {"of": "draft", "format": "csv", "language": "fi"}


def chosen_services(cast: Cast) -> dict[str, Any]:
    services = MapService.objects.filter(map=cast.maps["porvoo"]).order_by("pk")
    return {"what": "remove", "services": [services[0].pk]}


def new_rating(cast: Cast) -> dict[str, Any]:
    party = cast.maps["porvoo"].parties.get(organisation=cast.organisations["porvoo"])
    return {"party": party.pk, "round": 1, "value": 3, "reason": "Näin."}


def new_api_rating(cast: Cast) -> dict[str, Any]:
    wish = new_rating(cast) | {"aspect": first_aspect(cast.maps["porvoo"]).pk}
    return {name: value for name, value in wish.items() if name != "round"}


def new_service(_cast: Cast) -> dict[str, Any]:
    return {"name_fi": "Perhetupa", "node": ServiceNode.objects.get(key="daycare").pk}


def new_duty(cast: Cast) -> dict[str, Any]:
    return {"duty": "funds", "organisation": cast.organisations["porvoo"].pk, "basis": "law"}


def routes(
    resolver: URLResolver | None = None, namespace: str = "", path: str = "/"
) -> Iterator[tuple[str, str]]:
    """Every (name, path) but those of Django's administration."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from routes(entry, f"{entry.namespace}:" if entry.namespace else namespace, here)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or ''}" if entry.name else "", here


def mails_of_all(_cast: Cast) -> dict[str, Any]:
    """Every category once a day."""
    return dict.fromkeys(categories(), "daily")
