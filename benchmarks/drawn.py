"""Maps that no database has, as the server tells them to the drawing: for benchmarks and journeys."""

from collections.abc import Sequence
from typing import Any

from services.drawing import lettering
from services.drawing.geometry import draw
from services.drawing.shapes import Lane, Meetings

STATUSES = ["agreed"] * 4 + ["in_progress"] * 3 + ["missing"] * 2


def data_of(lanes: Sequence[Lane], meetings: Meetings) -> dict[str, Any]:
    """What the server tells of a map whose services and answers are all alike."""
    picture = draw(lanes, meetings)
    parties = {service: lane.party for lane in lanes for service, _place in lane.services}
    rows = []
    for service, (x, y) in picture.services.items():
        names, facts = lettering.card(
            f"Mittauspalvelu {service}", "Nuorten palvelut", crowded=picture.crowded
        )
        rows.append(
            {
                "id": service,
                "name": f"Mittauspalvelu {service}",
                "party": parties[service],
                "organiser": "Porvoo",
                "class": "Nuorten palvelut",
                "name_lines": names,
                "facts_lines": facts,
                "nth": 1,
                "place": None,
                "x": x,
                "y": y,
                "url": f"/kartat/1/palvelut/{service}/",
            }
        )
    return {
        "id": 1,
        "title": "Mittaus",
        "seq": 1,
        "can_edit": True,
        "customer": "Asukas",
        "customer_lines": ["Asukas"],
        "crowded": picture.crowded,
        "radius": picture.radius,
        "width": picture.width,
        "height": picture.height,
        "seam": picture.seam,
        "customer_at": picture.customer,
        "tally": {status: len(meetings) * STATUSES.count(status) for status in STATUSES},
        "hidden": None,
        "parties": [
            {
                "id": lane.party,
                "organisation": lane.party,
                "name": "Porvoo",
                "side": "municipality" if lane.is_above else "county" if lane.party == 2 else "other",
                "side_name": "Kunta",
                "name_lines": ["Porvoo"],
                **dict(zip(("x", "y", "width", "height"), picture.lanes[lane.party], strict=True)),
                "count": len(lane.services),
            }
            for lane in lanes
        ],
        "services": rows,
        "interfaces": [
            {
                "id": interface,
                "name": f"Mittauspalvelu {met[0]} – Mittauspalvelu {met[1]}",
                "between": "Porvoo ↔ Itä-Uusimaa",
                "services": met,
                "lines": [picture.lines[interface][service] for service in met],
                "statuses": STATUSES,
                "inherited": [False] * 9,
                "worst": "missing",
                "agreed": 4,
                "of": 9,
                "label": f"Yhdyspinta Mittauspalvelu {met[0]} – Mittauspalvelu {met[1]}, 4/9 sovittu",
                "x": picture.interfaces[interface][0],
                "y": picture.interfaces[interface][1],
                "url": f"/kartat/1/yhdyspinnat/{interface}/",
            }
            for interface, met in meetings.items()
        ],
    }
