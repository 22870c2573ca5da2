"""Phone numbers as people write them."""

import re

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

PHONE = RegexValidator(
    r"\A(?=(?:[^0-9]*[0-9]){3})[0-9 +()-]+\Z",
    _("Write a phone number with digits, spaces and the signs + - ( ), for example 019 000 0001."),
    code="phone",
)


def dialled(phone: str) -> str:
    """What a link dials: the digits of the number, without the zero that is for calls from the own country."""
    return re.sub(r"(?<=\d)\s*\(0\)|[^0-9+]", "", phone)
