"""What comments and announcements look like over the API. Nothing is checked or decided here."""

from rest_framework import serializers

from collaboration.api.forum_shapes import LEVELS, an_id
from collaboration.api.shapes import Shape


class CommentShape(Shape):
    id = serializers.IntegerField()
    subject = serializers.CharField(help_text="What it is about, such as `matter:12`.")
    reply_to = serializers.IntegerField(allow_null=True, help_text="The comment that its thread began with.")
    author = serializers.IntegerField(
        allow_null=True, help_text="Null when their name is kept from the caller."
    )
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


class AnnouncementShape(Shape):
    """To a forum, or to a level of a county (`area` and `level`)."""

    id = serializers.IntegerField()
    forum = serializers.IntegerField(allow_null=True)
    area = serializers.IntegerField(allow_null=True)
    level = serializers.ChoiceField(LEVELS, allow_blank=True)
    organisation = serializers.IntegerField(help_text="Which made it.")
    title = serializers.CharField()
    text = serializers.CharField()
    until = serializers.DateField(help_text="The last day on which it is on desks.")
    by = serializers.CharField(help_text="Who made it.")
    made_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class AnnouncementWish(Shape):
    """Either `forum`, or `area` and `level`."""

    forum = an_id(help_text="A forum that the caller keeps.")
    area = an_id(help_text="A county whose organisation the caller administers.")
    level = serializers.ChoiceField(LEVELS, required=False, allow_blank=True, allow_null=True)
    title = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=5000)
    until = serializers.DateField()
    key = serializers.UUIDField(
        required=False, allow_null=True, help_text="The same sent twice is announced once."
    )
