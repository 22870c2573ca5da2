"""The matrix of forums, absences and matters: told from seats by brute force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.utils import timezone

from collaboration.models import Organisation
from tests.architecture.access_rules import Route, Rule, is_signed_in, signed_in
from tests.cast import Cast
from tests.collaboration.forum_cast import RAISER, SEATS, Role, matter_of

KEEPERS = {"county editor", "county administrator", "service administrator"}
"""Who keep the LAPE group: its chair, and the administrators of the county."""
HANDLERS = {"county editor"}
READERS = {RAISER} | {name for (forum, name) in SEATS if forum == "lape"}


def _of(people: set[str], status: int, others: Rule) -> Rule:
    return lambda cast, name: status if name in people else others(cast, name)


def of_keepers(status: int, outsider: int = 302) -> Rule:
    return _of(KEEPERS, status, signed_in(403, outsider))


def of_readers(status: int, outsider: int = 302) -> Rule:
    """Those who see the matter; the others do not find it."""
    return lambda _cast, name: outsider if not is_signed_in(name) else status if name in READERS else 404


def of_handlers(status: int, outsider: int = 302, *, also: set[str] | None = None) -> Rule:
    """Those who handle it; the others who see it get 403."""
    return _of(HANDLERS | (also or set()), status, of_readers(403, outsider))


def of_raisers(status: int, outsider: int = 302) -> Rule:
    """Who sits there but as an observer, and the people of the member organisations."""

    def rule(cast: Cast, name: str) -> int:
        sits = {
            person for (forum, person), role in SEATS.items() if forum == "lape" and role != Role.OBSERVER
        }
        members = {cast.organisations[place].pk for place in ("county", "porvoo")}
        belongs = any(organisation.pk in members for organisation, _role in cast.roles(name))
        return status if name in sits or belongs else signed_in(403, outsider)(cast, name)

    return rule


def of_makers_of_forums(status: int, outsider: int = 302) -> Rule:
    def rule(cast: Cast, name: str) -> int:
        keeps = any(role in {"editor", "administrator"} for _organisation, role in cast.roles(name))
        return status if keeps or name == "service administrator" else signed_in(403, outsider)(cast, name)

    return rule


def _own_absence(status: int, outsider: int = 302, deputy: int = 403) -> Rule:
    """Porvoo's editor and who keeps its people end it; its reader, who stands in, sees it."""
    answers = dict.fromkeys(("porvoo editor", "porvoo administrator", "service administrator"), status)
    answers["porvoo reader"] = deputy
    return lambda _cast, name: outsider if not is_signed_in(name) else answers.get(name, 404)


def a_seat(cast: Cast) -> dict[str, Any]:
    return {
        "user": cast["nobody"].pk,
        "organisation": cast.organisations["porvoo"].pk,
        "role": "member",
        "represents": "education",
        "language": "fi",
        "valid_from": timezone.localdate().isoformat(),
    }


def an_invitation(cast: Cast) -> dict[str, Any]:
    parish = Organisation.objects.filter(kind="municipality").order_by("pk")[0]
    return {
        "email": "uusi@cast.example",
        "organisation": parish.pk,
        "seat_role": "member",
        "represents": "education",
        "language": "fi",
    }


def a_matter(_cast: Cast) -> dict[str, Any]:
    return {"kind": "question", "title": "Kuka kutsuu koolle?", "text": "Vaihtelee."}


def a_text(_cast: Cast) -> dict[str, Any]:
    return {"title": "Uusi", "text": "Uusi teksti.", "seq": 1}


def a_step(_cast: Cast) -> dict[str, Any]:
    return {"next_step": "Käsitellään", "next_step_on": timezone.localdate().isoformat()}


def a_day(_cast: Cast) -> dict[str, Any]:
    return {"valid_until": timezone.localdate().isoformat()}


def a_forum(cast: Cast) -> dict[str, Any]:
    return {"kind": "field_team", "name_fi": "Tiimi", "coordinated_by": cast.organisations["porvoo"].pk}


def a_raised_matter(cast: Cast) -> dict[str, Any]:
    return a_matter(cast) | {"forum": matter_of(cast).forum_id, "key": str(uuid4())}


def a_last_day(_cast: Cast) -> dict[str, Any]:
    return {"valid_until": timezone.localdate().isoformat()}


def a_first_step(_cast: Cast) -> dict[str, Any]:
    return {"next_step": "Käsitellään", "next_step_on": timezone.localdate().isoformat()}


