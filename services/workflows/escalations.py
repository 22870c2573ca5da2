"""The steps of an escalation: filed, worked on, climbing by its deadlines, and closed when everybody says that it works."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration import followed
from collaboration.journal import announce, happened, record
from collaboration.models import Event, Level, Matter, Member, User
from collaboration.policy.forums import anybody
from collaboration.verdict import Verdict
from collaboration.workflow import Step, TransitionRefused, Workflow, stamping
from collaboration.working_days import add_working_days
from services.models import (
    Aspect,
    Escalation,
    EscalationOwner,
    EscalationPause,
    EscalationReporter,
    EscalationWord,
    Interface,
    InterfaceMap,
)
from services.policy import escalations as policy
from services.workflows import escalation_climbs as climbs
from services.workflows import escalation_repairs as repairs
from services.workflows import escalation_steps as asked
from services.workflows.escalation_days import days_for, days_of, deadline

Status = Escalation.Status
REMINDED_AFTER = 3
"""Working days: so long a reporter thinks before each of two reminders, and before the silence is taken for a lapse."""
ASKED_AGAIN_AFTER = datetime.timedelta(days=14)
MOST_REMINDERS = 2
MANY_PEOPLE, MANY_UNITS = 5, 3
"""Reporters, or organisations of theirs: then the coordinator is told."""
TITLE = 90


def news_of(escalations: QuerySet[Escalation]) -> QuerySet[Any]:
    """Of each the number of the last thing that happened to it."""
    happened = (
        Event.objects.filter(
            subject_type__app_label="services", subject_type__model="escalation", subject_id=OuterRef("pk")
        )
        .order_by("-pk")
        .values("pk")[:1]
    )
    return escalations.annotate(news=Subquery(happened)).values_list("pk", "news")


def tell(escalation: Escalation) -> None:
    """Let everybody see it who looks at it."""
    if escalation.pk is not None:
        followed.ring([escalation])


def show_on_map(rows: Sequence[Escalation], _step: Step | None = None) -> None:
    """Whoever looks at their maps sees what works there and what does not."""
    for interface_map in InterfaceMap.objects.filter(pk__in={row.map_id for row in rows}).only("pk"):
        announce(interface_map)


def title_of(text: str) -> str:
    """The first sentence of what happened, as far as a title goes."""
    first = text.strip().splitlines()[0].strip()
    for end in (". ", "! ", "? "):
        first = first.partition(end)[0]
    return first if len(first) <= TITLE else f"{first[: TITLE - 1].rstrip()}…"


def _join(escalation: Any, step: Step) -> None:
    """One more has the same: they are told of it, and say in the end whether it works."""
    report: Any = EscalationReporter(
        escalation=escalation,
        organisation_id=policy.reports_for(step.by, escalation.map),  # type: ignore[arg-type]
        is_nameless=step.wished["is_nameless"],
        text=step.wished["text"],
        at=step.at,
    )
    report.user = step.by
    report.full_clean(exclude=["user", "organisation"])
    report.save()
    if hasattr(escalation, "_reporters"):
        del escalation._reporters
    told = policy.reporters_of(escalation)
    if len(told) >= MANY_PEOPLE or len({each.organisation_id for each in told}) >= MANY_UNITS:
        escalation.has_many = True


def _joined(rows: Sequence[Any], step: Step) -> None:
    """At five people or three organisations those who have it in hand are told, once: they may take it up at once."""
    for row in rows:
        key = f"escalation.many:{row.pk}"
        if getattr(row, "has_many", False) and happened(key) is None:
            record("escalation.many", row, by=None, key=key, at=step.at, recipients=_keepers(row))


def _nameless(escalation: Any, step: Step) -> bool:
    own = policy.own_report(step.by, escalation) if step.by is not None else None
    return own is not None and own.is_nameless


def _file(escalation: Any, step: Step) -> None:
    escalation.filed_at = escalation.level_at = step.at
    escalation.title = escalation.title or title_of(escalation.text)
    escalation.days = days_for(escalation.map_id, escalation.interface, escalation.urgency)
    escalation.due_at = deadline(escalation, step.at)
    escalation.full_clean(exclude=["map", "interface", "aspect"])


def _filed(rows: Sequence[Any], step: Step) -> None:
    for row in rows:
        row.report.escalation = row
        row.report.at = step.at
        row.report.full_clean(exclude=["user", "organisation"])
        row.report.save()
        row._reporters = [row.report]
    climbs.give_owners([row.pk for row in rows], step.at)
    show_on_map(rows)


def _may_file(user: User, escalation: Escalation) -> Verdict:
    return policy.can_file(user, escalation.map)


def _triage(escalation: Any, step: Step) -> None:
    escalation.title = step.wished["title"]
    if escalation.urgency != step.wished["urgency"]:
        escalation.urgency = step.wished["urgency"]
        escalation.days = days_for(escalation.map_id, escalation.interface, escalation.urgency)
        escalation.due_at = deadline(escalation, escalation.level_at)


def _wait(escalation: Any, step: Step) -> None:
    until = datetime.datetime.combine(
        step.wished["until"], datetime.time(16), timezone.get_current_timezone()
    )
    escalation.days_left = climbs.days_left(escalation, step.at)
    escalation.waiting_for = step.wished["waiting_for"]
    escalation.reminders = 0
    pause: Any = EscalationPause(
        escalation=escalation,
        waiting_for=step.wished["waiting_for"],
        why=step.wished["reason"],
        since=step.at,
        until=until,
    )
    pause.by = step.by
    pause.save()
    escalation.due_at = (
        add_working_days(step.at, REMINDED_AFTER)
        if escalation.waiting_for == Escalation.WaitingFor.REPORTER
        else until
    )


def _go_on(escalation: Any, step: Step) -> None:
    """The clock goes on with the days that were left when it stood still."""
    escalation.due_at = add_working_days(step.at, max(1, escalation.days_left or days_of(escalation)))
    escalation.days_left, escalation.waiting_for, escalation.reminders = None, "", 0


def _end_pauses(rows: Sequence[Any], step: Step) -> None:
    EscalationPause.objects.filter(escalation__in=[row.pk for row in rows], ended_at=None).update(
        ended_at=step.at
    )


PAUSED = ("due_at", "days_left", "waiting_for", "reminders")


def _propose(escalation: Any, step: Step) -> None:
    escalation.proposal, escalation.proposed_by = step.wished["proposal"], step.by
    escalation.round += 1
    escalation.asks_reporters, escalation.reminders = False, 0
    repairs.repair(escalation, step)


def _clear_words(rows: Sequence[Any], _step: Step) -> None:
    """What was said of an earlier solution is not said of this one."""
    EscalationReporter.objects.filter(escalation__in=[row.pk for row in rows]).update(word="", word_at=None)


def _works(escalation: Any, step: Step) -> None:
    """The word of the parties for which the person speaks; once all have spoken, the reporters are asked."""
    assert step.by is not None  # noqa: S101 nobody else is allowed
    missing = {party.pk for party in policy.parties_of(escalation)} - set(_words(escalation))
    own = [party for party in policy.speaks_for(step.by, escalation) if party.pk in missing]
    if not own:
        raise TransitionRefused(_("Your party has said this already."))
    EscalationWord.objects.bulk_create(
        [
            EscalationWord(escalation=escalation, party=party, round=escalation.round, by=step.by, at=step.at)
            for party in own
        ]
    )
    if missing == {party.pk for party in own}:
        _ask_reporters(escalation, step.at)


def _ask_reporters(escalation: Any, at: datetime.datetime) -> None:
    escalation.asks_reporters, escalation.reminders = True, 0
    escalation.due_at = add_working_days(at, REMINDED_AFTER)


def _words(escalation: Escalation) -> list[int]:
    given = EscalationWord.objects.filter(escalation=escalation, round=escalation.round)
    return list(given.values_list("party", flat=True))


def _reporter_says(escalation: Any, step: Step) -> None:
    told = EscalationReporter.objects.filter(escalation=escalation, user=step.by, word="").update(
        word=EscalationReporter.Word.WORKS, word_at=step.at, round=escalation.round
    )
    if not told:
        raise TransitionRefused(_("You have said this already."))


def _close(escalation: Any, step: Step) -> None:
    escalation.closed_at = escalation.due_at = step.at
    escalation.asks_again_at = step.at + ASKED_AGAIN_AFTER
    escalation.asks_reporters = escalation.is_stuck = False


def _doubt(escalation: Any, step: Step) -> None:
    """It does not work: it is worked on again, and a disagreement goes up."""
    escalation.asks_reporters, escalation.reminders = False, 0
    climbs.up(escalation, step, or_stay=True)


def _reopen(escalation: Any, step: Step) -> None:
    """The second time it begins one level higher."""
    escalation.closed_at = escalation.asks_again_at = None
    escalation.reopened += 1
    if escalation.reopened > 1:
        climbs.up(escalation, step, or_stay=True)
    else:
        climbs.anew(escalation, step)


def _reopened(rows: Sequence[Any], step: Step) -> None:
    _clear_words(rows, step)
    climbs.risen(rows, step)
    show_on_map(rows)


def _doubted(rows: Sequence[Any], step: Step) -> None:
    _clear_words(rows, step)
    climbs.risen(rows, step)


def _climb(escalation: Any, step: Step) -> None:
    climbs.up(escalation, step)


def _no_way_up(escalation: Escalation) -> Iterator[str]:
    if Level(escalation.level).above is None:
        yield _("This is the highest level.")
    elif not climbs.has_way_up(escalation):
        yield _("There is no forum of political decision-making above: choose one that looks after the map.")


def _hand_over(escalation: Any, step: Step) -> None:
    """Another person of the same party has it in hand from now on."""
    assert step.by is not None  # noqa: S101 nobody else is allowed
    parties = {party.organisation_id: party for party in policy.speaks_for(step.by, escalation)}
    row = (
        Member.objects.present()
        .filter(user=step.wished["to"], user__is_active=True, organisation__in=parties)
        .exclude(user=step.by)
        .select_related("user")
        .first()
    )
    if row is None:
        raise ValidationError({"to": _("Choose somebody else of your own organisation.")})
    party = parties[row.organisation_id]
    escalation.owners.filter(party=party, ended_at=None).update(ended_at=step.at)
    EscalationOwner.objects.create(
        escalation=escalation, party=party, level=escalation.level, user=row.user, since=step.at
    )


def _withdraw(escalation: Any, _step: Step) -> None:
    escalation.asks_reporters = escalation.is_stuck = False
    escalation.waiting_for = ""


def _withdrawn(rows: Sequence[Any], step: Step) -> None:
    _end_pauses(rows, step)
    show_on_map(rows, step)


def _merge(escalation: Any, step: Step) -> None:
    """The other one goes on: with everybody who reported this one, and with the earlier deadline."""
    assert step.by is not None  # noqa: S101 nobody else is allowed
    number = step.wished["into"].rpartition("-")[2].strip()
    seen = policy.visible_escalations(step.by).filter(map=escalation.map_id, status__in=Escalation.OPEN)
    into = (
        seen.select_for_update(of=("self",)).filter(pk=int(number)).exclude(pk=escalation.pk).first()
        if number.isdecimal() and len(number) < 10
        else None
    )
    if into is None:
        raise ValidationError({"into": _("There is no other open report with this number on the map.")})
    policy.can_handle(step.by, into).require()
    escalation.merged_into = into
    known = set(into.reporters.values_list("user", flat=True))
    for report in escalation.reporters.exclude(user__in=known):
        report.pk, report.escalation, report.came_from, report.is_first = None, into, escalation, False
        report.word, report.word_at = "", None
        report.save(force_insert=True)
    if into.is_running and escalation.due_at < into.due_at:
        into.due_at = escalation.due_at
    into.asks_reporters = (
        False if into.asks_reporters and into.status != Status.PROPOSED else into.asks_reporters
    )
    into.seq += 1
    into.save(update_fields=["due_at", "seq", "asks_reporters"])
    tell(into)
    record("escalation.joined_by_merging", into, by=step.by, note=escalation.number)
    escalation.asks_reporters = escalation.is_stuck = False


def _unmerge(escalation: Any, step: Step) -> None:
    """It goes on by itself again, with those who came by it."""
    EscalationReporter.objects.filter(escalation=escalation.merged_into, came_from=escalation).delete()
    tell(escalation.merged_into)
    escalation.merged_into = None
    climbs.anew(escalation, step)


def _move(escalation: Any, step: Step) -> None:
    """To another interface of the map, or to another aspect."""
    live = Interface.objects.live().filter(map=escalation.map_id)
    interface = live.filter(pk=step.wished["interface"]).first()
    if interface is None:
        raise ValidationError({"interface": _("Choose an interface that is on the map.")})
    escalation.interface = interface
    number = step.wished["aspect"]
    escalation.aspect = Aspect.objects.get(interface=interface, number=number) if number else None
    escalation.days = days_for(escalation.map_id, interface, escalation.urgency)
    if hasattr(escalation, "_parties"):
        del escalation._parties


def _moved(rows: Sequence[Any], step: Step) -> None:
    climbs.give_owners([row.pk for row in rows], step.at)
    show_on_map(rows)


def _remind(escalation: Any, step: Step) -> None:
    escalation.reminders += 1
    escalation.due_at = add_working_days(step.at, REMINDED_AFTER)


def _lapsed(rows: Sequence[Any], step: Step) -> None:
    """The silent reporters' words lapse, which everybody sees."""
    show_on_map(rows, step)
    EscalationReporter.objects.filter(escalation__in=[row.pk for row in rows], word="").update(
        word=EscalationReporter.Word.LAPSED, word_at=step.at
    )


