"""What the portal's search finds of organisations and people."""

from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext_lazy as _

from collaboration.dates import written
from collaboration.models import Action, Forum, Goal, Matter, Member, Organisation, User
from collaboration.policy import visible_members, visible_organisations
from collaboration.policy.actions import visible_actions, visible_goals
from collaboration.policy.forums import visible_forums, visible_matters
from collaboration.policy.own import others_last
from collaboration.searching import Searched, Words, found
from collaboration.words import by_name


def _organisations(user: User, words: Words) -> QuerySet[Organisation]:
    rows = visible_organisations(user).filter(found(words, "words"), valid_until=None)
    return rows.select_related("parent").order_by(others_last(user), by_name(), "pk")


def _people(user: User, words: Words) -> QuerySet[Member]:
    """Oneself, and the people of the organisations that one keeps."""
    rows = visible_members(user).filter(found(words, "user__words", "words"), ended_at=None)
    read: QuerySet[Member] = rows.select_related("user", "organisation__parent").order_by(
        "user__sort_key", "pk"
    )
    return read


def _forums(user: User, words: Words) -> QuerySet[Forum]:
    rows = visible_forums(user).filter(found(words, "words"), ended_on=None)
    return rows.select_related("coordinated_by__parent").order_by(by_name(), "pk")


def _matters(user: User, words: Words) -> QuerySet[Matter]:
    """Those that the person sees, and no others."""
    rows = visible_matters(user).filter(found(words, "words"))
    return rows.select_related("forum").order_by("-pk")


def _actions(user: User, words: Words) -> QuerySet[Action]:
    """Those that the person sees: first those that are open, by their day."""
    rows = visible_actions(user).filter(found(words, "words")).select_related("responsible__parent")
    return rows.order_by(Case(When(status=Action.Status.OPEN, then=0), default=1), "due_on", "pk")


def _goals(user: User, words: Words) -> QuerySet[Goal]:
    return visible_goals(user).filter(found(words, "words")).order_by("-pk")


KINDS = (
    Searched("matters", _("Matters"), _matters, lambda row: f"{row.number} · {row.forum.name}"),
    Searched(
        "actions",
        _("Actions"),
        _actions,
        lambda row: f"{row.status_name} · {row.responsible.full_name} · {written(row.due_on)}",
    ),
    Searched("goals", _("Shared goals"), _goals, lambda row: row.level_name),
    Searched("forums", _("Forums"), _forums, lambda row: row.coordinated_by.full_name),
    Searched("organisations", _("Organisations"), _organisations, lambda row: row.get_kind_display()),
    Searched(
        "people",
        _("People"),
        _people,
        about=lambda row: ", ".join(filter(None, (row.title, row.organisation.name, row.phone))),
        title=lambda row: row.user.name,
    ),
)