def _of_porvoos_makers(status: int, others: int) -> Rule:
    """Who makes a forum that Porvoo coordinates; the other makers of forums get 422, whose choice it is not."""
    own = {"porvoo editor", "porvoo administrator", "service administrator"}
    return _of(own, status, of_makers_of_forums(others, 401))


def _form(**values: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda _cast: values


FORUM_ROUTES = {
    "collaboration:forums": Route(get=signed_in(200)),
    "collaboration:forum": Route(get=signed_in(200)),
    "collaboration:forum_new": Route(get=of_makers_of_forums(200), post=of_makers_of_forums(422)),
    "collaboration:forum_edit": Route(get=of_keepers(200), post=of_keepers(422)),
    "collaboration:forum_end": Route(get=of_keepers(200), post=of_keepers(422)),  # a matter waits
    "collaboration:forum_take_back": Route(post=of_keepers(302)),
    "collaboration:seat_new": Route(get=of_keepers(200), post=of_keepers(302), form=a_seat),
    "collaboration:seat": Route(get=of_keepers(200), post=of_keepers(302), form=a_seat),
    "collaboration:seat_end": Route(
        get=_of({"porvoo editor"}, 200, of_keepers(200)),
        post=_of({"porvoo editor"}, 302, of_keepers(302)),
        form=a_day,
    ),
    "collaboration:forum_invite": Route(get=of_keepers(200), post=of_keepers(302), form=an_invitation),
    "collaboration:forum_invitation": Route(post=of_keepers(302)),
    "collaboration:matter_new": Route(get=of_raisers(200), post=of_raisers(302), form=a_matter),
    "collaboration:matters": Route(get=signed_in(200)),
    "collaboration:matters_file": Route(get=signed_in(200)),
    "collaboration:matter_where": Route(get=signed_in(200)),
    "collaboration:matters_accept": Route(post=signed_in(302)),
    "collaboration:matter": Route(get=of_readers(200)),
    "collaboration:matter_edit": Route(
        get=of_handlers(200, also={RAISER}), post=of_handlers(302, also={RAISER}), form=a_text
    ),
    "collaboration:matter_preparer": Route(post=of_handlers(302)),
    "collaboration:check_add": Route(post=of_handlers(422)),  # without what is touched
    "collaboration:check_none": Route(post=of_handlers(302), form=_form(unchecked_reason="")),
    "collaboration:check_remove": Route(post=of_handlers(302)),
    "collaboration:matter_step": Route(get=of_handlers(200), post=of_handlers(302), form=a_step),
    "collaboration:absences": Route(get=signed_in(200), post=signed_in(422)),
    "collaboration:absence_change": Route(get=_own_absence(200), post=_own_absence(422)),
    "collaboration:absence_end": Route(post=_own_absence(302)),
    "collaboration:api_forums": Route(
        get=signed_in(200, 401), post=_of_porvoos_makers(201, 422), form=a_forum
    ),
    "collaboration:api_forum": Route(get=signed_in(200, 401), patch=of_keepers(428, 401)),
    "collaboration:api_forum_end": Route(post=of_keepers(422, 401)),  # a matter waits
    "collaboration:api_forum_take_back": Route(post=of_keepers(200, 401)),
    "collaboration:api_seats": Route(get=signed_in(200, 401), post=of_keepers(201, 401), form=a_seat),
    "collaboration:api_seat": Route(get=signed_in(200, 401), patch=of_keepers(428, 401)),
    "collaboration:api_seat_end": Route(
        post=_of({"porvoo editor"}, 200, of_keepers(200, 401)), form=a_last_day
    ),
    "collaboration:api_matters": Route(
        get=signed_in(200, 401), post=of_raisers(201, 401), form=a_raised_matter
    ),
    "collaboration:api_matter": Route(get=of_readers(200, 401), patch=of_handlers(428, 401, also={RAISER})),
    "collaboration:api_matter_step": Route(post=of_handlers(200, 401), form=a_first_step),
    "collaboration:api_matter_preparer": Route(post=of_handlers(200, 401)),
    "collaboration:api_checks": Route(post=of_handlers(422, 401)),  # without what is touched
    "collaboration:api_check": Route(delete=of_handlers(200, 401)),
    "collaboration:api_check_none": Route(post=of_handlers(200, 401), form=_form(unchecked_reason="")),
    "collaboration:api_absences": Route(get=signed_in(200, 401), post=signed_in(422, 401)),
    "collaboration:api_absence": Route(get=_own_absence(200, 401, deputy=200), patch=_own_absence(428, 401)),
    "collaboration:api_absence_end": Route(post=_own_absence(200, 401)),
}