def _look_again(escalation: Any, step: Step) -> None:
    """Where it does not climb any more, its day is set anew and those who have it are reminded."""
    escalation.due_at = deadline(escalation, step.at)


def _stick(escalation: Any, step: Step) -> None:
    escalation.is_stuck = True
    _look_again(escalation, step)


def _keepers(escalation: Escalation) -> QuerySet[User]:
    """Its owners, and the administrators of the county, who can name the forum that is missing."""
    owners = Q(pk__in=policy.people_on(escalation).values("pk"))
    county = escalation.map.parties.filter(side="county", archived_at__isnull=True).values("organisation")
    return User.objects.filter(
        owners | Q(memberships__organisation__in=county, memberships__role="administrator", is_active=True)
    ).distinct()


def _once_a_deadline(escalation: Any) -> str:
    """As it was when the clock looked at it."""
    if not hasattr(escalation, "_deadline"):
        escalation._deadline = f"escalation.due:{escalation.pk}:{escalation.seq}"
    key: str = escalation._deadline
    return key


def _once_a_round(escalation: Escalation) -> str:
    return f"escalation.asked_again:{escalation.pk}:{escalation.round}"


def _answered(escalation: Any, step: Step) -> None:
    """The forum has answered: whoever has it in hand goes on from the answer."""
    escalation.is_stuck = False
    escalation.due_at = deadline(escalation, step.at)


