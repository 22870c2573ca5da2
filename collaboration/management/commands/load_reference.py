"""`manage.py load_reference`: the register of organisations and areas, from collaboration/reference/."""

import csv
import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from stdnum.fi import ytunnus

from collaboration.models import Area, AreaMember, Organisation, ReferenceRow, Synonym

FILES = Path(__file__).parents[2] / "reference"
Kind = Organisation.Kind
Row = dict[str, Any]


@dataclass(frozen=True)
class Tally:
    """How many rows were made, changed and already right; and in sentences, what people have changed and keep."""

    made: int
    changed: int
    same: int
    kept: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.made} made, {self.changed} changed, {self.same} as they were"


class Command(BaseCommand):
    """Bring the register up to the files. What people have changed or removed stays so, and is told.

    Rows that exist stay; an empty cell leaves their value alone.
    """

    help = "Load municipalities, wellbeing services counties and areas. Running it again changes nothing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        memory = Memory()
        municipalities = ({**row, "kind": Kind.MUNICIPALITY} for row in read("municipalities"))
        organisations = [*municipalities, *map(checked, read("organisations"))]
        self.say("organisations", keep(Organisation, organisations, memory))
        answerable = Organisation.objects.filter(kind__in=(Kind.MUNICIPALITY, Kind.WELLBEING_SERVICES_COUNTY))
        by_code = {row.code: row for row in answerable}  # three digits, and two
        units = (unit(row, by_code) for row in read("units") if row["parent"] in by_code)
        self.say("units", keep(Organisation, units, memory))
        counties = [row for row in answerable if row.kind == Kind.WELLBEING_SERVICES_COUNTY]
        self.say("municipalities of counties", keep(Organisation, map(municipalities_of, counties), memory))
        mergers = (merged(row, by_code) for row in read("successors") if row["successor"] in by_code)
        self.say("mergers", keep(Organisation, mergers, memory))
        self.say("areas", keep(Area, (area(row, by_code) for row in read("areas")), memory))
        self.say("members of areas", keep_members(by_code, memory))
        self.say("synonyms", keep_synonyms(memory))
        memory.write_down()

    def say(self, what: str, tally: Tally) -> None:
        """One line about one kind of rows, and one about each that is not as the file says."""
        self.stdout.write(f"{what}: {tally}")
        for sentence in tally.kept:
            self.stdout.write(f"    {sentence}")


class Memory:
    """What each row was when it was last loaded; written down once, at the end."""

    def __init__(self) -> None:
        self.rows = {(row.table, row.key): row.values for row in ReferenceRow.objects.all()}
        self.new: dict[tuple[str, str], Row] = {}

    def of(self, table: str, *key: str) -> Row | None:
        """The values of a row, or None when it has never been loaded."""
        return self.rows.get((table, " ".join(key)))

    def keep(self, table: str, *key: str, values: Row) -> None:
        """Remember the values beside those that are known."""
        place, told = (table, " ".join(key)), {name: plain(value) for name, value in values.items()}
        before = self.rows.get(place)
        if before is None or before | told != before:
            self.rows[place] = self.new[place] = (before or {}) | told

    def write_down(self) -> None:
        """Write what is new."""
        ReferenceRow.objects.bulk_create(
            (ReferenceRow(table=table, key=key, values=row) for (table, key), row in self.new.items()),
            update_conflicts=True,
            unique_fields=["table", "key"],
            update_fields=["values"],
        )


def plain(value: Any) -> Any:
    """The value as JSON keeps it."""
    return value.isoformat() if isinstance(value, datetime.date) else value


