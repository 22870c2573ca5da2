"""The bell: whoever has written something rings it, and every web process looks into the database.

Redis carries the ring to other processes and nothing else. Without Redis the ringing process hears itself, and the
others find out by looking every second; an edit neither waits for it nor fails with it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import redis
from django.conf import settings
from django.db import models

CHANNEL = "yhdyspinta"
SILENCE = 5.0
"""Seconds without ringing after Redis did not answer: a dead Redis costs one short wait, not one for each edit."""

listeners: list[Callable[[dict[str, Any]], None]] = []
"""What this process does when the bell rings in it."""


class _Line:
    client: redis.Redis | None = None
    silent_until = 0.0
    name = (0, "")


def own_name() -> str:
    """What this process signs its rings with, so that it does not hear itself twice."""
    if _Line.name[0] != os.getpid():
        _Line.name = os.getpid(), uuid4().hex
    return _Line.name[1]


def ring(message: dict[str, Any]) -> None:
    """Tell every process. Never raises."""
    for listener in listeners:
        listener(message)
    if time.monotonic() < _Line.silent_until:
        return
    _Line.client = _Line.client or redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_connect_timeout=0.2, socket_timeout=0.2, retry=None
    )
    try:
        _Line.client.publish(CHANNEL, json.dumps({**message, "from": own_name()}))
    except (redis.RedisError, OSError):
        _Line.silent_until = time.monotonic() + SILENCE


def ring_for(log: models.Model, **more: Any) -> None:
    """Something new stands in this log; `news` when it does not change its content."""
    ring({"log": log._meta.label_lower, "pk": log.pk, **more})
