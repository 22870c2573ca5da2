"""What comments look like over the API. Nothing is checked or decided here."""

from rest_framework import serializers

from collaboration.api.shapes import Shape


class CommentShape(Shape):
    id = serializers.IntegerField()
    subject = serializers.CharField(help_text="What it is about, such as `matter:12`.")
    reply_to = serializers.IntegerField(allow_null=True, help_text="The comment that its thread began with.")
    author = serializers.IntegerField()
    name = serializers.CharField(help_text="Who wrote it.")
    text = serializers.CharField(help_text="Empty when it has been taken away.")
    mentions = serializers.ListField(child=serializers.CharField(), help_text="`person-9` or `forum-2`.")
    made_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    removed_at = serializers.DateTimeField(allow_null=True)


class CommentWish(Shape):
    subject = serializers.CharField(max_length=60)
    text = serializers.CharField(max_length=5000)
    reply_to = serializers.IntegerField(required=False, allow_null=True)
    mentions = serializers.ListField(child=serializers.CharField(), required=False)
    unseeing = serializers.IntegerField(
        required=False, help_text="How many of the mentioned the caller knows not to see it."
    )
    key = serializers.UUIDField(required=False, help_text="The same sent twice is written once.")


class CommentChange(Shape):
    text = serializers.CharField(max_length=5000)


class CommentResolved(Shape):
    resolved = serializers.BooleanField(required=False, default=True)
