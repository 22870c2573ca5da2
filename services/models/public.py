"""What residents find: the services of the versions in force, as rows that are searched and put in order.

The database writes them itself (`renew_public_services` in `migrations/public.sql`) whenever a version or a map changes its status,
so that they cannot differ from `policy.public_versions()`. `manage.py public_services` makes them anew and compares.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F

LONGEST_KEY = 200


class PublicState(models.Model):
    """One row: a name that is new after each change, by which pages are kept, and what there is to choose from."""

    name = models.UUIDField(editable=False)
    summary: models.JSONField[Any, Any] = models.JSONField(default=dict, editable=False)
    """How many `services` there are, their `marks`, and by code the `municipalities` with how many each has."""

    class Meta:
        verbose_name = "public state"

    def __str__(self) -> str:
        return str(self.name)


class PublicMap(models.Model):
    """A map with a version in force."""

    map = models.OneToOneField(
        "services.InterfaceMap", models.CASCADE, primary_key=True, related_name="+", editable=False
    )
    version = models.ForeignKey("services.MapVersion", models.CASCADE, related_name="+", editable=False)
    published_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = "public map"

    def __str__(self) -> str:
        return str(self.map_id)


class PublicName(models.Model):
    """What a service is called. Many are called the same, so names are few: they are searched first, and in order."""

    name_fi = models.TextField(editable=False)
    name_sv = models.TextField(editable=False)
    words = models.TextField(editable=False, db_collation="C")
    order = models.TextField(editable=False, db_collation="C")
    order_sv = models.TextField(editable=False, db_collation="C")

    class Meta:
        verbose_name = "public name"
        constraints = [
            models.UniqueConstraint(fields=["name_fi", "name_sv"], name="public_name_is_there_once")
        ]
        indexes = [GinIndex(OpClass(F("words"), "gin_trgm_ops"), name="public_name_words")]

    def __str__(self) -> str:
        return self.name_fi


class PublicService(models.Model):
    """A service that stands on versions in force, one or many: what a list shows of it, and its folded words."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    name = models.ForeignKey(PublicName, models.PROTECT, related_name="+", editable=False, db_index=False)
    marks = ArrayField(models.TextField(db_collation="C"), editable=False)
    """What it is filtered by: `m:638`, `g:young_people` and both in one for each place, `o:leisure`, `e:ict`."""
    shown: models.JSONField[Any, Any] = models.JSONField(editable=False)
    place_words = models.TextField(editable=False, db_collation="C")
    words = models.TextField(editable=False, db_collation="C")
    order = models.TextField(editable=False, db_collation="C")
    order_sv = models.TextField(editable=False, db_collation="C")

    class Meta:
        verbose_name = "public service"
        indexes = [
            models.Index("order", "id", name="public_service_order"),
            models.Index("order_sv", "id", name="public_service_order_sv"),
            models.Index("name", "id", name="public_service_name"),
            GinIndex(fields=["marks"], name="public_service_marks"),
            GinIndex(OpClass(F("words"), "gin_trgm_ops"), name="public_service_words"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PublicPlace(models.Model):
    """A service on one map with a version in force: what that version says of it."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    map = models.ForeignKey("services.InterfaceMap", models.CASCADE, related_name="+", editable=False)
    service = models.ForeignKey("services.Service", models.CASCADE, related_name="+", editable=False)
    name = models.ForeignKey(PublicName, models.PROTECT, related_name="+", editable=False)
    published_at = models.DateTimeField(editable=False)
    municipality = models.TextField(editable=False, db_collation="C", db_index=True)
    marks = ArrayField(models.TextField(db_collation="C"), editable=False)
    shown: models.JSONField[Any, Any] = models.JSONField(editable=False)
    place_words = models.TextField(editable=False, db_collation="C")
    words = models.TextField(editable=False, db_collation="C")

    class Meta:
        verbose_name = "public place"

    def __str__(self) -> str:
        return str(self.pk)
