"""What answers about exports look like, for the schema and for `?fields=`. Nothing is decided here."""

from __future__ import annotations

from django.conf import settings
from rest_framework import serializers

from collaboration.api.shapes import Shape
from collaboration.models import Export

EXPORT_FORMATS = Export.Format.values
EXPORT_STATES = ["waiting", "working", "ready", "failed"]
EXPORT_LANGUAGES = [code for code, _name in settings.LANGUAGES]


class FileShape(Shape):
    """A file of a document's version or draft. `of` is the version's number, or "draft"."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(allow_null=True)
    of = serializers.CharField()
    digest = serializers.CharField(help_text="SHA-256 of the content; of the file itself, if it is JSON.")
    format = serializers.ChoiceField(EXPORT_FORMATS)
    language = serializers.ChoiceField(EXPORT_LANGUAGES)
    status = serializers.ChoiceField(EXPORT_STATES)
    progress = serializers.IntegerField(help_text="In per cent.")
    failure = serializers.CharField(allow_blank=True, help_text="Why it failed, as a sentence.")
    asked_at = serializers.DateTimeField()
    made_at = serializers.DateTimeField(allow_null=True)
    size = serializers.IntegerField(help_text="In bytes; 0 until it is ready.")
    name = serializers.CharField(help_text="The name of the file.")


class ExportWish(Shape):
    """What is wished: a version by its number or "draft", as which kind of file, with labels in which language."""

    of = serializers.CharField(max_length=20)
    format = serializers.ChoiceField(EXPORT_FORMATS)
    language = serializers.ChoiceField(EXPORT_LANGUAGES)
