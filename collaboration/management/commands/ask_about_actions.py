"""`manage.py ask_about_actions`: what the clock does every hour."""

from typing import Any

from django.core.management.base import BaseCommand

from collaboration.workflows.actions import ask_about_schedules


class Command(BaseCommand):
    """Ask about the actions that are due within two weeks."""

    help = (
        "Ask those who are responsible for an action whether it keeps to the schedule, once about each due day, two "
        "weeks before it. The clock does this as well."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"actions asked about: {ask_about_schedules()}")
