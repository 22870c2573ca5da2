"""What differs between two contents of a map, in the reader's language. Pure: it knows contents and nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from collaboration.marking import ADDED, REMOVED, Parts, marked
from collaboration.models.bilingual import in_language
from services.content.rows import channels_in_words, duties_of, flags_of, in_words, path_in_words, purposes_of
from services.content.shape import (
    ASPECT_MEMBERS,
    INTERFACE_MEMBERS,
    MAP_MEMBERS,
    PURPOSES,
    SERVICE_MEMBERS,
    Content,
    Member,
)
from services.models import AspectNumber, AspectStatus, TargetGroup

CHANGED = "changed"
SIGNS = {ADDED: "+", REMOVED: "−", CHANGED: "≠"}
"""A sign beside each word, so that nothing is told by colour alone."""

Words = dict[str, Callable[[Content], str]]


@dataclass(frozen=True)
class Property:
    """One property of what changed, with its words marked."""

    label: str
    parts: Parts
    language: str = ""


@dataclass(frozen=True)
class Difference:
    """One thing that was added, removed or changed. `subject` is its key on the drawing, as in `interface:5`."""

    kind: str
    subject: str
    where: str
    sentence: str
    what: str = ""
    properties: tuple[Property, ...] = ()
    interface: int = 0
    number: int = 0

    @property
    def sign(self) -> str:
        return SIGNS[self.kind]

    @property
    def kind_name(self) -> str:
        """The word beside the sign."""
        return {ADDED: _("added"), REMOVED: _("removed"), CHANGED: _("changed")}[self.kind]


def named(row: Content, field: str = "name") -> str:
    """A name out of a content, in the reader's language or the one that there is."""
    return in_language(row, field)


def compare(before: Content, after: Content) -> list[Difference]:
    """Every difference: of the map itself, then parties, services and interfaces with their aspects."""
    return [
        *_of_map(before, after),
        *_of_parties(before, after),
        *_of_services(before, after),
        *_of_interfaces(before, after),
    ]


def interface_name(content: Content, interface: Content) -> str:
    """The services that meet, by name."""
    services = {row["id"]: row for row in content["services"]}
    return " – ".join(named(services[key]) for key in interface["services"] if key in services)


def aspect_name(number: int) -> str:
    """An aspect's name within a sentence; a question stands in quotes."""
    label = str(AspectNumber(number).label)
    return f"“{label}”" if label.endswith("?") else label[:1].lower() + label[1:]


def _pairs(before: Content, after: Content, name: str) -> Iterator[tuple[Content | None, Content | None]]:
    """The rows of both by id: in the order of the later content, the removed ones last."""
    old = {row["id"]: row for row in before[name]}
    for row in after[name]:
        yield old.pop(row["id"], None), row
    for row in old.values():
        yield row, None


def _properties(*wanted: tuple[Any, str, str, str]) -> tuple[Property, ...]:
    """Of (label, before, after, language) those that differ, with their words marked."""
    return tuple(
        Property(str(label), marked(old, new), language) for label, old, new, language in wanted if old != new
    )


def _differing(
    of: Iterable[Member], before: Content, after: Content, old: Words, new: Words
) -> tuple[Property, ...]:
    """Of the members that differ: `old` and `new` say in words what is no text already."""
    return _properties(
        *(
            (
                member.label,
                old[member.name](before) if member.name in old else before[member.name],
                new[member.name](after) if member.name in new else after[member.name],
                member.language,
            )
            for member in of
        )
    )


_PURPOSES: Words = {name: partial(purposes_of, name=name) for name in PURPOSES}


def _of_map(before: Content, after: Content) -> Iterator[Difference]:
    groups = dict(TargetGroup.choices)
    said: Words = {
        "target_group": lambda content: str(groups.get(content["target_group"], "")),
        "municipality": lambda content: named(content["municipality"]),
    }
    if properties := _differing(MAP_MEMBERS, before, after, said, said):
        yield Difference(
            CHANGED, "map", named(after, "title"), _("The map's name changed"), properties=properties
        )


def _of_parties(before: Content, after: Content) -> Iterator[Difference]:
    for old, new in _pairs(before, after, "parties"):
        row = new or old or {}
        name, subject = named(row["organisation"]), f"party:{row['id']}"
        if old is None:
            yield Difference(ADDED, subject, name, _("%(name)s is a new party") % {"name": name})
        elif new is None:
            yield Difference(REMOVED, subject, name, _("%(name)s is no longer a party") % {"name": name})
        elif properties := _properties(
            (_("Name"), named(old["organisation"]), named(new["organisation"]), "")
        ):
            sentence = _("%(name)s: the name changed") % {"name": name}
            yield Difference(CHANGED, subject, name, sentence, properties=properties)


