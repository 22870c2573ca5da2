"""`manage.py load_reference`: the register of organisations and areas, from collaboration/reference/."""

import csv
import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from stdnum.fi import ytunnus

from collaboration.models import Area, AreaMember, Organisation

FILES = Path(__file__).parents[2] / "reference"
Kind = Organisation.Kind
Row = dict[str, Any]


@dataclass(frozen=True)
class Tally:
    """How many rows were made, changed and already right."""

    made: int
    changed: int
    same: int

    def __str__(self) -> str:
        return f"{self.made} made, {self.changed} changed, {self.same} as they were"


class Command(BaseCommand):
    """Bring the register up to the files. Rows that exist stay; an empty cell leaves their value alone."""

    help = "Load municipalities, wellbeing services counties and areas. Running it again changes nothing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        municipalities = ({**row, "kind": Kind.MUNICIPALITY} for row in read("municipalities"))
        self.say("organisations", keep(Organisation, [*municipalities, *map(checked, read("organisations"))]))
        answerable = Organisation.objects.filter(kind__in=(Kind.MUNICIPALITY, Kind.WELLBEING_SERVICES_COUNTY))
        by_code = {row.code: row for row in answerable}  # three digits, and two
        self.say("units", keep(Organisation, (unit(row, by_code) for row in read("units"))))
        counties = [row for row in answerable if row.kind == Kind.WELLBEING_SERVICES_COUNTY]
        self.say("municipalities of counties", keep(Organisation, map(municipalities_of, counties)))
        self.say("mergers", keep(Organisation, (merged(row, by_code) for row in read("successors"))))
        self.say("areas", keep(Area, (area(row, by_code) for row in read("areas"))))
        self.say("members of areas", keep_members(by_code))

    def say(self, what: str, tally: Tally) -> None:
        """One line about one kind of rows."""
        self.stdout.write(f"{what}: {tally}")


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
    return fields | ({"organisation_id": by_code[row["organisation"]].pk} if "organisation" in row else {})


def keep(model: type[Organisation] | type[Area], rows: Iterable[Row]) -> Tally:
    """Make the rows whose kind and code are new and change those that differ: three statements at most."""
    wanted = {(row["kind"], row["code"]): row for row in rows}
    manager: Any = model._default_manager
    existing = {(row.kind, row.code): row for row in manager.filter(code__in={code for _, code in wanted})}
    made = [model(**row) for key, row in wanted.items() if key not in existing]
    changed = [
        existing[key] for key, row in wanted.items() if key in existing and differs(existing[key], row)
    ]
    manager.bulk_create(made)
    if changed:
        manager.bulk_update(changed, sorted({field for row in wanted.values() for field in row}))
    return Tally(len(made), len(changed), len(wanted) - len(made) - len(changed))


def differs(found: Organisation | Area, row: Row) -> bool:
    """Put the row's values on the one that was found; whether any of them was another."""
    other = {field: value for field, value in row.items() if getattr(found, field) != value}
    for field, value in other.items():
        setattr(found, field, value)
    return bool(other)


def keep_members(by_code: dict[str, Organisation]) -> Tally:
    """Make the memberships that are missing. Their first day is in no source, so it stays empty."""
    areas = {(row.kind, row.code): row for row in Area.objects.all()}
    wanted = {
        (areas[row["kind"], row["code"]].pk, by_code[code].pk)
        for row in read("areas")
        for code in row["municipalities"].split("|")
    }
    missing = wanted - set(AreaMember.objects.values_list("area", "municipality"))
    AreaMember.objects.bulk_create(
        AreaMember(area_id=area_id, municipality_id=municipality_id)
        for area_id, municipality_id in sorted(missing)
    )
    return Tally(len(missing), 0, len(wanted) - len(missing))
