"""Matters: what a forum takes up, decides on or takes further, and the answer that comes back."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from collaboration.models.fields import GATE, FoldedWords, GatedCharField, GatedTextField
from collaboration.models.reach import Reader


class Matter(models.Model):
    """A matter (asia): raised to a forum, prepared there, handled, and answered.

    What was raised stays as it was once the forum has decided, and in a matter that another forum forwarded from the
    first moment: `origin` is where it came from, and `sent` what was sent.
    """

    class Kind(models.TextChoices):
        DEVELOPMENT_NEED = "development_need", _("development need")
        PHENOMENON = "phenomenon", _("phenomenon")
        QUESTION = "question", _("question")
        PROPOSAL = "proposal", _("proposal")
        PREPARATION = "preparation", _("preparation item")

    CHECKED = (Kind.PROPOSAL, Kind.PREPARATION)
    """Kinds that are not ready before it has been looked at which interfaces they touch."""

    class Status(models.TextChoices):
        RAISED = "raised", _("raised")
        ACCEPTED = "accepted", _("taken up")
        PREPARED = "prepared", _("prepared")
        READY = "ready", _("ready to be handled")
        DECIDED = "decided", _("decided")
        NOTED = "noted", _("noted")
        RETURNED = "returned", _("returned")
        FORWARDED = "forwarded", _("forwarded")
        ANSWER_CAME = "answer_came", _("an answer came")
        ANSWERED = "answered", _("answered")
        WITHDRAWN = "withdrawn", pgettext_lazy("matter", "withdrawn")

    OPEN = (Status.RAISED, Status.ACCEPTED, Status.PREPARED, Status.READY)
    """While it is in the forum's hands and nothing has been decided."""
    TO_ANSWER = (Status.DECIDED, Status.NOTED, Status.ANSWER_CAME)
    """It has been handled, and whoever raised it waits for the answer."""
    UNANSWERED = (*OPEN, *TO_ANSWER, Status.FORWARDED)
    CLOSED = (Status.ANSWERED, Status.RETURNED, Status.WITHDRAWN)

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("approved")
        AMENDED = "amended", _("approved as amended")
        REJECTED = "rejected", _("rejected")
        OTHER = "other", _("decided otherwise")

    class Publicity(models.TextChoices):
        PUBLIC = "public", _("public")
        DRAFT = "draft", _("not public yet")
        SECRET = "secret", _("secret")

    forum = models.ForeignKey(
        "collaboration.Forum", models.PROTECT, related_name="matters", verbose_name=_("forum")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = GatedCharField(_("title"), max_length=200)
    text = GatedTextField(_("what it is about"), max_length=10_000)
    proposal = GatedTextField(_("proposal"), max_length=10_000, blank=True)
    subject_type = models.ForeignKey(ContentType, models.PROTECT, null=True, blank=True, editable=False)
    subject_id = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    subject = GenericForeignKey("subject_type", "subject_id")
    raised_by = models.ForeignKey(
        "collaboration.User",
        models.PROTECT,
        related_name="raised_matters",
        verbose_name=_("raised by"),
        editable=False,
    )
    raised_for = models.ForeignKey(
        "collaboration.Organisation",
        models.PROTECT,
        related_name="+",
        verbose_name=_("for which organisation"),
        editable=False,
    )
    raised_at = models.DateTimeField(_("raised"), default=timezone.now, editable=False)
    prepared_by = models.ForeignKey(
        "collaboration.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="prepared_matters",
        verbose_name=_("prepared by"),
    )
    status = models.CharField(
        _("status"), max_length=15, choices=Status, default=Status.RAISED, editable=False
    )
    status_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    seq = models.PositiveIntegerField(default=0, editable=False)
    next_step = GatedCharField(_("next step"), max_length=200, blank=True)
    next_step_on = models.DateField(_("date of the next step"), null=True, blank=True)
    unchecked_reason = GatedCharField(_("why no interface is touched"), max_length=500, blank=True)
    outcome = models.CharField(
        pgettext_lazy("decision", "outcome"), max_length=10, choices=Outcome, blank=True
    )
    decision = GatedTextField(_("decision"), max_length=10_000, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    section = GatedCharField(_("section (§)"), max_length=20, blank=True)
    case_number = GatedCharField(_("case number"), max_length=50, blank=True)
    minutes = models.URLField(_("address of the minutes"), blank=True, validators=[*GATE])
    publicity = models.CharField(_("publicity"), max_length=10, choices=Publicity, default=Publicity.DRAFT)
    secrecy_basis = GatedCharField(_("legal basis of secrecy"), max_length=200, blank=True)
    handled_reason = GatedTextField(_("why"), max_length=2000, blank=True, editable=False)
    answer = GatedTextField(pgettext_lazy("what is told", "answer"), max_length=10_000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answered_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, null=True, related_name="+", editable=False
    )
    origin = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="derived", verbose_name=_("origin"), editable=False
    )
    root = models.ForeignKey("self", models.PROTECT, null=True, related_name="chain", editable=False)
    sent = models.JSONField(default=dict, editable=False)
    key = models.UUIDField(null=True, unique=True, editable=False)
    words = FoldedWords("title", "text", "case_number")

    class Meta:
        verbose_name = _("matter")
        verbose_name_plural = _("matters")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="matter_is_answered_exactly_when_there_is_an_answer",
                condition=(Q(status="answered") & ~Q(answer="") & Q(answered_at__isnull=False))
                | (~Q(status="answered") & Q(answered_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="decided_matter_has_a_decision",
                condition=~Q(status="decided")
                | (~Q(outcome="") & ~Q(decision="") & Q(decided_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="open_matter_has_a_dated_next_step",
                condition=~Q(status__in=["raised", "accepted", "prepared", "ready"])
                | Q(next_step_on__isnull=False),
            ),
            models.CheckConstraint(
                name="secret_matter_tells_its_basis",
                condition=~Q(publicity="secret") | ~Q(secrecy_basis=""),
                violation_error_message=_("Tell the legal basis of the secrecy."),
            ),
            models.CheckConstraint(
                name="matter_with_an_origin_has_a_root",
                condition=Q(origin__isnull=True, root__isnull=True)
                | Q(origin__isnull=False, root__isnull=False),
            ),
            models.CheckConstraint(
                name="matter_is_not_its_own_origin",
                condition=Q(origin__isnull=True) | ~Q(origin=F("id")),
            ),
            models.UniqueConstraint(
                fields=["origin", "forum"],
                condition=~Q(status__in=["answered", "withdrawn", "returned"]),
                name="matter_is_forwarded_to_a_forum_once",
                violation_error_message=_("This matter is in that forum already."),
            ),
        ]
        indexes = [
            models.Index(fields=["forum", "-id"], name="matters_of_forum"),
            models.Index(
                fields=["forum", "-id"],
                condition=~Q(status__in=["answered", "returned", "withdrawn"]),
                name="unanswered_matters_of_forum",
            ),
            models.Index(
                fields=["forum", "next_step_on", "id"],
                condition=~Q(status__in=["answered", "returned", "withdrawn", "forwarded"]),
                name="matters_to_handle",
            ),
            models.Index(fields=["raised_by", "-id"], name="matters_raised_by"),
            models.Index(fields=["origin"], name="matters_derived"),
            models.Index(fields=["root"], name="matters_of_chain"),
            models.Index(fields=["subject_type", "subject_id"], name="matters_about"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("collaboration:matter", args=[self.pk])

    @property
    def number(self) -> str:
        """As people cite it: the year and the running number."""
        return f"{timezone.localtime(self.raised_at).year}-{self.pk}"

    @property
    def status_name(self) -> str:
        return str(Matter.Status(self.status).label)

    @property
    def kind_name(self) -> str:
        return str(Matter.Kind(self.kind).label)

    @property
    def next_step_told(self) -> str:
        """The next step as somebody wrote it, or what it is until somebody writes it, in the reader's language."""
        if self.next_step:
            return self.next_step
        if self.status == Matter.Status.RAISED:
            return gettext("The forum takes it up")
        return gettext("Another forum answers") if self.status == Matter.Status.FORWARDED else ""

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_frozen(self) -> bool:
        """Whether what was raised can no longer be changed."""
        return not self.is_open or self.origin_id is not None


class InterfaceCheck(models.Model):
    """A row of the interface check (yhdyspintojen tarkistus): what the matter touches, how, and who has been heard."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="checks", verbose_name=_("matter"))
    touched_type = models.ForeignKey(ContentType, models.PROTECT, editable=False)
    touched_id = models.PositiveBigIntegerField(editable=False)
    touched = GenericForeignKey("touched_type", "touched_id")
    effect = GatedCharField(_("how it is touched"), max_length=300)
    heard_on = models.DateField(_("the other party was heard on"), null=True, blank=True)
    not_heard_reason = GatedCharField(_("why nobody needs to be heard"), max_length=200, blank=True)
    made_by = models.ForeignKey("collaboration.User", models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("row of the interface check")
        verbose_name_plural = _("rows of the interface check")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "touched_type", "touched_id"],
                name="interface_is_checked_once",
                violation_error_message=_("This is in the check already."),
            ),
            models.CheckConstraint(
                name="other_party_is_heard_or_need_not_be",
                condition=Q(heard_on__isnull=False) ^ ~Q(not_heard_reason=""),
                violation_error_message=_(
                    "Tell when the other party was heard, or why nobody needs to be heard."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.effect


class MatterReader(Reader):
    """Who reads a matter: the seats of its forum today, an expert who is heard in it, and whoever raised it.

    Whoever forwarded it from another forum does not: they read its state and its answer where it came from.
    """

    pk = models.CompositePrimaryKey("matter_id", "user_id", "through_id", "role")
    matter = models.ForeignKey(Matter, models.DO_NOTHING, related_name="readers")

    class Meta(Reader.Meta):
        verbose_name = "reader of a matter"

    def __str__(self) -> str:
        return f"{self.user_id} reads {self.matter_id}"


def about(subject: models.Model | None) -> dict[str, Any]:
    """The columns that say what a matter is about."""
    if subject is None:
        return {"subject_type": None, "subject_id": None}
    return {"subject_type": ContentType.objects.get_for_model(subject), "subject_id": subject.pk}
