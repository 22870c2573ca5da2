"""The steps of a matter: raised, taken up, prepared, handled, taken further, and answered."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration import followed
from collaboration.audience import Told, Way
from collaboration.journal import record
from collaboration.models import Event, Forum, Matter, User
from collaboration.policy import forums as policy
from collaboration.subjects import subject_or_none
from collaboration.verdict import Verdict
from collaboration.workflow import Step, TransitionRefused, Workflow, stamping, wished
from collaboration.workflows import attachments
from collaboration.workflows import matter_steps as asked
from collaboration.workflows.matter_chains import (
    behind,
    chain_of,
    chosen_files,
    derived,
    in_time,
    require_route,
)

Status = Matter.Status


def news_of(matters: QuerySet[Matter]) -> QuerySet[Any]:
    """Of each the number of the last thing that happened to it or to another of its chain; of the talk, only its own."""
    first = OuterRef(OuterRef("first"))
    chain = Matter.objects.filter(Q(pk=first) | Q(root=first))
    happened = (
        Event.objects.filter(
            subject_type__app_label="collaboration",
            subject_type__model="matter",
            subject_id__in=chain.values("pk"),
        )
        .filter(~Q(verb__startswith="comment.") | Q(subject_id=OuterRef("pk")))
        .order_by("-pk")
        .values("pk")[:1]
    )
    return matters.annotate(first=Coalesce("root", "pk")).values_list("pk", Subquery(happened))


def tell(matter: Matter) -> None:
    """Let everybody see it who looks at the matter, or at another of its chain."""
    if matter.pk is not None:
        followed.ring(chain_of(matter).only("pk"))


_transition = stamping(tell)
_untold = stamping(lambda _matter: None)
"""Steps of many, which tell of all their chains at once."""


_RAISED = Way(lambda: Matter.objects.filter(origin=None), "pk", "raised_by")
_raiser = Told(_RAISED)
"""Whoever raised it; of one that another forum forwarded nobody, since that forum is told of its answer."""
_raiser_and_handlers = Told(_RAISED, *policy.handlers_of.ways)


def _may_raise(user: User, matter: Matter) -> Verdict:
    return policy.can_raise(user, matter.forum)


def _begin(matter: Any, step: Step) -> None:
    matter.raised_by = step.by
    matter.raised_at = step.at
    matter.raised_for_id = policy.raises_for(step.by, matter.forum) if step.by else None
    matter.next_step_on = in_time(step.at)
    matter.full_clean(exclude=["raised_by", "raised_for", "root", "origin"])


def _receive_prepared(matter: Any, step: Step) -> None:
    matter.raised_at = step.at
    matter.next_step_on = in_time(step.at)
    matter.full_clean(
        exclude=["raised_by", "raised_for", "forum", "root", "origin", "subject_type"],
        validate_constraints=False,  # by the database, of all at once
    )


def _unprepared(matter: Matter) -> Iterator[str]:
    if not matter.proposal:
        yield _("Write what is proposed first.")


def unchecked(matter: Matter) -> Iterator[str]:
    """What keeps a matter from being ready: nothing is proposed, or nobody has looked at what it touches."""
    yield from _unprepared(matter)
    if matter.kind in Matter.CHECKED and not matter.unchecked_reason and not matter.checks.exists():
        yield _("Check which interfaces the matter touches, or tell why it touches none.")


def _return(matter: Any, step: Step) -> None:
    matter.handled_reason = step.wished["reason"]
    if matter.origin_id:
        _come_back(matter, step)


def _come_back(derived: Any, step: Step) -> None:
    """The forum that forwarded it has it in hand again, unless another forum still has it."""
    waiting = Matter.objects.filter(origin=derived.origin_id, status__in=Matter.UNANSWERED).exclude(
        pk=derived.pk
    )
    if not waiting.exists():
        matter_workflow.perform("come_back", derived.origin, by=step.by)


def _again(origin: Any, step: Step) -> None:
    origin.next_step, origin.next_step_on = "", in_time(step.at)


def _forward(matter: Any, step: Step) -> None:
    """Make the derived matter of the text as it is now, with the files that were chosen; nothing of the talk goes along."""
    target: Forum = step.wished["forum"]
    require_route(matter, target)
    files = chosen_files(matter, step)
    sent = derived(matter, target.pk, step, files)
    if sent.next_step_on is not None and sent.next_step_on < timezone.localdate():
        raise ValidationError({"next_step_on": _("This day has passed already. Choose a day to come.")})
    matter_workflow.begin("receive", sent, by=step.by)
    attachments.copy_to(files, sent)
    matter.next_step, matter.next_step_on = "", sent.next_step_on


def _rise(matter: Any, step: Step) -> None:
    matter.goes_on_as = derived(matter, step.wished["forums"][matter.pk], step)
    matter.next_step, matter.next_step_on = "", matter.goes_on_as.next_step_on


def _risen(rows: Sequence[Any], step: Step) -> None:
    matter_workflow.begin_many("receive", [matter.goes_on_as for matter in rows], step.at)
    followed.ring(Matter(pk=pk) for pk in step.wished["chains"])


def _answer(matter: Any, step: Step) -> None:
    matter.answer = step.wished["answer"]
    matter.answered_at, matter.answered_by = step.at, step.by
    if matter.origin_id:
        matter_workflow.perform("bring_answer", matter.origin, by=step.by)
    elif matter.subject is not None:
        registered = subject_or_none(matter.subject)
        if registered is not None and registered.on_answer is not None:
            registered.on_answer(matter.subject, matter)


TO_TAKE_UP = ("matter.raised", "matter.received")
"""By these somebody was asked to take a matter up."""

matter_workflow: Workflow[Matter] = Workflow(
    _transition(
        "raise",
        gettext_lazy("Raise the matter"),
        target=Status.RAISED,
        allowed=_may_raise,
        effect=_begin,
        verb="matter.raised",
        recipients=policy.handlers_of,
    ),
    _transition(
        "receive",
        gettext_lazy("Received from another forum"),
        target=Status.RAISED,
        allowed=policy.anybody,
        is_automatic=True,
        verb="matter.received",
        recipients=policy.handlers_of,
    ),
    _transition(
        "receive_prepared",
        gettext_lazy("Received prepared, as its deadline on the levels below passed"),
        target=Status.PREPARED,
        allowed=policy.anybody,
        is_automatic=True,
        effect=_receive_prepared,
        verb="matter.received",
        recipients=policy.handlers_of,
    ),
    _transition(
        "accept",
        gettext_lazy("Take up"),
        Status.RAISED,
        target=Status.ACCEPTED,
        allowed=policy.can_handle,
        form=asked.NextStep,
        effect=wished("next_step", "next_step_on"),
        writes=("next_step", "next_step_on"),
        verb="matter.accepted",
        recipients=_raiser,
        answers=TO_TAKE_UP,
    ),
    _transition(
        "prepare",
        gettext_lazy("Write the proposal"),
        Status.RAISED,
        Status.ACCEPTED,
        Status.PREPARED,
        Status.READY,
        target=Status.PREPARED,
        allowed=policy.can_prepare,
        form=asked.Preparation,
        effect=wished("proposal"),
        writes=("proposal",),
        verb="matter.prepared",
        answers=("matter.given",),
    ),
    _transition(
        "plan",
        gettext_lazy("Set the next step"),
        *Matter.OPEN,
        allowed=policy.can_prepare,
        form=asked.NextStep,
        effect=wished("next_step", "next_step_on"),
        writes=("next_step", "next_step_on"),
        verb="matter.planned",
        recipients=_raiser,
    ),
    _transition(
        "make_ready",
        gettext_lazy("Mark ready to be handled"),
        Status.PREPARED,
        target=Status.READY,
        allowed=policy.can_prepare,
        blockers=unchecked,
        verb="matter.made_ready",
        recipients=policy.handlers_of,
    ),
    _transition(
        "unready",
        gettext_lazy("No longer ready"),
        Status.READY,
        target=Status.PREPARED,
        allowed=policy.anybody,
        is_automatic=True,
        verb="matter.unready",
    ),
    _transition(
        "decide",
        gettext_lazy("Record the decision"),
        Status.READY,
        target=Status.DECIDED,
        allowed=policy.can_handle,
        form=asked.Decision,
        effect=wished(*asked.Decision.base_fields),
        writes=tuple(asked.Decision.base_fields),
        verb="matter.decided",
        recipients=_raiser_and_handlers,
        answers=("matter.made_ready",),
    ),
    _transition(
        "note",
        gettext_lazy("Note the matter"),
        *Matter.OPEN,
        target=Status.NOTED,
        allowed=policy.can_handle,
        form=asked.Noted,
        effect=wished("handled_reason"),
        writes=("handled_reason",),
        verb="matter.noted",
        recipients=_raiser,
        answers=TO_TAKE_UP,
    ),
    _transition(
        "forward",
        gettext_lazy("Forward"),
        Status.ACCEPTED,
        Status.PREPARED,
        Status.READY,
        Status.FORWARDED,
        target=Status.FORWARDED,
        allowed=policy.can_handle,
        form=asked.Forwarding,
        effect=_forward,
        writes=("next_step", "next_step_on"),
        verb="matter.forwarded",
        recipients=_raiser,
    ),
    _untold(
        "rise",
        gettext_lazy("Taken up by the forum above, as its deadline passed"),
        *Matter.OPEN,
        target=Status.FORWARDED,
        allowed=policy.anybody,
        is_automatic=True,
        effect=_rise,
        writes=("next_step", "next_step_on"),
        follow=_risen,
        verb="matter.forwarded",
        recipients=_raiser_and_handlers,
        answers=TO_TAKE_UP,
    ),
    _transition(
        "bring_answer",
        gettext_lazy("An answer came"),
        Status.FORWARDED,
        Status.ANSWER_CAME,
        target=Status.ANSWER_CAME,
        allowed=policy.anybody,
        is_automatic=True,
        verb="matter.answer_came",
        recipients=_raiser_and_handlers,
    ),
    _transition(
        "come_back",
        gettext_lazy("Returned by the other forum"),
        Status.FORWARDED,
        target=Status.ACCEPTED,
        allowed=policy.anybody,
        effect=_again,
        writes=("next_step", "next_step_on"),
        is_automatic=True,
        verb="matter.came_back",
        recipients=_raiser_and_handlers,
    ),
    _transition(
        "answer",
        gettext_lazy("Answer"),
        *Matter.TO_ANSWER,
        target=Status.ANSWERED,
        allowed=policy.can_handle,
        form=asked.Answer,
        effect=_answer,
        writes=("answer", "answered_at", "answered_by"),
        verb="matter.answered",
        recipients=_raiser,
        answers=("matter.answer_came", "matter.decided", "matter.noted"),
    ),
    _transition(
        "return",
        gettext_lazy("Return"),
        *Matter.OPEN,
        target=Status.RETURNED,
        allowed=policy.can_handle,
        form=asked.Returned,
        effect=_return,
        writes=("handled_reason",),
        verb="matter.returned",
        recipients=_raiser,
        answers=TO_TAKE_UP,
    ),
    _transition(
        "withdraw",
        gettext_lazy("Withdraw"),
        Status.RAISED,
        target=Status.WITHDRAWN,
        allowed=policy.can_withdraw,
        verb="matter.withdrawn",
        recipients=policy.handlers_of,
        answers=TO_TAKE_UP,
    ),
)


def receive_many(rows: list[Matter], at: datetime.datetime) -> None:
    """New matters that nobody raised: they have climbed to their forums by their deadlines."""
    matter_workflow.begin_many("receive_prepared", rows, at)


def rise_many(forums: Mapping[int, int], at: datetime.datetime) -> set[int]:
    """Take matters (their numbers) further to the forums above that they name, as their deadlines have passed; which have risen.

    Not one that came from there, that is there already, or that somebody is handling at this moment.
    """
    roots = Matter.objects.filter(pk__in=list(forums)).values(first=Coalesce("root", "pk"))
    rows = Matter.objects.filter(Q(pk__in=roots) | Q(root__in=roots))
    chains = {row.pk: row for row in rows.only("pk", "origin", "forum", "status")}
    there = {(row.origin_id, row.forum_id) for row in chains.values() if row.status in Matter.UNANSWERED}
    free = {
        pk: forum
        for pk, forum in forums.items()
        if (pk, forum) not in there and forum not in behind(pk, chains)
    }
    rising = Matter.objects.filter(pk__in=list(free)).select_related("forum")
    wish = {"forums": free, "chains": list(chains)}
    return {done.pk for done in matter_workflow.perform_many("rise", rising, at, wished=wish) if done.is_done}


class Overtaken(TransitionRefused):
    """Somebody else saved the matter meanwhile."""


@transaction.atomic
def change_text(matter: Matter, told: dict[str, Any], *, seq: int, by: User) -> Matter:
    """Save what the matter says, unless somebody has saved it since `seq`. Raises Overtaken, or PermissionDenied."""
    row = Matter.objects.select_for_update(of=("self",)).select_related("forum").get(pk=matter.pk)
    policy.can_change_text(by, row).require()
    if row.seq != seq:
        raise Overtaken(_("Somebody else changed this matter meanwhile. Your words are below, unsaved."))
    for name, value in told.items():
        setattr(row, name, value)
    row.seq += 1
    row.full_clean()
    row.save(update_fields=[*told, "seq"])
    tell(row)
    record("matter.changed", row, by=by, note=", ".join(sorted(told)))
    return row


@transaction.atomic
def name_preparer(matter: Matter, person: User | None, *, by: User) -> None:
    """Who prepares it: somebody with a seat in the forum. Raises ValidationError by field, or PermissionDenied."""
    row = Matter.objects.select_for_update(of=("self",)).select_related("forum").get(pk=matter.pk)
    policy.can_handle(by, row).require()
    if person is not None and not policy.seats_in(person, row.forum_id):
        raise ValidationError({"prepared_by": _("Choose somebody who sits in the forum.")})
    row.prepared_by = person
    row.save(update_fields=["prepared_by"])
    tell(row)
    told = User.objects.filter(pk=person.pk) if person else None
    record("matter.given", row, by=by, recipients=told)
