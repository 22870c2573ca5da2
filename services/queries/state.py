"""How things are on the maps of one of a person's organisations: the lower half of the desks, one statement each."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.aggregates import JSONBAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, Count, F, IntegerField, Max, Min, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaboration.exports.cells import Column, Table
from collaboration.kept import Kept
from collaboration.models import AreaMember, Organisation, User
from collaboration.models.bilingual import in_language, told
from collaboration.words import sort_key
from services import policy
from services.models import (
    AskedRating,
    Aspect,
    AspectNumber,
    AspectStatus,
    Contact,
    Interface,
    InterfaceMap,
    MapService,
    MapVersion,
    PathStep,
    Rating,
    RatingRound,
)
from services.queries.desk import called, named_after
from services.queries.maps import bar_of, maps_with_progress, progress_of
from services.queries.perception_gap import marks_of
from services.queries.sheet import first_sentence
from services.templatetags.edits import GLYPHS

MAPS_SHOWN, INTERFACES_SHOWN, MOST_INTERFACES = 6, 12, 30
DRAFT = InterfaceMap.Status.DRAFT
LEVELS = [level.value for level in PathStep.Level]


def maps_of(user: User, organisation: int) -> dict[str, Any]:
    """The maps changed last that the person sees through the organisation, and whether there are more."""
    rows = list(_MAPS(user=user.pk, organisation=organisation))
    return {
        "maps": [{**progress_of(each), **_state_of(each)} for each in rows[:MAPS_SHOWN]],
        "has_more": len(rows) > MAPS_SHOWN,
    }


def _state_of(on: Any) -> dict[str, Any]:
    version = on.newest[0]["number"] if on.newest else ""
    gap = compared(on.widest[0]) if on.widest else None
    return {"gap": gap, "version": version, "review_on": on.review_on}


def compared(row: dict[str, Any]) -> dict[str, Any]:
    """A row of `widest_gap` as `gap_picture.html` draws it."""
    ratings = [{**each, "name": in_language(each, "name")} for each in row["ratings"]]
    return {
        **row,
        "name": AspectNumber(row["number"]).label,
        "ratings": ratings,
        "picture": marks_of(ratings),
    }


RATED = JSONObject(
    value="value",
    side="party__side",
    name_fi="party__organisation__name_fi",
    name_sv="party__organisation__name_sv",
)


def widest_gap(on: str) -> ArraySubquery:
    """Of a map none or one: the aspect in which the parties are furthest apart in the newest round that shows a gap."""
    rated = (
        policy.shown_ratings()
        .filter(round__map=OuterRef(on))
        .order_by()
        .values("round__number", "aspect", "aspect__number", "aspect__interface")
        .annotate(gap=Max("value") - Min("value"), parties=Count("pk"))
        .filter(parties__gte=2)
        .order_by("-round__number", "-gap", "aspect")
    )
    row = JSONObject(
        number="aspect__number",
        interface="aspect__interface",
        gap="gap",
        ratings=JSONBAgg(RATED, order_by=["party__lane", "party"]),
    )
    return ArraySubquery(rated.annotate(row=row).values("row")[:1])


def _maps(user: Any, organisation: Any) -> QuerySet[InterfaceMap]:
    in_force = MapVersion.objects.filter(map=OuterRef("pk"), status=MapVersion.Status.PUBLISHED)
    return (
        maps_with_progress(policy.maps_through(user, organisation))
        .filter(status=DRAFT)
        .annotate(
            newest=F("head__newest_version"),
            review_on=Subquery(in_force.values("review_on")),
            widest=widest_gap("pk"),
        )
    )


_MAPS: Kept[Any] = Kept(
    lambda user, organisation: _maps(user, organisation).order_by("-changed_at", "-pk")[: MAPS_SHOWN + 1]
)


# Whom to call, and how one acts

PEOPLE_SHOWN, TEXTS_SHOWN = 4, 4
"""Of an interface on the desk of field work; the others unfold, and stand on its page."""


def calls_of(user: User, organisation: int) -> dict[str, Any]:
    """By interface whom one calls about it: the ladder, contacts of its aspects, and its services."""
    found = [
        {
            "name": named_after(row.called),
            "url": reverse("services:interface_detail", args=[row.map_id, row.pk]),
            "map": row.map.title,
            "people": people[:PEOPLE_SHOWN],
            "others": people[PEOPLE_SHOWN:],
            "acts": [_act(row, each) for each in row.agreed],
        }
        for row in _CALLS(user=user.pk, organisation=organisation)
        if (people := _once_each([_person(told) for told in (*row.steps, *row.contacts, *row.reached)]))
    ]
    return {"calls": found[:INTERFACES_SHOWN], "has_more_calls": len(found) > INTERFACES_SHOWN}


def _act(interface: Any, row: dict[str, Any]) -> dict[str, Any]:
    """How the parties act: the first sentence of an agreed text, in the reader's language where there is one."""
    text, language = told(row, "shared")
    url = reverse("services:aspect_detail", args=[interface.map_id, interface.pk, row["number"]])
    name = AspectNumber(row["number"]).label
    return {"name": name, "text": first_sentence(text), "language": language, "url": url}


