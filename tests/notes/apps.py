"""The notes of the tests."""

from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "tests.notes"

    def ready(self) -> None:
        from collaboration.ops import document
        from tests.notes.document import NOTE

        document.register(NOTE)
