"""A report as it is wished for, before it is filed, what goes along with it, and one step of many reports by a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from collaboration.models import User
from collaboration.words import tidy
from collaboration.workflow import Result, TransitionRefused
from collaboration.workflows import attachments
from services.models import Aspect, Escalation, EscalationReporter, Feedback, Interface, InterfaceMap
from services.policy import escalations as policy
from services.workflows import feedback
from services.workflows.escalations import take_step


def drafted(
    on: InterfaceMap,
    interface: Interface | None,
    aspect: Aspect | None,
    told: Mapping[str, Any],
    *,
    by: User,
    key: Any = None,
) -> Any:
    """The report that the filled in form means, with who reports it beside it. Raises PermissionDenied."""
    policy.can_file(by, on).require()
    values = dict(told)
    is_nameless = values.pop("is_nameless")
    escalation: Any = Escalation(map=on, interface=interface, aspect=aspect, key=key, **values)
    escalation.text = tidy(escalation.text)
    escalation.report = EscalationReporter(
        user=by,
        organisation_id=policy.reports_for(by, on),  # type: ignore[misc]
        is_nameless=is_nameless,
        is_first=True,
    )
    return escalation


def send_along(escalation: Escalation, about: Feedback | None, *, by: User) -> None:
    """With what has been filed go the files that were held under its key; what a resident told of it is handled by it.

    Once, however often it is sent. Raises TransitionRefused when somebody else has handled the feedback meanwhile.
    """
    _first, is_nameless = escalation.first_report
    attachments.bind(escalation.key, escalation, by=by, is_nameless=is_nameless)
    if about is not None and about.escalation_id != escalation.pk:
        feedback.reported(about, escalation, by=by)


def take_many(
    name: str, numbers: Sequence[int], *, by: User, sent: Mapping[str, Any] | None = None
) -> Iterator[tuple[Result, Escalation | None]]:
    """Take the step of each report by itself: one that is refused keeps no other from its step.

    With each result the report as it is then, if the person sees it.
    """
    for pk in sorted(set(numbers)):
        row = policy.visible_escalations(by).select_related("map").filter(pk=pk).first()
        if row is None:
            yield Result(pk, refusal=_("One of the reports is no longer there.")), None
            continue
        try:
            row = take_step(name, row, by=by, sent=dict(sent or {}))
        except (TransitionRefused, PermissionDenied) as refusal:
            yield Result(pk, refusal=str(refusal)), row
        except ValidationError as error:
            yield Result(pk, refusal=" ".join(error.messages)), row
        else:
            yield Result(pk, is_done=True), row
