"""What changes when an escalation is solved: the aspect's text, an action, a matter of a forum, or nothing, with a reason."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from collaboration.models import Action, Change, Forum, Matter
from collaboration.models.matter import about
from collaboration.ops.document import Conflict, Op
from collaboration.policy.forums import can_raise
from collaboration.workflow import Step
from collaboration.workflows.actions import action_workflow
from collaboration.workflows.matters import matter_workflow
from services.models import Escalation
from services.policy import escalations as policy
from services.workflows.edits import MAP

Repair = Escalation.Repair


def repair(escalation: Any, step: Step) -> None:
    """Do what the proposal says has changed, in its own step. Raises ValidationError by field."""
    escalation.repair = step.wished["repair"]
    escalation.repair_reason = step.wished["repair_reason"] if escalation.repair == Repair.NONE else ""
    escalation.change = escalation.action = escalation.matter = None
    try:
        if escalation.repair == Repair.TEXT:
            escalation.change = _write(escalation, step)
        elif escalation.repair == Repair.ACTION:
            escalation.action = _promise(escalation, step)
        elif escalation.repair == Repair.MATTER:
            escalation.matter = _raise(escalation, step)
    except PermissionDenied as refusal:  # whoever has it in hand need not be an editor: what they wrote stays
        raise ValidationError({"repair": str(refusal)}) from None


def _write(escalation: Escalation, step: Step) -> Change:
    """The aspect's shared answer in the language of the map, through the same edit as on the map."""
    aspect = escalation.aspect
    if aspect is None:
        raise ValidationError(
            {
                "repair": _(
                    "Move this to an aspect first: its text cannot be changed before it is known which."
                )
            }
        )
    on = escalation.map
    version = step.wished["base_version"]
    wish = Op(
        uuid4(),
        f"aspect:{aspect.pk}",
        f"shared_{on.source_language}",
        on.seq if version is None else version,
        step.wished["shared"],
    )
    try:
        MAP.apply(step.by, on.pk, wish)  # type: ignore[arg-type]
    except Conflict as conflict:
        raise ValidationError(
            {
                "shared": _("Somebody has changed the text meanwhile. It is now: “%(theirs)s”.")
                % {"theirs": conflict.theirs}
            }
        ) from None
    except ValidationError as refused:
        raise ValidationError({"shared": refused.messages}) from None
    made = Change.objects.filter(op_id=wish.id).first()
    if made is None:
        raise ValidationError({"shared": _("This is what the text says already: change it.")})
    return made


def _promise(escalation: Escalation, step: Step) -> Action:
    """An action of one of the parties."""
    assert step.by is not None  # noqa: S101 nobody else is allowed
    parties = {party.organisation_id: party.organisation for party in policy.parties_of(escalation)}
    own = policy.speaks_for(step.by, escalation)
    if step.wished["responsible"] not in parties or not own:
        raise ValidationError({"responsible": _("Choose a party of the interface.")})
    action = Action(
        what=step.wished["what"],
        responsible=parties[step.wished["responsible"]],
        due_on=step.wished["due_on"],
        made_for=own[0].organisation,
        **about(escalation),
    )
    try:
        return action_workflow.begin("make", action, by=step.by)
    except ValidationError as refused:
        names = {"what", "responsible", "due_on"}
        told = refused.message_dict if hasattr(refused, "error_dict") else {"what": refused.messages}
        raise ValidationError(
            {name if name in names else "what": sentences for name, sentences in told.items()}
        ) from None


def _raise(escalation: Escalation, step: Step) -> Matter:
    """A matter of a forum that looks after the map."""
    assert step.by is not None  # noqa: S101 nobody else is allowed
    forum = Forum.objects.present().filter(pk=step.wished["forum"]).first()
    if forum is None or not can_raise(step.by, forum):
        raise ValidationError({"forum": _("Choose a forum where you may raise a matter.")})
    matter = Matter(
        forum=forum,
        kind=Matter.Kind.DEVELOPMENT_NEED,
        title=escalation.title,
        text=step.wished["proposal"],
        **about(escalation),
    )
    return matter_workflow.begin("raise", matter, by=step.by)
