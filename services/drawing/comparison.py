"""A drawing with what is new and what has changed marked on it: for a page, as one SVG element without styles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from collaboration.marking import ADDED
from services.content.comparison import CHANGED, SIGNS
from services.drawing.picture import FONT, TEXT, world_of
from services.drawing.shapes import CARD_HEIGHT, CARD_WIDTH

BADGE = 15
WIDEST_SHRUNK = 1_500
"""A wider drawing is not made to fit: its letters would be too small to read, so one scrolls it."""

OUTLINE = {ADDED: "0", CHANGED: "9 5"}


def compared(drawing: Mapping[str, Any], marks: Mapping[str, str]) -> SafeString:
    """The drawing's SVG. Marked groups get a class, a sign in a badge, an outline, and the word in their name."""
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "compared compared--large" if drawing["width"] > WIDEST_SHRUNK else "compared",
            "width": str(drawing["width"]),
            "height": str(drawing["height"]),
            "viewBox": f"0 0 {drawing['width']} {drawing['height']}",
            "font-family": FONT,
            "fill": TEXT,
            "role": "img",
            "aria-labelledby": "compared-title",
        },
    )
    title = SubElement(root, "title", {"id": "compared-title"})
    title.text = _("Drawing of the map")
    world = SubElement(root, "g")
    world_of(world, drawing)
    for group in world.iter("g"):
        key = group.get("data-key", "")
        if key in marks:
            _mark(group, key, marks[key], drawing)
    # ElementTree has escaped every text in it
    return mark_safe(tostring(root, encoding="unicode"))  # noqa: S308


def _mark(group: Element, key: str, kind: str, drawing: Mapping[str, Any]) -> None:
    group.set("class", f"compared__item compared__item--{kind}")
    words = {ADDED: _("added"), CHANGED: _("changed")}[kind]
    if (name := group.find("title")) is not None:
        name.text = f"{words}: {name.text or ''}"
    outline = {"class": "compared__outline", "fill": "none", "stroke-width": "4"}
    if OUTLINE[kind] != "0":
        outline["stroke-dasharray"] = OUTLINE[kind]
    if key.startswith("service:"):
        x, y = CARD_WIDTH / 2 - 4, -CARD_HEIGHT / 2 + 4
        size = {"x": -CARD_WIDTH / 2 - 4, "y": -CARD_HEIGHT / 2 - 4}
        size |= {"width": CARD_WIDTH + 8, "height": CARD_HEIGHT + 8, "rx": 12}
        SubElement(group, "rect", outline | {name: str(value) for name, value in size.items()})
    elif key.startswith("interface:"):
        radius = drawing["radius"] + 6
        x, y = radius * 0.75, -radius * 0.75
        SubElement(group, "circle", outline | {"r": str(radius)})
    else:
        return
    SubElement(group, "circle", {"class": "compared__badge", "cx": str(x), "cy": str(y), "r": str(BADGE)})
    sign = SubElement(
        group,
        "text",
        {
            "class": "compared__sign",
            "x": str(x),
            "y": str(y + 8),
            "font-size": "24",
            "font-weight": "700",
            "text-anchor": "middle",
        },
    )
    sign.text = SIGNS[kind]
