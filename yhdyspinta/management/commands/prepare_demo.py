"""`manage.py prepare_demo`: tables, reference data and demo content, each only as far as it is missing."""

from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Bring the database of the demo up to date; it may be run any number of times."""

    help = "Create the tables, the reference data and the demo content, as far as they are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("load_reference")
        call_command("lemmas", verbosity=0, stdout=StringIO())
        call_command("load_demo")
