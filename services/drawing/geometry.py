"""The one geometry of the drawing: where every lane, service, interface and line stands, in pixels.

Pure and deterministic: the same rows give the same picture, on the page, in the SVG file and on paper. Renderers only
draw what stands here. Services stand in rows in their party's lane, and the lanes of a side beside each other along
the seam; a place that a person chose is kept, and the others are ordered so that few lines cross. Interfaces stand on
the seam between the lanes, or between two neighbours of one row. A line leaves a card's edge towards the seam and passes every row on its way through a gap between cards or rings:
it never runs over either, and lines cross only between rows, where `_inversions` counts every crossing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise, zip_longest
from math import ceil, fsum, isqrt

from services.drawing.lines import lay, stops
from services.drawing.shapes import (
    CARD_HEIGHT,
    CARD_WIDTH,
    CROWDED_FROM,
    CUSTOMER_RADIUS,
    GAP,
    HUB_RADIUS,
    LANE_GAP,
    LANE_PADDING,
    LANE_TITLE,
    LEAST_IN_A_FULL_ROW,
    LEAST_LANE,
    LEAST_WIDTH,
    MARGIN,
    MOST_RINGS_AROUND_THE_CUSTOMER,
    PATIENCE,
    RING_RADIUS,
    RING_SPACE,
    ROW_GAP,
    SEAM_PADDING,
    SWEEPS,
    UNDER,
    WIDE_GAP,
    Geometry,
    Lane,
    Meetings,
    Order,
    Row,
    Sketch,
)


def draw(lanes: Sequence[Lane], meetings: Meetings) -> Geometry:
    """Place everything. `meetings` gives by interface id the services that meet there."""
    return _draw(
        tuple(Lane(lane.party, lane.is_above, tuple(sorted(lane.services, key=_by_id))) for lane in lanes),
        tuple(sorted((interface, tuple(sorted(met))) for interface, met in meetings.items())),
    )


def _by_id(service: tuple[int, int | None]) -> int:
    return service[0]


@lru_cache(maxsize=256)
def _draw(lanes: tuple[Lane, ...], met: tuple[tuple[int, tuple[int, ...]], ...]) -> Geometry:
    """The tidiest of the pictures: in the order of adding, after a sweep, or with neighbours exchanged."""
    meetings = dict(met)
    pictures = PATIENCE // max(1, sum(map(len, meetings.values())))
    orders = [_arranged(lane) for lane in lanes]
    best = _sketched(lanes, orders, meetings)
    for swept in list(_sweeps(lanes, orders, meetings))[-max(1, pictures) :]:
        sketch = _sketched(lanes, swept, meetings)
        if sketch.untidiness < best.untidiness:
            best, orders = sketch, swept
    best = _exchanged(lanes, orders, meetings, best, pictures - SWEEPS)
    for line in best.lines:
        best.picture.lines[line.interface][line.service] = tuple(stops(best, line))
    return best.picture


# The order in the lanes


def _rows(order: Sequence[int]) -> list[list[int]]:
    """The lane's services in rows of about equal length, so that a large map is about as wide as paper."""
    if not order:
        return [[]]
    most = max(LEAST_IN_A_FULL_ROW, isqrt(2 * len(order)))
    length = ceil(len(order) / ceil(len(order) / most))
    return [list(order[start : start + length]) for start in range(0, len(order), length)]


def _slots(count: int) -> list[float]:
    """Where each place of a lane stands across, counted in cards from the middle; every second row half a card on."""
    return [
        column - (len(row) - 1) / 2 + (number % 2) / 2
        for number, row in enumerate(_rows(range(count)))
        for column in range(len(row))
    ]


def _arranged(lane: Lane, wishes: Mapping[int, float] | None = None) -> Order:
    """The lane's services by place: chosen places kept, the others as they wish to stand, or in the order of adding."""
    free = [service for service, place in lane.services if place is None]
    order: list[int | None] = [None] * len(free)
    for place, service in sorted((place, service) for service, place in lane.services if place is not None):
        order.insert(min(place - 1, len(order)), service)
    left = [n for n, service in enumerate(order) if service is None]
    if wishes is not None:
        free.sort(key=lambda service: (wishes[service], service))
        slots = _slots(len(order))
        left.sort(key=lambda n: slots[n])
    for n, service in zip(left, free, strict=True):
        order[n] = service
    return [service for service in order if service is not None]