def _of_services(before: Content, after: Content) -> Iterator[Difference]:
    names = {row["id"]: named(row) for row in (*before["services"], *after["services"])}
    words: Words = {
        **_PURPOSES,
        "class": lambda row: named(row["class"]),
        "organiser": lambda row: named(row["organiser"]),
        "responsibilities": lambda row: "; ".join(duties_of(row)),
        "channels": lambda row: "\n".join(channels_in_words(row, both=True)),
        "path": lambda row: "\n".join(path_in_words(row, names, both=True)),
    }
    for old, new in _pairs(before, after, "services"):
        row = new or old or {}
        name, subject = named(row), f"service:{row['id']}"
        said = {"name": name, "organisation": named(row["organiser"])}
        if old is None:
            sentence = _("%(name)s (%(organisation)s) is a new service on the map") % said
            yield Difference(ADDED, subject, name, sentence)
        elif new is None:
            sentence = _("%(name)s (%(organisation)s) is no longer on the map") % said
            yield Difference(REMOVED, subject, name, sentence)
        elif properties := _differing(SERVICE_MEMBERS, old, new, words, words):
            what = properties[0].label if len(properties) == 1 else ""
            sentence = _("%(name)s: the service's facts changed") % {"name": name}
            yield Difference(CHANGED, subject, name, sentence, what, properties)


def _of_interfaces(before: Content, after: Content) -> Iterator[Difference]:
    for old, new in _pairs(before, after, "interfaces"):
        row, of = (new, after) if new is not None else (old or {}, before)
        name, subject = interface_name(of, row), f"interface:{row['id']}"
        if old is None:
            sentence = _("%(name)s is a new interface") % {"name": name}
            yield Difference(ADDED, subject, name, sentence, interface=row["id"])
        elif new is None:
            sentence = _("%(name)s: the interface was removed") % {"name": name}
            yield Difference(REMOVED, subject, name, sentence, interface=row["id"])
        else:
            answering = _("Parties"), _parties(before, old), _parties(after, new), ""
            if properties := _properties(answering):
                sentence = _("%(name)s: the parties changed") % {"name": name}
                yield Difference(CHANGED, subject, name, sentence, properties[0].label, properties, row["id"])
            if properties := _differing(INTERFACE_MEMBERS, old, new, _PURPOSES, _PURPOSES):
                what = properties[0].label if len(properties) == 1 else ""
                sentence = _("%(name)s: what it serves and leans on changed") % {"name": name}
                yield Difference(CHANGED, subject, name, sentence, what, properties, row["id"])
            yield from _of_aspects(before, after, old, new, name)


def _of_aspects(
    before: Content, after: Content, old: Content, new: Content, where: str
) -> Iterator[Difference]:
    earlier = {row["number"]: row for row in old["aspects"]}
    for row in new["aspects"]:
        was = earlier[row["number"]]
        properties = _differing(
            ASPECT_MEMBERS, was, row, aspect_in_words(before, old), aspect_in_words(after, new)
        )
        if properties:
            said = {"name": where, "aspect": aspect_name(row["number"])}
            if was["status"] != row["status"]:
                said |= {"before": _status(was), "after": _status(row)}
                sentence = _("%(name)s: %(aspect)s changed (%(before)s → %(after)s)") % said
            else:
                sentence = _("%(name)s: %(aspect)s changed") % said
            yield Difference(
                CHANGED,
                f"interface:{new['id']}",
                where,
                sentence,
                f"{row['number']}. {AspectNumber(row['number']).label}",
                properties,
                new["id"],
                row["number"],
            )


def _status(aspect: Content) -> str:
    return str(AspectStatus(aspect["status"]).label)


def day_of(value: str | None) -> str:
    """A content's date, as the reader writes it."""
    return date_format(datetime.date.fromisoformat(value), "SHORT_DATE_FORMAT") if value else ""


def _parties(content: Content, interface: Content) -> str:
    names = {row["id"]: named(row["organisation"]) for row in content["parties"]}
    return ", ".join(names.get(key, "") for key in interface["parties"])


def aspect_in_words(content: Content, interface: Content, between: str = "; ") -> Words:
    """How the interface's aspects are told, by the members that are no texts."""
    names = {row["id"]: named(row["organisation"]) for row in content["parties"]}
    asked = {key: names[key] for key in interface["parties"] if key in names}
    return {
        "status": _status,
        "review_on": lambda aspect: day_of(aspect["review_on"]),
        "rows": lambda aspect: _rows(aspect, names, asked),
        "confirmations": lambda aspect: between.join(
            f"{names.get(row['party'], '')} {date_of(row['at'])}" for row in aspect["confirmations"]
        ),
        "evidence": lambda aspect: between.join(
            f"{row['title']} ({row['url']})" for row in aspect["evidence"]
        ),
    }


def date_of(at: str) -> str:
    """The day of a content's moment, as the reader writes it."""
    return date_format(timezone.localdate(datetime.datetime.fromisoformat(at)), "SHORT_DATE_FORMAT")


def _rows(aspect: Content, names: dict[int, str], asked: dict[int, str]) -> str:
    """The rows in words. Leaders that are missing are told beside those that are there."""
    lines = [in_words(row, names) for row in aspect["rows"]]
    return "\n".join([*lines, *(f"⚠ {flag}" for flag in flags_of(aspect, asked) if lines)])


def headline(differences: list[Difference]) -> str:
    """How many things were added, removed and changed, in one line."""
    tally = {kind: sum(each.kind == kind for each in differences) for kind in SIGNS}
    return capfirst(
        _("%(added)d added, %(removed)d removed, %(changed)d changed") % tally
        if differences
        else _("nothing differs")
    )
