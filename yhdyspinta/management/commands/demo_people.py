"""`manage.py demo_people`: who can sign in to the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from yhdyspinta.demo.people import people_by_place


class Command(BaseCommand):
    """Print the demo's people, their organisations and their e-mail addresses."""

    help = "Print who can sign in to the demo, with one click on its page of demo people."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("There are demo people in demo mode only: set YHDYSPINTA_DEMO=1.")
        with translation.override(settings.LANGUAGE_CODE):
            for organisation, people in people_by_place():
                self.stdout.write(organisation.full_name if organisation else "Yhdyspinta")
                for person in people:
                    self.stdout.write(f"    {person.name:<56} {person.email}")
