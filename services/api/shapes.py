"""What answers about services and maps look like, for the schema and for `?fields=`. Nothing is decided here."""

from __future__ import annotations

from rest_framework import serializers

from collaboration.api import document_shapes as documents
from collaboration.api.shapes import Shape
from services.api.row_shapes import ROW_SHAPES
from services.models import (
    AspectStatus,
    Enabler,
    InterfaceMap,
    MapParty,
    Outcome,
    ServiceNode,
    ServiceResponsibility,
    TargetGroup,
)
from services.workflows.map_templates import TEMPLATES
from services.workflows.structure import KINDS_OF_ASPECTS

NODE_KINDS = ServiceNode.Kind.values
DUTIES = ServiceResponsibility.Duty.values
BASES = ServiceResponsibility.Basis.values
SIDES = MapParty.Side.values
MAP_STATUSES = InterfaceMap.Status.values
TARGET_GROUPS = TargetGroup.values
OUTCOMES = Outcome.values
ENABLERS = Enabler.values
ASPECT_STATUSES = AspectStatus.values
CONFIRMATIONS = ["given", "none", "outdated"]


class ServiceClassShape(Shape):
    """A class of services; `parent` is the class above it."""

    id = serializers.IntegerField()
    key = serializers.CharField()
    kind = serializers.ChoiceField(NODE_KINDS)
    name_fi = serializers.CharField()
    name_sv = serializers.CharField()
    name_en = serializers.CharField()
    parent = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]


class ResponsibilityWish(Shape):
    """Who organises, produces, funds or resources, by law or by agreement; without a basis the row is flagged."""

    duty = serializers.ChoiceField(DUTIES)
    organisation = serializers.IntegerField()
    basis = serializers.ChoiceField(BASES, required=False, allow_blank=True, allow_null=True)
    reference = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=200)


class ResponsibilityShape(Shape):
    """Who organises, produces, funds or resources, by law or by agreement; an empty basis is not known yet."""

    id = serializers.IntegerField()
    duty = serializers.ChoiceField(DUTIES)
    organisation = serializers.IntegerField()
    basis = serializers.ChoiceField(BASES, allow_blank=True)
    reference = serializers.CharField(allow_blank=True)


class ServiceRowShape(Shape):
    """A service in an organisation's catalogue; `node` is its class."""

    id = serializers.IntegerField()
    organisation = serializers.IntegerField()
    node = serializers.IntegerField()
    name_fi = serializers.CharField()
    name_sv = serializers.CharField(allow_blank=True)
    description_fi = serializers.CharField(allow_blank=True)
    description_sv = serializers.CharField(allow_blank=True)
    target_groups = serializers.ListField(child=serializers.ChoiceField(TARGET_GROUPS))
    outcomes = serializers.ListField(child=serializers.ChoiceField(OUTCOMES))
    enablers = serializers.ListField(child=serializers.ChoiceField(ENABLERS))
    contact = serializers.CharField(allow_blank=True, help_text="Whom professionals call about the service.")
    phone = serializers.CharField(allow_blank=True)
    hours = serializers.CharField(allow_blank=True)
    archived_at = serializers.DateTimeField(allow_null=True)
    responsibilities = ResponsibilityShape(many=True)


class ServiceShape(ServiceRowShape):
    """A service in an organisation's catalogue; `node` is its class."""

    can_edit = serializers.BooleanField()


class ServiceChange(Shape):
    """What may be changed of a service; what is left out stays."""

    name_fi = serializers.CharField(required=False, max_length=120)
    name_sv = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=120)
    node = serializers.IntegerField(required=False)
    target_groups = serializers.ListField(child=serializers.ChoiceField(TARGET_GROUPS), required=False)
    outcomes = serializers.ListField(child=serializers.ChoiceField(OUTCOMES), required=False)
    enablers = serializers.ListField(child=serializers.ChoiceField(ENABLERS), required=False)
    description_fi = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=2_000
    )
    description_sv = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=2_000
    )
    contact = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=150)
    phone = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=30)
    hours = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=120)


class ServiceWish(ServiceChange):
    """A new service of an organisation."""

    organisation = serializers.IntegerField()
    name_fi = serializers.CharField(max_length=120)
    node = serializers.IntegerField()


class MapPartyShape(Shape):
    """A party of a map: one lane of its drawing."""

    id = serializers.IntegerField()
    organisation = serializers.IntegerField()
    side = serializers.ChoiceField(SIDES)
    lane = serializers.IntegerField()


class TallyShape(Shape):
    """How many aspects have which status."""

    agreed = serializers.IntegerField()
    in_progress = serializers.IntegerField()
    missing = serializers.IntegerField()
    not_applicable = serializers.IntegerField()


class MapRowShape(Shape):
    """An interface map in a list. `seq` is the number of its latest change."""

    id = serializers.IntegerField()
    title_fi = serializers.CharField()
    title_sv = serializers.CharField(allow_blank=True)
    target_group = serializers.ChoiceField(TARGET_GROUPS)
    municipality = serializers.IntegerField()
    is_base = serializers.BooleanField(help_text="Whether it is a county's base map.")
    base = serializers.IntegerField(
        allow_null=True, help_text="The county's base map that the map is based on."
    )
    source_language = serializers.ChoiceField(["fi", "sv"])
    status = serializers.ChoiceField(MAP_STATUSES)
    seq = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    parties = MapPartyShape(many=True)
    aspects = TallyShape()


