"""What a drawing is made of, and its measures in pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
LEAST_LANE = 360  # of lanes that stand beside each other
LANE_GAP = 16
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
    """The picture, for reading. Services, interfaces and the customer stand at their centres; lanes are (x, y, width, height).

    `lines` has by interface and service the line's stops, x and y in turn; an S leads from each stop to the next. On
    a crowded map interfaces are hubs of `radius`, else rings.
    """

    width: int = LEAST_WIDTH
    height: int = 0
    crowded: bool = False
    radius: int = RING_RADIUS
    seam: tuple[int, int] = (0, 0)
    lanes: dict[int, tuple[int, int, int, int]] = field(default_factory=dict)
    services: dict[int, tuple[int, int]] = field(default_factory=dict)
    interfaces: dict[int, tuple[int, int]] = field(default_factory=dict)
    lines: dict[int, dict[int, tuple[int, ...]]] = field(default_factory=dict)
    customer: tuple[int, int] | None = None

    @property
    def space(self) -> int:
        return HUB_SPACE if self.crowded else RING_SPACE


@dataclass
class Row:
    """What stands side by side, by id the x of the centre: cards with the rings between neighbours, or rings."""

    cards: dict[int, int] = field(default_factory=dict)
    rings: dict[int, int] = field(default_factory=dict)
    y: int = 0
    half: int = 0

    def move(self, by: int) -> None:
        self.cards = {key: x + by for key, x in self.cards.items()}
        self.rings = {key: x + by for key, x in self.rings.items()}

    @property
    def ends(self) -> tuple[int, int]:
        """The outer edges of its cards."""
        xs = self.cards.values()
        return (min(xs) - CARD_WIDTH // 2, max(xs) + CARD_WIDTH // 2) if xs else (0, 0)


@dataclass
class Line:
    """A line on its way from a service's row to its interface's row."""

    interface: int
    service: int
    start: int
    end: int
    lane: tuple[int, int]  # from where to where it may pass its lane's rows
    leaves: int | None = None  # the y of the lane's edge, when it stays upright within the lane
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
