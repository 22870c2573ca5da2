"""Files attached to rows of the cast."""

from __future__ import annotations

from typing import Any

from collaboration.models import Attachment, User
from collaboration.policy import attachments as policy
from collaboration.workflows.attachments import attach
from tests.cast import Cast
from tests.collaboration.forum_cast import RAISER, matter_of
from tests.gear import files


def attached(row: Any, by: User, name: str = "kuva.png", content: bytes | None = None) -> Attachment:
    """A file that the person has attached to the row."""
    return attach(row, policy.files_of(row).read(name, content or files.png(name)), by=by)


def attachment_of(cast: Cast) -> Attachment:
    """What its raiser has attached to the matter of the cast."""
    return attached(matter_of(cast), cast[RAISER])
