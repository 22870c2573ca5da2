"""A content that comes as a file from somebody: read, and its shape checked before anything else looks at it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError as Unfit
from jsonschema.validators import extend

from collaboration.identity_codes import refuse_identity_codes, refuse_unstorable
from services.content.shape import FORMAT, Content, schema

MOST_BYTES = 5_000_000


@cache
def validator() -> Any:
    """Of contents. A whole number is written as one: 1.0 is none, and has other canonical bytes."""
    whole = Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _checker, value: isinstance(value, int) and not isinstance(value, bool)
    )
    formats = FormatChecker(["date"])
    formats.checks("date-time", raises=ValueError)(_is_moment)
    return extend(Draft202012Validator, type_checker=whole)(schema(), format_checker=formats)


def _is_moment(value: Any) -> bool:
    return not isinstance(value, str) or bool(datetime.datetime.fromisoformat(value))


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
    for unfit in validator().iter_errors(content):
        yield _place(unfit), _sentence(unfit)
    yield from _strings(content, "")
    for name in ("parties", "services", "interfaces"):
        keys = [row["id"] for row in content[name]]
        if len(set(keys)) != len(keys):
            yield name, _("the same id stands twice.")


def _place(unfit: Unfit) -> str:
    """Where in the file, as in “interfaces 2 aspects 1 status”."""
    steps = [str(step + 1) if isinstance(step, int) else step for step in unfit.absolute_path]
    if unfit.validator == "required":
        steps += [name for name in unfit.validator_value if name not in unfit.instance][:1]
    return " ".join(steps) or "JSON"


def _sentence(unfit: Unfit) -> str:
    if unfit.validator == "required":
        return _("it is missing.")
    if unfit.validator == "additionalProperties":
        return _("something is there that does not belong there.")
    if unfit.absolute_path and unfit.absolute_path[-1] == "aspects":
        return _("the nine aspects are not all there, in their order.")
    if unfit.validator == "maxItems" or unfit.validator_value == "array":
        return _("there should be a list.")
    if unfit.validator_value == "object":
        return _("there should be an object.")
    return _("the value is not what belongs there.")


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
