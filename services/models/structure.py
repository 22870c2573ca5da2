"""Rows of structure where an aspect asks for more than a text: steps, flows, resources, leaders, goals, a path, forums.

Parties are the map's own (`MapParty`), which are never deleted; that they are parties of the interface is a rule of the
workflow, which also keeps a party that a row names.
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collaboration.models import Reachable
from collaboration.models.bilingual import in_language
from collaboration.models.fields import GATE, GatedCharField
from services.models.aspect import AspectNumber, AspectRow
from services.models.interface_map import MapParty


class ProcessStep(AspectRow):
    """A step of the professionals' shared process: who do it, the one party that is accountable, who are heard and told."""

    number = AspectNumber.COOPERATION_PROCESSES

    title_fi = GatedCharField(_("step in Finnish"), max_length=200, blank=True)
    title_sv = GatedCharField(_("step in Swedish"), max_length=200, blank=True)
    actors: models.ManyToManyField[MapParty, models.Model] = models.ManyToManyField(
        MapParty, related_name="+", blank=True, verbose_name=_("who take part")
    )
    accountable = models.ForeignKey(
        MapParty, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accountable party")
    )

    consulted: models.ManyToManyField[MapParty, models.Model] = models.ManyToManyField(
        MapParty, related_name="+", blank=True, verbose_name=_("who are heard")
    )
    informed: models.ManyToManyField[MapParty, models.Model] = models.ManyToManyField(
        MapParty, related_name="+", blank=True, verbose_name=_("who are told")
    )

    class Meta(AspectRow.Meta):
        verbose_name = _("step of the process")
        verbose_name_plural = _("steps of the process")
        constraints = [
            models.CheckConstraint(
                name="process_step_has_a_name",
                condition=~Q(title_fi="", title_sv=""),
                violation_error_message=_("Write what is done in the step, in either language."),
            )
        ]

    def __str__(self) -> str:
        return in_language(self, "title")

    def flags(self) -> list[str]:
        return [] if self.accountable_id else [gettext("Nobody is accountable for this step.")]


class InformationFlow(AspectRow):
    """One flow of information: what moves, from which party to which, where, and on what legal basis."""

    number = AspectNumber.FLOW_OF_INFORMATION

    what = GatedCharField(_("what moves"), max_length=300)
    sender = models.ForeignKey(MapParty, models.PROTECT, related_name="+", verbose_name=_("from which party"))
    receiver = models.ForeignKey(
        MapParty,
        models.PROTECT,
        related_name="+",
        verbose_name=_("to which party"),
    )
    system = GatedCharField(_("in which system"), max_length=150, blank=True)
    basis = GatedCharField(
        _("legal basis"),
        max_length=200,
        blank=True,
        help_text=_("For example 540/2018, 5 §. Only the number: the text of the law is not copied here."),
    )
    consent_needed = models.BooleanField(_("client's consent is needed"), default=False)

    class Meta(AspectRow.Meta):
        verbose_name = _("flow of information")
        verbose_name_plural = _("flows of information")

    def __str__(self) -> str:
        return self.what

    def flags(self) -> list[str]:
        flags = [] if self.basis else [gettext("The legal basis is missing.")]
        if self.sender_id == self.receiver_id:
            flags.append(gettext("The information does not move to another party."))
        return flags


class PartyResource(AspectRow):
    """What one party gives: people in person-years, money in euros a year, or something else in words."""

    number = AspectNumber.RESOURCING

    party = models.ForeignKey(MapParty, models.PROTECT, related_name="+", verbose_name=_("party"))
    what = GatedCharField(_("what is given"), max_length=300)
    person_years = models.DecimalField(
        _("person-years"),
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    euros = models.PositiveBigIntegerField(
        _("euros a year"), null=True, blank=True, validators=[MaxValueValidator(9_999_999_999)]
    )

    class Meta(AspectRow.Meta):
        verbose_name = _("resource of a party")
        verbose_name_plural = _("resources of the parties")
        constraints = [
            models.CheckConstraint(name="person_years_are_not_negative", condition=Q(person_years__gte=0)),
        ]

    def __str__(self) -> str:
        return self.what


class Leader(AspectRow):
    """Who leads this work in one party: a person of that party, or a title when no person is named."""

    number = AspectNumber.MANAGEMENT

    party = models.ForeignKey(MapParty, models.PROTECT, related_name="+", verbose_name=_("party"))
    person = models.ForeignKey(
        "collaboration.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    title = GatedCharField(_("title of the leader"), max_length=150, blank=True)

    class Meta(AspectRow.Meta):
        verbose_name = _("leader")
        verbose_name_plural = _("leaders")
        constraints = [
            models.CheckConstraint(
                name="leader_is_a_person_or_a_title",
                condition=Q(person__isnull=False) | ~Q(title=""),
                violation_error_message=_("Name a person or write a title."),
            )
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (str(self.person or ""), self.title) if part)


class GoalRow(AspectRow):
    """A goal that the parties share: its text, and the address where it was decided."""

    number = AspectNumber.SHARED_GOALS

    title = GatedCharField(_("goal"), max_length=300)
    url = models.URLField(_("web address"), max_length=500, blank=True, validators=[*GATE])

    class Meta(AspectRow.Meta):
        verbose_name = _("shared goal")
        verbose_name_plural = _("shared goals")

    def __str__(self) -> str:
        return self.title


class PathStep(Reachable, AspectRow):
    """A step of the interface's own escalation path: to whom one turns, at which level, and how soon they act.

    Its number is no content: a new one changes nothing that was agreed.
    """

    class Level(models.TextChoices):
        FIELD = "field", _("field work")
        EXPERT = "expert", _("experts")
        MANAGEMENT = "management", _("management")
        POLITICAL = "political", _("political decision-making")

    number = AspectNumber.WHEN_IT_DOES_NOT_WORK

    level = models.CharField(_("level"), max_length=10, choices=Level)
    who = GatedCharField(_("whom to turn to"), max_length=150)
    days = models.PositiveSmallIntegerField(
        _("within how many working days"), validators=[MinValueValidator(1), MaxValueValidator(365)]
    )

    class Meta(AspectRow.Meta):
        verbose_name = _("step of the escalation path")
        verbose_name_plural = _("steps of the escalation path")
        constraints = [
            models.CheckConstraint(
                name="path_step_is_done_within_a_year", condition=Q(days__gte=1, days__lte=365)
            ),
        ]

    def __str__(self) -> str:
        return self.who


class ForumRow(AspectRow):
    """A forum that develops the cooperation at the interface, and what it is there for (foorumin nimeäminen)."""

    number = AspectNumber.FORUMS

    forum = models.ForeignKey(
        "collaboration.Forum", models.PROTECT, related_name="+", verbose_name=_("forum")
    )
    what_for_fi = GatedCharField(_("what for, in Finnish"), max_length=300, blank=True)
    what_for_sv = GatedCharField(_("what for, in Swedish"), max_length=300, blank=True)

    class Meta(AspectRow.Meta):
        verbose_name = _("development forum")
        verbose_name_plural = _("development forums")

    def __str__(self) -> str:
        return self.forum.name

    @property
    def what_for(self) -> str:
        """What it is there for, in the reader's language."""
        return in_language(self, "what_for")

    @property
    def url(self) -> str:
        """The forum's page."""
        return self.forum.get_absolute_url()

    def flags(self) -> list[str]:
        return [gettext("This forum has ended.")] if self.forum_id and self.forum.ended_on else []
