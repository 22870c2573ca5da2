"""What the database refuses, in the words of the constraint that refuses it."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models
from django.utils.translation import gettext as _


@cache
def _constraints() -> dict[str, Any]:
    return {
        constraint.name: constraint for model in apps.get_models() for constraint in model._meta.constraints
    }


def sentence_of(error: IntegrityError) -> str:
    """The violated constraint's own sentence. Without one, only somebody who saved at the same moment can be the cause."""
    diagnosis = getattr(error.__cause__, "diag", None)
    constraint = _constraints().get(getattr(diagnosis, "constraint_name", None) or "")
    if constraint and constraint.violation_error_message != constraint.default_violation_error_message:
        return str(constraint.violation_error_message)
    return _("Somebody else saved the same at this moment. Look at the page again.")


def fields_of_unique_constraints(model: type[models.Model]) -> set[str]:
    """What the model's unique constraints speak of, in their fields and in their conditions."""
    named: set[str] = set()
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            named.update(constraint.fields, _fields_of(constraint.condition))
    return named


def _fields_of(condition: models.Q | None) -> set[str]:
    """The fields that a condition names."""
    named: set[str] = set()
    for part in condition.children if condition else ():
        named |= _fields_of(part) if isinstance(part, models.Q) else {str(part[0]).partition("__")[0]}  # type: ignore[index]
    return named
