"""`manage.py verify_events`: is the audit trail as it was sealed, and are the changes what it tells of them?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from collaboration.models import Change, Seal
from collaboration.seals import problems, unsealed


class Command(BaseCommand):
    """Compute every seal and every change's digest again. Exit code 1 and one sentence for each that does not fit."""

    help = "Check every event against its seal and every change against its event; with --root also that a seal noted down earlier is still there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--root", default="", help="a root that this command or a backup printed earlier")

    def handle(self, *args: Any, root: str, **options: Any) -> None:
        if found := list(problems(root)):
            raise CommandError("\n".join(found))
        latest = Seal.objects.last()
        self.stdout.write(f"Every event is as it was sealed: {Seal.objects.count()} seals hold.")
        self.stdout.write(f"Every change is what its event tells: {Change.objects.count()}.")
        self.stdout.write(f"Events that wait for their seal: {unsealed().count()}.")
        if latest:
            self.stdout.write(f"The newest root, to be kept elsewhere: {latest.root}")
