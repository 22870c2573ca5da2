"""Whose address a request comes from, when proxies stand in front."""

from __future__ import annotations

from typing import Any

FORWARDED_FOR = b"x-forwarded-for"


class LastHops:
    """Keeps of X-Forwarded-For what one's own proxies have written: the last entries, one for each of them.

    What stands before them came with the request, and anybody can send it.
    """

    def __init__(self, app: Any, proxies: int) -> None:
        self.app, self.proxies = app, proxies

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = {**scope, "headers": self.kept(scope["headers"])}
        await self.app(scope, receive, send)

    def kept(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """The request's headers with no more entries than there are proxies."""
        told = b",".join(value for name, value in headers if name == FORWARDED_FOR).split(b",")
        others = [(name, value) for name, value in headers if name != FORWARDED_FOR]
        last = b",".join(told[-self.proxies :] if self.proxies else [])
        return [*others, (FORWARDED_FOR, last)] if last else others
