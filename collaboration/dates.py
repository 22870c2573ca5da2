"""Days as people write them in Finland, whatever language their browser has."""

import datetime
import re

from django.utils.translation import gettext_lazy as _

WRITTEN = re.compile(r"(?P<day>\d{1,2})\s*[.,]\s*(?P<month>\d{1,2})\s*[.,]\s*(?P<year>\d{4})", re.ASCII)
"""Also with commas: keyboards of numbers have one or the other."""
ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
FIRST, LAST = 2000, 2100

NOT_A_DAY = _("Write the day as day.month.year, for example 1.7.2027, between the years 2000 and 2100.")


def read(text: str) -> datetime.date | None:
    """The day that was written, `1.7.2027` or `2027-07-01`; None if it is none, or in no year that can be meant."""
    found = WRITTEN.fullmatch(text.strip()) or ISO.fullmatch(text.strip())
    if found is None or not FIRST <= int(found["year"]) <= LAST:
        return None
    try:
        return datetime.date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def written(day: datetime.date) -> str:
    """`1.7.2027`."""
    return f"{day.day}.{day.month}.{day.year}"
