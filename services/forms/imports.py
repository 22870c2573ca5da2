"""The form of an import."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.dressed import Dressed
from services.content.file import MOST_BYTES, read
from services.content.shape import Content


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
