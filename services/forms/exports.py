"""Forms of exports and imports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from collaboration.forms import Dressed
from services.content.file import MOST_BYTES, read
from services.content.shape import Content
from services.models import Export, MapVersion
from services.queries.exports import DRAFT


class ExportForm(Dressed, forms.Form):
    """What is exported, as which kind of file, and in which language its labels are."""

    of = forms.ChoiceField(label=gettext_lazy("What"))
    format = forms.ChoiceField(label=gettext_lazy("File"), choices=Export.Format.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language of the headings"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, versions: list[MapVersion], of: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions = versions
        choices = [
            (version.number, _("Version %(number)s") % {"number": version.number}) for version in versions
        ]
        chosen: Any = self.fields["of"]
        chosen.choices = [*choices, (DRAFT, _("The draft as it is now"))]
        numbers = {number for number, _label in chosen.choices}
        self.initial = {
            "of": of if of in numbers else choices[0][0] if choices else DRAFT,
            "language": (get_language() or "fi")[:2],
        }


class ImportForm(Dressed, forms.Form):
    """A file with the content of a map; `name` is how the person calls it."""

    name = ""
    file = forms.FileField(
        label=gettext_lazy("JSON file that was exported from a map"),
        help_text=gettext_lazy("5 MB at most. Nothing is changed before you have seen what would change."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        allow_empty_file=True,
    )

    def clean_file(self) -> Content:
        """The content that the file holds."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("The file is larger than 5 MB."), code="size")
        self.name = (file.name or "")[-200:]
        return read(file.read())
