"""What a content is made of, said once: the canonical form, the check of a file, comparisons, tables, the import and
taking back read it here. docs/content-format.md tells the same to people, with the JSON Schema that is made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Field
from django.utils.translation import gettext_lazy as _

from collaboration.models import Level
from services.models import (
    AspectNumber,
    AspectRow,
    AspectStatus,
    Enabler,
    ForumRow,
    GoalRow,
    InformationFlow,
    Leader,
    MapParty,
    Outcome,
    PartyResource,
    PathStep,
    ProcessStep,
    ServiceChannel,
    ServiceResponsibility,
    TargetGroup,
)

FORMAT = "yhdyspinta-map/6"
"""Written into every content. A content with other members gets another number, so that old digests can be computed."""

MOST_ROWS = 5_000
MOST_CHARACTERS = 10_000
LARGEST_ID = 2**63 - 1

Content = dict[str, Any]
Schema = dict[str, Any]

ROWS: dict[str, type[AspectRow]] = {
    "step": ProcessStep,
    "flow": InformationFlow,
    "resource": PartyResource,
    "leader": Leader,
    "goal_row": GoalRow,
    "path_step": PathStep,
    "forum_row": ForumRow,
}
"""The rows of structure, by the names of their kinds in ops."""

PARTIES_OF_A_STEP = {"actor_ids": "actors", "consulted_ids": "consulted", "informed_ids": "informed"}
"""Members that hold several parties, with their columns."""

PURPOSES = {"outcomes": Outcome, "enablers": Enabler}
"""What services and interfaces are for and lean on; a content has each in the order of its choices."""

CALLED = {"phone", "hours"}
UNTOLD = {"id", "aspect", "place", "archived_at", *CALLED}
"""Columns of a row that no content tells: its place is the order of the list, and how somebody is called is not agreed on."""

ID: Schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
ID_OR_NOTHING: Schema = {**ID, "type": ["integer", "null"]}
TEXT: Schema = {"type": "string", "maxLength": MOST_CHARACTERS}
TEXT_OR_NOTHING: Schema = {**TEXT, "type": ["string", "null"]}
NUMBER_OR_NOTHING: Schema = {"type": ["integer", "null"], "minimum": 0, "maximum": LARGEST_ID}
FLAG: Schema = {"type": "boolean"}
DAY: Schema = {"type": ["string", "null"], "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time", "pattern": "^[0-9-]{10}T[0-9:]{8}Z$"}


def choice(*values: Any) -> Schema:
    return {"enum": list(values)}


def items(schema: Schema) -> Schema:
    return {"type": "array", "maxItems": MOST_ROWS, "items": schema}


def members(schemas: dict[str, Schema], may_lack: tuple[str, ...] = ()) -> Schema:
    """An object that has these members and no other."""
    return {
        "type": "object",
        "properties": schemas,
        "required": [name for name in schemas if name not in may_lack],
        "additionalProperties": False,
    }


@dataclass(frozen=True)
class Member:
    """One member of an aspect, a service or the map.

    `is_written`: an op of the same name writes it, so an import and a taking back bring it. `why`: what an import says
    of one that it did not bring, if it says something of its own.
    """

    name: str
    schema: Schema
    label: Any = ""
    breadth: int = 0
    is_written: bool = False
    why: Any = ""

    @property
    def language(self) -> str:
        """Of a text in one language."""
        return self.name[-2:] if self.name.endswith(("_fi", "_sv")) else ""


OLD, FOLLOWS = _("Translation older than its source"), _("It follows from the texts.")
LANGUAGE = choice("", "fi", "sv")
PARTLY = _("Something of it cannot be brought back as it was.")
WHERE, HOW = _("Where does the client get the service?"), _("How is the client guided to the service?")

SERVES, LEANS_ON = _("Outcomes that it serves"), _("Enablers that it leans on")

FORUM = members({"id": ID, "level": choice(*Level.values), "name_fi": TEXT, "name_sv": TEXT})
"""A forum as it is when the content is made."""

ORGANISATION = members(
    dict.fromkeys(("kind", "code", "name_fi", "name_sv", "unit_of_fi", "unit_of_sv"), TEXT),
    may_lack=("unit_of_fi", "unit_of_sv"),
)
CHANNEL = (
    *("id", "kind", "name_fi", "name_sv", "address_fi", "address_sv"),
    *("phone", "url", "hours_fi", "hours_sv"),
)
"""What is told of a service channel."""

MAP_MEMBERS = (
    Member("title_fi", TEXT, _("Title in Finnish"), is_written=True),
    Member("title_sv", TEXT, _("Title in Swedish"), is_written=True),
    Member("target_group", choice(*TargetGroup.values), _("Target group")),
    Member("municipality", ORGANISATION, _("Municipality")),
)
INTERFACE_MEMBERS = (
    Member("outcomes", items(choice(*Outcome.values)), SERVES, 3, is_written=True),
    Member("enablers", items(choice(*Enabler.values)), LEANS_ON, 3, is_written=True),
)
SERVICE_MEMBERS = (
    Member("name_fi", TEXT, _("Name in Finnish")),
    Member("name_sv", TEXT, _("Name in Swedish")),
    Member("class", members(dict.fromkeys(("key", "name_fi", "name_sv"), TEXT)), _("Service class")),
    Member("outcomes", items(choice(*Outcome.values)), SERVES),
    Member("enablers", items(choice(*Enabler.values)), LEANS_ON),
    Member("organiser", ORGANISATION, _("Organiser")),
    Member(
        "responsibilities",
        items(
            members(
                {
                    "duty": choice(*ServiceResponsibility.Duty.values),
                    "organisation": ORGANISATION,
                    "basis": choice("", *ServiceResponsibility.Basis.values),
                    "reference": TEXT,
                }
            )
        ),
        _("Who answers for the service"),
    ),
    Member("where_fi", TEXT, WHERE, is_written=True),
    Member("where_sv", TEXT, WHERE, is_written=True),
    Member("how_fi", TEXT, HOW, is_written=True),
    Member("how_sv", TEXT, HOW, is_written=True),
    Member("where_old", LANGUAGE, OLD, why=FOLLOWS),
    Member("how_old", LANGUAGE, OLD, why=FOLLOWS),
    Member(
        "channels",
        items(
            members({**dict.fromkeys(CHANNEL, TEXT), "id": ID, "kind": choice(*ServiceChannel.Kind.values)})
        ),
        _("Service channels"),
        why=PARTLY,
    ),
    Member(
        "path",
        items(members({"id": ID, "text_fi": TEXT, "text_sv": TEXT, "service": ID_OR_NOTHING})),
        _("Referral path"),
        why=PARTLY,
    ),
)
ASPECT_MEMBERS = (
    Member(
        "status",
        choice(*AspectStatus.values),
        _("Status"),
        2,
        why=_("The status follows from texts and confirmations."),
    ),
    Member("shared_fi", TEXT, _("Shared answer in Finnish"), 6, is_written=True),
    Member("shared_sv", TEXT, _("Shared answer in Swedish"), 6, is_written=True),
    Member("shared_old", LANGUAGE, OLD, 2, why=FOLLOWS),
    Member("not_applicable_reason", TEXT, _("Why this does not apply"), 3, is_written=True),
    Member("review_on", DAY, _("Review date"), 2, is_written=True),
    Member("rows", items({}), _("Rows"), 6, why=PARTLY),
    Member(
        "confirmations",
        items(members({"party": ID, "at": MOMENT})),
        _("Confirmations"),
        3,
        why=_("Each party confirms for itself."),
    ),
    Member("evidence", items(members({"id": ID, "title": TEXT, "url": TEXT})), _("Evidence"), 4, why=PARTLY),
)
WRITTEN = tuple(member.name for member in ASPECT_MEMBERS if member.is_written)
"""What an op writes of an aspect."""


def told_of(kind: str) -> dict[str, Field[Any, Any]]:
    """What a content tells of a row of the kind, by member: its model's columns in their order."""
    columns = (column for column in ROWS[kind]._meta.concrete_fields if column.name not in UNTOLD)
    told: dict[str, Any] = {
        column.name if column.name in {"person", "forum"} else column.attname: column for column in columns
    }
    if kind == "step":
        for member, name in PARTIES_OF_A_STEP.items():
            told[member] = ProcessStep._meta.get_field(name)
    return told


