"""What people and programs get when something went wrong with us, or the database is away."""

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from collaboration.api.problems import MEDIA_TYPE, Problem, content_of
from collaboration.api.rendering import as_json

AWAY = (OperationalError, InterfaceError)
READ_ONLY = "25006"  # PostgreSQL's read_only_sql_transaction
SECONDS_TO_WAIT = "5"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: what cannot be read, or is more than the portal takes (413)."""
    is_large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return _told(request, 413 if is_large else 400, "400.html", is_large=is_large)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: a page, or a problem for the API's callers. Status 503 while the database is away."""
    is_away = database_is_away(sys.exc_info()[1])
    response = _told(request, *((503, "503.html") if is_away else (500, "500.html")))
    if is_away:
        response.headers["Retry-After"] = SECONDS_TO_WAIT
    return response


def _told(request: HttpRequest, status: int, page: str, **facts: bool) -> HttpResponse:
    """A page for people, a problem for programs."""
    if request.path_info.startswith("/api/v1/"):
        content, kind = as_json(content_of(_problem(status))), MEDIA_TYPE
        return HttpResponse(content, content_type=kind, status=status)
    return HttpResponse(render_to_string(page, facts), status=status)


def database_is_away(error: BaseException | None) -> bool:
    """Whether PostgreSQL does not answer, ended the connection, timed out, is full or takes no writes."""
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "pgcode", None) == READ_ONLY
    return isinstance(error, AWAY)


def _problem(status: int) -> Problem:
    if status == 503:
        return Problem(503, _("The portal's database does not answer now. Try again in a moment."))
    if status == 413:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        return Problem(413, _("This is too large. Send at most %(most)d bytes.") % {"most": most})
    if status == 400:
        return Problem(400, _("The portal cannot read what was sent. Nothing was changed."))
    return Problem(500, _("Something went wrong with us, and it has been written down. Nothing was changed."))
