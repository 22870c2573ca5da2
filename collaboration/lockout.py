"""Guessing passwords: which account was tried from where, without keeping what anybody typed.

django-axes counts failures by account and address and locks the pair; nobody can lock a person out from elsewhere.
The account is kept as a keyed hash, whether or not it exists: the tables tell neither who nor which addresses are real.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext


def secret(text: str) -> str:
    """What stands for a typed text where it is only compared."""
    return salted_hmac("collaboration.lockout", text.strip().lower(), algorithm="sha256").hexdigest()


def account(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """django-axes' name of the account that is being tried: `A@b.fi ` and `a@b.fi` are the same."""
    typed = (credentials or {}).get("username") or request.POST.get("username") or ""
    return secret(str(typed))


def described(_username: str, address: str, _agent: str, path: str, _request: HttpRequest) -> str:
    """Who tried, for the log: the address and the page, never the account."""
    return f"{address} at {path}"


class ForgetfulHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts as django-axes does, and keeps nothing of what was sent."""

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        with transaction.atomic():
            super().user_login_failed(sender, credentials, request, **kwargs)
            if request is not None:
                mine = AccessAttempt.objects.filter(username=account(request, credentials))
                mine.update(get_data="", post_data="", path_info="", http_accept="")

    def filter_user_attempts(
        self, request: HttpRequest, credentials: dict[str, Any] | None = None
    ) -> list[QuerySet[AccessAttempt]]:
        """A clock that was set back lengthens no lock: a failure of the future counts from now on."""
        found: list[QuerySet[AccessAttempt]] = super().filter_user_attempts(request, credentials)
        now = timezone.now()
        for attempts in found:
            attempts.filter(attempt_time__gt=now).update(attempt_time=now)
        return found


def minutes_locked(request: HttpRequest) -> int:
    """In how many minutes this account can be tried again from this address."""
    attempt = (
        AccessAttempt.objects.filter(
            username=account(request, getattr(request, "axes_credentials", None)),
            ip_address=request.META.get("REMOTE_ADDR") or None,
        )
        .order_by("-attempt_time")
        .first()
    )
    since: timedelta = timezone.now() - attempt.attempt_time if attempt else timedelta()
    return in_minutes(settings.AXES_COOLOFF_TIME - since)


def in_minutes(left: timedelta) -> int:
    """Whole minutes, rounded up, at least one."""
    return max(1, -(-int(left.total_seconds()) // 60))


class Throttle:
    """So many times in a while for one key; counted by Django's cache, in windows of fixed length.

    With the cache in the process's own memory, n web processes let through up to n times as many.
    """

    def __init__(self, name: str, most: int, window: timedelta) -> None:
        self.name, self.most, self.window = name, most, window

    def _place(self, key: str) -> tuple[str, timedelta]:
        seconds = int(self.window.total_seconds())
        number, passed = divmod(int(timezone.now().timestamp()), seconds)
        return f"throttle:{self.name}:{number}:{secret(key)}", timedelta(seconds=seconds - passed)

    def count(self, key: str) -> None:
        """Once more for this key."""
        place, left = self._place(key)
        if not cache.add(place, 1, timeout=left.total_seconds()):
            try:
                cache.incr(place)
            except ValueError:  # it expired at this very moment
                cache.add(place, 1, timeout=left.total_seconds())

    def wait(self, key: str) -> int:
        """Minutes to wait, or 0 while it may be done."""
        place, left = self._place(key)
        return in_minutes(left) if cache.get(place, 0) >= self.most else 0

    def take(self, request: HttpRequest, form: BaseForm) -> int:
        """Count a valid message for its network address. Where too many have come from there the form says so, and what was
        typed stays: then the minutes to wait, else 0."""
        address = request.META.get("REMOTE_ADDR", "")
        minutes = self.wait(address)
        if minutes:
            form.is_valid()
            form.add_error(None, _many_came(minutes))
        elif form.is_valid():
            self.count(address)
        return minutes


def _many_came(minutes: int) -> str:
    return ngettext(
        "Many messages have come from your network. Try again in %(minutes)d minute: what you wrote stays here.",
        "Many messages have come from your network. Try again in %(minutes)d minutes: what you wrote stays here.",
        minutes,
    ) % {"minutes": minutes}


def later(response: HttpResponse, minutes: int) -> HttpResponse:
    """The answer to one too many says to programs, too, when to try again."""
    if minutes:
        response.headers["Retry-After"] = str(60 * minutes)
    return response


FAILED_SIGN_INS = Throttle("sign-in", 100, timedelta(minutes=15))
"""Wrong passwords from one address, over all accounts: a whole town hall may stand behind it."""

WRONG_OLD_PASSWORDS = Throttle("old-password", 5, timedelta(minutes=15))
"""Wrong guesses of a signed-in person's own password: whoever sits down at an open session may not try them all."""

MESSAGES_FROM_ONE = Throttle("contact", 20, timedelta(hours=1))
"""Messages from the contacts page, from one network address."""

FEEDBACK_FROM_ONE = Throttle("feedback", 20, timedelta(hours=1))
"""Feedback from pages for residents, from one network address."""

RESETS_FOR_ONE = Throttle("reset-account", 5, timedelta(hours=1))
RESETS_FROM_ONE = Throttle("reset-address", 60, timedelta(hours=1))
"""Links asked for, for one e-mail address and from one network address; existing or not, it counts the same."""
