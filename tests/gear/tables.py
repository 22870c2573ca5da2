"""Tables that only a test has."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models


@contextmanager
def tables_of(*wanted: type[models.Model]) -> Iterator[None]:
    """The models' tables and content types, which are forgotten afterwards: other databases number theirs otherwise."""
    with connection.schema_editor() as editor:
        for model in wanted:
            editor.create_model(model)
    ContentType.objects.clear_cache()
    ContentType.objects.get_for_models(*wanted)
    try:
        yield
    finally:
        ContentType.objects.clear_cache()
