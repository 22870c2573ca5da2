"""Working days, office hours and deadlines, held against the law's own words."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from collaboration.working_days import (
    CLOSES,
    HELSINKI,
    OPENS,
    CalendarEnds,
    add_working_days,
    days_off_between,
    is_working_day,
    name_of,
    next_office_moment,
    office_hours,
    require_calendar,
)

DAY = datetime.timedelta(days=1)
YEARS = range(2020, 2099)
FIXED = {(1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26)}
zones = st.sampled_from([datetime.UTC, HELSINKI, ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")])
moments = st.datetimes(datetime.datetime(2020, 1, 1), datetime.datetime(2098, 12, 31), timezones=zones)  # noqa: DTZ001
counts = st.integers(1, 300)


def on(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


def easter(year: int) -> datetime.date:
    """As Gauss reckoned it for these centuries."""
    moon = (19 * (year % 19) + 24) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    found = datetime.date(year, 3, 22) + DAY * (moon + sunday)
    late = (moon, sunday) == (29, 6) or (moon, sunday, year % 19 > 10) == (28, 6, True)
    return found - 7 * DAY if late else found


def is_off(day: datetime.date) -> bool:
    """The same from the laws themselves, reckoned in another way."""
    after_easter = (day - easter(day.year)).days
    midsummer = day.month == 6 and day.weekday() == 4 and 19 <= day.day <= 25
    return day.weekday() >= 5 or (day.month, day.day) in FIXED or after_easter in {-2, 1, 39} or midsummer


@pytest.mark.parametrize("year", YEARS)
def test_every_day_of_a_year_is_as_the_laws_say(year: int) -> None:
    days = [datetime.date(year, 1, 1) + DAY * nth for nth in range(365)]
    assert [day for day in days if is_working_day(day) == is_off(day)] == []


@given(moments, counts)
def test_a_deadline_ends_at_16_on_a_working_day_after_so_many(moment: datetime.datetime, count: int) -> None:
    end = add_working_days(moment, count)
    first = moment.astimezone(HELSINKI).date()
    passed = [first + DAY * nth for nth in range(1, (end.date() - first).days + 1)]
    assert (end.time(), end.tzinfo, is_working_day(end.date())) == (CLOSES, HELSINKI, True)
    assert sum(map(is_working_day, passed)) == count
    assert [day for day, _name in days_off_between(moment, end)] == [
        day for day in passed if not is_working_day(day)
    ]


@given(moments, counts, counts)
def test_deadlines_add_up_and_never_go_back(moment: datetime.datetime, one: int, other: int) -> None:
    assert add_working_days(add_working_days(moment, one), other) == add_working_days(moment, one + other)
    assert add_working_days(moment, one) < add_working_days(moment, one + 1)
    assert add_working_days(moment, one) <= add_working_days(moment + DAY, one)


@given(moments)
def test_the_next_office_moment_is_the_first_one(moment: datetime.datetime) -> None:
    found, moment = next_office_moment(moment).astimezone(datetime.UTC), moment.astimezone(datetime.UTC)
    assert office_hours(found)
    assert found >= moment
    if found != moment:
        assert found.astimezone(HELSINKI).time() == OPENS
        minutes = int((found - moment).total_seconds() // 60)
        assert not any(
            office_hours(moment + datetime.timedelta(minutes=nth)) for nth in range(0, minutes, 30)
        )
        assert not office_hours(found - datetime.timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("begins", "count", "ends"),
    [
        ("2026-03-27T15:00", 1, "2026-03-30T16:00+03:00"),  # over the night of the spring
        ("2026-10-23T15:00", 1, "2026-10-26T16:00+02:00"),  # over the night of the autumn
        ("2026-12-23T09:00", 1, "2026-12-28T16:00+02:00"),
        ("2026-12-30T23:59", 2, "2027-01-04T16:00+02:00"),
        ("2027-01-05T09:00", 1, "2027-01-07T16:00+02:00"),
        ("2027-03-25T09:00", 1, "2027-03-30T16:00+03:00"),  # Good Friday, Easter, and the clocks
        ("2027-06-24T09:00", 1, "2027-06-28T16:00+03:00"),  # Midsummer
        ("2026-12-05T09:00", 1, "2026-12-07T16:00+02:00"),  # a Saturday
        ("2026-12-01T16:00", 1, "2026-12-02T16:00+02:00"),
    ],
)
def test_deadlines_over_days_that_are_special(begins: str, count: int, ends: str) -> None:
    assert (
        add_working_days(on(begins), count).isoformat() == datetime.datetime.fromisoformat(ends).isoformat()
    )


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-12-01T07:59:59.999999", False),
        ("2026-12-01T08:00", True),
        ("2026-12-01T15:59:59.999999", True),
        ("2026-12-01T16:00", False),
        ("2026-12-24T12:00", False),
        ("2026-12-05T12:00", False),
        ("2026-03-29T03:30", False),  # an hour that the clocks leave out
        ("2026-10-25T03:30", False),  # an hour that they show twice
    ],
)
def test_office_hours_begin_at_8_and_end_at_16(moment: str, is_open: bool) -> None:
    assert office_hours(on(moment)) is is_open


def test_mail_of_the_nights_when_the_clocks_turn_goes_on_the_monday() -> None:
    assert next_office_moment(on("2026-03-29T03:30")).isoformat() == "2026-03-30T08:00:00+03:00"
    assert next_office_moment(on("2026-10-25T03:30")).isoformat() == "2026-10-26T08:00:00+02:00"


def test_the_days_that_are_left_out_have_their_names() -> None:
    begins = on("2026-12-23T09:00")
    for language, names in (
        ("fi", ["Jouluaatto", "Joulupäivä", "Tapaninpäivä", "sunnuntai"]),
        ("sv", ["Julafton", "Juldagen", "Annandag jul", "söndag"]),
        ("en", ["Christmas Eve", "Christmas Day", "Second Day of Christmas", "Sunday"]),
    ):
        with translation.override(language):
            left_out = days_off_between(begins, add_working_days(begins, 1))
            assert [name.casefold() for _day, name in left_out] == [name.casefold() for name in names]
            assert name_of(datetime.date(2026, 12, 1)).casefold() in {"tiistai", "tisdag", "tuesday"}


def test_a_deadline_is_at_least_a_working_day_away() -> None:
    with pytest.raises(ValueError, match="not 0"):
        add_working_days(timezone.now(), 0)


def test_what_the_calendar_does_not_know_is_said() -> None:
    require_calendar(timezone.now())
    require_calendar(on("2099-06-01T12:00"))
    with pytest.raises(CalendarEnds, match="The days off of 2101 are not known: renew the package holidays"):
        require_calendar(on("2100-01-01T12:00"))
    with pytest.raises(CalendarEnds):
        is_working_day(datetime.date(2101, 1, 3))


def test_the_check_of_the_portal_looks_at_the_calendar() -> None:
    call_command("check", "--tag", "calendar", "--fail-level", "WARNING")
