"""The steps of an escalation: filed, worked on, climbing by its deadlines, and closed when everybody says that it works."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from collaboration.journal import record
from collaboration.models import Matter, User
from collaboration.policy.forums import anybody
from collaboration.workflow import Workflow, stamping
from services.models import Escalation, EscalationReporter
from services.policy import escalations as policy
from services.workflows import escalation_climbs as climbs
from services.workflows import escalation_effects as effects
from services.workflows import escalation_steps as asked
from services.workflows.escalation_effects import PAUSED, show_on_map

Status = Escalation.Status


_transition = stamping(effects.tell)
UP = climbs.WRITES
TO_TAKE = ("escalation.filed", "escalation.climbed", "escalation.given")
"""By these somebody was asked to take it in hand."""
TO_SAY = ("escalation.proposed", "escalation.reporters_asked", "escalation.reporters_reminded")
"""By these somebody was asked whether it works."""

escalation_workflow: Workflow[Escalation] = Workflow(
    _transition(
        "file",
        gettext_lazy("Report what does not work"),
        target=Status.FILED,
        allowed=effects.may_file,
        effect=effects.file,
        follow=effects.filed,
        verb="escalation.filed",
        recipients=policy.told_of_filing,
        is_nameless=lambda escalation, _step: escalation.report.is_nameless,
        is_urgent=policy.is_danger,
    ),
    _transition(
        "join",
        gettext_lazy("I have the same"),
        *Escalation.OPEN,
        allowed=policy.can_join,
        form=asked.Join,
        effect=effects.join,
        follow=effects.joined,
        verb="escalation.joined",
        recipients=policy.people_on,
        is_nameless=effects.nameless,
    ),
    _transition(
        "triage",
        gettext_lazy("Take up"),
        Status.FILED,
        Status.TRIAGED,
        Status.IN_PROGRESS,
        target=Status.TRIAGED,
        allowed=policy.can_handle,
        form=asked.Triage,
        effect=effects.triage,
        writes=("title", "urgency", "days", "due_at"),
        verb="escalation.triaged",
        recipients=effects.told_of_triage,
        is_urgent=effects.has_become_danger,
    ),
    _transition(
        "take",
        gettext_lazy("Start working on it"),
        Status.FILED,
        Status.TRIAGED,
        target=Status.IN_PROGRESS,
        allowed=policy.can_handle,
        verb="escalation.taken",
        recipients=policy.reporters_on,
        answers=TO_TAKE,
    ),
    _transition(
        "wait",
        gettext_lazy("Ask, or wait for somebody"),
        Status.FILED,
        Status.TRIAGED,
        Status.IN_PROGRESS,
        target=Status.WAITING,
        allowed=policy.can_handle,
        form=asked.Wait,
        effect=effects.wait,
        writes=PAUSED,
        verb="escalation.paused",
        recipients=policy.everyone_on,
        answers=TO_TAKE,
    ),
    _transition(
        "reply",
        gettext_lazy("Answer the question"),
        Status.WAITING,
        target=Status.IN_PROGRESS,
        allowed=policy.can_tell_as_reporter,
        blockers=effects.not_asked,
        form=asked.Reply,
        effect=effects.go_on,
        writes=PAUSED,
        follow=effects.end_pauses,
        verb="escalation.replied",
        recipients=policy.people_on,
        answers=("escalation.paused", "escalation.reporters_reminded"),
        is_nameless=effects.nameless,
    ),
    _transition(
        "go_on",
        gettext_lazy("Go on"),
        Status.WAITING,
        target=Status.IN_PROGRESS,
        allowed=policy.can_handle,
        effect=effects.go_on,
        writes=PAUSED,
        follow=effects.end_pauses,
        verb="escalation.resumed",
        recipients=policy.people_on,
        answers=("escalation.paused",),
    ),
    _transition(
        "propose",
        gettext_lazy("Propose a solution"),
        Status.FILED,
        Status.TRIAGED,
        Status.IN_PROGRESS,
        target=Status.PROPOSED,
        allowed=policy.can_handle,
        form=asked.Proposal,
        effect=effects.propose,
        writes=(
            "proposal",
            "proposed_by",
            "round",
            "asks_reporters",
            "reminders",
            "repair",
            "repair_reason",
            "change",
            "action",
            "matter",
        ),
        follow=effects.clear_words,
        verb="escalation.proposed",
        recipients=policy.everyone_on,
        answers=TO_TAKE,
    ),
    _transition(
        "works",
        gettext_lazy("Confirm that it works"),
        Status.PROPOSED,
        allowed=policy.can_say_it_works,
        effect=effects.works,
        writes=("asks_reporters", "reminders", "due_at"),
        verb="escalation.works",
        recipients=policy.everyone_on,
    ),
    _transition(
        "reporter_works",
        gettext_lazy("It works now"),
        Status.PROPOSED,
        allowed=policy.can_tell_as_reporter,
        effect=effects.reporter_says,
        verb="escalation.reporter_works",
        recipients=policy.people_on,
        is_nameless=effects.nameless,
    ),
    _transition(
        "doubt",
        gettext_lazy("It does not work yet"),
        Status.PROPOSED,
        target=Status.IN_PROGRESS,
        allowed=policy.can_doubt,
        form=asked.Doubt,
        effect=effects.doubt,
        writes=("asks_reporters", "reminders", *UP),
        follow=effects.doubted,
        verb="escalation.doubted",
        recipients=policy.everyone_on,
        answers=TO_SAY,
        is_nameless=effects.nameless,
        is_urgent=policy.is_danger,
    ),
    _transition(
        "climb",
        gettext_lazy("Take it a level up"),
        Status.FILED,
        Status.TRIAGED,
        Status.IN_PROGRESS,
        Status.PROPOSED,
        allowed=policy.can_handle,
        blockers=effects.no_way_up,
        form=asked.Reason,
        effect=effects.climb,
        writes=UP,
        follow=climbs.risen,
        verb="escalation.climbed",
        recipients=policy.everyone_on,
        is_urgent=policy.is_danger,
    ),
    _transition(
        "hand_over",
        gettext_lazy("Not ours: give it to somebody else"),
        *Escalation.OPEN,
        allowed=policy.can_say_it_works,
        form=asked.HandOver,
        effect=effects.hand_over,
        verb="escalation.given",
        recipients=policy.people_on,
        is_urgent=policy.is_danger,
    ),
    _transition(
        "move",
        gettext_lazy("Move to another interface or aspect"),
        *Escalation.OPEN,
        allowed=policy.can_handle,
        form=asked.Move,
        effect=effects.move,
        writes=("interface", "aspect", "days"),
        follow=effects.moved,
        verb="escalation.moved",
        recipients=policy.everyone_on,
    ),
    _transition(
        "merge",
        gettext_lazy("Merge into another report"),
        Status.FILED,
        Status.TRIAGED,
        Status.IN_PROGRESS,
        target=Status.MERGED,
        allowed=policy.can_handle,
        form=asked.Merge,
        effect=effects.merge,
        writes=("merged_into", "asks_reporters", "is_stuck"),
        follow=show_on_map,
        verb="escalation.merged",
        recipients=policy.everyone_on,
        answers=TO_TAKE,
    ),
    _transition(
        "unmerge",
        gettext_lazy("Take it apart again"),
        Status.MERGED,
        target=Status.TRIAGED,
        allowed=policy.can_handle,
        effect=effects.unmerge,
        writes=("merged_into", "due_at", "level_at"),
        follow=effects.unmerged,
        verb="escalation.unmerged",
        recipients=policy.everyone_on,
    ),
    _transition(
        "withdraw",
        gettext_lazy("Withdraw"),
        *Escalation.OPEN,
        target=Status.WITHDRAWN,
        allowed=policy.can_withdraw,
        form=asked.Reason,
        effect=effects.withdraw,
        writes=("asks_reporters", "is_stuck", "waiting_for"),
        follow=effects.withdrawn,
        verb="escalation.withdrawn",
        recipients=policy.people_on,
        answers=TO_TAKE,
        is_nameless=effects.nameless,
    ),
    _transition(
        "reopen",
        gettext_lazy("It does not work again"),
        Status.CLOSED,
        target=Status.IN_PROGRESS,
        allowed=policy.can_doubt,
        form=asked.Doubt,
        effect=effects.reopen,
        writes=("closed_at", "asks_again_at", "reopened", *UP),
        follow=effects.reopened,
        verb="escalation.reopened",
        recipients=policy.everyone_on,
        answers=("escalation.closed", "escalation.asked_again"),
        is_nameless=effects.nameless,
        is_urgent=policy.is_danger,
    ),
    _transition(
        "close",
        gettext_lazy("Everybody says that it works"),
        Status.PROPOSED,
        target=Status.CLOSED,
        allowed=anybody,
        is_automatic=True,
        effect=effects.close,
        writes=("closed_at", "due_at", "asks_again_at", "asks_reporters", "is_stuck"),
        follow=show_on_map,
        verb="escalation.closed",
        recipients=policy.everyone_on,
        answers=(*TO_SAY, "escalation.works"),
    ),
    _transition(
        "rise",
        gettext_lazy("The deadline passed: it climbed"),
        Status.FILED,
        Status.TRIAGED,
        Status.IN_PROGRESS,
        Status.PROPOSED,
        allowed=anybody,
        is_automatic=True,
        effect=effects.climb,
        writes=UP,
        follow=climbs.risen,
        key=effects.once_a_deadline,
        verb="escalation.climbed",
        recipients=policy.everyone_on,
        is_urgent=policy.is_danger,
    ),
    _transition(
        "stick",
        gettext_lazy("The deadline passed: there is no forum above"),
        *Escalation.RUNNING,
        allowed=anybody,
        is_automatic=True,
        effect=effects.stick,
        writes=("is_stuck", "due_at"),
        key=effects.once_a_deadline,
        verb="escalation.stuck",
        recipients=policy.keepers_on,
        is_urgent=policy.is_danger,
    ),
    _transition(
        "look_again",
        gettext_lazy("The follow-up day came"),
        *Escalation.RUNNING,
        allowed=anybody,
        is_automatic=True,
        effect=effects.look_again,
        writes=("due_at",),
        key=effects.once_a_deadline,
        verb="escalation.reminded",
        recipients=policy.people_on,
        is_urgent=policy.is_danger,
    ),
    _transition(
        "time_is_up",
        gettext_lazy("It has waited long enough"),
        Status.WAITING,
        target=Status.IN_PROGRESS,
        allowed=anybody,
        is_automatic=True,
        effect=effects.go_on,
        writes=PAUSED,
        follow=effects.end_pauses,
        key=effects.once_a_deadline,
        verb="escalation.resumed",
        recipients=policy.people_on,
        answers=("escalation.paused",),
    ),
    _transition(
        "remind_reporters",
        gettext_lazy("The reporters were reminded"),
        Status.WAITING,
        Status.PROPOSED,
        allowed=anybody,
        is_automatic=True,
        effect=effects.remind,
        writes=("reminders", "due_at"),
        key=effects.once_a_deadline,
        note=effects.nth_reminder,
        verb="escalation.reporters_reminded",
        recipients=policy.silent_reporters_on,
    ),
    _transition(
        "lapse",
        gettext_lazy("The reporters did not answer two reminders"),
        Status.PROPOSED,
        target=Status.CLOSED,
        allowed=anybody,
        is_automatic=True,
        effect=effects.close,
        writes=("closed_at", "due_at", "asks_again_at", "asks_reporters", "is_stuck"),
        follow=effects.lapsed,
        key=effects.once_a_deadline,
        verb="escalation.closed",
        recipients=policy.everyone_on,
        answers=(*TO_SAY, "escalation.works"),
    ),
    _transition(
        "take_answer",
        gettext_lazy("The forum answered"),
        *Escalation.RUNNING,
        allowed=anybody,
        is_automatic=True,
        effect=effects.answered,
        writes=("is_stuck", "due_at"),
        verb="escalation.answered",
        recipients=policy.everyone_on,
    ),
    _transition(
        "ask_again",
        gettext_lazy("Asked after two weeks whether it works"),
        Status.CLOSED,
        allowed=anybody,
        is_automatic=True,
        effect=effects.asked_again,
        writes=("asks_again_at",),
        key=effects.once_a_round,
        verb="escalation.asked_again",
        recipients=policy.reporters_on,
    ),
)


@transaction.atomic
def take_step(
    name: str, escalation: Escalation, *, by: User, sent: dict[str, Any] | None = None
) -> Escalation:
    """Take a step as a person, and close when the last word has been given. Raises as `Workflow.perform` does."""
    row = escalation_workflow.perform(name, escalation, by=by, sent=sent)
    if name in {"works", "reporter_works"} and says_everybody(row):
        return escalation_workflow.perform("close", row, by=None)
    return row


def says_everybody(escalation: Escalation) -> bool:
    """Whether every party and every reporter has said of the present solution that it works."""
    missing = {party.pk for party in policy.parties_of(escalation)} - set(effects.words(escalation))
    return not missing and not EscalationReporter.objects.filter(escalation=escalation, word="").exists()


@transaction.atomic
def file(escalation: Escalation, report: EscalationReporter, *, by: User) -> Escalation:
    """Report it. Raises ValidationError by field, or PermissionDenied; IntegrityError when its key has been used."""
    escalation.report = report  # type: ignore[attr-defined]
    return escalation_workflow.begin("file", escalation, by=by)


def on_answer(escalation: Escalation, matter: Matter) -> None:
    """A forum has answered the matter that it became: whoever has it in hand goes on from there."""
    row = Escalation.objects.get(pk=escalation.pk)
    if row.status in Escalation.RUNNING:
        escalation_workflow.perform("take_answer", row, by=None, note=matter.answer[:500])
    elif row.is_open:
        record(
            "escalation.answered", row, by=None, note=matter.answer[:500], recipients=policy.everyone_on(row)
        )
