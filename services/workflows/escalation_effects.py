"""What the steps of an escalation do beside changing its status, and what blocks them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration import followed
from collaboration.journal import announce, happened, record
from collaboration.models import Level, Member, User
from collaboration.searching import numbered
from collaboration.verdict import Verdict
from collaboration.workflow import Step, TransitionRefused
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
from services.workflows.escalation_days import days_for, days_of, deadline, moved_to, recounted, with_urgency

REMINDED_AFTER = 3
"""Working days: so long a reporter thinks before each of two reminders, and before the silence is taken for a lapse."""
ASKED_AGAIN_AFTER = datetime.timedelta(days=14)
MOST_REMINDERS = 2
MANY_PEOPLE, MANY_UNITS = 5, 3
"""Reporters, or organisations of theirs: then the coordinator is told."""
TITLE = 90


def tell(escalation: Escalation) -> None:
    """Let everybody see it who looks at it."""
    if escalation.pk is not None:
        followed.ring([escalation])


def show_on_map(rows: Sequence[Escalation], _step: Step | None = None) -> None:
    """Whoever looks at their maps sees what works there and what does not."""
    for pk in sorted({row.map_id for row in rows}):
        announce(InterfaceMap(pk=pk))


def title_of(text: str) -> str:
    """The first sentence of what happened, as far as a title goes."""
    first = (text.strip().splitlines() or [""])[0].strip()
    for end in (". ", "! ", "? "):
        first = first.partition(end)[0]
    return first if len(first) <= TITLE else f"{first[: TITLE - 1].rstrip()}…"


def join(escalation: Any, step: Step) -> None:
    """One more has the same: they are told of it, and say in the end whether it works."""
    report: Any = EscalationReporter(
        escalation=escalation,
        organisation_id=policy.reports_for(step.by, escalation.map),  # type: ignore[arg-type, misc]
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


def joined(rows: Sequence[Any], step: Step) -> None:
    """At five people or three organisations those who have it in hand and the coordinators are told, once: they may take it up."""
    for row in rows:
        key = f"escalation.many:{row.pk}"
        if getattr(row, "has_many", False) and happened(key) is None:
            told = {"recipients": policy.coordinators_on(row), "is_urgent": policy.is_danger(row)}
            record("escalation.many", row, by=None, key=key, at=step.at, **told)


def nameless(escalation: Any, step: Step) -> bool:
    own = policy.own_report(step.by, escalation) if step.by is not None else None
    return own is not None and own.is_nameless


def file(escalation: Any, step: Step) -> None:
    escalation.filed_at = escalation.level_at = step.at
    escalation.title = escalation.title or title_of(escalation.text)
    escalation.days = days_for(escalation.map_id, escalation.interface, escalation.urgency)
    escalation.due_at = deadline(escalation, step.at)
    escalation.clean_fields(exclude=["map", "interface", "aspect", "key"])  # of the rest the database tells


def filed(rows: Sequence[Any], step: Step) -> None:
    for row in rows:
        row.report.escalation = row
        row.report.at = step.at
        row.report.clean_fields(exclude=["escalation", "user", "organisation"])
        row.report.save(force_insert=True)
        row._reporters = [row.report]
    climbs.give_owners([row.pk for row in rows], step.at)
    show_on_map(rows)


def may_file(user: User, escalation: Escalation) -> Verdict:
    return policy.can_file(user, escalation.map)


def triage(escalation: Any, step: Step) -> None:
    escalation.title = step.wished["title"]
    if escalation.urgency != step.wished["urgency"]:
        escalation.urgency = step.wished["urgency"]
        escalation.became_danger = policy.is_danger(escalation)
        escalation.days = with_urgency(escalation)
        escalation.due_at = recounted(escalation, step.at)


def has_become_danger(escalation: Any) -> bool:
    return getattr(escalation, "became_danger", False)


def told_of_triage(escalation: Any) -> QuerySet[User]:
    """Its reporters; of what has become a danger also whoever has it in hand."""
    return (policy.everyone_on if has_become_danger(escalation) else policy.reporters_on)(escalation)


def wait(escalation: Any, step: Step) -> None:
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


def go_on(escalation: Any, step: Step) -> None:
    """The clock goes on with the days that were left when it stood still."""
    escalation.due_at = add_working_days(step.at, max(1, escalation.days_left or days_of(escalation)))
    escalation.days_left, escalation.waiting_for, escalation.reminders = None, "", 0


def end_pauses(rows: Sequence[Any], step: Step) -> None:
    EscalationPause.objects.filter(escalation__in=[row.pk for row in rows], ended_at=None).update(
        ended_at=step.at
    )


PAUSED = ("due_at", "days_left", "waiting_for", "reminders")


def propose(escalation: Any, step: Step) -> None:
    escalation.proposal, escalation.proposed_by = step.wished["proposal"], step.by
    escalation.round += 1
    escalation.asks_reporters, escalation.reminders = False, 0
    repairs.repair(escalation, step)


def clear_words(rows: Sequence[Any], _step: Step) -> None:
    """What was said of an earlier solution is not said of this one."""
    EscalationReporter.objects.filter(escalation__in=[row.pk for row in rows]).update(word="", word_at=None)


def works(escalation: Any, step: Step) -> None:
    """The word of the parties for which the person speaks; once all have spoken, the reporters are asked."""
    assert step.by is not None  # noqa: S101 nobody else is allowed
    missing = {party.pk for party in policy.parties_of(escalation)} - set(words(escalation))
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
        ask_reporters(escalation, step.at)


def ask_reporters(escalation: Any, at: datetime.datetime) -> None:
    escalation.asks_reporters, escalation.reminders = True, 0
    escalation.due_at = add_working_days(at, REMINDED_AFTER)


def words(escalation: Escalation) -> list[int]:
    given = EscalationWord.objects.filter(escalation=escalation, round=escalation.round)
    return list(given.values_list("party", flat=True))


def reporter_says(escalation: Any, step: Step) -> None:
    told = EscalationReporter.objects.filter(escalation=escalation, user=step.by, word="").update(
        word=EscalationReporter.Word.WORKS, word_at=step.at, round=escalation.round
    )
    if not told:
        raise TransitionRefused(_("You have said this already."))


def close(escalation: Any, step: Step) -> None:
    escalation.closed_at = escalation.due_at = step.at
    escalation.asks_again_at = step.at + ASKED_AGAIN_AFTER
    escalation.asks_reporters = escalation.is_stuck = False


def doubt(escalation: Any, step: Step) -> None:
    """It does not work: it is worked on again, and a disagreement goes up."""
    escalation.asks_reporters, escalation.reminders = False, 0
    climbs.up(escalation, step, or_stay=True)


def reopen(escalation: Any, step: Step) -> None:
    """The second time it begins one level higher."""
    escalation.closed_at = escalation.asks_again_at = None
    escalation.reopened += 1
    if escalation.reopened > 1:
        climbs.up(escalation, step, or_stay=True)
    else:
        climbs.anew(escalation, step)


def reopened(rows: Sequence[Any], step: Step) -> None:
    clear_words(rows, step)
    climbs.risen(rows, step)
    unmerged(rows, step)


def unmerged(rows: Sequence[Any], step: Step) -> None:
    """It is open again: for whom nobody has it in hand by now, somebody does."""
    for row in rows:
        owned = set(row.owners.filter(ended_at=None).values_list("party", flat=True))
        if not owned >= {party.pk for party in policy.parties_of(row)}:
            climbs.give_owners([row.pk], step.at)
    show_on_map(rows)


def doubted(rows: Sequence[Any], step: Step) -> None:
    clear_words(rows, step)
    climbs.risen(rows, step)


def climb(escalation: Any, step: Step) -> None:
    climbs.up(escalation, step)


def not_asked(escalation: Escalation) -> Iterator[str]:
    if escalation.waiting_for != Escalation.WaitingFor.REPORTER:
        yield _("The question is to somebody else, not to those who have reported this.")


def no_way_up(escalation: Escalation) -> Iterator[str]:
    if Level(escalation.level).above is None:
        yield _("This is the highest level.")
    elif not climbs.has_way_up(escalation):
        yield _("There is no forum of political decision-making above: choose one that looks after the map.")


def hand_over(escalation: Any, step: Step) -> None:
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


def withdraw(escalation: Any, _step: Step) -> None:
    escalation.asks_reporters = escalation.is_stuck = False
    escalation.waiting_for = ""


def withdrawn(rows: Sequence[Any], step: Step) -> None:
    end_pauses(rows, step)
    show_on_map(rows, step)


def merge(escalation: Any, step: Step) -> None:
    """The other one goes on: with everybody who reported this one, and with the earlier deadline."""
    assert step.by is not None  # noqa: S101 nobody else is allowed
    seen = policy.visible_escalations(step.by).filter(map=escalation.map_id, status__in=Escalation.OPEN)
    others = seen.filter(numbered(step.wished["into"])).exclude(pk=escalation.pk)
    into = others.select_for_update(of=("self",), skip_locked=True).first()
    if into is None:
        raise ValidationError(
            {
                "into": _(
                    "There is no other open report with this number on the map, or somebody is changing it just now."
                )
            }
        )
    policy.can_handle(step.by, into).require()
    escalation.merged_into = into
    known = set(into.reporters.values_list("user", flat=True))
    for report in escalation.reporters.exclude(user__in=known):
        report.pk, report.escalation, report.came_from, report.is_first = None, into, escalation, False
        report.word, report.word_at = "", None
        report.save(force_insert=True)
    if into.is_running and escalation.due_at < into.due_at:
        into.due_at = escalation.due_at
    into.seq += 1
    into.save(update_fields=["due_at", "seq"])
    tell(into)
    record("escalation.joined_by_merging", into, by=step.by, note=escalation.number)
    escalation.asks_reporters = escalation.is_stuck = False


def unmerge(escalation: Any, step: Step) -> None:
    """It goes on by itself again, with those who came by it."""
    EscalationReporter.objects.filter(escalation=escalation.merged_into, came_from=escalation).delete()
    tell(escalation.merged_into)
    escalation.merged_into = None
    climbs.anew(escalation, step)


def move(escalation: Any, step: Step) -> None:
    """To another interface of the map, or to another aspect."""
    live = Interface.objects.live().filter(map=escalation.map_id)
    interface = live.filter(pk=step.wished["interface"]).first()
    if interface is None:
        raise ValidationError({"interface": _("Choose an interface that is on the map.")})
    escalation.interface = interface
    number = step.wished["aspect"]
    escalation.aspect = Aspect.objects.get(interface=interface, number=number) if number else None
    escalation.days = moved_to(escalation, interface)
    if hasattr(escalation, "_parties"):
        del escalation._parties


def moved(rows: Sequence[Any], step: Step) -> None:
    climbs.give_owners([row.pk for row in rows], step.at)
    show_on_map(rows)


def remind(escalation: Any, step: Step) -> None:
    escalation.reminders += 1
    escalation.due_at = add_working_days(step.at, REMINDED_AFTER)


def lapsed(rows: Sequence[Any], step: Step) -> None:
    """The silent reporters' words lapse, which everybody sees."""
    show_on_map(rows, step)
    EscalationReporter.objects.filter(escalation__in=[row.pk for row in rows], word="").update(
        word=EscalationReporter.Word.LAPSED, word_at=step.at
    )


def look_again(escalation: Any, step: Step) -> None:
    """Where it does not climb any more, its day is set anew and those who have it are reminded."""
    escalation.due_at = deadline(escalation, step.at)


def stick(escalation: Any, step: Step) -> None:
    escalation.is_stuck = True
    look_again(escalation, step)


def once_a_deadline(escalation: Any) -> str:
    """As it was when the clock looked at it."""
    if not hasattr(escalation, "_deadline"):
        escalation._deadline = f"escalation.due:{escalation.pk}:{escalation.seq}"
    key: str = escalation._deadline
    return key


def once_a_round(escalation: Escalation) -> str:
    return f"escalation.asked_again:{escalation.pk}:{escalation.round}"


def answered(escalation: Any, step: Step) -> None:
    """The forum has answered: whoever has it in hand goes on from the answer."""
    escalation.is_stuck = False
    escalation.due_at = deadline(escalation, step.at)


def asked_again(escalation: Any, _step: Step) -> None:
    escalation.asks_again_at = None


def nth_reminder(escalation: Any, _step: Step) -> str:
    return f"{escalation.reminders}/{MOST_REMINDERS}"
