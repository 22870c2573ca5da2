"""`manage.py grant_rights ROLE`: what the application's database role may do. Run by the owner, after migrating."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from psycopg2 import sql  # type: ignore[import-untyped]

from collaboration.frozen import APPEND_ONLY_TABLES

GRANTS = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {role};
"""


class Command(BaseCommand):
    """Reading and writing rows, and of what is history only reading and adding."""

    help = "Grant the application's role what it needs, and no right to change or remove history."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the role in the application's DATABASE_URL")

    @transaction.atomic
    def handle(self, *args: Any, role: str, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolname = current_user OR rolsuper FROM pg_roles WHERE rolname = %s", [role]
            )
            found = cursor.fetchone()
            if found is None:
                raise CommandError(f"There is no database role {role}: docker/postgres/roles.sql makes it.")
            if found[0]:
                raise CommandError(
                    f"{role} owns the tables, so nothing can be refused to it: name another role."
                )
            cursor.execute(sql.SQL(GRANTS).format(role=sql.Identifier(role)))
            cursor.execute(APPEND_ONLY_TABLES)
            for table in [name for name, nothing_changes in cursor.fetchall() if nothing_changes]:
                cursor.execute(
                    sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}").format(
                        table=sql.Identifier(table), role=sql.Identifier(role)
                    )
                )
        self.stdout.write(f"{role} may do its work; what is history it may only read and add.")
