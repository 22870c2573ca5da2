"""`manage.py backup FILE`: everything that the portal keeps, in one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from yhdyspinta.backup import BackupError, back_up
from yhdyspinta.production import sentence


class Command(BaseCommand):
    """Dump the database and the files while people work; the file appears when it is whole."""

    help = "Write the database to one file. People may work meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write, such as portal.backup")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if file.exists():
            raise CommandError(f"{file} is there already: give another name, a backup is never overwritten.")
        try:
            manifest = back_up(file.absolute())
        except (BackupError, DatabaseError, OSError) as error:
            raise CommandError(sentence(error)) from None
        self.stdout.write(f"{file}: {sum(manifest.rows.values())} rows. Every event is as it was sealed.")
        self.stdout.write(f"The newest root, to be kept elsewhere: {manifest.root or '-'}")