def _sweeps(lanes: Sequence[Lane], orders: Sequence[Order], meetings: Meetings) -> Iterator[list[Order]]:
    """Barycentre: lane by lane every free service goes to the middle of those that it meets."""
    neighbours: dict[int, list[int]] = {}
    for met in meetings.values():
        for service in met:
            neighbours.setdefault(service, []).extend(other for other in met if other != service)
    orders = list(orders)
    starts = _starts(lanes)
    at = {
        service: start + x
        for start, order in zip(starts, orders, strict=True)
        for service, x in zip(order, _slots(len(order)), strict=True)
    }
    for _sweep in range(SWEEPS):
        for index, lane in enumerate(lanes):
            wishes = {}
            for service, _place in lane.services:
                others = neighbours.get(service)
                wishes[service] = fsum(at[other] for other in others) / len(others) if others else at[service]
            orders[index] = _arranged(lane, wishes)
            slots = _slots(len(orders[index]))
            at.update({service: starts[index] + x for service, x in zip(orders[index], slots, strict=True)})
        yield list(orders)


def _starts(lanes: Sequence[Lane]) -> list[float]:
    """Where the middle of each lane stands across, counted in cards from the middle of its side."""
    starts = {}
    for side in _sides(lanes):
        wide = [max(map(len, _rows(range(len(lane.services))))) + 1 for lane in side]
        ends = [0, *accumulate(wide)]
        for lane, (start, end) in zip(side, pairwise(ends), strict=True):
            starts[lane.party] = (start + end - ends[-1]) / 2
    return [starts[lane.party] for lane in lanes]


def _exchanged(
    lanes: Sequence[Lane], orders: list[Order], meetings: Meetings, best: Sketch, tries: int
) -> Sketch:
    """Exchange neighbours of a lane, beside and above one another, as long as that helps and patience lasts."""
    chosen = {service for lane in lanes for service, place in lane.services if place is not None}
    helped = True
    while helped:
        helped = False
        for order in orders:
            for a, b in _neighbours(len(order)):
                if order[a] in chosen or order[b] in chosen:
                    continue
                if tries <= 0:
                    return best
                tries -= 1
                order[a], order[b] = order[b], order[a]
                sketch = _sketched(lanes, orders, meetings)
                if sketch.untidiness < best.untidiness:
                    best, helped = sketch, True
                else:
                    order[a], order[b] = order[b], order[a]
    return best


def _neighbours(count: int) -> list[tuple[int, int]]:
    """Pairs of places that stand beside each other, then those above one another."""
    rows = _rows(range(count))
    beside = [pair for row in rows for pair in pairwise(row)]
    return beside + [pair for upper, lower in pairwise(rows) for pair in zip(upper, lower, strict=False)]


# The picture of an order


def _sketched(lanes: Sequence[Lane], orders: Sequence[Order], meetings: Meetings) -> Sketch:
    """Everything placed and every line's way found, with the services in these orders."""
    picture = Geometry()
    rows = {lane.party: _rows(order) for lane, order in zip(lanes, orders, strict=True)}
    picture.crowded = len(meetings) * RING_SPACE > CROWDED_FROM * _room(lanes, rows)
    picture.radius = HUB_RADIUS if picture.crowded else RING_RADIUS
    between = _between_neighbours(rows, meetings)
    cards = {
        party: [_spread(picture, row, between, WIDE_GAP if len(lane_rows) > 1 else GAP) for row in lane_rows]
        for party, lane_rows in rows.items()
    }
    across = _beside_each_other(picture, lanes, cards)
    card_rows = [row for lane_rows in cards.values() for row in lane_rows]
    on_seam = {interface: met for interface, met in meetings.items() if interface not in between.values()}
    seam = _seam(picture, on_seam, {service: x for row in card_rows for service, x in row.cards.items()})
    moved = _grow(picture, [*card_rows, *seam])
    across = {party: (start + moved, end + moved) for party, (start, end) in across.items()}
    sketch = Sketch(picture, _stack(picture, lanes, cards, seam, across))
    lay(sketch, meetings, {service: lane.party for lane in lanes for service, _place in lane.services})
    return sketch


def _sides(lanes: Sequence[Lane]) -> list[list[Lane]]:
    """The lanes above the seam and those below it. Those of a side stand beside each other: each has the seam at its
    edge, so that no line runs through another lane."""
    return [[lane for lane in lanes if lane.is_above == is_above] for is_above in (True, False)]


