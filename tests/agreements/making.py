"""Makes the golden files anew, which a later version has to judge as this one did: python -m tests.agreements.making

Their keys are thrown away; `golden.json` keeps what the portal would know of them.
"""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).with_name("golden")


def make() -> None:
    """Write all of them."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    from agreements.signing.sealing import sign
    from agreements.signing.verifying import words_of_pages
    from tests.agreements.documents import DIGEST, made_anew, new_key, signed_elsewhere, signer, small

    own, other = new_key("own"), new_key("other")
    printing = small("fi", "sv")
    signed = sign(sign(printing, signer(1), own), signer(2), own)
    locked: Any = copy_into_new_writer(PdfFileReader(BytesIO(signed)))
    locked.encrypt("secret")
    encrypted = BytesIO()
    locked.write(encrypted)
    files = {
        "signed-here": signed,
        "continues-signed": signed_elsewhere(signed, other),
        "continues-printed": signed_elsewhere(printing, other),
        "made-anew": signed_elsewhere(made_anew(printing, also=1), other),
        "encrypted": encrypted.getvalue(),
        "foreign": signed_elsewhere(made_anew(signed_page()), other),
        "printed": printing,
    }
    for name, content in files.items():
        (GOLDEN / f"{name}.pdf").write_bytes(content)
    known = {
        "fingerprint": own.fingerprint,
        "content": DIGEST,
        "files": {_digest(printing): False, _digest(signed): True},
        "printings": [words_of_pages(printing)],
    }
    (GOLDEN / "golden.json").write_text(json.dumps(known, indent=1, ensure_ascii=False))


def signed_page() -> bytes:
    """A page of somebody else."""
    from tests.gear.files import pdf

    return pdf("Vuokrasopimus")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    import os

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "yhdyspinta.settings"
    django.setup()
    make()
