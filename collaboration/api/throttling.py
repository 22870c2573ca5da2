"""How often one caller may ask. The rates stand in the settings, by scope."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle

from collaboration.models import PersonalToken, User


class Throttle(SimpleRateThrottle):
    """A clock that was set back stops nobody for longer: requests of the future are forgotten."""

    now: float
    num_requests: int

    def throttle_failure(self) -> bool:
        self.history = [at for at in self.history if at <= self.now]
        return len(self.history) < self.num_requests and self.throttle_success()


class OutsiderThrottle(Throttle, AnonRateThrottle):
    """Callers who have not signed in, by their network address."""

    scope = "anon"


class PersonThrottle(Throttle):
    """People with a session, each by themselves."""

    scope = "person"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        if isinstance(request.user, User) and request.auth is None:
            return self.cache_format % {"scope": self.scope, "ident": request.user.pk}
        return None


class TokenThrottle(Throttle):
    """Programs, each token by itself."""

    scope = "token"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        if isinstance(request.auth, PersonalToken):
            return self.cache_format % {"scope": self.scope, "ident": request.auth.pk}
        return None
