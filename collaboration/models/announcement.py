"""Announcements: what is told to everybody who sits in a forum, or on a level of a county."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.fields import GatedCharField, GatedTextField
from collaboration.models.level import Level
from collaboration.models.reach import Reader


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def present(self) -> AnnouncementQuerySet:
        """Those whose last day has not passed and that have not been ended."""
        return self.filter(until__gte=timezone.localdate(), ended_at__isnull=True)


class Announcement(models.Model):
    """An announcement (tiedote): on the desks of those whom it concerns until its last day, or until they put it aside."""

    forum = models.ForeignKey(
        "collaboration.Forum",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="announcements",
        verbose_name=_("forum"),
        editable=False,
    )
    level = models.CharField(_("level"), max_length=15, choices=Level, blank=True)
    area = models.ForeignKey(
        "collaboration.Area",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("area"),
        editable=False,
    )
    organisation = models.ForeignKey(
        "collaboration.Organisation",
        models.PROTECT,
        related_name="+",
        verbose_name=_("by which organisation"),
        editable=False,
    )
    title = GatedCharField(_("title"), max_length=200)
    text = GatedTextField(_("text"), max_length=5000)
    until = models.DateField(_("last day"))
    made_by = models.ForeignKey("collaboration.User", models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    key = models.UUIDField(null=True, unique=True, editable=False)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="announcement_is_to_a_forum_or_to_a_level_of_a_county",
                condition=Q(forum__isnull=False, level="", area__isnull=True)
                | (Q(forum__isnull=True, area__isnull=False) & ~Q(level="")),
            )
        ]
        indexes = [
            models.Index(fields=["forum", "-id"], name="announcements_of_forum"),
            models.Index(fields=["area", "level", "-id"], name="announcements_of_level"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("collaboration:announcement", args=[self.pk])

    @property
    def level_name(self) -> str:
        return str(Level(self.level).label) if self.level else ""

    @property
    def is_present(self) -> bool:
        return self.ended_at is None and self.until >= timezone.localdate()


class AnnouncementPutAside(models.Model):
    """A person has read the announcement and wants it off the desk."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="put_aside")
    user = models.ForeignKey("collaboration.User", models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("announcement put aside")
        verbose_name_plural = _("announcements put aside")
        constraints = [
            models.UniqueConstraint(fields=["announcement", "user"], name="announcement_is_put_aside_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} has read {self.announcement_id}"


class AnnouncementReader(Reader):
    """Who reads an announcement: those who sit in the forum or on the level today, and the administrators who may end it."""

    pk = models.CompositePrimaryKey("announcement_id", "user_id", "through_id", "role")
    announcement = models.ForeignKey(Announcement, models.DO_NOTHING, related_name="readers")

    class Meta(Reader.Meta):
        verbose_name = "reader of an announcement"

    def __str__(self) -> str:
        return f"{self.user_id} reads {self.announcement_id}"
