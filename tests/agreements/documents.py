"""A small agreement on pages, keys to sign it with, and what other services do to it."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2 as pdfium
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf

from agreements.signing import key as keys
from agreements.signing.codes import code_of
from agreements.signing.printing import PrintedAgreement, PrintedAnnex, PrintedClause, PrintedParty, printed
from agreements.signing.sealing import Signing

AT = datetime.datetime(2027, 1, 15, 9, 12, tzinfo=datetime.UTC)
DIGEST = hashlib.sha256(b"the content of a small agreement").hexdigest()
ADDRESS = f"https://portal.example/tarkista/{code_of(DIGEST)}/"


def both(fi: str, sv: str) -> dict[str, str]:
    """A text in Finnish and Swedish."""
    return {"fi": fi, "sv": sv}


SMALL = PrintedAgreement(
    title=both("LAPE-sopimus", "LAPE-avtal"),
    languages=("fi",),
    version="2",
    digest=DIGEST,
    verify_at=ADDRESS,
    at=AT,
    parties=[
        PrintedParty(both("Esimerkkialue", "Exempelområdet"), "1234567-1", ["Hyvinvointialuejohtaja"]),
        PrintedParty(both("Esimerkkilä", "Exempelby"), "7654321-8", ["Kunnanjohtaja"]),
    ],
    clauses=[
        PrintedClause(
            "1", 1, both("Tarkoitus", "Syfte"), both("Osapuolet sopivat yhteistyöstä.", "Parterna avtalar.")
        ),
        PrintedClause(
            "1.1", 2, both("Tavoite", "Mål"), both("Perhe saa avun ajoissa.", "Familjen får hjälp i tid.")
        ),
        PrintedClause(
            "1.1.1",
            3,
            both("Mittari", "Mätare"),
            both("Osapuolet eivät jätä perhettä yksin.", "Ingen lämnas ensam."),
        ),
    ],
    definitions=[
        (both("LAPE", "LAPE"), both("lasten ja perheiden palvelut", "tjänster för barn och familjer"))
    ],
    annexes=[PrintedAnnex(both("Yhdyspintakartta", "Karta över kontaktytor"), DIGEST)],
    facts=[(both("Voimassa", "I kraft"), both("1.1.2027–31.12.2029", "1.1.2027–31.12.2029"))],
    is_demo=True,
)


def signer(number: int = 1) -> Signing:
    """Somebody who signs."""
    return Signing(f"Allekirjoittaja {number}", "Kunnanjohtaja", "Esimerkkilä", AT)


@cache
def small(*languages: str) -> bytes:
    """The small agreement on its pages."""
    return printed(dataclasses.replace(SMALL, languages=languages or ("fi",)))


@cache
def new_key(_name: str) -> keys.Key:
    """A key of its own for each name."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "key.p12"
        file.write_bytes(keys.demo_key_file())
        return keys._loaded(file, keys.DEMO_PASSPHRASE.decode(), is_demo=True)


def made_anew(content: bytes, *, also: int = 0) -> bytes:
    """What a service that makes pages anew gives back: the same pages in another file, and pages of its own behind them."""
    opened, anew, out = pdfium.PdfDocument(content), pdfium.PdfDocument.new(), BytesIO()
    anew.import_pages(opened)
    for _number in range(also):
        anew.new_page(595, 842)
    anew.save(out)
    return out.getvalue()


def signed_elsewhere(content: bytes, key: keys.Key, field: str = "Signature1") -> bytes:
    """What another service does: a signature with its own key, behind whatever file it is given."""
    writer = IncrementalPdfFileWriter(BytesIO(content), strict=False)
    told = PdfSignatureMetadata(
        field_name=field, name="Toisen palvelun allekirjoittaja", subfilter=SigSeedSubFilter.PADES
    )
    return bytes(sign_pdf(writer, told, signer=key.signer).getvalue())
