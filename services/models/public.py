"""What residents find: the services of the versions in force, as rows that are searched and put in order.

The database writes them itself (`renew_public_services` in migration 0011) whenever a version or a map changes its status,
so that they cannot differ from `policy.public_versions()`. `manage.py public_services` makes them anew and compares.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F

LONGEST_KEY = 200


class PublicState(models.Model):
    """One row: a name that is new after each change, by which pages are kept, and how many services are where, for whom."""

    name = models.UUIDField(editable=False)
    summary: models.JSONField[Any, Any] = models.JSONField(default=list, editable=False)

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
    municipality: models.JSONField[Any, Any] = models.JSONField(editable=False)
    target_group = models.CharField(max_length=20, editable=False)
    services = models.PositiveIntegerField(editable=False)

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
    """A service of a version in force: what a list shows of it, and its folded words."""

    id = models.BigIntegerField(primary_key=True, editable=False)
    map = models.ForeignKey("services.InterfaceMap", models.CASCADE, related_name="+", editable=False)
    name = models.ForeignKey(PublicName, models.PROTECT, related_name="+", editable=False, db_index=False)
    municipality = models.TextField(editable=False, db_collation="C")
    target_group = models.CharField(max_length=20, editable=False)
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
            models.Index("municipality", "order", "id", name="public_service_municipality"),
            models.Index("name", "id", name="public_service_name"),
            GinIndex(OpClass(F("words"), "gin_trgm_ops"), name="public_service_words"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
