"""Which escalations a list shows."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from collaboration.dressed import Dressed
from collaboration.forms import ANYBODY
from collaboration.models import Level
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
    map = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    interface = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