def _room(lanes: Sequence[Lane], rows: Mapping[int, list[list[int]]]) -> int:
    """About how wide the picture will be."""
    longest = [sum(max(map(len, rows[lane.party])) for lane in side) for side in _sides(lanes)]
    return max(LEAST_WIDTH, max(longest) * (CARD_WIDTH + GAP))


def _beside_each_other(
    picture: Geometry, lanes: Sequence[Lane], cards: Mapping[int, list[Row]]
) -> dict[int, tuple[int, int]]:
    """Set the picture's width, and each lane's rows in the middle of the lane; returns where lanes begin and end."""
    wide = {lane.party: max(row.ends[1] for row in cards[lane.party]) for lane in lanes}
    sides = [side for side in _sides(lanes) if side]
    half = (CARD_WIDTH + WIDE_GAP) // 2  # every second row stands so much further
    for lane in (lane for side in sides if len(side) > 1 for lane in side):
        further = half if len(cards[lane.party]) > 1 else 0
        wide[lane.party] = max(LEAST_LANE, wide[lane.party] + further + 2 * MARGIN)
    needed = [sum(wide[lane.party] for lane in side) + LANE_GAP * (len(side) - 1) for side in sides]
    picture.width = max([LEAST_WIDTH, *needed])
    across: dict[int, tuple[int, int]] = {}
    for side, need in zip(sides, needed, strict=True):
        start = 0
        for lane in side:
            end = start + wide[lane.party] + (picture.width - need) // len(side)
            if lane is side[-1]:
                end = picture.width
            across[lane.party] = start, end
            back = half // 2 if len(side) > 1 and len(cards[lane.party]) > 1 else 0
            for number, row in enumerate(cards[lane.party]):
                row.move(start + (end - start - row.ends[1]) // 2 + number % 2 * half - back)
            start = end + LANE_GAP
    return across


def _between_neighbours(
    rows: Mapping[int, list[list[int]]], meetings: Meetings
) -> dict[tuple[int, ...], int]:
    """Interfaces of two neighbours in a row, by the pair: their rings stand between the cards."""
    neighbours = {tuple(sorted(pair)) for lane in rows.values() for row in lane for pair in pairwise(row)}
    found: dict[tuple[int, ...], int] = {}
    for interface, met in meetings.items():
        if tuple(met) in neighbours:
            found.setdefault(tuple(met), interface)
    return found


def _spread(picture: Geometry, row: Sequence[int], between: Mapping[tuple[int, ...], int], gap: int) -> Row:
    """The row from the left edge on, with room for a ring between the pairs that meet."""
    spread = Row(half=CARD_HEIGHT // 2)
    x = CARD_WIDTH // 2
    for last, service in zip([None, *row], row, strict=False):
        if last is not None:
            interface = between.get((min(last, service), max(last, service)))
            free = gap if interface is None else max(gap, picture.space + 8)
            if interface is not None:
                spread.rings[interface] = x + (CARD_WIDTH + free) // 2
                spread.half = max(spread.half, picture.radius + UNDER)
            x += CARD_WIDTH + free
        spread.cards[service] = x
    return spread


def _seam(picture: Geometry, on_seam: Meetings, xs: Mapping[int, int]) -> list[Row]:
    """Rows of rings, each near the middle of its services; a small map leaves the middle to the customer."""
    wished = sorted(
        (round(sum(xs[s] for s in met) / len(met)), interface) for interface, met in on_seam.items()
    )
    if len(wished) <= MOST_RINGS_AROUND_THE_CUSTOMER and not picture.crowded:
        return [_around_the_customer(picture, wished)]
    most = ceil(len(wished) * picture.space / picture.width) + 2
    rows: list[Row] = []
    last: list[int] = []
    for x, interface in wished:
        fits = [(max(x, end + picture.space) - x, index) for index, end in enumerate(last)]
        moved, index = min(fits, default=(0, -1))
        if index < 0 or (moved > picture.space // 2 and len(rows) < most):
            rows.append(Row())
            last.append(0)
            moved, index = 0, -1
        rows[index].rings[interface] = last[index] = x + moved
    wishes = {interface: x for x, interface in wished}
    for row in rows:
        places = _near([wishes[interface] for interface in row.rings], [picture.space] * len(row.rings))
        row.rings = dict(zip(row.rings, places, strict=True))
    return rows or [Row()]


def _around_the_customer(picture: Geometry, wished: list[tuple[int, int]]) -> Row:
    """Rings and customer in a row, so that all together stand nearest to where they wish to."""
    middle, away = picture.width // 2, CUSTOMER_RADIUS + picture.space // 2
    tries = []
    for left in range(len(wished) + 1):
        wishes = [x for x, _interface in wished]
        wishes.insert(left, middle)
        spaces = [away if left in (n, n - 1) else picture.space for n in range(len(wishes))]
        xs = _near(wishes, spaces)
        moved = sum((x - wish) ** 2 for x, wish in zip(xs, wishes, strict=True))
        tries.append((moved, abs(2 * left - len(wished)), left, xs))
    _moved, _aside, left, xs = min(tries)
    picture.customer = (xs.pop(left), 0)
    return Row(rings={interface: x for (_x, interface), x in zip(wished, xs, strict=True)})


def _near(wished: Sequence[int], spaces: Sequence[int]) -> list[int]:
    """Places in this order and so far from the one before, as near to the wished ones as can be: least squares."""
    offsets = list(accumulate([0, *spaces[1:]]))
    pools: list[
        tuple[int, int]
    ] = []  # of those that stand as close as they may: the sum of their wishes, how many
    for x, offset in zip(wished, offsets, strict=True):
        total, count = x - offset, 1
        while pools and pools[-1][0] * count >= total * pools[-1][1]:
            total, count = total + pools[-1][0], count + pools[-1][1]
            pools.pop()
        pools.append((total, count))
    starts = [round(total / count) for total, count in pools for _each in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def _grow(picture: Geometry, rows: Sequence[Row]) -> int:
    """Widen the picture so that nothing stands outside, and move everything right of the margin: by how much."""
    sides = [end for row in rows if row.cards for end in row.ends]
    sides += [
        x + half
        for row in rows
        for x in row.rings.values()
        for half in (-picture.space // 2, picture.space // 2)
    ]
    left, right = min([0, *sides]), max([picture.width, *sides])
    moved = MARGIN - left
    for row in rows:
        row.move(moved)
    if picture.customer:
        picture.customer = (picture.customer[0] + moved, 0)
    picture.width = right - left + 2 * MARGIN
    return moved


def _stack(
    picture: Geometry,
    lanes: Sequence[Lane],
    cards: Mapping[int, list[Row]],
    seam: list[Row],
    across: Mapping[int, tuple[int, int]],
) -> list[Row]:
    """Stack the lanes above, the seam and the lanes below, and set every y; returns the rows from top to bottom."""
    above, below = _sides(lanes)
    upper, y = _band(picture, above, [cards[lane.party] for lane in above], 0, across)
    height = len(seam) * picture.space + 2 * SEAM_PADDING
    picture.seam = (y, height)
    for number, row in enumerate(seam):
        row.y = y + SEAM_PADDING + (2 * number + 1) * picture.space // 2
        row.half = picture.radius
    if picture.customer:
        picture.customer = (picture.customer[0], y + height // 2)
    lower, y = _band(picture, below, [cards[lane.party] for lane in below], y + height, across)
    picture.height = y
    rows = [*upper, *seam, *lower]
    for row in rows:
        picture.services.update({service: (x, row.y) for service, x in row.cards.items()})
        picture.interfaces.update({interface: (x, row.y) for interface, x in row.rings.items()})
    return rows


def _band(
    picture: Geometry,
    side: Sequence[Lane],
    cards: Sequence[list[Row]],
    top: int,
    across: Mapping[int, tuple[int, int]],
) -> tuple[list[Row], int]:
    """The rows of one side, each of all its lanes, filled from the seam on; and where the band ends."""
    if not side:
        return [], top
    is_above = side[0].is_above
    rows: list[Row] = []
    for nearest in zip_longest(*(lane_rows[:: -1 if is_above else 1] for lane_rows in cards)):
        parts = [row for row in nearest if row]
        row = Row(half=max(part.half for part in parts))
        for part in parts:
            row.cards |= part.cards
            row.rings |= part.rings
        rows.insert(0 if is_above else len(rows), row)
    y = top + LANE_PADDING + (LANE_TITLE if is_above else 0)
    for number, row in enumerate(rows):
        y += ROW_GAP if number else 0
        row.y = y + row.half
        y += 2 * row.half
    y += LANE_PADDING + (0 if is_above else LANE_TITLE)
    for lane in side:
        start = 0 if lane is side[0] else across[lane.party][0]
        end = picture.width if lane is side[-1] else across[lane.party][1]
        picture.lanes[lane.party] = (start, top, end - start, y - top)
    return rows, y
