"""What answers about forums, seats, absences and matters look like, and what is sent; nothing is decided here."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from collaboration.api.shapes import Shape
from collaboration.forms.forums import STATES
from collaboration.models import Forum, ForumSeat, Level, Matter

FORUM_KINDS = Forum.Kind.values
FORUM_LANGUAGES = Forum.Languages.values
LEVELS = Level.values
SEAT_ROLES = ForumSeat.Role.values
REPRESENTED = ForumSeat.Represents.values
SEAT_LANGUAGES = ["fi", "sv"]
MATTER_KINDS = Matter.Kind.values
MATTER_STATUSES = Matter.Status.values
MATTER_STATES = [state for state, _label in STATES if state]
OUTCOMES = Matter.Outcome.values
PUBLICITIES = Matter.Publicity.values


def a_text(most: int, *, needed: bool = False) -> Any:
    """A text that is sent, which may be left out or empty unless it is needed."""
    if needed:
        return serializers.CharField(max_length=most)
    return serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=most)


def an_id(**said: Any) -> Any:
    return serializers.IntegerField(required=False, allow_null=True, **said)


def ids() -> Any:
    return serializers.ListField(child=serializers.IntegerField(), required=False)


def a_day() -> Any:
    return serializers.DateField(required=False, allow_null=True)


def a_choice(values: Any, *, empty: bool = False) -> Any:
    return serializers.ChoiceField(values, required=False, allow_blank=empty, allow_null=empty)


class ForumShape(Shape):
    """A forum. `above` is the forum above, `forwards_to` are others to which it may forward."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(FORUM_KINDS)
    level = serializers.ChoiceField(LEVELS)
    name_fi = serializers.CharField()
    name_sv = serializers.CharField(allow_blank=True)
    area = serializers.IntegerField(allow_null=True, help_text="null: the whole country.")
    coordinated_by = serializers.IntegerField()
    above = serializers.IntegerField(allow_null=True)
    languages = serializers.ChoiceField(FORUM_LANGUAGES)
    purpose_fi = serializers.CharField(allow_blank=True)
    purpose_sv = serializers.CharField(allow_blank=True)
    legal_basis = serializers.CharField(allow_blank=True)
    term_from = serializers.DateField(allow_null=True)
    term_until = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    members = serializers.ListField(child=serializers.IntegerField())
    forwards_to = serializers.ListField(child=serializers.IntegerField())


class StandsInShape(Shape):
    """Who stands in today, and until which day."""

    user = serializers.IntegerField()
    name = serializers.CharField()
    until = serializers.DateField()


class ForumSeatShape(Shape):
    """A seat. `matter` is the one in which an expert is heard, for those who see it."""

    id = serializers.IntegerField()
    forum = serializers.IntegerField()
    user = serializers.IntegerField()
    name = serializers.CharField()
    organisation = serializers.IntegerField()
    role = serializers.ChoiceField(SEAT_ROLES)
    represents = serializers.ChoiceField(REPRESENTED)
    language = serializers.ChoiceField(SEAT_LANGUAGES)
    deputy_for = serializers.IntegerField(allow_null=True, help_text="Another seat.")
    matter = serializers.IntegerField(allow_null=True)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    stands_in = StandsInShape(allow_null=True)


class CompositionShape(Shape):
    """A part of a forum's composition, in the caller's language, and how many seats fill it today."""

    part = serializers.CharField()
    count = serializers.IntegerField()
    is_missing = serializers.BooleanField()


class RouteShape(Shape):
    """A forum to which matters may be forwarded."""

    forum = serializers.IntegerField()
    name = serializers.CharField()


class WholeForumShape(ForumShape):
    """A forum with its seats that have not ended, its composition and routes, and what the caller may do there."""

    working_rules = serializers.CharField(allow_blank=True)
    seats = ForumSeatShape(many=True)
    composition = CompositionShape(many=True)
    routes = RouteShape(many=True)
    can_change = serializers.BooleanField()
    can_raise = serializers.BooleanField()


