"""Forums: where people of several organisations handle matters together, and who sits in them."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.bilingual import Bilingual, in_language
from collaboration.models.fields import FoldedWords, GatedCharField, GatedTextField, SortKey
from collaboration.models.level import Level


class ForumQuerySet(models.QuerySet["Forum"]):
    def present(self) -> ForumQuerySet:
        """Those that have not ended."""
        return self.filter(ended_on__isnull=True)


class Forum(Bilingual, models.Model):  # noqa: DJ008 Bilingual has it
    """A forum (foorumi): a council, group, network or team on one of the four levels.

    What it is for and who sits in it is known to everyone who signs in; what has been addressed to it, to its seats only.
    """

    class Kind(models.TextChoices):
        COUNCIL = "council", _("council")
        BOARD = "board", _("board")
        COMMITTEE = "committee", _("committee or section")
        LAPE = "lape", _("LAPE group")
        SISOTE = "sisote", _("SISOTE group")
        STUDENT_WELFARE = "student_welfare", _("student welfare group (14 a §)")
        SECTOR_NETWORK = "sector_network", _("sector network")
        PREPARATORY_NETWORK = "preparatory_network", _("preparatory network")
        FIELD_TEAM = "field_team", _("field team")

    class Languages(models.TextChoices):
        FINNISH = "fi", _("Finnish")
        SWEDISH = "sv", _("Swedish")
        BOTH = "fi-sv", _("Finnish and Swedish")

    level = models.CharField(_("level"), max_length=15, choices=Level)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    name_fi = GatedCharField(_("name in Finnish"), max_length=200)
    name_sv = GatedCharField(_("name in Swedish"), max_length=200, blank=True)
    area = models.ForeignKey(
        "collaboration.Area",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="forums",
        verbose_name=_("area"),
    )
    coordinated_by = models.ForeignKey(
        "collaboration.Organisation",
        models.PROTECT,
        related_name="coordinated_forums",
        verbose_name=_("coordinating organisation"),
    )
    members: models.ManyToManyField[Any, models.Model] = models.ManyToManyField(
        "collaboration.Organisation",
        related_name="forums",
        blank=True,
        verbose_name=_("member organisations"),
    )
    above = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="below", verbose_name=_("the forum above")
    )
    forwards_to: models.ManyToManyField[Any, models.Model] = models.ManyToManyField(
        "self",
        symmetrical=False,
        related_name="receives_from",
        blank=True,
        verbose_name=_("other forums to which it may forward"),
    )
    languages = models.CharField(_("languages"), max_length=5, choices=Languages, default=Languages.FINNISH)
    purpose_fi = GatedTextField(_("purpose in Finnish"), max_length=2000, blank=True)
    purpose_sv = GatedTextField(_("purpose in Swedish"), max_length=2000, blank=True)
    working_rules = GatedTextField(_("working rules"), max_length=5000, blank=True)
    legal_basis = GatedCharField(
        _("legal basis"), max_length=200, blank=True, help_text=_("For example 611/2021, 14 §.")
    )
    term_from = models.DateField(_("term of office from"), null=True, blank=True)
    term_until = models.DateField(_("term of office until"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True, editable=False)
    sort_key = SortKey("name_fi")
    sort_key_sv = SortKey("name_sv", "name_fi")
    words = FoldedWords("name_fi", "name_sv", "purpose_fi", "purpose_sv")

    objects = ForumQuerySet.as_manager()

    class Meta:
        verbose_name = _("forum")
        verbose_name_plural = _("forums")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["coordinated_by", "name_fi"],
                condition=Q(ended_on__isnull=True),
                name="forum_name_is_unique_where_it_is_coordinated",
                violation_error_message=_("This organisation coordinates another forum of the same name."),
            ),
            models.CheckConstraint(
                name="forum_is_not_above_itself",
                condition=Q(above__isnull=True) | ~Q(above=F("id")),
                violation_error_message=_("A forum cannot be above itself."),
            ),
            models.CheckConstraint(
                name="term_of_a_forum_begins_before_it_ends",
                condition=Q(term_from__isnull=True)
                | Q(term_until__isnull=True)
                | Q(term_until__gte=F("term_from")),
                violation_error_message=_("The term of office must begin before it ends."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("collaboration:forum", args=[self.pk])

    @property
    def purpose(self) -> str:
        """What it is for, in the reader's language."""
        return in_language(self, "purpose")

    @property
    def rank(self) -> int:
        """Of its level: 1 for field work, 4 for politics."""
        return Level(self.level).rank


class ForumSeatQuerySet(models.QuerySet["ForumSeat"]):
    def valid(self, on: datetime.date) -> ForumSeatQuerySet:
        """Those that have begun and not ended on the day."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), valid_from__lte=on)

    def not_ended(self, on: datetime.date) -> ForumSeatQuerySet:
        """The same, and those that begin later."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on))


