"""`manage.py forget_messages`: what the clock does every day."""

from typing import Any

from django.core.management.base import BaseCommand

from collaboration.workflows import contact


class Command(BaseCommand):
    """Remove old messages."""

    help = "Remove the messages from the contacts page that were answered a year ago. The clock does this as well."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"messages removed: {contact.forget()}")
