"""A content as pages show it: as text, and as a drawing in the shape of `maps.drawing_of`."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.text import capfirst

from collaboration.models.bilingual import texts_of
from services.content.comparison import date_of, interface_name, named
from services.content.rows import duties_of, flags_of, in_words, purposes_of, totals_of
from services.content.shape import LEANS_ON, SERVES, Content
from services.drawing import lettering
from services.drawing.geometry import draw
from services.drawing.shapes import Lane
from services.models import QUESTIONS, AspectNumber, AspectStatus, MapParty, TargetGroup
from services.queries.channels import channels_of, path_of
from services.queries.maps import CUSTOMERS, WORST_FIRST, interface_label


def drawing_of_content(content: Content) -> dict[str, Any]:
    """The content's geometry. Places that people chose are no part of a content, so the layout chooses all of them."""
    parties, services = content["parties"], content["services"]
    picture = draw(
        [
            Lane(
                party["id"],
                party["side"] == MapParty.Side.MUNICIPALITY,
                tuple((row["id"], None) for row in services if row["party"] == party["id"]),
            )
            for party in parties
        ],
        {row["id"]: row["services"] for row in content["interfaces"]},
    )
    names = {party["id"]: named(party["organisation"]) for party in parties}
    customer = str(CUSTOMERS[content["target_group"]])
    rows = _cards(services, picture, names)
    count = Counter(row["party"] for row in rows)
    return {
        "id": content["map"],
        "title": named(content, "title"),
        "customer": customer,
        "customer_lines": lettering.customer(customer),
        "crowded": picture.crowded,
        "radius": picture.radius,
        "width": picture.width,
        "height": picture.height,
        "seam": picture.seam,
        "customer_at": picture.customer,
        "parties": [
            {
                "id": party["id"],
                "name": names[party["id"]],
                "side": party["side"],
                "side_name": named(party["organisation"], "unit_of")
                or str(capfirst(MapParty.Side(party["side"]).label)),
                "name_lines": lettering.lane(
                    names[party["id"]], picture.lanes[party["id"]][2], crowded=picture.crowded
                ),
                **dict(zip(("x", "y", "width", "height"), picture.lanes[party["id"]], strict=True)),
                "count": count[party["id"]],
            }
            for party in parties
        ],
        "services": rows,
        "interfaces": [_ring(content, row, picture) for row in content["interfaces"]],
    }


def _cards(services: list[Content], picture: Any, names: dict[int, str]) -> list[dict[str, Any]]:
    """The services from left to right, those above first."""
    rows, nth = [], Counter[int]()
    for row in sorted(services, key=lambda each: picture.services[each["id"]][::-1]):
        nth[row["party"]] += 1
        x, y = picture.services[row["id"]]
        name, service_class = named(row), _class_of(row)
        name_lines, facts_lines = lettering.card(name, service_class, crowded=picture.crowded)
        rows.append(
            {
                "id": row["id"],
                "name": name,
                "party": row["party"],
                "organiser": names[row["party"]],
                "class": service_class,
                "name_lines": name_lines,
                "facts_lines": facts_lines,
                "nth": nth[row["party"]],
                "x": x,
                "y": y,
            }
        )
    return rows


def _ring(content: Content, row: Content, picture: Any) -> dict[str, Any]:
    statuses = [aspect["status"] for aspect in row["aspects"]]
    tally, name = Counter(statuses), interface_name(content, row)
    x, y = picture.interfaces[row["id"]]
    return {
        "id": row["id"],
        "name": name,
        "services": row["services"],
        "lines": [picture.lines[row["id"]][key] for key in row["services"]],
        "statuses": statuses,
        "inherited": [False] * len(statuses),
        "worst": next((status for status in WORST_FIRST if tally[status]), AspectStatus.MISSING),
        "agreed": tally[AspectStatus.AGREED],
        "of": len(statuses) - tally[AspectStatus.NOT_APPLICABLE],
        "label": interface_label(name, statuses),
        "x": x,
        "y": y,
    }


def readable(content: Content) -> dict[str, Any]:
    """The content for a page: names and texts in the reader's language, and beside them what the other language says."""
    names = {row["id"]: named(row["organisation"]) for row in content["parties"]}
    services = {row["id"]: named(row) for row in content["services"]}
    return {
        "title": named(content, "title"),
        "municipality": named(content["municipality"]),
        "target_group": TargetGroup(content["target_group"]).label,
        "parties": [
            {
                "name": names[party["id"]],
                "side": party["side"],
                "services": [
                    {
                        "id": row["id"],
                        "name": services[row["id"]],
                        "class": _class_of(row),
                        "purposes": _purposes(row),
                        "duties": duties_of(row),
                        "where": _texts(row, "where"),
                        "how": _texts(row, "how"),
                        "channels": channels_of(row),
                        "path": [
                            {**step, "url": f"#service-{step['service']}" if step["service"] else ""}
                            for step in path_of(row, services)
                        ],
                    }
                    for row in content["services"]
                    if row["party"] == party["id"]
                ],
            }
            for party in content["parties"]
        ],
        "interfaces": [
            {
                "id": row["id"],
                "name": interface_name(content, row),
                "parties": [names[key] for key in row["parties"]],
                "purposes": _purposes(row),
                "aspects": [
                    _aspect(aspect, names, {key: names[key] for key in row["parties"]})
                    for aspect in row["aspects"]
                ],
            }
            for row in content["interfaces"]
        ],
    }


def _aspect(row: Content, names: dict[int, str], asked: dict[int, str]) -> dict[str, Any]:
    return {
        "number": row["number"],
        "name": AspectNumber(row["number"]).label,
        "question": QUESTIONS[row["number"]],
        "status": row["status"],
        "status_name": AspectStatus(row["status"]).label,
        "shared": _texts(row, "shared"),
        "reason": row["not_applicable_reason"],
        "review_on": row["review_on"],
        "confirmations": [
            {"party": names[each["party"]], "on": date_of(each["at"])} for each in row["confirmations"]
        ],
        "evidence": row["evidence"],
        "rows": [in_words(each, names) for each in row["rows"]],
        "flags": flags_of(row, asked),
        "totals": totals_of((each for each in row["rows"] if each["kind"] == "resource"), names),
    }


def _purposes(row: Content) -> list[tuple[str, str]]:
    """What it serves and what it leans on, with their labels, if it names any."""
    said = ((SERVES, purposes_of(row, "outcomes")), (LEANS_ON, purposes_of(row, "enablers")))
    return [(str(label), words) for label, words in said if words]


def _texts(row: Content, field: str) -> list[dict[str, Any]]:
    """The texts that are there, the reader's language first, and whether each is a translation older than its source."""
    old = row.get(f"{field}_old")
    return [
        {"language": language, "text": text, "is_old": language == old}
        for text, language in texts_of(row, field)
    ]


def _class_of(service: Content) -> str:
    """The service's class, unless it is called what the service is."""
    service_class = named(service["class"])
    return "" if service_class == named(service) else service_class
