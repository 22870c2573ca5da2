"""Forms of forums, their seats, absences and matters."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collaboration.composition import LEVEL_OF, represents
from collaboration.day import DayField
from collaboration.dressed import Dressed, Lines
from collaboration.forms import ANYBODY, ConstraintsAsked
from collaboration.models import (
    Absence,
    Area,
    Forum,
    ForumSeat,
    InterfaceCheck,
    Invitation,
    Level,
    Matter,
    Membership,
    Organisation,
    User,
)
from collaboration.outside import row_id
from collaboration.policy import organisations_managed_by
from collaboration.policy.forums import acting_seats, may_coordinate
from collaboration.policy.own import others_last
from collaboration.queries import COUNTY_KINDS
from collaboration.words import by_name


class ForumFilter(Dressed, forms.Form):
    """Which forums a county's page shows. A value that makes no sense gets a sentence and filters nothing."""

    area = forms.ChoiceField(label=_("Wellbeing services county"), required=False)
    level = forms.ChoiceField(label=_("Level"), choices=[*ANYBODY, *Level.choices], required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANYBODY, *Forum.Kind.choices], required=False)
    mine = forms.BooleanField(label=_("Only where I sit"), required=False)
    lacking = forms.BooleanField(label=_("Only where something is missing"), required=False)
    country = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, areas: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["area"]).choices = [
            ("", _("My own county")),
            *((area.code, area.name) for area in areas),
        ]


class ForumForm(ConstraintsAsked):
    """What a forum is: its kind, whose it is, what it is for and where its matters go."""

    class Meta:
        model = Forum
        fields = [
            "kind",
            "level",
            "name_fi",
            "name_sv",
            "area",
            "coordinated_by",
            "members",
            "above",
            "forwards_to",
            "languages",
            "purpose_fi",
            "purpose_sv",
            "working_rules",
            "legal_basis",
            "term_from",
            "term_until",
        ]
        field_classes = {"term_from": DayField, "term_until": DayField}
        widgets = {
            "purpose_fi": Lines(attrs={"rows": 3}),
            "purpose_sv": Lines(attrs={"rows": 3}),
            "working_rules": Lines(attrs={"rows": 4}),
        }
        help_texts = {
            "level": _("Left empty, it is the level on which forums of the kind work."),
            "members": _("Their people may raise matters here."),
            "above": _("A matter that is not solved here rises to this forum."),
            "forwards_to": _("Other forums to which a matter may be taken from here."),
            "legal_basis": _(
                "For example 611/2021, 14 §. Only the number: the text of the law is not copied here."
            ),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].required = False
        fields: Any = self.fields
        fields["area"].queryset = Area.objects.filter(kind__in=COUNTY_KINDS).order_by(by_name())
        fields["area"].empty_label = _("The whole country")
        own = may_coordinate(user)
        if self.instance.pk:
            own = Organisation.objects.filter(
                Q(pk__in=own.values("pk")) | Q(pk=self.instance.coordinated_by_id)
            )
        fields["coordinated_by"].queryset = own.order_by(others_last(user), by_name())
        others = Forum.objects.present().exclude(pk=self.instance.pk).order_by(by_name())
        fields["above"].queryset = others
        fields["above"].empty_label = _("No forum")
        fields["forwards_to"].queryset = others
        fields["members"].queryset = chosen_from(user)
        for name in ("members", "forwards_to"):
            fields[name].widget.attrs["size"] = 8
        for field in ("coordinated_by", "members"):
            fields[field].label_from_instance = lambda row: row.full_name

    def clean(self) -> dict[str, Any]:
        """The kind says the level unless somebody has chosen one."""
        told = super().clean() or self.cleaned_data
        if not told.get("level") and told.get("kind"):
            told["level"] = LEVEL_OF[Forum.Kind(told["kind"])].value
        return told

    @property
    def links(self) -> dict[str, Any]:
        """Its rows beside the forum's own."""
        return {name: self.cleaned_data[name] for name in ("members", "forwards_to")}


def chosen_from(user: User) -> QuerySet[Organisation]:
    """Organisations to choose from, the person's own first."""
    present = Organisation.objects.single().filter(valid_until=None)
    return present.order_by(others_last(user), by_name())


