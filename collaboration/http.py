"""Requests as our views know them."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from collaboration.models import User


class SignedInRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware: its user is a person of ours."""

    user: User


def own_address(request: HttpRequest, wished: str) -> str:
    """The address when it is a path of this portal, else nothing: a stranger chose it.

    Pass it to HttpResponseRedirect: `redirect` would also take it for the name of a view.
    """
    is_own = wished.startswith("/") and url_has_allowed_host_and_scheme(
        wished, {request.get_host()}, require_https=request.is_secure()
    )
    return wished if is_own else ""
