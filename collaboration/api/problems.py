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
from rest_framework.views import exception_handler, set_rollback

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: gettext_lazy("The request is not whole"),
    401: gettext_lazy("Sign in first"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not there"),
    405: gettext_lazy("Not possible here"),
    406: gettext_lazy("Only JSON is spoken here"),
    409: gettext_lazy("Somebody else was quicker"),
    412: gettext_lazy("Changed since you read it"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Only JSON is understood here"),
    422: gettext_lazy("This could not be saved"),
    428: gettext_lazy("Say which version you change"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Something went wrong"),
}


class Problem(Exception):
    """An answer that is not a success. `errors` are (field, sentence); `more` are members of its own."""

    def __init__(self, status: int, detail: str, errors: Iterable[tuple[str, str]] = (), **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.more = status, detail, list(errors), more


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


def problem(status: int, detail: str, errors: Iterable[tuple[str, str]] = (), **more: Any) -> dict[str, Any]:
    """The body."""
    return {
        "type": "about:blank",
        "title": str(TITLES.get(status, _("The request failed"))),
        "status": status,
        "detail": detail,
        "errors": [{"field": field, "message": message} for field, message in errors],
        **more,
    }


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None lets a failure of ours go on to the log and the page of status 500."""
    if isinstance(error, PermissionDenied):
        error = Problem(403, str(error) or _("You may not do this."))
    elif isinstance(error, ValidationError):
        error = of_validation(error)
    elif isinstance(error, Http404 | exceptions.NotFound):
        error = Problem(404, _("This is not there, or not for you to see."))
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
        problem(error.status, error.detail, error.errors, **error.more),
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
