"""A content that comes as a file from somebody: read, and its shape checked before anything else looks at it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from collaboration.identity_codes import refuse_identity_codes, refuse_unstorable
from services.content.canonical import CHANNEL, FORMAT, ROWS, Content
from services.models import (
    AspectNumber,
    AspectStatus,
    MapParty,
    ServiceChannel,
    ServiceResponsibility,
    TargetGroup,
)

MOST_BYTES = 5_000_000
MOST_ROWS = 5_000
MOST_CHARACTERS = 10_000
LARGEST_ID = 2**63 - 1

Test = Callable[[Any], bool]


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_ID


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MOST_CHARACTERS


def _one_of(*choices: Any) -> Test:
    return lambda value: isinstance(value, str | None) and value in choices


def _is_day(value: Any) -> bool:
    try:
        return value is None or (len(value) == 10 and bool(datetime.date.fromisoformat(value)))
    except (TypeError, ValueError):
        return False


def _is_moment(value: Any) -> bool:
    try:
        datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.UTC)
    except (TypeError, ValueError):
        return False
    return True


def _or_nothing(test: Test) -> Test:
    return lambda value: value is None or test(value)


ORGANISATION: dict[str, Any] = {
    "kind": _is_text,
    "code": _is_text,
    "name_fi": _is_text,
    "name_sv": _is_text,
    "unit_of_fi?": _is_text,
    "unit_of_sv?": _is_text,
}
CHANNEL_SHAPE: dict[str, Any] = {
    **dict.fromkeys(CHANNEL, _is_text),
    "id": _is_id,
    "kind": _one_of(*ServiceChannel.Kind.values),
}
ASPECT: dict[str, Any] = {
    "number": lambda value: value is not True and value in set(AspectNumber.values),
    "status": _one_of(*AspectStatus.values),
    "shared_fi": _is_text,
    "shared_sv": _is_text,
    "not_applicable_reason": _is_text,
    "review_on": _is_day,
    "confirmations": [{"party": _is_id, "at": _is_moment}],
    "evidence": [{"id": _is_id, "title": _is_text, "url": _is_text}],
    "rows": ["row"],
}
SHAPE: dict[str, Any] = {
    "format": _one_of(FORMAT),
    "map": _is_id,
    "title_fi": _is_text,
    "title_sv": _is_text,
    "target_group": _one_of(*TargetGroup.values),
    "source_language": _one_of("fi", "sv"),
    "municipality": ORGANISATION,
    "parties": [{"id": _is_id, "side": _one_of(*MapParty.Side.values), "organisation": ORGANISATION}],
    "services": [
        {
            "id": _is_id,
            "party": _is_id,
            "name_fi": _is_text,
            "name_sv": _is_text,
            "class": {"key": _is_text, "name_fi": _is_text, "name_sv": _is_text},
            "organiser": ORGANISATION,
            "responsibilities": [
                {
                    "duty": _one_of(*ServiceResponsibility.Duty.values),
                    "organisation": ORGANISATION,
                    "basis": _one_of("", *ServiceResponsibility.Basis.values),
                    "reference": _is_text,
                }
            ],
            **dict.fromkeys(("where_fi", "where_sv", "how_fi", "how_sv"), _is_text),
            "channels?": [CHANNEL_SHAPE],
            "path?": [
                {"id": _is_id, "text_fi": _is_text, "text_sv": _is_text, "service": _or_nothing(_is_id)}
            ],
        }
    ],
    "interfaces": [{"id": _is_id, "services": [_is_id], "parties": [_is_id], "aspects": [ASPECT]}],
}
"""What a content looks like: members that end in ? may be missing, and none may be there that is not named."""


def _row_shape(kind: str) -> dict[str, Any]:
    """The shape of a row of structure, from its model's columns."""
    shape: dict[str, Any] = {"kind": _one_of(kind), "id": _is_id}
    for column in ROWS[kind]._meta.concrete_fields:
        if column.name in {"id", "aspect", "place", "archived_at"}:
            continue
        if column.name == "person":
            shape["person"] = lambda value: isinstance(value, bool)
        elif column.is_relation:
            shape[column.attname] = _or_nothing(_is_id)
        elif column.get_internal_type() == "BooleanField":
            shape[column.name] = lambda value: isinstance(value, bool)
        elif "Integer" in column.get_internal_type():
            shape[column.name] = lambda value: (
                value is None
                or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_ID)
            )
        else:
            shape[column.name] = _or_nothing(_is_text) if column.null else _is_text
    if kind == "step":
        shape["actor_ids"] = [_is_id]
    return shape


