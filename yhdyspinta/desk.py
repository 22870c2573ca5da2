"""The desk of a signed-in person: what waits for them, from every app, and how things are where they sit."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from collaboration.desk import MOST_KINDS, Waiting, news, waiting
from collaboration.exports.cells import Table
from collaboration.live.hub import MOST_DOCUMENTS
from collaboration.models import Member, Organisation, User
from collaboration.policy import seats_of
from collaboration.queries.announcements import announcements_on_desk
from services.policy import can_make_a_map, can_see_the_country
from services.queries import country, sheet, state
from services.queries.desk import responsible

NATIONAL = "national"
"""The seat of whoever sees the whole country, beside those in organisations, which have the numbers of members."""

FROM_NOW_ON = 999_999_999
"""No document has as many changes: a stream that is asked for more than there is begins at the latest."""

ROWS_SHOWN = 10
"""Rows of the queue before one asks for all."""


def desk_page(user: User, wanted: str = "", sort: str = "", *, everything: bool = False) -> dict[str, Any]:
    """The desk in the seat that is wanted, or in the first one: at most 12 statements besides the session and the person, whatever it shows."""
    seats = _seats(user)
    seat = next((each for each in seats if each["key"] == wanted), seats[0] if seats else None)
    rows = waiting(user)
    shown = rows if everything else rows[:ROWS_SHOWN]
    page: dict[str, Any] = {
        "seats": [{**each, "is_here": each is seat} for each in seats],
        "seat": seat,
        "kind": seat["kind"] if seat else "",
        "waiting": shown,
        "groups": _grouped(shown),
        "count": len(rows),
        "left": len(rows) - len(shown),
        "today": timezone.localdate(),
        "announcements": announcements_on_desk(user),
    }
    page |= _PAGES[page["kind"]](user, seat, sort)
    documents = [row.document for row in rows] + [f"map-{row['map'].pk}" for row in page.get("maps", ())]
    page["live"] = _stream_of([each for each in dict.fromkeys(documents) if each])
    return page


def _stream_of(documents: list[str]) -> str:
    """Where the desk hears that something has happened in what waits: from now on, whatever their numbers are."""
    wished = ",".join(f"{document}:{FROM_NOW_ON}" for document in documents[:MOST_DOCUMENTS])
    return f"{reverse('collaboration:live_stream')}?documents={wished}" if wished else ""


def header_of(user: User, kept: str) -> dict[str, Any]:
    """How much waits for the person, and the seats to choose from."""
    seats = _seats(user)
    here = next((each["key"] for each in seats if each["key"] == kept), seats[0]["key"] if seats else "")
    told = ("key", "place", "level")
    return {
        "waits": len(waiting(user)),
        "seats": [{name: each[name] for name in told} | {"is_here": each["key"] == here} for each in seats],
    }


def organisation_of(user: User, key: str) -> int | None:
    """The organisation of the person's own seat; none of another's, nor of the whole country."""
    return next((each.get("organisation") for each in _seats(user) if each["key"] == key), None)


def coverage_in(user: User, key: str) -> tuple[str, Table]:
    """Where the person is a change leader, the municipalities as a table; 404 in any other seat."""
    for seat in _seats(user):
        if seat["key"] == key and seat["kind"] == Member.Level.CHANGE_LEADER:
            return seat["place"], state.coverage_table(state.coverage_of(user, seat["organisation"]))
    raise Http404


def _seats(user: User) -> list[dict[str, Any]]:
    seats = [
        {
            "key": str(member.pk),
            "kind": _kind_of(member),
            "organisation": member.organisation_id,
            "place": member.organisation.full_name,
            "level": str(capfirst(member.get_level_display())) if member.level else "",
            "title": member.title,
        }
        for member in seats_of(user)
    ]
    if can_see_the_country(user):
        country_wide = {
            "key": NATIONAL,
            "kind": NATIONAL,
            "place": _("The whole country"),
            "level": "",
            "title": "",
        }
        seats.insert(0, country_wide)
    return seats


def _kind_of(member: Member) -> str:
    """Which desk: by the level, and municipality by municipality only where there is a county of them."""
    level = Member.Level
    if member.level in {level.FIELD, level.POLITICAL}:
        return member.level
    is_county = member.organisation.kind == Organisation.Kind.WELLBEING_SERVICES_COUNTY
    return member.level if member.level == level.CHANGE_LEADER and is_county else str(level.MANAGEMENT)


def _grouped(rows: list[Waiting]) -> list[tuple[str, list[Waiting]]]:
    """What is due this week under a heading of its own, when there is something on either side."""
    today = timezone.localdate()
    sunday = today + datetime.timedelta(days=6 - today.weekday())
    soon = [row for row in rows if row.due is not None and row.due <= sunday]
    later = rows[len(soon) :]
    return [(_("This week"), soon), (_("Later"), later)] if soon and later else [("", rows)]


def _of_organisation(
    user: User, seat: dict[str, Any], _sort: str, kinds_shown: int = MOST_KINDS
) -> dict[str, Any]:
    told = news(user, kinds_shown=kinds_shown)
    page = {"news": told, "responsible": responsible(user), **state.maps_of(user, seat["organisation"])}
    return page | {"can_make_map": not page["maps"] and can_make_a_map(user)}


def _of_field(user: User, seat: dict[str, Any], sort: str) -> dict[str, Any]:
    page = _of_organisation(user, seat, sort, kinds_shown=2)  # the statement is spent on whom to call
    return page | state.calls_of(user, seat["organisation"])


def _of_change_leader(user: User, seat: dict[str, Any], _sort: str) -> dict[str, Any]:
    rows = state.coverage_of(user, seat["organisation"])
    return {"news": news(user), "responsible": responsible(user), "coverage": rows, **state.started(rows)}


def _of_politics(user: User, seat: dict[str, Any], _sort: str) -> dict[str, Any]:
    return {"news": news(user, unread=False, kinds_shown=2), **sheet.sheet_of(user, seat["organisation"])}


def _of_country(user: User, _seat: dict[str, Any], sort: str) -> dict[str, Any]:
    overview = country.national_overview()
    return {
        "news": news(user),
        "overview": country.in_order(overview, sort),
        "totals": country.totals_of(overview),
        "columns": country.columns_of(sort),
    }


def _without_a_seat(user: User, _seat: None, _sort: str) -> dict[str, Any]:
    return {"news": news(user)}


_PAGES: dict[str, Any] = {
    "": _without_a_seat,
    Member.Level.FIELD.value: _of_field,
    Member.Level.MANAGEMENT.value: _of_organisation,
    Member.Level.CHANGE_LEADER.value: _of_change_leader,
    Member.Level.POLITICAL.value: _of_politics,
    NATIONAL: _of_country,
}
