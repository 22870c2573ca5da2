"""The app that only tests have."""

from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "tests.notes"

    def ready(self) -> None:
        from collaboration.ops.document import register
        from tests.notes.document import NOTE

        register(NOTE)
