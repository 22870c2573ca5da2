"""The form of a rating."""

from django import forms
from django.utils.translation import gettext_lazy

from collaboration.dressed import Dressed, Lines
from services.models import Rating


class RatingForm(Dressed, forms.ModelForm):  # type: ignore[type-arg]
    """How well an aspect works, from 1 to 5, and why."""

    value = forms.TypedChoiceField(
        label=gettext_lazy("Rating"),
        choices=Rating.Value.choices,
        coerce=int,
        error_messages={"required": gettext_lazy("Choose a rating from 1 to 5.")},
    )

    class Meta:
        model = Rating
        fields = ["value", "reason"]
        widgets = {"reason": Lines}

    def clean_reason(self) -> str:
        return "\n".join(line.rstrip() for line in self.cleaned_data["reason"].splitlines())


class SheetRow(RatingForm):
    """One aspect's rating on the sheet of an interface: what is left empty is not rated."""

    value = forms.TypedChoiceField(
        label=gettext_lazy("Rating"),
        choices=Rating.Value.choices,
        coerce=int,
        empty_value=None,
        required=False,
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if cleaned.get("reason") and cleaned.get("value") is None and "value" not in self.errors:
            self.add_error("value", gettext_lazy("Choose a rating from 1 to 5."))
        return cleaned
