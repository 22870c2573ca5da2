"""Who asks over the API: the portal's own session, or a personal token."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from collaboration.models import PersonalToken, User
from collaboration.workflows.tokens import token_in_force


class BrowserSession(SessionAuthentication):
    """The portal's own session. Somebody without one gets 401, so that an editor's script knows to say so."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer ysp_…`: a token that a person has made on their account page."""

    def authenticate(self, request: Request) -> tuple[User, PersonalToken] | None:
        """The token's person. Another scheme is not ours to judge; a token that opens nothing raises a 401."""
        scheme, _space, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = token_in_force(secret.strip().decode("latin-1"))
        if token is None:
            raise AuthenticationFailed(
                _("This token is not valid: it is unknown, has expired or was revoked.")
            )
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ScopeAllows(BasePermission):
    """A token made for reading only reads; a session may whatever its person may."""

    def has_permission(self, request: Request, view: Any) -> bool:
        self.message = _("This token was made for reading only.")
        return (
            request.method in SAFE_METHODS
            or not isinstance(request.auth, PersonalToken)
            or request.auth.scope == PersonalToken.Scope.WRITE
        )


class _SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = BrowserSession
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The portal's own pages. Whatever writes repeats the cookie csrftoken in X-CSRFToken.",
        }


class _TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal token, made on the page “My account”.",
        }
