"""`manage.py verify_versions`: is every published version what its parties approved?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from services.models import MapVersion
from services.workflows.approvals import problems


class Command(BaseCommand):
    """Compute every digest again. Exit code 1 and one sentence for each version that does not fit."""

    help = "Check the content of every published version against the digest that was approved."

    def handle(self, *args: Any, **options: Any) -> None:
        if found := list(problems()):
            raise CommandError("\n".join(found))
        self.stdout.write(f"Every published version is as it was approved: {MapVersion.objects.count()}.")
