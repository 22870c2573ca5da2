"""Tags of the map's pages: signs, names, and the words that its scripts say."""

from typing import Any

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from services.content.comparison import named
from services.models import SHOWN, AspectNumber

register = template.Library()

GLYPHS = {"not_working": "✕", "agreed": "✓", "in_progress": "◐", "missing": "○", "not_applicable": "–"}


@register.filter
def glyph(status: str) -> str:
    """The sign of an aspect's status, the same everywhere."""
    return GLYPHS[status]


@register.simple_tag
def map_words() -> SafeString:
    """What the scripts of a map say beside those of every document, in the page's language."""
    words: dict[str, Any] = {
        "changedBy": _("{by} changed the map at {time}"),
        "moving": _(
            "Moving {name}. Arrows choose the place, Enter puts it down, Esc leaves it where it was."
        ),
        "place": _("Place {place} of {count}"),
        "removedNamed": _("Removed: {name}"),
        "chosen": _("{count} services chosen"),
        "chosenNames": _("Chosen {count}:"),
        "connectHelp": _("Choose the services that meet, then make the interface."),
        "moved": _("{name} moved to place {place}"),
        "service": _("Service {name}, {organiser}, place {nth} of {count} in the lane"),
        "customer": _("Client: {name}"),
        "agreedShort": _("agreed"),
        "zoom": _("Zoom {percent} %"),
        "aspects": [number.label for number in AspectNumber],
        "statuses": {status: [GLYPHS[status], capfirst(label)] for status, label in SHOWN.items()},
    }
    return json_script(words, "map-words")


@register.filter
def in_own_language(names: dict[str, str]) -> str:
    """A name kept in a version, in the reader's language."""
    return named(names)


@register.filter
def item(mapping: dict[Any, Any], key: Any) -> Any:
    """The mapping's value for the key."""
    return mapping[key]


@register.simple_tag
def without(values: list[Any], value: Any) -> list[Any]:
    """The values but this one."""
    return [each for each in values if each != value]
