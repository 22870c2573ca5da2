"""JSON that a caller sends, up to a size and a depth."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from collaboration.api.problems import Problem


class BoundedJSONParser(BaseParser):
    """UTF-8 JSON by orjson: no NaN, no halves of characters, and nothing too deep to be sent back."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The content. Raises a 413 for too many bytes, a 400 for what is no JSON."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        content = stream.read(most + 1)
        if len(content) > most:
            raise Problem(413, _("This is too large. Send at most %(most)d bytes.") % {"most": most})
        try:
            sent = orjson.loads(content)
            orjson.dumps(sent)  # what is nested too deeply could not be shown beside another's version
        except (orjson.JSONDecodeError, orjson.JSONEncodeError):
            raise ParseError(_("This is not JSON that can be read.")) from None
        return sent
