"""The matrix of comments and announcements: told from seats by brute force."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from collaboration.models import Area
from tests.architecture.access_rules import Route, Rule, is_signed_in, signed_in
from tests.architecture.forum_routes import HANDLERS, of_keepers, of_readers
from tests.cast import Cast
from tests.collaboration.forum_cast import OBSERVERS, RAISER, READERS, SEATS, matter_of

TOLD = {name for (forum, name) in SEATS if forum == "lape"} | {"county administrator"}
"""Who read what was announced to the group: its seats, and the administrators of the county, who may end it."""
ENDS = {"county editor", "county administrator"}


def of_some(people: set[str], status: int, outsider: int = 302) -> Rule:
    """Those; the others who see the matter get 403."""
    others = of_readers(403, outsider)
    return lambda cast, name: status if name in people else others(cast, name)


def of_writers(status: int, outsider: int = 302) -> Rule:
    """Who sees the matter, but for observers."""
    return of_some(READERS - OBSERVERS, status, outsider)


def _of_told(status: int, people: set[str] = TOLD, outsider: int = 302) -> Rule:
    def rule(_cast: Cast, name: str) -> int:
        if not is_signed_in(name):
            return outsider
        return status if name in people else 403 if name in TOLD else 404

    return rule


def _of_counties(status: int) -> Rule:
    """Administrators of an organisation that a county is, and of the portal."""

    def rule(cast: Cast, name: str) -> int:
        counties = Area.objects.filter(kind=Area.Kind.WELLBEING_SERVICES_COUNTY)
        theirs = {pk for pk in counties.values_list("organisation", flat=True) if pk}
        keeps = any(role == "administrator" and place.pk in theirs for place, role in cast.roles(name))
        return status if keeps or name == "service administrator" else signed_in(403)(cast, name)

    return rule


def a_comment(_cast: Cast) -> dict[str, Any]:
    return {"text": "Riittää."}


def an_edit(_cast: Cast) -> dict[str, Any]:
    return {"text": "Riittääkö kuusi päivää?", "seq": 0}


def an_announcement(_cast: Cast) -> dict[str, Any]:
    day = f"{timezone.localdate():%d.%m.%Y}"
    return {"title": "Kokous", "text": "Tervetuloa.", "until": day, "level": "field"}


def an_announcement_sent(cast: Cast) -> dict[str, Any]:
    day = timezone.localdate().isoformat()
    return {"forum": matter_of(cast).forum_id, "title": "Kokous", "text": "Tervetuloa.", "until": day}


def a_comment_sent(cast: Cast) -> dict[str, Any]:
    return {"subject": f"matter:{matter_of(cast).pk}", "text": "Riittää."}


def _of_api_writers(status: int) -> Rule:
    """The subject is a field: for those who do not see it there is none of this name."""

    def rule(_cast: Cast, name: str) -> int:
        if not is_signed_in(name):
            return 401
        return status if name in READERS - OBSERVERS else 403 if name in OBSERVERS & READERS else 422

    return rule


OWN = {RAISER}
TALK_ROUTES = {
    "collaboration:comments": Route(get=of_readers(200), post=of_writers(302), form=a_comment),
    "collaboration:mentions": Route(get=of_readers(200)),
    "collaboration:comment_reply": Route(get=of_readers(200), post=of_writers(302), form=a_comment),
    "collaboration:comment_edit": Route(get=of_some(OWN, 200), post=of_some(OWN, 302), form=an_edit),
    "collaboration:comment_resolve": Route(post=of_some(OWN | HANDLERS, 302)),
    "collaboration:comment_remove": Route(
        get=of_some(OWN | HANDLERS, 200), post=of_some(OWN | HANDLERS, 302)
    ),
    "collaboration:comment_history": Route(get=of_readers(200)),
    "collaboration:announcements": Route(get=signed_in(200)),
    "collaboration:announcement_new": Route(
        get=_of_counties(200), post=_of_counties(302), form=an_announcement
    ),
    "collaboration:forum_announcements": Route(get=signed_in(200)),
    "collaboration:forum_announcement_new": Route(
        get=of_keepers(200), post=of_keepers(302), form=an_announcement
    ),
    "collaboration:announcement": Route(get=_of_told(200)),
    "collaboration:announcement_put_aside": Route(post=_of_told(302)),
    "collaboration:api_announcements": Route(
        get=signed_in(200, 401),
        post=of_keepers(201, 401),
        form=an_announcement_sent,
    ),
    "collaboration:api_announcement": Route(get=_of_told(200, outsider=401)),
    "collaboration:api_announcement_end": Route(post=_of_told(200, ENDS, 401)),
    "collaboration:api_announcement_put_aside": Route(post=_of_told(200, outsider=401)),
    "collaboration:api_comments": Route(
        get=signed_in(400, 401),  # of what is not said
        post=_of_api_writers(201),
        form=a_comment_sent,
    ),
    "collaboration:attachments": Route(get=of_readers(200), post=of_writers(422)),  # without a file
    "collaboration:attachment": Route(get=of_readers(200)),
    "collaboration:attachment_remove": Route(
        get=of_some(OWN | HANDLERS, 200), post=of_some(OWN | HANDLERS, 302)
    ),
    "collaboration:api_attachments": Route(
        get=signed_in(400, 401),  # of what is not said
        post=signed_in(400, 401),
    ),
    "collaboration:api_attachment": Route(get=of_readers(200, 401), delete=of_some(OWN | HANDLERS, 204, 401)),
    "collaboration:api_attachment_file": Route(get=of_readers(200, 401)),
    "collaboration:api_comment": Route(get=of_readers(200, 401), patch=of_some(OWN, 428, 401)),
    "collaboration:api_comment_resolve": Route(post=of_some(OWN | HANDLERS, 200, 401)),
    "collaboration:announcement_end": Route(post=_of_told(302, ENDS)),
}
