"""The vocabulary of WordprocessingML that is written and read here."""

from __future__ import annotations

import datetime
from typing import Any

from lxml import etree

from collaboration.working_days import HELSINKI

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
    "w16cid": "http://schemas.microsoft.com/office/word/2016/wordml/cid",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
}
DC = "http://purl.org/dc/elements/1.1/"
CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
PRESERVED = "{http://www.w3.org/XML/1998/namespace}space"


def name(short: str) -> str:
    """w:p as lxml wants it."""
    prefix, _colon, local = short.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def make(short: str, *children: Any, text: str | None = None, **attributes: str) -> Any:
    """An element; `w_val` is the attribute w:val."""
    element = etree.Element(
        name(short),
        {name(key.replace("_", ":", 1)): value for key, value in attributes.items()},
        nsmap=NAMESPACES,
    )
    if text is not None:
        element.text = text
        element.set(PRESERVED, "preserve")
    element.extend(child for child in children if child is not None)
    return element


def as_bytes(root: Any) -> bytes:
    """The part as it stands in the package."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def written(at: datetime.datetime) -> str:
    """A moment as Word writes it: the local time, called UTC, without seconds."""
    return at.astimezone(HELSINKI).strftime("%Y-%m-%dT%H:%M:00Z")


def moment(told: str | None) -> datetime.datetime | None:
    """A moment that Word has written."""
    try:
        at = datetime.datetime.fromisoformat(told or "")
    except ValueError:
        return None
    if at.tzinfo is None or at.utcoffset() == datetime.timedelta(0):
        at = at.replace(tzinfo=HELSINKI)
    return at.astimezone(datetime.UTC)
