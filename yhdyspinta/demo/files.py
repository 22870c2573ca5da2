"""The demo's attachments: a form as a picture, and a statement as a PDF, both marked as examples."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import typst
from PIL import Image, ImageDraw, ImageFont

from collaboration import uploads
from collaboration.models import Attachment, User
from collaboration.policy.attachments import files_of
from collaboration.workflows.attachments import attach

STATEMENT = """
#set document(title: "Lausunto tiedonsiirron käytännöstä")
#set text(lang: "fi", size: 11pt)
= Lausunto tiedonsiirron käytännöstä
_Esimerkki: esittelyn aineistoa._

Neuvolatyö puoltaa ehdotusta. Varhaiskasvatuksen havaintolomake tulee neuvolaan viimeistään viisi työpäivää ennen
laajaa terveystarkastusta, ja neuvola vastaa samaa kanavaa pitkin. Lomakkeessa ei ole henkilötunnusta.
"""


def statement_on(matter: Any, by: User) -> Attachment:
    """A statement on the matter."""
    return _attach(matter, "lausunto-tiedonsiirrosta.pdf", bytes(typst.compile(STATEMENT.encode())), by)


def picture_of(report: Any, by: User) -> None:
    """What somebody photographed for the report: a form whose box for agreed times is empty."""
    made = Image.new("RGB", (1200, 900), "#f4f1ea")
    draw, font = ImageDraw.Draw(made), ImageFont.load_default(40)
    draw.rectangle((120, 80, 1080, 840), fill="#ffffff", outline="#bbbbbb", width=4)
    for line, text in enumerate(
        ("ESIMERKKI: tarkastuslomake", "1. Lapsen ryhmä", "2. Havainnot", "3. Sovittu aika")
    ):
        draw.text((170, 130 + 160 * line), text, fill="#222222", font=font)
        if line:
            draw.rectangle((170, 190 + 160 * line, 1030, 250 + 160 * line), outline="#444444", width=3)
    draw.ellipse((150, 640, 1050, 770), outline="#b3261e", width=8)
    out = BytesIO()
    made.save(out, "JPEG", quality=85)
    _attach(report, "lomake.jpg", out.getvalue(), by)


def _attach(row: Any, name: str, content: bytes, by: User) -> Attachment:
    return attach(row, uploads.read(name, content, files_of(row).kinds, is_nameless=True), by=by)
