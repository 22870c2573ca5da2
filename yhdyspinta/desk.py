"""The front page of a signed-in person: what waits for them, from every app."""

from typing import Any

from collaboration import subjects, verbs
from collaboration.desk import waiting
from collaboration.kept import Kept
from collaboration.models import Notification, User
from collaboration.policy import organisations_of
from services.policy import can_make_a_map
from services.queries import desk

_ORGANISATIONS = Kept(lambda user: organisations_of(user).select_related("parent"))
_TOLD = Kept(
    lambda user: Notification.objects.filter(recipient=user, read_at__isnull=True).select_related(
        "event__actor"
    )[:6]
)


def desk_page(user: User) -> dict[str, Any]:
    """Everything on the front page; a constant number of statements."""
    page = {"organisations": list(_ORGANISATIONS(user=user.pk)), "news": news(user)}
    if user.duty == User.Duty.NATIONAL_COORDINATOR:
        return {**page, "overview": desk.national_overview()}
    return {
        **page,
        "waiting": waiting(user),
        "my_maps": desk.my_maps(user),
        "overview": None,
        "can_make_map": can_make_a_map(user),
    }


def news(user: User) -> list[dict[str, Any]]:
    """What the person was told and has not yet put aside, as far as they may still see it."""
    told = [(each, (each.event.subject_type_id, each.event.subject_id)) for each in _TOLD(user=user.pk)]
    seen = subjects.seen_by(user, [about for _each, about in told])
    return [
        {
            "notification": notification,
            "sentence": str(verbs.verb(notification.event.verb).sentence),
            "title": str(row),
            "url": row.get_absolute_url(),
        }
        for notification, about in told
        if (row := seen.get(about)) is not None
    ]
