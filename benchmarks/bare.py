"""The floor of benchmarks/live.py: an ASGI application that passes what is posted on to whoever listens, no more."""

import asyncio
import time
from typing import Any

listeners: set[asyncio.Queue[bytes]] = set()


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """POST tells, GET listens."""
    if scope["method"] == "POST":
        body = (await receive())["body"].replace(b"NOW", str(time.time()).encode())
        for each in listeners:
            each.put_nowait(body)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    listeners.add(queue)
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    body = b"retry: 2000\n\n"
    try:
        while True:
            await send({"type": "http.response.body", "body": body, "more_body": True})
            body = b"event: changes\ndata: " + await queue.get() + b"\n\n"
    finally:
        listeners.discard(queue)
