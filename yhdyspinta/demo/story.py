"""The demo's story of ten minutes: one report from the field to the board and back, each step as another person.

What has been done is read from the report, its matters and its people, never ticked. A story that begins again is about the next
report; the earlier one stays as it is.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from collaboration.models import Level, Matter, User
from collaboration.working_days import next_office_moment
from services.models import AspectNumber, Escalation, Interface
from yhdyspinta.demo.people import PEOPLE, DemoPerson

Status = Escalation.Status
NURSE, DIRECTOR = "terveydenhoitaja.itauusimaa", "sivistysjohtaja.porvoo"
LEADER, COORDINATOR = "muutosjohtaja.itauusimaa", "yhdyspintakoordinaattori.itauusimaa"
EXPERT, BOARD = "paakayttaja.porvoo", "hyvinvointialuejohtaja.itauusimaa"
ROLES: dict[str, DemoPerson] = {person.mailbox: person for person in PEOPLE}
SOLVED = (Status.PROPOSED, Status.CLOSED)
PLACES = (2, 4, 1, 8, 3, 5, 6, 7, 9)
"""The aspects that a story is about, the first on which nothing is open: those that are agreed come first."""


def begin_again() -> None:
    """What has been reported until now is history."""
    last = Escalation.objects.aggregate(last=Max("pk"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE demo_clock SET told_until = %s", [last])


def _told_until() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT told_until FROM demo_clock")
        return int(cursor.fetchone()[0])


@dataclass
class Story:
    """Where the story is: the interface of daycare and the clinic, and its report, if it has been filed."""

    interface: Interface
    report: Escalation | None

    @classmethod
    def read(cls) -> Story | None:
        """As the data tells it; None while the demo has no maps."""
        rows = Interface.objects.filter(map__is_demo=True, map__is_base=False, map__municipality__code="638")
        rows = rows.filter(services__service__node__key="daycare")
        interface = rows.filter(services__service__node__key="child-health-clinic").first()
        if interface is None:
            return None
        reports = Escalation.objects.filter(interface=interface, aspect__isnull=False, pk__gt=_told_until())
        return cls(interface, reports.order_by("pk").select_related("aspect").first())

    @cached_property
    def number(self) -> int:
        """Its aspect."""
        if self.report is not None and self.report.aspect is not None:
            return self.report.aspect.number
        is_open = Escalation.objects.filter(interface=self.interface, status__in=Escalation.OPEN)
        taken = set(is_open.values_list("aspect__number", flat=True))
        return next((number for number in PLACES if number not in taken), PLACES[0])

    @property
    def place(self) -> str:
        return f"{self.number} {AspectNumber(self.number).label}"

    @cached_property
    def matters(self) -> list[Matter]:
        """What it has become in the forums, and what was made of that."""
        if self.report is None:
            return []
        of = ContentType.objects.get_for_model(Escalation)
        about = Q(subject_type=of, subject_id=self.report.pk)
        return list(Matter.objects.filter(about).select_related("forum").order_by("pk"))

    def matter(self, level: Level) -> Matter | None:
        return next((row for row in self.matters if row.forum.level == level), None)

    @cached_property
    def words(self) -> set[str]:
        """Who has said of the present solution that it works."""
        if self.report is None or self.report.status not in SOLVED:
            return set()
        given = self.report.words_given.filter(round=self.report.round)
        sides = set(given.values_list("party__side", flat=True))
        told = {
            mailbox for mailbox, side in ((DIRECTOR, "municipality"), (LEADER, "county")) if side in sides
        }
        silent = self.report.reporters.filter(word="").exists()
        return told if silent else told | {NURSE}

    @property
    def is_seen(self) -> bool:
        """Whether the director has been here since it was reported."""
        director = User.objects.filter(email=ROLES[DIRECTOR].email)
        return self.report is not None and director.filter(last_login__gte=self.report.filed_at).exists()

    def is_past(self, level: Level) -> bool:
        return self.report is not None and Level(self.report.level).rank > level.rank

    @property
    def next_deadline(self) -> datetime.datetime | None:
        """When the clock looks at it next, if it is still of the story."""
        if self.report is None:
            return None
        due = self.report.due_at if self.report.is_open else self.report.asks_again_at
        return next_office_moment(due) if due is not None else None

    # Where the steps lead

    @property
    def to_report(self) -> str:
        return f"{reverse('services:escalation_new')}?yhdyspinta={self.interface.pk}&nakokulma={self.number}"

    @property
    def to_map(self) -> str:
        return reverse("services:map_drawing", args=[self.interface.map_id])

    @property
    def to_the_report(self) -> str:
        return self.report.get_absolute_url() if self.report is not None else ""

    @property
    def to_proposal(self) -> str:
        if self.report is None or self.report.status in SOLVED:
            return self.to_the_report
        return reverse("services:escalation_step", args=[self.report.pk, "propose"])

    @property
    def to_forwarding(self) -> str:
        matter = self.matter(Level.MANAGEMENT)
        if matter is None or self.matter(Level.POLITICAL) is not None:
            return self.to_matter(Level.MANAGEMENT)
        return reverse("collaboration:matter_step", args=[matter.pk, "forward"])

    def to_matter(self, level: Level) -> str:
        matter = self.matter(level)
        return matter.get_absolute_url() if matter is not None else ""


@dataclass(frozen=True)
class Step:
    """One person at a time: what to do and see, where, and how the data tells that it has been done."""

    title: Any
    sentence: Any
    people: tuple[str, ...]
    leads_to: Callable[[Story], str]
    is_done: Callable[[Story], bool]
    moves_clock: bool = False


STEPS = (
    Step(
        _("A report is filed"),
        _(
            "A public health nurse meets a family whose child comes to the four-year check-up without the daycare "
            "centre’s observations. Tell it in two sentences, look how the other party sees it, and send it."
        ),
        (NURSE,),
        lambda story: story.to_report,
        lambda story: story.report is not None,
    ),
    Step(
        _("The map turns red"),
        _(
            "The city’s director opens the map: the sector of the aspect carries the red cross, in the drawing, the list and the "
            "matrix. Leave the map open in another window: it follows by itself."
        ),
        (DIRECTOR,),
        lambda story: story.to_map,
        lambda story: story.is_seen,
    ),
    Step(
        _("Nobody answers"),
        _(
            "Move the clock to the deadline. The nurse sees on her report that it now stands with the experts."
        ),
        (NURSE,),
        lambda story: story.to_the_report,
        lambda story: story.is_past(Level.FIELD),
        moves_clock=True,
    ),
    Step(
        _("It climbs"),
        _(
            "Nobody among the experts answers either. Move the clock again: it becomes a prepared matter of the "
            "LAPE group, and whoever stands in for somebody away has it, too."
        ),
        (EXPERT,),
        lambda story: story.to_the_report,
        lambda story: story.is_past(Level.EXPERT) and story.matter(Level.MANAGEMENT) is not None,
        moves_clock=True,
    ),
    Step(
        _("The group prepares"),
        _("The coordinator reads the matter of the group, and forwards it to the county board."),
        (COORDINATOR,),
        lambda story: story.to_forwarding,
        lambda story: story.matter(Level.POLITICAL) is not None,
    ),
    Step(
        _("The board decides"),
        _(
            "The county director presents it: write the proposal, mark it ready, and record the decision and the "
            "answer."
        ),
        (BOARD,),
        lambda story: story.to_matter(Level.POLITICAL),
        lambda story: _is_answered(story.matter(Level.POLITICAL)),
    ),
    Step(
        _("The text is repaired"),
        _("The change director proposes the solution, and writes the shared text as it is from now on."),
        (LEADER,),
        lambda story: story.to_proposal,
        lambda story: story.report is not None and story.report.status in SOLVED,
    ),
    Step(
        _("Everybody confirms"),
        _(
            "The city, the county and the nurse each say that it works. With the last word the report closes, and "
            "the red cross goes from every open map. The new text is then confirmed like any other."
        ),
        (DIRECTOR, LEADER, NURSE),
        lambda story: story.to_the_report,
        lambda story: story.report is not None and story.report.status == Status.CLOSED,
    ),
)


def _is_answered(matter: Matter | None) -> bool:
    return matter is not None and matter.status == Matter.Status.ANSWERED


@dataclass
class Told:
    """A step as the page shows it: nothing can be done in it before those before it are done."""

    step: Step
    number: int
    is_done: bool
    is_next: bool
    leads_to: str
    people: list[dict[str, Any]] = field(default_factory=list)


def told(story: Story) -> list[Told]:
    """The steps in order, with the first that has not been done as the next."""
    rows: list[Told] = []
    for number, step in enumerate(STEPS, start=1):
        is_done = step.is_done(story)
        is_next = not is_done and all(row.is_done for row in rows)
        people = [
            {"row": ROLES[mailbox], "is_done": len(step.people) > 1 and mailbox in story.words}
            for mailbox in step.people
        ]
        rows.append(Told(step, number, is_done, is_next, step.leads_to(story), people))
    return rows
