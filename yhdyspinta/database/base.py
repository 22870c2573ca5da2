"""Django's PostgreSQL backend, whose kept connections are known to be dead without asking them."""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.postgresql import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    """An older PostgreSQL is refused by Django, with a sentence, at every connection."""

    minimum_database_version = (18,)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that PostgreSQL has closed is made anew before the next request, and no statement is spent on it."""

    features_class = DatabaseFeatures

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.prepared: set[str] = set()

    @property
    def prepares(self) -> bool:
        """Whether statements may be prepared: not behind a pooler, where the next one may go to another server process."""
        return not self.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A new connection has prepared nothing, and plans what it prepares once, whatever the values are.

        Left to itself PostgreSQL plans a statement of many tables anew each time, when it deems that the dearer plan.
        """
        self.prepared = set()
        if self.prepares:
            options = f"{conn_params.get('options', '')} -c plan_cache_mode=force_generic_plan".lstrip()
            conn_params = {**conn_params, "options": options}
        return super().get_new_connection(conn_params)

    def close_if_unusable_or_obsolete(self) -> None:
        """Asked by Django before and after each request, in the thread that holds the connection."""
        if self.connection is not None and not self.in_atomic_block and has_something_to_say(self.connection):
            self.close()
        else:
            super().close_if_unusable_or_obsolete()


def has_something_to_say(connection: Any) -> bool:
    """Whether PostgreSQL has sent what nobody asked for: between requests that is its farewell, or the line is cut."""
    if connection.closed:
        return True
    line = select.poll()  # `select.select` knows no file number above 1,023, and streams have many
    line.register(connection.fileno(), select.POLLIN)
    return bool(line.poll(0))
