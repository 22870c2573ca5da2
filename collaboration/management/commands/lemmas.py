"""`manage.py lemmas`: make the files of base forms, by which words are found in any of their forms."""

from typing import Any

from django.core.management.base import BaseCommand

from collaboration import lemmas


class Command(BaseCommand):
    """Once for each version of simplemma: in an image when it is built, in the demo at its first start."""

    help = "Make the files of base forms, if they are not there: ten seconds and 700 MB while it lasts."

    def handle(self, *args: Any, **options: Any) -> None:
        if not lemmas.are_made():
            lemmas.make()
        self.stdout.write("Base forms of Finnish and Swedish words are there.")
