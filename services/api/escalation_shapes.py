"""What answers about escalations look like, and what is sent; nothing is decided here."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from collaboration.api.forum_shapes import (
    LEVELS,
    MATTER_STATUSES,
    MatterStepShape,
    StandsInShape,
    a_day,
    a_text,
    an_id,
)
from collaboration.api.shapes import Shape
from services.api.shapes import SIDES
from services.models import Escalation, EscalationReporter
from services.queries.escalations import STATES
from services.workflows.escalation_days import OWN, PATH, RULE

ESCALATION_STATUSES = Escalation.Status.values
ESCALATION_STATES = [state for state, _label in STATES if state]
EFFECTS = Escalation.Effect.values
FREQUENCIES = Escalation.Frequency.values
URGENCIES = Escalation.Urgency.values
REPAIRS = Escalation.Repair.values
WAITED_FOR = Escalation.WaitingFor.values
REPORTERS_WORDS = EscalationReporter.Word.values
DAYS_FROM = [RULE, PATH, OWN]


def a_choice(values: Any, *, needed: bool = False) -> Any:
    if needed:
        return serializers.ChoiceField(values)
    return serializers.ChoiceField(values, required=False, allow_blank=True, allow_null=True)


def a_number(**said: Any) -> Any:
    return serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=9, help_text="Of the nine aspects.", **said
    )


class EscalationOwnerShape(Shape):
    """Who has it in hand for a party. Without a person (`user` null) nobody is named yet: the administrator finds one."""

    organisation = serializers.IntegerField()
    side = serializers.ChoiceField(SIDES)
    user = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    is_fallback = serializers.BooleanField(help_text="Nobody was named, so it fell to the administrator.")
    stands_in = StandsInShape(allow_null=True)


class EscalationShape(Shape):
    """A report of what does not work. `due_at` is null while its clock stands still or it is over."""

    id = serializers.IntegerField()
    number = serializers.CharField(help_text="As people cite it.")
    map = serializers.IntegerField()
    interface = serializers.IntegerField(allow_null=True, help_text="null: it is not known yet.")
    aspect = serializers.IntegerField(allow_null=True)
    aspect_number = serializers.IntegerField(allow_null=True, min_value=1, max_value=9)
    place = serializers.CharField(help_text="The interface and the aspect in words.")
    title = serializers.CharField()
    effect = serializers.ChoiceField(EFFECTS)
    frequency = serializers.ChoiceField(FREQUENCIES)
    urgency = serializers.ChoiceField(URGENCIES)
    level = serializers.ChoiceField(LEVELS)
    level_at = serializers.DateTimeField()
    status = serializers.ChoiceField(ESCALATION_STATUSES)
    status_at = serializers.DateTimeField()
    filed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    is_late = serializers.BooleanField()
    is_stuck = serializers.BooleanField(help_text="It cannot climb: there is no forum above.")
    waiting_for = serializers.ChoiceField(WAITED_FOR, allow_blank=True)
    forum = serializers.IntegerField(allow_null=True, help_text="That handles it on its level.")
    people = serializers.IntegerField(help_text="How many have reported it.")
    closed_at = serializers.DateTimeField(allow_null=True)
    merged_into = serializers.IntegerField(allow_null=True)
    owners = EscalationOwnerShape(many=True)


class SimilarEscalationShape(EscalationShape):
    """An open report that may be of the same as the draft. `is_own`: the caller has reported it already."""

    is_own = serializers.BooleanField()


class SimilarEscalationsShape(Shape):
    """Those with most words in common first, five at most."""

    results = SimilarEscalationShape(many=True)


class ReporterShape(Shape):
    """Who has reported it. `user` and `name` are null for those who may not read the name."""

    user = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    organisation = serializers.IntegerField()
    is_first = serializers.BooleanField()
    at = serializers.DateTimeField()
    text = serializers.CharField(allow_blank=True)
    word = serializers.ChoiceField(REPORTERS_WORDS, allow_blank=True)
    word_at = serializers.DateTimeField(allow_null=True)


class EscalationWordShape(Shape):
    """Whose word the closing needs; `at` is null until they have said that it works."""

    name = serializers.CharField()
    organisation = serializers.IntegerField()
    is_reporter = serializers.BooleanField()
    by = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)
    has_lapsed = serializers.BooleanField(help_text="They did not answer two reminders.")


class RungShape(Shape):
    """A level: how many working days it has, and who has or had it there."""

    level = serializers.ChoiceField(LEVELS)
    is_here = serializers.BooleanField()
    is_past = serializers.BooleanField()
    since = serializers.DateTimeField(allow_null=True)
    days = serializers.IntegerField()
    owners = EscalationOwnerShape(many=True)


class SkippedDayShape(Shape):
    """A day that is no working day."""

    day = serializers.DateField()
    name = serializers.CharField()


class WhyShape(Shape):
    """Why the deadline is on its day: the working days of its level since then, where they come from, the days between."""

    days = serializers.IntegerField()
    since = serializers.DateTimeField()
    comes_from = serializers.ChoiceField(DAYS_FROM)
    county = serializers.IntegerField(allow_null=True)
    told = serializers.CharField()
    is_shortened = serializers.BooleanField(help_text="What is urgent has half of the days.")
    skipped = SkippedDayShape(many=True)


class PauseShape(Shape):
    """A time in which the deadline stood still."""

    waiting_for = serializers.ChoiceField(WAITED_FOR)
    why = serializers.CharField()
    by = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class EscalationMatterShape(Shape):
    """A matter of a forum that it has become."""

    id = serializers.IntegerField()
    forum = serializers.IntegerField()
    forum_name = serializers.CharField()
    status = serializers.ChoiceField(MATTER_STATUSES)


class EscalationEventShape(Shape):
    """What has happened. `by` is empty when the clock did it, or somebody whose name is not shown."""

    at = serializers.DateTimeField()
    by = serializers.CharField(allow_blank=True)
    what = serializers.CharField()
    why = serializers.CharField(allow_blank=True)


class WholeEscalationShape(EscalationShape):
    """An escalation, whole, as the caller may know it, with the steps that they may take now."""

    text = serializers.CharField()
    asks_reporters = serializers.BooleanField(help_text="The parties have said that it works.")
    round = serializers.IntegerField(help_text="Which solution is proposed; 0: none yet.")
    reminders = serializers.IntegerField()
    proposal = serializers.CharField(allow_blank=True)
    proposed_by = serializers.CharField(allow_null=True)
    repair = serializers.ChoiceField(REPAIRS, allow_blank=True)
    repair_reason = serializers.CharField(allow_blank=True)
    change = serializers.IntegerField(allow_null=True, help_text="Of the map.")
    action = serializers.IntegerField(allow_null=True)
    matter = serializers.IntegerField(allow_null=True)
    reopened = serializers.IntegerField(help_text="How many times.")
    reporters = ReporterShape(many=True)
    words = EscalationWordShape(many=True)
    ladder = RungShape(many=True)
    why = WhyShape(allow_null=True)
    pauses = PauseShape(many=True)
    matters = EscalationMatterShape(many=True)
    timeline = EscalationEventShape(many=True)
    is_own = serializers.BooleanField(help_text="The caller is one of those who have reported it.")
    steps = MatterStepShape(many=True)


class DraftWish(Shape):
    """What is being written: where, and what happened as far as it has been told."""

    interface = an_id()
    map = an_id(help_text="Where the interface is not known.")
    aspect_number = a_number()
    text = a_text(10_000)


class EscalationWish(Shape):
    """A report, under a key of the client's own: the same once more under it files nothing else."""

    key = serializers.UUIDField()
    interface = an_id()
    map = an_id(help_text="Where the interface is not known.")
    aspect_number = a_number()
    text = a_text(10_000, needed=True)
    effect = a_choice(EFFECTS, needed=True)
    frequency = a_choice(FREQUENCIES, needed=True)
    urgency = a_choice(URGENCIES, needed=True)
    is_nameless = serializers.BooleanField(
        required=False, default=True, help_text="The name is not shown to the other parties."
    )
    feedback = an_id(help_text="What a resident told, of which the report is made.")