def read(file: bytes) -> Content:
    """The content that the file holds. Raises ValidationError with a sentence that says what is wrong with it."""
    if len(file) > MOST_BYTES:
        raise ValidationError(_("The file is larger than 5 MB."), code="size")
    try:
        value = json.loads(file.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise ValidationError(
            _("This is not a JSON file. Choose a file that was exported from a map as JSON."), code="json"
        ) from None
    if not isinstance(value, dict) or "format" not in value:
        raise ValidationError(
            _("This is a JSON file, but not the content of a map. Choose a file that was exported as JSON."),
            code="content",
        )
    if value["format"] != FORMAT:
        raise ValidationError(
            _("The file is of another format than “%(format)s”, which is imported here.")
            % {"format": FORMAT},
            code="format",
        )
    for where, sentence in _problems(value):
        raise ValidationError(
            _("The file has been damaged or changed by hand. In %(where)s: %(what)s")
            % {"where": where, "what": sentence},
            code="shape",
        )
    return value


def _refuse(_name: str) -> Any:
    raise ValueError


def _problems(content: Content) -> Iterator[tuple[str, str]]:
    """What is wrong, as where and a sentence; whoever reads stops at the first."""
    yield from _wrong(content, SHAPE, "")
    yield from _strings(content, "")
    for name in ("parties", "services", "interfaces"):
        keys = [row["id"] for row in content[name]]
        if len(set(keys)) != len(keys):
            yield name, _("the same id stands twice.")
    for nth, interface in enumerate(content["interfaces"], 1):
        if [row["number"] for row in interface["aspects"]] != list(AspectNumber.values):
            yield f"interfaces {nth}", _("the nine aspects are not all there, in their order.")


def _wrong(value: Any, shape: Any, where: str) -> Iterator[tuple[str, str]]:
    if shape == "row":
        kind = value.get("kind") if isinstance(value, dict) else None
        shape = _row_shape(kind) if isinstance(kind, str) and kind in ROWS else _one_of()
    if isinstance(shape, dict):
        yield from _wrong_members(value, shape, where)
    elif isinstance(shape, list):
        if not isinstance(value, list) or len(value) > MOST_ROWS:
            yield where, _("there should be a list.")
        else:
            for nth, each in enumerate(value, 1):
                yield from _wrong(each, shape[0], f"{where} {nth}")
    elif isinstance(value, dict | list) or not shape(value):
        yield where, _("the value is not what belongs there.")


def _wrong_members(value: Any, shape: dict[str, Any], where: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield where, _("there should be an object.")
        return
    for name, inner in shape.items():
        plain = name.rstrip("?")
        if plain in value:
            yield from _wrong(value[plain], inner, f"{where} {plain}".strip())
        elif plain == name:
            yield f"{where} {plain}".strip(), _("it is missing.")
    if set(value) - {name.rstrip("?") for name in shape}:
        yield where or "JSON", _("something is there that does not belong there.")


def _strings(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Texts that may not be kept: with a personal identity code, or with what no database stores."""
    if isinstance(value, str):
        try:
            refuse_unstorable(value)
            refuse_identity_codes(value)
        except ValidationError as error:
            yield where, str(error.messages[0])
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _strings(each, f"{where} {name}".strip())
    elif isinstance(value, list):
        for nth, each in enumerate(value, 1):
            yield from _strings(each, f"{where} {nth}")
