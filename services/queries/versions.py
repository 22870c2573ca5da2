"""What the pages of versions show: the approval round, the versions, one of them, and what differs between two."""

from __future__ import annotations

import datetime
import re
from typing import Any
from uuid import uuid4

from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from collaboration.frozen import canonical, digest
from collaboration.marking import ADDED, REMOVED
from collaboration.models import Membership, User
from collaboration.ops.history import changes_of, in_a_sentence
from services import policy
from services.content.canonical import content_of
from services.content.comparison import CHANGED, Difference, compare, headline
from services.content.shape import Content
from services.drawing.comparison import compared
from services.models import Approval, ApprovalRound, AspectStatus, InterfaceMap, MapService, MapVersion
from services.queries.contents import drawing_of_content, readable
from services.queries.maps import map_for
from services.workflows import approvals
from services.workflows.edits import MAP

DRAFT = "draft"
NUMBER = re.compile(r"(\d{1,4})\.(\d{1,4})", re.ASCII)
MOST_APPROVERS_NAMED = 5
MOST_UNFINISHED_NAMED = 60
STOPPED = {ApprovalRound.Status.ENDED, ApprovalRound.Status.CANCELLED, ApprovalRound.Status.RETURNED}


def versions_page(user: User, map_id: int) -> dict[str, Any]:
    """The open round with who has approved and who is waited for, what is not agreed, and the published versions."""
    interface_map = map_for(user, map_id)
    prefetch_related_objects([interface_map], "parties")
    versions = list(interface_map.versions.defer("content").select_related("map"))
    rounds = list(
        interface_map.approval_rounds.select_related("started_by", "ended_by").prefetch_related(
            Prefetch("approvals", Approval.objects.select_related("approver", "organisation"))
        )[:1]
    )
    latest = rounds[0] if rounds else None
    open_round = latest if latest and latest.status == ApprovalRound.Status.OPEN else None
    unfinished = approvals.unfinished_aspects(interface_map)
    steps = approvals.steps_without_one(interface_map)[:MOST_UNFINISHED_NAMED]
    prefetch_related_objects(
        [
            aspect.interface
            for aspect in (*unfinished[:MOST_UNFINISHED_NAMED], *(step.aspect for step in steps))
        ],
        Prefetch("services", MapService.objects.select_related("service").order_by("party__lane", "pk")),
    )
    parties = _parties(user, interface_map, open_round)
    is_major = bool(open_round and open_round.is_major)
    in_force = next((row for row in versions if row.status == MapVersion.Status.PUBLISHED), None)
    return {
        "map": interface_map,
        "versions": versions,
        "in_force": in_force,
        "round": open_round,
        "ended": latest if latest and latest.status in STOPPED else None,
        "ending": _ending(interface_map, latest),
        "parties": parties,
        "without_approver": [row["organisation"].name for row in parties if not row["approvers"]],
        "unfinished": [
            {
                "aspect": aspect,
                "interface": str(aspect.interface),
                "status_name": AspectStatus(aspect.status).label,
                "url": aspect_url(interface_map, aspect),
            }
            for aspect in unfinished[:MOST_UNFINISHED_NAMED]
        ],
        "all_unfinished": unfinished,
        "unfinished_count": len(unfinished),
        "steps_without_one": [
            {
                "name": str(step),
                "interface": str(step.aspect.interface),
                "url": f"{aspect_url(interface_map, step.aspect)}#step-{step.pk}",
            }
            for step in steps
        ],
        "is_empty": not open_round
        and not unfinished
        and not steps
        and not interface_map.interfaces.filter(archived_at__isnull=True).exists(),
        "next_number": ".".join(map(str, approvals.next_number(interface_map, is_major=is_major))),
        "changed_since": bool(in_force and in_force.seq != interface_map.seq),
        "can_start": policy.can_start_round(user, interface_map),
        "can_return": open_round and policy.can_approve(user, open_round),
        "can_cancel": open_round and policy.can_cancel_round(user, open_round),
    }


def _ending(interface_map: InterfaceMap, latest: ApprovalRound | None) -> str:
    """The change that ended the round, as a sentence; empty when it was ended by something else."""
    if latest is None or latest.status != ApprovalRound.Status.ENDED:
        return ""
    change = changes_of(interface_map).filter(seq__gt=latest.seq).order_by("seq").first()
    return in_a_sentence(MAP, interface_map, change) if change else ""


def what_ended(approval_round: ApprovalRound) -> str:
    """What is told of a round that an edit has ended."""
    ending = _ending(approval_round.map, approval_round)
    return _("What ended it: %(ending)s") % {"ending": ending} if ending else ""


def aspect_url(interface_map: InterfaceMap, aspect: Any) -> str:
    """The aspect's page, without asking for its map again."""
    aspect.interface.map = interface_map
    return str(aspect.get_absolute_url())


