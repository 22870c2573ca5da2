"""How untidy a drawing is: lines that cross, and lines that run over a card or a ring that is not theirs.

Counted on the drawn curves themselves, whoever laid them out; tests and benchmarks/layout.py use it.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from services.drawing.shapes import CARD_HEIGHT, CARD_WIDTH, Geometry

Point = tuple[float, float]
STEPS = 12  # straight pieces for each curve


def lines_of(picture: Geometry) -> list[list[Point]]:
    """Every line of the picture."""
    return [curve(stops) for lines in picture.lines.values() for stops in lines.values()]


def curve(stops: Sequence[float]) -> list[Point]:
    """Points on the line through the stops, as the renderers draw it: an S between every two of them."""
    pairs = list(zip(stops[::2], stops[1::2], strict=True))
    points = [pairs[0]]
    for (x0, y0), (x1, y1) in pairwise(pairs):
        middle = (y0 + y1) / 2
        for step in range(1, STEPS + 1):
            t = step / STEPS
            y = y0 * (1 - t) ** 3 + 3 * middle * t * (1 - t) + y1 * t**3
            points.append((x0 + (x1 - x0) * t * t * (3 - 2 * t), y))
    return points


def crossings(lines: Sequence[Sequence[Point]]) -> int:
    """How many times two of the lines cross. Meeting in a common end is no crossing."""
    boxes = [(min(x), min(y), max(x), max(y)) for x, y in (tuple(zip(*line, strict=True)) for line in lines)]
    return sum(
        _cross(*one, *other)
        for a, b in combinations(range(len(lines)), 2)
        if _touch(boxes[a], boxes[b])
        for one in _within(lines[a], boxes[b])
        for other in _within(lines[b], boxes[a])
    )


def covered(picture: Geometry) -> int:
    """How many times a line runs over a card or a ring that is not its own."""
    found = 0
    for interface, lines in picture.lines.items():
        for service, stops in lines.items():
            line = curve(stops)
            for other, (x, y) in picture.services.items():
                if other != service:
                    found += any(
                        abs(px - x) < CARD_WIDTH / 2 and abs(py - y) < CARD_HEIGHT / 2 for px, py in line
                    )
            for other, (x, y) in picture.interfaces.items():
                if other != interface:
                    found += any((px - x) ** 2 + (py - y) ** 2 < picture.radius**2 for px, py in line)
    return found


def _touch(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def _within(line: Sequence[Point], box: tuple[float, ...]) -> Iterator[tuple[Point, Point]]:
    for (x0, y0), (x1, y1) in pairwise(line):
        if _touch((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), box):
            yield (x0, y0), (x1, y1)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> int:
    turn = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (turn > 1e-9) - (turn < -1e-9)
