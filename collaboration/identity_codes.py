"""The client-data gate: personal identity codes (henkilötunnus) never get stored.

Source of the form of the code: government decree 128/2010 as amended in 2023 (new century signs); the control
character is checked by python-stdnum. Temporary codes (individual number 900-999) are refused as well.
"""

import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.fi import hetu

CANDIDATE = re.compile(r"(?<![0-9A-Za-z])\d{6}[-+A-FU-Y]\d{3}[0-9A-Y](?![0-9A-Za-z])", re.IGNORECASE)
"""ddmmyy, a century sign, an individual number and a control character, standing alone."""

NOISE = re.compile(r"(?<=[\dA-Ya-y+\-])[\u00ad\u200b-\u200f\u2060\ufeff]+(?=[\dA-Ya-y+\-])")
"""Invisible characters between the characters of a code."""

DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212", "------")


def identity_codes(text: str) -> Iterator[str]:
    """Each valid personal identity code in the text, as it reads without invisible characters."""
    for candidate in CANDIDATE.findall(NOISE.sub("", text).translate(DASHES)):
        if hetu.is_valid(candidate, allow_temporary=True):
            yield candidate


def refuse_identity_codes(text: str) -> None:
    """Raise a ValidationError when the text holds a personal identity code; the code is not repeated in it."""
    if next(identity_codes(text), None) is not None:
        raise ValidationError(
            _(
                "The text holds a personal identity code. This portal holds no client data: remove the code "
                "and describe the matter without naming a person. Nothing has been saved."
            ),
            code="identity_code",
        )


def refuse_unstorable(text: str) -> None:
    """Raise a ValidationError for what PostgreSQL cannot store: a NUL character or half a surrogate pair."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValidationError(_("The text holds a character that cannot be saved."), code="unstorable")
