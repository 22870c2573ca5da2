"""What the steps of an escalation let a person choose from."""

from __future__ import annotations

from typing import Any

from collaboration.models import Member, User
from collaboration.policy.forums import where_raises
from services.models import Escalation, Interface
from services.policy import escalations as policy
from services.policy import forums_of
from services.queries.desk import called, named_after

MOST = 200


def choices_of_step(user: User, escalation: Escalation, step: str) -> dict[str, Any]:
    """Rows for the selects of the step's form, by the name of the field."""
    if step == "hand_over":
        own = [party.organisation_id for party in policy.speaks_for(user, escalation)]
        members = Member.objects.present().filter(organisation__in=own, user__is_active=True)
        people = (
            members.exclude(user=user).select_related("user", "organisation").order_by("user__sort_key", "pk")
        )
        return {
            "choices": {
                "to": [(row.user_id, f"{row.user.name}, {row.organisation.name}") for row in people[:MOST]]
            }
        }
    if step == "move":
        live = (
            Interface.objects.live().filter(map=escalation.map_id).annotate(met=called("pk")).order_by("pk")
        )
        return {
            "choices": {"interface": [(row.pk, named_after(row.met)) for row in live[:MOST]]}  # type: ignore[attr-defined]
        }
    if step == "propose":
        parties = policy.parties_of(escalation)
        forums = forums_of(escalation.map).filter(where_raises(user)).distinct()[:MOST]
        return {
            "choices": {
                "responsible": [(party.organisation_id, party.organisation.name) for party in parties],
                "forum": [(forum.pk, forum.name) for forum in forums],
            }
        }
    return {}
