"""What the pages of matters show, and what of them waits for a person."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import JSONObject
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration import subjects
from collaboration.absence import deputies_of, deputy_of
from collaboration.composition import CHAIR, parts_of
from collaboration.desk import Kind, Waiting
from collaboration.kept import Kept
from collaboration.keyset import Merged, page_of
from collaboration.models import Event, Forum, ForumSeat, Level, Matter, Organisation, User
from collaboration.models.bilingual import own_language
from collaboration.policy import forums as policy
from collaboration.queries.forums import late_since
from collaboration.queries.happened import events_of, told
from collaboration.searching import found, numbered
from collaboration.workflows.matter_chains import forums_to_forward_to
from collaboration.workflows.matters import matter_workflow

Row = dict[str, Any]
Status = Matter.Status
ON_A_PAGE = 25

SAID = {
    "matter.raised": gettext_lazy("Raised"),
    "matter.received": gettext_lazy("Came from another forum"),
    "matter.accepted": gettext_lazy("Taken up"),
    "matter.prepared": gettext_lazy("Proposal written"),
    "matter.planned": gettext_lazy("Next step set"),
    "matter.made_ready": gettext_lazy("Ready to be handled"),
    "matter.unready": gettext_lazy("No longer ready"),
    "matter.decided": gettext_lazy("Decided"),
    "matter.noted": gettext_lazy("Noted"),
    "matter.forwarded": gettext_lazy("Forwarded"),
    "matter.answer_came": gettext_lazy("An answer came"),
    "matter.came_back": gettext_lazy("Returned by the other forum"),
    "matter.answered": gettext_lazy("Answered"),
    "matter.returned": gettext_lazy("Returned"),
    "matter.withdrawn": gettext_lazy("Withdrawn"),
    "matter.changed": gettext_lazy("Text changed"),
    "matter.given": gettext_lazy("Given to somebody to prepare"),
    "matter.checked": gettext_lazy("Interface check changed"),
    "matter.action_made": gettext_lazy("Action agreed on"),
    "matter.action_done": gettext_lazy("Action done"),
    "matter.action_cancelled": gettext_lazy("Action cancelled"),
    "matter.action_reopened": gettext_lazy("Action taken up again"),
}
"""What happened to a matter, as its timeline says it."""

STEPS = (
    (gettext_lazy("Raised"), (Status.RAISED,)),
    (gettext_lazy("Taken up"), (Status.ACCEPTED,)),
    (gettext_lazy("Prepared"), (Status.PREPARED, Status.READY)),
    (
        gettext_lazy("Handled"),
        (Status.DECIDED, Status.NOTED, Status.FORWARDED, Status.ANSWER_CAME, Status.RETURNED),
    ),
    (gettext_lazy("Answered"), (Status.ANSWERED,)),
)
"""The line of steps above a matter, and which statuses stand at each."""

WHEN = {
    0: ("matter.raised", "matter.received"),
    1: ("matter.accepted",),
    2: ("matter.prepared",),
    3: ("matter.decided", "matter.noted", "matter.forwarded", "matter.returned"),
    4: ("matter.answered",),
}

FIRST = {
    Status.RAISED: "accept",
    Status.ACCEPTED: "prepare",
    Status.PREPARED: "make_ready",
    Status.READY: "decide",
    Status.DECIDED: "answer",
    Status.NOTED: "answer",
    Status.ANSWER_CAME: "answer",
}
"""The step that a page offers first."""


_BESIDE = ("forum", "raised_by", "raised_for", "origin__forum")


def _rows(user: User) -> QuerySet[Matter]:
    return policy.visible_matters(user).select_related(*_BESIDE)


def matter_list_page(user: User, wanted: Row, at: QueryDict) -> Row:
    """The matters that the person sees and the valid filters leave, a page of them."""
    matters = Merged(
        [_wanted(way, user, wanted) for way in _ways(user)],
        Matter.objects.select_related(*_BESIDE),
        seen=partial(policy.MATTERS.among, user),
    )
    order = ("pk",) if wanted.get("sort") == "oldest" else ("-pk",)
    page = page_of(matters, order, ON_A_PAGE, at)
    handled = {seat.forum_id for seat in policy.acting_seats(user) if seat.role in ForumSeat.HANDLERS}
    for matter in page.rows:
        row: Any = matter
        row.can_accept = matter.status == Status.RAISED and matter.forum_id in handled
    return {
        "page": page,
        "matters": page.rows,
        "can_accept": any(row.can_accept for row in page.rows),  # type: ignore[attr-defined]
        "forums": forums_of(user),
        "today": timezone.localdate(),
    }


def forums_of(user: User) -> list[Forum]:
    """Where the person sits today."""
    seen: dict[int, Forum] = {}
    for seat in policy.acting_seats(user):
        seen.setdefault(seat.forum_id, seat.forum)
    return list(seen.values())


def _ways(user: User) -> list[QuerySet[Matter]]:
    """How the person comes to see matters: in each forum where they sit, as an expert, and as who raised them."""
    heard, forums = [], dict[int, bool]()
    for seat in policy.acting_seats(user):
        if seat.role == ForumSeat.Role.EXPERT:
            heard.append(seat.matter_id)
        else:
            is_limited = seat.organisation.kind in Organisation.LIMITED
            forums[seat.forum_id] = forums.get(seat.forum_id, True) and is_limited
    matters = Matter.objects.all()
    public = matters.exclude(publicity=Matter.Publicity.SECRET)
    seats = [(public if is_limited else matters).filter(forum=pk) for pk, is_limited in forums.items()]
    return [*seats, matters.filter(pk__in=heard), matters.filter(raised_by=user, origin=None)]


def filtered(user: User, wanted: Row) -> QuerySet[Matter]:
    """The matters that the person sees and the valid filters leave."""
    return _wanted(_rows(user), user, wanted)


def _wanted(matters: QuerySet[Matter], user: User, wanted: Row) -> QuerySet[Matter]:
    if q := wanted.get("q"):
        matters = matters.filter(found(q, "words") | numbered(q))
    if wanted.get("kind"):
        matters = matters.filter(kind=wanted["kind"])
    if wanted.get("forum"):
        matters = matters.filter(forum=wanted["forum"])
    return matters.filter(_in_state(user, wanted.get("state") or ""))


def _in_state(user: User, state: str) -> Q:
    today = timezone.localdate()
    handled = [seat.forum_id for seat in policy.acting_seats(user) if seat.role in ForumSeat.HANDLERS]
    unanswered = ~Q(status__in=Matter.CLOSED)  # as the index says it
    states = {
        "": unanswered,
        "waiting": unanswered & Q(forum__in=handled) & ~Q(status=Status.FORWARDED),
        "raised": Q(raised_by=user),
        "late": unanswered & (Q(next_step_on__lt=today) | Q(raised_at__lt=late_since())),
        "answered": Q(status=Status.ANSWERED),
        "all": Q(),
    }
    return states.get(state, states[""])


def matter_for(user: User, pk: int) -> Matter:
    """The matter. Raises Http404 for one that the person may not see."""
    matter = (
        _rows(user)
        .select_related("forum__coordinated_by", "prepared_by", "answered_by")
        .filter(pk=pk)
        .first()
    )
    if matter is None:
        raise Http404
    return matter


def matter_page(user: User, pk: int) -> Row:
    """One matter: what it says, where it is in its chain, what has happened, and which steps the person may take."""
    matter: Any = matter_for(user, pk)
    events = list(events_of(matter, SAID))
    checks = list(matter.checks.select_related("made_by"))
    about = subjects.seen_by(
        user,
        [(check.touched_type_id, check.touched_id) for check in checks]
        + ([(matter.subject_type_id, matter.subject_id)] if matter.subject_type_id else []),
    )
    for check in checks:
        check.seen = about.get((check.touched_type_id, check.touched_id))
    offers = matter_workflow.offered(matter, user)
    chain = chain_of(user, matter)
    return {
        "matter": matter,
        "about": about.get((matter.subject_type_id, matter.subject_id)),
        "steps": _steps(matter, events),
        "chain": chain,
        "answer_from": next((row for row in chain if row["origin"] == matter.pk and row["answer"]), None),
        "checks": checks,
        "can_prepare": matter.is_open and policy.can_prepare(user, matter),
        "can_handle": policy.can_handle(user, matter),
        "can_change_text": policy.can_change_text(user, matter),
        "needs_check": matter.kind in Matter.CHECKED,
        "events": [told(event, SAID) for event in events],
        "offers": offers,
        "first": _first_of(matter, offers),
        "handlers": _handlers(matter),
        "mine": policy.seats_in(user, matter.forum_id),
        "targets": list(forums_to_forward_to(matter.forum)) if matter.is_open else [],
        "today": timezone.localdate(),
    }


def _first_of(matter: Matter, offers: list[Any]) -> Any:
    """The step that is offered first: on the way to politics a matter is taken further, there it is decided on."""
    wanted = FIRST.get(Status(matter.status), "")
    if wanted == "decide" and matter.forum.level != Level.POLITICAL and matter.forum.above_id:
        wanted = "forward"
    return next((offer for offer in offers if offer.transition.name == wanted), None)


def _handlers(matter: Matter) -> list[Any]:
    """Who handles what comes to the forum, with who stands in for them."""
    seats: list[Any] = list(
        ForumSeat.objects.valid(timezone.localdate())
        .filter(forum=matter.forum_id, role__in=ForumSeat.HANDLERS)
        .select_related("user", "organisation__parent")
        .order_by("user__sort_key", "pk")
    )
    deputies = deputies_of(seat.user_id for seat in seats)
    for seat in seats:
        seat.stands_in = deputy_of(deputies, seat.user_id, seat.pk)
    return seats


def _steps(matter: Matter, events: Iterable[Event]) -> list[Row]:
    """The line of steps: which are done and when, and which one it stands at."""
    days = {event.verb: event.at for event in events}
    here = next((place for place, (_name, at) in enumerate(STEPS) if matter.status in at), None)
    steps = []
    for place, (name, _at) in enumerate(STEPS):
        day = next((days[verb] for verb in WHEN[place] if verb in days), None)
        is_here = place == here
        steps.append(
            {
                "name": str(capfirst(matter.status_name)) if is_here and here == len(STEPS) - 2 else name,
                "at": day,
                "is_here": is_here,
                "is_done": here is not None and place < here,
            }
        )
    return steps


_CHAIN = Kept(
    lambda root: (
        Matter.objects.filter(Q(pk=root) | Q(root=root))
        .annotate(level=F("forum__level"), forum_fi=F("forum__name_fi"), forum_sv=F("forum__name_sv"))
        .order_by("pk")
    )
)


def chain_of(user: User, matter: Matter) -> list[Row]:
    """Where the matter came from and went: of each forum its name, the state, the day and the answer, and nothing else.

    Only what the person sees has an address.
    """
    root = matter.root_id or matter.pk
    rows: list[Any] = list(_CHAIN(root=root))
    seen: set[int] = set()
    if len(rows) > 1:
        seen = set(
            policy.visible_matters(user).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
        )
    kept = _ways_of(matter.pk, {row.pk: row.origin_id for row in rows})
    return [
        {
            "pk": row.pk,
            "origin": row.origin_id,
            "number": row.number if row.pk in seen or row.pk == matter.pk else "",
            "forum": row.forum_sv if own_language() == "sv" and row.forum_sv else row.forum_fi,
            "level": str(capfirst(Level(row.level).label)),
            "status": row.status_name,
            "state": row.status,
            "at": row.status_at,
            "is_here": row.pk == matter.pk,
            "url": row.get_absolute_url() if row.pk in seen and row.pk != matter.pk else "",
            "answer": row.answer if row.status == Status.ANSWERED else "",
            "reason": row.handled_reason if row.status == Status.RETURNED else "",
            "next_step_on": row.next_step_on if row.status in Matter.UNANSWERED else None,
        }
        for row in rows
        if row.pk in kept
    ]


def _ways_of(here: int, origins: dict[int, int | None]) -> set[int]:
    """Those through which it came here, and those that came of it: not what other forums made of the same origin."""
    kept: set[int] = set()
    back: int | None = here
    while back is not None and back not in kept:
        kept.add(back)
        back = origins.get(back)
    grew = {here}
    while grew:
        grew = {pk for pk, origin in origins.items() if origin in grew and pk not in kept}
        kept |= grew
    return kept


MATTERS = Kind("matters", gettext_lazy("Handle"), "M4 4.5h12v8H9l-3.5 3v-3H4z")
ANSWERS = Kind("answers", gettext_lazy("Answer"), "M8 6 4 10l4 4M4 10h8a4 4 0 0 1 4 4")


MOST_ROWS = 50
"""Of each forum, and of all of them: what waits longer than that is in the list of matters."""


def _with_matters(user: Any) -> Any:
    """The person's seats, those who handle matters with the first ones of their forums: one statement for both."""
    first = (
        Matter.objects.filter(forum=OuterRef("forum"))
        .exclude(status__in=["answered", "returned", "withdrawn", "forwarded"])
        .order_by("next_step_on", "pk")
    )
    columns = ("pk", "title", "status", "status_at", "next_step", "next_step_on")
    told = ArraySubquery(first.values(told=JSONObject(**{name: name for name in columns}))[:MOST_ROWS])
    return policy.acting_of(user).annotate(
        first=Case(When(role__in=ForumSeat.HANDLERS, then=told), default=None)
    )


