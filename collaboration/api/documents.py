"""A document over the API: changed by ops, undone, and followed by its changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.asking import asked, parameters
from collaboration.api.document_shapes import (
    AppliedShape,
    ChangesShape,
    ConflictShape,
    OpShape,
    StaysShape,
    UndoShape,
    undone,
)
from collaboration.api.documentation import WITH_A_BODY, answers
from collaboration.api.problems import MEDIA_TYPE, Problem, of_validation
from collaboration.api.resource import Resource, body, checked, person
from collaboration.api.shapes import or_id_used
from collaboration.models import User
from collaboration.ops.changes import changes_since
from collaboration.ops.document import Applied, Conflict, Document, NoSuchSubject, Op
from collaboration.ops.history import in_a_sentence
from collaboration.ops.undo import NothingToUndo, redo, undo

MOST_CHANGES = 500
LARGEST_SEQ = 2**31 - 1


STAYS = {
    (409, MEDIA_TYPE): OpenApiResponse(
        or_id_used(StaysShape), description="Nothing to undo, or changed since. Or an id used before."
    )
}
BOTH = {
    (409, MEDIA_TYPE): OpenApiResponse(
        or_id_used(ConflictShape), description="Changed meanwhile: both values. Or an id used before."
    )
}


class ChangesAsked(forms.Form):
    """Which changes."""

    since = forms.IntegerField(
        required=False, min_value=0, max_value=LARGEST_SEQ, help_text="The number of the last known change."
    )
    limit = forms.IntegerField(required=False, min_value=1, max_value=MOST_CHANGES)


class UndoAsked(forms.Form):
    """Which change to take back."""

    id = forms.UUIDField()
    before = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_SEQ)


class _OfDocument(Resource):
    document: Document[Any]
    find: Callable[[User, int], Any]

    def on(self, request: Request, of: dict[str, int]) -> Any:
        """The document, whose number is the only part of the address that `of` holds; or 404."""
        [pk] = of.values()
        return self.find(person(request), pk)


def applied_row(document: Document[Any], applied: Applied) -> dict[str, Any]:
    """What an op has done, as the API sends it."""
    merged = applied.merged
    return {
        "subject": applied.subject,
        "property": applied.property,
        "value": applied.value,
        "version": applied.version,
        "merged": merged and {**vars(merged), "by": str(merged.by or ""), "at": merged.at},
        **document.echo(applied.row),
    }


class Ops(_OfDocument):
    def post(self, request: Request, **of: int) -> Response:
        """Apply one op. 200 with the property as it now is; 409 with both values; 422 with the sentences."""
        [pk] = of.values()
        try:
            applied = self.document.apply(person(request), pk, _op(request.data))
        except NoSuchSubject:
            raise Problem(404, _("This is no longer there.")) from None
        except ValidationError as error:
            raise of_validation(error, "value") from None
        except Conflict as conflict:
            raise Problem(
                409,
                str(conflict),
                kind="edit-conflict",
                yours=conflict.yours,
                theirs=conflict.theirs,
                version=conflict.version,
                by=str(conflict.by or ""),
                at=conflict.at,
            ) from None
        return Response(applied_row(self.document, applied))


class TakenBack(_OfDocument):
    how: Callable[..., Any]

    def post(self, request: Request, **of: int) -> Response:
        on = self.on(request, of)
        wish = checked(UndoAsked(body(request, UndoAsked.base_fields)))
        try:
            change, applied = self.how(
                self.document, person(request), on.pk, wish["id"], before=wish["before"]
            )
        except NoSuchSubject:
            raise Problem(404, _("This is no longer there.")) from None
        except NothingToUndo as stays:
            raise Problem(409, str(stays), kind="nothing-to-undo", seq=stays.seq) from None
        return Response(
            {"what": in_a_sentence(self.document, on, change), **applied_row(self.document, applied)}
        )


class Undo(TakenBack):
    how = staticmethod(undo)


class Redo(TakenBack):
    how = staticmethod(redo)


class Changes(_OfDocument):
    def get(self, request: Request, **of: int) -> Response:
        on = self.on(request, of)
        wish = asked(ChangesAsked, request)
        key, limit = (self.document, on.pk), wish["limit"] or MOST_CHANGES
        changes = changes_since({key: wish["since"] or 0}, limit)[key]
        return Response({"seq": on.seq, "news": on.news_seq, "changes": changes})


def _op(sent: Any) -> Op:
    if not isinstance(sent, dict):
        raise Problem(400, _("An op is a JSON object with id, subject, property, base_version and value."))
    base_version = sent.get("base_version")
    try:
        op_id = UUID(str(sent.get("id")))
    except ValueError:
        raise _incomplete("id", _("“id” must be a UUID of the client's own.")) from None
    if not isinstance(base_version, int) or isinstance(base_version, bool) or base_version < 0:
        raise _incomplete(
            "base_version", _("“base_version” must be the document's number when the value was read.")
        )
    return Op(
        op_id, str(sent.get("subject", "")), str(sent.get("property", "")), base_version, sent.get("value")
    )


def _incomplete(field: str, sentence: str) -> Problem:
    return Problem(400, sentence, [(field, sentence)])


def paths(
    document: Document[Any],
    does: str = "Change one property, or add a row",
    *,
    find: Callable[[User, int], Any] | None = None,
    name: str = "",
    applied: type[AppliedShape] = AppliedShape,
    changes: type[ChangesShape] = ChangesShape,
    examples: Mapping[str, Sequence[OpenApiExample]] = MappingProxyType({}),
) -> list[URLPattern]:
    """The endpoints under a document's address.

    `find`: the document for its person, or 404. `does`: what an op can do, in words. `examples` by the end of the address.
    """
    at = {"document": document, "find": staticmethod(find or document.row_for)}
    back = {**answers(200, undone(applied), 400, 403, 404, 422), **STAYS}
    taken = {"request": UndoShape, "responses": back}
    described: list[tuple[str, type[_OfDocument], str, dict[str, Any]]] = [
        (
            f"apply_{name}op",
            Ops,
            does,
            {"request": OpShape, "responses": {**answers(200, applied, 403, 404, *WITH_A_BODY), **BOTH}},
        ),
        (f"{name}undo", Undo, f"Undo the caller's own latest change of the {document.name}", taken),
        (f"{name}redo", Redo, "Do again what the caller undid last", taken),
        (
            f"list_{name}changes",
            Changes,
            f"The {document.name}'s changes since a number: what a client that was away catches up with",
            {"parameters": parameters(ChangesAsked), "responses": answers(200, changes, 400, 404)},
        ),
    ]
    found = []
    for operation, base, summary, said in described:
        address, made = base.__name__.lower(), type(base.__name__, (base,), at)
        shown = extend_schema(
            operation_id=operation, summary=summary, examples=[*examples.get(address, ())], **said
        )
        view: Any = extend_schema_view(**{"get" if base is Changes else "post": shown})(made)
        found.append(path(f"{address}/", view.as_view(), name=f"api_{document.name}_{address}"))
    return found
