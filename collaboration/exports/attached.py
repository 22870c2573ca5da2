"""How an attached file is sent: to be saved, and never as a page of ours."""

from __future__ import annotations

from collaboration.exports.names import attachment as disposition
from collaboration.models import Attachment
from collaboration.queries.attachments import TYPES


def headers_of(file: Attachment) -> dict[str, str]:
    """The headers of its answer."""
    return {
        "Content-Type": TYPES[file.kind],
        "Content-Disposition": disposition(file.name),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }
