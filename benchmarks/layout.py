"""The layout of random maps: crossings, lines over cards or rings, size and time.

Run `python -m benchmarks.layout`. It needs neither a database nor a browser; docs/measurements.md has the figures.
"""

from random import Random
from statistics import mean
from time import perf_counter

from benchmarks.crossings import covered, crossings, lines_of
from services.drawing import geometry
from services.drawing.geometry import draw
from services.drawing.shapes import Lane

SIZES = ((10, 15), (20, 30), (30, 45), (40, 60), (60, 90))
LARGE = ((500, 750), (2_000, 3_000))
SEEDS = range(5)


def random_map(services: int, interfaces: int, seed: int) -> tuple[list[Lane], dict[int, list[int]]]:
    """Services of two parties in turn, and random pairs that meet, one of six or seven within a lane."""
    chance = Random(seed)  # noqa: S311 not for secrets
    met: set[tuple[int, ...]] = set()
    while len(met) < interfaces:
        one, other = chance.sample(range(services), 2)
        if (one - other) % 2 or chance.random() < 0.15:
            met.add((min(one, other), max(one, other)))
    lanes = [
        Lane(side + 1, side == 0, tuple((service, None) for service in range(side, services, 2)))
        for side in (0, 1)
    ]
    pairs = sorted(met, key=lambda _pair: chance.random())
    return lanes, {100_000 + number: list(pair) for number, pair in enumerate(pairs)}


def main() -> None:
    for services, interfaces in SIZES:
        plain, drawn, over, times = [], [], [], []
        for seed in SEEDS:
            lanes, meetings = random_map(services, interfaces, seed)
            started = perf_counter()
            picture = draw(lanes, meetings)
            times.append((perf_counter() - started) * 1000)
            orders = [geometry._arranged(lane) for lane in lanes]
            plain.append(geometry._sketched(lanes, orders, meetings).crossings)
            drawn.append(crossings(lines_of(picture)))
            over.append(covered(picture))
        print(
            f"{services} services, {interfaces} interfaces: {mean(plain):.0f} crossings in the order of adding, "
            f"{mean(drawn):.0f} as drawn; {mean(over):.0f} lines over others; {mean(times):.0f} ms"
        )
    for services, interfaces in LARGE:
        lanes, meetings = random_map(services, interfaces, 0)
        started = perf_counter()
        picture = draw(lanes, meetings)
        took = (perf_counter() - started) * 1000
        print(
            f"{services} services, {interfaces} interfaces: {took:.0f} ms, {picture.width} x {picture.height} px"
        )


if __name__ == "__main__":
    main()
