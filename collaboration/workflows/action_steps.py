"""What the steps of an action ask for."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.day import DayField
from collaboration.models.fields import GATE
from collaboration.workflows.matter_steps import Asked, lines


def _coming(day: datetime.date) -> datetime.date:
    if day < timezone.localdate():
        raise forms.ValidationError(_("This day has passed already. Choose a day to come."))
    return day


def _share(most: int, sentence: Any, **said: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Progress in percent"),
        min_value=0,
        max_value=most,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence),
        **said,
    )


def _evidence() -> forms.CharField:
    return lines(
        10_000,
        3,
        label=_("What shows it"),
        required=False,
        help_text=_("For example which units have taken it into use. No personal data of clients."),
    )


def _link() -> forms.URLField:
    return forms.URLField(
        label=_("Address of what shows it"),
        required=False,
        assume_scheme="https",
        validators=GATE,
        max_length=200,
    )


class Progress(Asked):
    """How far it is, and what shows it."""

    progress = _share(100, _("Tell the progress as a number from 0 to 100."))
    evidence = _evidence()
    evidence_link = _link()


class Done(Asked):
    """What shows that it was done."""

    evidence = _evidence()
    evidence_link = _link()

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if not self.errors and not told.get("evidence") and not told.get("evidence_link"):
            self.add_error("evidence", _("Tell what shows that it was done, in words or with an address."))
        return told


class Late(Asked):
    """Why it will be late, for whoever wants to tell."""

    reason = lines(2000, 3, label=_("Why will it be late?"), required=False)


class NewDay(Asked):
    """Which day is hoped for, and why."""

    wished_on = DayField(
        label=_("Which day do you ask for?"), error_messages={"required": _("Tell which day you ask for.")}
    )
    reason = lines(
        2000,
        3,
        label=_("Why is another day needed?"),
        help_text=_("Those who made the action read the reason."),
        error_messages={"required": _("Tell why another day is needed.")},
    )

    def clean_wished_on(self) -> datetime.date:
        return _coming(self.cleaned_data["wished_on"])


class Moved(Asked):
    """The new due day."""

    due_on = DayField(
        label=_("New due day"), error_messages={"required": _("Tell which day is the new due day.")}
    )
    reason = lines(2000, 3, label=_("Why is the day moved?"), required=False)

    def clean_due_on(self) -> datetime.date:
        return _coming(self.cleaned_data["due_on"])


class Cancelled(Asked):
    """Why it is given up."""

    reason = lines(
        2000,
        3,
        label=_("Why is it cancelled?"),
        help_text=_("Those who are responsible read the reason."),
        error_messages={"required": _("Tell why it is cancelled.")},
    )


class Reopened(Asked):
    """Why it is taken up again, how far it is now, and by which day it is done."""

    reason = lines(
        2000,
        3,
        label=_("Why is it taken up again?"),
        error_messages={"required": _("Tell why it is taken up again.")},
    )
    progress = _share(99, _("Tell the progress as a number from 0 to 99."), initial=0)
    due_on = DayField(
        label=_("New due day"), error_messages={"required": _("Tell which day is the new due day.")}
    )

    def clean_due_on(self) -> datetime.date:
        return _coming(self.cleaned_data["due_on"])
