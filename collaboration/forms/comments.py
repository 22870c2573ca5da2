"""Forms of comments and announcements."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.day import DayField
from collaboration.dressed import Dressed, Lines
from collaboration.forms import ConstraintsAsked
from collaboration.models import Announcement, Comment, Level


class CommentForm(ConstraintsAsked):
    """What one says, and the number of the version that one edits."""

    seq = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = Comment
        fields = ["text"]
        widgets = {"text": Lines(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].error_messages["required"] = _("Write something first.")


class AnnouncementForm(ConstraintsAsked):
    """What is told, and until when."""

    class Meta:
        model = Announcement
        fields = ["title", "text", "until"]
        field_classes = {"until": DayField}
        widgets = {"text": Lines(attrs={"rows": 6})}

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until is not None and until < timezone.localdate():
            raise forms.ValidationError(_("This day has passed already. Choose a day to come."))
        return until


class LevelAnnouncementForm(AnnouncementForm):
    """The same to everybody on a level of a county."""

    class Meta(AnnouncementForm.Meta):
        fields = ["level", *AnnouncementForm.Meta.fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].required = True


class AnnouncementFilter(Dressed, forms.Form):
    """Which announcements a list shows."""

    level = forms.ChoiceField(label=_("Level"), choices=[("", _("all")), *Level.choices], required=False)
    past = forms.BooleanField(label=_("Also those that have ended"), required=False)
