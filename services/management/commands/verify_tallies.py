"""`manage.py verify_tallies`: is what is kept of statuses and tallies what follows from the rows?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from services.models import Aspect, InterfaceMap
from services.workflows import tallies


class Command(BaseCommand):
    """Derive everything again. Exit code 1 and one sentence for each difference, unless it is mended."""

    help = "Compare the kept statuses and tallies with what is derived from the rows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="write what is derived")

    def handle(self, *args: Any, mend: bool, **options: Any) -> None:
        found = list(tallies.problems())
        if found and not mend:
            raise CommandError("\n".join(found))
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            tallies.mend()
        self.stdout.write(
            f"Statuses and tallies are what is derived: {Aspect.objects.count()} aspects, "
            f"{InterfaceMap.objects.count()} maps."
        )
