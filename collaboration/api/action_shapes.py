"""What answers about actions and shared goals look like, and what is sent; nothing is decided here."""

from __future__ import annotations

from rest_framework import serializers

from collaboration.api.forum_shapes import (
    LEVELS,
    MatterStepShape,
    SubjectShape,
    a_choice,
    a_day,
    a_text,
    an_id,
    ids,
)
from collaboration.api.shapes import Shape
from collaboration.forms.actions import STATES
from collaboration.models import Action, ActionAnswer

ACTION_STATUSES = Action.Status.values
ACTION_STATES = [state for state, _label in STATES if state]
ANSWERS = ActionAnswer.Answer.values


class ActionShape(Shape):
    """An action. `matter` is told to those who see the matter."""

    id = serializers.IntegerField()
    what = serializers.CharField()
    status = serializers.ChoiceField(ACTION_STATUSES)
    status_at = serializers.DateTimeField()
    due_on = serializers.DateField()
    progress = serializers.IntegerField(help_text="In percent.")
    responsible = serializers.IntegerField(help_text="An organisation.")
    person = serializers.IntegerField(allow_null=True, help_text="Who in it is responsible.")
    person_name = serializers.CharField(allow_null=True)
    made_for = serializers.IntegerField(help_text="An organisation.")
    made_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    matter = serializers.IntegerField(allow_null=True)
    goal = serializers.IntegerField(allow_null=True, help_text="A shared goal.")


class ActionAnswerShape(Shape):
    """Whether it keeps to its schedule, as somebody answered."""

    answer = serializers.ChoiceField(ANSWERS)
    due_on = serializers.DateField(help_text="The day that was asked about.")
    wished_on = serializers.DateField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    by = serializers.CharField()
    at = serializers.DateTimeField()


class WholeActionShape(ActionShape):
    """An action, whole, with its last answers and the steps that the caller may take now."""

    description = serializers.CharField(allow_blank=True)
    evidence = serializers.CharField(allow_blank=True)
    evidence_link = serializers.CharField(allow_blank=True)
    cancelled_reason = serializers.CharField(allow_blank=True)
    made_by = serializers.CharField()
    about = SubjectShape(allow_null=True)
    answers = ActionAnswerShape(many=True, help_text="The newest first, 20 at most.")
    is_asked = serializers.BooleanField(
        help_text="Whether the caller is asked now if it keeps to its schedule."
    )
    steps = MatterStepShape(many=True)
    can_change = serializers.BooleanField()
    can_name_person = serializers.BooleanField()


class ActionWish(Shape):
    """A new action, under a key of the client's own: the same once more under it makes nothing else."""

    what = a_text(200, needed=True)
    description = a_text(10_000)
    made_for = an_id(help_text="For which organisation; needed when the caller may make it for several.")
    responsible = serializers.IntegerField(help_text="An organisation.")
    due_on = serializers.DateField()
    goal = an_id(help_text="A shared goal.")
    matter = an_id(help_text="The matter of which it is.")
    about = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=100, help_text="Such as `interface:12`."
    )
    key = serializers.UUIDField()


class ActionChange(Shape):
    """What may be changed of an action; what is left out stays."""

    what = serializers.CharField(required=False, max_length=200)
    description = a_text(10_000)
    goal = an_id()


class ActionStepWish(Shape):
    """What the step asks for, and nothing else: docs/api.md tells of which step each is."""

    progress = serializers.IntegerField(required=False, min_value=0, max_value=100)
    evidence = a_text(10_000)
    evidence_link = a_text(200)
    reason = a_text(2000)
    wished_on = a_day()
    due_on = a_day()


class ResponsibleWish(Shape):
    """Somebody of the responsible organisation, or nobody."""

    person = an_id()


class SharedGoalShape(Shape):
    """A shared goal. `parent` is the goal above."""

    id = serializers.IntegerField()
    title_fi = serializers.CharField()
    title_sv = serializers.CharField(allow_blank=True)
    level = serializers.ChoiceField(LEVELS)
    parent = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]
    parties = serializers.ListField(child=serializers.IntegerField(), help_text="Organisations.")
    forum = serializers.IntegerField(allow_null=True, help_text="That looks after it.")
    until = serializers.DateField(allow_null=True)


class SharedGoalLinkShape(Shape):
    """What the goal is about; `linked` is null for those who do not see it."""

    id = serializers.IntegerField()
    linked = SubjectShape(allow_null=True)


class WholeSharedGoalShape(SharedGoalShape):
    """A shared goal, whole."""

    description = serializers.CharField(allow_blank=True)
    links = SharedGoalLinkShape(many=True)
    can_change = serializers.BooleanField()


class GoalInChainShape(Shape):
    """A goal of a chain, and in sentences what it lacks as far as the caller sees."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    level = serializers.ChoiceField(LEVELS)
    parent = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]
    lacks = serializers.ListField(child=serializers.CharField())


class SharedGoalChange(Shape):
    """What may be changed of a shared goal; what is left out stays."""

    title_fi = serializers.CharField(required=False, max_length=200)
    title_sv = a_text(200)
    description = a_text(10_000)
    level = a_choice(LEVELS)
    parent = an_id()
    parties = ids()
    forum = an_id()
    until = a_day()


class SharedGoalWish(SharedGoalChange):
    """A new shared goal."""

    title_fi = serializers.CharField(max_length=200)
    level = serializers.ChoiceField(LEVELS)
    parties = serializers.ListField(child=serializers.IntegerField(), min_length=1)


class GoalLinkWish(Shape):
    """What the goal is about."""

    linked = serializers.CharField(max_length=100, help_text="Such as `interface:12`.")
