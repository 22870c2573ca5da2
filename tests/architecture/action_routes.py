"""The matrix of actions and shared goals: told from seats and memberships by brute force."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from services.models import Interface
from tests import oracle
from tests.architecture.access_rules import Route, Rule, is_signed_in, signed_in
from tests.architecture.forum_routes import READERS
from tests.cast import Cast
from tests.collaboration.action_cast import PERSON
from tests.collaboration.forum_cast import SEATS, Role, matter_of


def _edits(cast: Cast, name: str, *places: str) -> bool:
    return is_signed_in(name) and oracle.has_role(
        cast, name, {"editor"}, {cast.organisations[place].pk for place in places}
    )


def _sees(cast: Cast, name: str) -> bool:
    """People of the county, which made the action, of Porvoo, which does it, and who sees the matter."""
    reach = {
        own.pk
        for end in (cast.organisations["porvoo"], cast.organisations["county"])
        for own in (end, *end.units.all())
    }
    return name in READERS or any(organisation.pk in reach for organisation, _role in cast.roles(name))


def of_readers(status: int, outsider: int = 302) -> Rule:
    """Those who see the action; the others do not find it."""
    return lambda cast, name: outsider if not is_signed_in(name) else status if _sees(cast, name) else 404


def of_doers(status: int, outsider: int = 302) -> Rule:
    """Who is responsible; the others who see it get 403."""
    return lambda cast, name: (
        status if name == PERSON or _edits(cast, name, "porvoo") else of_readers(403, outsider)(cast, name)
    )


def of_makers(status: int, outsider: int = 302) -> Rule:
    """The county's editor, who made it and handles the forum."""
    return lambda cast, name: (
        status if _edits(cast, name, "county") else of_readers(403, outsider)(cast, name)
    )


def of_both(status: int, outsider: int = 302) -> Rule:
    return lambda cast, name: (
        status
        if of_doers(status, outsider)(cast, name) == status
        else of_makers(status, outsider)(cast, name)
    )


def of_editors(status: int, outsider: int = 302) -> Rule:
    """Who edits for any organisation."""

    def rule(cast: Cast, name: str) -> int:
        edits = any(role == "editor" for _organisation, role in cast.roles(name))
        return status if edits and is_signed_in(name) else signed_in(403, outsider)(cast, name)

    return rule


def of_makers_of_goals(status: int, outsider: int = 302) -> Rule:
    """The same, and who keeps a forum."""
    keepers = {
        name
        for (_forum, name), role in SEATS.items()
        if role in {Role.CHAIR, Role.VICE_CHAIR, Role.SECRETARY, Role.COORDINATOR}
    }
    return lambda cast, name: status if name in keepers else of_editors(status, outsider)(cast, name)


def of_keepers_of_the_goal(status: int, outsider: int = 302) -> Rule:
    """Editors of Porvoo and of the county, and who keeps the LAPE group."""
    keepers = {"county administrator", "service administrator"}
    return lambda cast, name: (
        status
        if name in keepers or _edits(cast, name, "porvoo", "county")
        else signed_in(403, outsider)(cast, name)
    )


def an_action(_cast: Cast) -> dict[str, Any]:
    return {
        "what": "Sovitaan yhteyshenkilöt",
        "made_for": "",
        "responsible": "",
        "due_on": timezone.localdate().isoformat(),
    }


def an_action_over_the_api(_cast: Cast) -> dict[str, Any]:
    return {"what": "Sovitaan yhteyshenkilöt", "responsible": None}


def a_progress(_cast: Cast) -> dict[str, Any]:
    return {"progress": "40"}


def a_text(_cast: Cast) -> dict[str, Any]:
    return {"what": "Uusi", "description": "", "seq": 1}


def a_goal(cast: Cast) -> dict[str, Any]:
    return {
        "title_fi": "Uusi tavoite",
        "level": "expert",
        "forum": matter_of(cast).forum_id,  # whoever keeps the goal through it keeps it on
        "parties": [cast.organisations["porvoo"].pk, cast.organisations["county"].pk],
    }


def a_link(_cast: Cast) -> dict[str, Any]:
    return {"linked": f"0:{Interface.objects.order_by('pk')[0].pk}"}


ACTION_ROUTES = {
    "collaboration:actions": Route(get=signed_in(200)),
    "collaboration:actions_file": Route(get=signed_in(200)),
    "collaboration:action_new": Route(get=of_editors(200), post=of_editors(422), form=an_action),
    "collaboration:action": Route(get=of_readers(200)),
    "collaboration:action_edit": Route(get=of_makers(200), post=of_makers(302), form=a_text),
    "collaboration:action_person": Route(post=of_both(302)),
    "collaboration:action_step": Route(get=of_doers(200), post=of_doers(302), form=a_progress),
    "collaboration:goals": Route(get=signed_in(200)),
    "collaboration:goal_new": Route(
        get=of_makers_of_goals(200), post=of_makers_of_goals(422), form=lambda _cast: {}
    ),
    "collaboration:goal": Route(get=signed_in(200)),
    "collaboration:goal_edit": Route(
        get=of_keepers_of_the_goal(200), post=of_keepers_of_the_goal(302), form=a_goal
    ),
    "collaboration:goal_link": Route(post=of_keepers_of_the_goal(302), form=a_link),
    "collaboration:goal_unlink": Route(post=of_keepers_of_the_goal(302)),
    "collaboration:api_actions": Route(
        get=signed_in(200, 401), post=of_editors(422, 401), form=an_action_over_the_api
    ),
    "collaboration:api_action": Route(get=of_readers(200, 401), patch=of_makers(428, 401)),
    "collaboration:api_action_step": Route(post=of_doers(200, 401), form=lambda _cast: {"progress": 40}),
    "collaboration:api_action_person": Route(post=of_both(200, 401)),
    "collaboration:api_goals": Route(get=signed_in(200, 401), post=of_makers_of_goals(422, 401)),
    "collaboration:api_goal": Route(get=signed_in(200, 401), patch=of_keepers_of_the_goal(428, 401)),
    "collaboration:api_goal_chain": Route(get=signed_in(200, 401)),
    "collaboration:api_goal_links": Route(post=of_keepers_of_the_goal(422, 401)),  # without what it is about
    "collaboration:api_goal_unlink": Route(delete=of_keepers_of_the_goal(200, 401)),
}
