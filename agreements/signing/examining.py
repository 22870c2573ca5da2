"""Reads a PDF that somebody shows, in a process of its own (`collaboration/uploads/apart.py`): what breaks, breaks here.

`verifying.py` runs it with a JSON of what it already knows (`own`: fingerprints of the portal's certificates; `base`: where
a file of the portal's own ends within this one) and gives the file on standard input. The answer is a JSON of facts, or
`refused` with a reason.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import Any

MOST_PAGES = 350
MOST_CHARACTERS = 3_000_000
MOST_SIGNATURES = 100
TOP, BOTTOM = 19 / 297, 33 / 297
"""Parts of a page's height above and under the text: there a service may write its line, and our footer stands."""


class Refused(Exception):
    """Nothing can be said of the file, for this reason."""


def pages_of(content: bytes) -> list[dict[str, str]]:
    """The text of each page: `body` between the margins, `all` with them."""
    import pypdfium2 as pdfium  # noqa: PLC0415 only what is needed is loaded

    try:
        opened = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise Refused("locked" if "password" in str(error).lower() else "broken") from error
    if pdfium.raw.FPDF_GetSecurityHandlerRevision(opened.raw) != -1:
        raise Refused("locked")
    if not 0 < len(opened) <= MOST_PAGES:
        raise Refused("pages")
    pages = []
    for number in range(len(opened)):
        page = opened[number]
        width, height = page.get_size()
        text = page.get_textpage()
        body = text.get_text_bounded(0, height * BOTTOM, width, height * (1 - TOP))
        pages.append({"body": _plain(body), "all": _plain(text.get_text_range())})
    if sum(len(page["all"]) for page in pages) > MOST_CHARACTERS:
        raise Refused("long")
    return pages


def _plain(text: str) -> str:
    """The words, whatever stands between them."""
    shown = "".join(sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign) != "Cf")
    return " ".join(re.sub("\ufffe|\ufffd", "", shown).split())


def signatures_of(content: bytes, own: set[str], base: int) -> dict[str, Any]:
    """Every signature in the file, and what was changed after the last one of the portal's own."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415

    reader = PdfFileReader(BytesIO(content), strict=False)
    if reader.encrypted:
        raise Refused("locked")
    embedded = reader.embedded_signatures
    if len(embedded) > MOST_SIGNATURES:
        raise Refused("signatures")
    signatures = [_signature(each) for each in embedded]
    ends = [each["end"] for each in signatures if each["fingerprint"] in own and each["is_intact"]]
    last = max([base, *ends])
    return {
        "signatures": signatures,
        "change": _change(reader, content, last) if 0 < last < len(content) else "none",
        "attachments": list(_attachments(reader)),
    }


def _signature(embedded: Any) -> dict[str, Any]:
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415

    embedded.compute_integrity_info(skip_diff=True)
    covers = embedded.coverage in {
        SignatureCoverageLevel.ENTIRE_FILE,
        SignatureCoverageLevel.ENTIRE_REVISION,
    }
    told = embedded.sig_object
    at = embedded.self_reported_timestamp
    return {
        "field": embedded.field_name,
        "name": str(told.get("/Name", "")),
        "office": str(told.get("/Reason", "")),
        "party": str(told.get("/Location", "")),
        "at": at.isoformat() if at else "",
        "holder": embedded.signer_cert.subject.human_friendly,
        "fingerprint": hashlib.sha256(embedded.signer_cert.dump()).hexdigest(),
        "is_timestamp": embedded.sig_object_type == "/DocTimeStamp",
        "is_intact": covers and _is_intact(embedded),
        "covers_all": embedded.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        "end": int(embedded.byte_range[2]) + int(embedded.byte_range[3]),
    }


def _is_intact(embedded: Any) -> bool:
    """Whether the bytes are those that were signed, and the signature is that of the certificate's key."""
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity  # noqa: PLC0415

    kind, digest = "data", embedded.compute_digest()
    if embedded.sig_object_type == "/DocTimeStamp":
        held = embedded.signed_data["encap_content_info"]["content"]
        if held.parsed["message_imprint"]["hashed_message"].native != digest:
            return False
        kind, digest = "tst_info", hashlib.new(embedded.md_algorithm, bytes(held)).digest()
    return all(validate_sig_integrity(embedded.signer_info, embedded.signer_cert, kind, digest))


def _change(reader: Any, content: bytes, end: int) -> str:
    """What was done to the file behind its first so many bytes: nothing, only what signing does, or more."""
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, pdf_name  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel  # noqa: PLC0415

    if not content[end:].strip():
        return "none"
    revision = PdfFileReader(BytesIO(content[:end]), strict=False).xrefs.total_revisions - 1
    before = reader.get_historical_resolver(revision)
    if "/AcroForm" not in reader.root:  # so no signature came
        return "more"
    if "/AcroForm" not in before.root:
        # the policy compares forms, and a file that nobody has signed has none
        form: Any = DictionaryObject
        flags = {key: value for key, value in reader.root["/AcroForm"].items() if key == "/SigFlags"}
        before.root["/AcroForm"] = form({pdf_name("/Fields"): ArrayObject(), **flags})
    told = DEFAULT_DIFF_POLICY.review_file(reader, before)
    is_signing = isinstance(told, DiffResult) and told.modification_level <= ModificationLevel.FORM_FILLING
    return "signing" if is_signing else "more"


def _attachments(reader: Any) -> Iterator[dict[str, str]]:
    names = list(reader.root.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", []))
    for name, spec in zip(names[::2], names[1::2], strict=False):
        held = spec.get_object()["/EF"]["/F"].data
        yield {"name": str(name), "digest": hashlib.sha256(held).hexdigest()}


def main() -> None:
    """Answer on standard output."""
    asked = json.loads(sys.argv[1])
    content = sys.stdin.buffer.read()
    told: dict[str, Any] = {}
    try:
        told["pages"] = pages_of(content)
        if "own" in asked:
            told |= signatures_of(content, set(asked["own"]), asked["base"])
    except Refused as refused:
        told = {"refused": str(refused)}
    except Exception as error:  # whatever a validator says: nothing can be said of the file
        told["refused"] = "broken" if "Read" in type(error).__name__ else "validator"
        told["error"] = f"{type(error).__name__}: {error}"[:300]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
