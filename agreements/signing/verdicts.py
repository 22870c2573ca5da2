"""The five verdicts about a file, in words: what was found, what was checked for it, and what was not."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy


class Kind(StrEnum):
    """What a file is."""

    SIGNED_HERE = "signed_here"
    CONTINUES = "continues"
    SAME_CONTENT = "same_content"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


HEADLINES: dict[Kind, Any] = {
    Kind.SIGNED_HERE: gettext_lazy("Signed in this portal and unchanged"),
    Kind.CONTINUES: gettext_lazy("Our file, with signatures that were added elsewhere"),
    Kind.SAME_CONTENT: gettext_lazy("Made anew elsewhere: the same content, and its own signature holds"),
    Kind.DIFFERS: gettext_lazy("The content is not the one that was agreed on"),
    Kind.UNKNOWN: gettext_lazy("The file cannot be recognised"),
}
MEANINGS: dict[Kind, Any] = {
    Kind.SIGNED_HERE: gettext_lazy(
        "Every byte is as it was when the portal made the last signature or seal."
    ),
    Kind.CONTINUES: gettext_lazy(
        "What the portal made is unchanged inside the file; after it only signatures came."
    ),
    Kind.SAME_CONTENT: gettext_lazy(
        "Services that sign make the pages anew. The words of every page are those of the agreement, and nobody has changed "
        "the file since it was signed there."
    ),
    Kind.DIFFERS: gettext_lazy("Do not use the file. Below stands where it differs."),
    Kind.UNKNOWN: gettext_lazy("It is not signed, damaged, locked with a password, or not from this portal."),
}
SIGNS = {
    Kind.SIGNED_HERE: "✓",
    Kind.CONTINUES: "✓",
    Kind.SAME_CONTENT: "✓",
    Kind.DIFFERS: "≠",
    Kind.UNKNOWN: "?",
}

REASONS: dict[str, Any] = {
    "empty": gettext_lazy("The file is empty."),
    "large": gettext_lazy("The file is larger than 15 MB. Nothing was opened."),
    "not_pdf": gettext_lazy("The file is not a PDF."),
    "locked": gettext_lazy(
        "The file is locked with a password. Save it without one, or ask for the file as it was signed."
    ),
    "broken": gettext_lazy("The file is damaged or cut: it could not be opened."),
    "validator": gettext_lazy(
        "The signatures of the file could not be read. Ask for the file anew from whoever signed it."
    ),
    "pages": gettext_lazy("The file has no pages, or more than 350. It was not read."),
    "long": gettext_lazy("There is more text in the file than is read here."),
    "signatures": gettext_lazy("There are more than 100 signatures in the file. They were not read."),
    "foreign": gettext_lazy(
        "The file is signed, but it is not from this portal and none of its pages names an agreement of ours."
    ),
    "not_ours": gettext_lazy(
        "The file is not signed, and none of its pages names an agreement of this portal."
    ),
    "unsigned": gettext_lazy("The pages are those of the agreement, but nobody has signed the file."),
    "printed": gettext_lazy("This is the portal's own file of the agreement, before anybody signed it."),
    "spoiled": gettext_lazy(
        "The pages are those of the agreement, but a signature in the file does not hold: the file was changed after it."
    ),
}
"""Why nothing more is said of a file."""

CHECKS: dict[str, Any] = {
    "bytes": gettext_lazy(
        "Checked: the bytes of the file against the portal's own signatures, one after the other."
    ),
    "added": gettext_lazy(
        "Checked: that what was added changes no page, and that the added signatures fit their bytes."
    ),
    "words": gettext_lazy(
        "Checked: the words of each page against the agreement, and the file's signatures against its bytes."
    ),
    "not_who": gettext_lazy(
        "Not checked: who is behind signatures that were made in another service. That service tells it."
    ),
    "not_pictures": gettext_lazy("Not checked: pictures, drawings and what may lie over the words."),
}
"""What was checked, and what was not."""

OF_NO_WORDS: dict[str, Any] = {
    "pages": gettext_lazy("There are %(said)s pages of the agreement instead of %(agreed)s."),
    "unnamed": gettext_lazy("This page names no agreement, or another one."),
    "somewhere": gettext_lazy(
        "The file was changed after it was signed; the words of its pages do not tell where."
    ),
}
"""Differences that are not in the words of a page."""


@dataclass(frozen=True)
class Signature:
    """A signature in the file, as it tells of itself. `is_own`: made with the portal's key."""

    name: str
    office: str
    party: str
    at: datetime.datetime | None
    is_own: bool
    is_intact: bool
    is_timestamp: bool = False


@dataclass(frozen=True)
class Place:
    """Where the content differs: on which page (from 1; 0 for no page), and in which words, or how else."""

    page: int
    said: str = ""
    agreed: str = ""
    otherwise: str = ""

    @property
    def sentence(self) -> str:
        """How it differs when not in words."""
        told = {"said": self.said, "agreed": self.agreed}
        return str(OF_NO_WORDS[self.otherwise]) % told if self.otherwise else ""


@dataclass(frozen=True)
class Verdict:
    """`content`: the digest of the agreement's content when the file is about one. `reason`: why it is unknown.

    `holds_client_data`: a personal identity code stands on its pages.
    """

    kind: Kind
    digest: str
    content: str = ""
    reason: str = ""
    signatures: tuple[Signature, ...] = ()
    places: tuple[Place, ...] = ()
    added_pages: tuple[int, ...] = ()
    attachments: tuple[tuple[str, str], ...] = ()
    checked: tuple[str, ...] = ()
    holds_client_data: bool = False

    @property
    def checks(self) -> list[str]:
        """What was checked and what was not, a sentence each."""
        return [str(CHECKS[each]) for each in self.checked]

    @property
    def headline(self) -> str:
        return str(HEADLINES[self.kind])

    @property
    def sentence(self) -> str:
        """What it means, in one sentence or two."""
        return str(REASONS[self.reason] if self.reason else MEANINGS[self.kind])

    @property
    def sign(self) -> str:
        return SIGNS[self.kind]
