"""What the demo's services and interfaces serve and lean on."""

from __future__ import annotations

from services.models import Enabler, Outcome

OF_SERVICES = {
    "daycare": ([Outcome.PARTICIPATION], [Enabler.PREMISES]),
    "youth-work": (
        [Outcome.LEISURE, Outcome.PARTICIPATION, Outcome.SENSE_OF_COMMUNITY],
        [Enabler.PREMISES, Enabler.COMMUNICATIONS],
    ),
    "outreach-youth-work": ([Outcome.PARTICIPATION], [Enabler.TRANSPORT]),
    "sports-services": ([Outcome.ACTIVITY, Outcome.LEISURE], [Enabler.PREMISES, Enabler.TRANSPORT]),
    "library-services": (
        [Outcome.LIFELONG_LEARNING, Outcome.SENSE_OF_COMMUNITY],
        [Enabler.PREMISES, Enabler.ICT],
    ),
    "liberal-adult-education": ([Outcome.LIFELONG_LEARNING], [Enabler.PREMISES]),
}
"""By service class: outcomes and enablers."""

OF_INTERFACES = {
    "daycare": (["participation"], ["ict"]),
    "outreach-youth-work": (["participation", "activity"], ["transport", "communications"]),
}
"""Of every interface where a service of the class meets another party's."""
