"""`manage.py content_schema`: the JSON Schema of a content, as docs/content.schema.json has it."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from services.content.shape import schema


class Command(BaseCommand):
    """Print the schema that an import checks a file against."""

    help = "Print the JSON Schema of a map's content."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(schema(), indent=1, ensure_ascii=False))
