"""Files that people bring: known by their content, really opened, and past the client-data gate before anything is kept."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.identity_codes import identity_codes
from collaboration.models import Attachment
from collaboration.uploads.apart import Failed, answer_of

OPENING = Path(__file__).with_name("opening.py")

Kind = Attachment.Kind
HEADS = ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"PK\x03\x04", "zip"))
OTHER_PICTURES = (b"GIF8", b"II*\0", b"MM\0*", b"BM", b"RIFF", b"<svg", b"\0\0\x01\0")
OLD_DOCUMENT = b"\xd0\xcf\x11\xe0"

NOT_TAKEN = gettext_lazy(
    "This kind of file is not taken. Bring a picture (JPEG or PNG), a PDF, or a document (DOCX, XLSX, PPTX, ODT, ODS, ODP, "
    "TXT, CSV)."
)
REASONS: dict[str, Any] = {
    "unknown": NOT_TAKEN,
    "empty": gettext_lazy("The file is empty."),
    "large": format_lazy(
        gettext_lazy("The file is larger than {most} MB."), most=Attachment.MOST_BYTES // 1_000_000
    ),
    "picture": gettext_lazy("A picture of this kind is not opened here. Save it as JPEG or PNG."),
    "phone": gettext_lazy(
        "Pictures in HEIC or AVIF are not opened here, since that is not safe. Choose JPEG in the settings of the camera, or "
        "save the picture as JPEG."
    ),
    "old": gettext_lazy("The document is of an old kind. Save it as DOCX, XLSX, PPTX or PDF."),
    "broken": gettext_lazy("The file could not be opened: it is cut or broken."),
    "locked": gettext_lazy("The file is locked with a password. Save it without one."),
    "inside": gettext_lazy("There are other files inside the file. Bring them one by one."),
    "macros": gettext_lazy("The document has macros. Save it without them."),
    "pixels": gettext_lazy("The picture has too many pixels to be opened safely."),
    "pages": gettext_lazy("The PDF has no pages, or more than 500."),
    "long": gettext_lazy("There is more text in the file than can be checked. Bring it in parts."),
    "bomb": gettext_lazy("The file would grow too large when it is opened."),
    "code": gettext_lazy(
        "There is a personal identity code in the file. Information on clients does not belong in this service."
    ),
    "name": gettext_lazy("There is a personal identity code in the name of the file."),
}
"""Why a file is not taken, by the reasons of `opening` and of this module."""


@dataclass(frozen=True)
class Brought:
    """A file as it is to be kept."""

    name: str
    kind: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def refusal(name: str, reason: str) -> ValidationError:
    """Why the file of this name is not taken."""
    sentence = _("%(file)s: %(reason)s") % {"file": name or _("File"), "reason": REASONS[reason]}
    return ValidationError(sentence, code=reason)


def read(name: str, content: bytes, kinds: Collection[str], *, is_nameless: bool = False) -> Brought:
    """The file, opened and checked. `is_nameless`: nothing of whoever made it stays in it.

    Raises ValidationError with a sentence, whose code is the reason.
    """
    called = _tidy(name)
    if any(identity_codes(called)):
        raise refusal("", "name")
    kind, said, kept = _open(called, content, kinds, is_nameless=is_nameless)
    if any(identity_codes(said)):
        raise refusal(called, "code")
    return Brought(_with_ending(called, kind), kind, kept)


def _open(name: str, content: bytes, kinds: Collection[str], *, is_nameless: bool) -> tuple[str, str, bytes]:
    if not content:
        raise refusal(name, "empty")
    if len(content) > Attachment.MOST_BYTES:
        raise refusal(name, "large")
    kind = _kind_by_content(name, content)
    try:
        answer = answer_of(OPENING, kind, "nameless" if is_nameless else "names", content=content)
    except Failed:
        raise refusal(name, "broken") from None
    line, _line_end, anew = answer.partition(b"\n")
    told = json.loads(line)
    if "refused" in told:
        raise refusal(name, told["refused"])
    if told["kind"] not in kinds:
        allowed = ", ".join(sorted(str(Kind(kind).label) for kind in kinds))
        raise ValidationError(
            _("%(file)s: only these are taken here: %(kinds)s.") % {"file": name, "kinds": allowed},
            code="unknown",
        )
    return told["kind"], told["text"], anew if told["is_new"] else content


def _kind_by_content(name: str, content: bytes) -> str:
    """What the first bytes say that it is; plain text says nothing, and is believed by its name until it is opened."""
    head = content[:1024]
    for begin, kind in HEADS:
        if head.startswith(begin):
            return kind
    if b"%PDF-" in head:
        return "pdf"
    if head[4:8] == b"ftyp":
        raise refusal(name, "phone")
    if head.startswith(OTHER_PICTURES):
        raise refusal(name, "picture")
    if head.startswith(OLD_DOCUMENT):
        raise refusal(name, "old")
    ending = PurePosixPath(name).suffix.lower()
    if ending in {".txt", ".csv"}:
        return ending[1:]
    raise refusal(name, "unknown")


def _tidy(name: str) -> str:
    """The last part of the name, without signs that do not show, at most 120 characters with its ending."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    shown = " ".join(shown.split()).lstrip(".")
    path = PurePosixPath(shown or "_")
    return path.stem[:110] + path.suffix[:10]


def _with_ending(name: str, kind: str) -> str:
    """The name with the ending of what the file is."""
    path = PurePosixPath(name)
    endings = {f".{kind}"} | ({".jpg"} if kind == Kind.JPEG else set())
    if path.suffix.lower() in endings:
        return name
    return f"{name[:110]}.{'jpg' if kind == Kind.JPEG else kind}"
