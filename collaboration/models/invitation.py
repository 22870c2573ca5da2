"""Invitations: a link by mail with which somebody becomes one of an organisation's people, or sits in a forum for it."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.fields import GATE, GatedCharField
from collaboration.models.forum import ForumSeat
from collaboration.models.member import Member
from collaboration.models.membership import Membership
from collaboration.models.person import User
from collaboration.models.queued import Queued, QueuedQuerySet

LASTS = datetime.timedelta(days=14)


def in_two_weeks() -> datetime.datetime:
    return timezone.now() + LASTS


class InvitationQuerySet(QueuedQuerySet["Invitation"]):
    def waiting(self) -> InvitationQuerySet:
        """Those that nobody has accepted or withdrawn, also when their link has ended."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def to_be_mailed(self) -> InvitationQuerySet:
        return self.waiting().filter(mailed_at__isnull=True, given_up_at__isnull=True)


class Invitation(Queued):
    """An invitation (kutsu). Its link is signed, works once and until its end; one that is sent again ends the earlier.

    No secret is kept: the link is made when its mail is. One to a forum gives a seat there, and nothing in the organisation.
    """

    organisation = models.ForeignKey(
        "collaboration.Organisation",
        models.PROTECT,
        related_name="invitations",
        verbose_name=_("organisation"),
    )
    forum = models.ForeignKey(
        "collaboration.Forum",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("forum"),
    )
    seat_role = models.CharField(_("role in the forum"), max_length=15, choices=ForumSeat.Role, blank=True)
    seat_until = models.DateField(_("the seat ends"), null=True, blank=True)
    represents = models.CharField(_("represents"), max_length=20, choices=ForumSeat.Represents, blank=True)
    email = models.EmailField(_("e-mail address"), validators=[*GATE])
    role = models.CharField(_("role"), max_length=20, choices=Membership.Role, default=Membership.Role.READER)
    level = models.CharField(_("level"), max_length=15, choices=Member.Level, blank=True)
    title = GatedCharField(_("job title"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=User.Language, default=User.Language.FINNISH
    )
    invited_by = models.ForeignKey("collaboration.User", models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("ends"), default=in_two_weeks, editable=False)
    times = models.PositiveSmallIntegerField("how many times it was sent", default=1, editable=False)
    mailed_at = models.DateTimeField(null=True, editable=False)
    given_up_at = models.DateTimeField(null=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, null=True, related_name="+", editable=False
    )
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["email", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email", "forum"],
                nulls_distinct=False,
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_invitation_waits_for_an_address",
                violation_error_message=_(
                    "This address has been invited already: send the invitation again."
                ),
            ),
            models.CheckConstraint(
                name="invitation_to_a_forum_is_to_a_seat",
                condition=Q(forum__isnull=True, seat_role="") | (Q(forum__isnull=False) & ~Q(seat_role="")),
            ),
            models.CheckConstraint(
                name="invitation_is_accepted_or_withdrawn",
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="invitation_is_accepted_by_somebody",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)  # never the address

    @property
    def has_ended(self) -> bool:
        return self.expires_at <= timezone.now()

    def after_a_failure(self) -> dict[str, Any]:
        return {**super().after_a_failure(), "given_up_at": timezone.now() if self.is_last_try else None}
