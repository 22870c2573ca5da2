"""The form of a resident, and the reason of whoever makes no report of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collaboration.dressed import Dressed, Lines
from collaboration.models.fields import GATE
from services.models import Feedback


class FeedbackForm(Dressed, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What did not work, and with which service it should have worked together."""

    class Meta:
        model = Feedback
        fields = ["interface", "text"]
        widgets = {"text": Lines(attrs={"rows": 6})}
        labels = {"interface": _("With which other service did it not work together?")}
        error_messages = {"text": {"required": _("Tell what did not work.")}}

    def __init__(self, *args: Any, meets: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["interface"]
        field.queryset = field.queryset.filter(pk__in=[pk for pk, _name in meets])
        field.widget.choices = [("", _("I do not know, or with none")), *meets]


class CloseForm(Dressed, forms.Form):
    """Why no report is made."""

    closed_reason = forms.CharField(
        label=_("Why no report is made"),
        max_length=500,
        validators=GATE,
        widget=Lines(attrs={"rows": 3}),
        error_messages={"required": _("Tell why.")},
    )
