"""Finland's working days and office hours: when deadlines end and when mail goes.

All days off of the law, with both eves that offices keep (Midsummer's and Christmas's), on the mainland and on Åland
alike. Days are Helsinki's, so a moment of any zone may be asked about, also on the nights when the clocks turn.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from holidays import country_holidays
from holidays.countries.finland import Finland
from holidays.version import __version__ as of_holidays

HELSINKI = ZoneInfo("Europe/Helsinki")
OPENS, CLOSES = datetime.time(8), datetime.time(16)
AHEAD = datetime.timedelta(days=400)
"""So far ahead the calendar has to be known: a deadline of a year, and the days until somebody renews the package."""

A_DAY = datetime.timedelta(days=1)
SATURDAY = 5
LANGUAGES = {"fi": "fi", "sv": "sv_FI"}


class CalendarEnds(ValueError):
    """The calendar does not know the year, so nobody may say which of its days are working days."""

    def __init__(self, year: int) -> None:
        super().__init__(f"The days off of {year} are not known: renew the package holidays, {of_holidays}.")


@cache
def _days_off(year: int, language: str) -> Mapping[datetime.date, str]:
    if not Finland.start_year <= year <= Finland.end_year:
        raise CalendarEnds(year)
    return country_holidays("FI", years=year, language=language, expand=False)


@lru_cache(maxsize=4096)
def is_working_day(day: datetime.date) -> bool:
    """Raises CalendarEnds for a year that the calendar does not know."""
    return day.weekday() < SATURDAY and day not in _days_off(day.year, "fi")


def name_of(day: datetime.date) -> str:
    """The day off by its name, else the day of the week, in the reader's language."""
    language = LANGUAGES.get((get_language() or "fi")[:2], "en_US")
    return _days_off(day.year, language).get(day) or str(WEEKDAYS[day.weekday()])


def days_off_between(moment: datetime.datetime, end: datetime.datetime) -> list[tuple[datetime.date, str]]:
    """The days after the moment's, up to the end's, that are no working days: why a deadline is on the day that it is."""
    day, last = _day(moment), _day(end)
    skipped = []
    while (day := day + A_DAY) <= last:
        if not is_working_day(day):
            skipped.append((day, name_of(day)))
    return skipped


def add_working_days(moment: datetime.datetime, count: int) -> datetime.datetime:
    """When so many working days have passed: at 16 o'clock. The moment's own day is not counted, whatever day it is."""
    if count < 1:
        raise ValueError(f"A deadline is one working day away or more, not {count}.")
    day = _day(moment)
    while count:
        day += A_DAY
        count -= is_working_day(day)
    return datetime.datetime.combine(day, CLOSES, HELSINKI)


def working_days_ago(moment: datetime.datetime, count: int) -> datetime.datetime:
    """When so many working days had not passed yet: what is older has waited for longer."""
    day = _day(moment)
    while count:
        count -= is_working_day(day)
        day -= A_DAY
    return datetime.datetime.combine(day, CLOSES, HELSINKI)


def office_hours(now: datetime.datetime) -> bool:
    """Whether somebody may be expected to read: from 8 to 16 o'clock on a working day, 16 no longer."""
    local = now.astimezone(HELSINKI)
    return OPENS <= local.time() < CLOSES and is_working_day(local.date())


def next_office_moment(now: datetime.datetime) -> datetime.datetime:
    """Now during office hours, else when they begin next."""
    if office_hours(now):
        return now
    local = now.astimezone(HELSINKI)
    day = local.date()
    while not is_working_day(day) or (day == local.date() and local.time() >= OPENS):
        day += A_DAY
    return datetime.datetime.combine(day, OPENS, HELSINKI)


def require_calendar(until: datetime.datetime) -> None:
    """Raise CalendarEnds unless the days off are known for 400 days more, as for the last deadline that is open."""
    for year in range(_day(until).year, (_day(until) + AHEAD).year + 1):
        _days_off(year, "fi")


def _day(moment: datetime.datetime) -> datetime.date:
    return moment.astimezone(HELSINKI).date()
