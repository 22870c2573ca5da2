"""`manage.py public_services`: make the rows that residents search anew; with `--check`, compare them and change nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from services.models import PublicService
from services.workflows import public_services


class Command(BaseCommand):
    """Exit code 1 and one sentence for each map whose rows are not what its version in force says."""

    help = "Make the rows that residents search from the versions in force, or compare them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare only; exit code 1 when they differ")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            public_services.rebuild()
        if found := list(public_services.problems()):
            raise CommandError("\n".join(found))
        self.stdout.write(
            f"Services for residents to find, as in the versions in force: {PublicService.objects.count()}."
        )
