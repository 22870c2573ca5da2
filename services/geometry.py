"""The one geometry of the drawing: where every lane, service and interface stands, in pixels.

Pure and deterministic: the same rows give the same picture, on the page, in an export and in print. Renderers only draw
what stands here. Services stand in their party's lane, ordered so that few lines cross (barycentre); a place that a
person chose is kept. Interfaces stand on the seam between the lanes, or between two neighbours of one lane.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, fsum

CARD_WIDTH, CARD_HEIGHT = 208, 84
GAP = 40
RING_RADIUS = 56
RING_SPACE = 152  # a ring with the sectors that stick out, and air around it
CUSTOMER_RADIUS = 50
LANE_PADDING = 28
LANE_TITLE = 40
ROW_GAP = 28
MOST_IN_A_ROW = 10
MOST_RINGS_AROUND_THE_CUSTOMER = 6
LEAST_WIDTH = 880
MARGIN = 40


@dataclass(frozen=True)
class Lane:
    """One party and its services: `(service id, chosen place or None)` in the order in which they were added."""

    party: int
    is_above: bool
    services: tuple[tuple[int, int | None], ...]


@dataclass
class Geometry:
    """The picture. Services, interfaces and the customer stand at their centres; lanes are (y, height)."""

    width: int = LEAST_WIDTH
    height: int = 0
    seam: tuple[int, int] = (0, 0)
    lanes: dict[int, tuple[int, int]] = field(default_factory=dict)
    services: dict[int, tuple[int, int]] = field(default_factory=dict)
    interfaces: dict[int, tuple[int, int]] = field(default_factory=dict)
    customer: tuple[int, int] | None = None


def draw(lanes: Sequence[Lane], meetings: Mapping[int, Sequence[int]]) -> Geometry:
    """Place everything. `meetings` gives by interface id the services that meet there."""
    rows = {lane.party: _rows(order) for lane, order in zip(lanes, _orders(lanes, meetings), strict=True)}
    beside = _pairs_in_a_row(rows, meetings)
    on_seam = {interface: met for interface, met in meetings.items() if interface not in beside}
    picture = Geometry()
    pairs = {tuple(sorted(meetings[interface])) for interface in beside}
    across = {party: [_spread(row, pairs) for row in lane_rows] for party, lane_rows in rows.items()}
    picture.width = max(
        [LEAST_WIDTH, *(row[-1][1] + CARD_WIDTH // 2 for r in across.values() for row in r if row)]
    )
    xs = {
        service: x + _centred(row, picture.width, shift)
        for lane_rows in across.values()
        for shift, row in enumerate(lane_rows)
        for service, x in row
    }
    seam_rows = _seam_rows(on_seam, xs, picture)
    _grow(picture, xs, seam_rows)
    _stack(picture, lanes, across, beside, meetings, xs, seam_rows)
    return picture


def _orders(lanes: Sequence[Lane], meetings: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """The services of each lane from left to right: a few barycentre sweeps, then the chosen places."""
    orders = [[service for service, _place in lane.services] for lane in lanes]
    neighbours: dict[int, set[int]] = {}
    for met in meetings.values():
        for service in met:
            neighbours.setdefault(service, set()).update(other for other in met if other != service)
    for _sweep in range(4):
        for index, lane in enumerate(lanes):
            position = {
                service: (place + 0.5) / len(order) for order in orders for place, service in enumerate(order)
            }
            free = [service for service, place in lane.services if place is None]
            free.sort(key=lambda service: (_mean(neighbours.get(service, ()), position, service), service))
            for place, service in sorted(
                (place, service) for service, place in lane.services if place is not None
            ):
                free.insert(min(place - 1, len(free)), service)
            orders[index] = free
    return orders


def _mean(neighbours: set[int] | tuple[()], position: Mapping[int, float], own: int) -> float:
    """Where its neighbours stand on average; `fsum` rounds once, so the order in which a set tells them is nothing."""
    return fsum(position[other] for other in neighbours) / len(neighbours) if neighbours else position[own]


def _rows(order: Sequence[int]) -> list[list[int]]:
    """The lane's services in rows of about equal length, at most MOST_IN_A_ROW in each."""
    if not order:
        return [[]]
    length = ceil(len(order) / ceil(len(order) / MOST_IN_A_ROW))
    return [list(order[start : start + length]) for start in range(0, len(order), length)]


def _pairs_in_a_row(rows: Mapping[int, list[list[int]]], meetings: Mapping[int, Sequence[int]]) -> list[int]:
    """Interfaces between two neighbours of one row: their rings stand between the cards."""
    neighbours = {tuple(sorted(pair)) for lane in rows.values() for row in lane for pair in pairwise(row)}
    return [interface for interface, met in meetings.items() if tuple(sorted(met)) in neighbours]


