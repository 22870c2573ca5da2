"""A map's drawing as one SVG file, for documents and slides: what the page draws, with its legend and its date.

It draws what `services/drawing/geometry.py` placed and `services/drawing/lettering.py` broke into lines, as static/js/interface-map/
view.js does on the page; a test compares the two. All looks are attributes: no style sheet, script or reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import cos, pi, sin
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collaboration.exports.typeset import as_file
from services.drawing.lettering import (
    CUSTOMER,
    FACTS,
    LARGE_LANE,
    LARGE_NAME,
    LEADING,
    NAME,
    REGULAR,
    broken,
    width,
)
from services.drawing.shapes import CARD_HEIGHT, CARD_WIDTH, CUSTOMER_RADIUS
from services.templatetags.edits import GLYPHS

TEXT, MUTED, LINE, INK = "#1b2530", "#4b5663", "#8b95a3", "#26323f"
LANES = {
    "municipality": ("#1f6f54", "#eaf4f0"),
    "county": ("#6a3e9e", "#f3eefa"),
    "other": ("#9a5b00", "#fbf3e6"),
}
"""Each side's colour and its soft one; as in static/css/tokens.css, like those below."""
FILLS = {
    "not_working": ("#8f1616", "#ffffff"),
    "agreed": ("#14647f", "#ffffff"),
    "in_progress": ("#f3b531", "#1d1600"),
    "missing": ("#ffffff", "#4b5663"),
    "not_applicable": ("#dde1e6", "#38414b"),
}
"""Each status's ground and its sign's colour."""
EDGES: dict[str, dict[str, Any]] = {
    "not_working": {"stroke": INK},
    "agreed": {"stroke": INK},
    "in_progress": {"stroke": INK},
    "missing": {"stroke": MUTED, "stroke_dasharray": "3 2.5"},
    "not_applicable": {"stroke": "#6b7480"},
}
FONT = "'Source Sans 3', 'Source Sans Pro', 'Segoe UI', Roboto, Arial, sans-serif"
OUTER, INNER, OUTSIDE, NUMBERED, SECTOR_GAP = 56, 31, 61, 70, 0.035
MARGIN, LEAST_WIDTH = 32, 900
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg_of(page: Mapping[str, Any]) -> bytes:
    """The file, from what `services.queries.maps.map_page` found."""
    return as_file(picture_of(page))


def picture_of(page: Mapping[str, Any]) -> Element:
    """The picture as a tree, whose size is told by its attributes."""
    drawing = page["drawing"]
    wide = max(drawing["width"], LEAST_WIDTH)
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "lang": get_language() or "fi",
            "role": "img",
            "aria-labelledby": "title description",
            "font-family": FONT,
            "fill": TEXT,
        },
    )
    _add(root, "title", drawing["title"], id="title")
    _add(root, "desc", page["description"], id="description")
    ground = _add(root, "rect", fill="#ffffff")
    y = _head(root, page, wide)
    world = _add(
        root, "g", id="drawing", transform=f"translate({MARGIN + (wide - drawing['width']) // 2} {y})"
    )
    _draw(world, drawing)
    y = _legend(root, page, wide, y + drawing["height"] + 44)
    size = {"width": str(wide + 2 * MARGIN), "height": str(y + MARGIN)}
    ground.attrib.update(size)
    root.attrib.update(size, viewBox=f"0 0 {size['width']} {size['height']}")
    return root


def world_of(parent: Element, drawing: Mapping[str, Any]) -> None:
    """Only the drawing, without its head and legend, into an element of somebody else's picture."""
    _draw(parent, drawing)


def _add(parent: Element, tag: str, text: object = None, **attributes: Any) -> Element:
    made = SubElement(parent, tag, {name.replace("_", "-"): str(value) for name, value in attributes.items()})
    if text is not None:
        made.text = NOT_XML.sub("", str(text))
    return made


def _text(parent: Element, text: str, x: float, middle: float, size: int, **attributes: Any) -> Element:
    """One line of text whose middle is at this height. It takes the room that is meant for it also in another font."""
    if len(text) > 1:
        room = width(text, size) * (1 if "font_weight" in attributes else REGULAR)
        attributes |= {"textLength": round(room, 1), "lengthAdjust": "spacingAndGlyphs"}
    return _add(parent, "text", text, x=x, y=round(middle + 0.35 * size, 1), font_size=size, **attributes)


def _head(root: Element, page: Mapping[str, Any], wide: int) -> int:
    """The map's name, its parties, and the word that it is demo content; returns where the drawing begins."""
    drawing, y = page["drawing"], MARGIN + 16
    for line in broken(drawing["title"], 28, wide, 3):
        _text(root, line, MARGIN, y, 28, font_weight=700)
        y += 34
    facts = [
        *(party["name"] for party in drawing["parties"]),
        capfirst(page["map"].get_target_group_display()),
    ]
    if page["map"].is_demo:
        facts.append(_("demo content"))
    for line in broken(" · ".join(facts), 17, wide, 4):
        _text(root, line, MARGIN, y, 17, fill=MUTED)
        y += 22
    return y + 8


