"""The seat that a person sits in while they have several: kept in the session, and known to whoever lists organisations."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

NAME = "seat"


def kept_seat(request: HttpRequest) -> str:
    """The key of the seat that was taken, which may be the person's no longer."""
    return str(request.session.get(NAME, {}).get("key", ""))


def keep_seat(request: HttpRequest, organisation: int | None, key: str) -> None:
    """Sit there from now on."""
    request.session[NAME] = {"key": key, "organisation": organisation}


def remember_seat(request: HttpRequest) -> None:
    """Let the request's person be asked where they sit."""
    if kept := request.session.get(NAME):
        person: Any = request.user
        person.seat = kept["organisation"]
