"""What a list can be asked for: filters, order, page and fields. Forms check the shape of it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from collaboration.api.problems import Problem, of_form

LARGEST_ID = 2**63 - 1
MOST_ON_A_PAGE = 200
ON_A_PAGE = 50


class Id(forms.IntegerField):
    """The id of a row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, min_value=1, max_value=LARGEST_ID, **kwargs)


class Ids(forms.Field):
    """From one to so many ids of rows, in a body."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def fits(self, value: Any) -> bool:
        """Whether it is a list of whole numbers."""
        return isinstance(value, list) and all(type(each) is int for each in value)

    def validate(self, value: Any) -> None:
        if not value or len(value) > self.most or not all(1 <= each <= LARGEST_ID for each in value):
            raise ValidationError(
                _("Name from 1 to %(most)d rows by their ids.") % {"most": self.most}, code="invalid"
            )


class Flag(forms.Field):
    """true or false, and nothing that would pass for one of them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> bool | None:
        if value in (None, ""):
            return None
        if value not in ("true", "false"):
            raise ValidationError(_("This must be true or false."), code="invalid")
        return bool(value == "true")


def choice(values: Any, **kwargs: Any) -> forms.ChoiceField:
    """One of the codes, or nothing."""
    return forms.ChoiceField(required=False, choices=[(value, value) for value in values], **kwargs)


class ListAsked(forms.Form):
    """What every list understands. `sorts` are the orders; the first is what is meant by silence."""

    sorts: tuple[str, ...] = ("id",)

    fields_ = forms.CharField(
        required=False,
        help_text="Only these members of each row, with commas between; the others are then left out.",
    )
    sort = forms.ChoiceField(required=False, help_text="The order; a minus turns it round.")
    cursor = forms.CharField(required=False, help_text="From the last answer's `next`.")
    limit = forms.IntegerField(required=False, min_value=1, max_value=MOST_ON_A_PAGE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields"] = self.fields.pop("fields_")
        orders = [order for name in self.sorts for order in (name, f"-{name}")]
        cast(forms.ChoiceField, self.fields["sort"]).choices = [(order, order) for order in orders]


def asked(form_class: type[forms.Form], request: Request) -> dict[str, Any]:
    """The valid wishes. Raises a 400 that names each parameter that makes no sense or is unknown."""
    form = form_class(request.query_params)
    errors: dict[str, Any] = {} if form.is_valid() else dict(form.errors.items())
    for name, values in request.query_params.lists():
        if name not in form.fields:
            errors[name] = [_("There is no such parameter here.")]
        elif len(values) > 1:
            errors[name] = [_("Give this parameter once.")]
    if errors:
        raise of_form(errors, status=400)
    return form.cleaned_data


class OneAsked(forms.Form):
    """What a single resource understands."""

    fields_ = forms.CharField(
        required=False, help_text="Only these members, with commas between; the others are then left out."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields"] = self.fields.pop("fields_")


def sparse(wish: str, shape: type[Serializer[Any]]) -> tuple[str, ...]:
    """The members that were asked for; all of them by default. Raises a 400 for one that is not there."""
    known = tuple(shape().fields)
    wanted = tuple(name.strip() for name in wish.split(",") if name.strip())
    if unknown := [name for name in wanted if name not in known]:
        sentence = _("There is no member “%(name)s” here.") % {"name": unknown[0][:50]}
        raise Problem(400, sentence, [("fields", sentence)])
    return wanted or known


def parameters(form_class: type[forms.Form]) -> list[OpenApiParameter]:
    """The form's fields as the schema's query parameters."""
    return [_parameter(name, field) for name, field in form_class().fields.items()]


def _parameter(name: str, field: forms.Field) -> OpenApiParameter:
    enum = (
        [value for value, _label in cast(Any, field.choices)]
        if isinstance(field, forms.ChoiceField)
        else None
    )
    schema: dict[str, Any] = {"type": "string"}
    if isinstance(field, forms.IntegerField):
        schema = {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
    elif isinstance(field, Flag):
        schema = {"type": "boolean"}
    elif isinstance(field, forms.DateField):
        schema["format"] = "date"
    elif isinstance(field, forms.CharField) and field.max_length:
        schema["maxLength"] = field.max_length
    if enum:
        schema["enum"] = enum
    return OpenApiParameter(name, schema, description=str(field.help_text), required=False)
