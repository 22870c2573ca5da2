"""What the steps of an escalation ask for."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.day import DayField
from collaboration.dressed import Dressed
from collaboration.models.fields import GATE
from collaboration.workflows.matter_steps import Asked, lines
from services.models import AspectNumber, Escalation

LONGEST_PAUSE = datetime.timedelta(days=90)


def _line(most: int, **said: Any) -> forms.CharField:
    return forms.CharField(max_length=most, validators=GATE, **said)


class Reason(Asked):
    """Why."""

    reason = lines(500, 3, label=_("Why"), error_messages={"required": _("Tell why.")})


class Doubt(Asked):
    """What does not work yet."""

    reason = lines(
        500,
        3,
        label=_("What does not work yet"),
        error_messages={"required": _("Tell what does not work yet.")},
    )


class Triage(Asked):
    """What it is called, how urgent it is."""

    title = _line(120, label=_("Title"), help_text=_("In one line, without names: what does not work."))
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Escalation.Urgency.choices)


class Wait(Asked):
    """For whom it waits, why, and until when."""

    waiting_for = forms.ChoiceField(
        label=_("For whom"), choices=Escalation.WaitingFor.choices, widget=forms.RadioSelect
    )
    reason = lines(
        500,
        3,
        label=_("What is asked, or why it waits"),
        error_messages={"required": _("Tell what is asked, or why it waits.")},
    )
    until = DayField(
        label=_("Until which day"),
        error_messages={"required": _("Tell until which day it waits.")},
        help_text=_("The clock stands still until then. At the longest 90 days."),
    )

    def clean_until(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["until"]
        today = timezone.localdate()
        if day <= today:
            raise forms.ValidationError(_("This day has passed already. Choose a day to come."))
        if day - today > LONGEST_PAUSE:
            raise forms.ValidationError(_("It waits 90 days at the longest."))
        return day


class Reply(Asked):
    """What the reporter answers."""

    reason = lines(500, 3, label=_("Your answer"), error_messages={"required": _("Write your answer.")})


class Proposal(Asked):
    """What has been done about it, and what changed."""

    proposal = lines(
        10_000,
        4,
        label=_("How it works from now on"),
        help_text=_("Those who reported it and the other party read this, and say whether it works."),
        error_messages={"required": _("Tell how it works from now on.")},
    )
    repair = forms.ChoiceField(
        label=_("What changed"),
        choices=Escalation.Repair.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what changed.")},
    )
    shared = lines(5_000, 5, required=False, label=_("The shared text from now on"))
    base_version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    what = _line(200, required=False, label=_("What is done"))
    responsible = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    due_on = DayField(required=False, label=_("By which day"))
    forum = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    repair_reason = _line(500, required=False, label=_("Why nothing needs to change"))

    NEEDS = {
        Escalation.Repair.TEXT: {"shared": _("Write the shared text as it is from now on.")},
        Escalation.Repair.ACTION: {
            "what": _("Tell what is done."),
            "responsible": _("Choose who does it."),
            "due_on": _("Tell by which day."),
        },
        Escalation.Repair.MATTER: {"forum": _("Choose the forum.")},
        Escalation.Repair.NONE: {"repair_reason": _("Tell why nothing needs to change.")},
    }

    def clean(self) -> dict[str, Any]:
        """What the chosen change needs is there."""
        told = super().clean()
        for name, sentence in self.NEEDS.get(told.get("repair", ""), {}).items():
            if not told.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return told


class HandOver(Asked):
    """To whom it is given, and why."""

    to = forms.IntegerField(
        label=_("To whom"),
        min_value=1,
        max_value=2**62,
        error_messages={"required": _("Choose to whom you give it: without a name it stays with you.")},
    )
    reason = lines(500, 3, label=_("Why"), error_messages={"required": _("Tell why.")})


class Merge(Asked):
    """Into which one."""

    into = _line(
        20,
        label=_("Number of the other report"),
        error_messages={"required": _("Write the number of the report that goes on.")},
    )


class Move(Asked):
    """To which interface and aspect."""

    interface = forms.IntegerField(
        label=_("Interface"),
        min_value=1,
        max_value=2**62,
        error_messages={"required": _("Choose the interface.")},
    )
    aspect = forms.TypedChoiceField(
        label=_("Aspect"),
        choices=[("", ""), *AspectNumber.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )


NAME = {
    "label": _("Your name"),
    "choices": [("yes", _("My name is not shown")), ("no", _("My name is shown"))],
    "coerce": lambda value: value == "yes",
    "empty_value": True,
    "required": False,
}


class Join(Asked):
    """What it does to whoever has the same, if they want to tell."""

    text = lines(2_000, 3, label=_("What happened?"), required=False)
    is_nameless = forms.TypedChoiceField(widget=forms.RadioSelect, **NAME)  # type: ignore[arg-type]


class Filing(Dressed, forms.Form):
    """A report as it is sent: what does not work, where, and how much it matters."""

    text = lines(
        10_000,
        4,
        label=_("What happened?"),
        error_messages={"required": _("Tell what happened.")},
    )
    effect = forms.ChoiceField(
        label=_("What does it do to the service?"),
        choices=Escalation.Effect.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it does to the service.")},
    )
    frequency = forms.ChoiceField(
        label=_("How often?"),
        choices=Escalation.Frequency.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how often.")},
    )
    urgency = forms.ChoiceField(
        label=_("How urgent?"),
        choices=Escalation.Urgency.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how urgent it is.")},
    )
    is_nameless = forms.TypedChoiceField(widget=forms.RadioSelect, **NAME)  # type: ignore[arg-type]
