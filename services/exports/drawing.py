"""A content's drawing as SVG: what `services/drawing/picture.py` draws, told of by the content itself."""

from __future__ import annotations

from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaboration.exports.about import About
from collaboration.models import Export
from services.content.shape import Content
from services.drawing.picture import picture_of
from services.models import AspectNumber, AspectStatus
from services.queries.contents import drawing_of_content


def picture(export: Export, content: Content, about: About, note: str = "") -> tuple[Element, str]:
    """The picture, and the same in words. `note`: a sentence under it."""
    drawing = drawing_of_content(content)
    tally = Counter(status for row in drawing["interfaces"] for status in row["statuses"])
    description = _description(drawing, tally, about)
    page: dict[str, Any] = {
        "map": export.subject,
        "drawing": drawing,
        "description": description,
        "imprint": f"{about.imprint}. {note}".rstrip(),
        "key": _("A hub shows what is least done of its nine aspects, and how many of them are agreed:")
        if drawing["crowded"]
        else _("Sectors clockwise from the top:"),
        "aspects": [(number.value, number.label) for number in AspectNumber],
        "statuses": [(status.value, status.label) for status in AspectStatus],
        "tally": tally,
    }
    return picture_of(page), description


def _description(drawing: dict[str, Any], tally: Counter[str], about: About) -> str:
    services, interfaces = len(drawing["services"]), len(drawing["interfaces"])
    facts = [
        " – ".join(party["name"] for party in drawing["parties"]),
        ngettext("%(n)d service", "%(n)d services", services) % {"n": services},
        ngettext("%(n)d interface", "%(n)d interfaces", interfaces) % {"n": interfaces},
        *(f"{status.label}: {tally[status]}" for status in AspectStatus),
    ]
    return _("Interface map %(title)s.") % {"title": about.title} + f" {capfirst(', '.join(facts))}."
