"""What every endpoint has in common."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from orjson import Fragment
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from collaboration.api.asking import Ids, OneAsked, asked, sparse
from collaboration.api.paging import named, page_of
from collaboration.api.problems import Problem, of_form
from collaboration.api.rendering import as_json
from collaboration.dates import ISO
from collaboration.models import User
from collaboration.subjects import referred

Row = dict[str, Any]


def person(request: Request) -> User:
    """Who asks; the permission classes have let nobody else in."""
    return cast(User, request.user)


class Resource(APIView):
    """An endpoint. Outsiders are counted, too, before they are turned away. `told_by` are the parameters of what writes."""

    told_by: type[forms.Form] = forms.Form

    def perform_authentication(self, request: Request) -> None:
        try:
            super().perform_authentication(request)
        except AuthenticationFailed:
            super().check_throttles(request)
            raise

    def check_permissions(self, request: Request) -> None:
        super().check_throttles(request)
        super().check_permissions(request)

    def check_throttles(self, request: Request) -> None:
        """Done before the permissions."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """What writes takes no other parameters; one that is there is refused before anything is written."""
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE_METHODS and hasattr(self, str(request.method).lower()):
            asked(self.told_by, request)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Which methods the address takes: the header Allow says it."""
        return Response(status=204)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def listed(
    request: Request,
    rows: QuerySet[Any, Row],
    wish: Row,
    *,
    orders: Row,
    shape: type[Serializer[Any]],
    complete: Any = None,
) -> Response:
    """One page of the list, with the address of the next. `complete` may add to the page's rows, all at once."""
    wanted = sparse(wish["fields"], shape)
    found, cursor = page_of(rows, orders, wish, request.path)
    if complete is not None:
        complete(found)
    following = None
    if cursor:
        query = request.query_params.copy()
        query["cursor"] = cursor
        following = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return Response({"results": [{name: row[name] for name in wanted} for row in found], "next": following})


def one(rows: QuerySet[Any, Row]) -> Row:
    """The only row. Raises Http404 when there is none, or none that the person may see."""
    row = rows.first()
    if row is None:
        raise Http404
    return named(row)


def etag_of(row: Row) -> str:
    """A strong tag: other content, other tag."""
    return _tag(as_json(row))


def _tag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def single(
    request: Request,
    row: Row,
    shape: type[Serializer[Any]],
    *,
    status: int = 200,
    takes: type[OneAsked] = OneAsked,
) -> Response:
    """The resource with its ETag, or 304 when the caller has it already; `takes` are the parameters that there are."""
    wish = asked(takes, request)["fields"]
    wanted = sparse(wish, shape)
    content = as_json(row)
    tag = _tag(content)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if request.method in {"GET", "HEAD"} and (tag in known or known == ["*"]):
        return Response(status=304, headers={"ETag": tag})
    chosen = {name: row[name] for name in wanted} if wish else Fragment(content)
    return Response(chosen, status=status, headers={"ETag": tag})


def require_match(request: Request, now: Row, *, needed: bool = False) -> None:
    """Raise a 412 with both versions when If-Match names another one; a 428 when it is needed and not there."""
    header = request.headers.get("If-Match")
    if header is None:
        if needed:
            raise Problem(428, _("Send the ETag of what you have read in the header If-Match."))
        return
    tags = parse_etags(header)
    if etag_of(now) not in tags and tags != ["*"]:
        raise Problem(
            412,
            _("Somebody else has changed this since you opened it. Nothing has been overwritten."),
            yours=_sent(request),
            theirs=now,
            etag=etag_of(now),
        )


def _sent(request: Request) -> Any:
    """What the caller sent, if it can be read; the answer is about something else."""
    try:
        return request.data or None
    except (APIException, Problem):
        return None


def body(request: Request, fields: dict[str, forms.Field]) -> Row:
    """The JSON object that was sent, with values that the form's fields can check.

    Raises a 400 for what is no object, or a 422 that names the fields that are unknown or hold another kind of value.
    """
    sent = request.data
    if not isinstance(sent, dict):
        raise Problem(400, _("Send a JSON object."))
    errors = {name: [_("There is no such field here.")] for name in sent if name not in fields}
    for name, value in sent.items():
        if name in fields and not _fits(value, fields[name]):
            errors[name] = [
                _("Send the day as year-month-day, for example 2027-07-01.")
                if isinstance(fields[name], forms.DateField)
                else _("This is not what is needed here.")
            ]
    if errors:
        raise of_form(errors)
    return dict(sent)


def _fits(value: Any, field: forms.Field) -> bool:
    if isinstance(field, Ids):
        return field.fits(value)
    if isinstance(field, forms.ModelMultipleChoiceField):
        return isinstance(value, list) and all(type(each) is int for each in value)
    if isinstance(field, forms.MultipleChoiceField):
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    if isinstance(field, forms.BooleanField):
        return isinstance(value, bool)
    if isinstance(field, forms.DateField):  # as people write it on the pages, a program does not
        return value is None or (isinstance(value, str) and ISO.fullmatch(value) is not None)
    if type(field) is forms.IntegerField:
        return value is None or type(value) is int
    if type(field) is forms.CharField or isinstance(field, forms.UUIDField):
        return value is None or isinstance(value, str)
    return value is None or (isinstance(value, str | int) and not isinstance(value, bool))


def filled(request: Request, make: Callable[[Row | None], Any]) -> Any:
    """The valid form of what is there now, with what was sent put over it; `make` makes it of the values, or blank.

    What the form does not offer any more falls away, as it does on the page. Raises as `body` and `checked` do.
    """
    blank = make(None)
    sent = body(request, blank.fields)
    form = make({**{name: _as_it_is(blank, name) for name in blank.fields}, **sent})
    checked(form)
    return form


def _as_it_is(form: forms.BaseForm, name: str) -> Any:
    """The field's value as somebody would send it."""
    field, value = form.fields[name], form.get_initial_for_field(form.fields[name], name)
    if isinstance(field, forms.ModelMultipleChoiceField):
        rows = cast(Any, field.queryset).filter(pk__in=[row.pk for row in value or ()])
        return list(rows.values_list("pk", flat=True))
    if isinstance(field, forms.ModelChoiceField):
        return value if value and cast(Any, field.queryset).filter(pk=value).exists() else None
    return value


def subject_of(request: Request, field: str, reference: str) -> Any:
    """What the reference stands for; None without one. Raises a 422 for what the caller does not see."""
    found = referred(person(request), reference) if reference else None
    if reference and found is None:
        raise of_form({field: [_("This does not exist, or you may not see it.")]})
    return found


def checked(form: forms.BaseForm) -> Row:
    """What a valid form holds. Raises a 422 with its sentences by field."""
    if not form.is_valid():
        raise of_form(form.errors)
    return form.cleaned_data