_WITH_MATTERS = Kept(_with_matters)


def _to_handle(user: User) -> list[Matter]:
    """What waits in the forums where the person handles what comes, the nearest day first."""
    seats = list(_WITH_MATTERS(user=user.pk))
    policy.remember_seats(user, seats)
    matters = {
        told["pk"]: Matter(
            forum=seat.forum,
            **told
            | {
                "status_at": datetime.datetime.fromisoformat(told["status_at"]),
                "next_step_on": told["next_step_on"] and datetime.date.fromisoformat(told["next_step_on"]),
            },
        )
        for seat in seats
        for told in seat.first or ()
    }
    rows = sorted(matters.values(), key=lambda row: (row.next_step_on or datetime.date.max, row.pk))
    return rows[:MOST_ROWS]


def waiting_of_matters(user: User) -> Iterator[Waiting]:
    """What waits in the forums where the person handles what comes, or stands in for whoever does."""
    for matter in _to_handle(user):
        is_answer = matter.status in Matter.TO_ANSWER
        what = {
            Status.RAISED: _("Take up: %(title)s"),
            Status.ACCEPTED: _("Prepare: %(title)s"),
            Status.PREPARED: _("Make ready: %(title)s"),
            Status.READY: _("Handle: %(title)s"),
        }.get(Status(matter.status), _("Answer: %(title)s"))
        yield Waiting(
            ANSWERS if is_answer else MATTERS,
            what % {"title": matter.title},
            matter.get_absolute_url(),
            matter.forum.name,
            since=matter.status_at,
            due=None if is_answer else matter.next_step_on,
            due_is="" if is_answer else matter.next_step_told,
            document=f"matter-{matter.pk}",
        )


FORUMS = Kind("forums", gettext_lazy("See to it"), "M4 15.5V8M10 15.5V4.5M16 15.5v-5")


def waiting_of_forums(user: User) -> Iterator[Waiting]:
    """What the forums lack that the person keeps: a chair who left has a successor asked for."""
    kept = {seat.forum_id: seat for seat in policy.acting_seats(user) if seat.role in ForumSeat.HANDLERS}
    for pk, seat in kept.items():
        forum, roles = seat.forum, set(seat.filled)
        lacks = []
        if CHAIR in parts_of(forum.kind, is_bilingual=False) and ForumSeat.Role.CHAIR not in roles:
            lacks.append(_("%(forum)s has no chair: name a successor."))
        if roles.isdisjoint({ForumSeat.Role.COORDINATOR, ForumSeat.Role.SECRETARY}):
            lacks.append(_("%(forum)s has no coordinator: name one."))
        for sentence in lacks:
            yield Waiting(
                FORUMS,
                sentence % {"forum": forum.name},
                reverse("collaboration:forum", args=[pk]) + "#jasenet",
                str(_("Forums")),
            )