def _spread(row: Sequence[int], pairs: set[tuple[int, ...]]) -> list[tuple[int, int]]:
    """Centres of the row's cards from the left edge, with room for a ring between the pairs that meet."""
    placed: list[tuple[int, int]] = []
    for service in row:
        if not placed:
            placed.append((service, CARD_WIDTH // 2))
            continue
        last, x = placed[-1]
        gap = RING_SPACE + 8 if tuple(sorted((last, service))) in pairs else GAP
        placed.append((service, x + CARD_WIDTH + gap))
    return placed


def _centred(row: Sequence[tuple[int, int]], width: int, shift: int) -> int:
    """How far the row moves to stand in the middle; every second row by half a gap, so that lines pass between."""
    if not row:
        return 0
    return (width - row[-1][1] - CARD_WIDTH // 2) // 2 + (shift % 2) * (CARD_WIDTH + GAP) // 2


def _seam_rows(
    on_seam: Mapping[int, Sequence[int]], xs: Mapping[int, int], picture: Geometry
) -> list[list[tuple[int, int]]]:
    """Rows of rings on the seam as (interface, x); a small map leaves the middle to the customer."""
    wished = sorted(
        (round(sum(xs[s] for s in met) / len(met)), interface) for interface, met in on_seam.items()
    )
    middle = picture.width // 2
    if len(wished) <= MOST_RINGS_AROUND_THE_CUSTOMER:
        picture.customer = (middle, 0)
        half = (
            ceil(len(wished) / 2)
            if len({x for x, _i in wished}) == 1
            else sum(x <= middle for x, _i in wished)
        )
        row: list[tuple[int, int]] = []
        limit = middle - CUSTOMER_RADIUS - RING_SPACE // 2
        for x, interface in reversed(wished[:half]):
            row.append((interface, min(x, limit)))
            limit = row[-1][1] - RING_SPACE
        limit = middle + CUSTOMER_RADIUS + RING_SPACE // 2
        for x, interface in wished[half:]:
            row.append((interface, max(x, limit)))
            limit = row[-1][1] + RING_SPACE
        return [row]
    most = ceil(len(wished) * RING_SPACE / picture.width) + 2
    rows: list[list[tuple[int, int]]] = []
    for x, interface in wished:
        fits = [(max(x, row[-1][1] + RING_SPACE) - x, index) for index, row in enumerate(rows)]
        moved, index = min(fits, default=(0, -1))
        if index < 0 or (moved > RING_SPACE // 2 and len(rows) < most):
            rows.append([(interface, x)])
        else:
            rows[index].append((interface, x + moved))
    return rows


def _grow(picture: Geometry, xs: dict[int, int], seam_rows: list[list[tuple[int, int]]]) -> None:
    """Widen the picture so that nothing stands outside, and move everything right of the margin."""
    rings = [x for row in seam_rows for _interface, x in row]
    left = min([x - CARD_WIDTH // 2 for x in xs.values()] + [x - RING_SPACE // 2 for x in rings] + [0])
    right = max(
        [x + CARD_WIDTH // 2 for x in xs.values()] + [x + RING_SPACE // 2 for x in rings] + [picture.width]
    )
    move = MARGIN - left
    for service in xs:
        xs[service] += move
    for row in seam_rows:
        row[:] = [(interface, x + move) for interface, x in row]
    if picture.customer:
        picture.customer = (picture.customer[0] + move, 0)
    picture.width = right - left + 2 * MARGIN


def _stack(
    picture: Geometry,
    lanes: Sequence[Lane],
    across: Mapping[int, list[list[tuple[int, int]]]],
    beside: Sequence[int],
    meetings: Mapping[int, Sequence[int]],
    xs: Mapping[int, int],
    seam_rows: list[list[tuple[int, int]]],
) -> None:
    """Stack the lanes above, the seam and the lanes below, and set every y."""
    between = {tuple(sorted(meetings[interface])): interface for interface in beside}
    y = 0
    for is_above in (True, False):
        for lane in lanes:
            if lane.is_above != is_above:
                continue
            top = y
            y += LANE_TITLE + LANE_PADDING if is_above else LANE_PADDING
            for index, row in enumerate(across[lane.party]):
                pairs = [tuple(sorted((a, b))) for (a, _ax), (b, _bx) in pairwise(row)]
                height = RING_SPACE if any(pair in between for pair in pairs) else CARD_HEIGHT
                y += ROW_GAP if index else 0
                for service, _x in row:
                    picture.services[service] = (xs[service], y + height // 2)
                for pair in pairs:
                    if pair in between:
                        picture.interfaces[between[pair]] = (
                            (xs[pair[0]] + xs[pair[1]]) // 2,
                            y + height // 2,
                        )
                y += height
            y += LANE_PADDING if is_above else LANE_TITLE + LANE_PADDING
            picture.lanes[lane.party] = (top, y - top)
        if is_above:
            height = max(1, len(seam_rows)) * RING_SPACE + ROW_GAP
            picture.seam = (y, height)
            for index, row in enumerate(seam_rows):
                for interface, x in row:
                    picture.interfaces[interface] = (x, y + (index * 2 + 1) * RING_SPACE // 2 + ROW_GAP // 2)
            if picture.customer:
                picture.customer = (picture.customer[0], y + height // 2)
            y += height
    picture.height = y
