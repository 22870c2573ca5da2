"""What the page of one escalation shows, and the API tells: the ladder, the words, the timeline, the steps."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, Exists, JSONField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.http import Http404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.models import Comment, Level, Matter, User
from collaboration.models.bilingual import in_language
from collaboration.queries.happened import events_of, told
from collaboration.working_days import days_off_between
from services.models import (
    Escalation,
    EscalationPause,
    EscalationReporter,
    EscalationWord,
    MapParty,
    Party,
)
from services.policy import escalations as policy
from services.queries.escalations import due_told, place_of, visible_rows
from services.verbs import TOLD_OF_ESCALATIONS
from services.workflows.escalation_climbs import REACHES_POLITICS
from services.workflows.escalation_days import OWN, PATH
from services.workflows.escalations import escalation_workflow

Row = dict[str, Any]
Status = Escalation.Status
JSON = ArrayField(JSONField())

SAID = {
    **TOLD_OF_ESCALATIONS,
    "escalation.joined_by_merging": gettext_lazy("Another report was merged into this one"),
    "escalation.days_changed": gettext_lazy("The county’s new days were applied"),
}
FIRST = {
    Status.FILED: ("take",),
    Status.TRIAGED: ("take",),
    Status.IN_PROGRESS: ("propose",),
    Status.WAITING: ("reply", "go_on"),
    Status.PROPOSED: ("works", "reporter_works"),
}
"""The step that a page offers first, if the person may take it."""


def escalation_page(user: User, pk: int) -> Row:
    """One escalation: what was reported, where it is on the ladder and why its day is that, who has said that it works.

    Raises Http404 for one that the person may not see. Ten statements at most, however much has happened to it.
    """
    row = _row(user, pk)
    owners = policy.with_deputies(policy.with_people(row.owners.all()))
    row._owners = [owner for owner in owners if owner.ended_at is None]
    parties = _parties(row)
    row._parties = [party for party in parties if party.is_on]
    reporters = [
        {
            "row": report,
            "name": report.user.name if policy.reads_name(user, report) else "",
            "organisation": report.organisation.full_name,
        }
        for report in policy.reporters_of(row)
    ]
    offers = _offers(row, user)
    wanted = FIRST.get(Status(row.status), ())
    return {
        "escalation": row,
        "reporters": reporters,
        "words": _words(row, reporters),
        "ladder": _ladder(row, owners),
        "events": [told(event, SAID) for event in events_of(row, SAID)],
        "pauses": [_pause(each) for each in row.stood_still],
        "why": _why(row, parties),
        "offers": list(offers.values()),
        "first": next((offers[name] for name in wanted if name in offers), None),
        "matters": [_matter(each) for each in row.handled],
    }


def _row(user: User, pk: int) -> Any:
    """The row with its pauses and its matters beside it."""
    pauses = EscalationPause.objects.filter(escalation=OuterRef("pk")).order_by("pk")
    names = ("waiting_for", "why", "since", "until", "ended_at")
    of = ContentType.objects.get_for_model(Escalation)
    matters = Matter.objects.filter(subject_type=of, subject_id=OuterRef("pk")).order_by("pk")
    forum = {name: f"forum__{name}" for name in ("name_fi", "name_sv")}
    said = Comment.objects.filter(subject_type=of, subject_id=OuterRef("pk"), removed_at=None).order_by()
    rows: Any = visible_rows(user).annotate(
        reaches_politics=REACHES_POLITICS,
        said=Coalesce(Subquery(said.values("subject_id").annotate(n=Count("pk")).values("n")), 0),
        stood_still=ArraySubquery(
            pauses.values(row=JSONObject(by="by__name", **{name: name for name in names})), output_field=JSON
        ),
        handled=ArraySubquery(
            matters.values(row=JSONObject(pk="pk", forum="forum", status="status", **forum)),
            output_field=JSON,
        ),
    )
    beside = ("interface", "change", "action", "matter__forum", "merged_into", "proposed_by")
    row = rows.select_related(*beside).filter(pk=pk).first()
    if row is None:
        raise Http404
    if row.aspect is not None:
        row.aspect.interface = row.interface
    row.place = place_of(row)
    row.due_told = due_told(row)
    return row


def _parties(row: Escalation) -> list[Any]:
    """All parties of the map: whether it is theirs, and what they have said of the present solution."""
    words = EscalationWord.objects.filter(escalation=row.pk, round=row.round, party=OuterRef("pk"))
    is_on = (
        Exists(Party.objects.filter(interface=row.interface_id, map_party=OuterRef("pk")))
        if row.interface_id
        else Q(pk__isnull=False)
    )
    parties = MapParty.objects.filter(map=row.map_id, archived_at__isnull=True).annotate(
        is_on=is_on,
        word_by=Subquery(words.values("by__name")[:1]),
        word_at=Subquery(words.values("at")[:1]),
    )
    return list(parties.select_related("organisation__parent").order_by("lane", "pk"))


def _offers(row: Any, user: User) -> dict[str, Any]:
    """The steps that the person may take, without the words that have been said."""
    offers = {offer.transition.name: offer for offer in escalation_workflow.offered(row, user)}
    own = policy.own_report(user, row)
    if all(party.word_at is not None for party in policy.speaks_for(user, row)):  # type: ignore[attr-defined]
        offers.pop("works", None)
    if own is not None and own.word:
        offers.pop("reporter_works", None)
    return offers


def _words(row: Any, reporters: list[Row]) -> list[Row]:
    """Who has said that it works: every party and every reporter."""
    parties = [
        {
            "name": party.organisation.full_name,
            "side": party.side,
            "organisation": party.organisation_id,
            "by": party.word_by or "",
            "at": party.word_at,
            "has_lapsed": False,
        }
        for party in row._parties
    ]
    told_by = [
        {
            "name": report["name"]
            or _("Somebody of %(organisation)s") % {"organisation": report["organisation"]},
            "side": "",
            "organisation": report["row"].organisation_id,
            "by": "",
            "at": report["row"].word_at,
            "has_lapsed": report["row"].word == EscalationReporter.Word.LAPSED,
        }
        for report in reporters
    ]
    return [*parties, *told_by]


def _ladder(row: Any, owners: list[Any]) -> list[Row]:
    """The four levels: who had it there or has it, since when and until when."""
    rungs: list[Row] = []
    here = Level(row.level).rank
    for level in Level:
        there = [owner for owner in owners if owner.level == level]
        newest = max((owner.since for owner in there), default=None)
        present = [owner for owner in there if owner.ended_at is None]
        rungs.append(
            {
                "level": level.value,
                "name": str(capfirst(level.label)),
                "rank": level.rank,
                "is_here": level.rank == here and row.is_open,
                "is_past": level.rank < here or (level.rank == here and not row.is_open),
                "owners": present or [owner for owner in there if owner.since == newest],
                "since": newest,
                "days": row.days["days"][level.value],
            }
        )
    return rungs


def _why(row: Escalation, parties: list[MapParty]) -> Row:
    """Why its deadline is on the day that it is."""
    source = row.days["sources"][row.level]
    counties = sorted(
        (party.pk, party.organisation_id) for party in parties if party.side == MapParty.Side.COUNTY
    )
    return {
        "days": row.days["days"][row.level],
        "since": row.level_at,
        "county": counties[0][1] if counties else None,
        "from": source,
        "source": {
            PATH: _("The parties wrote this number of days on the interface’s own path."),
            OWN: _("The county has set no days of its own, so these are the portal’s."),
        }.get(source, _("This is the county’s rule.")),
        "skipped": days_off_between(row.level_at, row.due_at),
        "is_shortened": row.urgency != Escalation.Urgency.NORMAL,
    }


def _pause(row: Row) -> Row:
    moments = {
        name: row[name] and datetime.datetime.fromisoformat(row[name])
        for name in ("since", "until", "ended_at")
    }
    return {**row, **moments, "for_whom": str(Escalation.WaitingFor(row["waiting_for"]).label)}


def _matter(row: Row) -> Row:
    return {
        "id": row["pk"],
        "url": reverse("collaboration:matter", args=[row["pk"]]),
        "forum": row["forum"],
        "forum_name": in_language(row, "name"),
        "status": row["status"],
        "status_name": str(Matter.Status(row["status"]).label),
    }
