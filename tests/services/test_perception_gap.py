"""The arithmetic of gaps, against brute force."""

from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.queries.perception_gap import MARK, gap_of, marks_of, mean_of, trend_of

VALUES = st.lists(st.integers(1, 5), max_size=9)


@given(VALUES)
def test_a_gap_is_the_largest_difference_between_two_parties(values: list[int]) -> None:
    differences = [abs(one - two) for one, two in combinations(values, 2)]
    assert gap_of(values) == (max(differences) if differences else None)


@given(st.lists(VALUES, max_size=6))
def test_a_mean_counts_only_what_two_have_rated(aspects: list[list[int]]) -> None:
    gaps = [max(values) - min(values) for values in aspects if len(values) > 1]
    mean = mean_of(gap_of(values) for values in aspects)
    assert mean.count == len(gaps)
    assert mean.mean == (sum(gaps) / len(gaps) if gaps else None)
    assert 0 <= mean.bar <= 120


@given(st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=5))
def test_a_trend_is_told_from_the_last_two_gaps_that_are_known(gaps: list[int | None]) -> None:
    """The newest first; what only one party has rated is passed over, but the newest must be known itself."""
    known = [gap for gap in gaps if gap is not None]
    if len(known) < 2 or gaps[0] is None:
        assert trend_of(gaps) == ""
    else:
        signs = {-1: "narrower", 0: "same", 1: "wider"}
        assert trend_of(gaps) == signs[(known[0] > known[1]) - (known[0] < known[1])]


@given(VALUES.filter(bool))
def test_marks_of_a_picture_stand_inside_it_and_not_on_each_other(values: list[int]) -> None:
    picture = marks_of([{"value": value, "side": "other"} for value in values])
    marks: list[dict[str, Any]] = picture["marks"]
    assert len(marks) == len(values)
    for mark in marks:
        assert MARK / 2 <= mark["y"] <= picture["height"] - MARK / 2 + 1
        assert 0 < mark["x"] < picture["width"]
        assert mark["x"] == picture["ticks"][mark["value"] - 1]
    for one, two in combinations(marks, 2):
        assert one["x"] != two["x"] or abs(one["y"] - two["y"]) >= MARK - 1
    assert (picture["from"], picture["to"]) == (
        picture["ticks"][min(values) - 1],
        picture["ticks"][max(values) - 1],
    )