class EscalationStepWish(Shape):
    """What the step asks for, and nothing else: docs/api.md tells of which step each is."""

    title = a_text(120)
    urgency = a_choice(URGENCIES)
    reason = a_text(500)
    waiting_for = a_choice(WAITED_FOR)
    until = a_day()
    proposal = a_text(10_000)
    repair = a_choice(REPAIRS)
    shared = a_text(5_000)
    base_version = serializers.IntegerField(required=False, allow_null=True, min_value=0)
    what = a_text(200)
    responsible = an_id(help_text="An organisation.")
    due_on = a_day()
    forum = an_id()
    repair_reason = a_text(500)
    person = an_id(help_text="To whom it is given.")
    into = a_text(20)
    interface = an_id()
    aspect_number = a_number()
    text = a_text(2_000)
    is_nameless = serializers.BooleanField(required=False)


class EscalationsStepWish(EscalationStepWish):
    """The step of many reports, each for itself."""

    escalations = serializers.ListField(
        child=serializers.IntegerField(min_value=1), min_length=1, max_length=200
    )


class StepResultShape(Shape):
    """What came of one report: its status now, or null for one that the caller does not see; why it was refused."""

    id = serializers.IntegerField()
    is_done = serializers.BooleanField()
    status = serializers.ChoiceField(ESCALATION_STATUSES, allow_null=True)
    refusal = serializers.CharField(allow_blank=True)


class StepResultsShape(Shape):
    """In the order of their numbers."""

    results = StepResultShape(many=True)


class LevelDaysShape(Shape):
    """Working days of the four levels."""

    field = serializers.IntegerField()
    expert = serializers.IntegerField()
    management = serializers.IntegerField()
    political = serializers.IntegerField()


class EarlierRuleShape(LevelDaysShape):
    """A rule: who made it, when and why."""

    made_by = serializers.CharField()
    made_at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)


class EscalationRuleShape(LevelDaysShape):
    """The days in force in a county; `is_own` false: the county has set none, so they are the portal's. `history` newest first."""

    organisation = serializers.IntegerField()
    is_own = serializers.BooleanField()
    history = EarlierRuleShape(many=True)
    can_change = serializers.BooleanField()


class DaysWish(Shape):
    """Working days of the four levels."""

    field = serializers.IntegerField(min_value=1, max_value=365)
    expert = serializers.IntegerField(min_value=1, max_value=365)
    management = serializers.IntegerField(min_value=1, max_value=365)
    political = serializers.IntegerField(min_value=1, max_value=365)


class RuleWish(DaysWish):
    """A new rule; with `to_open` the open reports follow it, too."""

    reason = a_text(500)
    to_open = serializers.BooleanField(required=False)


class RulePreviewShape(Shape):
    """What the days would do to the open reports if they followed."""

    earlier = serializers.IntegerField(help_text="Deadlines that come earlier.")
    later = serializers.IntegerField()
    past = serializers.IntegerField(help_text="That are past at once: they climb on the next working day.")
