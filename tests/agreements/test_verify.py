"""The five verdicts about files: golden ones that every version has to judge alike, and what may be done to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
import pytest
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from agreements.signing import verdicts, verifying
from agreements.signing.sealing import sign
from agreements.signing.verdicts import Kind, Verdict
from agreements.signing.verifying import OwnFile, differences, verify
from tests.agreements.documents import new_key, signed_elsewhere, signer
from tests.agreements.making import GOLDEN
from tests.gear import files

TOLD = json.loads((GOLDEN / "golden.json").read_text())


class Known:
    """What the portal knows of the golden files."""

    fingerprints = frozenset({TOLD["fingerprint"]})

    def files(self, digests: Sequence[str]) -> dict[str, OwnFile]:
        return {
            digest: OwnFile(TOLD["content"], is_signed)
            for digest, is_signed in TOLD["files"].items()
            if digest in digests
        }

    def printings(self, codes: Iterable[str]) -> dict[str, list[list[str]]]:
        return {TOLD["content"]: TOLD["printings"]} if TOLD["content"][:16] in set(codes) else {}


class KnowsNoFile(Known):
    """As if the portal had lost its rows, and only its key and the contents were left."""

    def files(self, digests: Sequence[str]) -> dict[str, OwnFile]:
        return {}


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.pdf").read_bytes()


def judged(content: bytes, known: Known | None = None) -> Verdict:
    return verify(content, known or Known())


@pytest.mark.parametrize(
    ("name", "kind", "reason", "signatures"),
    [
        ("signed-here", Kind.SIGNED_HERE, "", [(True, True), (True, True)]),
        ("continues-signed", Kind.CONTINUES, "", [(True, True), (True, True), (False, True)]),
        ("continues-printed", Kind.CONTINUES, "", [(False, True)]),
        ("made-anew", Kind.SAME_CONTENT, "", [(False, True)]),
        ("printed", Kind.UNKNOWN, "printed", []),
        ("encrypted", Kind.UNKNOWN, "locked", []),
        ("foreign", Kind.UNKNOWN, "foreign", [(False, True)]),
    ],
)
def test_golden_files_are_judged_as_ever(
    name: str, kind: Kind, reason: str, signatures: list[tuple[bool, bool]]
) -> None:
    verdict = judged(golden(name))
    assert (verdict.kind, verdict.reason) == (kind, reason), verdict
    assert [(each.is_own, each.is_intact) for each in verdict.signatures] == signatures
    assert verdict.digest == hashlib.sha256(golden(name)).hexdigest()
    assert verdict.headline
    assert verdict.sentence
    if kind != Kind.UNKNOWN:
        assert verdict.content == TOLD["content"]
        assert verdict.checked
    assert verdict.added_pages == ((2,) if name == "made-anew" else ())


def test_a_signature_is_known_by_the_key_when_the_file_is_not() -> None:
    verdict = judged(golden("signed-here"), KnowsNoFile())
    assert verdict.kind == Kind.SIGNED_HERE
    assert verdict.content == TOLD["content"]
    assert [each.name for each in verdict.signatures] == ["Allekirjoittaja 1", "Allekirjoittaja 2"]
    assert judged(golden("continues-printed"), KnowsNoFile()).kind == Kind.SAME_CONTENT


def test_one_changed_byte_is_never_taken_for_signed() -> None:
    signed = golden("signed-here")
    seen = set()
    for at in [
        signed.index(b"/Contents <") + 500,
        100,
        len(signed) // 3,
        len(golden("printed")) + 40,
        len(signed) - 30,
    ]:
        changed = bytearray(signed)
        changed[at] ^= 1
        verdict = judged(bytes(changed))
        assert verdict.kind in {Kind.DIFFERS, Kind.UNKNOWN}, (at, verdict)
        seen.add(verdict.kind)
        if verdict.kind == Kind.DIFFERS:
            assert verdict.places
    assert Kind.DIFFERS in seen


def test_a_file_that_is_cut_is_damaged_and_one_cut_between_signatures_is_an_earlier_state() -> None:
    signed = golden("signed-here")
    for end in (len(signed) - 600, len(signed) // 2, 2_000):
        verdict = judged(signed[:end])
        assert (verdict.kind, verdict.reason) == (Kind.UNKNOWN, "broken")
    first = signed.index(b"%%EOF", len(golden("printed")) + 10) + len(b"%%EOF\n")
    verdict = judged(signed[:first])
    assert verdict.kind == Kind.SIGNED_HERE
    assert len(verdict.signatures) == 1


def test_what_is_drawn_over_a_signed_page_differs() -> None:
    for name in ("signed-here", "printed"):
        writer: Any = IncrementalPdfFileWriter(BytesIO(golden(name)))
        over = StreamObject(stream_data=b"q 1 g 100 500 300 100 re f Q")
        writer.add_stream_to_page(0, writer.add_object(over))
        out = BytesIO()
        writer.write(out)
        for content in (out.getvalue(), signed_elsewhere(out.getvalue(), new_key("other"))):
            assert judged(content).kind == Kind.DIFFERS


def test_other_words_on_pages_made_anew_are_told_with_their_page() -> None:
    known = Known()
    agreed = TOLD["printings"][0][0]
    without = [[agreed.replace("eivät jätä", "jättävät")]]
    known.printings = lambda codes: {TOLD["content"]: without} if set(codes) else {}  # type: ignore[method-assign]
    verdict = judged(golden("made-anew"), known)
    assert verdict.kind == Kind.DIFFERS
    [place] = verdict.places
    assert place.page == 1
    assert "eivät jätä" in place.said
    assert "jättävät" in place.agreed


def test_a_signature_that_does_not_hold_makes_the_same_words_worth_nothing() -> None:
    changed = bytearray(golden("made-anew"))
    changed[changed.index(b"/Producer") + 12] ^= 1
    verdict = judged(bytes(changed))
    assert (verdict.kind, verdict.reason) == (Kind.UNKNOWN, "spoiled")


def test_differences_name_words_and_pages() -> None:
    agreed = ["Osapuolet sopivat yhteistyöstä.", "Maksu on 100 euroa."]
    assert not list(differences(agreed, agreed))
    assert not list(differences(["Osapuolet sopivat", "yhteistyöstä. Maksu on 100 euroa."], agreed))
    [place] = differences(["Osapuolet sopivat yhteistyöstä.", "Maksu on 900 euroa."], agreed)
    assert (place.page, place.said) == (2, "sopivat yhteistyöstä. Maksu on 900 euroa.")
    [place] = differences(["Osapuolet sopivat yhteistyöstä."], agreed)
    assert (place.page, place.agreed) == (1, "Osapuolet sopivat yhteistyöstä. Maksu on 100 euroa.")
    assert len(list(differences(["a b " * 4000], ["c d " * 4000]))) == 1


def test_limits_and_what_is_no_pdf_have_sentences_of_their_own() -> None:
    many = pdfium.PdfDocument.new()
    for _number in range(400):
        many.new_page(595, 842)
    pages = BytesIO()
    many.save(pages)
    for content, reason in (
        (b"", "empty"),
        (b"%PDF-1.7" + bytes(verifying.MOST_BYTES), "large"),
        (files.docx(), "not_pdf"),
        (files.locked_pdf(), "locked"),
        (pages.getvalue(), "pages"),
        (b"%PDF-1.7 \n" + b"%%EOF\n" * 50_000, "broken"),
        (files.pdf("Muistio"), "not_ours"),
    ):
        verdict = judged(content)
        assert (verdict.kind, verdict.reason) == (Kind.UNKNOWN, reason)
        assert verdict.sentence == str(verdicts.REASONS[reason])


def test_a_key_that_is_not_ours_signs_nothing_of_ours() -> None:
    pretended = sign(golden("printed"), signer(), new_key("another portal"))
    verdict = judged(pretended)
    assert verdict.kind == Kind.CONTINUES
    assert [each.is_own for each in verdict.signatures] == [False]


def test_each_reason_and_kind_has_words() -> None:
    for kind in Kind:
        assert str(verdicts.HEADLINES[kind])
        assert str(verdicts.MEANINGS[kind])
        assert verdicts.SIGNS[kind]
