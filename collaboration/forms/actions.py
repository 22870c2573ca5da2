"""Actions."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaboration.day import DayField
from collaboration.dressed import Dressed, Lines
from collaboration.forms import ANYBODY, ConstraintsAsked
from collaboration.models import Action, Goal, Matter, Organisation, User
from collaboration.policy.actions import makes_for, may_be_responsible
from collaboration.policy.forums import acting_seats
from collaboration.policy.own import others_last
from collaboration.words import by_name

STATES = [
    ("", pgettext_lazy("actions", "Open")),
    ("mine", pgettext_lazy("actions", "Mine")),
    ("organisation", _("My organisation’s")),
    ("made", _("Made by us")),
    ("late", pgettext_lazy("actions", "Late")),
    ("done", pgettext_lazy("actions", "Done")),
    ("cancelled", pgettext_lazy("actions", "Cancelled")),
    ("all", pgettext_lazy("actions", "All")),
]


class ActionFilter(Dressed, forms.Form):
    """Which actions a list shows. A value that makes no sense gets a sentence and filters nothing."""

    q = forms.CharField(label=_("Words"), max_length=100, required=False)
    state = forms.ChoiceField(label=_("Which ones"), choices=STATES, required=False)
    forum = forms.ChoiceField(label=_("Forum"), required=False)
    view = forms.ChoiceField(
        label=_("View"), choices=[("", _("Timeline and list")), ("board", _("Board"))], required=False
    )
    matter = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    goal = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"
        forums = {str(seat.forum_id): seat.forum.name for seat in acting_seats(user)}
        cast(forms.ChoiceField, self.fields["forum"]).choices = [*ANYBODY, *forums.items()]


class TextForm(ConstraintsAsked):
    """What an action is, as it is changed: it carries which version the page showed."""

    seq = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = Action
        fields = ["what", "description", "goal"]
        widgets = {"description": Lines(attrs={"rows": 5})}
        help_texts = {
            "what": _("In one line: what is ready when this has been done."),
            "description": _("How it is done, if more needs to be said. No personal data of clients."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["goal"].queryset = Goal.objects.order_by("title_fi", "pk")
        fields["goal"].empty_label = _("No shared goal")


class ActionForm(TextForm):
    """A new action."""

    seq = None  # type: ignore[assignment]  # it has no version yet

    class Meta(TextForm.Meta):
        fields = ["what", "description", "made_for", "responsible", "due_on", "goal"]
        field_classes = {"due_on": DayField}
        labels = {"due_on": _("By which day")}
        help_texts = {
            **TextForm.Meta.help_texts,
            "responsible": _("Your own organisation, or one with which it sits in a forum."),
        }

    def __init__(self, *args: Any, user: User, matter: Matter | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        own = makes_for(user, matter)
        fields["made_for"].queryset = own.order_by(by_name())
        fields["responsible"].queryset = may_be_responsible(own, matter).order_by(
            others_last(user), by_name()
        )
        for name in ("made_for", "responsible"):
            fields[name].label_from_instance = _full_name
        if len(found := list(own[:2])) == 1:
            self.instance.made_for = found[0]
            del fields["made_for"]


def _full_name(row: Organisation) -> str:
    return str(row.full_name)
