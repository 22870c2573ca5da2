"""The bell of other processes, heard through Redis for as long as it answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import redis.asyncio
from django.conf import settings

from collaboration import bell

SILENCE = 15.0
"""After so many seconds without a ring Redis is asked whether it is there."""


class Line:
    """What others ring; `is_open` while it can be heard."""

    def __init__(self, hear: Callable[[dict[str, Any]], None]) -> None:
        self.hear = hear
        self.is_open = False

    async def listen(self) -> None:
        """Call again and again."""
        while True:
            client = redis.asyncio.Redis.from_url(
                settings.CELERY_BROKER_URL, socket_connect_timeout=2, socket_timeout=2, retry=None
            )
            try:
                async with client.pubsub() as line:
                    await line.subscribe(bell.CHANNEL)
                    await self._follow(line)
            except (redis.RedisError, OSError):
                pass
            finally:
                self.is_open = False
                with suppress(redis.RedisError, OSError):
                    await client.aclose()
            await asyncio.sleep(1)

    async def _follow(self, line: redis.asyncio.client.PubSub) -> None:
        """Hear until nothing comes, not even an answer to a question."""
        asked = False
        while (message := await line.get_message(timeout=SILENCE)) or not asked:
            asked = message is None
            if message is None:
                await line.ping()
                continue
            self.is_open = True
            if message["type"] == "message":
                with suppress(ValueError, TypeError, KeyError, AttributeError):  # of another version
                    rung = json.loads(message["data"])
                    if rung["from"] != bell.own_name():
                        self.hear(rung)
            await asyncio.sleep(0)  # many rings at once keep nobody from being told
