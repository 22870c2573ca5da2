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
    leaving = asyncio.ensure_future(wait_for_leave(receive, queue))
    listeners.add(queue)
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    body = b"retry: 2000\n\n"
    while not leaving.done():
        await send({"type": "http.response.body", "body": body, "more_body": True})
        body = b"event: changes\ndata: " + await queue.get() + b"\n\n"


async def wait_for_leave(receive: Any, queue: asyncio.Queue[bytes]) -> None:
    """Forget a listener whose connection has ended; otherwise the floor would grow from round to round."""
    while (await receive())["type"] != "http.disconnect":
        pass
    listeners.discard(queue)
    queue.put_nowait(b"")
