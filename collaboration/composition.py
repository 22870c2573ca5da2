"""What each kind of forum is made of: who sits there, and on which level it works."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from collaboration.models import Forum, ForumSeat, Level, Organisation

Kind, Represents, Role = Forum.Kind, ForumSeat.Represents, ForumSeat.Role

LEVEL_OF = {
    Kind.COUNCIL: Level.POLITICAL,
    Kind.BOARD: Level.POLITICAL,
    Kind.COMMITTEE: Level.POLITICAL,
    Kind.LAPE: Level.MANAGEMENT,
    Kind.SISOTE: Level.MANAGEMENT,
    Kind.STUDENT_WELFARE: Level.MANAGEMENT,
    Kind.SECTOR_NETWORK: Level.EXPERT,
    Kind.PREPARATORY_NETWORK: Level.EXPERT,
    Kind.FIELD_TEAM: Level.FIELD,
}
"""The level on which a forum of the kind works, unless its makers say otherwise."""

LEGAL_BASIS = {
    Kind.LAPE: "611/2021, 14 §",
    Kind.SISOTE: "611/2021, 14 §",
    Kind.STUDENT_WELFARE: "1287/2013, 14 a §",
}
"""Number and section only: the law's words are read where it is published."""

REPRESENTS_BY_KIND = {
    Organisation.Kind.MUNICIPALITY: Represents.EDUCATION,
    Organisation.Kind.EDUCATION_PROVIDER: Represents.EDUCATION,
    Organisation.Kind.WELLBEING_SERVICES_COUNTY: Represents.SOCIAL_AND_HEALTH,
    Organisation.Kind.NGO: Represents.NGO,
    Organisation.Kind.PARISH: Represents.PARISH,
}
"""Whom somebody from such an organisation represents, unless it is said otherwise."""


def represents(organisation: Organisation) -> str:
    """Whom somebody from the organisation represents by default."""
    return REPRESENTS_BY_KIND.get(Organisation.Kind(organisation.kind), Represents.OTHER).value


Fits = Callable[[Any], bool]


@dataclass(frozen=True)
class Part:
    """A part of the composition, and which seats fill it. `invites` is how the form of an invitation begins."""

    name: Any
    fits: Fits
    invites: str = ""


def _from(value: str) -> Fits:
    return lambda seat: seat.represents == value


def _in(*roles: str) -> Fits:
    return lambda seat: seat.role in roles


def _speaking(language: str) -> Fits:
    return lambda seat: seat.language == language


CHAIR = Part(_("Chair"), _in(Role.CHAIR), f"role={Role.CHAIR.value}")
COORDINATOR = Part(
    _("Coordinator or secretary"), _in(Role.COORDINATOR, Role.SECRETARY), f"role={Role.COORDINATOR.value}"
)
EDUCATION = Part(_("Education and culture"), _from(Represents.EDUCATION), "represents=education")
SOTE = Part(
    _("Social and health services"), _from(Represents.SOCIAL_AND_HEALTH), "represents=social_and_health"
)
NGOS = Part(_("Civil society organisations"), _from(Represents.NGO), "represents=ngo")
PARISHES = Part(_("Parishes"), _from(Represents.PARISH), "represents=parish")
YOUNG = Part(_("Young people"), _from(Represents.YOUNG_PEOPLE), "represents=young_people")
FINNISH = Part(_("Speakers of Finnish"), _speaking("fi"), "language=fi")
SWEDISH = Part(_("Speakers of Swedish"), _speaking("sv"), "language=sv")

PARTS: dict[str, tuple[Part, ...]] = {
    Kind.LAPE: (CHAIR, COORDINATOR, EDUCATION, SOTE, NGOS, PARISHES, YOUNG),
    Kind.SISOTE: (CHAIR, COORDINATOR, EDUCATION, SOTE),
    Kind.STUDENT_WELFARE: (CHAIR, COORDINATOR, EDUCATION, SOTE, YOUNG),
    Kind.SECTOR_NETWORK: (COORDINATOR,),
    Kind.PREPARATORY_NETWORK: (COORDINATOR, EDUCATION, SOTE),
    Kind.FIELD_TEAM: (COORDINATOR,),
}


@dataclass(frozen=True)
class Filled:
    """A part with how many seats fill it."""

    part: Part
    count: int

    @property
    def is_missing(self) -> bool:
        return not self.count


def parts_of(kind: str, *, is_bilingual: bool) -> tuple[Part, ...]:
    """What a forum of the kind needs; where both national languages are spoken, speakers of each."""
    parts = PARTS.get(kind, (CHAIR, COORDINATOR))
    return (*parts, FINNISH, SWEDISH) if is_bilingual and kind != Kind.FIELD_TEAM else parts


def composition(forum: Forum, seats: Iterable[Any]) -> list[Filled]:
    """Each part that the forum needs, and how many of its seats fill it."""
    held = [seat for seat in seats if seat.role not in (Role.OBSERVER, Role.EXPERT)]
    parts = parts_of(forum.kind, is_bilingual=forum.languages == Forum.Languages.BOTH)
    return [Filled(part, sum(part.fits(seat) for seat in held)) for part in parts]


def missing(forum: Forum, seats: Iterable[Any]) -> list[Part]:
    """The parts that no seat fills."""
    return [filled.part for filled in composition(forum, seats) if filled.is_missing]
