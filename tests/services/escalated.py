"""Escalations of the cast: filed on Porvoo's map, and brought to any status."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from collaboration.models import User
from collaboration.working_days import next_office_moment
from services.models import Aspect, Escalation, EscalationReporter
from services.workflows import escalations
from tests.cast import Cast

REPORTER, OURS, THEIRS = "porvoo reader", "porvoo editor", "county editor"
STEPS: dict[str, dict[str, Any]] = {
    "triage": {"title": "Havainnot eivät tule", "urgency": "normal"},
    "wait": {
        "waiting_for": "party",
        "reason": "Kysytty tietohallinnolta.",
        "until": (timezone.localdate() + datetime.timedelta(days=9)).isoformat(),
    },
    "reply": {"reason": "Joka viikko."},
    "propose": {
        "proposal": "Havainnot lähetetään viikkoa ennen.",
        "repair": "none",
        "repair_reason": "Ohje oli jo.",
    },
    "doubt": {"reason": "Ei tullut tänäänkään."},
    "climb": {"reason": "Ei ratkea täällä."},
    "withdraw": {"reason": "Oma erehdys."},
    "reopen": {"reason": "Taas sama."},
    "join": {"text": "", "is_nameless": "yes"},
}


HANDLERS = {
    "porvoo editor",
    "porvoo approver",
    "county editor",
    "county approver",
    "porvoo administrator",
    "county administrator",
}
"""Editors and approvers of the parties; administrators own what nobody has been named for."""
READERS = {
    "porvoo editor",
    "porvoo approver",
    "porvoo reader",
    "porvoo administrator",
    "county editor",
    "county approver",
    "county reader",
    "county administrator",
}
OPEN = {"filed", "triaged", "in_progress", "waiting", "proposed"}

MAY: dict[str, tuple[set[str], set[str]]] = {
    "triage": ({"filed", "triaged", "in_progress"}, HANDLERS),
    "take": ({"filed", "triaged"}, HANDLERS),
    "wait": ({"filed", "triaged", "in_progress"}, HANDLERS),
    "go_on": ({"waiting"}, HANDLERS),
    "propose": ({"filed", "triaged", "in_progress"}, HANDLERS),
    "works": ({"proposed"}, HANDLERS),
    "reporter_works": ({"proposed"}, {REPORTER}),
    "doubt": ({"proposed"}, HANDLERS | {REPORTER}),
    "climb": ({"filed", "triaged", "in_progress", "proposed"}, HANDLERS),
    "unmerge": ({"merged"}, HANDLERS),
    "withdraw": (OPEN, {REPORTER}),
    "reopen": ({"closed"}, HANDLERS | {REPORTER}),
    "join": (OPEN, READERS - {REPORTER}),
}
"""From which statuses, and who: told from the roles of the cast."""


def filed(cast: Cast, by: str = REPORTER, number: int = 3, **said: Any) -> Escalation:
    """A report on an aspect of the first interface of Porvoo's map."""
    on = cast.maps["porvoo"]
    aspect = Aspect.objects.filter(interface__map=on, number=number).order_by("interface")[0]
    wish = {
        "text": "Tarkastus tehdään ilman havaintoja. Kolmas kerta.",
        "effect": "delayed",
        "frequency": "often",
        "urgency": "normal",
        **said,
    }
    nameless = wish.pop("is_nameless", True)
    escalation = Escalation(map=on, interface=aspect.interface, aspect=aspect, **wish)
    report = EscalationReporter(
        user=cast[by], organisation=cast.roles(by)[0][0], is_nameless=nameless, is_first=True
    )
    return escalations.file(escalation, report, by=cast[by])


def take(name: str, escalation: Escalation, by: User, **sent: Any) -> Escalation:
    """A step with what it asks for."""
    return escalations.take_step(name, escalation, by=by, sent=STEPS.get(name, {}) | sent)


def at(cast: Cast, status: str) -> Escalation:
    """A report that stands at the status."""
    escalation = filed(cast)
    ours = cast[OURS]
    ways: dict[str, list[tuple[str, str]]] = {
        "filed": [],
        "triaged": [("triage", OURS)],
        "in_progress": [("take", OURS)],
        "waiting": [("wait", OURS)],
        "proposed": [("propose", OURS)],
        "closed": [("propose", OURS), ("works", OURS), ("works", THEIRS), ("reporter_works", REPORTER)],
        "withdrawn": [("withdraw", REPORTER)],
    }
    if status == "merged":
        other = filed(cast, by=OURS)
        return take("merge", escalation, ours, into=other.number)
    for name, by in ways[status]:
        escalation = take(name, escalation, cast[by])
    return escalation


def after(escalation: Escalation) -> datetime.datetime:
    """The first office moment after its deadline."""
    escalation.refresh_from_db()
    return next_office_moment(escalation.due_at + datetime.timedelta(minutes=1))


def escalation_of(cast: Cast) -> Escalation:
    """The one report on Porvoo's map, made when it is asked for first."""
    return Escalation.objects.filter(map=cast.maps["porvoo"]).first() or filed(cast)
