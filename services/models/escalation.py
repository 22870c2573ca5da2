"""Escalations: reports that an interface does not work, who has them in hand, and who says that it works again."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaboration.models import Level, Reader
from collaboration.models.fields import FoldedWords, GatedCharField, GatedTextField
from services.models.aspect import Aspect
from services.models.interface import Interface
from services.models.interface_map import InterfaceMap, MapParty


class Escalation(models.Model):
    """An escalation ("homma ei toimi" -ilmoitus): a report about one aspect of one interface that climbs by its deadlines.

    `due_at` is when the clock looks at it next: the deadline of its level, the end of a pause, or the next reminder.
    `days` are the working days of each level as they were when it was filed: a rule that changes later does not touch it.
    """

    class Effect(models.TextChoices):
        DELAYED = "delayed", _("the service is delayed")
        NOT_RECEIVED = "not_received", _("the client is left without the service")
        DONE_TWICE = "done_twice", _("the same is done twice")
        GUIDED_WRONG = "guided_wrong", _("the client is guided to the wrong place")

    class Frequency(models.TextChoices):
        ONCE = "once", _("once")
        SOMETIMES = "sometimes", _("sometimes")
        OFTEN = "often", _("often")
        ALWAYS = "always", _("always")

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("not urgent")
        URGENT = "urgent", _("urgent")
        DANGER = "danger", _("at once")

    class Status(models.TextChoices):
        FILED = "filed", pgettext_lazy("escalation", "filed")
        TRIAGED = "triaged", pgettext_lazy("escalation", "taken up")
        IN_PROGRESS = "in_progress", pgettext_lazy("escalation", "being worked on")
        WAITING = "waiting", pgettext_lazy("escalation", "waiting")
        PROPOSED = "proposed", pgettext_lazy("escalation", "solution proposed")
        CLOSED = "closed", pgettext_lazy("escalation", "closed")
        WITHDRAWN = "withdrawn", pgettext_lazy("escalation", "withdrawn")
        MERGED = "merged", pgettext_lazy("escalation", "merged")

    RUNNING = (Status.FILED, Status.TRIAGED, Status.IN_PROGRESS, Status.PROPOSED)
    """While the deadline of its level runs."""
    OPEN = (*RUNNING, Status.WAITING)
    """While the aspect does not work."""

    class Repair(models.TextChoices):
        TEXT = "text", _("the shared text of the aspect was changed")
        ACTION = "action", _("an action was agreed on")
        MATTER = "matter", _("a forum handles the change")
        NONE = "none", _("nothing needs to change")

    class WaitingFor(models.TextChoices):
        REPORTER = "reporter", _("the one who reported it")
        PARTY = "party", _("a party")
        OTHER = "other", _("somebody else")

    map = models.ForeignKey(
        InterfaceMap, models.PROTECT, related_name="escalations", verbose_name=_("interface map")
    )
    interface = models.ForeignKey(
        Interface,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="escalations",
        verbose_name=_("interface"),
    )
    aspect = models.ForeignKey(
        Aspect, models.PROTECT, null=True, blank=True, related_name="escalations", verbose_name=_("aspect")
    )
    title = GatedCharField(_("title"), max_length=120)
    text = GatedTextField(_("what happened"), max_length=10_000)
    effect = models.CharField(_("what it does to the service"), max_length=15, choices=Effect)
    frequency = models.CharField(_("how often"), max_length=10, choices=Frequency)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, default=Urgency.NORMAL)
    level = models.CharField(_("level"), max_length=15, choices=Level, default=Level.FIELD, editable=False)
    level_at = models.DateTimeField(_("on this level since"), default=timezone.now, editable=False)
    status = models.CharField(
        _("status"), max_length=15, choices=Status, default=Status.FILED, editable=False
    )
    status_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    seq = models.PositiveIntegerField(default=0, editable=False)
    filed_at = models.DateTimeField(_("reported"), default=timezone.now, editable=False)
    days = models.JSONField(default=dict, editable=False)
    due_at = models.DateTimeField(_("deadline"), editable=False)
    is_stuck = models.BooleanField(default=False, editable=False)
    days_left = models.PositiveSmallIntegerField(null=True, editable=False)
    waiting_for = models.CharField(
        _("for whom it waits"), max_length=10, choices=WaitingFor, blank=True, editable=False
    )
    forum = models.ForeignKey(
        "collaboration.Forum",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("forum"),
        editable=False,
    )
    proposal = GatedTextField(_("proposed solution"), max_length=10_000, blank=True, editable=False)
    proposed_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, null=True, related_name="+", editable=False
    )
    round = models.PositiveSmallIntegerField(default=0, editable=False)
    asks_reporters = models.BooleanField(default=False, editable=False)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)
    repair = models.CharField(_("what changed"), max_length=10, choices=Repair, blank=True, editable=False)
    repair_reason = GatedCharField(
        _("why nothing needs to change"), max_length=500, blank=True, editable=False
    )
    change = models.ForeignKey(
        "collaboration.Change", models.PROTECT, null=True, related_name="+", editable=False
    )
    action = models.ForeignKey(
        "collaboration.Action", models.PROTECT, null=True, related_name="+", editable=False
    )
    matter = models.ForeignKey(
        "collaboration.Matter", models.PROTECT, null=True, related_name="+", editable=False
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    asks_again_at = models.DateTimeField(null=True, editable=False)
    reopened = models.PositiveSmallIntegerField(default=0, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", editable=False)
    key = models.UUIDField(null=True, unique=True, editable=False)
    words = FoldedWords("title", "text")

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="escalation_is_closed_exactly_when_it_has_a_moment",
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="escalation_is_merged_exactly_when_it_leads_on",
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="escalation_waits_exactly_when_for_somebody",
                condition=Q(status="waiting") ^ Q(waiting_for=""),
            ),
            models.CheckConstraint(
                name="proposed_solution_says_what_changed",
                condition=~Q(status__in=["proposed", "closed"]) | (~Q(proposal="") & ~Q(repair="")),
            ),
            models.CheckConstraint(
                name="no_change_has_its_reason",
                condition=~Q(repair="none") | ~Q(repair_reason=""),
            ),
            models.CheckConstraint(
                name="aspect_of_an_escalation_is_of_an_interface",
                condition=Q(aspect__isnull=True) | Q(interface__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["map", "due_at", "id"], name="escalations_of_map"),
            models.Index(
                fields=["aspect"],
                condition=~Q(status__in=["closed", "withdrawn", "merged"]) & Q(aspect__isnull=False),
                name="aspects_that_do_not_work",
            ),
            models.Index(fields=["interface", "-id"], name="escalations_of_interface"),
            models.Index(
                fields=["due_at", "id"],
                condition=~Q(status__in=["closed", "withdrawn", "merged"]),
                name="escalations_that_are_due",
            ),
            models.Index(
                fields=["asks_again_at"],
                condition=Q(asks_again_at__isnull=False),
                name="escalations_to_ask_again",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("services:escalation", args=[self.pk])

    @property
    def number(self) -> str:
        """As people cite it: the year and the running number."""
        return f"{timezone.localtime(self.filed_at).year}-{self.pk}"

    @property
    def status_name(self) -> str:
        return str(Escalation.Status(self.status).label)

    @property
    def level_name(self) -> str:
        return str(Level(self.level).label)

    @property
    def first_report(self) -> tuple[int, bool]:
        """Whose wish it was, and whether they hide their name: for code that compares wishes, shown to nobody."""
        report = getattr(self, "report", None) or self.reporters.get(is_first=True)
        return report.user_id, report.is_nameless

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_running(self) -> bool:
        """Whether the deadline of its level runs."""
        return self.status in self.RUNNING and not self.asks_reporters

    @property
    def is_late(self) -> bool:
        return self.is_running and self.due_at <= timezone.now()


class EscalationReporter(models.Model):
    """Somebody who has reported it or joined ("minullakin"), and what they say of the solution of which `round`.

    With `is_nameless` only the reporter's own organisation reads the name.
    """

    class Word(models.TextChoices):
        WORKS = "works", _("works")
        LAPSED = "lapsed", _("did not answer two reminders")

    escalation = models.ForeignKey(Escalation, models.CASCADE, related_name="reporters")
    user = models.ForeignKey(
        "collaboration.User", models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    organisation = models.ForeignKey(
        "collaboration.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    is_nameless = models.BooleanField(_("the name is not shown to the other parties"), default=True)
    is_first = models.BooleanField(default=False, editable=False)
    text = GatedTextField(_("what happened"), max_length=2_000, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)
    word = models.CharField(max_length=10, choices=Word, blank=True, editable=False)
    word_at = models.DateTimeField(null=True, editable=False)
    round = models.PositiveSmallIntegerField(default=0, editable=False)
    came_from = models.ForeignKey(Escalation, models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name = _("reporter of an escalation")
        verbose_name_plural = _("reporters of escalations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "user"],
                name="person_reports_an_escalation_once",
                violation_error_message=_("You have reported this already."),
            ),
            models.CheckConstraint(
                name="word_of_a_reporter_has_its_moment",
                condition=Q(word="", word_at__isnull=True) | (~Q(word="") & Q(word_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["user", "escalation"], name="escalations_of_reporter")]

    def __str__(self) -> str:
        return f"{self.escalation_id}: {self.pk}"  # never the name


class EscalationOwner(models.Model):
    """Who has an escalation in hand for one party on one level; without a person the organisation's administrator finds one.

    `is_fallback`: nobody was named, so it fell to the administrator. Of what is closed, whoever had it last still reads it and
    may take it up again; when they leave, the database ends their rows, and of what is open gives it to somebody else.
    """

    escalation = models.ForeignKey(Escalation, models.CASCADE, related_name="owners")
    party = models.ForeignKey(MapParty, models.PROTECT, related_name="+", verbose_name=_("party"))
    level = models.CharField(_("level"), max_length=15, choices=Level)
    user = models.ForeignKey(
        "collaboration.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible person"),
    )
    is_fallback = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("owner of an escalation")
        verbose_name_plural = _("owners of escalations")
        ordering = ["party__lane", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "party"],
                condition=Q(ended_at__isnull=True),
                name="escalation_has_one_owner_for_a_party",
            )
        ]
        indexes = [
            models.Index(
                fields=["user", "escalation"],
                condition=Q(ended_at__isnull=True),
                name="escalations_of_owner",
            )
        ]

    def __str__(self) -> str:
        return f"{self.escalation_id}: {self.party_id}"


class EscalationWord(models.Model):
    """A party's word on the solution of a round: it works."""

    escalation = models.ForeignKey(Escalation, models.CASCADE, related_name="words_given")
    party = models.ForeignKey(MapParty, models.PROTECT, related_name="+", verbose_name=_("party"))
    round = models.PositiveSmallIntegerField()
    by = models.ForeignKey("collaboration.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("party's word on an escalation")
        verbose_name_plural = _("parties' words on escalations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "party", "round"], name="party_says_once_that_it_works"
            )
        ]

    def __str__(self) -> str:
        return f"{self.escalation_id}: {self.party_id}"


