"""Who may do what with actions and shared goals."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from collaboration.audience import Audience, Everyone
from collaboration.kept import Kept
from collaboration.models import (
    Action,
    ActionReader,
    Forum,
    ForumSeat,
    Goal,
    Matter,
    Organisation,
    StandIn,
    User,
)
from collaboration.policy import grants_of, is_granted
from collaboration.policy.forums import acting_seats, can_keep_forum, can_prepare, raises_for, seats_in
from collaboration.verdict import ALLOWED, Verdict

ACTIONS = Audience(Action)
"""Read by the people of the responsible organisation and of the one that made it, and by who reads its matter."""
GOALS = Everyone(Goal)
"""What organisations want together is no secret to people who have signed in; who does what for it is."""

visible_actions, visible_goals = ACTIONS.visible, GOALS.visible

_stands_in_for = Kept(
    lambda user: StandIn.objects.filter(deputy=user, seat_key=0).values_list("user", flat=True)
)


def stands_in_for(user: User) -> set[int]:
    """The people for whom the person stands in today, in everything. Asked from the database once a request."""
    if not hasattr(user, "_stands_in_for"):
        user._stands_in_for = set(_stands_in_for(user=user.pk))  # type: ignore[attr-defined]
    found: set[int] = user._stands_in_for  # type: ignore[attr-defined]
    return found


def asked_of(action: Action) -> QuerySet[User]:
    """Who is responsible today: the person, with whoever stands in, or else the editors of the organisation."""
    return ACTIONS.people(action, role=ActionReader.ASKED)


def followers_of(action: Action) -> QuerySet[User]:
    """Whoever made it, and who handles its matter today."""
    return ACTIONS.people(action, role=ActionReader.FOLLOWER)


def can_progress(user: User, action: Action) -> Verdict:
    """The responsible person, with whoever stands in today, and the editors of the responsible organisation."""
    belongs = action.person_id == user.pk and action.responsible_id in grants_of(user)
    return Verdict.unless(
        user.is_active
        and (
            belongs
            or is_granted(user, "edit", [action.responsible_id])
            or (action.person_id is not None and _stands_in(user, action))
        ),
        _("Only the responsible person and the editors of %(organisation)s may do this.")
        % {"organisation": action.responsible.name},
    )


def _stands_in(user: User, action: Action) -> bool:
    """For a person who still belongs to the responsible organisation."""
    return (
        action.person_id in stands_in_for(user)
        and action.readers.filter(user=user, role=ActionReader.ASKED).exists()
    )


def can_steer(user: User, action: Action) -> Verdict:
    """Whoever made it or edits for the organisation that did, and who handles what comes to its matter's forum."""
    made = action.made_by_id == user.pk and action.made_for_id in grants_of(user)
    handles = action.matter is not None and bool(
        seats_in(user, action.matter.forum_id, roles=ForumSeat.HANDLERS)
    )
    return Verdict.unless(
        user.is_active and (made or handles or is_granted(user, "edit", [action.made_for_id])),
        _("Only the one who made this action, or an editor of %(organisation)s, may do this.")
        % {"organisation": action.made_for.name},
    )


def can_reopen(user: User, action: Action) -> Verdict:
    """Either side: who does it, and who wanted it done."""
    return ALLOWED if can_progress(user, action) else can_steer(user, action)


def can_name_person(user: User, action: Action) -> Verdict:
    return can_reopen(user, action)


def can_make(user: User, action: Action) -> Verdict:
    """Who prepares or handles its matter; by itself an editor, for their own organisation."""
    if action.matter is not None:
        return can_make_of(user, action.matter)
    return Verdict.unless(
        is_granted(user, "edit", [action.made_for_id]),
        _("Only an editor of an organisation may make an action for it."),
    )


def can_make_of(user: User, matter: Matter) -> Verdict:
    """Who prepares or handles the matter."""
    return Verdict.unless(
        matter.status != Matter.Status.WITHDRAWN, _("The matter was withdrawn.")
    ) and can_prepare(user, matter)


def can_begin(user: User, matter: Matter | None = None) -> Verdict:
    """Whether there is anybody for whom the person may make an action, of the matter or by itself."""
    if matter is not None:
        return can_make_of(user, matter)
    return Verdict.unless(
        any("edit" in granted for granted in grants_of(user).values()),
        _("Only an editor of an organisation may make an action for it."),
    )


def makes_for(user: User, matter: Matter | None = None) -> QuerySet[Organisation]:
    """The organisations for which the person may make an action."""
    if matter is not None:
        own = raises_for(user, matter.forum) or next(
            (seat.organisation_id for seat in seats_in(user, matter.forum_id)), None
        )
        return Organisation.objects.filter(pk__in=[own] if own else [])
    kept = [pk for pk, granted in grants_of(user).items() if "edit" in granted]
    return Organisation.objects.single().filter(pk__in=kept)


def may_be_responsible(own: QuerySet[Organisation], matter: Matter | None = None) -> QuerySet[Organisation]:
    """To whom these may give an action: themselves, and whoever sits in a forum with them or where the matter has been."""
    forums = Forum.objects.present().filter(Q(members__in=own) | Q(coordinated_by__in=own))
    if matter is not None:
        root = matter.root_id or matter.pk
        chain = Matter.objects.filter(Q(pk=root) | Q(root=root))
        forums = forums | Forum.objects.present().filter(matters__in=chain.values("pk"))
    together = (
        Q(pk__in=own.values("pk"))
        | Q(forums__in=forums.values("pk"))
        | Q(coordinated_forums__in=forums.values("pk"))
        | Q(forum_seats__in=ForumSeat.objects.filter(forum__in=forums.values("pk")).values("pk"))
    )
    fitting = Organisation.objects.single().filter(together, valid_until=None)
    return Organisation.objects.filter(pk__in=fitting.values("pk"))


def can_keep_goal(user: User, goal: Goal) -> Verdict:
    """Who keeps its forum, and the editors of its parties."""
    if goal.forum is not None and can_keep_forum(user, goal.forum):
        return ALLOWED
    parties = list(goal.parties.values_list("pk", flat=True)) if goal.pk else []
    return Verdict.unless(
        is_granted(user, "edit", parties),
        _("Only the keepers of its forum and the editors of its parties may change this goal."),
    )


def can_make_goals(user: User) -> Verdict:
    """Who edits for some organisation, or keeps some forum."""
    keeps = any(seat.role in ForumSeat.HANDLERS for seat in acting_seats(user))
    return Verdict.unless(
        keeps or any("edit" in granted for granted in grants_of(user).values()),
        _("Only the keepers of a forum and the editors of an organisation make shared goals."),
    )
