"""What answers look like, for the schema and for `?fields=`. Nothing is checked or decided here."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import PolymorphicProxySerializer, inline_serializer
from rest_framework import serializers

from collaboration.models import Area, Member, Membership, Organisation, PersonalToken, User
from collaboration.verbs import Sent

# The codes, under names of their own: the settings name their enumerations in the schema.
ADDED_KINDS = [(kind.value, kind.label) for kind in Organisation.ADDED]
ORGANISATION_KINDS = Organisation.Kind.values
AREA_KINDS = Area.Kind.values
LANGUAGE_STATUSES = Organisation.LanguageStatus.values
ROLES = Membership.Role.values
LEVELS_OF_MEMBERS = Member.Level.values
SCOPES = PersonalToken.Scope.values
DUTIES_OF_PEOPLE = User.Duty.values
MAIL_SENT = Sent.values

Shape = serializers.Serializer[Any]


def page(shape: type[Shape]) -> Shape:
    """A page of a list: its rows, and the address of the next page or null."""
    fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "results": cast(Any, shape)(many=True),
        "next": serializers.URLField(allow_null=True),
    }
    return inline_serializer(f"{shape.__name__}Page", cast(Any, fields))


class ProblemError(Shape):
    """One thing that is wrong."""

    field = serializers.CharField(help_text="The field or parameter it is about, or empty.")
    message = serializers.CharField()


class ProblemShape(Shape):
    """RFC 9457. The sentences are in the caller's language."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ProblemError(many=True)  # type: ignore[assignment]


class IdUsedShape(ProblemShape):
    """The id belongs to another person's change, or to one with another content: nothing was done."""

    type = serializers.ChoiceField(["urn:yhdyspinta:problem:id-used"])  # type: ignore[assignment]


def or_id_used(shape: type[ProblemShape]) -> PolymorphicProxySerializer:
    """The two problems that a write with an id of the client's own can meet under status 409."""
    return PolymorphicProxySerializer(
        component_name=f"{shape.__name__.removesuffix('Shape')}OrIdUsed",
        serializers=[shape, IdUsedShape],
        resource_type_field_name=None,
    )


class StaleShape(ProblemShape):
    """The resource has changed since it was read: what was sent, what is there now, and its tag."""

    yours = serializers.JSONField(allow_null=True)
    theirs = serializers.JSONField()
    etag = serializers.CharField()


class AreaOfOrganisation(Shape):
    """A municipality's membership of an area, from a day to a day; null sets no limit."""

    area = serializers.IntegerField()
    kind = serializers.ChoiceField(AREA_KINDS)
    code = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)


class OrganisationShape(Shape):
    """An organisation or a unit of one. `code` is Statistics Finland's."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(ORGANISATION_KINDS)
    code = serializers.CharField(allow_blank=True)
    business_id = serializers.CharField(allow_blank=True)
    name_fi = serializers.CharField()
    name_sv = serializers.CharField(allow_blank=True)
    name_en = serializers.CharField(allow_blank=True)
    brand = serializers.CharField(allow_blank=True)
    website = serializers.CharField(allow_blank=True)
    language_status = serializers.ChoiceField(LANGUAGE_STATUSES, allow_blank=True)
    unit_of = serializers.IntegerField(allow_null=True)
    merged_into = serializers.IntegerField(allow_null=True)
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    areas = AreaOfOrganisation(many=True)


class OrganisationChange(Shape):
    """What may be changed of an organisation of which no register is loaded; what is left out stays."""

    kind = serializers.ChoiceField(ADDED_KINDS, required=False)
    name_fi = serializers.CharField(required=False, max_length=200)
    name_sv = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=200)
    brand = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=100)
    business_id = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=9)
    website = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=200)
    language_status = serializers.ChoiceField(
        LANGUAGE_STATUSES, required=False, allow_blank=True, allow_null=True
    )


class OrganisationWish(OrganisationChange):
    """A new organisation of which no register is loaded."""

    kind = serializers.ChoiceField(ADDED_KINDS)
    name_fi = serializers.CharField(max_length=200)


class MunicipalityOfArea(Shape):
    """A member municipality, from a day to a day; null sets no limit."""

    organisation = serializers.IntegerField()
    code = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)


class AreaShape(Shape):
    """A territory. `answered_by` is the organisation of the area, or null."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(AREA_KINDS)
    code = serializers.CharField()
    name_fi = serializers.CharField()
    name_sv = serializers.CharField(allow_blank=True)
    name_en = serializers.CharField(allow_blank=True)
    answered_by = serializers.IntegerField(allow_null=True)
    municipalities = MunicipalityOfArea(many=True)


class MembershipShape(Shape):
    """One role in one organisation."""

    organisation = serializers.IntegerField()
    name = serializers.CharField(help_text="The organisation's name in the caller's language.")
    role = serializers.ChoiceField(ROLES)


class TokenShape(Shape):
    """The token that was used."""

    name = serializers.CharField()
    scope = serializers.ChoiceField(SCOPES)
    expires_on = serializers.DateField()


