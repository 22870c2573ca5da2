"""How an escalation climbs: to which level and forum, who has it there, and by when it is answered."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from collaboration.models import Forum, Level, Matter
from collaboration.workflow import Step
from collaboration.workflows import matters
from collaboration.working_days import is_working_day
from services.models import Escalation, ForumRow, MapForum
from services.workflows.escalation_days import deadline

WRITES = ("level", "level_at", "due_at", "is_stuck", "forum", "asks_reporters", "reminders")
"""What a climb sets."""
IN_FORUMS = (Level.MANAGEMENT, Level.POLITICAL)
"""On these levels it becomes a matter of the forum that looks after the map; politics has no other way to take it up."""


def give_owners(escalations: Iterable[int], at: datetime.datetime) -> dict[int, tuple[int, int]]:
    """Who has them in hand on their levels from now on, for every party: one statement (`give_escalation_owners`).

    Of each, where there is one, the first person with their organisation.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM give_escalation_owners(%s::bigint[], %s)", [list(escalations), at])
        return {pk: (user, organisation) for pk, user, organisation in reversed(cursor.fetchall()) if user}


def forums_on(level: str, maps: Iterable[int]) -> dict[int, list[Forum]]:
    """By map the forums of the level to which its escalations climb: those that look after it or that its interfaces name, and
    those above them."""
    wanted = list(maps)
    cared = MapForum.objects.filter(map__in=wanted, forum__ended_on=None).values_list("map", "forum")
    named = ForumRow.objects.filter(
        aspect__interface__map__in=wanted, archived_at=None, forum__ended_on=None
    ).values_list("aspect__interface__map", "forum")
    near: dict[int, set[int]] = {}
    for interface_map, pk in cared.union(named):
        near.setdefault(interface_map, set()).add(pk)
    pks = {pk for forums in near.values() for pk in forums}
    on_level: QuerySet[Forum] = (
        Forum.objects.present()
        .filter(Q(pk__in=pks) | Q(below__in=pks) | Q(below__below__in=pks), level=level)
        .prefetch_related("below__below")
        .distinct()
        .order_by("pk")
    )
    found: dict[int, list[Forum]] = {}
    for forum in on_level:
        reach = {forum.pk} | {below.pk for below in forum.below.all()}
        reach |= {each.pk for below in forum.below.all() for each in below.below.all()}
        for interface_map, forums in near.items():
            if reach & forums:
                found.setdefault(interface_map, []).append(forum)
    return found


def forum_for(escalation: Escalation, level: str) -> Forum | None:
    """The forum in which it would be handled on the level: above the one where it is, else one that looks after its map."""
    return chosen(escalation, forums_on(level, [escalation.map_id]))


def chosen(escalation: Escalation, forums: dict[int, list[Forum]]) -> Forum | None:
    """The one of its map's forums to which it goes."""
    there = forums.get(escalation.map_id, [])
    above = escalation.forum.above_id if escalation.forum is not None else None
    return next((forum for forum in there if forum.pk == above), there[0] if there else None)


def has_way_up(escalation: Escalation) -> bool:
    """Whether there is a level above, and for politics a forum that takes it up."""
    above = Level(escalation.level).above
    return above is not None and (above != Level.POLITICAL or _reaches_politics(escalation))


def _reaches_politics(escalation: Any) -> bool:
    """Asked once a row, or with the row: see `REACHES_POLITICS`."""
    if not hasattr(escalation, "reaches_politics"):
        rows: Any = Escalation.objects.filter(pk=escalation.pk).annotate(reaches_politics=REACHES_POLITICS)
        escalation.reaches_politics = rows.values_list("reaches_politics", flat=True).get()
    reaches: bool = escalation.reaches_politics
    return reaches


def _forums_above(level: Level, near: QuerySet[Forum, Any]) -> QuerySet[Forum]:
    above = Q(pk__in=near) | Q(below__in=near) | Q(below__below__in=near)
    return Forum.objects.present().filter(above, level=level)


_CARED = MapForum.objects.filter(map=OuterRef(OuterRef(OuterRef("map"))), forum__ended_on=None)
_NAMED = ForumRow.objects.filter(
    aspect__interface__map=OuterRef(OuterRef(OuterRef("map"))), archived_at=None, forum__ended_on=None
)
REACHES_POLITICS = Exists(
    _forums_above(
        Level.POLITICAL,
        Forum.objects.filter(Q(pk__in=_CARED.values("forum")) | Q(pk__in=_NAMED.values("forum"))).values(
            "pk"
        ),
    )
)
"""Beside rows, whether any forum of politics is among `forums_on`."""


