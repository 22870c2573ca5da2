"""What an op can change: kinds of subjects and their properties, as a document declares them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.models import User
from collaboration.verdict import Verdict

Cleaner = Callable[[Any, Any, User], Any]


def is_not_archived(row: Any) -> bool:
    return getattr(row, "archived_at", None) is None


def as_text(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _nothing_made(_row: Any) -> Any:
    return None


def either(yes: Any, no: Any) -> Callable[[Any], Any]:
    """What is said of a value that is there, and of one that is not."""
    return lambda value: yes if value else no


def names_of(model: type[models.Model], *beside: str) -> Callable[[set[int]], dict[int, str]]:
    """The names of a model's rows by id, which need the rows `beside` them."""
    rows = model._default_manager.select_related(*beside) if beside else model._default_manager
    return lambda keys: {row.pk: str(row) for row in rows.filter(pk__in=keys)}


def _own_page(row: Any) -> str:
    return row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""


@dataclass(frozen=True)
class Property:
    """One thing that can be changed: what it is called, who may, what is valid, how it is read and written.

    `merges`: a text, in which what two people changed at once may stand side by side. `also`: the changes that write
    the same under another name, so that they count as changes of this property.

    `sent_as`: how an ordinary form carries the value: text, chosen, list, boolean, or an object of `members`, by name with
    the label of those that are typed; `lists` are those with many values. `shown`, or `named` for ids: how people read the
    value. `said`: what the history says of a change to this value; `says_all` when without the values themselves.
    """

    name: str
    label: Any
    allowed: Callable[[User, Any], Verdict]
    clean: Cleaner
    read: Callable[[Any], Any]
    write: Callable[[Any, Any, User], None]
    is_versioned: bool = True
    needs_live_row: bool = True
    is_live: Callable[[Any], bool] = is_not_archived
    made: Callable[[Any], Any] = _nothing_made
    merges: bool = False
    also: Callable[[Any], models.Q | None] = _nothing_made
    sent_as: str = "text"
    members: Mapping[str, Any] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    shown: Callable[[Any], str] = as_text
    named: Callable[[set[int]], dict[int, str]] | None = None
    said: Callable[[Any], Any] | None = None
    says_all: bool = False

    def sent(self, posted: QueryDict) -> Any:
        """The value that an ordinary form carries."""
        if self.sent_as == "object":
            return {
                key: posted.getlist(key) if key in self.lists else posted[key]
                for key in self.members
                if key in posted
            }
        if self.sent_as == "list":
            return posted.getlist("value")
        value = posted.get("value")
        return value == "true" if self.sent_as == "boolean" and value is not None else value


@dataclass(frozen=True)
class Kind:
    """A kind of subject: its rows in one document (its id, or what stands for that in a query), its properties by name.

    `where` a row is and its page: how the history calls it.
    """

    model: type[models.Model]
    rows: Callable[[Any], models.QuerySet[Any]]
    properties: dict[str, Property] = field(default_factory=dict)
    where: Callable[[Any], str] = str
    url: Callable[[Any], str] = _own_page


def kind_of(
    model: type[models.Model], rows: Callable[[Any], models.QuerySet[Any]], *properties: Property
) -> Kind:
    """A kind of subject with these properties."""
    return Kind(model, rows, {each.name: each for each in properties})


def text(
    model: type[models.Model], name: str, allowed: Callable[[User, Any], Verdict], **options: Any
) -> Property:
    """A text column. Its own validators hold: the length, and the client-data gate."""
    column: Any = model._meta.get_field(name)

    def clean(row: Any, value: Any, _user: User) -> str:
        if not isinstance(value, str):
            raise ValidationError(_("This must be text."), code="type")
        value = "\n".join(line.rstrip() for line in value.splitlines()).strip()
        if not isinstance(column, models.TextField):
            value = " ".join(value.split())
        return str(column.clean(value, row))

    return Property(
        name,
        column.verbose_name,
        allowed,
        clean,
        lambda row: getattr(row, name),
        save_column(name),
        merges=isinstance(column, models.TextField),
        **options,
    )


def save_column(name: str) -> Callable[[Any, Any, User], None]:
    def save(row: Any, value: Any, _user: User) -> None:
        setattr(row, name, value)
        row.save(update_fields=[name])

    return save


REMOVED = either(gettext_lazy("removed"), gettext_lazy("taken back"))


def archived(
    kind: str,
    allowed: Callable[[User, Any], Verdict],
    clean: Cleaner | None = None,
    said: Callable[[Any], Any] = REMOVED,
) -> Property:
    """Removed, or taken back: nothing is deleted, so every removal can be undone.

    What is added again after it was removed comes back, so an addition counts as a change of this.
    """

    def check(row: Any, value: Any, user: User) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(_("This must be yes or no."), code="type")
        if clean is not None:
            clean(row, value, user)
        return value

    def write(row: Any, value: bool, _user: User) -> None:  # noqa: FBT001 the property's own value
        row.archived_at = timezone.now() if value else None
        row.validate_constraints()
        row.save(update_fields=["archived_at"])

    return Property(
        "archived",
        gettext_lazy("removed"),
        allowed,
        check,
        lambda row: not is_not_archived(row),
        write,
        needs_live_row=False,
        also=lambda row: models.Q(property__startswith="add_", to_value__subject=f"{kind}:{row.pk}"),
        sent_as="boolean",
        said=said,
        says_all=True,
    )


def addition(
    kind: str,
    label: Any,
    allowed: Callable[[User, Any], Verdict],
    clean: Cleaner,
    write: Callable[[Any, Any, User], models.Model],
    *,
    name: str = "",
    **options: Any,
) -> Property:
    """What adds a row of the kind beside another: `write` saves what `clean` has made of the wish, and gives the row."""

    def put(row: Any, wish: Any, user: User) -> None:
        row.just_made = write(row, wish, user)

    return Property(
        name or f"add_{kind}",
        label,
        allowed,
        clean,
        _nothing_made,
        put,
        is_versioned=False,
        made=lambda row: {"subject": f"{kind}:{row.just_made.pk}", "name": str(row.just_made)},
        sent_as="object",
        **options,
    )


def wish_of(value: Any) -> dict[str, Any]:
    """What is wished of a new row; anything else than names with values is refused."""
    if not isinstance(value, dict):
        raise ValidationError(_("This is not what is needed here."), code="type")
    return value


def line_of(wish: dict[str, Any], name: str) -> str:
    """A line of text out of a wish; whatever is not text is refused, never turned into text."""
    value = "" if wish.get(name) is None else wish[name]
    if not isinstance(value, str):
        raise ValidationError(_("This must be text."), code="type")
    return " ".join(value.split())


def full_clean(row: models.Model) -> None:
    """Validate a new row; its sentences name the field that each is about."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise ValidationError(
            [
                f"{row._meta.get_field(name).verbose_name}: {message}" if name != "__all__" else message  # type: ignore[union-attr]
                for name, messages in error.message_dict.items()
                for message in messages
            ]
        ) from error


def of_lines(model: type[models.Model], beside: str, *names: str) -> Cleaner:
    """A new row beside the one that it is added to, of lines of text."""

    def clean(row: Any, value: Any, _user: User) -> models.Model:
        wish = wish_of(value)
        made = model(**{beside: row}, **{name: line_of(wish, name) for name in names})
        full_clean(made)
        return made

    return clean


def save(_row: Any, made: models.Model, _user: User) -> models.Model:
    """Write the new row."""
    made.save()
    return made
