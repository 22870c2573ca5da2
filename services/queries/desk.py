"""What waits for a person in the maps: one statement, whatever it is."""

from __future__ import annotations

import datetime
from collections import namedtuple
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collaboration.desk import Kind, Waiting
from collaboration.kept import Kept, Parameter
from collaboration.models import User
from collaboration.models.bilingual import in_language
from collaboration.policy import grants_of
from services import policy
from services.models import (
    Approval,
    ApprovalRound,
    AskedRating,
    Aspect,
    AspectAnswer,
    AspectNumber,
    Confirmation,
    Interface,
    InterfaceMap,
    MapParty,
    MapService,
    Party,
    Rating,
    RatingRound,
    agreed_text,
    confirmation_state,
)

REVIEW_SOON = datetime.timedelta(days=30)
MOST, MOST_PARTIES, MOST_ANSWERED_FOR = 100, 1_000, 6
"""Rows of one kind: nobody reads more, and the walk through all texts leads on."""

DRAFT = InterfaceMap.Status.DRAFT

CONFIRM = Kind("confirmations", gettext_lazy("Confirm"), "M3.5 2.5h13v15h-13zM7 10.2l2.2 2.2L13.3 8")
RATE = Kind("ratings", gettext_lazy("Rate"), "M3.5 16.5v-5M8 16.5v-9M12.5 16.5v-6.5M17 16.5v-12")
APPROVE = Kind(
    "approvals", gettext_lazy("Read and approve"), "M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5M8 13l1.5 1.5 3-3.5"
)
REVIEW = Kind("reviews", gettext_lazy("Review"), "M10 3a7 7 0 1 0 0 14 7 7 0 1 0 0-14M10 6v4.3l2.8 1.7")

RESPONSIBLE = "responsible"
"""Rows that wait for nothing: what the person answers for."""

NAMES = ArrayField(models.JSONField())


def called(interface: str) -> ArraySubquery:
    """The names of the services that meet, which an interface is called after: see `named_after`."""
    places = MapService.objects.filter(interfaces=OuterRef(interface)).order_by("party__lane", "pk")
    return ArraySubquery(
        places.values(row=JSONObject(name_fi="service__name_fi", name_sv="service__name_sv")),
        output_field=NAMES,
    )


def named_after(services: Iterable[dict[str, Any]]) -> str:
    """As `Interface` itself is called."""
    return " – ".join(in_language(service, "name") for service in services)


def waiting(user: User) -> Iterator[Waiting]:
    """What waits for the person in the maps. Whoever acts for several organisations is told for which."""
    rows = [row for row in rows_of(user) if row.kind != RESPONSIBLE]
    acts_for_several = len(granted(user, "rate")) > 1
    for row in rows:
        if row.kind == "approvals":
            asked = {"by": row.by, "at": date_format(timezone.localtime(row.since), "SHORT_DATE_FORMAT")}
            yield Waiting(
                APPROVE,
                _("%(map)s waits for your approval") % {"map": in_language(row._asdict(), "title")},
                reverse("services:map_approval", args=[row.map]),
                _("asked by %(by)s, %(at)s") % asked,
                since=row.since,
                document=f"map-{row.map}",
            )
        elif row.kind == "ratings":
            left = ngettext(
                "%(count)s aspect has not been rated", "%(count)s aspects have not been rated", row.number
            )
            yield Waiting(
                RATE,
                left % {"count": row.number},
                reverse("services:map_ratings", args=[row.map]),
                _of(row, is_named=acts_for_several),
                since=row.since,
                document=f"map-{row.map}",
            )
        elif row.kind == "reviews":
            yield Waiting(
                REVIEW,
                f"{row.name}, {_aspect(row.number)}",
                reverse("services:aspect_detail", args=[row.map, row.interface, row.number]),
                in_language(row._asdict(), "title"),
                due=row.due,
                due_is=_("review date"),
                document=f"map-{row.map}",
            )
    texts = [row for row in rows if row.kind == "confirmations"]
    for (_map, _party), on_map in groupby(texts, key=lambda row: (row.map, row.party_fi)):
        yield _confirmations(list(on_map), is_named=acts_for_several)


def _confirmations(rows: list[Any], *, is_named: bool) -> Waiting:
    """All texts of a map that wait for a party, gone through one after the other."""
    count = sum(row.number for row in rows)
    what = ngettext(
        "%(count)s text waits for your confirmation", "%(count)s texts wait for your confirmation", count
    )
    where = ", ".join(f"{row.name} {row.number}" for row in rows)
    url = f"{reverse('services:confirm_texts')}?map={rows[0].map}"
    return Waiting(
        CONFIRM,
        what % {"count": count},
        url,
        f"{_of(rows[0], is_named=is_named)} · {where}",
        since=rows[0].since,
        document=f"map-{rows[0].map}",
    )


