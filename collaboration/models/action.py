"""Actions: what somebody has promised to do by a day, how far it is, and what shows that it was done."""

from __future__ import annotations

import datetime

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaboration.models.fields import GATE, FoldedWords, GatedCharField, GatedTextField
from collaboration.models.reach import Reader


class Action(models.Model):
    """An action (toimenpide): of a matter or by itself, and perhaps towards a shared goal.

    Before its day comes, whoever is responsible is asked whether it keeps to the schedule: `asked_for` is the day for
    which the clock has asked, `answered_for` the one for which somebody has answered.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("action", "open")
        DONE = "done", pgettext_lazy("action", "done")
        CANCELLED = "cancelled", pgettext_lazy("action", "cancelled")

    what = GatedCharField(_("what is done"), max_length=200)
    description = GatedTextField(_("description"), max_length=10_000, blank=True)
    responsible = models.ForeignKey(
        "collaboration.Organisation",
        models.PROTECT,
        related_name="actions",
        verbose_name=_("responsible organisation"),
    )
    person = models.ForeignKey(
        "collaboration.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("responsible person"),
    )
    due_on = models.DateField(pgettext_lazy("action", "due day"))
    progress = models.PositiveSmallIntegerField(
        _("progress in percent"), default=0, validators=[MaxValueValidator(100)]
    )
    evidence = GatedTextField(_("what shows it"), max_length=10_000, blank=True)
    evidence_link = models.URLField(_("address of what shows it"), blank=True, validators=[*GATE])
    matter = models.ForeignKey(
        "collaboration.Matter",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("matter"),
        editable=False,
    )
    goal = models.ForeignKey(
        "collaboration.Goal",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("shared goal"),
    )
    subject_type = models.ForeignKey(ContentType, models.PROTECT, null=True, blank=True, editable=False)
    subject_id = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    subject = GenericForeignKey("subject_type", "subject_id")
    made_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, related_name="made_actions", editable=False
    )
    made_for = models.ForeignKey(
        "collaboration.Organisation",
        models.PROTECT,
        related_name="+",
        verbose_name=_("for which organisation"),
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN, editable=False)
    status_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    done_at = models.DateTimeField(pgettext_lazy("action", "done"), null=True, editable=False)
    cancelled_reason = GatedTextField(_("why"), max_length=2000, blank=True, editable=False)
    seq = models.PositiveIntegerField(default=0, editable=False)
    asked_for = models.DateField(null=True, editable=False)
    answered_for = models.DateField(null=True, editable=False)
    key = models.UUIDField(null=True, unique=True, editable=False)
    words = FoldedWords("what", "description")

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="action_is_done_exactly_when_it_has_a_moment",
                condition=Q(status="done", done_at__isnull=False)
                | (~Q(status="done") & Q(done_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="progress_of_an_action_is_a_share",
                condition=Q(progress__lte=100),
                violation_error_message=_("Tell the progress as a number from 0 to 100."),
            ),
            models.CheckConstraint(
                name="done_action_is_all_done", condition=~Q(status="done") | Q(progress=100)
            ),
            models.CheckConstraint(
                name="cancelled_action_tells_why",
                condition=Q(status="cancelled") ^ Q(cancelled_reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["responsible", "status", "due_on"], name="actions_of_responsible"),
            models.Index(fields=["person", "status"], name="actions_of_person"),
            models.Index(fields=["made_for"], name="actions_made_for"),
            models.Index(fields=["matter"], name="actions_of_matter"),
            models.Index(fields=["goal"], name="actions_of_goal"),
            models.Index(fields=["due_on", "id"], name="actions_by_day"),
            models.Index(fields=["due_on"], condition=Q(status="open"), name="actions_to_ask_about"),
            models.Index(fields=["subject_type", "subject_id"], name="actions_about"),
        ]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        return reverse("collaboration:action", args=[self.pk])

    @property
    def status_name(self) -> str:
        return str(Action.Status(self.status).label)

    @property
    def is_open(self) -> bool:
        return self.status == Action.Status.OPEN

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()

    @property
    def days_late(self) -> int:
        return (
            max(0, (timezone.localdate() - self.due_on) // datetime.timedelta(days=1)) if self.is_open else 0
        )


class ActionAnswer(models.Model):
    """Whether an action keeps to its schedule, as somebody answered: for which day, and which day they hope for instead."""

    class Answer(models.TextChoices):
        YES = "yes", _("keeps to the schedule")
        LATE = "late", _("will be late")
        NEW_DAY = "new_day", _("another day is asked for")

    action = models.ForeignKey(Action, models.CASCADE, related_name="answers", verbose_name=_("action"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, editable=False)
    due_on = models.DateField(editable=False)
    wished_on = models.DateField(_("wished day"), null=True, blank=True)
    reason = GatedTextField(_("reason"), max_length=2000, blank=True)
    by = models.ForeignKey("collaboration.User", models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("answer about an action's schedule")
        verbose_name_plural = _("answers about actions' schedules")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="another_day_is_asked_for_with_a_reason",
                condition=Q(answer="new_day", wished_on__isnull=False) & ~Q(reason="")
                | (~Q(answer="new_day") & Q(wished_on__isnull=True)),
            )
        ]
        indexes = [models.Index(fields=["action", "-id"], name="answers_of_action")]

    def __str__(self) -> str:
        return f"{self.action_id}: {self.answer}"

    @property
    def answer_name(self) -> str:
        return str(ActionAnswer.Answer(self.answer).label)


class ActionReader(Reader):
    """Who reads an action: people of the responsible organisation and of the one that made it, and who reads its matter.

    `asked` are those who are responsible today, `follower` those who see it late on their desks.
    """

    ASKED, FOLLOWER = "asked", "follower"

    pk = models.CompositePrimaryKey("action_id", "user_id", "through_id", "role")
    action = models.ForeignKey(Action, models.DO_NOTHING, related_name="readers")

    class Meta(Reader.Meta):
        verbose_name = "reader of an action"

    def __str__(self) -> str:
        return f"{self.user_id} reads {self.action_id}"
