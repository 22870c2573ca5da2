"""What rows beside aspects and services look like: from the table of their kinds."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from collaboration.api.shapes import Shape
from services.workflows.structure import ROW_KINDS, Column, RowKind

ABOUT = {
    "step": "A step of the shared process (aspect 2) with who is accountable for it (aspect 4); null while nobody is.",
    "flow": "A flow of information (aspect 3); an empty `basis` is a legal basis that is missing.",
    "resource": "What a party gives (aspect 5); `euros` a year, `person_years` as text with one decimal.",
    "leader": "Who leads the work in a party (aspect 6): a person, a title, or both.",
    "goal_row": "A shared goal (aspect 7).",
    "path_step": "A step of the interface's own escalation path (aspect 8); `days` are working days; `phone` and `hours` are in no version.",
    "forum_row": "A forum that develops the cooperation (aspect 9), by its id.",
    "contact": "Whom to call about an aspect: a role or a unit, which needs no account; in no version.",
    "channel": "Where a client gets the service: a place has an address, a channel by phone a number, one on the web a `url`.",
    "referral": "A step of the referral path; `service`, which may have been removed, is the service on the map that guides.",
}


class RowShape(Shape):
    """A row beside an aspect or a service on a map; rows come in the order of `place`. Parties are ids of the map's."""

    id = serializers.IntegerField()
    place = serializers.FloatField()


def _field(column: Column) -> serializers.Field[Any, Any, Any, Any]:
    if column.widget == "parties":
        return serializers.ListField(child=serializers.IntegerField())
    if column.widget == "choice":
        return serializers.ChoiceField([value for value, _label in column.column.choices])
    if column.widget == "flag":
        return serializers.BooleanField()
    if column.widget in {"party", "person", "service", "forum", "whole"}:
        return serializers.IntegerField(allow_null=column.column.null)
    return serializers.CharField(
        **{"allow_null": True} if column.column.null else {"allow_blank": column.column.blank}
    )


def _shape(kind: RowKind) -> type[RowShape]:
    fields = {column.name: _field(column) for column in kind.columns}
    if "person" in fields:
        fields["person_name"] = serializers.CharField(allow_null=True)
    return type(f"{kind.model.__name__}Shape", (RowShape,), {**fields, "__doc__": ABOUT[kind.name]})


ROW_SHAPES = {name: _shape(kind) for name, kind in ROW_KINDS.items()}
"""By kind."""
