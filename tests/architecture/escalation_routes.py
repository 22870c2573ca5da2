"""The matrix of escalations: told from the roles of the cast on Porvoo's map."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from services.workflows.escalation_steps import Filing
from tests.architecture.access_rules import Route, Rule, of_map, of_map_editors, public, signed_in
from tests.cast import Cast
from tests.services.escalated import HANDLERS, escalation_of
from tests.services.ops import first_aspect


def of_handlers(status: int, outsider: int = 302) -> Rule:
    """Who has it in hand; the others who see it get 403."""
    return lambda cast, name: status if name in HANDLERS else of_map(403, outsider=outsider)(cast, name)


def of_keepers_of_the_rule(status: int, outsider: int = 302) -> Rule:
    """The county's approvers and administrators; everybody else reads it."""
    keepers = {"county approver", "county administrator"}
    return lambda cast, name: status if name in keepers else signed_in(403, outsider)(cast, name)


def of_reporters(status: int) -> Rule:
    """Who sees the map; for the others the interface that they name does not exist."""
    return lambda cast, name: (
        of_map(status, outsider=401)(cast, name) if of_map(1)(cast, name) != 404 else 422
    )


def a_report_over_the_api(cast: Cast) -> dict[str, Any]:
    told = {name: value for name, value in a_report(cast).items() if name in Filing.base_fields}
    return {
        **told,
        "interface": first_aspect(cast.maps["porvoo"]).interface_id,
        "aspect_number": 3,
        "key": str(uuid4()),
    }


def a_draft(cast: Cast) -> dict[str, Any]:
    return {"interface": first_aspect(cast.maps["porvoo"]).interface_id, "text": "Havainnot eivät tule."}


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


DAYS = {"field": 5, "expert": 10, "management": 10, "political": 30}


def a_rule(_cast: Cast) -> dict[str, Any]:
    return {**DAYS, "go": "save"}


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
    "services:escalation_similar": Route(post=of_map(200), form=a_report),
    "services:escalations": Route(get=signed_in(200)),
    "services:escalations_file": Route(get=signed_in(200)),
    "services:escalations_take": Route(post=signed_in(302)),
    "services:escalation_rule": Route(get=signed_in(200), post=of_keepers_of_the_rule(302), form=a_rule),
    "services:escalation": Route(get=of_map(200)),
    "services:escalation_step": Route(get=of_handlers(200), post=of_handlers(302)),
    "services:api_feedback_list": Route(get=signed_in(200, 401)),
    "services:api_feedback": Route(get=of_map(200, outsider=401)),
    "services:api_feedback_close": Route(post=of_map_editors(200, outsider=401), form=closing),
    "services:api_escalations": Route(
        get=signed_in(200, 401), post=of_reporters(201), form=a_report_over_the_api
    ),
    "services:api_escalations_similar": Route(post=of_reporters(200), form=a_draft),
    "services:api_escalations_step": Route(
        post=signed_in(200, 401), form=lambda cast: {"escalations": [escalation_of(cast).pk]}
    ),
    "services:api_escalation": Route(get=of_map(200, outsider=401)),
    "services:api_escalation_step": Route(post=of_handlers(200, 401)),
    "services:api_escalation_days": Route(
        get=signed_in(200, 401), post=of_keepers_of_the_rule(200, 401), form=lambda _cast: DAYS
    ),
    "services:api_escalation_days_preview": Route(
        post=of_keepers_of_the_rule(200, 401), form=lambda _cast: DAYS
    ),
}
