"""The picture of actions in time: a row for each, from the day it was made to its due day, and how much of it is done.

Measures are pixels of the picture. The list beneath it tells the same in words.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

WIDTH, NAMES, TOP, ROW, BAR = 1200, 340, 48, 50, 24
MOST_LETTERS = 40
MOST_MONTHS = 60
"""What reaches further is drawn to the edge."""


@dataclass(frozen=True)
class Month:
    """A band of the ground."""

    day: datetime.date
    x: float
    width: float
    middle: float
    is_shaded: bool
    is_named: bool


@dataclass(frozen=True)
class Bar:
    """An action as it stands in the picture."""

    action: Any
    name: str
    y: int
    x: float
    width: float
    part: float
    late: float
    percent_x: float
    is_percent_inside: bool

    @property
    def middle(self) -> int:
        return self.y + 26

    @property
    def end(self) -> float:
        return round(self.x + self.width, 1)


@dataclass
class Timeline:
    """Everything that the template draws."""

    height: int
    today: datetime.date
    today_x: float
    first: datetime.date
    last: datetime.date
    bars: list[Bar] = field(default_factory=list)
    months: list[Month] = field(default_factory=list)
    width: int = WIDTH
    today_label_x: float = 0


def _month_of(day: datetime.date, later: int = 0) -> datetime.date:
    number = day.year * 12 + day.month - 1 + later
    return datetime.date(number // 12, number % 12 + 1, 1)


def timeline_of(actions: Sequence[Any], today: datetime.date) -> Timeline | None:
    """The picture of these; None of nothing."""
    if not actions:
        return None
    begins = {action.pk: _begin(action) for action in actions}
    first = _month_of(min([today, *begins.values()]))
    last = _month_of(max([today, *(action.due_on for action in actions)]), 1)
    first = max(first, _month_of(today, -MOST_MONTHS // 2))
    last = min(last, _month_of(today, MOST_MONTHS // 2))
    last = max(last, _month_of(first, 3))
    days = (last - first).days

    def x_of(day: datetime.date) -> float:
        return round(NAMES + (WIDTH - NAMES) * min(max((day - first).days, 0), days) / days, 1)

    picture = Timeline(TOP + ROW * len(actions), today, x_of(today), first, last - datetime.timedelta(days=1))
    picture.today_label_x = min(max(picture.today_x, NAMES + 50), WIDTH - 50)
    picture.months = _months(first, last, x_of)
    for place, action in enumerate(actions):
        start = x_of(begins[action.pk])
        width = max(round(x_of(action.due_on) - start, 1), 8)
        start = min(start, WIDTH - width)
        part = round(width * action.progress / 100, 1)
        late = round(picture.today_x - start - width, 1) if action.is_late else 0
        inside = part >= 52
        after = start + width + 8 + max(late, 0)
        picture.bars.append(
            Bar(
                action,
                _shortened(action.what),
                TOP + ROW * place,
                start,
                width,
                part,
                max(late, 0),
                start + 10 if inside else after if after < WIDTH - 60 else start - 52,
                inside,
            )
        )
    return picture


def _begin(action: Any) -> datetime.date:
    made: datetime.date = timezone.localtime(action.made_at).date()
    due: datetime.date = action.due_on
    return min(made, due - datetime.timedelta(days=7))


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1].rstrip() + "…"


def _months(first: datetime.date, last: datetime.date, x_of: Any) -> list[Month]:
    months: list[Month] = []
    day = first
    count = (last.year - first.year) * 12 + last.month - first.month
    every = max(1, -(-count // 14))
    place = 0
    while day < last:
        following = min(_month_of(day, every), last)
        x, end = x_of(day), x_of(following)
        is_named = place == 0 or day.year != months[-1].day.year
        months.append(Month(day, x, round(end - x, 1), round((x + end) / 2, 1), place % 2 == 0, is_named))
        day, place = following, place + 1
    return months