class ForumSeat(models.Model):
    """A seat (paikka): one person in one forum, for an organisation, in a role and for a time.

    It opens what has been addressed to the forum, from its first day to its last; an expert's, one matter.
    """

    class Role(models.TextChoices):
        CHAIR = "chair", _("chair")
        VICE_CHAIR = "vice_chair", _("vice chair")
        SECRETARY = "secretary", _("secretary")
        COORDINATOR = "coordinator", _("coordinator")
        MEMBER = "member", _("member")
        DEPUTY = "deputy", _("deputy member")
        OBSERVER = "observer", _("observer")
        EXPERT = "expert", _("expert for one matter")

    HANDLERS = (Role.CHAIR, Role.VICE_CHAIR, Role.SECRETARY, Role.COORDINATOR)
    """Whoever sits in one of these handles what comes to the forum, and keeps the forum."""

    class Represents(models.TextChoices):
        EDUCATION = "education", _("education and culture")
        SOCIAL_AND_HEALTH = "social_and_health", _("social and health services")
        NGO = "ngo", _("civil society organisations")
        PARISH = "parish", _("parishes")
        YOUNG_PEOPLE = "young_people", _("young people")
        OTHER = "other", _("others")

    forum = models.ForeignKey(Forum, models.CASCADE, related_name="seats", verbose_name=_("forum"))
    user = models.ForeignKey(
        "collaboration.User", models.PROTECT, related_name="forum_seats", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        "collaboration.Organisation",
        models.PROTECT,
        related_name="forum_seats",
        verbose_name=_("for which organisation"),
    )
    role = models.CharField(_("role"), max_length=15, choices=Role, default=Role.MEMBER)
    represents = models.CharField(_("represents"), max_length=20, choices=Represents)
    language = models.CharField(
        _("language"), max_length=2, choices=[("fi", _("Finnish")), ("sv", _("Swedish"))], default="fi"
    )
    deputy_for = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="deputies", verbose_name=_("deputy of")
    )
    matter = models.ForeignKey(
        "collaboration.Matter",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="experts",
        verbose_name=_("matter"),
    )
    valid_from = models.DateField(_("first day"), default=timezone.localdate)
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    objects = ForumSeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["forum", "user__sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                name="seat_begins_before_it_ends",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The seat must begin before it ends."),
            ),
            models.UniqueConstraint(
                fields=["forum", "user", "role", "matter"],
                condition=Q(valid_until__isnull=True),
                nulls_distinct=False,
                name="open_seat_is_held_once",
                violation_error_message=_("The person has this seat already."),
            ),
            models.CheckConstraint(
                name="expert_is_heard_in_one_matter",
                condition=Q(role="expert", matter__isnull=False)
                | (~Q(role="expert") & Q(matter__isnull=True)),
                violation_error_message=_("An expert is heard in one matter: choose which."),
            ),
            models.CheckConstraint(
                name="deputy_is_of_another_seat",
                condition=Q(deputy_for__isnull=True) | (Q(role="deputy") & ~Q(deputy_for=F("id"))),
                violation_error_message=_("Only a deputy member has a seat whose deputy they are."),
            ),
        ]
        indexes = [models.Index(fields=["user", "forum"], name="seat_of_person")]

    def __str__(self) -> str:
        return f"{self.user}, {self.forum}"

    def get_absolute_url(self) -> str:
        return self.forum.get_absolute_url()

    def clean(self) -> None:
        from collaboration.models.organisation import Organisation  # noqa: PLC0415 a circle of models

        kind = self.organisation.kind if self.organisation_id else ""
        if kind in Organisation.LIMITED and self.role in self.HANDLERS:
            raise ValidationError(
                {
                    "role": _(
                        "A civil society organisation, a parish or a company has a seat as a member or observer."
                    )
                }
            )

    @property
    def role_name(self) -> str:
        return str(ForumSeat.Role(self.role).label)

    @property
    def has_begun(self) -> bool:
        return self.valid_from <= timezone.localdate()

    @property
    def has_ended(self) -> bool:
        return self.valid_until is not None and self.valid_until < timezone.localdate()


class ActingSeat(models.Model):
    """Who sits in a seat today: its holder, and whoever stands in for a holder who is away. Rows of a view."""

    pk = models.CompositePrimaryKey("seat_id", "user_id")
    seat = models.ForeignKey(ForumSeat, models.DO_NOTHING, related_name="acting")
    user = models.ForeignKey("collaboration.User", models.DO_NOTHING, related_name="+")
    forum = models.ForeignKey(Forum, models.DO_NOTHING, related_name="acting")
    organisation = models.ForeignKey("collaboration.Organisation", models.DO_NOTHING, related_name="+")
    matter = models.ForeignKey("collaboration.Matter", models.DO_NOTHING, null=True, related_name="+")
    role = models.CharField(max_length=15)
    is_own = models.BooleanField()

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        managed = False
        verbose_name = "seat as it is held today"

    def __str__(self) -> str:
        return f"{self.user_id} in {self.forum_id}"
