"""`manage.py sweep_exports`: what the clock does with exports, by hand."""

from typing import Any

from django.core.management.base import BaseCommand

from services.exports.make import make_all
from services.workflows import exports


class Command(BaseCommand):
    """Give up and remove what is due, and make the exports that wait."""

    help = "Remove old exports, give up what failed three times, and make the exports that wait."

    def handle(self, *args: Any, **options: Any) -> None:
        exports.sweep()
        self.stdout.write(f"exports made: {make_all()}")
