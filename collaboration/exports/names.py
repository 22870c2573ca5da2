"""What a file is called: as a person finds it again, with the letters of its document's own name."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import override

from collaboration.models import Export
from collaboration.words import FOUND_AS

PAPERS = {Export.Format.PDF_A4: "a4", Export.Format.PDF_A3: "a3"}
PLAIN = str.maketrans(*(letters + letters.upper() for letters in FOUND_AS))
NAMELESS = "yhdyspinta"
MOST_BYTES = 120
"""Of a title: with what follows it fits the 255 bytes that file systems allow."""


def file_name(export: Export) -> str:
    """The document's name, version or day, paper, language."""
    document: Any = export.subject
    with override("sv" if export.language == "sv" else "fi"):
        title = str(document)
    at = timezone.localtime(export.asked_at)
    of = f"v{export.version_number}" if export.version_number else f"{at:%Y-%m-%d-%H%M}"
    paper = f"-{PAPERS[Export.Format(export.format)]}" if export.format in PAPERS else ""
    return f"{for_a_file(title)}-{of}{paper}-{export.language}.{export.format.partition('_')[0]}"


def for_a_file(title: str) -> str:
    """The title in letters and digits with hyphens between."""
    letters = (
        sign if unicodedata.category(sign)[0] in "LMN" else "-"
        for sign in unicodedata.normalize("NFC", title)
    )
    name = re.sub("-+", "-", "".join(letters)).strip("-")[:60]
    return name.encode()[:MOST_BYTES].decode(errors="ignore").rstrip("-") or NAMELESS


def attachment(name: str) -> str:
    """The header Content-Disposition (RFC 6266): the name, and before it one in plain letters for old programs."""
    spelled = unicodedata.normalize("NFKD", name.translate(PLAIN))
    plain = spelled.encode("ascii", "ignore").decode().lstrip("-")
    plain = NAMELESS + plain if plain.startswith(".") else plain
    whole = f"; filename*=UTF-8''{quote(name, safe='')}" if plain != name else ""
    return f'attachment; filename="{plain}"{whole}'
