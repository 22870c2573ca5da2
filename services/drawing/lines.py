"""The way of every line from its card to its ring: past what stands between, beside each other."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from services.drawing.shapes import (
    CARD_HEIGHT,
    CARD_WIDTH,
    LEAST_LINE_GAP,
    LINE_GAP,
    PORT_GAP,
    UNDER,
    Geometry,
    Line,
    Meetings,
    Row,
    Sketch,
)


def lay(sketch: Sketch, meetings: Meetings, lane_of: Mapping[int, int]) -> None:
    """Find every line's way: its port at the card and its gap in each row that it passes; and count the crossings."""
    picture, rows, lines = sketch.picture, sketch.rows, sketch.lines
    row_of = {service: n for n, row in enumerate(rows) for service in row.cards}
    row_of_ring = {interface: n for n, row in enumerate(rows) for interface in row.rings}
    alone = Counter(y for _x, y, _width, _height in picture.lanes.values())
    for interface, met in meetings.items():
        x, y = picture.interfaces[interface]
        picture.lines[interface] = {}
        for service in met:
            if row_of[service] == row_of_ring[interface]:
                side = 1 if x > picture.services[service][0] else -1
                edge = picture.services[service][0] + side * (CARD_WIDTH // 2 - UNDER)
                picture.lines[interface][service] = (edge, y, x - side * (picture.radius - UNDER), y)
            else:
                x0, top, wide, high = picture.lanes[lane_of[service]]
                line = Line(interface, service, row_of[service], row_of_ring[interface], (x0, x0 + wide))
                if alone[top] > 1:  # it would run over its neighbours
                    line.leaves = top + high if line.step > 0 else top
                lines.append(line)
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
    for n, row in enumerate(rows):
        within: dict[tuple[int, int], list[tuple[float, Line]]] = {}
        for wish, line in passing[n]:
            within.setdefault(line.lane if row.cards else (0, picture.width), []).append((wish, line))
        for ends, wishes in within.items():
            _pass_row(n, wishes, _gaps(picture, row, *ends))


def _pass_row(n: int, wishes: Sequence[tuple[float, Line]], gaps: Sequence[tuple[int, int]]) -> None:
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


def _gaps(picture: Geometry, row: Row, start: int, end: int) -> list[tuple[int, int]]:
    """Where a line may pass this part of the row, from left to right."""
    ring = picture.space // 2 + 4 if row.cards else picture.radius  # with its own lines, which lie across
    taken = [(x - CARD_WIDTH // 2, x + CARD_WIDTH // 2) for x in row.cards.values()]
    taken += [(x - ring, x + ring) for x in row.rings.values()]
    taken = sorted(each for each in taken if start <= each[0] and each[1] <= end)
    edges = [start, *(edge for each in taken for edge in each), end]
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


def stops(sketch: Sketch, line: Line) -> Iterator[int]:
    """The line's stops: the card's edge, the edges of every row on its way, the ring's edge."""
    start, step = sketch.rows[line.start], line.step
    yield from (line.port, start.y + step * (CARD_HEIGHT // 2 - UNDER))
    if start.half > CARD_HEIGHT // 2:
        yield from (line.port, start.y + step * start.half)
    last, leaves = line.port, line.leaves
    for n, x in line.at.items():
        row = sketch.rows[n]
        if leaves is not None and not row.cards:
            yield from (last, leaves)
            leaves = None
        yield from (x, row.y - step * row.half, x, row.y + step * row.half)
        last = x
    if leaves is not None:
        yield from (last, leaves)
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