class MapServiceShape(Shape):
    """A service on a map, with the answers to the client's questions where and how."""

    id = serializers.IntegerField()
    service = serializers.IntegerField()
    party = serializers.IntegerField()
    name_fi = serializers.CharField()
    name_sv = serializers.CharField(allow_blank=True)
    place = serializers.IntegerField(allow_null=True)
    where_fi = serializers.CharField(allow_blank=True)
    where_sv = serializers.CharField(allow_blank=True)
    how_fi = serializers.CharField(allow_blank=True)
    how_sv = serializers.CharField(allow_blank=True)
    channels = ROW_SHAPES["channel"](many=True)
    path = ROW_SHAPES["referral"](many=True)


class AspectStatusShape(Shape):
    """An aspect's number and status."""

    id = serializers.IntegerField()
    number = serializers.IntegerField(min_value=1, max_value=9)
    status = serializers.ChoiceField(ASPECT_STATUSES)


class SharedAnswerShape(AspectStatusShape):
    """An aspect with the answer that the parties share."""

    shared_fi = serializers.CharField(allow_blank=True)
    shared_sv = serializers.CharField(allow_blank=True)
    not_applicable_reason = serializers.CharField(allow_blank=True)
    review_on = serializers.DateField(allow_null=True)
    base = serializers.IntegerField(allow_null=True, help_text="The same aspect on the base map.")
    follows_base = serializers.BooleanField(
        help_text="While true, the texts are those of the base map's aspect."
    )


class MapInterfaceShape(Shape):
    """Where services of the map meet: ids of the map's services and parties, and the nine aspects."""

    id = serializers.IntegerField()
    services = serializers.ListField(child=serializers.IntegerField())
    parties = serializers.ListField(child=serializers.IntegerField())
    outcomes = serializers.ListField(child=serializers.ChoiceField(OUTCOMES))
    enablers = serializers.ListField(child=serializers.ChoiceField(ENABLERS))
    aspects = SharedAnswerShape(many=True)


class StepShape(Shape):
    """A step that the caller may take, and what blocks it."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    blockers = serializers.ListField(child=serializers.CharField())


class MapShape(MapRowShape):
    """An interface map with everything on it."""

    services = MapServiceShape(many=True)
    interfaces = MapInterfaceShape(many=True)
    can_edit = serializers.BooleanField()
    steps = StepShape(many=True)


class MapWish(Shape):
    """A new map from a template. The same `op_id` sent twice makes one map.

    `municipality`: an organisation of the kind `municipalities` makes a base map of its county.
    """

    template = serializers.ChoiceField([template.key for template in TEMPLATES])
    municipality = serializers.IntegerField()
    op_id = serializers.UUIDField()
    target_group = serializers.ChoiceField(
        TARGET_GROUPS, required=False, allow_blank=True, allow_null=True, help_text="Needed for an empty map."
    )
    source_language = serializers.ChoiceField(["fi", "sv"], required=False)
    use_base = serializers.BooleanField(
        required=False, help_text="Take the county's base map in use, if it has one; true when left out."
    )
    title_fi = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=150)
    title_sv = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=150)


class InterfaceShape(Shape):
    """An interface: ids of the map's services that meet there and of its parties, and the aspects' statuses."""

    id = serializers.IntegerField()
    map = serializers.IntegerField()
    removed = serializers.BooleanField()
    services = serializers.ListField(child=serializers.IntegerField())
    parties = serializers.ListField(child=serializers.IntegerField())
    outcomes = serializers.ListField(child=serializers.ChoiceField(OUTCOMES))
    enablers = serializers.ListField(child=serializers.ChoiceField(ENABLERS))
    aspects = AspectStatusShape(many=True)


class AnswerShape(Shape):
    """A party's own answer, and its confirmation of the shared one."""

    id = serializers.IntegerField()
    party = serializers.IntegerField()
    organisation = serializers.IntegerField()
    answer_fi = serializers.CharField(allow_blank=True)
    answer_sv = serializers.CharField(allow_blank=True)
    confirmation = serializers.ChoiceField(CONFIRMATIONS)
    confirmed_text = serializers.CharField(allow_null=True)
    confirmed_by = serializers.CharField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)


class NamedPerson(Shape):
    """A person."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class EvidenceShape(Shape):
    """A link to where it was agreed."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    url = serializers.CharField()


class AspectShape(SharedAnswerShape):
    """One of the nine aspects with answers, confirmations and rows. `map_seq` is the `base_version` of an op about it."""

    interface = serializers.IntegerField()
    map = serializers.IntegerField()
    map_seq = serializers.IntegerField()
    answers = AnswerShape(many=True)
    responsible = NamedPerson(many=True)
    evidence = EvidenceShape(many=True)
    without_leader = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Parties that have named no leader, where leaders are asked for (aspect 6).",
    )

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """With the rows of each kind."""
        rows = {f"{kind.name}s": ROW_SHAPES[kind.name](many=True) for kind in KINDS_OF_ASPECTS}
        return {**super().get_fields(), **rows}


class AppliedShape(documents.AppliedShape):
    """The property as it now is; `version` is the `base_version` of the next op about it."""

    status = serializers.ChoiceField(ASPECT_STATUSES, required=False)
    follows_base = serializers.BooleanField(required=False)


class ChangesShape(documents.ChangesShape):
    """Changes in order. `seq` is the map's; ask again from the last one's while it is lower."""

    news = serializers.IntegerField(
        help_text="Grows when a round is opened or ends, somebody approves, a version or ratings are shown."
    )


class TemplateShape(Shape):
    """A template of maps, named in the caller's language."""

    key = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    target_group = serializers.CharField(allow_blank=True)