def _of(row: Any, *, is_named: bool) -> str:
    """The map, and on whose behalf one acts there."""
    told = row._asdict()
    names = ("title", "party") if is_named else ("title",)
    return " · ".join(in_language(told, name) for name in names)


def _aspect(number: int) -> str:
    return f"{number} {AspectNumber(number).label}"


def responsible(user: User) -> list[dict[str, str]]:
    """The aspects of which the person is named responsible."""
    return [
        {
            "title": f"{row.name}, {_aspect(row.number)}",
            "url": reverse("services:aspect_detail", args=[row.map, row.interface, row.number]),
            "map": in_language(row._asdict(), "title"),
        }
        for row in rows_of(user)
        if row.kind == RESPONSIBLE
    ]


def rows_of(user: Any) -> list[Any]:
    """What concerns the person in the maps, by kind: one statement, asked once a request."""
    if not hasattr(user, "_concerned"):
        wished = {grant: granted(user, grant) for grant in ("confirm", "approve", "rate", "edit")}
        rows = _CONCERNED(user=user.pk, **wished, until=timezone.localdate() + REVIEW_SOON)
        user._concerned = [
            Row._make((*told, named_after(met or ())))
            for *told, met in rows
            if told[KIND] != CONFIRM.name or told[NUMBER]
        ]
    concerned: list[Any] = user._concerned
    return concerned


def granted(user: User, grant: str) -> list[int]:
    """The organisations for which the person may do it."""
    return [organisation for organisation, granted in grants_of(user).items() if grant in granted]


def approvals_waiting(user: Parameter, organisations: Parameter) -> QuerySet[ApprovalRound]:
    """Open rounds that wait for a party whose approver the person is, and in which they have not approved yet."""
    parties = MapParty.objects.filter(
        map=OuterRef("map"), archived_at__isnull=True, organisation__any=organisations
    ).exclude(organisation__in=Approval.objects.filter(round=OuterRef(OuterRef("pk"))).values("organisation"))
    return (
        ApprovalRound.objects.filter(Exists(parties), status=ApprovalRound.Status.OPEN)
        .exclude(Exists(Approval.objects.filter(round=OuterRef("pk"), approver=user)))
        .order_by("started_at")
    )


def ratings_waiting(organisations: Parameter) -> QuerySet[Any]:
    """The parties for which the person may rate, with `waits`: how much they have not rated in the map's open round."""
    given = Rating.objects.filter(round=OuterRef("round"), aspect=OuterRef("aspect"), party=OuterRef("party"))
    left = (
        AskedRating.objects.filter(
            ~Exists(given),
            party=OuterRef("pk"),
            round__status=RatingRound.Status.OPEN,
            aspect__not_applicable_reason="",
            aspect__interface__live__isnull=False,
        )
        .order_by()
        .values("party")
        .annotate(n=Count("pk"))
    )
    opened = RatingRound.objects.filter(map=OuterRef("map"), status=RatingRound.Status.OPEN)
    return (
        MapParty.objects.filter(
            organisation__any=organisations,
            map__status=DRAFT,
            map__head__is_being_rated=True,
            archived_at__isnull=True,
        )
        .annotate(waits=Subquery(left.values("n")), opened_at=Subquery(opened.values("opened_at")))
        .filter(waits__gt=0)
        .order_by("opened_at", "pk")
    )


def to_confirm(organisations: Parameter) -> QuerySet[Any]:
    """Shared answers that an organisation is asked to confirm, with the `state` of its confirmation."""
    asked: QuerySet[Any] = (
        AspectAnswer.objects.filter(
            party__map_party__organisation__any=organisations,
            party__map_party__archived_at__isnull=True,
            aspect__interface__live__isnull=False,
            aspect__interface__map__status=DRAFT,
            aspect__interface__map__is_base=False,
            aspect__not_applicable_reason="",
        )
        .alias(agreed=agreed_text("aspect__"))
        .annotate(state=confirmation_state("", "aspect__"))
        .exclude(agreed="")
    )
    return asked.select_related("aspect__interface__map", "party__map_party__organisation")