def _parties(
    user: User, interface_map: InterfaceMap, open_round: ApprovalRound | None
) -> list[dict[str, Any]]:
    """Each required party with its approval in the open round, and with those who may approve for it."""
    organisations = approvals.required_parties(interface_map)
    given = {row.organisation_id: row for row in open_round.approvals.all()} if open_round else {}
    approvers: dict[int, list[str]] = {}
    for row in (
        Membership.objects.filter(
            organisation__in=organisations, role=Membership.Role.APPROVER, user__is_active=True
        )
        .select_related("user")
        .order_by("user__sort_key", "user")
    ):
        approvers.setdefault(row.organisation_id, []).append(row.user.name)
    has_approved = any(row.approver_id == user.pk for row in given.values())
    return [
        {
            "organisation": each,
            "approval": given.get(each.pk),
            "approvers": approvers.get(each.pk, [])[:MOST_APPROVERS_NAMED],
            "may_approve": open_round is not None
            and each.pk not in given
            and not has_approved
            and bool(policy.can_approve_for(user, each)),
        }
        for each in organisations
    ]


def version_for(user: User, map_id: int, major: int, minor: int) -> MapVersion:
    """A version, or 404 when the person may not see its map."""
    found = (
        policy.visible_versions(user)
        .select_related("map", "withdrawn_by")
        .filter(map=map_id, major=major, minor=minor)
        .first()
    )
    if found is None:
        raise Http404
    return found


def version_page(user: User, map_id: int, major: int, minor: int) -> dict[str, Any]:
    """One version, as text."""
    version = version_for(user, map_id, major, minor)
    prefetch_related_objects([version.map], "parties")
    return {
        "map": version.map,
        "version": version,
        "content": readable(version.content),
        "digest": version.digest,
        "approvals": [
            {**fact, "at": datetime.datetime.fromisoformat(fact["at"])} for fact in version.approvals
        ],
        "is_public": policy.is_public(version),
        "can_withdraw": version.status == MapVersion.Status.PUBLISHED
        and policy.can_withdraw_version(user, version),
    }


def draft_page(user: User, map_id: int) -> dict[str, Any]:
    """The map as it is now, as text: what an approver reads."""
    interface_map = map_for(user, map_id)
    content = content_of(interface_map)
    return {
        "map": interface_map,
        "version": None,
        "content": readable(content),
        "digest": digest(canonical(content)),
    }


def comparison_page(user: User, map_id: int, earlier: str, later: str) -> dict[str, Any]:
    """The same in words, on the drawing and as a table."""
    found = comparison_of(user, map_id, earlier, later)
    differences = [row["difference"] for row in found["rows"]]
    return {
        **found,
        "removed": [each for each in differences if each.kind == REMOVED],
        "picture": compared(drawing_of_content(found["after"]), marks_of(differences)),
        "take_back_url": reverse(
            "services:map_version_take_back", args=[map_id, *found["earlier"].split(".")]
        )
        if found["takes_back"]
        else "",
    }


def comparison_of(user: User, map_id: int, earlier: str, later: str) -> dict[str, Any]:
    """What differs between two versions, or a version and the draft. What is not asked for is the newest and the draft."""
    interface_map = map_for(user, map_id)
    prefetch_related_objects([interface_map], "parties")
    versions = list(interface_map.versions.defer("content").select_related("map"))
    earlier, later = earlier or (versions[0].number if versions else DRAFT), later or DRAFT
    before, after = _content(interface_map, earlier), _content(interface_map, later)
    differences = compare(before, after)
    takes_back = earlier != DRAFT and later == DRAFT and bool(policy.can_edit_map(user, interface_map))
    return {
        "map": interface_map,
        "versions": versions,
        "earlier": earlier,
        "later": later,
        "after": after,
        "takes_back": takes_back,
        "rows": [
            {"difference": each, "takes_back": takes_back and each.number > 0, "op_id": uuid4()}
            for each in differences
        ],
        "headline": headline(differences),
    }


def marks_of(differences: list[Difference]) -> dict[str, str]:
    """By key on the drawing what became of it. What is new is not marked as changed, too."""
    marks: dict[str, str] = {}
    for each in differences:
        if each.kind == ADDED or (each.kind == CHANGED and each.subject not in marks):
            marks[each.subject] = each.kind
    return marks


def _content(interface_map: InterfaceMap, which: str) -> Content:
    if which == DRAFT:
        return content_of(interface_map)
    number = NUMBER.fullmatch(which)
    version = (
        interface_map.versions.filter(major=int(number[1]), minor=int(number[2])).first() if number else None
    )
    if version is None:
        raise Http404
    content: Content = version.content
    return content
