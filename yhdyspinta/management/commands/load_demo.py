"""`manage.py load_demo`: the demo's people and its content."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yhdyspinta.demo import actions, calling, clock, escalations, exports, forums, maps, people, versions


class Command(BaseCommand):
    """Make what is missing of the demo content. Refuses outside demo mode: these people sign in without a password."""

    help = "Load the demo's people and content. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo content is loaded in demo mode only: set YHDYSPINTA_DEMO=1.")
        clock.prepare()
        users, memberships = people.load()
        self.stdout.write(f"demo people: {users}, with {memberships} memberships")
        self.stdout.write(maps.load())
        self.stdout.write(calling.load())
        self.stdout.write(forums.load())
        self.stdout.write(actions.load())
        self.stdout.write(escalations.load())
        self.stdout.write(versions.load())
        self.stdout.write(exports.load())
