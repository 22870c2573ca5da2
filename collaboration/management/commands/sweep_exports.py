"""`manage.py sweep_exports`: what the clock does with exports, by hand."""

from typing import Any

from django.core.management.base import BaseCommand

from collaboration.exports import queue
from collaboration.exports.make import make_all


class Command(BaseCommand):
    """Give up and remove what is due, and make the exports that wait."""

    help = "Remove old exports, give up what failed three times, and make the exports that wait."

    def handle(self, *args: Any, **options: Any) -> None:
        queue.sweep()
        self.stdout.write(f"exports made: {make_all()}")
