"""Fields that every text goes through: the client-data gate stands here, so no form or endpoint can forget it."""

from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.functions import Coalesce, Concat, NullIf

from collaboration.identity_codes import refuse_identity_codes, refuse_unstorable
from collaboration.words import tidy, tidy_line

if TYPE_CHECKING:
    CharField = models.CharField[str, str]
    TextField = models.TextField[str, str]
else:
    CharField, TextField = models.CharField, models.TextField


class Tidy:
    """Keeps what is typed in one spelling (`words.tidy`), whichever way it comes to the database."""

    max_length: int | None
    run_validators: Callable[[Any], None]

    @staticmethod
    def tidy(text: str) -> str:
        return tidy(text)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)  # type: ignore[misc]
        return self.tidy(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)  # type: ignore[misc]
        return self.tidy(value) if isinstance(value, str) else value

    def clean(self, value: Any, model_instance: Any) -> Any:
        """The gate reads also what was typed: a code with invisible signs in it is not made harmless by their removal."""
        if isinstance(value, str):
            refuse_unstorable(value)
            refuse_identity_codes(value)
        return super().clean(value, model_instance)  # type: ignore[misc]


class GatedCharField(Tidy, CharField):
    """A line of text that refuses personal identity codes."""

    default_validators = [refuse_unstorable, refuse_identity_codes]

    @staticmethod
    def tidy(text: str) -> str:
        return tidy_line(text)


class GatedTextField(Tidy, TextField):
    """A longer text that refuses personal identity codes and, unlike Django's own, texts over `max_length`."""

    default_validators = [refuse_unstorable, refuse_identity_codes]

    def __init__(self, *args: Any, max_length: int = 10_000, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": max_length})
        self.validators.append(MaxLengthValidator(max_length))


GATE = [refuse_unstorable, refuse_identity_codes]
"""The same gate for fields that Django already checks for form: addresses of mail and of the web."""


class Derived(models.GeneratedField):
    """A stored text that the database makes of names, with a function of its own; Python has the same in `words`."""

    function: ClassVar[str]

    def __init__(self, *sources: str, **kwargs: Any) -> None:
        self.sources = sources
        super().__init__(
            expression=models.Func(self.of(sources), function=self.function),
            output_field=models.TextField(db_collation="C"),
            db_persist=True,
        )

    @staticmethod
    def of(sources: tuple[str, ...]) -> Any:
        """The text that is given to the function: all of them, with spaces between."""
        first, *rest = sources
        parts = chain.from_iterable((models.Value(" "), name) for name in rest)
        return Concat(first, *parts, output_field=models.TextField()) if rest else models.F(first)

    def deconstruct(self) -> Any:
        name, path, _args, _kwargs = super().deconstruct()
        return name, path, list(self.sources), {}


class SortKey(Derived):
    """What rows are sorted by: the first of the names that is not empty, in Finnish alphabetical order."""

    function = "name_sort_key"

    @staticmethod
    def of(sources: tuple[str, ...]) -> Any:
        *first, last = sources
        if not first:
            return models.F(last)
        given = [NullIf(name, models.Value("")) for name in first]
        return Coalesce(*given, last, output_field=models.TextField())


class FoldedWords(Derived):
    """What rows are searched in: all the names, folded. Ask with `searching.found`."""

    function = "folded_words"


def translated_of() -> Any:
    """MD5 of the source that a text's translation was last written beside; kept by the database (`mark_old_translation`)."""
    return models.CharField(max_length=32, default="", db_default="", editable=False)


def old_language() -> Any:
    """The language whose text is a translation older than its source, `fi` or `sv`, or empty; kept by the database."""
    return models.CharField(max_length=2, default="", db_default="", editable=False)
