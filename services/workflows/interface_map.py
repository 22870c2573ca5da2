"""When a map is archived and taken back."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from collaboration.workflow import Step, Transition, Workflow
from services import policy
from services.models import InterfaceMap
from services.workflows import approvals, base_maps

Status = InterfaceMap.Status


def _people(interface_map: Any) -> Any:
    return policy.MAPS.people(interface_map)


def _end_rounds(interface_map: Any, step: Step) -> None:
    approvals.end_rounds([interface_map.pk], step.by)


interface_map_workflow: Workflow[InterfaceMap] = Workflow(
    Transition(
        name="archive",
        label=_("Archive the map"),
        sources=frozenset({Status.DRAFT}),
        target=Status.ARCHIVED,
        allowed=policy.can_archive_map,
        effect=_end_rounds,
        verb="map.archived",
        recipients=_people,
    ),
    Transition(
        name="take_back",
        label=_("Take the map back into use"),
        sources=frozenset({Status.ARCHIVED}),
        target=Status.DRAFT,
        allowed=policy.can_archive_map,
        effect=base_maps.catch_up_after_return,
        verb="map.taken_back",
        recipients=_people,
    ),
)
