"""What attachments look like over the API. Nothing is checked or decided here."""

from rest_framework import serializers

from collaboration.api.shapes import Shape
from collaboration.models import Attachment


class AttachmentShape(Shape):
    id = serializers.IntegerField()
    subject = serializers.CharField(help_text="What it is about, such as `matter:12`.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Attachment.Kind.values)
    size = serializers.IntegerField(help_text="Bytes.")
    digest = serializers.CharField(help_text="SHA-256 of the content, in hexadecimal.")
    added_by = serializers.CharField(help_text="Empty when it was attached without a name that you may read.")
    added_at = serializers.DateTimeField()
    is_sent = serializers.BooleanField(help_text="It came with a forwarded matter, and stays as it was sent.")
