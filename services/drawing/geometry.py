"""The one geometry of the drawing: where every lane, service, interface and line stands, in pixels.

Pure and deterministic: the same rows give the same picture, on the page, in the SVG file and on paper. Renderers only
draw what stands here. Services stand in rows in their party's lane; a place that a person chose is kept, and the others
are ordered so that few lines cross. Interfaces stand on the seam between the lanes, or between two neighbours of one
row. A line leaves a card's edge towards the seam and passes every row on its way through a gap between cards or rings:
it never runs over either, and lines cross only between rows, where `_inversions` counts every crossing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import ceil, fsum, isqrt

CARD_WIDTH, CARD_HEIGHT = 208, 84
RING_RADIUS, RING_SPACE = 56, 152  # a ring of nine sectors, and the room that it gets
HUB_RADIUS, HUB_SPACE = 34, 92  # a hub stands for a ring on a crowded map
CROWDED_FROM = 3  # rows of rings on the seam: with more a map is crowded
CUSTOMER_RADIUS = 50
GAP, WIDE_GAP = 40, 60  # between cards: of a lane with one row, and where lines of other rows pass between
LANE_PADDING = 28
LANE_TITLE = 40
ROW_GAP = 44
SEAM_PADDING = 32
LEAST_IN_A_FULL_ROW = 10
MOST_RINGS_AROUND_THE_CUSTOMER = 6
LEAST_WIDTH = 880
MARGIN = 40
PORT_GAP = 18  # between lines at a card's edge
UNDER = 4  # how far a line's ends reach under its card and its ring
LINE_GAP = 8  # between lines that pass through one gap, and between them and what stands there
LEAST_LINE_GAP = 4  # a gap that would have them closer is full
SWEEPS = 6
PATIENCE = 3_000  # how many lines are laid at most in search of a tidier order

Meetings = Mapping[int, Sequence[int]]
Order = list[int]


@dataclass(frozen=True)
class Lane:
    """One party and its services: `(service id, chosen place or None)`; the ids tell the order of adding."""

    party: int
    is_above: bool
    services: tuple[tuple[int, int | None], ...]


@dataclass
class Geometry:
    """The picture, for reading. Services, interfaces and the customer stand at their centres; lanes are (y, height).

    `lines` has by interface and service the line's stops, x and y in turn; an S leads from each stop to the next. On
    a crowded map interfaces are hubs of `radius`, else rings.
    """

    width: int = LEAST_WIDTH
    height: int = 0
    crowded: bool = False
    radius: int = RING_RADIUS
    seam: tuple[int, int] = (0, 0)
    lanes: dict[int, tuple[int, int]] = field(default_factory=dict)
    services: dict[int, tuple[int, int]] = field(default_factory=dict)
    interfaces: dict[int, tuple[int, int]] = field(default_factory=dict)
    lines: dict[int, dict[int, tuple[int, ...]]] = field(default_factory=dict)
    customer: tuple[int, int] | None = None

    @property
    def space(self) -> int:
        return HUB_SPACE if self.crowded else RING_SPACE


@dataclass
class Row:
    """What stands side by side, by id the x of the centre: cards of a lane with the rings between them, or rings."""

    cards: dict[int, int] = field(default_factory=dict)
    rings: dict[int, int] = field(default_factory=dict)
    y: int = 0
    half: int = 0

    def move(self, by: int) -> None:
        self.cards = {key: x + by for key, x in self.cards.items()}
        self.rings = {key: x + by for key, x in self.rings.items()}


@dataclass
class Line:
    """A line on its way from a service's row to its interface's row."""

    interface: int
    service: int
    start: int
    end: int
    port: int = 0
    at: dict[int, int] = field(default_factory=dict)  # x by the rows that it passes

    @property
    def step(self) -> int:
        return 1 if self.end > self.start else -1


@dataclass
class Sketch:
    """A picture with its rows from top to bottom and the ways of its lines."""

    picture: Geometry
    rows: list[Row]
    lines: list[Line] = field(default_factory=list)
    crossings: int = 0
    length: int = 0

    @property
    def untidiness(self) -> tuple[int, int]:
        """Fewer crossings are better, then lines that run less to the side."""
        return self.crossings, self.length


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
        best.picture.lines[line.interface][line.service] = tuple(_stops(best, line))
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
    at = {service: x for order in orders for service, x in zip(order, _slots(len(order)), strict=True)}
    for _sweep in range(SWEEPS):
        for index, lane in enumerate(lanes):
            wishes = {}
            for service, _place in lane.services:
                others = neighbours.get(service)
                wishes[service] = fsum(at[other] for other in others) / len(others) if others else at[service]
            orders[index] = _arranged(lane, wishes)
            at.update(zip(orders[index], _slots(len(orders[index])), strict=True))
        yield list(orders)


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
    longest = max((len(row) for lane_rows in rows.values() for row in lane_rows), default=0)
    room = max(LEAST_WIDTH, longest * (CARD_WIDTH + GAP))
    picture.crowded = len(meetings) * RING_SPACE > CROWDED_FROM * room
    picture.radius = HUB_RADIUS if picture.crowded else RING_RADIUS
    between = _between_neighbours(rows, meetings)
    cards = {
        party: [_spread(picture, row, between, WIDE_GAP if len(lane_rows) > 1 else GAP) for row in lane_rows]
        for party, lane_rows in rows.items()
    }
    card_rows = [row for lane_rows in cards.values() for row in lane_rows]
    ends = [max(row.cards.values()) + CARD_WIDTH // 2 for row in card_rows if row.cards]
    picture.width = max([LEAST_WIDTH, *ends])
    for lane_rows in cards.values():
        for number, row in enumerate(lane_rows):
            if row.cards:
                rest = picture.width - max(row.cards.values()) - CARD_WIDTH // 2
                row.move(rest // 2 + (number % 2) * (CARD_WIDTH + WIDE_GAP) // 2)
    on_seam = {interface: met for interface, met in meetings.items() if interface not in between.values()}
    seam = _seam(picture, on_seam, {service: x for row in card_rows for service, x in row.cards.items()})
    _grow(picture, [*card_rows, *seam])
    _stack(picture, lanes, cards, seam)
    above = [row for lane in lanes if lane.is_above for row in cards[lane.party]]
    below = [row for lane in lanes if not lane.is_above for row in cards[lane.party]]
    sketch = Sketch(picture, [*above, *seam, *below])
    _lay(sketch, meetings)
    return sketch


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
    return rows or [Row()]


def _around_the_customer(picture: Geometry, wished: list[tuple[int, int]]) -> Row:
    middle, away = picture.width // 2, CUSTOMER_RADIUS + picture.space // 2
    picture.customer = (middle, 0)
    at_one_point = len({x for x, _interface in wished}) == 1
    half = ceil(len(wished) / 2) if at_one_point else sum(x <= middle for x, _interface in wished)
    row = Row()
    limit = middle - away
    for x, interface in reversed(wished[:half]):
        row.rings[interface] = min(x, limit)
        limit = row.rings[interface] - picture.space
    limit = middle + away
    for x, interface in wished[half:]:
        row.rings[interface] = max(x, limit)
        limit = row.rings[interface] + picture.space
    return row


def _grow(picture: Geometry, rows: Sequence[Row]) -> None:
    """Widen the picture so that nothing stands outside, and move everything right of the margin."""
    sides = [(x, CARD_WIDTH // 2) for row in rows for x in row.cards.values()]
    sides += [(x, picture.space // 2) for row in rows for x in row.rings.values()]
    left = min([0, *(x - half for x, half in sides)])
    right = max([picture.width, *(x + half for x, half in sides)])
    for row in rows:
        row.move(MARGIN - left)
    if picture.customer:
        picture.customer = (picture.customer[0] + MARGIN - left, 0)
    picture.width = right - left + 2 * MARGIN


def _stack(
    picture: Geometry, lanes: Sequence[Lane], cards: Mapping[int, list[Row]], seam: Sequence[Row]
) -> None:
    """Stack the lanes above, the seam and the lanes below, and set every y."""
    y = 0
    for is_above in (True, False):
        for lane in (lane for lane in lanes if lane.is_above == is_above):
            top = y
            y += LANE_PADDING + (LANE_TITLE if is_above else 0)
            for number, row in enumerate(cards[lane.party]):
                y += ROW_GAP if number else 0
                row.y = y + row.half
                y += 2 * row.half
            y += LANE_PADDING + (0 if is_above else LANE_TITLE)
            picture.lanes[lane.party] = (top, y - top)
        if is_above:
            height = len(seam) * picture.space + 2 * SEAM_PADDING
            picture.seam = (y, height)
            for number, row in enumerate(seam):
                row.y = y + SEAM_PADDING + (2 * number + 1) * picture.space // 2
                row.half = picture.radius
            if picture.customer:
                picture.customer = (picture.customer[0], y + height // 2)
            y += height
    picture.height = y
    for row in (*(row for lane_rows in cards.values() for row in lane_rows), *seam):
        picture.services.update({service: (x, row.y) for service, x in row.cards.items()})
        picture.interfaces.update({interface: (x, row.y) for interface, x in row.rings.items()})


# The lines


def _lay(sketch: Sketch, meetings: Meetings) -> None:
    """Find every line's way: its port at the card and its gap in each row that it passes; and count the crossings."""
    picture, rows, lines = sketch.picture, sketch.rows, sketch.lines
    row_of = {service: n for n, row in enumerate(rows) for service in row.cards}
    row_of_ring = {interface: n for n, row in enumerate(rows) for interface in row.rings}
    for interface, met in meetings.items():
        x, y = picture.interfaces[interface]
        picture.lines[interface] = {}
        for service in met:
            if row_of[service] == row_of_ring[interface]:
                side = 1 if x > picture.services[service][0] else -1
                edge = picture.services[service][0] + side * (CARD_WIDTH // 2 - UNDER)
                picture.lines[interface][service] = (edge, y, x - side * (picture.radius - UNDER), y)
            else:
                lines.append(Line(interface, service, row_of[service], row_of_ring[interface]))
    _set_ports(picture, lines)
    _pass_rows(picture, rows, lines)
    corridors: list[list[tuple[int, int]]] = [[] for _row in rows]
    for line in lines:
        way = [line.port, *line.at.values(), picture.interfaces[line.interface][0]]
        for n, (one, other) in zip(range(line.start, line.end, line.step), pairwise(way), strict=True):
            corridors[min(n, n + line.step)].append((one, other) if line.step > 0 else (other, one))
            sketch.length += abs(one - other)
    sketch.crossings = sum(map(_inversions, corridors))


def _set_ports(picture: Geometry, lines: Sequence[Line]) -> None:
    """Spread each card's lines along its edge, in the order of their directions."""
    of_service: dict[int, list[tuple[float, Line]]] = {}
    for line in lines:
        (x, y), (ring_x, ring_y) = picture.services[line.service], picture.interfaces[line.interface]
        of_service.setdefault(line.service, []).append(((ring_x - x) / abs(ring_y - y), line))
    for service, fan in of_service.items():
        fan.sort(key=lambda each: (each[0], each[1].interface))
        gap = min(PORT_GAP, (CARD_WIDTH - 40) // max(1, len(fan) - 1))
        left = picture.services[service][0] - gap * (len(fan) - 1) // 2
        for n, (_slope, line) in enumerate(fan):
            line.port = left + n * gap


def _pass_rows(picture: Geometry, rows: Sequence[Row], lines: Sequence[Line]) -> None:
    """Lead the lines through the gaps that are nearest to their straight ways, beside each other."""
    passing: list[list[tuple[float, Line]]] = [[] for _row in rows]
    for line in lines:
        x, y = picture.interfaces[line.interface]
        slope = (x - line.port) / (y - rows[line.start].y)
        for n in range(line.start + line.step, line.end, line.step):
            line.at[n] = 0  # in the order of the way
            passing[n].append((line.port + slope * (rows[n].y - rows[line.start].y), line))
    for n, wishes in enumerate(passing):
        gaps = _gaps(picture, rows[n])
        middles = [(one[1] + other[0]) / 2 for one, other in pairwise(gaps)]
        through: dict[int, list[tuple[float, Line]]] = {}
        for wish, line in sorted(wishes, key=lambda each: (each[0], each[1].interface, each[1].service)):
            nearest = _with_room(gaps, bisect_right(middles, wish), through)
            through.setdefault(nearest, []).append((wish, line))
        for gap, group in through.items():
            apart = _side_by_side([wish for wish, _line in group], *gaps[gap])
            for (_wish, line), x in zip(group, apart, strict=True):
                line.at[n] = x


def _with_room(gaps: Sequence[tuple[int, int]], nearest: int, through: Mapping[int, Sequence[object]]) -> int:
    """The nearest gap, or one of its neighbours when it is full and they are not."""
    for gap in (nearest, nearest - 1, nearest + 1):
        if 0 <= gap < len(gaps) and len(through.get(gap, ())) * LEAST_LINE_GAP <= gaps[gap][1] - gaps[gap][0]:
            return gap
    return nearest


def _gaps(picture: Geometry, row: Row) -> list[tuple[int, int]]:
    """Where a line may pass the row, from left to right."""
    ring = picture.space // 2 + 4 if row.cards else picture.radius  # with its own lines, which lie across
    taken = [(x - CARD_WIDTH // 2, x + CARD_WIDTH // 2) for x in row.cards.values()]
    taken += [(x - ring, x + ring) for x in row.rings.values()]
    taken.sort()
    edges = [0, *(edge for each in taken for edge in each), picture.width]
    found = [(a + LINE_GAP, b - LINE_GAP) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return [gap for gap in found if gap[0] < gap[1]]


def _side_by_side(wished: Sequence[float], start: int, end: int) -> list[int]:
    """The wished xs, in their order, moved into the gap and apart."""
    apart = min(LINE_GAP, (end - start) / max(1, len(wished) - 1))
    found: list[float] = []
    for n, x in enumerate(wished):
        low = found[-1] + apart if found else start
        found.append(max(low, min(x, end - (len(wished) - 1 - n) * apart)))
    return [round(x) for x in found]


def _stops(sketch: Sketch, line: Line) -> Iterator[int]:
    """The line's stops: the card's edge, the edges of every row on its way, the ring's edge."""
    start, step = sketch.rows[line.start], line.step
    yield from (line.port, start.y + step * (CARD_HEIGHT // 2 - UNDER))
    if start.half > CARD_HEIGHT // 2:
        yield from (line.port, start.y + step * start.half)
    for n, x in line.at.items():
        row = sketch.rows[n]
        yield from (x, row.y - step * row.half, x, row.y + step * row.half)
    x, y = sketch.picture.interfaces[line.interface]
    yield from (x, y - step * (sketch.picture.radius - UNDER))


def _inversions(ways: Sequence[tuple[int, int]]) -> int:
    """How many of the lines between two rows, given by their x on both sides, cross."""
    seen: list[int] = []
    count = 0
    for _x, x in sorted(ways):
        place = bisect_right(seen, x)
        count += len(seen) - place
        seen.insert(place, x)
    return count
