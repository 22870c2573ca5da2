"""A person's place in an organisation."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Membership(models.Model):
    """A membership (jäsenyys): one person, one organisation, one role. Several roles are several rows."""

    class Role(models.TextChoices):
        READER = "reader", _("reader")
        EDITOR = "editor", _("editor")
        APPROVER = "approver", _("approver")
        ADMINISTRATOR = "administrator", _("organisation administrator")

    user = models.ForeignKey(
        "collaboration.User", models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        "collaboration.Organisation",
        models.PROTECT,
        related_name="memberships",
        limit_choices_to=~Q(kind="municipalities"),
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                name="membership_role_is_held_once",
                violation_error_message=_("The person already has this role in the organisation."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.organisation}, {self.get_role_display()}"
