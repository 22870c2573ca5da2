"""Rating rounds: opened by a party, answered blindly, shown aspect by aspect, ended by itself or by the coordinator.

A rating is not an op. It takes no number of the map, is in no change log or undo, and its event says who rated what for
whom, never how. The stream is rung when a round is opened or ends and when ratings are shown, never for one that is blind.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.journal import announce, answer, record
from collaboration.models import User
from collaboration.policy import holders_of
from collaboration.verdict import Verdict
from collaboration.workflow import Step, Transition, Workflow
from services import policy
from services.models import AskedRating, Aspect, InterfaceMap, MapParty, Rating, RatingRound, rateable_aspects

Status = RatingRound.Status


def _people(rating_round: Any) -> Any:
    return policy.MAPS.people(rating_round.map)


def _by_itself(_user: User, _rating_round: Any) -> Verdict:
    return Verdict(_("A rating round is complete by itself, when every party has rated everything."))


def _end(rating_round: Any, step: Step) -> None:
    """The round ends. What every party has rated has been shown by now; the rest stays with who gave it."""
    rating_round.ended_at = step.at
    announce(rating_round.map)


def _may_open(user: User, rating_round: Any) -> Verdict:
    return policy.can_open_round(user, rating_round.map)


rating_round_workflow: Workflow[RatingRound] = Workflow(
    Transition(
        name="open",
        label=gettext_lazy("Open a rating round"),
        target=Status.OPEN,
        allowed=_may_open,
        verb="rating_round.opened",
        recipients=_people,
    ),
    Transition(
        name="complete",
        label=gettext_lazy("Everything has been rated"),
        sources=frozenset({Status.OPEN}),
        target=Status.COMPLETE,
        allowed=_by_itself,
        is_automatic=True,
        effect=_end,
        writes=("ended_at",),
        verb="rating_round.completed",
        recipients=_people,
        answers=("rating_round.opened",),
    ),
    Transition(
        name="close",
        label=gettext_lazy("Close the round"),
        sources=frozenset({Status.OPEN}),
        target=Status.CLOSED,
        allowed=policy.can_close_round,
        effect=_end,
        writes=("ended_at",),
        verb="rating_round.closed",
        recipients=_people,
        answers=("rating_round.opened",),
    ),
)


@transaction.atomic
def open_round(interface_map: InterfaceMap, *, by: User) -> RatingRound:
    """Open the map's next round. Raises PermissionDenied, or ValidationError when one is open or nothing can be rated."""
    on = InterfaceMap.objects.locked().get(pk=interface_map.pk)
    policy.can_open_round(by, on).require()
    if on.rating_rounds.filter(status=Status.OPEN).exists():
        raise ValidationError(_("A rating round is already open on this map."), code="open")
    if not rateable_aspects(on).exists():
        raise ValidationError(
            _("There is nothing to rate yet. Connect services of two parties first."), code="nothing"
        )
    number = (on.rating_rounds.aggregate(last=Max("number"))["last"] or 0) + 1
    opened = rating_round_workflow.begin("open", RatingRound(map=on, number=number, opened_by=by), by=by)
    AskedRating.objects.bulk_create(
        AskedRating(round=opened, aspect_id=aspect, party_id=party)
        for aspect, party in rateable_aspects(on)
        .order_by("interface", "number", "interface__party_rows")
        .values_list("pk", "interface__party_rows__map_party")
    )
    announce(on)
    return opened


@transaction.atomic
def rate(
    rating_round: RatingRound, aspect: Aspect, party: MapParty, value: int, reason: str, *, by: User
) -> Rating:
    """Give or change a party's rating of an aspect; the last one that was waited for shows them all.

    `value` and `reason` have been through the form. Raises PermissionDenied, or ValidationError with what stands in
    the way now. The round's lock puts ratings and the end of the round in turn.
    """
    row = RatingRound.objects.select_for_update(of=("self",)).get(pk=rating_round.pk)
    policy.can_rate(by, row.map, party.organisation).require()
    if row.status != Status.OPEN:
        raise ValidationError(_("This rating round has ended. Its ratings can be read."), code="ended")
    if not rateable_aspects(row.map).filter(pk=aspect.pk).exists():
        raise ValidationError(_("This aspect is not rated: it does not apply or was removed."), code="aspect")
    parties = set(row.asked.filter(aspect=aspect).values_list("party", flat=True))
    if party.pk not in parties:
        raise ValidationError(
            _(
                "This round does not ask %(organisation)s to rate this aspect: it was not so when the round was opened."
            )
            % {"organisation": party.organisation.name},
            code="party",
        )
    given = {rating.party_id: rating for rating in row.ratings.filter(aspect=aspect)}
    if any(rating.revealed_at for rating in given.values()):
        raise ValidationError(
            _("All parties' ratings of this aspect are shown already, so they no longer change."),
            code="shown",
        )
    rating = given.get(party.pk) or Rating(round=row, aspect=aspect, party=party)
    if rating.pk and (rating.value, rating.reason) == (value, reason):
        return rating
    rating.value, rating.reason, rating.rated_by, rating.rated_at = value, reason, by, timezone.now()
    rating.save()
    note = f"{row.number}: {party.organisation.name_fi or party.organisation.name_sv}"
    record("aspect.rated", aspect, by=by, note=note[:500])
    if not row.missing().filter(party=party).exists():
        answer(["rating_round.opened"], [row], rating.rated_at, holders_of("rate", party.organisation))
    if parties <= {*given, party.pk}:
        _show(row, aspect)
        rating.refresh_from_db()
    return rating


def _show(rating_round: RatingRound, aspect: Aspect) -> None:
    """All parties have rated the aspect; after the last aspect the round is complete, and nobody is named as its ender."""
    rating_round.ratings.filter(aspect=aspect).update(revealed_at=timezone.now())
    announce(rating_round.map)
    if not rating_round.missing().exists():
        rating_round_workflow.perform("complete", rating_round, by=None)
