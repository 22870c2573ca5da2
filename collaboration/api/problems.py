"""Errors as application/problem+json (RFC 9457): a sentence in the caller's language, and the field it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response

from collaboration.journal import IdUsed

MEDIA_TYPE = "application/problem+json"

TITLES = {
    "incomplete-request": gettext_lazy("The request is incomplete"),
    "not-signed-in": gettext_lazy("Sign in first"),
    "not-allowed": gettext_lazy("Not allowed"),
    "not-found": gettext_lazy("Not found"),
    "method-not-allowed": gettext_lazy("This address does not take this method"),
    "not-acceptable": gettext_lazy("This API answers in JSON only"),
    "refused-now": gettext_lazy("Not possible in the present state"),
    "id-used": gettext_lazy("This id belongs to another change"),
    "edit-conflict": gettext_lazy("Somebody else has changed this meanwhile"),
    "another-person": gettext_lazy("Another person is signed in"),
    "nothing-to-undo": gettext_lazy("Nothing to undo"),
    "file-not-ready": gettext_lazy("The file is not ready"),
    "stale": gettext_lazy("Changed since you read it"),
    "too-large": gettext_lazy("Too large"),
    "not-json": gettext_lazy("This API reads JSON only"),
    "invalid": gettext_lazy("This could not be saved"),
    "version-needed": gettext_lazy("Say which version you change"),
    "too-many-requests": gettext_lazy("Too many requests"),
    "server-error": gettext_lazy("Something went wrong"),
    "unavailable": gettext_lazy("The database does not answer"),
    "request-failed": gettext_lazy("The request failed"),
}
"""The kinds of problems and their titles; docs/api.md says what each means."""

KIND_OF_STATUS = {
    400: "incomplete-request",
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "refused-now",
    412: "stale",
    413: "too-large",
    415: "not-json",
    422: "invalid",
    428: "version-needed",
    429: "too-many-requests",
    500: "server-error",
    503: "unavailable",
}


class Problem(Exception):
    """An answer that is not a success. `kind` is one of TITLES, by default the status's own.

    `errors` are (field, sentence); `more` are members of its own.
    """

    def __init__(
        self, status: int, detail: str, errors: Iterable[tuple[str, str]] = (), *, kind: str = "", **more: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.more = status, detail, list(errors), more
        self.kind = kind or KIND_OF_STATUS.get(status, "request-failed")


def of_form(errors: Mapping[str, Any], status: int = 422) -> Problem:
    """The problem that a form's or a ValidationError's sentences by field make."""
    pairs = [
        ("" if field == "__all__" else field, sentence)
        for field, found in errors.items()
        for sentence in found
    ]
    return Problem(status, " ".join(sentence for _field, sentence in pairs), pairs)


def of_validation(error: ValidationError, field: str = "") -> Problem:
    """The problem of a workflow's ValidationError; sentences without a field of their own are about `field`."""
    return of_form(error.message_dict if hasattr(error, "error_dict") else {field: error.messages})


def content_of(problem: Problem) -> dict[str, Any]:
    """The body of the answer. Its `type` names the kind and is the same on every installation."""
    return {
        "type": f"urn:yhdyspinta:problem:{problem.kind}",
        "title": str(TITLES[problem.kind]),
        "status": problem.status,
        "detail": problem.detail,
        "errors": [{"field": field, "message": message} for field, message in problem.errors],
        **problem.more,
    }


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None lets a failure of ours go on to the log and the page of status 500."""
    from rest_framework.views import exception_handler, set_rollback  # noqa: PLC0415 whose parser needs this module

    if isinstance(error, PermissionDenied):
        error = Problem(403, str(error) or _("You may not do this."))
    elif isinstance(error, ValidationError):
        error = of_validation(error)
    elif isinstance(error, IdUsed):
        error = Problem(409, str(error), kind="id-used")
    elif isinstance(error, Http404 | exceptions.NotFound):
        error = Problem(404, _("This does not exist, or you may not see it."))
    headers: dict[str, str] = {}
    if isinstance(error, exceptions.APIException):
        plain = exception_handler(error, context)
        headers = {
            name: plain[name] for name in ("WWW-Authenticate", "Retry-After") if plain and name in plain
        }
        error = Problem(error.status_code, " ".join(_sentences(error.detail)))
    if not isinstance(error, Problem):
        return None
    set_rollback()
    return Response(
        content_of(error),
        status=error.status,
        headers=headers,
        content_type=MEDIA_TYPE,
    )


def _sentences(detail: Any) -> Iterator[str]:
    if isinstance(detail, dict):
        for value in detail.values():
            yield from _sentences(value)
    elif isinstance(detail, list):
        for value in detail:
            yield from _sentences(value)
    else:
        yield str(detail)
