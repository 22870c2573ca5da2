"""The field of a day, in every form."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collaboration import dates


class DayInput(forms.DateInput):
    """A day as text: a browser's own field of dates writes them as its own language does, not as the page."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        own = {"inputmode": "decimal", "placeholder": _("d.m.yyyy"), "autocomplete": "off", "data-day": ""}
        super().__init__({**own, **(attrs or {})})

    def format_value(self, value: Any) -> Any:
        return dates.written(value) if isinstance(value, datetime.date) else value


class DayField(forms.DateField):
    """A day written as `1.7.2027`; programs and old drafts write `2027-07-01`."""

    widget = DayInput

    def to_python(self, value: Any) -> datetime.date | None:
        if value in self.empty_values or isinstance(value, datetime.date):
            return super().to_python(value)
        day = dates.read(str(value))
        if day is None:
            raise forms.ValidationError(dates.NOT_A_DAY, code="date")
        return day
