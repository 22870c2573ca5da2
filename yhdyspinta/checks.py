"""What `manage.py check` and `migrate` look at."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection
from django.utils import timezone

from collaboration import lemmas
from collaboration.working_days import CalendarEnds, require_calendar
from services.models import Escalation
from services.workflows.escalation_clock import last_deadline
from yhdyspinta.embedded.postgres import VERSION


@register(Tags.database)
def postgresql_is_tried(databases: Sequence[str] | None = None, **_given: Any) -> list[CheckMessage]:
    """An older PostgreSQL is refused by the connection itself; a newer one is only said."""
    found = connection.pg_version // 10_000 if databases else 0  # type: ignore[attr-defined]
    if found <= int(VERSION):
        return []
    words = f"The portal has been tried with PostgreSQL {VERSION}, and this is {found}."
    return [Warning(words, hint="Look at the release notes of PostgreSQL.", id="yhdyspinta.W001")]


@register("calendar")
def working_days_are_known(databases: Sequence[str] | None = None, **_given: Any) -> list[CheckMessage]:
    """Deadlines and mails follow the calendar, so it has to be renewed in time: for 400 days from now, and from the last deadline."""
    until = [timezone.now()]
    if databases and Escalation._meta.db_table in connection.introspection.table_names():
        until += filter(None, [last_deadline()])
    try:
        require_calendar(max(until))
    except CalendarEnds as problem:
        return [Warning(str(problem), id="yhdyspinta.W002")]
    return []


@register("lemmas", deploy=True)
def words_have_base_forms(**_given: Any) -> list[CheckMessage]:
    """Without them residents still find services, by endings, and less often."""
    if lemmas.are_made():
        return []
    words = "Words have no base forms, so residents find less."
    return [Warning(words, hint="Run manage.py lemmas.", id="yhdyspinta.W003")]
