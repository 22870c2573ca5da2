"""What must be true of reports whatever has happened to their clock: each climb, reminder and notice is there exactly once."""

from __future__ import annotations

from collections import Counter

from collaboration.models import Event, Level, Matter, Notification
from services.models import Escalation, EscalationOwner
from services.policy import escalations as policy


def wrong_with(rows: list[Escalation]) -> list[str]:
    """A sentence for each thing that is missing or there twice."""
    found = []
    for row in rows:
        row = Escalation.objects.get(pk=row.pk)
        events = Event.objects.filter(subject_type__model="escalation", subject_id=row.pk).order_by("pk")
        verbs = Counter(events.values_list("verb", flat=True))
        rank = Level(row.level).rank - 1
        climbs = verbs["escalation.climbed"]
        if climbs != rank:
            found.append(f"{row.pk} is on level {rank} and has climbed {climbs} times")
        if verbs["escalation.filed"] != 1:
            found.append(f"{row.pk} was filed {verbs['escalation.filed']} times")
        notes = list(events.filter(verb="escalation.reporters_reminded").values_list("note", flat=True))
        if notes != [f"{number}/2" for number in range(1, len(notes) + 1)]:
            found.append(f"{row.pk} was reminded of {notes}")
        found += _wrong_owners(row) + _wrong_matters(row) + _wrong_notices(row)
    return found


def _wrong_owners(row: Escalation) -> list[str]:
    parties = sorted(party.pk for party in policy.parties_of(row))
    present = EscalationOwner.objects.filter(escalation=row, ended_at=None)
    owned = sorted(present.values_list("party", flat=True))
    levels = set(present.values_list("level", flat=True)) - {row.level}
    return [f"{row.pk} is owned for {owned} on {levels or row.level}"] if owned != parties or levels else []


def _wrong_matters(row: Escalation) -> list[str]:
    matters = Matter.objects.filter(subject_type__model="escalation", subject_id=row.pk)
    forums = Counter(matters.values_list("forum", flat=True))
    doubled = [forum for forum, count in forums.items() if count > 1]
    is_missing = row.forum_id is not None and row.forum_id not in forums
    return [f"{row.pk} has matters in {dict(forums)}"] if doubled or is_missing else []


def _wrong_notices(row: Escalation) -> list[str]:
    """Whoever has it in hand now was told of the last climb, everybody of everything once."""
    last = Event.objects.filter(verb="escalation.climbed", subject_id=row.pk).order_by("-pk").first()
    if last is None:
        return []
    told = Counter(Notification.objects.filter(event=last).values_list("recipient", flat=True))
    owners = EscalationOwner.objects.filter(escalation=row, ended_at=None, user__is_active=True)
    reporters = row.reporters.filter(user__is_active=True)
    wanted = {*owners.values_list("user", flat=True), *reporters.values_list("user", flat=True)}
    missing = wanted - set(told)
    return [f"{row.pk}: {missing} were not told, {told}"] if missing or set(told.values()) - {1} else []
