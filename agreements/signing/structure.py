"""What a PDF says of itself: for archives, for accessibility, and who has signed it. Checked before and after each signature."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields


class NotSignable(Exception):
    """The file may not be signed here; the sentence says why, for whoever runs the portal."""


@dataclass(frozen=True)
class Structure:
    """`archive`: the part and level of PDF/A, as 2A. `is_tagged`: has the structure that PDF/UA-1 asks for and says so."""

    pages: int
    archive: str
    is_tagged: bool
    language: str
    attachments: tuple[str, ...]
    signatures: tuple[str, ...]

    def without_signatures(self) -> tuple[Any, ...]:
        """What no signature changes."""
        return self.pages, self.archive, self.is_tagged, self.language, self.attachments


def structure_of(content: bytes) -> Structure:
    """The structure of a file that the portal made. Raises NotSignable for any other."""
    try:
        return _read(PdfFileReader(BytesIO(content)))
    except NotSignable:
        raise
    except Exception as error:
        raise NotSignable(f"The file is no PDF that can be signed: {error}") from error


def _read(reader: PdfFileReader) -> Structure:
    root = reader.root
    if reader.encrypted or "/Perms" in root:
        raise NotSignable("The file is encrypted, or certified so that nothing may be added.")
    metadata = root["/Metadata"].data.decode() if "/Metadata" in root else ""
    part = re.search(r"pdfaid:part>(\d)<", metadata)
    level = re.search(r"pdfaid:conformance>(\w)<", metadata)
    is_tagged = bool(root.get("/MarkInfo", {}).get("/Marked")) and "/StructTreeRoot" in root
    names = root.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])
    return Structure(
        int(root["/Pages"]["/Count"]),
        f"{part[1]}{level[1]}" if part and level and "/OutputIntents" in root else "",
        is_tagged and "pdfuaid:part>1<" in metadata,
        str(root.get("/Lang", "")),
        tuple(str(name) for name in list(names)[::2]),
        tuple(name for name, _value, _field in enumerate_sig_fields(reader, filled_status=True)),
    )
