"""The matrix of escalations: told from the roles of the cast on Porvoo's map."""

from __future__ import annotations

from typing import Any

from tests.architecture.access_rules import Route, Rule, of_map, of_map_editors, public, signed_in
from tests.cast import Cast
from tests.services.ops import first_aspect

HANDLERS = {
    "porvoo editor",
    "porvoo approver",
    "county editor",
    "county approver",
    "porvoo administrator",
    "county administrator",
}
"""Who confirms texts for a party, and the administrators to whom it fell since nobody is named."""


def of_handlers(status: int) -> Rule:
    """Who has it in hand; the others who see it get 403."""
    return lambda cast, name: status if name in HANDLERS else of_map(403)(cast, name)


def of_keepers_of_the_rule(status: int) -> Rule:
    """The county's approvers and administrators; everybody else reads it."""
    keepers = {"county approver", "county administrator"}
    return lambda cast, name: status if name in keepers else signed_in(403)(cast, name)


def a_report(cast: Cast) -> dict[str, Any]:
    return {
        "yhdyspinta": first_aspect(cast.maps["porvoo"]).interface_id,
        "nakokulma": 3,
        "text": "Havainnot eivät tule.",
        "effect": "delayed",
        "frequency": "often",
        "urgency": "normal",
        "go": "preview",
    }


def a_rule(_cast: Cast) -> dict[str, Any]:
    return {"field": 5, "expert": 10, "management": 10, "political": 30, "go": "save"}


def closing(_cast: Cast) -> dict[str, Any]:
    return {"closed_reason": "Ei koske yhteistyötä."}


def a_feedback(_cast: Cast) -> dict[str, Any]:
    return {"text": "Kukaan ei vastannut."}


ESCALATION_ROUTES = {
    "services:escalation_where": Route(get=signed_in(200)),
    "services:escalation_new": Route(get=signed_in(200), post=of_map(200), form=a_report),
    "services:feedback_list": Route(get=signed_in(200)),
    "services:feedback": Route(get=of_map(200), post=of_map_editors(302), form=closing),
    "services:resident_feedback": Route(get=public(200), post=public(302), form=a_feedback),
    "services:resident_thanks": Route(get=public(200)),
    "services:escalation_offline": Route(get=signed_in(200)),
    "services:report_worker": Route(get=signed_in(200)),
    "services:escalations": Route(get=signed_in(200)),
    "services:escalations_file": Route(get=signed_in(200)),
    "services:escalations_take": Route(post=signed_in(302)),
    "services:escalation_rule": Route(get=signed_in(200), post=of_keepers_of_the_rule(302), form=a_rule),
    "services:escalation": Route(get=of_map(200)),
    "services:escalation_step": Route(get=of_handlers(200), post=of_handlers(302)),
}