def _of_column(member: str, column: Field[Any, Any]) -> Schema:
    if member == "person":  # somebody is named, and nobody is told who
        return FLAG
    if member == "forum":
        return FORUM
    if column.many_to_many:
        return items(ID)
    if column.is_relation:
        return ID_OR_NOTHING
    kind = column.get_internal_type()
    if kind == "BooleanField":
        return FLAG
    if "Integer" in kind:
        return NUMBER_OR_NOTHING
    return TEXT_OR_NOTHING if column.null else TEXT


def _of_members(of: tuple[Member, ...]) -> dict[str, Schema]:
    return {member.name: member.schema for member in of}


def _aspect(number: AspectNumber) -> Schema:
    """An aspect, with rows of the kind that it asks for."""
    kind = next((kind for kind, model in ROWS.items() if model.number == number), None)
    told = {name: _of_column(name, column) for name, column in told_of(kind).items()} if kind else {}
    rows = (
        items(members({"kind": {"const": kind}, "id": ID, **told})) if kind else {**items({}), "maxItems": 0}
    )
    return members({"number": {"const": int(number)}, **_of_members(ASPECT_MEMBERS), "rows": rows})


def schema() -> Schema:
    """The JSON Schema of a content."""
    service = members({"id": ID, "party": ID, **_of_members(SERVICE_MEMBERS)}, may_lack=("channels", "path"))
    party = members({"id": ID, "side": choice(*MapParty.Side.values), "organisation": ORGANISATION})
    aspects = {
        "type": "array",
        "prefixItems": [_aspect(number) for number in AspectNumber],
        "minItems": len(AspectNumber),
        "maxItems": len(AspectNumber),
    }
    interface = members(
        {
            "id": ID,
            "services": items(ID),
            "parties": items(ID),
            **_of_members(INTERFACE_MEMBERS),
            "aspects": aspects,
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A map's content, {FORMAT}",
        **members(
            {
                "format": {"const": FORMAT},
                "map": ID,
                "source_language": choice("fi", "sv"),
                **_of_members(MAP_MEMBERS),
                "parties": items(party),
                "services": items(service),
                "interfaces": items(interface),
            }
        ),
    }
