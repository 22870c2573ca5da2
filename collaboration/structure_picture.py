"""The picture of a county's forums: four bands, the highest level above, and an arrow for each way that a matter may go.

Measures are pixels of the picture; its text is set at 14 and 12. A list beside it tells the same in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from collaboration.models import Level, Organisation

WIDTH, LABEL = 1200, 150
BOX, HEIGHT, GAP, ROW_GAP, PADDING = 236, 78, 24, 26, 22
IN_A_ROW = (WIDTH - LABEL - PADDING) // (BOX + GAP)
LETTERS = 27
"""How many letters of a name fit on a line of a box."""

WHAT_FOR = {
    Level.POLITICAL: _("decides and follows"),
    Level.MANAGEMENT: _("brings together"),
    Level.EXPERT: _("develops and solves"),
    Level.FIELD: _("does and reports"),
}


@dataclass
class Box:
    """A forum as it stands in the picture."""

    forum: Any
    x: int
    y: int
    lines: list[str]
    sides: list[str]
    is_own: bool

    @property
    def middle(self) -> int:
        return self.x + BOX // 2


@dataclass
class Band:
    """A level."""

    name: str
    what_for: Any
    y: int
    height: int
    boxes: list[Box] = field(default_factory=list)


@dataclass
class Picture:
    """Everything that the template draws."""

    height: int
    bands: list[Band]
    arrows: list[str]
    width: int = WIDTH
    box_width: int = BOX
    box_height: int = HEIGHT


def picture_of(forums: Iterable[Any], own: set[int]) -> Picture:
    """The forums, which have their `above`, `forwards_to` and `members` read, on four bands."""
    forums = list(forums)
    places: dict[int, float] = {}
    bands: list[Band] = []
    boxes: dict[int, Box] = {}
    y = 0
    for level in reversed(Level):
        on_level = [forum for forum in forums if forum.level == level]
        on_level.sort(key=lambda forum: (_wish(forum, places), forum.sort_key))
        rows = [on_level[first : first + IN_A_ROW] for first in range(0, len(on_level), IN_A_ROW)] or [[]]
        height = 2 * PADDING + len(rows) * HEIGHT + (len(rows) - 1) * ROW_GAP
        band = Band(str(capfirst(level.label)), WHAT_FOR[level], y, height)
        for nth, row in enumerate(rows):
            space = WIDTH - LABEL - PADDING
            width = len(row) * BOX + (len(row) - 1) * GAP
            x = LABEL + max(0, (space - width) // 2)
            for forum in row:
                box = Box(
                    forum,
                    x,
                    y + PADDING + nth * (HEIGHT + ROW_GAP),
                    lines_of(forum.name),
                    _sides(forum),
                    not own.isdisjoint(
                        {forum.coordinated_by_id, *(member.pk for member in forum.members.all())}
                    ),
                )
                band.boxes.append(box)
                boxes[forum.pk] = box
                places[forum.pk] = box.middle
                x += BOX + GAP
        bands.append(band)
        y += height + 12
    return Picture(y - 12, bands, list(_arrows(boxes)))


def _wish(forum: Any, places: dict[int, float]) -> float:
    """Where a forum would like to stand: below those to which it forwards."""
    targets = [places[pk] for pk in _targets(forum) if pk in places]
    return sum(targets) / len(targets) if targets else WIDTH


def _targets(forum: Any) -> list[int]:
    above = [forum.above_id] if forum.above_id else []
    return above + [each.pk for each in forum.forwards_to.all() if each.pk != forum.above_id]


def _arrows(boxes: dict[int, Box]) -> Iterable[str]:
    """From the top of a box to the bottom of the one above; side by side to the one on its own level."""
    for box in boxes.values():
        for pk in _targets(box.forum):
            to = boxes.get(pk)
            if to is None:
                continue
            if to.y + HEIGHT <= box.y:
                half = (box.y - to.y - HEIGHT) // 2
                yield (
                    f"M{box.middle} {box.y}C{box.middle} {box.y - half} {to.middle} {to.y + HEIGHT + half} "
                    f"{to.middle} {to.y + HEIGHT + 7}"
                )
            elif to.x != box.x:
                start, end = (box.x + BOX, to.x - 7) if to.x > box.x else (box.x, to.x + BOX + 7)
                y = box.y + HEIGHT // 2
                yield f"M{start} {y}L{end} {to.y + HEIGHT // 2}"


def _sides(forum: Any) -> list[str]:
    """Whose it is: municipalities', the county's, others'."""
    kinds = {forum.coordinated_by.kind, *(member.kind for member in forum.members.all())}
    kind = Organisation.Kind
    sides = [
        ("municipality", kinds & {kind.MUNICIPALITY, kind.UNIT, kind.MUNICIPALITIES}),
        ("county", kinds & {kind.WELLBEING_SERVICES_COUNTY}),
        (
            "other",
            kinds - {kind.MUNICIPALITY, kind.UNIT, kind.MUNICIPALITIES, kind.WELLBEING_SERVICES_COUNTY},
        ),
    ]
    return [side for side, has in sides if has]


def lines_of(name: str) -> list[str]:
    """The name on two lines at most; what does not fit ends in three dots, and the list has all of it."""
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LETTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1]}…"]
    return [line if len(line) <= LETTERS + 3 else f"{line[: LETTERS + 2]}…" for line in lines]
