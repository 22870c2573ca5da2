"""What is asked of whoever returns a round or withdraws a version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from collaboration.dressed import Dressed, Lines
from collaboration.models.fields import GATE

MOST_OF_A_REASON = 500


def _reason(**said: Any) -> forms.CharField:
    return forms.CharField(
        max_length=MOST_OF_A_REASON, validators=GATE, widget=Lines(attrs={"rows": 3}), **said
    )


class Reason(Dressed, forms.Form):
    """Why a step is taken."""

    reason: forms.CharField

    def clean_reason(self) -> str:
        return "\n".join(line.rstrip() for line in self.cleaned_data["reason"].splitlines())


class Withdrawal(Reason):
    """Why a version is taken out of force."""

    reason = _reason(
        label=gettext_lazy("Why is the version withdrawn?"),
        help_text=gettext_lazy("The version stays readable, and the reason is shown on it."),
        error_messages={"required": gettext_lazy("Tell why the version is withdrawn.")},
    )


class Return(Reason):
    """Why a round is returned to those who prepare the map."""

    reason = _reason(
        label=gettext_lazy("What has to be changed before you can approve?"),
        help_text=gettext_lazy("The round ends, and everyone of the parties reads the reason."),
        error_messages={"required": gettext_lazy("Tell what has to be changed before you can approve.")},
    )
