"""What the pages of actions show, and what of them waits for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration import subjects
from collaboration.absence import deputies_of, deputy_of
from collaboration.action_timeline import timeline_of
from collaboration.desk import Kind, Waiting
from collaboration.kept import Kept
from collaboration.keyset import page_of
from collaboration.models import Action, ActionAnswer, ActionReader, Event, Matter, User
from collaboration.policy import actions as policy
from collaboration.policy import grants_of
from collaboration.policy.forums import visible_matters
from collaboration.queries.happened import events_of, told
from collaboration.searching import found
from collaboration.workflows.actions import ASKED_BEFORE, action_workflow

Row = dict[str, Any]
Status = Action.Status
ON_A_PAGE, ON_A_COLUMN = 25, 30

SAID = {
    "action.made": gettext_lazy("Made"),
    "action.progressed": gettext_lazy("Progress told"),
    "action.kept_to": gettext_lazy("Keeps to the schedule"),
    "action.delayed": gettext_lazy("Will be late"),
    "action.day_wished": gettext_lazy("Another day asked for"),
    "action.asked": gettext_lazy("Asked whether it keeps to the schedule"),
    "action.moved": gettext_lazy("Due day moved"),
    "action.done": gettext_lazy("Done"),
    "action.cancelled": gettext_lazy("Cancelled"),
    "action.reopened": gettext_lazy("Taken up again"),
    "action.changed": gettext_lazy("Text changed"),
    "action.given": gettext_lazy("Responsible person changed"),
}
"""What happened to an action, as its history says it."""

COLUMNS = (
    (gettext_lazy("Not begun"), Q(status=Status.OPEN, progress=0)),
    (gettext_lazy("In progress"), Q(status=Status.OPEN, progress__gt=0)),
    (gettext_lazy("Done"), Q(status=Status.DONE)),
    (gettext_lazy("Cancelled"), Q(status=Status.CANCELLED)),
)
"""The board, from left to right."""

FIRST = {Status.OPEN: "progress", Status.DONE: "reopen", Status.CANCELLED: "reopen"}


def _rows(user: User) -> QuerySet[Action]:
    return policy.visible_actions(user).select_related("responsible__parent", "person", "made_for__parent")


def filtered(user: User, wanted: Row) -> QuerySet[Action]:
    """The actions that the person sees and the valid filters leave."""
    actions = _rows(user)
    if q := wanted.get("q"):
        actions = actions.filter(found(q, "words"))
    if wanted.get("forum"):
        seen = visible_matters(user).filter(forum=wanted["forum"])
        actions = actions.filter(matter__in=seen.values("pk"))
    if wanted.get("matter"):
        actions = actions.filter(matter__in=visible_matters(user).filter(pk=wanted["matter"]).values("pk"))
    if wanted.get("goal"):
        actions = actions.filter(goal=wanted["goal"])
    return actions.filter(_in_state(user, wanted.get("state") or "", is_board=wanted.get("view") == "board"))


def _in_state(user: User, state: str, *, is_board: bool) -> Q:
    own = list(grants_of(user))
    states = {
        "": Q() if is_board else Q(status=Status.OPEN),
        "mine": Q(person=user) | Q(person__in=policy.stands_in_for(user)) if state == "mine" else Q(),
        "organisation": Q(responsible__in=own),
        "made": Q(made_for__in=own),
        "late": Q(status=Status.OPEN, due_on__lt=timezone.localdate()),
        "done": Q(status=Status.DONE),
        "cancelled": Q(status=Status.CANCELLED),
        "all": Q(),
    }
    return states.get(state, states[""])


def action_list_page(user: User, wanted: Row, at: QueryDict) -> Row:
    """A page of the list with its timeline, or the board."""
    actions = filtered(user, wanted)
    told: Row = {"today": timezone.localdate(), "can_make": policy.can_begin(user)}
    if wanted.get("view") == "board":
        columns = [_column(name, actions.filter(which)) for name, which in COLUMNS]
        _with_matters(user, [action for column in columns for action in column["rows"]])
        return told | {"columns": columns, "actions": [], "page": None}
    page = page_of(actions, ("due_on", "pk"), ON_A_PAGE, at)
    _with_matters(user, page.rows)
    return told | {"page": page, "actions": page.rows, "timeline": timeline_of(page.rows, told["today"])}


def _column(name: Any, actions: QuerySet[Action]) -> Row:
    rows = list(actions.order_by("due_on", "pk")[: ON_A_COLUMN + 1])
    return {"name": name, "rows": rows[:ON_A_COLUMN], "has_more": len(rows) > ON_A_COLUMN}


def _with_matters(user: User, actions: Iterable[Any]) -> None:
    """Each with its matter, if the person sees it: one statement."""
    rows = list(actions)
    wanted = {row.matter_id for row in rows if row.matter_id}
    seen = (
        {row.pk: row for row in visible_matters(user).filter(pk__in=wanted).select_related("forum")}
        if wanted
        else {}
    )
    for row in rows:
        row.seen_matter = seen.get(row.matter_id)


def action_for(user: User, pk: int) -> Action:
    """The action. Raises Http404 for one that the person may not see."""
    action = _rows(user).select_related("matter__forum", "goal", "made_by").filter(pk=pk).first()
    if action is None:
        raise Http404
    return action


def action_page(user: User, pk: int) -> Row:
    """One action: what it is, how far, what was answered, what has happened, and which steps the person may take."""
    action: Any = action_for(user, pk)
    _with_matters(user, [action])
    about = None
    if action.subject_type_id:
        key = (action.subject_type_id, action.subject_id)
        about = subjects.seen_by(user, [key]).get(key)
    offers = action_workflow.offered(action, user)
    answers = list(action.answers.select_related("by")[:20])
    wished = answers[0] if answers and answers[0].answer == ActionAnswer.Answer.NEW_DAY else None
    return {
        "action": action,
        "about": about,
        "offers": offers,
        "first": next(
            (offer for offer in offers if offer.transition.name == FIRST[Status(action.status)]), None
        ),
        "answers": answers,
        "wished": wished if wished and wished.due_on == action.due_on and action.is_open else None,
        "is_asked": _is_asked(action) and bool(policy.can_progress(user, action)),
        "can_steer": policy.can_steer(user, action),
        "can_name": action.is_open and policy.can_name_person(user, action),
        "deputy": _deputy(action),
        "events": [_told(event) for event in events_of(action, SAID)],
        "today": timezone.localdate(),
    }


def _is_asked(action: Action) -> bool:
    """Whether it is time to tell if it keeps to its schedule, and nobody has told."""
    is_soon = action.due_on - timezone.localdate() <= ASKED_BEFORE
    return action.is_open and is_soon and action.answered_for != action.due_on


def _deputy(action: Action) -> Any:
    if action.person_id is None:
        return None
    return deputy_of(deputies_of([action.person_id]), action.person_id)


def _told(event: Event) -> Row:
    """Which columns somebody changed is nothing to read."""
    row = told(event, SAID)
    return row | {"why": ""} if event.verb == "action.changed" else row


def people_of(action: Action) -> QuerySet[User]:
    """Who of the responsible organisation may be named."""
    people = User.objects.filter(is_active=True, memberships__organisation=action.responsible_id)
    return people.distinct().order_by("sort_key", "pk")


def actions_of_matter(user: User, matter: Matter) -> list[Action]:
    """Of the matter and of the others of its chain, those that the person sees."""
    root = matter.root_id or matter.pk
    chain = Matter.objects.filter(Q(pk=root) | Q(root=root))
    return list(_rows(user).filter(matter__in=chain.values("pk")).order_by("due_on", "pk")[:50])


ACTIONS = Kind("actions", gettext_lazy("Tell"), "M4 10.5l4 4 8-9")
LATE_ACTIONS = Kind(
    "late_actions", gettext_lazy("See to it"), "M10 5v5.5l3.5 2M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15"
)
MOST_ROWS = 50

_WAITING = Kept(
    lambda user, until, roles: (
        ActionReader.objects.filter(
            user=user,
            role__any=roles,
            action__status=Status.OPEN.value,
            action__due_on__lte=until,
        )
        .select_related("action__responsible__parent")
        .order_by("action__due_on", "action", "role")
    )
)


def waiting_of_actions(user: User) -> Iterator[Waiting]:
    """What the person is asked about two weeks before its day, and what is late of that which they do or follow."""
    today = timezone.localdate()
    roles = [ActionReader.ASKED, ActionReader.FOLLOWER]
    seen: set[int] = set()
    for reader in list(_WAITING(user=user.pk, until=today + ASKED_BEFORE, roles=roles))[:MOST_ROWS]:
        action = reader.action
        is_asked = reader.role == ActionReader.ASKED
        unanswered = is_asked and action.answered_for != action.due_on
        if action.pk in seen or not (unanswered or action.due_on < today):
            continue
        seen.add(action.pk)
        sentence = (
            (_("Late: %(what)s") if is_asked else _("Late, and you follow it: %(what)s"))
            if action.due_on < today
            else _("Does it keep to the schedule? %(what)s")
        )
        yield Waiting(
            ACTIONS if is_asked else LATE_ACTIONS,
            sentence % {"what": action.what},
            action.get_absolute_url() + ("#aikataulu" if unanswered else ""),
            action.responsible.full_name,
            since=None,
            due=action.due_on,
            due_is=str(_("due day of the action")),
            document=f"action-{action.pk}",
        )
