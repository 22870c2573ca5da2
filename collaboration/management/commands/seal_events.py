"""`manage.py seal_events`: what the clock does every five minutes."""

from typing import Any

from django.core.management.base import BaseCommand

from collaboration.seals import seal_events


class Command(BaseCommand):
    """Seal the events that no seal covers yet."""

    help = "Seal the events that have been committed since the last seal. The clock does this as well."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"sealed events: {seal_events()}")
