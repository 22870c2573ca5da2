"""Changes of single properties: the running log that live editing and history read."""

import datetime
import hashlib
import json
from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Change(models.Model):
    """One property of one row changed; UPDATE, DELETE and TRUNCATE are refused by a database trigger. `log` is the whole that it belongs to and that gives it its number `seq`.

    A property's version is the `seq` of its latest change; a row never changed since it was made has version 0.
    `undoes` names the change that this one takes back; taking that back in turn is doing it again.
    `cause` is the change that brought this one about: of the base map's text that is followed here, or of the following.
    """

    log_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    log_id = models.BigIntegerField()
    log = GenericForeignKey("log_type", "log_id")
    seq = models.PositiveIntegerField(_("running number"))
    op_id = models.UUIDField(_("client's id of the change"))
    subject_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    property = models.CharField(_("property"), max_length=40)
    from_value = models.JSONField(_("from"), null=True)
    to_value = models.JSONField(_("to"), null=True)
    sent_value = models.JSONField(
        _("as it was sent"),
        null=True,
        help_text=_("What the person wrote, when it was merged with what another had saved meanwhile."),
    )
    request_digest = models.CharField(
        _("digest of what was asked for"), max_length=64, blank=True, default="", editable=False
    )
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by", editable=False)
    actor = models.ForeignKey(
        "collaboration.User", models.PROTECT, related_name="changes", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    cause = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="consequences", editable=False
    )

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["log_type", "log_id", "seq"], name="change_number_is_given_once"),
            models.UniqueConstraint(fields=["log_type", "log_id", "op_id"], name="change_is_applied_once"),
        ]
        indexes = [
            models.Index(
                fields=["log_type", "log_id", "subject_type", "subject_id", "property", "-seq"],
                name="change_latest_of_property",
            )
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.property}"

    def digest(self) -> str:
        """Of all that the change says; its event keeps it."""
        return digest_of(
            {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields[1:]}
        )


def digest_of(said: Any) -> str:
    """The SHA-256 of values as JSON, the same before they are stored and after."""
    return hashlib.sha256(json.dumps(_as_stored(said), sort_keys=True).encode()).hexdigest()


def _as_stored(value: Any) -> Any:
    """PostgreSQL writes a number without its kind: 1e22 comes back as a whole one, and 0 has no sign."""
    if isinstance(value, dict):
        return {str(key): _as_stored(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_as_stored(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return value if value is None or isinstance(value, str | int | float) else str(value)
