"""JSON, fast."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer


def as_json(content: Any) -> bytes:
    """JSON of what Python and Django have: lazy translations become their words."""
    return orjson.dumps(content, default=str)


class FastJSONRenderer(BaseRenderer):
    """UTF-8 JSON by orjson."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else as_json(data)
