"""Tags of the pages of a document: the hidden fields of an edit, its addresses, and the words that the scripts say.

A page of a document has it in its context under the document's name.
"""

from typing import Any
from uuid import uuid4

from django import template
from django.template.context import RequestContext
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from collaboration.ops.document import Document, documents

register = template.Library()


def of_page(context: Any) -> tuple[Document[Any], Any]:
    """The document that the page is about, and its row."""
    return next((document, context[name]) for name, document in documents.items() if name in context)


@register.inclusion_tag("collaboration/partials/edit_fields.html", takes_context=True)
def edit_fields(context: RequestContext, subject: str, name: str, back_to: str = "") -> dict[str, Any]:
    """The hidden fields of one edit: a fresh id, the subject, the property, and the document's number as it was read."""
    return {
        "op_id": uuid4(),
        "subject": subject,
        "name": name,
        "base_version": of_page(context)[1].seq,
        "next": back_to or context["request"].path,
    }


@register.simple_tag(takes_context=True)
def sent_as(context: RequestContext, kind: str, name: str) -> str:
    """How a form carries the property's value, as its `data-kind` tells the scripts."""
    return of_page(context)[0].kinds[kind].properties[name].sent_as


@register.simple_tag(takes_context=True)
def document_url(context: RequestContext, page: str) -> str:
    """Where the page's document does this: `edit`, `undo`, `redo`, `history`."""
    document, row = of_page(context)
    return document.address(page, row.pk)


@register.inclusion_tag("collaboration/partials/document_live.html", takes_context=True)
def document_live(context: RequestContext, **more: Any) -> dict[str, Any]:
    """What the scripts know of the page's document; `more` says what the page itself knows."""
    document, row = of_page(context)
    api = {name: document.address(name, row.pk, of_api=True) for name in ("ops", "undo", "redo", "changes")}
    can_edit = more.pop("can_edit", None) or context.get("can_edit")
    return {"document": document, "row": row, "api": api, "can_edit": can_edit, **more}


@register.simple_tag
def subject(kind: str, pk: int) -> str:
    """A subject of an op: `<kind>:<id>`."""
    return f"{kind}:{pk}"


@register.simple_tag
def editor_words() -> SafeString:
    """What the scripts say, in the page's language."""
    words = {
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
        "changedBy": _("{by} changed something here at {time}"),
        "hereNow": _("Here now: {names}"),
        "atThis": _("At this same place now: {names}"),
        "undo": _("Undone: {what}"),
        "redo": _("Done again: {what}"),
        "removed": _("Removed. Nothing was lost: it can be taken back on the history page."),
        "signedOut": _("You have been signed out. Copy what you typed, sign in again and paste it."),
        "failed": _("Saving did not work. What you typed stays here; try again."),
        "gone": _("This is no longer there. Somebody may have removed it."),
        "empty": _("(empty)"),
    }
    return json_script(words, "editor-words")
