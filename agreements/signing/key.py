"""The key with which the portal signs, and the certificates by which it knows its own signatures again."""

from __future__ import annotations

import datetime
import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.sign.signers import SimpleSigner

DEMO_NAME = "Yhdyspinta demo (esittelyn avain)"
DEMO_PASSPHRASE = b"demo-only-not-secret"
DEMO_FROM = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
DEMO_UNTIL = datetime.datetime(2126, 1, 1, tzinfo=datetime.UTC)
"""The demo's clock runs ahead, so its key is valid for long."""


@dataclass(frozen=True)
class Key:
    """`fingerprint`: SHA-256 of the certificate, 64 hexadecimal digits. `is_demo`: it proves nothing outside the demo."""

    signer: SimpleSigner
    fingerprint: str
    holder: str
    is_demo: bool


def portal_key() -> Key:
    """The key of this installation. Raises ImproperlyConfigured with one sentence when there is none that can be used."""
    if settings.SIGNING_KEY:
        return _loaded(Path(settings.SIGNING_KEY), settings.SIGNING_KEY_PASSPHRASE, is_demo=False)
    if settings.SIGNING_DEMO_FOLDER is None:
        raise ImproperlyConfigured(
            "Set SIGNING_KEY to the PKCS#12 file of the portal's seal, and SIGNING_KEY_PASSPHRASE to what opens it."
        )
    file = Path(settings.SIGNING_DEMO_FOLDER) / "demo.p12"
    if not file.exists():
        _keep(file, demo_key_file())
    return _loaded(file, DEMO_PASSPHRASE.decode(), is_demo=True)


def known_fingerprints() -> frozenset[str]:
    """Of all keys with which this portal has signed: the present one and those before it."""
    former = settings.SIGNING_FORMER_CERTIFICATES
    certificates = x509.load_pem_x509_certificates(Path(former).read_bytes()) if former else []
    return frozenset({portal_key().fingerprint, *map(_fingerprint, certificates)})


def demo_key_file() -> bytes:
    """A new key with a certificate that names itself a demo's, as PKCS#12."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DEMO_NAME)])
    usage = dict.fromkeys(
        [
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ],
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(DEMO_FROM)
        .not_valid_after(DEMO_UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .sign(private, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        b"demo", private, certificate, None, BestAvailableEncryption(DEMO_PASSPHRASE)
    )


def _keep(file: Path, content: bytes) -> None:
    """Written beside and linked into its place, so that of two who make it at once both read the first one's."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(f".{os.getpid()}")
    beside.write_bytes(content)
    beside.chmod(0o600)
    try:
        os.link(beside, file)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def _loaded(file: Path, passphrase: str, *, is_demo: bool) -> Key:
    try:
        return _opened(str(file), passphrase, file.stat().st_mtime_ns, is_demo)
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(
            f"SIGNING_KEY cannot be used: {error}. It is a PKCS#12 file, opened by SIGNING_KEY_PASSPHRASE."
        ) from error


@lru_cache(maxsize=4)
def _opened(file: str, passphrase: str, _changed_at: int, is_demo: bool) -> Key:  # noqa: FBT001 a key of the cache
    signer: SimpleSigner | None = SimpleSigner.load_pkcs12(  # type: ignore[no-untyped-call]
        file, passphrase=passphrase.encode() or None
    )
    if signer is None or signer.signing_cert is None:
        raise ValueError("the file holds no key with its certificate, or the passphrase does not open it")
    certificate = x509.load_der_x509_certificate(signer.signing_cert.dump())
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    holder = str(names[0].value) if names else certificate.subject.rfc4514_string()
    return Key(signer, _fingerprint(certificate), holder, is_demo)


def _fingerprint(certificate: x509.Certificate) -> str:
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()