def up(escalation: Any, step: Step, *, or_stay: bool = False) -> None:
    """One level up, with the days of that level; `or_stay`: where there is no way up, the days of its own level begin anew."""
    above = Level(escalation.level).above
    forum = None
    if above in IN_FORUMS:
        forum = (
            chosen(escalation, step.wished["forums"])
            if "forums" in step.wished
            else forum_for(escalation, above)
        )
    if above is None or (above == Level.POLITICAL and forum is None):
        assert or_stay  # noqa: S101 what blocks a climb has been asked
        anew(escalation, step)
        return
    escalation.level, escalation.level_at, escalation.forum = above, step.at, forum
    escalation.has_risen = True
    anew(escalation, step)


def anew(escalation: Any, step: Step) -> None:
    """The days of its level begin now."""
    escalation.level_at = step.at
    escalation.due_at = deadline(escalation, step.at)
    escalation.is_stuck = escalation.asks_reporters = False
    escalation.reminders = 0


def risen(rows: Sequence[Any], step: Step) -> None:
    """Who has them now, and in which forums they have become matters."""
    climbed = [row for row in rows if getattr(row, "has_risen", False)]
    if not climbed:
        return
    owners = give_owners([row.pk for row in climbed], step.at)
    to_forums = [row for row in climbed if row.forum_id is not None]
    if to_forums:
        _make_matters(to_forums, owners, step)
    for row in climbed:
        for kept in ("_owners", "has_risen", "open_matters"):
            if hasattr(row, kept):
                delattr(row, kept)


def _make_matters(rows: Sequence[Any], owners: dict[int, tuple[int, int]], step: Step) -> None:
    """Each becomes a prepared matter of its forum; one that a forum below has in hand goes on from there."""
    wanted: list[tuple[Any, int | None]] = []
    rising: dict[int, int] = {}
    for row in rows:
        there = {each["forum"] for each in _open_matters(row)}
        below = [each["pk"] for each in row.open_matters if each["above"] == row.forum_id]
        if row.forum_id not in there:
            wanted.append((row, below[-1] if below else None))
            rising |= dict.fromkeys(below[-1:], row.forum_id)
    risen = matters.rise_many(rising, step.at) if rising else set()
    new = [row for row, below in wanted if below not in risen and row.pk in owners]
    if new:
        matters.receive_many([matter_of(row, *owners[row.pk]) for row in new], at=step.at)


def _open_matters(escalation: Any) -> list[dict[str, int]]:
    """The matters of forums that it is now. Asked once a row, or with the row: see `OPEN_MATTERS`."""
    if not hasattr(escalation, "open_matters"):
        rows: Any = Escalation.objects.filter(pk=escalation.pk).annotate(open_matters=OPEN_MATTERS)
        escalation.open_matters = rows.values_list("open_matters", flat=True).get()
    found: list[dict[str, int]] = escalation.open_matters
    return found


OPEN_MATTERS = ArraySubquery(
    Matter.objects.filter(
        subject_type__app_label="services",
        subject_type__model="escalation",
        subject_id=OuterRef("pk"),
        status__in=Matter.OPEN,
    )
    .order_by("pk")
    .values(told=JSONObject(pk="pk", forum="forum", above="forum__above"))
)
"""Beside rows, the matters of forums that they are, each with its forum and the one above."""


def _within(model: type[Any], name: str, text: str) -> str:
    """As much of the text as the column takes; the whole of it stands in the report."""
    most = model._meta.get_field(name).max_length
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def matter_of(escalation: Any, owner: int, organisation: int) -> Matter:
    """Raised in the name of whoever has it in hand, as such: it tells nothing of who reported it."""
    language = "sv" if escalation.map.source_language == "sv" else "fi"
    with override(language):
        text = _("%(title)s. Reported %(day)s, not solved on the levels below by its deadline.") % {
            "title": escalation.title.rstrip("."),
            "day": f"{timezone.localtime(escalation.filed_at):%-d.%-m.%Y}",
        }
        proposal = _("The forum decides how this is made to work, and who does it by when.")
    return Matter(
        forum_id=escalation.forum_id,
        kind=Matter.Kind.QUESTION,
        title=escalation.title,
        text=_within(Matter, "text", f"{text}\n\n{escalation.text}"),
        proposal=proposal,
        raised_by_id=owner,
        raised_for_id=organisation,
        subject_type=ContentType.objects.get_for_model(Escalation),
        subject_id=escalation.pk,
    )


def days_left(escalation: Escalation, now: datetime.datetime) -> int:
    """Working days after today until its deadline, at least one."""
    day, last, left = timezone.localdate(now), timezone.localdate(escalation.due_at), 0
    while day < last:
        day += datetime.timedelta(days=1)
        left += is_working_day(day)
    return max(1, left)
