"""A person as one of an organisation's people: what they do there, how they are called, and who stands in."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from collaboration.models.fields import FoldedWords, GatedCharField
from collaboration.models.membership import Membership
from collaboration.models.reachable import Reachable


class MemberQuerySet(models.QuerySet["Member"]):
    def present(self) -> MemberQuerySet:
        """Those whose membership has not ended."""
        return self.filter(ended_at__isnull=True)


class Member(Reachable):
    """A member (jäsen): one person in one organisation. Their roles there are memberships.

    The database keeps one row for whoever has or has had a role, and ends it when the last role is taken away: then
    `ended_roles` are what taking back gives again.
    """

    class Level(models.TextChoices):
        FIELD = "field", _("field work")
        EXPERT = "expert", _("experts")
        MANAGEMENT = "management", _("management")
        CHANGE_LEADER = "change_leader", _("change leaders")
        POLITICAL = "political", _("political decision-making")

    user = models.ForeignKey(
        "collaboration.User", models.CASCADE, related_name="member_of", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        "collaboration.Organisation", models.PROTECT, related_name="members", verbose_name=_("organisation")
    )
    title = GatedCharField(_("job title"), max_length=150, blank=True)
    level = models.CharField(_("level"), max_length=15, choices=Level, blank=True)
    deputy = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="stands_in_for",
        verbose_name=_("who stands in"),
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    ended_roles = ArrayField(
        models.CharField(max_length=20, choices=Membership.Role), default=list, editable=False
    )
    words = FoldedWords("title", "phone")

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["user__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="person_is_a_member_once"),
            models.CheckConstraint(
                name="nobody_stands_in_for_themselves",
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("id")),
                violation_error_message=_("Choose another person to stand in."),
            ),
            models.CheckConstraint(
                name="member_who_has_ended_had_a_role",
                condition=Q(ended_at__isnull=True, ended_roles=[])
                | (Q(ended_at__isnull=False) & ~Q(ended_roles=[])),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user.name}, {self.organisation.full_name}"

    def get_absolute_url(self) -> str:
        return self.organisation.get_absolute_url()