def parties_to_confirm(organisations: Parameter) -> QuerySet[Any]:
    """The parties of interfaces for which the person may confirm, with `waits`: how many texts they have not confirmed.

    Those with none are left out by who reads it: in a condition PostgreSQL would count them twice.
    """
    left: QuerySet[Any] = (
        AspectAnswer.objects.filter(party=OuterRef("pk"), aspect__not_applicable_reason="")
        .alias(agreed=agreed_text("aspect__"), state=confirmation_state("", "aspect__"))
        .exclude(agreed="")
        .exclude(state=Confirmation.State.GIVEN)
        .order_by()
        .values("party")
        .annotate(n=Count("pk"))
    )
    return (
        Party.objects.filter(
            map_party__organisation__any=organisations,
            map_party__archived_at__isnull=True,
            interface__live__isnull=False,
            interface__map__status=DRAFT,
            interface__map__is_base=False,
        )
        .annotate(waits=Subquery(left.values("n")))
        .order_by("interface__map", "map_party", "interface")
    )


def reviews_soon(user: Parameter, organisations: Parameter, until: Parameter) -> QuerySet[Aspect]:
    """Aspects whose review date has come or comes until then, of whoever may set another or is named responsible."""
    own = Interface.parties.through._default_manager.filter(
        interface=OuterRef("interface"), map_party__organisation__any=organisations
    )
    named = Aspect.responsible.through._default_manager.filter(aspect=OuterRef("pk"), user=user)
    return _live_aspects(user).filter(Exists(own) | Exists(named), review_on__lte=until)


def _live_aspects(user: Parameter) -> QuerySet[Aspect]:
    """Also whoever is named responsible sees only the maps that they may read."""
    return policy.visible_aspects(user).filter(
        interface__live__isnull=False, interface__map__status=DRAFT, interface__map__is_base=False
    )


Row = namedtuple("Row", "kind map title_fi title_sv party_fi party_sv interface number since due by name")
COLUMNS = (*Row._fields[:-1], "met")
KIND, NUMBER = (COLUMNS.index(name) for name in ("kind", "number"))
NOTHING: dict[str, Any] = {
    "party_fi": Value(""),
    "party_sv": Value(""),
    "interface": Cast(Value(None), models.BigIntegerField()),
    "number": Cast(Value(None), models.IntegerField()),
    "since": Cast(Value(None), models.DateTimeField()),
    "due": Cast(Value(None), models.DateField()),
    "by": Value(""),
    "met": Cast(Value(None), NAMES),
}


def _told(kind: str, rows: Any, on: str, columns: dict[str, Any], most: int = MOST) -> Any:
    """The rows as a `Row` tells them; `on` leads to their map."""
    of_map = {"map": F(f"{on}_id"), "title_fi": F(f"{on}__title_fi"), "title_sv": F(f"{on}__title_sv")}
    told = {"kind": Value(kind), **of_map, **NOTHING, **columns}
    return rows.annotate(**{f"{name}_": told[name] for name in COLUMNS}).values_list(
        *(f"{name}_" for name in COLUMNS)
    )[:most]


def _party(path: str) -> dict[str, Any]:
    return {f"party_{language}": F(f"{path}organisation__name_{language}") for language in ("fi", "sv")}


def _all(user: Any, confirm: Any, approve: Any, rate: Any, edit: Any, until: Any) -> QuerySet[Any]:
    of_interface = {"interface": F("interface_id"), "met": called("interface")}
    of_aspect = {"number": F("number"), **of_interface}
    of_party = {
        **of_interface,
        "number": F("waits"),
        "since": F("interface__map__changed_at"),
        **_party("map_party__"),
    }
    of_round = {"since": F("started_at"), "by": F("started_by__name")}
    of_ratings = {"number": F("waits"), "since": F("opened_at"), **_party("")}
    reviews = reviews_soon(user, edit, until).order_by("review_on", "pk")
    named = _live_aspects(user).filter(responsible=user).order_by("interface__map", "interface", "number")
    found: QuerySet[Any] = _told(
        CONFIRM.name, parties_to_confirm(confirm), "interface__map", of_party, most=MOST_PARTIES
    ).union(
        _told(APPROVE.name, approvals_waiting(user, approve), "map", of_round),
        _told(RATE.name, ratings_waiting(rate), "map", of_ratings),
        _told(REVIEW.name, reviews, "interface__map", {"due": F("review_on"), **of_aspect}),
        _told(RESPONSIBLE, named, "interface__map", of_aspect, most=MOST_ANSWERED_FOR),
        all=True,
    )
    return found


_CONCERNED: Kept[Any] = Kept(_all)
