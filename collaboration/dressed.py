"""The look of every form, and what its fields have in common."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

NOTHING = BLANK_CHOICE_DASH[0][1]
CHOSEN_OR_HIDDEN = ("checkbox", "radio", "hidden")


def never_cut(widget: forms.Widget) -> None:
    """A browser cuts at `maxlength` in silence: the length is counted in the page and refused in words instead."""
    if most := widget.attrs.pop("maxlength", None):
        widget.attrs["data-most"] = most


class Lines(forms.Textarea):
    """A text box in which a line break is one character, as the page counts it."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class Dressed(forms.BaseForm):
    """The look of every form: no colon after a label, the design system's fields, choices with a capital letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            if getattr(field.widget, "input_type", "") not in CHOSEN_OR_HIDDEN:
                field.widget.attrs["class"] = "ds-input"
            never_cut(field.widget)
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == NOTHING:
                field.empty_label = _("Choose") if field.required else capfirst(_("not chosen"))
            if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
                choices: Any = field.choices
                field.choices = [
                    (value, capfirst(_("not chosen") if label == NOTHING else label))
                    for value, label in choices
                ]
