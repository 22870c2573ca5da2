"""The steps of an action: made, moved on, asked about before its day, and done or cancelled."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration import followed
from collaboration.journal import record
from collaboration.models import Action, ActionAnswer, Membership, User
from collaboration.policy import actions as policy
from collaboration.policy.forums import anybody
from collaboration.workflow import Step, Workflow, stamping, wished
from collaboration.workflows import action_steps as asked
from collaboration.workflows import matters
from collaboration.workflows.matters import Overtaken

Status, Answer = Action.Status, ActionAnswer.Answer
ASKED_BEFORE = datetime.timedelta(days=14)
"""So long before its day it is asked whether an action keeps to its schedule."""
ASKED_AT_ONCE = 500


def _tell(action: Action) -> None:
    """Let everybody see it who looks at the action."""
    if action.pk is not None:
        followed.ring([action])


def _tell_matter(action: Action, verb: str, by: User | None) -> None:
    """The matter of which it is tells of it, too, live to everybody who looks at it."""
    if action.matter is not None:
        record(verb, action.matter, by=by, note=action.what)
        matters.tell(action.matter)


def _begin(action: Any, step: Step) -> None:
    action.made_by, action.made_at = step.by, step.at
    _require_partner(action)
    if action.due_on is not None and action.due_on < timezone.localdate():
        raise ValidationError({"due_on": _("This day has passed already. Choose a day to come.")})
    action.full_clean(exclude=["made_by"])
    _tell_matter(action, "matter.action_made", step.by)


def _require_partner(action: Action) -> None:
    """Raise ValidationError when the organisation may not be given the action."""
    own = action.made_for.__class__.objects.filter(pk=action.made_for_id)
    partners = policy.may_be_responsible(own, action.matter)
    if not partners.filter(pk=action.responsible_id).exists():
        raise ValidationError(
            {
                "responsible": _(
                    "Choose an organisation that sits in a forum together with %(organisation)s."
                )
                % {"organisation": action.made_for.name}
            }
        )
    _require_belonging(action)


def _require_belonging(action: Action) -> None:
    """Raise ValidationError when the person is none of the responsible organisation."""
    if (
        action.person_id
        and not Membership.objects.filter(
            user=action.person_id, user__is_active=True, organisation=action.responsible_id
        ).exists()
    ):
        raise ValidationError({"person": _("Choose somebody of the responsible organisation.")})


def _finish(action: Any, step: Step) -> None:
    wished("evidence", "evidence_link")(action, step)
    action.progress, action.done_at = 100, step.at
    _tell_matter(action, "matter.action_done", step.by)


def _cancel(action: Any, step: Step) -> None:
    action.cancelled_reason = step.wished["reason"]
    _tell_matter(action, "matter.action_cancelled", step.by)


def _reopen(action: Any, step: Step) -> None:
    wished("progress", "due_on")(action, step)
    action.done_at, action.cancelled_reason = None, ""
    _tell_matter(action, "matter.action_reopened", step.by)


def _answered(answer: str) -> Any:
    """Keep an answer to whether it keeps to its schedule."""

    def effect(action: Any, step: Step) -> None:
        row: Any = ActionAnswer(
            action=action,
            answer=answer,
            due_on=action.due_on,
            wished_on=step.wished.get("wished_on"),
            reason=step.wished.get("reason", ""),
            at=step.at,
        )
        row.by = step.by
        row.save()
        action.answered_for = action.due_on

    return effect


def _mark_asked(action: Any, _step: Step) -> None:
    action.asked_for = action.due_on


def _key_of_the_question(action: Action) -> str:
    return f"action.asked:{action.pk}:{action.due_on:%Y-%m-%d}"


_transition = stamping(_tell)

ASKED = ("action.asked",)
"""By this somebody was asked whether the action keeps to its schedule."""
EVIDENCE = ("evidence", "evidence_link")

action_workflow: Workflow[Action] = Workflow(
    _transition(
        "make",
        gettext_lazy("Make the action"),
        target=Status.OPEN,
        allowed=policy.can_make,
        effect=_begin,
        verb="action.made",
        recipients=policy.asked_of,
    ),
    _transition(
        "progress",
        gettext_lazy("Tell the progress"),
        Status.OPEN,
        allowed=policy.can_progress,
        form=asked.Progress,
        effect=wished("progress", *EVIDENCE),
        writes=("progress", *EVIDENCE),
        verb="action.progressed",
    ),
    _transition(
        "finish",
        gettext_lazy("Mark done"),
        Status.OPEN,
        target=Status.DONE,
        allowed=policy.can_progress,
        form=asked.Done,
        effect=_finish,
        writes=("progress", "done_at", *EVIDENCE),
        verb="action.done",
        recipients=policy.followers_of,
        answers=(*ASKED, "action.made"),
    ),
    _transition(
        "on_track",
        gettext_lazy("Keeps to the schedule"),
        Status.OPEN,
        allowed=policy.can_progress,
        effect=_answered(Answer.YES),
        writes=("answered_for",),
        verb="action.kept_to",
        answers=ASKED,
    ),
    _transition(
        "late",
        gettext_lazy("Will be late"),
        Status.OPEN,
        allowed=policy.can_progress,
        form=asked.Late,
        effect=_answered(Answer.LATE),
        writes=("answered_for",),
        verb="action.delayed",
        recipients=policy.followers_of,
        answers=ASKED,
    ),
    _transition(
        "ask_day",
        gettext_lazy("Ask for another day"),
        Status.OPEN,
        allowed=policy.can_progress,
        form=asked.NewDay,
        effect=_answered(Answer.NEW_DAY),
        writes=("answered_for",),
        verb="action.day_wished",
        recipients=policy.followers_of,
        answers=ASKED,
    ),
    _transition(
        "move",
        gettext_lazy("Set a new due day"),
        Status.OPEN,
        allowed=policy.can_steer,
        form=asked.Moved,
        effect=wished("due_on"),
        writes=("due_on",),
        verb="action.moved",
        recipients=policy.asked_of,
        answers=("action.day_wished", "action.delayed", *ASKED),
    ),
    _transition(
        "cancel",
        gettext_lazy("Cancel the action"),
        Status.OPEN,
        target=Status.CANCELLED,
        allowed=policy.can_steer,
        form=asked.Cancelled,
        effect=_cancel,
        writes=("cancelled_reason",),
        verb="action.cancelled",
        recipients=policy.asked_of,
        answers=(*ASKED, "action.made", "action.day_wished", "action.delayed"),
    ),
    _transition(
        "reopen",
        gettext_lazy("Take up again"),
        Status.DONE,
        Status.CANCELLED,
        target=Status.OPEN,
        allowed=policy.can_reopen,
        form=asked.Reopened,
        effect=_reopen,
        writes=("progress", "due_on", "done_at", "cancelled_reason"),
        verb="action.reopened",
        recipients=policy.asked_of,
        answers=("action.done", "action.cancelled"),
    ),
    _transition(
        "ask",
        gettext_lazy("Asked whether it keeps to the schedule"),
        Status.OPEN,
        allowed=anybody,
        is_automatic=True,
        effect=_mark_asked,
        writes=("asked_for",),
        key=_key_of_the_question,
        verb="action.asked",
        recipients=policy.asked_of,
    ),
)


def to_ask_about(today: datetime.date) -> QuerySet[Action]:
    """Those that are due within two weeks, and about whose day nobody has been asked and nobody has told."""
    return Action.objects.filter(
        Q(asked_for=None) | ~Q(asked_for=F("due_on")),
        Q(answered_for=None) | ~Q(answered_for=F("due_on")),
        status=Status.OPEN,
        due_on__gte=today,
        due_on__lte=today + ASKED_BEFORE,
    )


def ask_about_schedules(now: datetime.datetime | None = None) -> int:
    """Ask those who are responsible, once about each day; of how many actions. Safe to run twice and two at once."""
    at, asked_of = now or timezone.now(), 0
    while True:
        due = to_ask_about(timezone.localdate(at)).order_by("pk").values("pk")[:ASKED_AT_ONCE]
        results = action_workflow.perform_many(
            "ask", Action.objects.filter(pk__in=list(due.values_list("pk", flat=True))), at
        )
        asked_of += sum(result.is_done for result in results)
        if not any(result.is_done for result in results):
            return asked_of


@transaction.atomic
def change_action(action: Action, told: dict[str, Any], *, seq: int, by: User) -> Action:
    """Save what is said of it, unless somebody has saved it since `seq`. Raises Overtaken, or PermissionDenied."""
    row = (
        Action.objects.select_for_update(of=("self",)).select_related("made_for", "matter").get(pk=action.pk)
    )
    policy.can_steer(by, row).require()
    if not row.is_open:
        raise ValidationError(_("What is done or cancelled does not change. Take it up again first."))
    if row.seq != seq:
        raise Overtaken(_("Somebody else changed this action meanwhile. Your words are below, unsaved."))
    for name, value in told.items():
        setattr(row, name, value)
    row.seq += 1
    row.full_clean()
    row.save(update_fields=[*told, "seq"])
    _tell(row)
    record("action.changed", row, by=by, note=", ".join(sorted(told)))
    return row


@transaction.atomic
def name_person(action: Action, person: User | None, *, by: User) -> Action:
    """Who is responsible in the organisation. Raises ValidationError by field, or PermissionDenied."""
    row = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    policy.can_name_person(by, row).require()
    row.person = person
    _require_belonging(row)
    row.seq += 1
    row.save(update_fields=["person", "seq"])
    _tell(row)
    told = User.objects.filter(pk=person.pk) if person else None
    record("action.given", row, by=by, recipients=told)
    return row
