"""Values that come from outside, read without trust."""

from typing import Any
from uuid import UUID

MOST_DIGITS = 18
"""Every number of so many digits fits into PostgreSQL's bigint."""


def whole_number(value: Any) -> int | None:
    """An id or a count from a form, an address or JSON; None for whatever is not 0 or more in 18 digits."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdecimal() and len(value) <= MOST_DIGITS else None
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < 10**MOST_DIGITS else None


def row_id(value: Any) -> int:
    """The same as an id to look for; for what is no number one that no row has."""
    return whole_number(value) or 0


def own_key(value: Any) -> UUID | None:
    """The UUID under which a form is sent once, however often it comes; None for what is none."""
    try:
        return UUID(value) if isinstance(value, str) and value else None
    except ValueError:
        return None
