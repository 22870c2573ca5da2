"""What pages show of a county's base map: which maps follow it, and what it says beside a municipality's own text."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from collaboration.journal import latest_change
from collaboration.kept import Parameter
from collaboration.models import User
from collaboration.words import by_name
from services import policy
from services.models import Aspect, InterfaceMap

ALIKE = 0.4
"""Texts that share less are shown as they are: marks all over would hide what they say."""

Parts = list[tuple[str, str]]


def follower_rows(user: User | Parameter) -> ArraySubquery:
    """Of a base map: the maps in use that are based on it and that the person sees, with how much each follows."""
    maps = policy.visible_maps(user).filter(base=OuterRef("pk"), status=InterfaceMap.Status.DRAFT)
    return ArraySubquery(
        maps.order_by(by_name("municipality__"), "pk").values(
            row=JSONObject(
                id="pk",
                title_fi="title_fi",
                title_sv="title_sv",
                follows="tally__follows",
                of=F("tally__interfaces") * 9,
            )
        )
    )


def beside(interface_map: InterfaceMap, aspect: Aspect) -> dict[str, Any] | None:
    """What stands beside an aspect's texts: of a base map how many follow it, of another map what its base says."""
    if interface_map.is_base:
        return {"followers": Aspect.objects.filter(base=aspect, follows_base=True).count()}
    if aspect.base is None:
        return None
    source = f"shared_{interface_map.source_language}"
    if aspect.follows_base:
        latest = latest_change(interface_map, aspect, source)
        changed = latest if latest and latest.cause and latest.cause.log_id != latest.log_id else None
        parts = differences(str(changed.from_value), str(changed.to_value)) if changed else []
        return {"follows": True, "aspect": aspect.base, "changed": changed, "parts": parts}
    names = [source, "shared_fi" if source == "shared_sv" else "shared_sv", "not_applicable_reason"]
    return {
        "follows": False,
        "aspect": aspect.base,
        "texts": [
            {"name": name, "language": name[-2:], "parts": differences(own, theirs)}
            for name in names
            if (own := getattr(aspect, name)) != (theirs := getattr(aspect.base, name))
        ],
    }


def differences(before: str, after: str) -> Parts:
    """The later text word by word: what is the same, what was removed from the earlier one and what was added to it."""
    old, new = _words(before), _words(after)
    matcher = SequenceMatcher(None, old, new)
    if not before or not after or matcher.ratio() < ALIKE:
        return [("same", after)] if after else []
    parts: Parts = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            parts.append(("same", "".join(new[j1:j2])))
            continue
        if i1 < i2:
            parts.append(("removed", "".join(old[i1:i2])))
        if j1 < j2:
            parts.append(("added", "".join(new[j1:j2])))
    return parts


def _words(text: str) -> list[str]:
    return re.findall(r"\S+\s*", text)
