"""What the reference data said when it was last loaded, to tell what people have changed since."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class ReferenceRow(models.Model):
    """One row of the register as `load_reference` last brought it in. What differs from it, people have changed."""

    table = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "reference row"
        ordering: ClassVar = ["table", "key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "key"], name="reference_row_is_one_of_its_key")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"
