"""Which notices a list shows, and how mail tells of each category."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collaboration import verbs
from collaboration.dressed import Dressed
from collaboration.notices.preferences import Chosen


class NoticeFilter(Dressed, forms.Form):
    """A value that makes no sense gets a sentence and filters nothing."""

    unread = forms.BooleanField(label=_("Only unread"), required=False)
    category = forms.ChoiceField(label=_("What it is about"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = [(each.name, each.label) for each in verbs.categories().values()]
        cast(forms.ChoiceField, self.fields["category"]).choices = [("", _("All")), *labels]


class MailPreferencesForm(Dressed, forms.Form):
    """One choice for each category."""

    def __init__(self, chosen: list[Chosen], data: Any = None) -> None:
        super().__init__(data)
        for each in chosen:
            self.fields[each.category.name] = forms.ChoiceField(
                label=each.category.label,
                choices=[(value, capfirst(label)) for value, label in verbs.Sent.choices],
                initial=each.sent,
                widget=forms.RadioSelect,
            )
