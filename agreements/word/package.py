"""The parts of a DOCX that somebody brought, within limits: no bomb of ZIP or XML is unpacked."""

from __future__ import annotations

import posixpath
import zipfile
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

MOST_BYTES, MOST_BYTES_OF_PARTS, MOST_PARTS = 10_000_000, 60_000_000, 2_000
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
OF_A_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class NotTaken(Exception):
    """The file is not taken; the sentence says why, and what to do."""


class Package:
    """A ZIP with parts of XML that lead to each other."""

    def __init__(self, content: bytes) -> None:
        if len(content) > MOST_BYTES:
            raise NotTaken(_("The file is larger than 10 MB."))
        try:
            self.zip = zipfile.ZipFile(BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise NotTaken(_("The file is not a Word document (DOCX), or it is cut or locked.")) from error
        if len(self.zip.infolist()) > MOST_PARTS:
            raise NotTaken(_("The file would grow too large when it is opened."))
        self.left = MOST_BYTES_OF_PARTS

    def part(self, path: str) -> Any:
        """The root of a part; None when there is none."""
        try:
            with self.zip.open(path.lstrip("/")) as opened:
                held = opened.read(self.left + 1)
        except KeyError:
            return None
        except Exception as error:  # encrypted, of an unknown method, cut
            raise NotTaken(_("The file is not a Word document (DOCX), or it is cut or locked.")) from error
        self.left -= len(held)
        if self.left < 0:
            raise NotTaken(_("The file would grow too large when it is opened."))
        try:
            root = etree.fromstring(held, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError as error:
            raise NotTaken(_("The document is broken inside. Open it in Word and save it again.")) from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise NotTaken(_("The document is not as Word saves them. Open it in Word and save it again."))
        return root

    def related(self, path: str) -> dict[str, str]:
        """Where the relationships of a part lead, by their kind; of each kind the first."""
        folder, file = posixpath.split(path)
        root = self.part(posixpath.join(folder, "_rels", f"{file}.rels"))
        found: dict[str, str] = {}
        for each in root.iter(OF_A_RELATIONSHIP) if root is not None else ():
            if each.get("TargetMode") != "External":
                kind = (each.get("Type") or "").replace(STRICT, OFFICE).rpartition("/")[2]
                target = posixpath.normpath(posixpath.join("/", folder, each.get("Target") or ""))
                found.setdefault(kind, target)
        return found
