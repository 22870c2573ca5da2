"""What the steps of a matter ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaboration.day import DayField
from collaboration.dressed import Dressed, Lines
from collaboration.models import Attachment, Forum, Matter, User
from collaboration.models.fields import GATE

Day = DayField


def lines(most: int, rows: int = 4, **said: Any) -> forms.CharField:
    return forms.CharField(max_length=most, validators=GATE, widget=Lines(attrs={"rows": rows}), **said)


def _line(most: int, **said: Any) -> forms.CharField:
    return forms.CharField(max_length=most, validators=GATE, **said)


class Asked(Dressed, forms.Form):
    """What a step asks for; texts as their columns keep them."""

    def clean(self) -> dict[str, Any]:
        """Lines lose the spaces at their ends, as the columns do."""
        told = super().clean() or self.cleaned_data
        return {
            name: "\n".join(line.rstrip() for line in value.splitlines()) if isinstance(value, str) else value
            for name, value in told.items()
        }


class NextStep(Asked):
    """What is done next, and on which day at the latest."""

    next_step = _line(
        200,
        label=_("Next step"),
        help_text=_("For example: handled in the meeting of the group."),
        error_messages={"required": _("Tell what is done next.")},
    )
    next_step_on = Day(
        label=_("On which day at the latest"),
        error_messages={"required": _("Tell on which day at the latest.")},
    )

    def clean_next_step_on(self) -> Any:
        day = self.cleaned_data["next_step_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed already. Choose a day to come."))
        return day


class Preparation(Asked):
    """What the forum's preparation came to."""

    proposal = lines(
        10_000,
        8,
        label=_("Proposal"),
        help_text=_("What the forum would decide, or take further."),
        error_messages={"required": _("Write what is proposed.")},
    )


class Unchecked(Asked):
    """Why no interface is touched."""

    unchecked_reason = _line(
        500,
        label=_("Why does the matter touch no interface?"),
        required=False,
        help_text=_("Only when the check has no rows."),
    )


class Decision(Asked):
    """What was decided, when and where it stands."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("decision", "Outcome"),
        choices=Matter.Outcome.choices,
        error_messages={"required": _("Choose the outcome.")},
    )
    decision = lines(
        10_000, 6, label=_("Decision"), error_messages={"required": _("Write what was decided.")}
    )
    decided_on = Day(
        label=_("Decided on"), error_messages={"required": _("Tell on which day it was decided.")}
    )
    section = _line(20, label=_("Section (§)"), required=False)
    case_number = _line(50, label=_("Case number"), required=False)
    minutes = forms.URLField(
        label=_("Address of the minutes"),
        required=False,
        assume_scheme="https",
        validators=GATE,
        max_length=200,
    )
    publicity = forms.ChoiceField(
        label=_("Publicity"), choices=Matter.Publicity.choices, initial=Matter.Publicity.PUBLIC
    )
    secrecy_basis = _line(
        200, label=_("Legal basis of secrecy"), required=False, help_text=_("For example 621/1999, 24 §.")
    )

    def clean_decided_on(self) -> Any:
        day = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("A decision cannot be made in the future. Check the day."))
        return day

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        is_secret = told.get("publicity") == Matter.Publicity.SECRET
        if is_secret and not told.get("secrecy_basis"):
            self.add_error("secrecy_basis", _("Tell the legal basis of the secrecy."))
        if told.get("secrecy_basis") and not is_secret:
            self.add_error("secrecy_basis", _("Only what is secret has a legal basis of secrecy."))
        return told


class Noted(Asked):
    """What is said when it is noted."""

    handled_reason = lines(2000, 3, label=_("What was noted"), required=False)


class Returned(Asked):
    """Why it is returned: that is its answer."""

    reason = lines(
        2000,
        label=_("Why is it returned?"),
        help_text=_("Whoever raised it reads the reason."),
        error_messages={"required": _("Tell why it is returned.")},
    )


class Answer(Asked):
    """The answer to whoever raised it."""

    answer = lines(
        10_000,
        5,
        label=pgettext_lazy("what is told", "Answer"),
        help_text=_("Whoever raised it reads this."),
        error_messages={"required": _("Write the answer.")},
    )


class OneForum(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """One of the forums that there are."""

    def label_from_instance(self, row: Any) -> str:
        return str(row.name)


class Forwarding(Asked):
    """To which forum it is forwarded."""

    forum = OneForum(
        queryset=Forum.objects.none(),
        label=_("To which forum"),
        error_messages={"required": _("Choose the forum.")},
    )
    next_step_on = Day(label=_("The answer is hoped for by"), required=False)
    attached = forms.ModelMultipleChoiceField(
        queryset=Attachment.objects.filter(removed_at__isnull=True).defer("content"),
        label=_("Files that go along"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("One of the files is no longer there.")},
    )

    def __init__(
        self,
        *args: Any,
        allowed: QuerySet[Forum] | None = None,
        there: QuerySet[Attachment] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["forum"]
        field.queryset = Forum.objects.present() if allowed is None else allowed
        if there is not None and there.exists():
            attached: Any = self.fields["attached"]
            attached.queryset = there
        elif there is not None:
            del self.fields["attached"]


class Preparer(Asked):
    """Who prepares it."""

    prepared_by = forms.ModelChoiceField(
        queryset=User.objects.filter(is_active=True), label=_("Who prepares it"), required=False
    )
