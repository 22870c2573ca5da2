"""What residents have told: the list, and one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404

from collaboration.keyset import page_of
from collaboration.models import User
from services.policy import feedback as policy
from services.queries.desk import called, named_after

ON_A_PAGE = 25


def _rows(user: User) -> Any:
    rows = policy.visible_feedback(user).select_related("map", "place__service", "escalation", "handled_by")
    return rows.annotate(met=called("interface"))


def _dressed(row: Any) -> Any:
    row.meets = named_after(row.met) if row.met else ""
    return row


def feedback_list_page(user: User, asked: Mapping[str, str], *, is_handled: bool) -> dict[str, Any]:
    """The newest first: what waits, or what has been handled."""
    rows = _rows(user).filter(handled_at__isnull=not is_handled)
    page: Any = page_of(rows, ("-pk",), ON_A_PAGE, asked)
    for row in page.rows:
        _dressed(row)
    return {"feedback": page.rows, "page": page, "is_handled": is_handled}


def feedback_for(user: User, pk: int) -> Any:
    """One. Raises Http404 for one that the person may not see."""
    row = _rows(user).filter(pk=pk).first()
    if row is None:
        raise Http404
    return _dressed(row)
