"""Edit forms that carry what their page showed, so that two who change one row overwrite nothing of each other.

What the other has saved and I have not touched stays the other's; where both have changed a field, the form says what
stands now and keeps what was typed, and saving once more is a decision.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django import forms
from django.forms.models import model_to_dict
from django.http import Http404, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from collaboration import dates

Form = TypeVar("Form", bound=forms.BaseForm)


@dataclass(frozen=True)
class Theirs:
    """What somebody else has saved meanwhile in a field."""

    label: str
    text: str


def carried(form: Form, now: Callable[[], dict[str, Any]] = dict) -> Form:
    """The form with what its page shows beside its fields; `now` tells of what the row itself does not."""
    told = cast(Any, form)
    told.stands_now = now
    if told.instance.pk is not None:
        for field in form.fields.values():
            field.show_hidden_initial = True
    return form


def is_carried(form: Any) -> bool:
    """Whether it was posted from a page that carried what it showed."""
    names = [form.add_initial_prefix(name) for name in form.fields]
    return hasattr(form, "stands_now") and any(name in form.data for name in names)


def still_stands(form: Any) -> bool:
    """Take over what others have saved in other fields, and refuse what both have changed. In the transaction that saves."""
    now = _locked(form)
    stands = {**model_to_dict(now, fields=form._meta.fields), **form.stands_now()}
    theirs, data = [], form.data.copy()
    for name, field in form.fields.items():
        was, mine = _posted(form, data, name), _plain(field, form.cleaned_data.get(name))
        saved = _plain(field, stands.get(name))
        if saved in (was, mine):
            continue
        if mine == was:
            _take(form, name, now, stands)
            continue
        told = Theirs(str(field.label), _said(field, name, now, stands))
        theirs.append(told)
        data.setlist(form.add_initial_prefix(name), saved or [""])
        form.add_error(
            name, _("Somebody else has changed this meanwhile. What you typed is kept below, unsaved.")
        )
    form.data, form.theirs = data, theirs
    return not theirs


def _locked(form: Any) -> Any:
    """The row as it is now, which nobody else changes; the form's own row gets what the form does not say."""
    model, row = form._meta.model, form.instance
    now = model._default_manager.select_for_update(of=("self",), no_key=True).filter(pk=row.pk).first()
    if now is None:
        raise Http404
    for column in model._meta.concrete_fields:
        if column.name not in form.fields and not column.generated:
            setattr(row, column.attname, getattr(now, column.attname))
    return now


def _plain(field: forms.Field, value: Any) -> list[str]:
    """The value as a hidden field carries it."""
    prepared = field.prepare_value(value)
    many = prepared if isinstance(prepared, Iterable) and not isinstance(prepared, str) else [prepared]
    return sorted(str(each).replace("\r\n", "\n") for each in many if each not in (None, ""))


def _posted(form: Any, data: QueryDict, name: str) -> list[str]:
    shown = data.getlist(form.add_initial_prefix(name))
    return sorted(each.replace("\r\n", "\n") for each in shown if each)


def _take(form: Any, name: str, now: Any, stands: dict[str, Any]) -> None:
    """What the other has saved there."""
    value = stands[name]
    form.cleaned_data[name] = value
    if name in form._meta.fields:
        column = now._meta.get_field(name)
        form.cleaned_data[name] = value if column.many_to_many else getattr(now, name)
        if not column.many_to_many:
            setattr(form.instance, column.attname, getattr(now, column.attname))


def _said(field: Any, name: str, now: Any, stands: dict[str, Any]) -> str:
    """The value that stands, in words."""
    value = stands.get(name)
    if isinstance(field, forms.ModelMultipleChoiceField):
        text = ", ".join(str(field.label_from_instance(row)) for row in value or ())
    elif isinstance(field, forms.ModelChoiceField):
        row = getattr(now, name)
        text = str(field.label_from_instance(row)) if row else ""
    elif isinstance(field, forms.ChoiceField):
        chosen = value if isinstance(value, list) else [value]
        text = ", ".join(
            capfirst(str(label)) for key, label in cast(Any, field.choices) if key in chosen and key != ""
        )
    elif isinstance(value, datetime.date):
        text = dates.written(value)
    else:
        text = str(value or "")
    return text or _("Nothing: it was emptied.")