def _asked_again(escalation: Any, _step: Step) -> None:
    escalation.asks_again_at = None


def _numbered(escalation: Any, _step: Step) -> str:
    return f"{escalation.reminders}/{MOST_REMINDERS}"


_transition = stamping(tell)
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
        allowed=_may_file,
        effect=_file,
        follow=_filed,
        verb="escalation.filed",
        recipients=policy.people_on,
        is_nameless=lambda escalation, _step: escalation.report.is_nameless,
    ),
    _transition(
        "join",
        gettext_lazy("I have the same"),
        *Escalation.OPEN,
        allowed=policy.can_join,
        form=asked.Join,
        effect=_join,
        follow=_joined,
        verb="escalation.joined",
        recipients=policy.people_on,
        is_nameless=_nameless,
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
        effect=_triage,
        writes=("title", "urgency", "days", "due_at"),
        verb="escalation.triaged",
        recipients=policy.reporters_on,
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
        effect=_wait,
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
        form=asked.Reply,
        effect=_go_on,
        writes=PAUSED,
        follow=_end_pauses,
        verb="escalation.replied",
        recipients=policy.people_on,
        answers=("escalation.paused", "escalation.reporters_reminded"),
        is_nameless=_nameless,
    ),
    _transition(
        "go_on",
        gettext_lazy("Go on"),
        Status.WAITING,
        target=Status.IN_PROGRESS,
        allowed=policy.can_handle,
        effect=_go_on,
        writes=PAUSED,
        follow=_end_pauses,
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
        effect=_propose,
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
        follow=_clear_words,
        verb="escalation.proposed",
        recipients=policy.everyone_on,
        answers=TO_TAKE,
    ),
    _transition(
        "works",
        gettext_lazy("Confirm that it works"),
        Status.PROPOSED,
        allowed=policy.can_say_it_works,
        effect=_works,
        writes=("asks_reporters", "reminders", "due_at"),
        verb="escalation.works",
        recipients=policy.everyone_on,
    ),
    _transition(
        "reporter_works",
        gettext_lazy("It works now"),
        Status.PROPOSED,
        allowed=policy.can_tell_as_reporter,
        effect=_reporter_says,
        verb="escalation.reporter_works",
        recipients=policy.people_on,
        is_nameless=_nameless,
    ),
    _transition(
        "doubt",
        gettext_lazy("It does not work yet"),
        Status.PROPOSED,
        target=Status.IN_PROGRESS,
        allowed=policy.can_doubt,
        form=asked.Doubt,
        effect=_doubt,
        writes=("asks_reporters", "reminders", *UP),
        follow=_doubted,
        verb="escalation.doubted",
        recipients=policy.everyone_on,
        answers=TO_SAY,
        is_nameless=_nameless,
    ),
    _transition(
        "climb",
        gettext_lazy("Take it a level up"),
        Status.FILED,
        Status.TRIAGED,
        Status.IN_PROGRESS,
        Status.PROPOSED,
        allowed=policy.can_handle,
        blockers=_no_way_up,
        form=asked.Reason,
        effect=_climb,
        writes=UP,
        follow=climbs.risen,
        verb="escalation.climbed",
        recipients=policy.everyone_on,
    ),
    _transition(
        "hand_over",
        gettext_lazy("Not ours: give it to somebody else"),
        *Escalation.OPEN,
        allowed=policy.can_say_it_works,
        form=asked.HandOver,
        effect=_hand_over,
        verb="escalation.given",
        recipients=policy.people_on,
    ),
    _transition(
        "move",
        gettext_lazy("Move to another interface or aspect"),
        *Escalation.OPEN,
        allowed=policy.can_handle,
        form=asked.Move,
        effect=_move,
        writes=("interface", "aspect", "days"),
        follow=_moved,
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
        effect=_merge,
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
        effect=_unmerge,
        writes=("merged_into", "due_at", "level_at"),
        follow=show_on_map,
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
        effect=_withdraw,
        writes=("asks_reporters", "is_stuck", "waiting_for"),
        follow=_withdrawn,
        verb="escalation.withdrawn",
        recipients=policy.people_on,
        answers=TO_TAKE,
        is_nameless=_nameless,
    ),
    _transition(
        "reopen",
        gettext_lazy("It does not work again"),
        Status.CLOSED,
        target=Status.IN_PROGRESS,
        allowed=policy.can_doubt,
        form=asked.Doubt,
        effect=_reopen,
        writes=("closed_at", "asks_again_at", "reopened", *UP),
        follow=_reopened,
        verb="escalation.reopened",
        recipients=policy.everyone_on,
        answers=("escalation.closed", "escalation.asked_again"),
        is_nameless=_nameless,
    ),
    _transition(
        "close",
        gettext_lazy("Everybody says that it works"),
        Status.PROPOSED,
        target=Status.CLOSED,
        allowed=anybody,
        is_automatic=True,
        effect=_close,
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
        effect=_climb,
        writes=UP,
        follow=climbs.risen,
        key=_once_a_deadline,
        verb="escalation.climbed",
        recipients=policy.everyone_on,
    ),
    _transition(
        "stick",
        gettext_lazy("The deadline passed: there is no forum above"),
        *Escalation.RUNNING,
        allowed=anybody,
        is_automatic=True,
        effect=_stick,
        writes=("is_stuck", "due_at"),
        key=_once_a_deadline,
        verb="escalation.stuck",
        recipients=_keepers,
    ),
    _transition(
        "look_again",
        gettext_lazy("The follow-up day came"),
        *Escalation.RUNNING,
        allowed=anybody,
        is_automatic=True,
        effect=_look_again,
        writes=("due_at",),
        key=_once_a_deadline,
        verb="escalation.reminded",
        recipients=policy.people_on,
    ),
    _transition(
        "time_is_up",
        gettext_lazy("It has waited long enough"),
        Status.WAITING,
        target=Status.IN_PROGRESS,
        allowed=anybody,
        is_automatic=True,
        effect=_go_on,
        writes=PAUSED,
        follow=_end_pauses,
        key=_once_a_deadline,
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
        effect=_remind,
        writes=("reminders", "due_at"),
        key=_once_a_deadline,
        note=_numbered,
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
        effect=_close,
        writes=("closed_at", "due_at", "asks_again_at", "asks_reporters", "is_stuck"),
        follow=_lapsed,
        key=_once_a_deadline,
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
        effect=_answered,
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
        effect=_asked_again,
        writes=("asks_again_at",),
        key=_once_a_round,
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
    missing = {party.pk for party in policy.parties_of(escalation)} - set(_words(escalation))
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