def _draw(world: Element, drawing: Mapping[str, Any]) -> None:
    """Lanes, lines, the customer, services and interfaces, one over the other as on the page."""
    sides = {party["id"]: party["side"] for party in drawing["parties"]}
    _add(world, "rect", width=drawing["width"], height=drawing["height"], rx=10, fill="#f5f7f9")
    for party in drawing["parties"]:
        _lane(world, party, drawing)
    lines = _add(world, "g", fill="none", stroke=LINE, stroke_width=2 if drawing["crowded"] else 2.5)
    for interface in drawing["interfaces"]:
        for service, stops in zip(interface["services"], interface["lines"], strict=True):
            _add(lines, "path", d=through(stops), data_key=f"line:{service}:{interface['id']}")
    if drawing["customer_at"] and drawing["services"]:
        _customer(world, drawing)
    for service in drawing["services"]:
        _card(world, service, LANES[sides[service["party"]]][0], drawing["crowded"])
    for interface in drawing["interfaces"]:
        if drawing["crowded"]:
            _hub(world, interface, drawing["radius"])
        else:
            _ring(world, interface)


def _item(world: Element, key: str, at: tuple[int, int], name: str) -> Element:
    group = _add(world, "g", data_key=key, transform=f"translate({at[0]} {at[1]})", text_anchor="middle")
    _add(group, "title", name)
    return group


def _lane(world: Element, party: Mapping[str, Any], drawing: Mapping[str, Any]) -> None:
    colour, soft = LANES[party["side"]]
    lane = _add(world, "g", data_key=f"party:{party['id']}", fill=colour)
    x, y, width, height = party["x"], party["y"], party["width"], party["height"]
    _add(lane, "rect", x=x, y=y, width=width, height=height, rx=10, fill=soft)
    size, leading = (LARGE_LANE, 26) if drawing["crowded"] else (NAME, 24)
    top = y + 12 if y < drawing["seam"][0] else y + height - 12 - leading - 20
    for name in party["name_lines"]:
        _text(lane, name, x + 20, top + leading / 2, size, font_weight=700)
    _text(lane, party["side_name"], x + 20, top + leading + 10, 14)


def _customer(world: Element, drawing: Mapping[str, Any]) -> None:
    customer = _item(
        world, "customer", drawing["customer_at"], _("Customer: {name}").format(name=drawing["customer"])
    )
    _add(
        customer,
        "circle",
        r=CUSTOMER_RADIUS - 1.25,
        fill="#fff6e0",
        stroke=LANES["other"][0],
        stroke_width=2.5,
    )
    middle = -LEADING[CUSTOMER] * (len(drawing["customer_lines"]) - 1) / 2
    for line in drawing["customer_lines"]:
        _text(customer, line, 0, middle, CUSTOMER, font_weight=700, fill="#6b3f00")
        middle += LEADING[CUSTOMER]


def _card(world: Element, service: Mapping[str, Any], colour: str, crowded: bool) -> None:  # noqa: FBT001
    card = _item(world, f"service:{service['id']}", (service["x"], service["y"]), service["name"])
    left, top = -CARD_WIDTH / 2, -CARD_HEIGHT / 2
    _add(card, "rect", x=left, y=top, width=CARD_WIDTH, height=CARD_HEIGHT, rx=9, fill=colour)
    _add(
        card,
        "rect",
        x=left + 2,
        y=top + 7,
        width=CARD_WIDTH - 4,
        height=CARD_HEIGHT - 9,
        rx=7,
        fill="#ffffff",
    )
    size = LARGE_NAME if crowded else NAME
    names, facts = service["name_lines"], service["facts_lines"]
    high = len(names) * LEADING[size] + len(facts) * LEADING[FACTS] + (2 if facts else 0)
    y = 2.5 - high / 2  # the upper edge is 5 pixels thicker
    for line in names:
        _text(card, line, 0, y + LEADING[size] / 2, size, font_weight=700)
        y += LEADING[size]
    y += 2
    for line in facts:
        _text(card, line, 0, y + LEADING[FACTS] / 2, FACTS, fill=MUTED)
        y += LEADING[FACTS]


def _ring(world: Element, interface: Mapping[str, Any]) -> None:
    ring = _item(world, f"interface:{interface['id']}", (interface["x"], interface["y"]), interface["label"])
    _add(ring, "circle", r=OUTER + 3, fill="#ffffff")
    is_empty = set(interface["statuses"]) == {"missing"} and not any(interface["inherited"])
    if is_empty:  # one calm ring
        edge = EDGES["missing"] | {"stroke_dasharray": "6 4"}
        _add(ring, "path", d=WHOLE, fill="#ffffff", stroke_width=2, data_status="missing", **edge)
    for status, (path, x, y) in zip(interface["statuses"], () if is_empty else SECTORS, strict=not is_empty):
        ground, sign = FILLS[status]
        _add(ring, "path", d=path, fill=ground, stroke_width=1, data_status=status, **EDGES[status])
        _text(ring, GLYPHS[status], x, y, 14, font_weight=700, fill=sign)
    for index, is_inherited in enumerate(interface["inherited"]):
        if is_inherited:
            _add(
                ring, "path", d=_outside(index), fill="none", stroke=INK, stroke_width=3, data_inherited=index
            )
    _text(ring, f"{interface['agreed']}/{interface['of']}", 0, -6.5, 17, font_weight=700)
    _text(ring, _("agreed"), 0, 9, 12)


