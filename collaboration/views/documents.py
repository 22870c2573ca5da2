"""The pages of a document: its history, and edits by ordinary forms, which make the same ops as the scripts send."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collaboration.http import SignedInRequest, own_address
from collaboration.journal import IdUsed
from collaboration.models import User
from collaboration.ops.document import Applied, Conflict, Document, NoSuchSubject
from collaboration.ops.forms import op_from_form, property_of, typed
from collaboration.ops.history import history_page, in_a_sentence, in_words
from collaboration.ops.undo import NothingToUndo, redo, undo
from collaboration.outside import whole_number

Context = dict[str, Any]


def _as_typed(_request: SignedInRequest, _on: Any, _errors: dict[str, list[str]]) -> Context:
    return {}


@dataclass(frozen=True)
class Pages:
    """The pages of a document, beneath its own address, whose number is `<name>_id`.

    `find`: the document for its person, with what its pages show, or 404. `base`: the template that the pages extend. `cause`:
    from where a change came that another one brought about. `again`: what a refused form
    shows beside the texts that were typed, and where it leads back to.
    """

    document: Document[Any]
    find: Callable[[User, int], Any] | None = None
    base: str = "collaboration/document_base.html"
    cause: Any = ""
    again: Callable[[SignedInRequest, Any, dict[str, list[str]]], Context] = _as_typed

    @property
    def urls(self) -> list[URLPattern]:
        name = self.document.name
        return [
            path("historia/", require_safe(self.history), name=f"{name}_history"),
            path("muuta/", require_POST(self.edit), name=f"{name}_edit"),
            path("kumoa/", require_POST(self.undo), name=f"{name}_undo"),
            path("tee-uudelleen/", require_POST(self.redo), name=f"{name}_redo"),
        ]

    def history(self, request: SignedInRequest, **place: int) -> HttpResponse:
        """Who changed what, when, from what and to what."""
        on = self._on(request, place)
        shown = history_page(self.document, on, request.GET, request.user)
        return self._render(request, "collaboration/document_history.html", on, {"tab": "history", **shown})

    def edit(self, request: SignedInRequest, **place: int) -> HttpResponse:
        """Apply the form's one change; a refusal or a conflict shows what was typed, so that nothing is lost."""
        on = self._on(request, place)
        try:
            applied = self.document.apply(request.user, on.pk, op_from_form(self.document, request.POST))
        except NoSuchSubject:
            raise Http404 from None
        except ValidationError as error:
            by_field = error.message_dict if hasattr(error, "error_dict") else {}
            return self._refused(request, on, error.messages, by_field, status=422)
        except PermissionDenied as refusal:
            return self._refused(request, on, [str(refusal)], status=403)
        except IdUsed as refusal:
            return self._refused(request, on, [str(refusal)], status=409)
        except Conflict as conflict:
            return self._in_conflict(request, on, conflict)
        if applied.merged:
            messages.warning(request, _merged(applied))
        messages.success(request, _undoable(applied))
        return self._back(request, on)

    def undo(self, request: SignedInRequest, **place: int) -> HttpResponse:
        """Undo the person's own latest change."""
        return self._take_back(request, place, undo, _("Undone: %(what)s"))

    def redo(self, request: SignedInRequest, **place: int) -> HttpResponse:
        """Do again what the person undid last."""
        return self._take_back(request, place, redo, _("Done again: %(what)s"))

    def _on(self, request: SignedInRequest, place: dict[str, int]) -> Any:
        find = self.find or self.document.row_for
        return find(request.user, place[f"{self.document.name}_id"])

    def _render(
        self, request: SignedInRequest, template: str, on: Any, shown: Context, *, status: int = 200
    ) -> HttpResponse:
        context = {self.document.name: on, "whole": on, "base": self.base, "cause": self.cause, **shown}
        return render(request, template, context, status=status)

    def _back(self, request: SignedInRequest, on: Any) -> HttpResponse:
        """To the page that the form was on, or to the document."""
        return HttpResponseRedirect(
            own_address(request, request.POST.get("next", "")) or on.get_absolute_url()
        )

    def _take_back(
        self, request: SignedInRequest, place: dict[str, int], how: Any, said: str
    ) -> HttpResponse:
        on, before = self._on(request, place), whole_number(request.POST.get("before"))
        try:
            change, _applied = how(self.document, request.user, on.pk, uuid4(), before=before)
        except (NothingToUndo, PermissionDenied) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, said % {"what": in_a_sentence(self.document, on, change)})
        return self._back(request, on)

    def _typed(self, request: SignedInRequest, on: Any, errors: dict[str, list[str]]) -> Context:
        return {
            **typed(property_of(self.document, request.POST), request.POST),
            "next": own_address(request, request.POST.get("next", "")),
            "op_id": uuid4(),
            **self.again(request, on, errors),
        }

    def _refused(
        self,
        request: SignedInRequest,
        on: Any,
        sentences: list[str],
        errors: dict[str, list[str]] | None = None,
        *,
        status: int,
    ) -> HttpResponse:
        shown = {"sentences": sentences, "may_retry": status in {409, 422}}
        return self._render(
            request,
            "collaboration/document_refused.html",
            on,
            self._typed(request, on, errors or {}) | shown,
            status=status,
        )

    def _in_conflict(self, request: SignedInRequest, on: Any, conflict: Conflict) -> HttpResponse:
        property_ = property_of(self.document, request.POST)
        assert property_, "what is in conflict was found"  # noqa: S101 for the reader and the checker of types
        theirs, yours = in_words(property_, (conflict.theirs, conflict.yours))
        shown = {"conflict": conflict, "theirs": theirs, "yours": yours}
        return self._render(
            request,
            "collaboration/document_conflict.html",
            on,
            self._typed(request, on, {}) | shown,
            status=409,
        )


def _merged(applied: Applied) -> str:
    return _(
        "%(by)s had changed the same text meanwhile. Both changes are in it now; read it once more. "
        "The history page keeps both texts as they were."
    ) % {"by": applied.merged and applied.merged.by}


def _undoable(applied: Applied) -> str:
    if applied.property != "archived":
        return _("Saved.")
    if not applied.value:
        return _("Taken back.")
    return _("Removed. Nothing was lost: it can be taken back on the history page.")
