"""What a file tells of the content that it holds."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from collaboration.exports.cells import Cell, Column, Table


@dataclass(frozen=True)
class About:
    """`imprint`: on every page. `notices`: what nobody may overlook. `facts`: pairs in words, under `heading`.

    `front`: tables that stand before the picture, as who has approved it. `picture`: what the picture is called.
    """

    title: str
    imprint: str
    at: datetime.datetime
    language: str
    heading: str = ""
    facts: list[tuple[str, Cell]] = field(default_factory=list)
    front: list[Table] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    picture: str = ""

    def tables(self) -> list[Table]:
        """The same for a spreadsheet."""
        notes: list[list[Cell]] = [[_("Note"), notice] for notice in self.notices]
        facts: list[list[Cell]] = [[name, fact] for name, fact in self.facts]
        return [
            Table(self.heading, [Column(_("What")), Column(_("Value"), 6)], [*notes, *facts]),
            *self.front,
        ]