class ForumChange(Shape):
    """What may be changed of a forum; what is left out stays. An empty `level` is the kind's own."""

    kind = a_choice(FORUM_KINDS)
    level = a_choice(LEVELS, empty=True)
    name_fi = serializers.CharField(required=False, max_length=200)
    name_sv = a_text(200)
    area = an_id()
    coordinated_by = serializers.IntegerField(required=False)
    members = ids()
    above = an_id()
    forwards_to = ids()
    languages = a_choice(FORUM_LANGUAGES)
    purpose_fi = a_text(2000)
    purpose_sv = a_text(2000)
    working_rules = a_text(5000)
    legal_basis = a_text(200)
    term_from = a_day()
    term_until = a_day()


class ForumWish(ForumChange):
    """A new forum. Whoever makes it is its coordinator at first."""

    kind = serializers.ChoiceField(FORUM_KINDS)
    name_fi = serializers.CharField(max_length=200)
    coordinated_by = serializers.IntegerField()


class ForumSeatChange(Shape):
    """What may be changed of a seat; what is left out stays. Empty, `represents` is what the organisation stands for."""

    role = a_choice(SEAT_ROLES)
    represents = a_choice(REPRESENTED, empty=True)
    language = a_choice(SEAT_LANGUAGES)
    deputy_for = an_id(help_text="For a deputy member: another seat.")
    matter = an_id(help_text="For an expert: the matter.")
    valid_from = serializers.DateField(required=False)
    valid_until = a_day()


class ForumSeatWish(ForumSeatChange):
    """A seat for somebody who has an account; from today, as a member, unless it says otherwise."""

    user = serializers.IntegerField()
    organisation = serializers.IntegerField()


class LastDayWish(Shape):
    """The last day of a seat."""

    valid_until = serializers.DateField()


class AbsenceShape(Shape):
    """An absence: who is away, who stands in, and in which seat, or in everything."""

    id = serializers.IntegerField()
    user = serializers.IntegerField()
    name = serializers.CharField()
    deputy = serializers.IntegerField()
    deputy_name = serializers.CharField()
    seat = serializers.IntegerField(allow_null=True)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField()


class AbsenceChange(Shape):
    """What is sent of an absence; what is left out stays."""

    valid_from = serializers.DateField(required=False)
    valid_until = serializers.DateField(required=False)
    deputy = serializers.IntegerField(required=False, help_text="A person.")
    seat = an_id(help_text="One of the person's own seats; without it in everything.")


class AbsenceWish(AbsenceChange):
    """An absence, from today unless it says otherwise."""

    user = serializers.IntegerField(
        required=False,
        help_text="Who is away: one of the people whom the caller keeps. Without it the caller.",
    )
    valid_until = serializers.DateField()
    deputy = serializers.IntegerField(help_text="A person.")


class MatterShape(Shape):
    """A matter. `came_from` is the forum that forwarded it."""

    id = serializers.IntegerField()
    number = serializers.CharField(help_text="As people cite it.")
    forum = serializers.IntegerField()
    kind = serializers.ChoiceField(MATTER_KINDS)
    title = serializers.CharField()
    status = serializers.ChoiceField(MATTER_STATUSES)
    status_at = serializers.DateTimeField()
    raised_by = serializers.CharField()
    raised_for = serializers.IntegerField(help_text="An organisation.")
    raised_at = serializers.DateTimeField()
    came_from = serializers.IntegerField(allow_null=True)
    next_step = serializers.CharField(allow_blank=True)
    next_step_on = serializers.DateField(allow_null=True)


class SubjectShape(Shape):
    """What something is about: its kind and number, and the page of it."""

    subject = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()


class CheckShape(Shape):
    """A row of the interface check. `touched` is null for those who do not see what is touched."""

    id = serializers.IntegerField()
    touched = SubjectShape(allow_null=True)
    effect = serializers.CharField()
    heard_on = serializers.DateField(allow_null=True)
    not_heard_reason = serializers.CharField(allow_blank=True)
    made_by = serializers.CharField()
    made_at = serializers.DateTimeField()


