"""Fields that every text goes through: the client-data gate stands here, so no form or endpoint can forget it."""

from typing import TYPE_CHECKING, Any

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.functions import Lower

from collaboration.identity_codes import refuse_identity_codes, refuse_unstorable

if TYPE_CHECKING:
    CharField = models.CharField[str, str]
    TextField = models.TextField[str, str]
else:
    CharField, TextField = models.CharField, models.TextField


class GatedCharField(CharField):
    """A line of text that refuses personal identity codes."""

    default_validators = [refuse_unstorable, refuse_identity_codes]


class GatedTextField(TextField):
    """A longer text that refuses personal identity codes and, unlike Django's own, texts over `max_length`."""

    default_validators = [refuse_unstorable, refuse_identity_codes]

    def __init__(self, *args: Any, max_length: int = 10_000, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": max_length})
        self.validators.append(MaxLengthValidator(max_length))


GATE = [refuse_unstorable, refuse_identity_codes]
"""The same gate for fields that Django already checks for form: addresses of mail and of the web."""


class FinnishSortKey(models.GeneratedField):
    """A stored key that sorts a name in Finnish and Swedish order (å, ä, ö after z) in any database locale."""

    def __init__(self, source: str = "name_fi", **kwargs: Any) -> None:
        self.source = source
        super().__init__(
            expression=models.Func(
                Lower(source), models.Value("åäö"), models.Value("{|}"), function="translate"
            ),
            output_field=models.CharField(max_length=300, db_collation="C"),
            db_persist=True,
        )

    def deconstruct(self) -> Any:
        name, path, args, _kwargs = super().deconstruct()
        return name, path, args, {"source": self.source}
