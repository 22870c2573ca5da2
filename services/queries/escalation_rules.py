"""What the page of a county's days shows."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from collaboration.models import Level, Organisation, User
from services.policy import escalations as policy
from services.workflows.escalation_days import LEVELS, OURS, rule_of

MOST = 30


def county_for(pk: int) -> Organisation:
    """The county, or the organisation that is the county's side where the city is its own. Raises Http404."""
    kinds = [Organisation.Kind.WELLBEING_SERVICES_COUNTY, Organisation.Kind.UNIT]
    county = Organisation.objects.filter(pk=pk, kind__in=kinds).first()
    if county is None:
        raise Http404
    return county


def rule_page(user: User, county: Organisation) -> dict[str, Any]:
    """The rule in force with those before it."""
    rule = rule_of(county.pk)
    days = rule.days if rule else list(OURS)
    earlier = policy.visible_rules(user).filter(organisation=county).select_related("made_by")[:MOST]
    return {
        "county": county,
        "rule": rule,
        "levels": [(str(Level(level).label), count) for level, count in zip(LEVELS, days, strict=True)],
        "earlier": list(earlier),
        "may_keep": policy.can_keep_rule(user, county),
        "initial": {**dict(zip(LEVELS, days, strict=True))},
    }
