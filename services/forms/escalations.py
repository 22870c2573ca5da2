"""Which escalations a list shows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collaboration.dressed import Dressed
from collaboration.forms import ANYBODY
from collaboration.models import Level
from collaboration.models.fields import GATE
from services.models import AspectNumber
from services.queries.escalations import STATES


class EscalationFilter(Dressed, forms.Form):
    """Which ones. A value that makes no sense gets a sentence and filters nothing."""

    q = forms.CharField(
        label=_("Words or number"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(label=_("Which ones"), choices=STATES, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=[*ANYBODY, *Level.choices], required=False)
    aspect = forms.ChoiceField(label=_("Aspect"), choices=[*ANYBODY, *AspectNumber.choices], required=False)
    sort = forms.ChoiceField(
        label=_("Order"), choices=[("", _("Deadline first")), ("newest", _("Newest first"))], required=False
    )
    view = forms.ChoiceField(
        label=_("View"), choices=[("", _("List")), ("board", _("Board"))], required=False
    )
    map = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    interface = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)


class RuleForm(Dressed, forms.Form):
    """The working days of each level, why they change, and whether open reports follow."""

    reason = forms.CharField(label=_("Why"), max_length=500, required=False, validators=GATE)
    to_open = forms.BooleanField(label=_("Also for the reports that are open now"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = {
            level: forms.IntegerField(
                label=capfirst(str(Level(level).label)),
                min_value=1,
                max_value=365,
                widget=forms.NumberInput(attrs={"class": "ds-input", "inputmode": "numeric"}),
            )
            for level in Level.values
        }
        self.fields = {**fields, **self.fields}  # the days come first

    @property
    def days(self) -> list[int]:
        """From field work to politics."""
        return [self.cleaned_data[level] for level in Level.values]
