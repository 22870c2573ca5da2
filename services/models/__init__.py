"""What exists and what must always be true of it."""

from services.models.aspect import (
    NOT_WORKING,
    QUESTIONS,
    SHOWN,
    Aspect,
    AspectAnswer,
    AspectNumber,
    AspectRow,
    AspectStatus,
    Contact,
    Evidence,
)
from services.models.care import MapForum
from services.models.channels import ReferralStep, ServiceChannel, ServiceRow
from services.models.derived import (
    Confirmation,
    DerivedStatus,
    DerivedTally,
    LiveInterface,
    MapHead,
    MapReader,
    MapTally,
    agreed_text,
    confirmation_state,
)
from services.models.escalation import (
    Escalation,
    EscalationOwner,
    EscalationPause,
    EscalationReader,
    EscalationReporter,
    EscalationRule,
    EscalationWord,
    open_on,
)
from services.models.feedback import Feedback
from services.models.interface import Interface, Party
from services.models.interface_map import InterfaceMap, InterfaceMapQuerySet, MapParty, MapService
from services.models.map_import import MapImport
from services.models.outcome import Enabler, Outcome
from services.models.public import PublicMap, PublicName, PublicPlace, PublicService, PublicState
from services.models.rating import AskedRating, Rating, RatingRound, rateable_aspects
from services.models.row import Row
from services.models.service import Service, ServiceResponsibility, TargetGroup
from services.models.service_node import ServiceNode
from services.models.structure import (
    ForumRow,
    GoalRow,
    InformationFlow,
    Leader,
    PartyResource,
    PathStep,
    ProcessStep,
)
from services.models.version import Approval, ApprovalRound, MapVersion

__all__ = [
    "NOT_WORKING",
    "QUESTIONS",
    "SHOWN",
    "Approval",
    "ApprovalRound",
    "AskedRating",
    "Aspect",
    "AspectAnswer",
    "AspectNumber",
    "AspectRow",
    "AspectStatus",
    "Confirmation",
    "Contact",
    "DerivedStatus",
    "DerivedTally",
    "Enabler",
    "Escalation",
    "EscalationOwner",
    "EscalationPause",
    "EscalationReader",
    "EscalationReporter",
    "EscalationRule",
    "EscalationWord",
    "Evidence",
    "Feedback",
    "ForumRow",
    "GoalRow",
    "InformationFlow",
    "Interface",
    "InterfaceMap",
    "InterfaceMapQuerySet",
    "Leader",
    "LiveInterface",
    "MapForum",
    "MapHead",
    "MapImport",
    "MapParty",
    "MapReader",
    "MapService",
    "MapTally",
    "MapVersion",
    "Outcome",
    "Party",
    "PartyResource",
    "PathStep",
    "ProcessStep",
    "PublicMap",
    "PublicName",
    "PublicPlace",
    "PublicService",
    "PublicState",
    "Rating",
    "RatingRound",
    "ReferralStep",
    "Row",
    "Service",
    "ServiceChannel",
    "ServiceNode",
    "ServiceResponsibility",
    "ServiceRow",
    "TargetGroup",
    "agreed_text",
    "confirmation_state",
    "open_on",
    "rateable_aspects",
]
