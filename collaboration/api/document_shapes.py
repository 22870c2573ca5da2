"""What requests and answers about a document look like, for the schema. Nothing is checked or decided here."""

from __future__ import annotations

from rest_framework import serializers

from collaboration.api.shapes import ProblemShape, Shape


class OpShape(Shape):
    """One wished change of one property. docs/api.md lists the kinds of subjects and their properties."""

    id = serializers.UUIDField(help_text="The client's own; the same id sent twice changes once.")
    subject = serializers.CharField(help_text="<kind>:<id>")
    property = serializers.CharField()
    base_version = serializers.IntegerField(min_value=0)
    value = serializers.JSONField(allow_null=True)


class MergedShape(Shape):
    """What two people wrote at once, before it was merged."""

    yours = serializers.CharField(allow_blank=True)
    theirs = serializers.CharField(allow_blank=True)
    by = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)


class AppliedShape(Shape):
    """The property as it now is; `version` is the `base_version` of the next op about it."""

    subject = serializers.CharField()
    property = serializers.CharField()
    value = serializers.JSONField(allow_null=True)
    version = serializers.IntegerField()
    merged = MergedShape(allow_null=True)


class UndoShape(Shape):
    """`id` is the client's own; `before`: leave changes from this number on as they are."""

    id = serializers.UUIDField()
    before = serializers.IntegerField(required=False, allow_null=True)


class StaysShape(ProblemShape):
    """Nothing was undone. `seq`: the change that stays, when another has changed the same since."""

    type = serializers.ChoiceField(["urn:yhdyspinta:problem:nothing-to-undo"])  # type: ignore[assignment]
    seq = serializers.IntegerField(allow_null=True)


class ConflictShape(ProblemShape):
    """Somebody has changed the property since `base_version`: both values, and the version to send next."""

    type = serializers.ChoiceField(["urn:yhdyspinta:problem:edit-conflict"])  # type: ignore[assignment]
    yours = serializers.JSONField(allow_null=True)
    theirs = serializers.JSONField(allow_null=True)
    version = serializers.IntegerField()
    by = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)


class ChangeShape(Shape):
    """One change of one property."""

    seq = serializers.IntegerField()
    id = serializers.UUIDField()
    subject = serializers.CharField()
    property = serializers.CharField()
    to = serializers.JSONField(allow_null=True)
    sent = serializers.JSONField(allow_null=True)
    undoes = serializers.IntegerField(allow_null=True)
    by = serializers.CharField()
    at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is a word of Python's own."""
        return {**super().get_fields(), "from": serializers.JSONField(allow_null=True)}


class ChangesShape(Shape):
    """Changes in order. `seq` is the document's; ask again from the last one's while it is lower."""

    seq = serializers.IntegerField()
    news = serializers.IntegerField(help_text="Grows when something happens that is no change.")
    changes = ChangeShape(many=True)


def undone(applied: type[AppliedShape]) -> type[AppliedShape]:
    """What was taken back or done again, in words, beside what the document's ops answer."""
    said = "What was taken back or done again, in words, and the property as it now is."
    return type("UndoneShape", (applied,), {"__doc__": said, "what": serializers.CharField()})
