"""The agreement on its pages, signatures one after the other, and the sheet that holds counterparts."""

from __future__ import annotations

import dataclasses
import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from django.core.exceptions import ImproperlyConfigured
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from agreements.signing import key as keys
from agreements.signing.codes import codes_in
from agreements.signing.printing import Counterpart, Cover, bound, printed
from agreements.signing.sealing import seal, sign
from agreements.signing.services import SERVICES, hindrances
from agreements.signing.structure import NotSignable, structure_of
from agreements.signing.verifying import words_of_pages
from tests.agreements.documents import (
    ADDRESS,
    AT,
    DIGEST,
    SMALL,
    both,
    made_anew,
    new_key,
    signer,
    small,
)


def test_every_page_names_the_content_and_where_it_is_verified() -> None:
    long = dataclasses.replace(
        SMALL,
        clauses=[dataclasses.replace(clause, text=both("Sana. " * 900, "Ord. ")) for clause in SMALL.clauses],
    )
    file = printed(long)
    opened = pdfium.PdfDocument(file)
    assert len(opened) > 3
    for page in opened:
        words = page.get_textpage().get_text_range()
        assert codes_in(words) == {DIGEST[:16]}
        assert ADDRESS in words.replace("\r\n", "")
        assert f"{DIGEST[:4]} {DIGEST[4:8]}" in words
    assert file == printed(long)


def test_an_agreement_is_for_archives_and_for_all_readers_in_one_language_or_two() -> None:
    for languages, has, lacks in (
        (("fi",), ["Tarkoitus", "1.1.1", "Osapuolet"], ["Syfte", "Parter"]),
        (("sv",), ["Syfte", "1.1.1", "Parter"], ["Tarkoitus", "Osapuolet"]),
        (("fi", "sv"), ["Tarkoitus", "Syfte", "Kunnanjohtaja", "1234567-1", "lasten ja perheiden"], []),
    ):
        file = small(*languages)
        told = structure_of(file)
        assert (told.archive, told.is_tagged, told.language) == ("2A", True, languages[0])
        words = " ".join(words_of_pages(file))
        assert all(word in words for word in has)
        assert not any(word in words for word in lacks)


def test_25_sign_one_after_the_other_and_every_signature_stays_valid() -> None:
    own, file = new_key("own"), small()
    before = structure_of(file)
    for number in range(1, 26):
        signed = sign(file, signer(number), own)
        assert signed.startswith(file)
        assert len(signed) - len(file) < 10_000
        file = signed
    after = structure_of(file)
    assert after.without_signatures() == before.without_signatures()
    assert after.signatures == tuple(f"sig-{number:03d}" for number in range(1, 26))
    reader = PdfFileReader(BytesIO(file))
    trusting = ValidationContext(trust_roots=[own.signer.signing_cert], allow_fetching=False)
    for number, embedded in enumerate(reader.embedded_signatures, 1):
        told = embedded.sig_object
        assert (told["/Name"], told["/Reason"], told["/Location"]) == (
            f"Allekirjoittaja {number}",
            "Kunnanjohtaja",
            "Esimerkkilä",
        )
        assert told["/SubFilter"] == "/ETSI.CAdES.detached"
        assert embedded.self_reported_timestamp == AT
        assert embedded.docmdp_level is None
        assert "/Lock" not in embedded.sig_field
        if number in {1, 25}:  # the others cost much and tell the same
            status = validate_pdf_signature(embedded, trusting)
            assert status.bottom_line
    assert "/Perms" not in reader.root


def test_only_the_portals_own_files_are_signed() -> None:
    own = new_key("own")
    for content in (b"", b"%PDF-1.7 nothing", made_anew(small())):
        with pytest.raises(NotSignable):
            sign(content, signer(), own)


def test_a_sealed_sheet_holds_the_counterparts_as_they_came() -> None:
    own = new_key("own")
    files = {"sopimus.pdf": sign(small(), signer(), own), "paperilla.jpg": b"\xff\xd8\xff a scan"}
    cover = Cover(
        both("LAPE-sopimus", "LAPE-avtal"),
        ("fi", "sv"),
        "2",
        DIGEST,
        ADDRESS,
        AT,
        [
            Counterpart(
                name, content, "application/pdf", both("Allekirjoitettu", "Undertecknat"), _digest(content)
            )
            for name, content in files.items()
        ],
    )
    sealed = seal(bound(cover), "LAPE-sopimus", AT, own)
    told = structure_of(sealed)
    assert (told.archive, told.is_tagged, told.signatures) == ("3A", True, ("sig-001",))
    opened = pdfium.PdfDocument(sealed)
    held = [bytes(opened.get_attachment(nth).get_data()) for nth in range(opened.count_attachments())]
    assert held == list(files.values())
    words = opened[0].get_textpage().get_text_range()
    assert codes_in(words) == {DIGEST[:16]}
    assert "sopimus.pdf" in words


def test_the_demo_makes_its_key_once_and_it_names_itself_a_demos(settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_KEY, settings.SIGNING_FORMER_CERTIFICATES = "", ""
    settings.SIGNING_DEMO_FOLDER = tmp_path / "signing"
    first, second = keys.portal_key(), keys.portal_key()
    assert first.fingerprint == second.fingerprint
    assert first.is_demo
    assert "demo" in first.holder
    assert keys.known_fingerprints() == {first.fingerprint}
    assert [file.name for file in settings.SIGNING_DEMO_FOLDER.iterdir()] == ["demo.p12"]


def test_production_signs_with_its_own_key_or_says_what_is_missing(settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_DEMO_FOLDER, settings.SIGNING_KEY = None, ""
    with pytest.raises(ImproperlyConfigured, match="Set SIGNING_KEY"):
        keys.portal_key()
    file = tmp_path / "portal.p12"
    file.write_bytes(keys.demo_key_file())
    settings.SIGNING_KEY, settings.SIGNING_KEY_PASSPHRASE = str(file), "not the passphrase"
    with pytest.raises(ImproperlyConfigured, match="cannot be used"):
        keys.portal_key()
    settings.SIGNING_KEY_PASSPHRASE = keys.DEMO_PASSPHRASE.decode()
    assert not keys.portal_key().is_demo
    former = new_key("former")
    certificates = tmp_path / "former.pem"
    certificates.write_text(_as_pem(former))
    settings.SIGNING_FORMER_CERTIFICATES = str(certificates)
    assert keys.known_fingerprints() == {keys.portal_key().fingerprint, former.fingerprint}


def test_the_limits_of_a_service_are_said_before_anything_is_sent() -> None:
    fits = {"size": 1_000_000, "pages": 50, "signers": 12}
    for key, wish, said in (
        ("visma", {}, []),
        ("visma", {"size": 15_000_001}, ["15"]),
        ("visma", {"pages": 351}, ["350"]),
        ("visma", {"signers": 81, "pages": 400}, ["350", "80"]),
        ("other", {"size": 99_000_000, "pages": 4_000, "signers": 400}, []),
    ):
        sentences = list(hindrances(SERVICES[key], **(fits | wish)))
        assert len(sentences) == len(said)
        assert all(number in sentence for number, sentence in zip(said, sentences, strict=True))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _as_pem(key: keys.Key) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    assert key.signer.signing_cert is not None
    certificate = x509.load_der_x509_certificate(key.signer.signing_cert.dump())
    return certificate.public_bytes(Encoding.PEM).decode()
