"""Saving what a form holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from collaboration.forms import add_refusal
from collaboration.forms.carried import is_carried, still_stands


def saved(form: Any, write: Callable[[], Any], lock: Callable[[], Any] | None = None) -> bool:
    """Write what a valid form holds; what is refused becomes the form's own sentences, and what was typed stays.

    A form that was `carried` is not saved over what somebody else has saved meanwhile. `lock` waits for what is to be locked
    before its row.
    """
    if not form.is_valid():
        return False
    try:
        if not is_carried(form):
            write()
            return True
        with transaction.atomic():
            if lock is not None:
                lock()
            if still_stands(form):
                write()
                return True
    except ValidationError as error:
        add_refusal(form, error)
    return False
