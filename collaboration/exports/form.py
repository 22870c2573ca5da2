"""What is wished of an export."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from collaboration.dressed import Dressed
from collaboration.exports.exporter import Format, Version
from collaboration.models.export import DRAFT


class ExportForm(Dressed, forms.Form):
    """What is exported, as which kind of file, and in which language its labels are."""

    of = forms.ChoiceField(label=gettext_lazy("What"))
    format = forms.ChoiceField(label=gettext_lazy("File"), choices=Format.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language of the headings"), choices=settings.LANGUAGES)

    def __init__(
        self,
        *args: Any,
        versions: Iterable[Version],
        formats: list[tuple[str, str]],
        of: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.versions: dict[str, Version | None] = {each.number: each for each in versions}
        choices = [(number, _("Version %(number)s") % {"number": number}) for number in self.versions]
        self.versions[DRAFT] = None
        fields: Any = self.fields
        fields["of"].choices = [*choices, (DRAFT, _("The draft as it is now"))]
        fields["format"].choices = formats
        self.initial = {
            "of": of if of in self.versions else next(iter(self.versions)),
            "language": (get_language() or "fi")[:2],
        }

    @property
    def wished(self) -> tuple[Version | None, str, str]:
        """The version or None for the draft, the kind of file, and the language."""
        data = self.cleaned_data
        return self.versions[data["of"]], data["format"], data["language"]
