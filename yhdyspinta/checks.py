"""What `manage.py migrate` looks at before it migrates."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection

from yhdyspinta.embedded.postgres import VERSION


@register(Tags.database)
def postgresql_is_tried(databases: Sequence[str] | None = None, **_given: Any) -> list[CheckMessage]:
    """An older PostgreSQL is refused by the connection itself; a newer one is only said."""
    found = connection.pg_version // 10_000 if databases else 0  # type: ignore[attr-defined]
    if found <= int(VERSION):
        return []
    words = f"The portal has been tried with PostgreSQL {VERSION}, and this is {found}."
    return [Warning(words, hint="Look at the release notes of PostgreSQL.", id="yhdyspinta.W001")]
