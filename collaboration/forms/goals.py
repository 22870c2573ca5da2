"""Shared goals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collaboration.day import DayField
from collaboration.dressed import Dressed, Lines
from collaboration.forms import ANYBODY, ConstraintsAsked
from collaboration.forms.forums import chosen_from
from collaboration.models import Forum, Goal, Level, User
from collaboration.words import by_name


class GoalFilter(Dressed, forms.Form):
    """Which goals a list shows. A value that makes no sense gets a sentence and filters nothing."""

    q = forms.CharField(label=_("Words"), max_length=100, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=[*ANYBODY, *Level.choices], required=False)
    mine = forms.BooleanField(label=_("Only where my organisation is a party"), required=False)
    lacking = forms.BooleanField(label=_("Only where something is missing"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"


class GoalForm(ConstraintsAsked):
    """What is wanted together, by whom and by when."""

    class Meta:
        model = Goal
        fields = ["title_fi", "title_sv", "description", "level", "parent", "parties", "forum", "until"]
        field_classes = {"until": DayField}
        widgets = {"description": Lines(attrs={"rows": 5})}
        help_texts = {
            "title_fi": _("In one line: what is so when the goal has been reached."),
            "parent": _("On the same level or on a higher one."),
            "parties": _("The organisations that want it together."),
            "forum": _("Its chair, secretary and coordinator keep the goal, too."),
            "until": _("Left empty, it holds until it is changed."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["parent"].queryset = Goal.objects.exclude(pk=self.instance.pk).order_by("title_fi", "pk")
        fields["parent"].empty_label = _("No goal above")
        fields["forum"].queryset = Forum.objects.present().order_by(by_name())
        fields["forum"].empty_label = _("No forum")
        fields["parties"].queryset = chosen_from(user)
        fields["parties"].label_from_instance = lambda row: row.full_name
        fields["parties"].widget.attrs["size"] = 8
