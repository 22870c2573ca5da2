"""What was sent after its session had ended: kept in the browser's own session, and offered to its author alone.

It passes the client-data gate first, lasts a working day, and is one for each person.
"""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from collaboration.models.fields import GATE

NAME = "kept_posts"
LASTS = 8 * 60 * 60  # seconds
MOST = 100_000  # characters
MOST_PEOPLE = 3
SEND_TO = "send_to"
"""The field with the form's own address, when a script hands it over to be kept."""

OF_THE_PAGE = {"csrfmiddlewaretoken", "made_for", "op_id", "subject", "property", "base_version", "next"}
"""Fields that a page fills, not a person."""


def keep(request: HttpRequest, person: int) -> bool:
    """Keep the form that was sent, for the person whose page sent it. Files and passwords are not kept."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in {"csrfmiddlewaretoken", "made_for", SEND_TO}
    ]
    texts = [text for name, text in fields if is_typed(name, text)]
    if not texts or any("password" in name for name, _text in fields) or sum(map(len, texts)) > MOST:
        return False
    try:
        for check in GATE:
            check("\n".join(texts))
    except ValidationError:
        return False
    others = {key: post for key, post in _all(request).items() if key != str(person)}
    newest = dict(sorted(others.items(), key=lambda each: each[1]["at"])[-(MOST_PEOPLE - 1) :])
    post = {"path": _where_to(request), "fields": fields, "at": int(time.time())}
    request.session[NAME] = {**newest, str(person): post}
    return True


def _where_to(request: HttpRequest) -> str:
    wished = request.POST.get(SEND_TO, "")
    is_ours = url_has_allowed_host_and_scheme(wished, {request.get_host()}, require_https=request.is_secure())
    return wished if is_ours and wished.startswith("/") else request.get_full_path()


def is_typed(name: str, text: str) -> bool:
    """Whether a person wrote it: not a number, a key or an address that the page had put in."""
    if name in OF_THE_PAGE or not text.strip() or text.isdecimal() or text in {"true", "false", "on"}:
        return False
    try:
        UUID(text)
    except ValueError:
        return True
    return False


def kept_for(request: HttpRequest) -> dict[str, Any] | None:
    """What waits for the person who is signed in."""
    return _all(request).get(str(request.user.pk))


def carried(request: HttpRequest) -> dict[str, Any]:
    """What is to outlive the session of another person: put it into the next one."""
    return _all(request)


def carry(request: HttpRequest, posts: dict[str, Any], *, but: int | None = None) -> None:
    """Put what was kept into the new session; whoever signs out leaves nothing."""
    rest = {key: post for key, post in posts.items() if key != str(but)}
    if rest:
        request.session[NAME] = rest


def forget(request: HttpRequest) -> None:
    """The person has sent it or does not want it."""
    carry_on = {key: post for key, post in _all(request).items() if key != str(request.user.pk)}
    request.session[NAME] = carry_on


def forget_sent(request: HttpRequest) -> None:
    """What is sent again where it was sent before waits no longer."""
    kept = kept_for(request)
    if kept and kept["path"] == request.get_full_path():
        forget(request)


def _all(request: HttpRequest) -> dict[str, Any]:
    kept: dict[str, Any] = request.session.get(NAME, {})
    return {key: post for key, post in kept.items() if post["at"] > time.time() - LASTS}
