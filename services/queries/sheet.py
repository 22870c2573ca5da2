"""The page of those who decide: what has been promised, whether it works, what is to be decided, where the parties disagree."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from collaboration.kept import Kept
from collaboration.models import User
from collaboration.models.bilingual import in_language, told
from services import policy
from services.models import Approval, ApprovalRound, Aspect, AspectNumber, AspectStatus, InterfaceMap, Rating
from services.queries.desk import called, named_after
from services.queries.maps import maps_with_progress
from services.queries.perception_gap import gap_of, marks_of

PROMISES_SHOWN, APART_SHOWN, APART, MOST = 6, 3, 2, 200
"""Of a sheet of paper: promises and disagreements, and the gap from which on parties disagree; and what is read for them."""

LONGEST = 140


def sheet_of(user: User, organisation: int) -> dict[str, Any]:
    """Everything on the page but the news: two statements."""
    maps = list(_MAPS(user=user.pk, organisation=organisation))
    aspects = [_aspect(row) for row in _ASPECTS(user=user.pk, organisation=organisation)]
    promises = [row for row in aspects if row["is_agreed"] and row["text"]]
    apart = [row for row in aspects if (row["gap"] or 0) >= APART]
    agreed = sum(on.tally.agreed for on in maps)
    return {
        "agreed": agreed,
        "of": agreed + sum(on.tally.in_progress + on.tally.missing for on in maps),
        "partners": sorted({name for on in maps for name in _others(on, organisation)}),
        "promises": sorted(promises, key=lambda row: row["gap"] is None)[:PROMISES_SHOWN],
        "not_working": sum(
            row["mean"] is not None and row["mean"] < Rating.Value.PASSABLY for row in promises
        ),
        "decisions": [decision for on in maps for decision in _decisions(on)],
        "apart": sorted(apart, key=lambda row: -row["gap"])[:APART_SHOWN],
    }


def _others(on: Any, organisation: int) -> list[str]:
    return [in_language(row, "name") for row in on.party_rows if row["organisation"] != organisation]


def _decisions(on: Any) -> list[dict[str, Any]]:
    return [
        {
            "title": on.title,
            "url": reverse("services:map_approval", args=[on.pk]),
            "by": row["by"],
            "since": datetime.datetime.fromisoformat(row["since"]),
        }
        for row in on.decisions
    ]


def _aspect(row: Any) -> dict[str, Any]:
    """An aspect with its first sentence, and what the parties have said of it in the newest round that shows it."""
    text, language = told(row, "shared")
    newest = max((said["round"] for said in row.said), default=None)
    ratings = [{**said, "name": in_language(said, "name")} for said in row.said if said["round"] == newest]
    values = [said["value"] for said in ratings]
    mean = sum(values) / len(values) if values else None
    gap = gap_of(values)
    return {
        "is_agreed": row.status == AspectStatus.AGREED,
        "name": AspectNumber(row.number).label,
        "interface": named_after(row.called),
        "url": row.get_absolute_url(),
        "text": first_sentence(text),
        "language": language,
        "ratings": ratings,
        "gap": gap,
        "mean": mean,
        "picture": marks_of(ratings),
        "verdict": _verdict(mean, gap),
    }


def _verdict(mean: float | None, gap: int | None) -> str:
    """In words; half way between two of them the worse one."""
    if mean is None:
        return _("Not rated yet")
    if gap is not None and gap >= APART:
        return _("The parties disagree")
    return str(capfirst(Rating.Value(math.ceil(mean - 0.5)).label))


def first_sentence(text: str) -> str:
    """The first sentence of a text that people wrote, as plain words; one that does not end is cut at a word."""
    line = re.sub(r"^[#>*\-\s]+|[*_`]", "", next(iter(text.strip().splitlines()), ""))
    sentence = re.match(r".+?[.!?](?=\s|$)", line)
    words = sentence[0] if sentence else line
    return words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + " …"


def _maps(user: Any, organisation: Any) -> QuerySet[InterfaceMap]:
    """The municipality's own maps, each with the round in which the organisation has not approved yet."""
    has_approved = Approval.objects.filter(round=OuterRef("pk"), organisation=organisation)
    rounds = ApprovalRound.objects.filter(
        ~Exists(has_approved), map=OuterRef("pk"), status=ApprovalRound.Status.OPEN
    )
    waits = rounds.order_by("pk").values(row=JSONObject(by="started_by__name", since="started_at"))
    return (
        maps_with_progress(policy.maps_through(user, organisation))
        .filter(status=InterfaceMap.Status.DRAFT, is_base=False)
        .annotate(decisions=ArraySubquery(waits))
        .order_by("-changed_at", "-pk")
    )


def _aspects(user: Any, organisation: Any) -> QuerySet[Aspect]:
    """What is agreed, and what has ratings that everyone sees; what has been rated comes first."""
    shown = policy.shown_ratings().filter(aspect=OuterRef("pk"))
    said = JSONObject(
        round="round__number",
        value="value",
        reason="reason",
        side="party__side",
        name_fi="party__organisation__name_fi",
        name_sv="party__organisation__name_sv",
    )
    return (
        Aspect.objects.filter(
            interface__live__isnull=False,
            interface__map__in=policy.maps_through(user, organisation),
            interface__map__status=InterfaceMap.Status.DRAFT,
            interface__map__is_base=False,
        )
        .annotate(is_rated=Exists(shown))
        .filter(Q(is_rated=True) | Q(status=AspectStatus.AGREED))
        .select_related("interface")
        .annotate(
            called=called("interface"),
            said=ArraySubquery(shown.order_by("party__lane", "party").values(row=said)),
        )
        .order_by("-is_rated", F("interface__map__changed_at").desc(), "interface", "number")[:MOST]
    )


_MAPS: Kept[Any] = Kept(_maps)
_ASPECTS: Kept[Any] = Kept(_aspects)
