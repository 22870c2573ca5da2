"""Signatures on the portal's own files: each is added behind what is there, and allows that more come after it."""

from __future__ import annotations

import asyncio
import datetime
from dataclasses import dataclass
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from agreements.signing.key import Key
from agreements.signing.structure import NotSignable, structure_of

UNSEEN = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
"""Outside of the page: what PDF/A and PDF/UA both allow for a field that shows nothing."""


@dataclass(frozen=True)
class Signing:
    """Who signs, in which office, for whom, and when."""

    name: str
    office: str
    party: str
    at: datetime.datetime


class _Writer(IncrementalPdfFileWriter):
    """Adds to the file and leaves what it says of itself as it is: its dates are those of the agreement."""

    def _update_meta(self) -> None:
        pass


def sign(content: bytes, signing: Signing, key: Key) -> bytes:
    """The same bytes with one more signature behind them. Raises NotSignable when the file is not as it has to be.

    It is a PAdES approval signature: it certifies nothing, locks nothing, and is not seen on any page.
    """
    return _added(content, key, signing.at, name=signing.name, reason=signing.office, location=signing.party)


def seal(content: bytes, title: str, at: datetime.datetime, key: Key) -> bytes:
    """The same bytes with the portal's own seal behind them, in its holder's name."""
    return _added(content, key, at, name=key.holder, reason=title, location="")


def _added(
    content: bytes, key: Key, at: datetime.datetime, *, name: str, reason: str, location: str
) -> bytes:
    before = structure_of(content)
    if not (before.archive and before.is_tagged):
        raise NotSignable("Only files that are PDF/A and tagged are signed.")
    field = f"sig-{len(before.signatures) + 1:03d}"
    signer = PdfSigner(
        PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            name=name,
            reason=reason,
            location=location or None,
        ),
        signer=key.signer,
        new_field_spec=SigFieldSpec(
            field, invis_sig_settings=UNSEEN, readable_field_name=", ".join(filter(None, [name, reason]))
        ),
    )
    signed = asyncio.run(_signed_at(signer, content, at))
    after = structure_of(signed)
    expected = (*before.signatures, field)
    if (
        not signed.startswith(content)
        or after.signatures != expected
        or after.without_signatures() != before.without_signatures()
    ):
        raise NotSignable("The signature would change what the file is.")
    return signed


async def _signed_at(signer: PdfSigner, content: bytes, at: datetime.datetime) -> bytes:
    """The file signed at this moment of the portal's clock."""
    session = signer.init_signing_session(_Writer(BytesIO(content)))
    session.system_time = at
    room = await session.estimate_signature_container_size(None)
    prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=room)
    out = BytesIO()
    digest, _same = prepared.digest_tbs_document(output=out)
    await prepared.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=at))
    return out.getvalue()
