"""What answers about approval and versions look like, for the schema and for `?fields=`. Nothing is decided here."""

from __future__ import annotations

from rest_framework import serializers

from collaboration.api.export_shapes import FileShape
from collaboration.api.shapes import Shape
from collaboration.marking import ADDED, REMOVED
from services.api.shapes import AppliedShape
from services.content.comparison import CHANGED
from services.models import ApprovalRound, AspectStatus, MapVersion

VERSION_STATUSES = MapVersion.Status.values
ROUND_STATUSES = ApprovalRound.Status.values


class VersionRowShape(Shape):
    """A published version of a map. `seq` is the map's change up to which it goes."""

    id = serializers.IntegerField()
    map = serializers.IntegerField()
    major = serializers.IntegerField()
    minor = serializers.IntegerField()
    number = serializers.CharField()
    status = serializers.ChoiceField(VERSION_STATUSES)
    seq = serializers.IntegerField()
    digest = serializers.CharField(help_text="SHA-256 of the content's canonical bytes (RFC 8785).")
    published_at = serializers.DateTimeField()
    review_on = serializers.DateField()
    incomplete_reason = serializers.CharField(allow_blank=True)
    citation_fi = serializers.CharField()
    citation_sv = serializers.CharField()
    withdrawn_reason = serializers.CharField(allow_blank=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class ApprovedOrganisation(Shape):
    """A party as it was called when it approved."""

    id = serializers.IntegerField()
    code = serializers.CharField(allow_blank=True)
    name_fi = serializers.CharField()
    name_sv = serializers.CharField(allow_blank=True)


class ApproverShape(Shape):
    """Who approved, by the name of that time."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class ApprovalFactShape(Shape):
    """One party's approval."""

    organisation = ApprovedOrganisation()
    approver = ApproverShape()
    role = serializers.CharField()
    at = serializers.DateTimeField()


class VersionShape(VersionRowShape):
    """A published version with its content and approvals."""

    approvals = ApprovalFactShape(many=True)
    content = serializers.DictField()
    can_withdraw = serializers.BooleanField()


class ApprovalRoundShape(Shape):
    """An approval round. An approval sends `digest` back: it says which content was read."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(ROUND_STATUSES)
    number = serializers.CharField(help_text="The number that the version will get.")
    seq = serializers.IntegerField()
    digest = serializers.CharField()
    review_on = serializers.DateField()
    incomplete_reason = serializers.CharField(allow_blank=True)
    started_at = serializers.DateTimeField()


class RequiredPartyShape(Shape):
    """A party whose approval is needed."""

    organisation = serializers.IntegerField()
    approved_at = serializers.DateTimeField(allow_null=True)
    may_approve = serializers.BooleanField(help_text="Whether the caller may approve for it now.")


class UnfinishedShape(Shape):
    """An aspect that is neither agreed nor not applicable."""

    aspect = serializers.IntegerField()
    interface = serializers.IntegerField()
    number = serializers.IntegerField()
    status = serializers.ChoiceField(AspectStatus.values)


class ApprovalStateShape(Shape):
    """How far the approval of a map is."""

    round = ApprovalRoundShape(allow_null=True)
    parties = RequiredPartyShape(many=True)
    unfinished = UnfinishedShape(many=True)
    can_start = serializers.BooleanField()
    can_cancel = serializers.BooleanField()
    can_return = serializers.BooleanField()


class PartShape(Shape):
    """A piece of a text: what both texts say, or only the earlier or the later one."""

    kind = serializers.ChoiceField(["same", REMOVED, ADDED])
    text = serializers.CharField()


class PropertyShape(Shape):
    """A property that differs, named in the caller's language. `language`: of the text, when it is in one."""

    name = serializers.CharField()
    language = serializers.CharField(allow_blank=True)
    parts = PartShape(many=True)


class DifferenceShape(Shape):
    """One thing that was added, removed or changed, in the caller's language."""

    kind = serializers.ChoiceField([ADDED, REMOVED, CHANGED])
    subject = serializers.CharField(help_text="As on the drawing: map, party:7, service:13 or interface:12.")
    where = serializers.CharField(help_text="The name of what differs.")
    what = serializers.CharField(allow_blank=True, help_text="Which part of it, when it is one part.")
    sentence = serializers.CharField()
    interface = serializers.IntegerField(allow_null=True)
    number = serializers.IntegerField(allow_null=True, help_text="Of the aspect.")
    can_take_back = serializers.BooleanField(help_text="Whether the caller may take the aspect back.")
    properties = PropertyShape(many=True)


class ComparisonShape(Shape):
    """What differs between two versions, or a version and the draft. `seq` is the map's latest change."""

    map = serializers.IntegerField()
    seq = serializers.IntegerField()
    to = serializers.CharField()
    headline = serializers.CharField()
    differences = DifferenceShape(many=True)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is a word of Python's own."""
        return {**super().get_fields(), "from": serializers.CharField()}


class TakeBackWish(Shape):
    """The aspect to take back, an id of the client's own, and the map's `seq` when it was compared."""

    id = serializers.UUIDField()
    interface = serializers.IntegerField()
    number = serializers.IntegerField(min_value=1, max_value=9)
    base_version = serializers.IntegerField()


class TakenBackShape(Shape):
    """The properties that were written, as they now are: none, when the draft says the same already."""

    applied = AppliedShape(many=True)


class RoundWish(Shape):
    """A new approval round. A reason is needed, and allowed, only when something is unfinished."""

    review_on = serializers.DateField()
    is_major = serializers.BooleanField(required=False)
    incomplete_reason = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=500
    )


class ApprovalWish(Shape):
    """The round and the digest of what was read; `organisation`: for which party, if the caller has several."""

    round = serializers.IntegerField()
    digest = serializers.CharField(max_length=64)
    organisation = serializers.IntegerField(required=False, allow_null=True)


class ReturnWish(Shape):
    """Which round is returned, and why."""

    round = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=500)


class CancelWish(Shape):
    """The round that is called off."""

    round = serializers.IntegerField()


class WithdrawWish(Shape):
    """Why the version is withdrawn."""

    reason = serializers.CharField(max_length=500)


class ExportShape(FileShape):
    """A file of a version's or the draft's content. `of` is the version's number, or "draft"."""

    map = serializers.IntegerField()
