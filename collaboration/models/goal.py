"""Shared goals: what several organisations want together, level by level."""

from __future__ import annotations

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collaboration.models.bilingual import in_language
from collaboration.models.fields import FoldedWords, GatedCharField, GatedTextField
from collaboration.models.level import Level


class Goal(models.Model):
    """A shared goal (yhteinen tavoite) on a level, perhaps under one of the same level or of a higher one."""

    title_fi = GatedCharField(_("title in Finnish"), max_length=200)
    title_sv = GatedCharField(_("title in Swedish"), max_length=200, blank=True)
    description = GatedTextField(_("description"), max_length=10_000, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("the goal above"),
    )
    parties = models.ManyToManyField(
        "collaboration.Organisation", related_name="goals", verbose_name=_("parties")
    )
    forum = models.ForeignKey(
        "collaboration.Forum",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="goals",
        verbose_name=_("forum that looks after it"),
    )
    until = models.DateField(_("by which day"), null=True, blank=True)
    words = FoldedWords("title_fi", "title_sv", "description")
    made_by = models.ForeignKey("collaboration.User", models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("shared goal")
        verbose_name_plural = _("shared goals")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="goal_is_not_above_itself",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                violation_error_message=_("A goal cannot be above itself."),
            )
        ]

    def __str__(self) -> str:
        return in_language(self, "title")

    def get_absolute_url(self) -> str:
        return reverse("collaboration:goal", args=[self.pk])

    @property
    def level_name(self) -> str:
        return str(capfirst(Level(self.level).label))


class GoalLink(models.Model):
    """An interface that a goal is about."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="links", verbose_name=_("shared goal"))
    linked_type = models.ForeignKey(ContentType, models.PROTECT, editable=False)
    linked_id = models.PositiveBigIntegerField(editable=False)
    linked = GenericForeignKey("linked_type", "linked_id")

    class Meta:
        verbose_name = _("link of a goal")
        verbose_name_plural = _("links of goals")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["goal", "linked_type", "linked_id"],
                name="goal_is_linked_once",
                violation_error_message=_("This is linked already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.goal_id}: {self.linked_type_id}:{self.linked_id}"