def read(name: str) -> list[Row]:
    """The rows of a file, without its empty cells."""
    with (FILES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [{field: cell for field, cell in row.items() if cell} for row in csv.DictReader(file)]


def checked(row: Row) -> Row:
    """The row as it is. Raises CommandError when its business ID cannot be one."""
    if "business_id" in row and not ytunnus.is_valid(row["business_id"]):
        raise CommandError(f"{row['name_fi']}: {row['business_id']} is not a business ID.")
    return row


def unit(row: Row, by_code: dict[str, Organisation]) -> Row:
    """A unit of a municipality."""
    fields = {field: row[field] for field in ("code", "name_fi", "name_sv")}
    return {**fields, "kind": Kind.UNIT, "parent_id": by_code[row["parent"]].pk}


def municipalities_of(county: Organisation) -> Row:
    """The county's municipalities together, called after the county: they have a lane of its base maps."""
    return {
        "kind": Kind.MUNICIPALITIES,
        "code": f"{county.code}-KUNNAT",
        "name_fi": f"{county.name_fi}en kunnat",
        "name_sv": f"Kommunerna i {county.name_sv}",
        "name_en": f"Municipalities of the {county.name_en}",
        "parent_id": county.pk,
    }


def merged(row: Row, by_code: dict[str, Organisation]) -> Row:
    """A municipality that has ended, with the one that it is part of now."""
    return {
        "kind": Kind.MUNICIPALITY,
        "code": row["code"],
        "name_fi": row["name_fi"],
        "valid_until": datetime.date.fromisoformat(row["last_day"]),
        "successor_id": by_code[row["successor"]].pk,
    }


def area(row: Row, by_code: dict[str, Organisation]) -> Row:
    """An area without its members; the organisation that answers for it when there is one."""
    fields = {field: row[field] for field in ("kind", "code", "name_fi", "name_sv", "name_en")}
    answerable = by_code.get(row.get("organisation", ""))
    return fields | ({"organisation_id": answerable.pk} if answerable else {})


def keep(model: type[Organisation] | type[Area], rows: Iterable[Row], memory: Memory) -> Tally:
    """Make the rows whose kind and code are new and change those that nobody has changed: three statements at most."""
    wanted = {(row["kind"], row["code"]): row for row in rows}
    table, manager = str(model._meta.model_name), cast(Any, model._default_manager)
    existing = {(row.kind, row.code): row for row in manager.filter(code__in={code for _, code in wanted})}
    made, changed, kept = [], [], []
    for key, row in wanted.items():
        before = memory.of(table, *key)
        if key in existing:
            is_changed, by_people = bring_up(existing[key], row, before or {})
            changed += [existing[key]] if is_changed else []
            kept += by_people
        elif before is None:
            made.append(model(**row))
        else:
            kept.append(f"{row['name_fi']}: people have removed it, so it is not made again.")
        memory.keep(table, *key, values=row)
    manager.bulk_create(made)
    if changed:
        manager.bulk_update(changed, sorted({name for row in wanted.values() for name in row}))
    return Tally(len(made), len(changed), len(wanted) - len(made) - len(changed), kept)


def bring_up(found: Organisation | Area, row: Row, before: Row) -> tuple[bool, list[str]]:
    """Put the file's values on the row where nobody has changed them; whether any was new, and what people keep."""
    is_changed, kept = False, []
    for name, value in row.items():
        own = getattr(found, name)
        if own == value:
            continue
        if name in before and before[name] == plain(own):
            setattr(found, name, value)
            is_changed = True
        else:
            kept.append(f"{found.name_fi}: {name} stays {plain(own)!r}, the file says {plain(value)!r}.")
    return is_changed, kept


def keep_members(by_code: dict[str, Organisation], memory: Memory) -> Tally:
    """Make the memberships that are missing. Their first day is in no source, so it stays empty."""
    areas = {(row.kind, row.code): row for row in Area.objects.all()}
    there = set(AreaMember.objects.values_list("area", "municipality"))
    missing: list[AreaMember] = []
    wanted, kept = 0, []
    for row in read("areas"):
        place = areas.get((row["kind"], row["code"]))
        for municipality in filter(None, map(by_code.get, row["municipalities"].split("|"))):
            if not place:
                continue
            wanted += 1
            key = (place.kind, place.code, municipality.code)
            if (place.pk, municipality.pk) not in there:
                if memory.of("member", *key) is None:
                    missing.append(AreaMember(area=place, municipality=municipality))
                else:
                    kept.append(f"{municipality.name_fi}: people have taken it out of {place.name_fi}.")
            memory.keep("member", *key, values={})
    AreaMember.objects.bulk_create(missing)
    return Tally(len(missing), 0, wanted - len(missing), kept)


def keep_synonyms(memory: Memory) -> Tally:
    """Make the synonyms that have never been loaded; what people have removed stays removed."""
    there = set(Synonym.objects.values_list("word", "official"))
    rows = [(row["word"], row["official"]) for row in read("synonyms")]
    made, kept = [], []
    for word, official in rows:
        if (word, official) not in there and memory.of("synonym", word, official) is None:
            synonym = Synonym(word=word, official=official)
            synonym.key = synonym.folded_word  # `bulk_create` calls no `save`
            made.append(synonym)
        elif (word, official) not in there:
            kept.append(f"{word}: people have taken away that it means {official}.")
        memory.keep("synonym", word, official, values={})
    Synonym.objects.bulk_create(made)
    return Tally(len(made), 0, len(rows) - len(made) - len(kept), kept)
