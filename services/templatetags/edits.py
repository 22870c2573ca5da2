"""Tags of the map's pages: the hidden fields of an edit, and the words that the editor's script says."""

from typing import Any
from uuid import uuid4

from django import template
from django.template.context import RequestContext
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from services.content.comparison import named
from services.models import AspectStatus

register = template.Library()

GLYPHS = {"agreed": "✓", "in_progress": "◐", "missing": "○", "not_applicable": "–"}


@register.inclusion_tag("services/partials/edit_fields.html", takes_context=True)
def edit_fields(context: RequestContext, subject: str, name: str) -> dict[str, Any]:
    """The hidden fields of one edit: a fresh id, the subject, the property, and the map's number as it was read."""
    return {
        "op_id": uuid4(),
        "subject": subject,
        "name": name,
        "base_version": context["map"].seq,
        "next": context["request"].path,
    }


@register.filter
def glyph(status: str) -> str:
    """The sign of an aspect's status, the same everywhere."""
    return GLYPHS[status]


@register.simple_tag
def editor_words() -> SafeString:
    """What the editor's script says, in the page's language."""
    words: dict[str, Any] = {
        "saving": _("Saving …"),
        "saved": _("Saved at {time}"),
        "notSaved": _("Not saved"),
        "offline": _(
            "There is no connection. What you typed stays here and is sent when the connection is back."
        ),
        "waits": _("Waits for the connection; kept on this device"),
        "waitsForYou": _(
            "You have been signed out. It is kept on this device and saved when you sign in again."
        ),
        "besideYours": _("Somebody else has written here too. Both are shown when you leave the field."),
        "notWhole": _("Complete this or empty it. It has not been saved."),
        "leaveUnsaved": _("What you typed here has not been saved. Leave it?"),
        "offlineUndo": _("There is no connection. Undo works when it is back."),
        "merged": _(
            "Somebody else had changed the same text. Both changes are in it now; read it once more."
        ),
        "changedBy": _("{by} changed the map at {time}"),
        "hereNow": _("Here now: {names}"),
        "atThis": _("At this same place now: {names}"),
        "undo": _("Undone: {what}"),
        "redo": _("Done again: {what}"),
        "moving": _(
            "Moving {name}. Arrows choose the place, Enter puts it down, Esc leaves it where it was."
        ),
        "place": _("Place {place} of {count}"),
        "removedNamed": _("Removed: {name}"),
        "signedOut": _("You have been signed out. Copy what you typed, sign in again and paste it."),
        "failed": _("Saving did not work. What you typed stays here; try again."),
        "gone": _("This is no longer there. Somebody may have removed it."),
        "chosen": _("{count} services chosen"),
        "connectHelp": _("Choose the services that meet, then make the interface."),
        "moved": _("{name} moved to place {place}"),
        "removed": _("Removed. Nothing was lost: it can be taken back on the history page."),
        "empty": _("(empty)"),
        "service": _("Service {name}, {organiser}, place {nth} of {count} in the lane"),
        "customer": _("Client: {name}"),
        "agreedShort": _("agreed"),
        "zoom": _("Zoom {percent} %"),
        "statuses": {status.value: [GLYPHS[status], capfirst(status.label)] for status in AspectStatus},
    }
    return json_script(words, "editor-words")


@register.simple_tag
def subject(kind: str, pk: int) -> str:
    """A subject of an op: `<kind>:<id>`."""
    return f"{kind}:{pk}"


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