def _once_each(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who is named in two ways with the same number is called in the first."""
    by_number: dict[tuple[str, str], dict[str, Any]] = {}
    for person in people:
        by_number.setdefault((person["who"], person["phone"]), person)
    return list(by_number.values())


def _person(told: dict[str, Any]) -> dict[str, Any]:
    service = in_language(told, "service")
    level, days = told.get("level"), told.get("days")
    answers = (
        ngettext("answers in %(days)s working day", "answers in %(days)s working days", days) % {"days": days}
        if days
        else ""
    )
    facts = [capfirst(PathStep.Level(level).label) if level else "", answers, service if told["who"] else ""]
    return {
        "who": told["who"] or service,
        "phone": told["phone"],
        "facts": " · ".join(str(fact) for fact in (*facts, told["hours"]) if fact),
    }


def _calls(user: Any, organisation: Any) -> QuerySet[Interface]:
    reached = {"who": "who", "phone": "phone", "hours": "hours"}
    steps = PathStep.objects.filter(aspect__interface=OuterRef("pk"), archived_at__isnull=True)
    level = Case(*(When(level=each, then=nth) for nth, each in enumerate(LEVELS)))
    contacts = Contact.objects.filter(aspect__interface=OuterRef("pk"), archived_at__isnull=True)
    services = MapService.objects.filter(interfaces=OuterRef("pk")).exclude(service__phone="")
    agreed = Aspect.objects.filter(interface=OuterRef("pk"), status=AspectStatus.AGREED).exclude(
        shared_fi="", shared_sv=""
    )
    names = {f"service_{language}": f"service__name_{language}" for language in ("fi", "sv")}
    of_service = {"who": "service__contact", "phone": "service__phone", "hours": "service__hours", **names}
    return (
        Interface.objects.live()
        .filter(map__in=policy.maps_through(user, organisation), map__status=DRAFT, map__is_base=False)
        .select_related("map")
        .annotate(
            called=called("pk"),
            steps=ArraySubquery(
                steps.exclude(phone="")
                .order_by(level, "place", "pk")
                .values(row=JSONObject(**reached, days="days", level="level"))
            ),
            agreed=ArraySubquery(
                agreed.order_by("number").values(
                    row=JSONObject(number="number", shared_fi="shared_fi", shared_sv="shared_sv")
                )[:TEXTS_SHOWN]
            ),
            contacts=ArraySubquery(contacts.order_by("place", "pk").values(row=JSONObject(**reached))),
            reached=ArraySubquery(
                services.order_by("party__lane", "pk").values(row=JSONObject(**of_service))
            ),
        )
        .order_by("-map__changed_at", "-map", "pk")[:MOST_INTERFACES]
    )


_CALLS: Kept[Any] = Kept(_calls)


# Municipality by municipality


def coverage_of(user: User, organisation: int) -> list[dict[str, Any]]:
    """Each municipality of the county with how far its maps with the county are, in the reader's alphabet."""
    rows = _COVERAGE(user=user.pk, organisation=organisation, today=timezone.localdate())
    found = [_covered(row) for row in rows]
    return sorted(found, key=lambda row: sort_key(row["name"]))


def coverage_table(rows: list[dict[str, Any]]) -> Table:
    """The same as a file holds it: numbers, and nothing where there is no map."""
    numbers = ("published", "waits", "given", "asked", "gap")
    columns = [
        Column(_("Municipality"), 3),
        Column(_("Maps"), 1),
        Column(_("Aspects agreed"), 1),
        Column(_("Aspects in all"), 1),
        Column(_("Published versions"), 1),
        Column(_("Waiting for approval"), 1),
        Column(_("Ratings given"), 1),
        Column(_("Ratings asked for"), 1),
        Column(_("Largest gap"), 1),
    ]
    cells = [
        [row["name"], row["count"], row["agreed"], row["of"], *(row.get(name) for name in numbers)]
        for row in rows
    ]
    return Table(
        _("Municipalities"), columns, [[("" if cell is None else cell) for cell in row] for row in cells]
    )


def _covered(municipality: Any) -> dict[str, Any]:
    maps: list[dict[str, Any]] = municipality.its_maps
    tally = Counter({name: sum(each[name] for each in maps) for name in AspectStatus.values})
    of = tally.total() - tally[AspectStatus.NOT_APPLICABLE]
    row = {
        "pk": municipality.pk,
        "name": municipality.name,
        "count": len(maps),
        "url": _address(municipality, maps, "services:map_drawing"),
        "agreed": tally[AspectStatus.AGREED],
        "of": of,
        "total": str(tally.total()),
        "told": _("%(agreed)s of %(of)s aspects agreed") % {"agreed": tally[AspectStatus.AGREED], "of": of},
        "bar": bar_of(tally),
    }
    return {**row, **_versions_of(municipality, maps), **_ratings_of(municipality, maps)} if maps else row


def _address(municipality: Any, maps: list[dict[str, Any]], page: str) -> str:
    """The page of the only map, or the list of the municipality's; without any, where one is made."""
    if len(maps) == 1:
        return reverse(page, args=[maps[0]["id"]])
    if not maps:
        return f"{reverse('services:map_new')}?{urlencode({'municipality': municipality.pk})}"
    return f"{reverse('services:map_list')}?{urlencode({'q': municipality.name})}"


def _versions_of(municipality: Any, maps: list[dict[str, Any]]) -> dict[str, Any]:
    published = [each["newest"][0]["number"] for each in maps if each["newest"]]
    state = "agreed" if len(published) == len(maps) else "in_progress" if published else "missing"
    told = _("%(n)s of %(of)s published") % {"n": len(published), "of": len(maps)}
    if len(maps) == 1:
        told = _("Version %(number)s") % {"number": published[0]} if published else _("Not published")
    return {
        "published": len(published),
        "version_told": told,
        "version_state": state,
        "version_sign": GLYPHS[state],
        "versions_url": _address(municipality, maps, "services:map_versions"),
        "waits": sum(each["waits"] for each in maps),
    }


def _ratings_of(municipality: Any, maps: list[dict[str, Any]]) -> dict[str, Any]:
    """Of the newest round of each map; those of which none was asked count as not begun."""
    asked, given = (sum(each[name] or 0 for each in maps) for name in ("asked", "given"))
    state = "missing" if not asked else "agreed" if given == asked else "in_progress"
    told = _("%(given)s/%(asked)s rated") % {"given": given, "asked": asked} if asked else _("No round yet")
    return {
        "asked": asked,
        "given": given,
        "rated": state,
        "rated_sign": GLYPHS[state],
        "rated_told": told,
        "ratings_url": _address(municipality, maps, "services:map_ratings"),
        "gap": max((each["widest"][0]["gap"] for each in maps if each["widest"]), default=None),
    }


def _of_newest_round(model: type[AskedRating] | type[Rating]) -> Subquery:
    """How many there are in the map's newest round."""
    newest = RatingRound.objects.filter(map=OuterRef(OuterRef("pk"))).order_by("-number").values("pk")[:1]
    rows: QuerySet[Any] = model._default_manager.filter(round=Subquery(newest)).order_by()
    return Subquery(rows.values("round").annotate(n=Count("pk")).values("n"), output_field=IntegerField())


def _coverage(user: Any, organisation: Any, today: Any) -> QuerySet[Any]:
    members = AreaMember.objects.valid(today).filter(area__organisation=organisation)
    its_maps = (
        _maps(user, organisation)
        .filter(municipality=OuterRef("pk"), is_base=False)
        .annotate(
            asked_=_of_newest_round(AskedRating),
            given_=_of_newest_round(Rating),
            waits=models.Case(
                models.When(head__waits_for_approval=True, then=1), default=0, output_field=IntegerField()
            ),
        )
        .order_by("pk")
        .values(
            row=JSONObject(
                id="pk",
                agreed="tally__agreed",
                in_progress="tally__in_progress",
                missing="tally__missing",
                not_applicable="tally__not_applicable",
                newest="newest",
                waits="waits",
                asked="asked_",
                given="given_",
                widest="widest",
            )
        )
    )
    return Organisation.objects.filter(pk__in=members.values("municipality")).annotate(
        its_maps=ArraySubquery(its_maps)
    )


_COVERAGE: Kept[Any] = Kept(_coverage)


def started(rows: list[dict[str, Any]]) -> dict[str, int]:
    """What stands in the heads of the columns: how many municipalities have what."""
    return {
        "with_map": sum(bool(row["count"]) for row in rows),
        "with_version": sum(bool(row.get("published")) for row in rows),
        "all_rated": sum(row.get("rated") == AspectStatus.AGREED for row in rows),
    }
