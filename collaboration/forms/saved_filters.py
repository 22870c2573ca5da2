"""Which lists have filters that can be saved, what of a query they understand, and what stands beside such a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.dressed import Dressed
from collaboration.identity_codes import refuse_identity_codes
from collaboration.models import SavedFilter, User
from collaboration.models.fields import GATE
from collaboration.queries.saved_filters import filters_of

NO_SUCH_LIST = gettext_lazy("There is no such list.")
UNFILTERED = "?suodatin="
"""The end of the address at which a list opens without the default."""


@dataclass(frozen=True)
class FilteredList:
    """A list by its name: its heading, its address, and the form that reads its filters."""

    name: str
    heading: Any
    address: str
    form: Callable[[QueryDict, User], forms.Form]

    def url(self, query: str) -> str:
        return reverse(self.address) + (f"?{query}" if query else UNFILTERED)


_lists: dict[str, FilteredList] = {}


def register(*lists: FilteredList) -> None:
    """Let the filters of these be saved; each app says it of its own in `AppConfig.ready()`."""
    _lists.update({each.name: each for each in lists})


def registered() -> dict[str, FilteredList]:
    return _lists


def named(name: str) -> FilteredList | None:
    return _lists.get(name)


def understood(form: forms.Form) -> str:
    """What the valid filters of a list's form say, as an address says it: one spelling for one wish."""
    form.is_valid()
    told = {
        name: form[name].data
        for name in form.fields
        if name not in form.errors and form.cleaned_data.get(name) not in (None, "", False, [])
    }
    return urlencode(told)


def misunderstood(form: forms.Form, asked: QueryDict) -> dict[str, list[str]]:
    """By name what the list makes nothing of: values that are wrong or have ended, and filters that it does not have."""
    form.is_valid()
    wrong = {name: [str(each) for each in found] for name, found in form.errors.items()}
    unknown = {name: [_("The list has no such filter.")] for name in asked if name not in form.fields}
    return wrong | unknown


def gated(query: str) -> None:
    """What is searched for goes through the gate as well. Raises ValidationError."""
    for _name, values in QueryDict(query).lists():
        for value in values:
            refuse_identity_codes(value)


class SaveForm(Dressed, forms.Form):
    """Under which name the present filters are kept."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        validators=GATE,
        error_messages={"required": gettext_lazy("Give it a name.")},
    )
    is_default = forms.BooleanField(label=gettext_lazy("Open the list with this"), required=False)


@dataclass(frozen=True)
class Saved:
    """One saved filter beside its list."""

    row: SavedFilter
    url: str
    is_current: bool


@dataclass(frozen=True)
class Filters:
    """What stands beside a list: the saved ones, what is asked for now, and where it goes when nothing was asked for."""

    listed: FilteredList
    saved: list[Saved]
    query: str
    opens: str
    clear: str
    form: SaveForm


def filters_beside(user: User, name: str, form: forms.Form, asked: QueryDict) -> Filters:
    """Of the list that is shown: one statement."""
    listed, query = _lists[name], understood(form)
    rows = filters_of(user, name)
    default = next((row for row in rows if row.is_default), None)
    return Filters(
        listed,
        [Saved(row, listed.url(row.query), row.query == query) for row in rows],
        query,
        opens=listed.url(default.query) if default and default.query and not asked else "",
        clear=reverse(listed.address) + (UNFILTERED if default else ""),
        form=SaveForm(auto_id="save-%s"),
    )


def problems_of(saved: SavedFilter, user: User) -> list[str]:
    """What of a saved filter is no longer understood, in sentences."""
    listed = _lists.get(saved.listed)
    if listed is None:
        return [str(NO_SUCH_LIST)]
    asked = QueryDict(saved.query)
    return [
        sentence for found in misunderstood(listed.form(asked, user), asked).values() for sentence in found
    ]


def require_understood(listed: FilteredList, query: str, user: User) -> str:
    """The query in its one spelling. Raises ValidationError by field for what the list makes nothing of."""
    try:
        asked = QueryDict(query)
    except SuspiciousOperation as error:
        raise ValidationError({"query": _("This is no query of a list.")}) from error
    form = listed.form(asked, user)
    if wrong := misunderstood(form, asked):
        told = [f"{name[:50]}: {sentence}" for name, found in wrong.items() for sentence in found]
        raise ValidationError({"query": told})
    try:
        gated(understood(form))
    except ValidationError as error:
        raise ValidationError({"query": error.messages}) from None
    return understood(form)
