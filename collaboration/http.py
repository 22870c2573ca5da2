"""Requests and answers as our views know them."""

from collections.abc import AsyncIterator, Callable
from typing import Protocol

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from collaboration.models import User


class SignedInRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware: its user is a person of ours."""

    user: User


def own_address(request: HttpRequest, wished: str) -> str:
    """The address when it is a path of this portal, else nothing: an outsider chose it.

    Pass it to HttpResponseRedirect: `redirect` would also take it for the name of a view.
    """
    is_own = wished.startswith("/") and url_has_allowed_host_and_scheme(
        wished, {request.get_host()}, require_https=request.is_secure()
    )
    return wished if is_own else ""


class Events(Protocol):
    """Server-sent events as they come; `close` may be called at any time, in the event loop."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def close(self) -> None: ...


class EventStream(StreamingHttpResponse):
    """An answer that is Django's up to its headers; the event loop then calls `listen` and passes on what it hears."""

    def __init__(self, listen: Callable[[], Events]) -> None:
        headers = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
        super().__init__((), content_type="text/event-stream", headers=headers)
        self.listen = listen
