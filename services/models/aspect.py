"""The nine questions that every interface must answer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaboration.models import Reachable
from collaboration.models.fields import GATE, GatedCharField, GatedTextField, old_language, translated_of
from services.models.interface import Interface, Party
from services.models.interface_map import MapParty
from services.models.row import Row


class AspectNumber(models.IntegerChoices):
    """The nine aspects (näkökulmat) in their fixed order; from the seed deck, slide 7."""

    SERVICE_GUIDANCE = 1, _("Client service guidance")
    COOPERATION_PROCESSES = 2, _("Multiprofessional cooperation processes")
    FLOW_OF_INFORMATION = 3, _("Flow of information")
    RESPONSIBILITIES = 4, _("Responsibilities")
    RESOURCING = 5, _("Resourcing")
    MANAGEMENT = 6, _("Organisations and management")
    SHARED_GOALS = 7, _("Shared goals")
    WHEN_IT_DOES_NOT_WORK = 8, _("What if it does not work?")
    FORUMS = 9, _("Development forums")


QUESTIONS = {
    1: _("How do we guide the client from one service to the other?"),
    2: _("Which processes do our professionals carry out together, and who starts them?"),
    3: _("Which information moves between us, how, and on what legal basis?"),
    4: _("Who is responsible for what, and whom can you turn to?"),
    5: _("Which people, money and premises does each party give?"),
    6: _("Who leads this work in each organisation?"),
    7: _("What do we want to achieve together for the client?"),
    8: _("What do we do, in which order, when this does not work?"),
    9: _("Where do we develop this cooperation together?"),
}
"""A plain question under each aspect, so that people know what to write."""


class AspectStatus(models.TextChoices):
    """Derived from what has been written and confirmed, never typed."""

    AGREED = "agreed", pgettext_lazy("status of an aspect", "agreed")
    IN_PROGRESS = "in_progress", pgettext_lazy("status of an aspect", "in progress")
    MISSING = "missing", pgettext_lazy("status of an aspect", "missing")
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("status of an aspect", "not applicable")


NOT_WORKING = "not_working"
"""Said over an aspect's status while an escalation is open on it; part of no content, and nobody agrees on it."""
SHOWN = {NOT_WORKING: pgettext_lazy("status of an aspect", "not working"), **dict(AspectStatus.choices)}
"""What is shown of an aspect as it is now, with its words."""


class Aspect(models.Model):
    """One of the nine questions on one interface, with the parties' shared answer.

    `base` is the same aspect on the county's base map. While the aspect follows it, it holds the base's three texts.
    """

    interface = models.ForeignKey(Interface, models.CASCADE, related_name="aspects")
    number = models.PositiveSmallIntegerField(_("number"), choices=AspectNumber)
    shared_fi = GatedTextField(_("shared answer in Finnish"), max_length=5_000, blank=True)
    shared_sv = GatedTextField(_("shared answer in Swedish"), max_length=5_000, blank=True)
    shared_translated_of = translated_of()
    shared_old = old_language()
    not_applicable_reason = GatedCharField(
        _("why this does not apply"),
        max_length=300,
        blank=True,
        help_text=_("A reason makes the aspect “not applicable”. Empty it to take the aspect back."),
    )
    review_on = models.DateField(_("review date"), null=True, blank=True)
    responsible: models.ManyToManyField[models.Model, models.Model] = models.ManyToManyField(
        "collaboration.User",
        related_name="responsible_for",
        blank=True,
        verbose_name=_("responsible persons"),
    )

    base = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="based_on_it", editable=False
    )
    follows_base = models.BooleanField(_("follows the county's base map"), default=False, editable=False)

    status = models.CharField(  # kept by the database, which derives it: `DerivedStatus`
        _("status"),
        max_length=15,
        choices=AspectStatus,
        default=AspectStatus.MISSING,
        db_default=AspectStatus.MISSING,
        editable=False,
    )

    class Meta:
        verbose_name = _("aspect")
        verbose_name_plural = _("aspects")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["interface", "number"], name="aspect_is_asked_once"),
            models.CheckConstraint(name="aspect_is_one_of_nine", condition=Q(number__gte=1, number__lte=9)),
            models.CheckConstraint(
                name="aspect_follows_only_a_base_that_it_has",
                condition=Q(follows_base=False) | Q(base__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {AspectNumber(self.number).label}"

    def get_absolute_url(self) -> str:
        return reverse("services:aspect_detail", args=[self.interface.map_id, self.interface_id, self.number])


class AspectAnswer(models.Model):
    """One party's own answer to an aspect, and the very text of the shared answer that it has confirmed."""

    aspect = models.ForeignKey(Aspect, models.CASCADE, related_name="answers")
    party = models.ForeignKey(Party, models.CASCADE, related_name="answers")
    answer_fi = GatedTextField(_("own answer in Finnish"), max_length=5_000, blank=True)
    answer_sv = GatedTextField(_("own answer in Swedish"), max_length=5_000, blank=True)
    confirmed_text = models.TextField(_("confirmed text"), null=True, blank=True, editable=False)  # noqa: DJ001
    confirmed_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("answer to an aspect")
        verbose_name_plural = _("answers to aspects")
        ordering = ["party__map_party__lane", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["aspect", "party"], name="party_answers_an_aspect_once"),
            models.CheckConstraint(
                name="confirmation_has_its_text_giver_and_time_together",
                condition=Q(confirmed_text__isnull=True, confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_text__isnull=False, confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.aspect}"


class Evidence(models.Model):
    """A link that shows what was agreed: a decision, a plan, a guideline. Documents stay where they are kept."""

    aspect = models.ForeignKey(Aspect, models.CASCADE, related_name="evidence")
    title = GatedCharField(_("title"), max_length=200)
    url = models.URLField(_("web address"), max_length=500, validators=[*GATE])
    archived_at = models.DateTimeField(_("removed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class AspectRow(Row):
    """A row of structure beside an aspect's shared answer: a step, a flow, a sum. Each kind belongs to one aspect, or to all."""

    number: ClassVar[AspectNumber | None] = None

    aspect = models.ForeignKey(Aspect, models.CASCADE, related_name="+")

    class Meta(Row.Meta):
        abstract = True


class Contact(Reachable, AspectRow):
    """Whom to call about an aspect (yhteystieto): a role or a unit with its number, which needs no account."""

    who = GatedCharField(_("role or unit"), max_length=150)
    party = models.ForeignKey(
        MapParty, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("party")
    )

    class Meta(AspectRow.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(
                name="contact_has_a_number",
                condition=~Q(phone=""),
                violation_error_message=_("A contact needs its phone number."),
            )
        ]

    def __str__(self) -> str:
        return self.who