class EscalationPause(models.Model):
    """A time in which the deadline stood still: for whom it waited, why, and until when it was meant to."""

    escalation = models.ForeignKey(Escalation, models.CASCADE, related_name="pauses")
    waiting_for = models.CharField(_("for whom it waits"), max_length=10, choices=Escalation.WaitingFor)
    why = GatedCharField(_("why"), max_length=500)
    by = models.ForeignKey("collaboration.User", models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("pause of an escalation")
        verbose_name_plural = _("pauses of escalations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation"],
                condition=Q(ended_at__isnull=True),
                name="escalation_pauses_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.why


class EscalationRule(models.Model):
    """In how many working days each level answers in a county; the newest is in force, the earlier ones are its history."""

    organisation = models.ForeignKey(
        "collaboration.Organisation", models.PROTECT, related_name="+", verbose_name=_("county")
    )
    days = ArrayField(
        models.PositiveSmallIntegerField(), size=4, verbose_name=_("working days of the four levels")
    )
    made_by = models.ForeignKey("collaboration.User", models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    reason = GatedCharField(_("why"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("rule of deadlines")
        verbose_name_plural = _("rules of deadlines")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.days}"


class EscalationReader(Reader):
    """Who reads an escalation: whoever reads its map as a party or from a forum that looks after it, its reporters and owners."""

    OWNER, REPORTER = "owner", "reporter"

    pk = models.CompositePrimaryKey("escalation_id", "user_id", "through_id", "role")
    escalation = models.ForeignKey(Escalation, models.DO_NOTHING, related_name="readers")

    class Meta(Reader.Meta):
        verbose_name = "reader of an escalation"

    def __str__(self) -> str:
        return f"{self.user_id} reads {self.escalation_id}"


def open_on(aspect: str) -> Any:
    """Whether an escalation is open on the aspect to which the path leads."""
    return models.Exists(
        Escalation.objects.filter(aspect=models.OuterRef(aspect), status__in=Escalation.OPEN)
    )
