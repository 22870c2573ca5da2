"""`manage.py restore FILE`: back to the moment of a backup."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from yhdyspinta.backup import BackupError, restore
from yhdyspinta.production import sentence


class Command(BaseCommand):
    """Load a backup as the owner of the database, apply later migrations, check counts, seals and files."""

    help = "Load a backup into an empty database and folder of files; stop web, worker and beat first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="what manage.py backup wrote")
        parser.add_argument("--replace", action="store_true", help="throw away what is there now")
        parser.add_argument("--application-role", default="", help="the role to grant its rights again")

    def handle(self, *args: Any, file: Path, replace: bool, application_role: str, **options: Any) -> None:
        try:
            manifest = restore(file.absolute(), replace=replace)
        except (BackupError, DatabaseError, OSError) as error:
            raise CommandError(sentence(error)) from None
        if application_role:
            call_command("grant_rights", application_role, stdout=self.stdout)
        self.stdout.write(
            f"Restored the backup of {manifest.made_at}: {sum(manifest.rows.values())} rows. "
            "Every event is as it was sealed."
        )