def _hub(world: Element, interface: Mapping[str, Any], radius: int) -> None:
    hub = _item(world, f"interface:{interface['id']}", (interface["x"], interface["y"]), interface["label"])
    status = interface["worst"]
    ground, sign = FILLS[status]
    colour = TEXT if status == "missing" else sign
    edge = EDGES[status] | ({"stroke_dasharray": "6 4"} if status == "missing" else {})
    _add(hub, "circle", r=radius - 1, fill=ground, stroke_width=2, data_status=status, **edge)
    _text(hub, GLYPHS[status], 0, -10, 18, font_weight=700, fill=colour)
    _text(hub, f"{interface['agreed']}/{interface['of']}", 0, 10, 18, font_weight=700, fill=colour)


def _outside(index: int) -> str:
    """The line outside of a sector whose aspect is as the county's base map says."""
    start, end = index * 2 * pi / 9 + SECTOR_GAP, (index + 1) * 2 * pi / 9 - SECTOR_GAP
    at = [f"{OUTSIDE * sin(angle):.2f} {-OUTSIDE * cos(angle):.2f}" for angle in (start, end)]
    return f"M{at[0]}A{OUTSIDE} {OUTSIDE} 0 0 1 {at[1]}"


def _sector(index: int) -> tuple[str, float, float]:
    """The ring's sector clockwise from the top: its outline, and the middle of its sign."""
    start, end = index * 2 * pi / 9 + SECTOR_GAP, (index + 1) * 2 * pi / 9 - SECTOR_GAP

    def at(radius: float, angle: float) -> str:
        return f"{radius * sin(angle):.2f} {-radius * cos(angle):.2f}"

    outline = (
        f"M{at(INNER, start)}L{at(OUTER, start)}A{OUTER} {OUTER} 0 0 1 {at(OUTER, end)}"
        f"L{at(INNER, end)}A{INNER} {INNER} 0 0 0 {at(INNER, start)}Z"
    )
    middle, radius = (start + end) / 2, (INNER + OUTER) / 2
    return outline, round(radius * sin(middle), 1), round(-radius * cos(middle), 1)


SECTORS = [_sector(index) for index in range(9)]
WHOLE = "M0 -55A55 55 0 1 1 0 55A55 55 0 1 1 0 -55Z"
"""Instead of nine sectors that all miss."""


def ring_of(statuses: Sequence[str]) -> list[dict[str, Any]]:
    """An interface's ring for a page of its own: each sector with its sign, and its number outside of it."""
    rows = []
    for index, (status, (path, x, y)) in enumerate(zip(statuses, SECTORS, strict=True)):
        angle = (index + 0.5) * 2 * pi / 9
        at = {"nx": round(NUMBERED * sin(angle), 1), "ny": round(-NUMBERED * cos(angle), 1)}
        rows.append({"path": path, "status": status, "x": x, "y": y, **at})
    return rows


def _legend(root: Element, page: Mapping[str, Any], wide: int, y: int) -> int:
    """Statuses with their numbers, the nine aspects, and whence the picture is; returns its lower edge."""
    x = float(MARGIN)
    for status, name in page["statuses"]:
        words = f"{capfirst(name)} {page['tally'][status]}"
        end = x + 34 + width(words, 16)
        if end > MARGIN + wide:
            x, end, y = MARGIN, MARGIN + end - x, y + 36
        ground, sign = FILLS[status]
        _add(root, "rect", x=x + 0.5, y=y - 12.5, width=25, height=25, rx=5, fill=ground, **EDGES[status])
        _text(root, GLYPHS[status], x + 13, y, 16, font_weight=700, fill=sign, text_anchor="middle")
        _text(root, words, x + 34, y, 16)
        x = end + 28
    y += 36
    aspects = " · ".join(f"{number} {name}" for number, name in page["aspects"])
    for text in (f"{page['key']} {aspects}", page["imprint"]):
        for line in broken(text, 15, wide, 9):
            _text(root, line, MARGIN, y, 15, fill=MUTED)
            y += 20
        y += 4
    return y - 24 + 10


def through(stops: Sequence[int]) -> str:
    """The outline of a line through its stops, as SVG writes it; view.js has the same."""
    path = f"M{stops[0]} {stops[1]}"
    for (x0, y0), (x1, y1) in pairwise(zip(stops[::2], stops[1::2], strict=True)):
        middle = f"{(y0 + y1) / 2:g}"
        path += f"C{x0} {middle} {x1} {middle} {x1} {y1}"
    return path