class MeShape(Shape):
    """The person who asks. `token` is null for a session of the portal's pages."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    language = serializers.ChoiceField(User.Language.values)
    duty = serializers.ChoiceField(DUTIES_OF_PEOPLE, allow_blank=True)
    memberships = MembershipShape(many=True)
    token = TokenShape(allow_null=True)


class SeatShape(Shape):
    """A place in an organisation, with the level of management at which the person works there."""

    id = serializers.IntegerField(help_text="The member's.")
    organisation = serializers.IntegerField()
    name = serializers.CharField(help_text="The organisation's name in the caller's language.")
    level = serializers.ChoiceField(LEVELS_OF_MEMBERS, allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    roles = serializers.ListField(child=serializers.ChoiceField(ROLES))


class WaitingShape(Shape):
    """One thing that waits for the person. `url` is the page where it is done, `due` its last day."""

    kind = serializers.CharField(
        help_text="approvals, ratings, confirmations, reviews, people; more may come."
    )
    what = serializers.CharField()
    where = serializers.CharField(allow_blank=True)
    verb = serializers.CharField(help_text="What one does, in the caller's language.")
    url = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)
    due = serializers.DateField(allow_null=True)


class NewsShape(Shape):
    """What the person was told and has not put aside."""

    verb = serializers.CharField()
    sentence = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class DeskShape(Shape):
    """What waits for the person, the most urgent first, the newest news, and where the person sits."""

    seats = SeatShape(many=True)
    waiting = WaitingShape(many=True)
    news = NewsShape(many=True)


class NoticeShape(Shape):
    """One thing that the person was told."""

    id = serializers.IntegerField()
    verb = serializers.CharField()
    category = serializers.CharField()
    sentence = serializers.CharField()
    title = serializers.CharField(
        allow_blank=True, help_text="What it is about; empty when the person no longer sees it."
    )
    url = serializers.CharField(allow_null=True)
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True, help_text="When it was read, or answered.")


class NoticesReadShape(Shape):
    """How many notices were marked as read."""

    count = serializers.IntegerField()


class MailPreferenceShape(Shape):
    """How mail tells of a category; `is_own` when the person has chosen it."""

    category = serializers.CharField()
    name = serializers.CharField()
    sent = serializers.ChoiceField(MAIL_SENT)
    is_own = serializers.BooleanField()


class MailPreferencesShape(Shape):
    """All categories that the person can choose about."""

    categories = MailPreferenceShape(many=True)


class MailPreferenceWish(Shape):
    """What the person chooses."""

    category = serializers.CharField(max_length=40)
    sent = serializers.ChoiceField(MAIL_SENT)


class HitShape(Shape):
    """One that was found. `url` is the page of it."""

    title = serializers.CharField()
    url = serializers.CharField()
    about = serializers.CharField(help_text="Where it belongs, or empty.")


class HitsShape(Shape):
    """What was found of one kind."""

    kind = serializers.CharField()
    hits = HitShape(many=True)
    has_more = serializers.BooleanField()


class FoundShape(Shape):
    """What the portal's search found, by kind; kinds of which nothing was found are left out."""

    found = HitsShape(many=True)


class MemberShape(Shape):
    """A person in an organisation. Of one who has ended, `roles` are those that taking back gives again."""

    id = serializers.IntegerField()
    organisation = serializers.IntegerField()
    person = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    roles = serializers.ListField(child=serializers.ChoiceField(ROLES))
    level = serializers.ChoiceField(LEVELS_OF_MEMBERS, allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True, help_text="Never shown to residents.")
    hours = serializers.CharField(allow_blank=True)
    deputy = serializers.IntegerField(allow_null=True, help_text="Another member, who stands in.")
    ended_at = serializers.DateTimeField(allow_null=True)


class MemberChange(Shape):
    """What may be changed of a member; what is left out stays. Without the right to keep people: not roles and level."""

    roles = serializers.ListField(child=serializers.ChoiceField(ROLES), required=False)
    level = serializers.ChoiceField(LEVELS_OF_MEMBERS, required=False, allow_blank=True, allow_null=True)
    title = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=150)
    phone = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=30)
    hours = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=120)
    deputy = serializers.IntegerField(required=False, allow_null=True)


class InvitationShape(Shape):
    """An invitation that waits, also when its link has ended. `times`: how often it has been sent, five times at most."""

    id = serializers.IntegerField()
    organisation = serializers.IntegerField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(ROLES)
    level = serializers.ChoiceField(LEVELS_OF_MEMBERS, allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    language = serializers.ChoiceField(User.Language.values)
    invited_by = serializers.CharField()
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    times = serializers.IntegerField()


class InvitationWish(Shape):
    """Who is invited, and as what; without a language in the caller's own."""

    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(ROLES)
    level = serializers.ChoiceField(LEVELS_OF_MEMBERS, required=False, allow_blank=True, allow_null=True)
    title = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=150)
    language = serializers.ChoiceField(User.Language.values, required=False)
