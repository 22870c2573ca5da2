"""How far apart the parties are about the same thing: pure arithmetic, and where each mark of a picture stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

LARGEST = 4
"""The largest difference on a scale from 1 to 5."""

STEP, MARGIN, MARK = 34, 14, 22
"""Pixels: between two values, before the first one, and the height of one mark."""


def gap_of(values: Sequence[int]) -> int | None:
    """The largest difference between parties; None while fewer than two have rated."""
    return max(values) - min(values) if len(values) > 1 else None


@dataclass(frozen=True)
class MeanGap:
    """The mean of aspects' gaps, of how many, and the length of its bar on a scale from 0 to 120."""

    mean: float | None
    count: int

    @property
    def bar(self) -> int:
        return round((self.mean or 0) / LARGEST * 120)


def mean_of(gaps: Iterable[int | None]) -> MeanGap:
    """Aspects that only one party has rated do not count."""
    known = [gap for gap in gaps if gap is not None]
    return MeanGap(sum(known) / len(known) if known else None, len(known))


def trend_of(gaps: Sequence[int | None]) -> str:
    """What became of a gap, the newest first: narrower, wider or same as when it was known before; or nothing."""
    earlier = next((gap for gap in gaps[1:] if gap is not None), None)
    if not gaps or gaps[0] is None or earlier is None:
        return ""
    return "narrower" if gaps[0] < earlier else "wider" if gaps[0] > earlier else "same"


def marks_of(ratings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A dumbbell: a mark for each party at its value, those at the same value under each other."""
    values = [rating["value"] for rating in ratings]
    most = max((values.count(value) for value in values), default=1)
    height, stacked, marks = MARK * most + 4, dict.fromkeys(values, 0), []
    for rating in ratings:
        value = rating["value"]
        offset = stacked[value] - (values.count(value) - 1) / 2
        stacked[value] += 1
        marks.append(
            {
                "x": MARGIN + (value - 1) * STEP,
                "y": round(height / 2 + offset * MARK),
                "value": value,
                "side": rating["side"],
            }
        )
    return {
        "marks": marks,
        "width": MARGIN * 2 + 4 * STEP,
        "height": height,
        "middle": height // 2,
        "ticks": [MARGIN + step * STEP for step in range(5)],
        "from": MARGIN + (min(values, default=1) - 1) * STEP,
        "to": MARGIN + (max(values, default=1) - 1) * STEP,
    }
