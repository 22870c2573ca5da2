"""What exists and what must always be true of it."""

from services.models.aspect import QUESTIONS, Aspect, AspectAnswer, AspectNumber, AspectStatus, Evidence
from services.models.interface import Interface, Party
from services.models.interface_map import InterfaceMap, InterfaceMapQuerySet, MapParty, MapService
from services.models.service import Service, ServiceResponsibility, TargetGroup
from services.models.service_node import ServiceNode
from services.models.version import Approval, ApprovalRound, MapVersion

__all__ = [
    "QUESTIONS",
    "Approval",
    "ApprovalRound",
    "Aspect",
    "AspectAnswer",
    "AspectNumber",
    "AspectStatus",
    "Evidence",
    "Interface",
    "InterfaceMap",
    "InterfaceMapQuerySet",
    "MapParty",
    "MapService",
    "MapVersion",
    "Party",
    "Service",
    "ServiceNode",
    "ServiceResponsibility",
    "TargetGroup",
]
