"""Forms of approving and publishing. Rules stand in the workflow; these check the shape of what was sent."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from collaboration.day import DayField
from collaboration.dressed import Dressed, Lines
from collaboration.models.fields import GATE
from services.workflows.reasons import MOST_OF_A_REASON, Return


def _in_a_year() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=365)


class RoundForm(Dressed, forms.Form):
    """What the start of an approval round needs."""

    review_on = DayField(
        label=gettext_lazy("Review date"),
        help_text=gettext_lazy("When the parties review whether this still holds."),
        initial=_in_a_year,
    )
    is_major = forms.BooleanField(
        label=gettext_lazy("A large change: the version gets a new main number"),
        required=False,
    )
    incomplete_reason = forms.CharField(
        label=gettext_lazy("Publish incomplete: why?"),
        help_text=gettext_lazy(
            "Not everything is agreed or not applicable. The reason is part of the version, and everyone reads it."
        ),
        required=False,
        max_length=MOST_OF_A_REASON,
        validators=GATE,
        widget=Lines(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, is_finished: bool = False, is_first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_finished and not self.data.get("incomplete_reason"):
            del self.fields["incomplete_reason"]
        if is_first:
            del self.fields["is_major"]


class ApprovalForm(forms.Form):
    """Which round and which content is approved, and for which party."""

    round = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    digest = forms.CharField(max_length=64)
    organisation = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class CancelForm(forms.Form):
    """Which round is called off."""

    round = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class ReturnForm(Return):
    """Which round is returned, and why."""

    round = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput())


class TakeBackForm(forms.Form):
    """Which aspect is taken back, and the change of the map that was the latest when it was read."""

    op_id = forms.UUIDField()
    interface = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    number = forms.IntegerField(min_value=1, max_value=9)
    base_version = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class TakeBackWishForm(forms.Form):
    """The same over the API, where the client's own id is called as in an op."""

    id = forms.UUIDField()
    interface = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    number = forms.IntegerField(min_value=1, max_value=9)
    base_version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
