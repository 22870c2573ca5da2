"""A note and its list."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from collaboration.models import Organisation
from collaboration.models.fields import GatedCharField, GatedTextField


class Note(models.Model):
    """What the members of an organisation write together."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    title = GatedCharField("title", max_length=80, blank=True)
    body = GatedTextField("body", max_length=500, blank=True)
    seq = models.PositiveIntegerField(default=0)
    news_seq = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("notes:note", args=[self.pk])

    def listed(self) -> models.QuerySet[Item]:
        return self.items.filter(archived_at=None).order_by("pk")


class Item(models.Model):
    """A line of the note's list."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="items")
    words = GatedCharField("words", max_length=80)
    archived_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.words
