"""`manage.py sweep_escalations`: what the clock does every five minutes."""

from typing import Any

from django.core.management.base import BaseCommand

from services.workflows import escalation_clock


class Command(BaseCommand):
    """Take every step of escalations that is due."""

    help = (
        "Let escalations climb whose deadline has passed, remind of them, close what silent reporters leave, and ask after "
        "two weeks whether it works. In office hours; what is a danger climbs at any hour. The clock does this as well."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in escalation_clock.sweep().items():
            self.stdout.write(f"{name}: {count}")
        self.stdout.write(f"asked again: {escalation_clock.ask_again()}")
