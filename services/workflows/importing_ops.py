"""Which ops make a draft say what a file says. What cannot be matched or is refused is left out, with the reason."""

from __future__ import annotations

import math
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from collaboration.models import User
from collaboration.models.change import digest_of
from collaboration.ops.document import Conflict, NoSuchSubject, Op
from services import policy
from services.content.comparison import interface_name, named
from services.content.shape import (
    ASPECT_MEMBERS,
    INTERFACE_MEMBERS,
    MAP_MEMBERS,
    PARTIES_OF_A_STEP,
    SERVICE_MEMBERS,
    Content,
    Member,
)
from services.models import Aspect, AspectNumber, Evidence, InterfaceMap, MapParty
from services.workflows.edits import MAP
from services.workflows.structure import KIND_OF_ASPECT, ROW_KINDS, RowKind

LeftOut = dict[str, str]
MOST_CHANGES = 1_000
"""How many ops one import may make."""

LAST = (math.inf, 0)
"""Where a new row comes among the others."""

Pairs = list[tuple[Content, Content]]


class Place(NamedTuple):
    """Where in the content the ops are: the map itself, a service, an interface, or one of its aspects."""

    service: int = 0
    interface: int = 0
    number: int = 0


class Writer:
    """One import into one map. `changes` and `left_out` tell afterwards what was done.

    Every op stands on the map as `interface_map` was read. With the same `ids` the same ops are done once.
    """

    def __init__(
        self, user: User, interface_map: InterfaceMap, draft: Content, content: Content, *, ids: str = ""
    ) -> None:
        self.user, self.map, self.draft, self.content = user, interface_map, draft, content
        self.ids = ids
        self.wishes: Tally[str] = Tally()
        self.is_same_map = (draft["map"], draft["municipality"]["code"]) == (
            content["map"],
            content["municipality"]["code"],
        )
        self.changes = 0
        self.place = Place()
        self.left_out: list[LeftOut] = []
        self.parties = self._parties()
        self.services = self._services()

    def write(self) -> None:
        """Make all ops. Raises ValidationError when they would be too many."""
        if self.is_same_map:
            for member in MAP_MEMBERS:
                if member.is_written and self.draft[member.name] != self.content[member.name]:
                    with self.part():
                        self._bring_member(
                            member, f"map:{self.map.pk}", self.content, named(self.content, "title")
                        )
        for ours, theirs in self._matched_services():
            self.place = Place(service=ours["id"])
            self._service(ours, theirs)
        pairs = list(self._matched_interfaces())
        aspects = {
            (interface, number): pk
            for interface, number, pk in Aspect.objects.filter(
                interface__in=[ours["id"] for ours, _theirs in pairs]
            ).values_list("interface", "number", "pk")
        }
        for ours, theirs in pairs:
            name = interface_name(self.draft, ours)
            is_whole = self.is_same_map and set(ours["parties"]) != set(theirs["parties"])
            self.place = Place(interface=ours["id"])
            with self.part() if is_whole else nullcontext():
                if is_whole:
                    self._op(f"interface:{ours['id']}", "parties", theirs["parties"], name, _("Parties"))
                self._interface(ours, theirs, name)
                for mine, wished in zip(ours["aspects"], theirs["aspects"], strict=True):
                    number = mine["number"]
                    where = f"{name}, {number}. {AspectNumber(number).label}"
                    self.place = Place(interface=ours["id"], number=number)
                    self._aspect(aspects[ours["id"], number], mine, wished, where)

    def part(self) -> AbstractContextManager[None]:
        """Ops that need each other; a part within a part belongs to it."""
        return nullcontext()

    def _op(self, subject: str, name: str, value: Any, where: str, what: str) -> str:
        """Apply one op; what is refused is left out. Returns the subject that it made, or nothing."""
        try:
            done = MAP.apply(
                self.user, self.map.pk, Op(self._id(subject, name, value), subject, name, self.map.seq, value)
            )
        except (PermissionDenied, ValidationError, Conflict) as refusal:
            self._leave(where, what, " ".join(getattr(refusal, "messages", [str(refusal)])))
            return ""
        except NoSuchSubject:
            self._leave(where, what, _("It is no longer there."))
            return ""
        self.changes += 1
        return str(done.value["subject"]) if isinstance(done.value, dict) and "subject" in done.value else ""

    def _id(self, subject: str, name: str, value: Any) -> UUID:
        """The op's own id: the same wish of the same import has it again, and the second of two alike another."""
        wish = digest_of([self.ids, subject, name, value])
        self.wishes[wish] += 1
        return uuid5(NAMESPACE_URL, f"import:{wish}:{self.wishes[wish]}")

    def _bring_member(self, member: Member, subject: str, wished: Content, where: str) -> None:
        self._op(subject, member.name, wished[member.name], where, str(member.label))

    def _leave(self, where: str, what: str, why: str) -> None:
        self.left_out.append({"where": where, "what": str(what), "why": why})

    def _parties(self) -> dict[int, int]:
        """Parties of the file as ours: by id, or by their side and then by their code."""
        if self.is_same_map:
            return {row["id"]: row["id"] for row in self.draft["parties"]}
        ours: dict[Any, int] = {}
        for row in self.draft["parties"]:
            ours.setdefault(_party_key(row), row["id"])
        return {
            row["id"]: ours[_party_key(row)] for row in self.content["parties"] if _party_key(row) in ours
        }

    def _services(self) -> dict[int, int]:
        """Services of the file as ours: by id, or by class and party; of several alike by their order."""
        if self.is_same_map:
            return {row["id"]: row["id"] for row in self.draft["services"]}
        ours = defaultdict(list)
        for row in self.draft["services"]:
            ours[row["class"]["key"], row["party"]].append(row["id"])
        found = {}
        for row in self.content["services"]:
            alike = ours[row["class"]["key"], self.parties.get(row["party"])]
            if alike:
                found[row["id"]] = alike.pop(0)
        return found

    def _matched_services(self) -> Iterator[tuple[Content, Content]]:
        ours = {row["id"]: row for row in self.draft["services"]}
        for row in self.content["services"]:
            if (key := self.services.get(row["id"])) in ours:
                yield ours[key], row
            elif not self.is_same_map:
                self._leave(named(row), "", _("The map has no service of the same class and side."))

    def _matched_interfaces(self) -> Iterator[tuple[Content, Content]]:
        if self.is_same_map:
            ours: dict[Any, Content] = {row["id"]: row for row in self.draft["interfaces"]}
        else:
            ours = {frozenset(row["services"]): row for row in self.draft["interfaces"]}
        for row in self.content["interfaces"]:
            key = row["id"] if self.is_same_map else frozenset(map(self.services.get, row["services"]))
            if key in ours:
                yield ours.pop(key), row
            elif not self.is_same_map:
                self._leave(
                    interface_name(self.content, row), "", _("The map has no interface of these services.")
                )

    def _is_wished(self, mine: Any, wished: Any) -> bool:
        """Whether to write: always what differs on the same map, of another map's file only what is there."""
        return bool(mine != wished and (self.is_same_map or wished))

    def _service(self, ours: Content, theirs: Content) -> None:
        for member in SERVICE_MEMBERS:
            if member.is_written and self._is_wished(ours[member.name], theirs[member.name]):
                with self.part():
                    self._bring_member(member, f"service:{ours['id']}", theirs, named(ours))
        for name, kind in (("channels", ROW_KINDS["channel"]), ("path", ROW_KINDS["referral"])):
            mine, wished = ours.get(name, []), theirs.get(name)
            if wished is not None and self._is_wished(mine, wished):
                label = next(str(member.label) for member in SERVICE_MEMBERS if member.name == name)
                self._rows(kind, ours["id"], wished, named(ours), label)

    def _interface(self, ours: Content, theirs: Content, where: str) -> None:
        wished = [
            member
            for member in INTERFACE_MEMBERS
            if member.is_written and self._is_wished(ours[member.name], theirs[member.name])
        ]
        with self.part() if wished else nullcontext():  # a rehearsal keeps the whole interface of each part
            for member in wished:
                self._bring_member(member, f"interface:{ours['id']}", theirs, where)

    def _aspect(self, pk: int, mine: Content, wished: Content, where: str) -> None:
        with self.part():  # they decide the status together
            for member in ASPECT_MEMBERS:
                if member.is_written and self._is_wished(mine[member.name], wished[member.name]):
                    self._bring_member(member, f"aspect:{pk}", wished, where)
        if self._is_wished(_links(mine), _links(wished)):
            self._evidence(pk, mine, wished, where)
        if self._is_wished(mine["rows"], wished["rows"]):
            label = next(str(member.label) for member in ASPECT_MEMBERS if member.name == "rows")
            self._rows(KIND_OF_ASPECT[AspectNumber(mine["number"])], pk, wished["rows"], where, label)

    def _evidence(self, pk: int, mine: Content, wished: Content, where: str) -> None:
        label = _("Evidence")
        if self.is_same_map:
            for row in mine["evidence"]:
                if _link(row) not in _links(wished):
                    with self.part():
                        self._op(f"evidence:{row['id']}", "archived", True, where, label)  # noqa: FBT003
        removed = {
            (title, url): key
            for key, title, url in Evidence.objects.filter(aspect=pk, archived_at__isnull=False).values_list(
                "pk", "title", "url"
            )
        }
        for row in wished["evidence"]:
            if _link(row) in _links(mine):
                continue
            with self.part():
                if (key := removed.get(_link(row))) is not None:
                    self._op(f"evidence:{key}", "archived", False, where, label)  # noqa: FBT003
                else:
                    wish = {"title": row["title"], "url": row["url"]}
                    self._op(f"aspect:{pk}", "add_evidence", wish, where, label)

    def _rows(self, kind: RowKind, beside: int, wished: list[Content], where: str, label: str) -> None:
        """Make the rows beside an aspect or a service on the map what they are in the file, in its order."""
        subject = f"{kind.beside}:{beside}"
        column = kind.column
        ours = {row.pk: row for row in kind.all_rows.filter(**{column: beside})}
        known = {row["id"] for row in wished if self.is_same_map and row["id"] in ours}
        pairs: list[tuple[int, dict[str, Any]]] = []
        for each in wished:
            key, values = each["id"] if self.is_same_map else 0, self._values(kind, each)
            if key not in ours:
                free = (row for row in ours.values() if row.pk not in known and _read(kind, row) == values)
                key = next((row.pk for row in free), 0)
                known.add(key)
            pairs.append((key, values))
        for row in ours.values():
            if self.is_same_map and row.archived_at is None and row.pk not in known:
                with self.part():
                    self._op(f"{kind.name}:{row.pk}", "archived", True, where, label)  # noqa: FBT003
        order: list[int] = []
        places = [(ours[key].place, key) if key else LAST for key, _values in pairs]
        with self.part() if places != sorted(places) else nullcontext():
            for key, values in pairs:
                with self.part():
                    if key:
                        self._bring(kind, ours[key], values, where, label)
                        order.append(key)
                    elif made := self._op(subject, f"add_{kind.name}", values, where, label):
                        order.append(int(made.partition(":")[2]))
            self._order(kind, beside, order, where, label)

    def _values(self, kind: RowKind, row: Content) -> dict[str, Any]:
        """What ops say of a row's columns; a party that the map has not is nobody, and persons are in no file."""
        values: dict[str, Any] = {}
        members = {name: member for member, name in PARTIES_OF_A_STEP.items()}
        for column in kind.told:
            if column.widget == "parties":
                values[column.name] = sorted(
                    self.parties[key] for key in row[members[column.name]] if key in self.parties
                )
            elif column.widget == "party":
                values[column.name] = self.parties.get(row[f"{column.name}_id"])
            elif column.widget == "service":
                values[column.name] = self.services.get(row[column.name])
            elif column.widget == "forum":
                values[column.name] = self._forum(row[column.name])
            elif column.widget != "person":
                values[column.name] = row[column.name]
        return values

    def _forum(self, told: Content) -> int | None:
        """The forum as ours: of the same map by its id, else by its level and name among those that can be named."""
        if self.is_same_map:
            return int(told["id"])
        named = policy.forums_of(self.map).filter(level=told["level"], name_fi=told["name_fi"])
        return named.order_by("pk").values_list("pk", flat=True).first()

    def _bring(self, kind: RowKind, row: Any, values: dict[str, Any], where: str, label: str) -> None:
        """Take a removed row back, and change what it says."""
        subject = f"{kind.name}:{row.pk}"
        if row.archived_at is not None:
            self._op(subject, "archived", False, where, label)  # noqa: FBT003
        for column in kind.columns:
            if column.name in values and column.read(row) != values[column.name]:
                if column.is_fixed:
                    self._leave(where, f"{label}: {column.label}", _("An import does not change this."))
                else:
                    self._op(subject, column.name, values[column.name], where, label)

    def _order(self, kind: RowKind, beside: int, order: list[int], where: str, label: str) -> None:
        """Number the rows as the file has them, if they stand otherwise."""
        places = dict(kind.rows_beside(beside).order_by("place", "pk").values_list("pk", "place"))
        wanted = [key for key in order if key in places]
        wanted += [key for key in places if key not in wanted]
        if list(places) == wanted:
            return
        for place, key in enumerate(wanted, 1):
            if places[key] != place:
                self._op(f"{kind.name}:{key}", "place", float(place), where, label)


class Counter(Writer):
    """Counts what an import would change, and does none of it."""

    def _op(self, subject: str, name: str, value: Any, where: str, what: str) -> str:
        self.changes += 1
        if self.changes > MOST_CHANGES:
            raise ValidationError(
                _(
                    "The file would change more than %(most)d things at once, which is more than an import does."
                )
                % {"most": MOST_CHANGES},
                code="changes",
            )
        return ""


def _party_key(row: Content) -> Any:
    """What a party is on any map: its side; a further party is the organisation that it is."""
    side = row["side"]
    return side if side != MapParty.Side.OTHER else (row["organisation"]["kind"], row["organisation"]["code"])


def _link(row: Content) -> tuple[str, str]:
    return row["title"], row["url"]


def _links(aspect: Content) -> list[tuple[str, str]]:
    return [_link(row) for row in aspect["evidence"]]


def _read(kind: RowKind, row: Any) -> dict[str, Any]:
    return {column.name: column.read(row) for column in kind.told if column.widget != "person"}
