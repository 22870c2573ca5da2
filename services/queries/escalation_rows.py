"""Escalations as the API tells them: the same rows and rules as the pages."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from collaboration.keyset import Merged
from collaboration.models import User
from collaboration.queries.forum_rows import shown_steps
from services.models import Escalation, EscalationReporter
from services.policy import escalations as policy
from services.queries import escalations as queries
from services.queries.desk import called
from services.queries.escalation_page import escalation_page
from services.queries.escalation_places import MOST_SIMILAR, similar_ones
from services.workflows.escalation_days import LEVELS

Row = dict[str, Any]
Rows = QuerySet[Any, Any]

COLUMNS = (
    "id",
    "map",
    "interface",
    "aspect",
    "title",
    "effect",
    "frequency",
    "urgency",
    "level",
    "level_at",
    "status",
    "status_at",
    "filed_at",
    "is_stuck",
    "waiting_for",
    "forum",
    "closed_at",
    "merged_into",
)


def escalation_rows(user: User, wanted: Row) -> Rows:
    """The escalations that the person sees and the filters leave, to be paged: two statements, and one in `completed`."""
    ways = queries.wanted_ways(user, wanted)
    return cast(Rows, Merged(ways, told_of(policy.visible_escalations(user))))


def told_of(rows: QuerySet[Escalation]) -> Rows:
    """What a row of a list says, before `completed`."""
    reporters = EscalationReporter.objects.filter(escalation=OuterRef("pk")).order_by().values("escalation")
    told: Rows = rows.values(
        *COLUMNS,
        "asks_reporters",
        "due_at",
        aspect_number=F("aspect__number"),
        people=Subquery(reporters.annotate(n=Count("pk")).values("n")),
        met=called("interface"),
    )
    return told


def completed(rows: list[Row]) -> None:
    """Beside each row its number, its place in words and who has it in hand: one statement."""
    owners = queries.owners_by_row([row["id"] for row in rows])
    for row in rows:
        whole = Escalation(
            pk=row["id"],
            status=row["status"],
            asks_reporters=row.pop("asks_reporters"),
            filed_at=row["filed_at"],
            due_at=row["due_at"],
        )
        row |= {
            "number": whole.number,
            "place": queries.place_named(row.pop("met"), row["aspect_number"]),
            "due_at": row["due_at"] if whole.is_running else None,
            "is_late": whole.is_late,
            "people": row["people"] or 0,
            "owners": [_owner(owner) for owner in owners.get(row["id"], ())],
        }


def _owner(owner: Any) -> Row:
    return {
        "organisation": owner.party.organisation_id,
        "side": owner.party.side,
        "user": owner.user_id,
        "name": owner.user and owner.user.name,
        "is_fallback": owner.is_fallback,
        "stands_in": owner.stands_in
        and {
            "user": owner.stands_in.person,
            "name": owner.stands_in.name,
            "until": owner.stands_in.until,
        },
    }


TOLD = ("text", "asks_reporters", "round", "reminders", "proposal", "repair", "repair_reason", "reopened")


def whole_escalation(user: User, pk: int) -> Row:
    """One escalation as this person may know it, with the steps that they may take now. Raises Http404."""
    page = escalation_page(user, pk)
    row = page["escalation"]
    own = policy.own_report(user, row)
    return {
        **{name: getattr(row, name) for name in COLUMNS if not Escalation._meta.get_field(name).is_relation},
        **{
            name: getattr(row, f"{name}_id")
            for name in ("map", "interface", "aspect", "forum", "merged_into")
        },
        **{name: getattr(row, name) for name in TOLD},
        "number": row.number,
        "aspect_number": row.aspect and row.aspect.number,
        "place": row.place,
        "due_at": row.due_at if row.is_running else None,
        "is_late": row.is_late,
        "people": row.people or 0,
        "owners": [_owner(owner) for owner in policy.owners_of(row)],
        "proposed_by": row.proposed_by and row.proposed_by.name,
        "action": row.action_id,
        "matter": row.matter_id,
        "change": row.change_id,
        "reporters": [_reporter(each) for each in page["reporters"]],
        "words": [
            {
                "name": each["name"],
                "organisation": each["organisation"],
                "is_reporter": not each["side"],
                "by": each["by"],
                "at": each["at"],
                "has_lapsed": each["has_lapsed"],
            }
            for each in page["words"]
        ],
        "ladder": [
            {
                **{name: rung[name] for name in ("level", "is_here", "is_past", "since", "days")},
                "owners": [_owner(owner) for owner in rung["owners"]],
            }
            for rung in page["ladder"]
        ],
        "why": _why(page["why"]) if row.is_running else None,
        "pauses": [
            {name: pause[name] for name in ("waiting_for", "why", "by", "since", "until", "ended_at")}
            for pause in page["pauses"]
        ],
        "matters": [
            {name: each[name] for name in ("id", "forum", "forum_name", "status")} for each in page["matters"]
        ],
        "timeline": [
            {"at": each["at"], "by": each["by"], "what": str(each["what"]), "why": each["why"]}
            for each in page["events"]
        ],
        "is_own": own is not None,
        "steps": shown_steps(page["offers"]),
    }


def _reporter(each: Row) -> Row:
    """Without the name and the number of a person whose name the caller may not read."""
    report = each["row"]
    return {
        "user": report.user_id if each["name"] else None,
        "name": each["name"] or None,
        "organisation": report.organisation_id,
        "is_first": report.is_first,
        "at": report.at,
        "text": report.text,
        "word": report.word,
        "word_at": report.word_at,
    }


def _why(why: Row) -> Row:
    return {
        "days": why["days"],
        "since": why["since"],
        "comes_from": why["from"],
        "county": why["county"],
        "told": why["source"],
        "is_shortened": why["is_shortened"],
        "skipped": [{"day": day, "name": str(name)} for day, name in why["skipped"]],
    }


def similar_rows(user: User, on: Any, interface: Any, number: int | None, text: str) -> list[Row]:
    """Open reports that may be of the same as the draft: two statements."""
    rows = told_of(policy.visible_escalations(user))
    found: list[Row] = [
        {name: value for name, value in row.items() if name != "alike"}
        for row in similar_ones(rows, user, on, interface, number, text)[:MOST_SIMILAR]
    ]
    completed(found)
    return found


def rule_told(page: Row) -> Row:
    """The days of a county, of its `rule_page`."""
    return {
        "organisation": page["county"].pk,
        **page["initial"],
        "is_own": page["rule"] is not None,
        "history": [
            {
                **dict(zip(LEVELS, rule.days, strict=True)),
                "made_by": rule.made_by.name,
                "made_at": rule.made_at,
                "reason": rule.reason,
            }
            for rule in page["earlier"]
        ],
        "can_change": bool(page["may_keep"]),
    }
