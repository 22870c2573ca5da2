"""How often one caller may ask. The rates stand in the settings, by scope."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle

from collaboration.models import PersonalToken, User


class OutsiderThrottle(AnonRateThrottle):
    """Callers who have not signed in, by their network address."""

    scope = "anon"


class PersonThrottle(SimpleRateThrottle):
    """People with a session, each by themselves."""

    scope = "person"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        if isinstance(request.user, User) and request.auth is None:
            return self.cache_format % {"scope": self.scope, "ident": request.user.pk}
        return None


class TokenThrottle(SimpleRateThrottle):
    """Programs, each token by itself."""

    scope = "token"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        if isinstance(request.auth, PersonalToken):
            return self.cache_format % {"scope": self.scope, "ident": request.auth.pk}
        return None
