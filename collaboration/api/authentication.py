"""Who asks over the API."""

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class BrowserSession(SessionAuthentication):
    """The portal's own session. Somebody without one gets 401, so that an editor's script knows to say so."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"