class ChainShape(Shape):
    """The matter in one of the forums through which it came or to which it went. `id` is for those who see it there."""

    id = serializers.IntegerField(allow_null=True)
    forum = serializers.CharField(help_text="The forum's name.")
    level = serializers.CharField()
    status = serializers.ChoiceField(MATTER_STATUSES)
    at = serializers.DateTimeField(help_text="Since when it has this status.")
    is_here = serializers.BooleanField()
    answer = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True, help_text="Why it was returned.")
    next_step_on = serializers.DateField(allow_null=True)


class MatterStepShape(Shape):
    """A step that the caller may take now; with `blockers`, once what they say has been done."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    blockers = serializers.ListField(child=serializers.CharField())


class WholeMatterShape(MatterShape):
    """A matter, whole. `answer` is for whoever raised it, `handled_reason` says what was noted or why it was returned."""

    text = serializers.CharField()
    proposal = serializers.CharField(allow_blank=True)
    about = SubjectShape(allow_null=True)
    prepared_by = serializers.IntegerField(allow_null=True, help_text="A person.")
    needs_check = serializers.BooleanField(
        help_text="Whether its kind is ready only with an interface check."
    )
    checks = CheckShape(many=True)
    unchecked_reason = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(OUTCOMES, allow_blank=True)
    decision = serializers.CharField(allow_blank=True)
    decided_on = serializers.DateField(allow_null=True)
    section = serializers.CharField(allow_blank=True)
    case_number = serializers.CharField(allow_blank=True)
    minutes = serializers.CharField(allow_blank=True)
    publicity = serializers.ChoiceField(PUBLICITIES)
    secrecy_basis = serializers.CharField(allow_blank=True)
    handled_reason = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_by = serializers.CharField(allow_null=True)
    chain = ChainShape(many=True)
    steps = MatterStepShape(many=True)
    can_change_text = serializers.BooleanField()
    can_prepare = serializers.BooleanField()


class MatterWish(Shape):
    """What is raised, under a key of the client's own: the same once more under it raises nothing else."""

    forum = serializers.IntegerField()
    kind = serializers.ChoiceField(MATTER_KINDS)
    title = a_text(200, needed=True)
    text = a_text(10_000, needed=True)
    key = serializers.UUIDField()
    about = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=100, help_text="Such as `interface:12`."
    )


class MatterChange(Shape):
    """What may be changed of what was raised; what is left out stays."""

    title = serializers.CharField(required=False, max_length=200)
    text = serializers.CharField(required=False, max_length=10_000)


class MatterStepWish(Shape):
    """What the step asks for, and nothing else: docs/api.md tells of which step each is."""

    next_step = a_text(200)
    next_step_on = a_day()
    proposal = a_text(10_000)
    outcome = a_choice(OUTCOMES)
    decision = a_text(10_000)
    decided_on = a_day()
    section = a_text(20)
    case_number = a_text(50)
    minutes = a_text(200)
    publicity = a_choice(PUBLICITIES)
    secrecy_basis = a_text(200)
    handled_reason = a_text(2000)
    reason = a_text(2000)
    answer = a_text(10_000)
    forum = an_id()
    attached = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, help_text="Attachments that go along."
    )


class CheckWish(Shape):
    """What the matter touches and how; and when the other party was heard, or why nobody needs to be."""

    touched = serializers.CharField(help_text="Such as `interface:12`.")
    effect = a_text(300, needed=True)
    heard_on = a_day()
    not_heard_reason = a_text(200)


class UncheckedWish(Shape):
    """Why no interface is touched; empty takes the reason away."""

    unchecked_reason = a_text(500)


class PreparerWish(Shape):
    """Somebody who sits in the forum, or nobody."""

    prepared_by = an_id(help_text="A person.")