class SeatForm(ConstraintsAsked):
    """A seat of a person who has an account."""

    class Meta:
        model = ForumSeat
        fields = [
            "user",
            "organisation",
            "role",
            "represents",
            "language",
            "deputy_for",
            "matter",
            "valid_from",
            "valid_until",
        ]
        field_classes = {"valid_from": DayField, "valid_until": DayField}
        help_texts = {
            "valid_until": _("Left empty, the seat is held until it is ended."),
            "deputy_for": _("For a deputy member: whose."),
            "matter": _("For an expert: in which matter."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        forum = self.instance.forum
        held = forum.seats.not_ended(timezone.localdate()).exclude(pk=self.instance.pk)
        fields["deputy_for"].queryset = held.exclude(role=ForumSeat.Role.EXPERT).select_related(
            "user", "forum"
        )
        fields["deputy_for"].label_from_instance = lambda seat: seat.user.name
        fields["matter"].queryset = forum.matters.filter(status__in=Matter.UNANSWERED).order_by("-pk")
        fields["user"].queryset = User.objects.filter(is_active=True).order_by("sort_key")
        fields["organisation"].queryset = chosen_from(user)
        fields["organisation"].label_from_instance = lambda row: row.full_name
        fields["represents"].required = False
        if self.instance.pk:
            del fields["user"], fields["organisation"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        of_seat = self.instance.organisation if self.instance.organisation_id else None
        organisation = told.get("organisation") or of_seat
        if not told.get("represents") and organisation is not None:
            told["represents"] = represents(organisation)
        return told


class SeatEnd(Dressed, forms.Form):
    """The last day of a seat."""

    valid_until = DayField(
        label=_("Last day"), error_messages={"required": _("Tell which day is the last one.")}
    )


class ForumInvitationForm(ConstraintsAsked):
    """Somebody who is invited to a seat by mail."""

    class Meta:
        model = Invitation
        fields = ["email", "organisation", "seat_role", "represents", "seat_until", "language"]
        field_classes = {"seat_until": DayField}
        help_texts = {
            "email": _("The work address. The person signs in with it."),
            "seat_until": _("Left empty, the seat is held until it is ended."),
            "language": _("Of the mail, and of the pages at first."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["organisation"].queryset = chosen_from(user)
        fields["organisation"].label_from_instance = lambda row: row.full_name
        fields["seat_role"].required = True
        roles = [each for each in ForumSeat.Role.choices if each[0] != ForumSeat.Role.EXPERT]
        fields["seat_role"].choices = [(value, capfirst(label)) for value, label in roles]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not told.get("represents") and told.get("organisation") is not None:
            told["represents"] = represents(told["organisation"])
        return told


class AbsenceForm(ConstraintsAsked):
    """When one is away, and who stands in."""

    class Meta:
        model = Absence
        fields = ["valid_from", "valid_until", "deputy", "seat"]
        field_classes = {"valid_from": DayField, "valid_until": DayField}
        help_texts = {"deputy": _("Who sees what waits for you, and may act in your seats, on these days.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        person = self.instance.user
        organisations = person.memberships.values("organisation")
        forums = person.forum_seats.not_ended(timezone.localdate()).values("forum")
        fields["deputy"].queryset = (
            User.objects.filter(is_active=True)
            .filter(Q(memberships__organisation__in=organisations) | Q(forum_seats__forum__in=forums))
            .exclude(pk=person.pk)
            .distinct()
            .order_by("sort_key")
        )
        fields["seat"].queryset = person.forum_seats.not_ended(timezone.localdate()).select_related("forum")
        fields["seat"].empty_label = _("In everything")
        fields["seat"].label_from_instance = lambda seat: f"{seat.forum.name}, {seat.role_name}"


class KeptAbsenceForm(AbsenceForm):
    """An absence over the API: without a person it is one's own."""

    class Meta(AbsenceForm.Meta):
        fields = ["user", *AbsenceForm.Meta.fields]

    def __init__(self, sent: dict[str, Any] | None = None, *, by: User) -> None:
        held = Membership.objects.filter(organisation__in=organisations_managed_by(by).values("pk"))
        people = User.objects.filter(Q(pk=by.pk) | Q(pk__in=held.values("user")))
        chosen = people.filter(pk=row_id(str((sent or {}).get("user", "")))).first()
        super().__init__(sent, instance=Absence(user=chosen or by))
        cast(Any, self.fields["user"]).queryset = people


STATES = [
    ("", _("Not answered yet")),
    ("waiting", _("Waits for me")),
    ("raised", _("Raised by me")),
    ("late", _("Late")),
    ("answered", _("Answered")),
    ("all", _("All")),
]


class MatterFilter(Dressed, forms.Form):
    """Which matters a list shows. A value that makes no sense gets a sentence and filters nothing."""

    q = forms.CharField(label=_("Words or number"), max_length=100, required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANYBODY, *Matter.Kind.choices], required=False)
    forum = forms.ChoiceField(label=_("Forum"), required=False)
    sort = forms.ChoiceField(
        label=_("Order"), choices=[("", _("Newest first")), ("oldest", _("Oldest first"))], required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"
        forums = {str(seat.forum_id): seat.forum.name for seat in acting_seats(user)}
        cast(forms.ChoiceField, self.fields["forum"]).choices = [("", _("All")), *forums.items()]


class MatterForm(ConstraintsAsked):
    """What is raised."""

    class Meta:
        model = Matter
        fields = ["kind", "title", "text"]
        widgets = {"text": Lines(attrs={"rows": 8})}
        help_texts = {
            "title": _("In one line, as it stands in lists."),
            "text": _("What has been seen, and what you hope for. No personal data of clients."),
        }


class TextForm(MatterForm):
    """The same as it is changed: it carries which version the page showed."""

    seq = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    class Meta(MatterForm.Meta):
        fields = ["title", "text"]


class CheckForm(ConstraintsAsked):
    """A row of the interface check."""

    touched = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": _("Choose what is touched.")}
    )

    class Meta:
        model = InterfaceCheck
        fields = ["effect", "heard_on", "not_heard_reason"]
        field_classes = {"heard_on": DayField}


class Chosen(Dressed, forms.Form):
    """Who has been chosen."""

    person = forms.ModelChoiceField(queryset=User.objects.filter(is_active=True), required=False)
