"""What the pages of shared goals show: chains from politics to field work, and what they lack."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from collaboration import subjects
from collaboration.keyset import page_of
from collaboration.models import Action, Goal, Level, User
from collaboration.models.bilingual import in_language
from collaboration.policy import actions as policy
from collaboration.policy import grants_of
from collaboration.searching import found

Row = dict[str, Any]
ON_A_PAGE = 25
MOST_IN_A_CHAIN = 300


def filtered(user: User, wanted: Row) -> QuerySet[Goal]:
    """The goals that the valid filters leave."""
    goals = policy.visible_goals(user)
    if q := (wanted.get("q") or "").strip():
        goals = goals.filter(found(q, "words"))
    if wanted.get("level"):
        goals = goals.filter(level=wanted["level"])
    if wanted.get("mine"):
        goals = goals.filter(parties__in=list(grants_of(user)))
    if wanted.get("lacking"):
        goals = goals.filter(_is_lacking(user))
    return goals.distinct()


def _is_lacking(user: User) -> Any:
    """What `lacks_of` says of one: no goal on the next level below, or no action of a party that the person sees."""
    below = Goal.objects.filter(parent=OuterRef("pk"))
    ranked = sorted(Level, key=lambda level: level.rank)
    lacking: Any = Q(pk__in=[])
    for lower, level in pairwise(ranked):
        lacking |= Q(level=level) & ~Exists(below.filter(level=lower))
    acting = (
        policy.visible_actions(user)
        .exclude(status=Action.Status.CANCELLED)
        .filter(goal=OuterRef("goal"), responsible=OuterRef("organisation"))
    )
    idle = Goal.parties.through._default_manager.filter(~Exists(acting), goal=OuterRef("pk"))
    return lacking | Exists(idle)


def goal_list_page(user: User, wanted: Row, at: QueryDict) -> Row:
    """A page of the goals: whole chains from their highest goal down, or those that a filter leaves, each by itself."""
    is_filtered = any(wanted.get(name) for name in ("q", "level", "mine", "lacking"))
    goals = filtered(user, wanted)
    page = page_of(goals if is_filtered else goals.filter(parent=None), ("-pk",), ON_A_PAGE, at)
    tree = _below(page.rows) if not is_filtered else {}
    every = {row.pk: row for row in [*page.rows, *(row for rows in tree.values() for row in rows)]}
    lacks = lacks_of(user, list(every.values()))
    return {
        "page": page,
        "chains": [_branch(row, tree, lacks) for row in page.rows],
        "is_filtered": is_filtered,
        "can_make": policy.can_make_goals(user),
    }


def _below(goals: list[Goal]) -> dict[int, list[Goal]]:
    """All goals below these, by the goal above: one statement for each step down, and no more than a chain has."""
    found: dict[int, list[Goal]] = {}
    level, count = [goal.pk for goal in goals], 0
    seen = set(level)
    while level and count < MOST_IN_A_CHAIN:
        rows = list(Goal.objects.filter(parent__in=level).order_by("pk")[:MOST_IN_A_CHAIN])
        for row in rows:
            if row.parent_id is not None:
                found.setdefault(row.parent_id, []).append(row)
        level = [row.pk for row in rows if row.pk not in seen]
        seen |= set(level)
        count += len(rows)
    return found


def _branch(goal: Goal, tree: dict[int, list[Goal]], lacks: dict[int, list[str]], here: int = 0) -> Row:
    return {
        "goal": goal,
        "lacks": lacks.get(goal.pk, []),
        "is_here": goal.pk == here,
        "children": [_branch(row, tree, lacks, here) for row in tree.get(goal.pk, [])],
    }


def lacks_of(user: User, goals: list[Goal]) -> dict[int, list[str]]:
    """Of each what it lacks: a goal on the next level below, and an action of each party, as far as the person sees them."""
    pks = [goal.pk for goal in goals]
    children: dict[int, set[str]] = {}
    for parent, level in Goal.objects.filter(parent__in=pks).values_list("parent", "level"):
        children.setdefault(parent, set()).add(level)  # type: ignore[arg-type]
    parties: dict[int, list[Any]] = {}
    rows = Goal.parties.through.objects.filter(goal__in=pks).select_related("organisation")
    for link in rows.order_by("organisation__sort_key", "pk"):
        parties.setdefault(link.goal_id, []).append(link.organisation)
    acting = set(
        policy.visible_actions(user)
        .filter(goal__in=pks)
        .exclude(status=Action.Status.CANCELLED)
        .values_list("goal", "responsible")
    )
    return {
        goal.pk: [
            *_levels_missing(goal, children.get(goal.pk, set())),
            *(
                _("%(party)s: no action that you see") % {"party": in_language(party, "name")}
                for party in parties.get(goal.pk, [])
                if (goal.pk, party.pk) not in acting
            ),
        ]
        for goal in goals
    }


def _levels_missing(goal: Goal, below: set[str]) -> list[str]:
    """The next level below, when no goal under this one is on it."""
    rank = Level(goal.level).rank
    lower = next((level for level in Level if level.rank == rank - 1), None)
    if lower is None or lower.value in below:
        return []
    return [_("No goal on the next level: %(level)s") % {"level": lower.label}]


def goal_for(user: User, pk: int) -> Goal:
    """The goal. Raises Http404 when there is none."""
    goal = policy.visible_goals(user).select_related("forum__coordinated_by", "parent").filter(pk=pk).first()
    if goal is None:
        raise Http404
    return goal


def chain_of(user: User, goal: Goal) -> list[Row]:
    """The goal's whole chain from its highest goal down, each branch with what it lacks."""
    top = _top_of(goal)
    tree = _below([top])
    every = {row.pk: row for row in [top, *(row for rows in tree.values() for row in rows)]}
    return [_branch(top, tree, lacks_of(user, list(every.values())), goal.pk)]


def goal_page(user: User, pk: int) -> Row:
    """One goal: its parties, its chain with what is missing there, and the actions that the person sees."""
    goal = goal_for(user, pk)
    chain = chain_of(user, goal)
    links = list(goal.links.all())
    seen = subjects.seen_by(user, [(row.linked_type_id, row.linked_id) for row in links])
    actions: list[Any] = list(
        policy.visible_actions(user)
        .filter(goal=goal)
        .select_related("responsible__parent", "person")
        .order_by("due_on", "pk")[:100]
    )
    return {
        "goal": goal,
        "level_name": capfirst(Level(goal.level).label),
        "parties": list(goal.parties.select_related("parent").order_by("sort_key")),
        "chain": chain,
        "links": [{"pk": row.pk, "seen": seen.get((row.linked_type_id, row.linked_id))} for row in links],
        "actions": actions,
        "can_keep": policy.can_keep_goal(user, goal),
        "can_make_action": policy.can_begin(user),
    }


def _top_of(goal: Goal) -> Goal:
    here, seen = goal, {goal.pk}
    while here.parent is not None and here.parent_id not in seen:
        here = here.parent
        seen.add(here.pk)
    return here
