"""The API as a page for people, and its errors outside any endpoint."""

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.rendering import as_json
from collaboration.api.resource import Resource

METHODS = ("get", "post", "patch", "put", "delete")


@cache
def operations() -> list[dict[str, Any]]:
    """Every operation of the schema, in groups by its first word after the version."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                groups.setdefault(path.split("/")[3], []).append(_operation(path, method, methods[method]))
    return [{"name": name, "operations": found} for name, found in groups.items()]


def _operation(path: str, method: str, found: dict[str, Any]) -> dict[str, Any]:
    examples = found.get("requestBody", {}).get("content", {}).get("application/json", {}).get("examples", {})
    return {
        "id": found["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": found.get("summary", ""),
        "parameters": [
            {"name": each["name"], "description": each.get("description", ""), "values": _values(each)}
            for each in found.get("parameters", [])
            if each["in"] != "path"
        ],
        "examples": [
            {"name": each.get("summary", ""), "json": as_json(each["value"]).decode()}
            for each in examples.values()
        ],
        "answers": [
            {"status": status, "description": answer.get("description", "")}
            for status, answer in found["responses"].items()
        ],
    }


def _values(parameter: dict[str, Any]) -> str:
    return ", ".join(str(value) for value in parameter["schema"].get("enum", []) if value)


@cache
def schema_file() -> bytes:
    """The schema as docs/openapi.yaml has it, made once in each process: it takes long enough to be worth keeping."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return bytes(OpenApiYamlRenderer().render(schema, renderer_context={}))  # type: ignore[no-untyped-call]


@login_not_required
@require_safe
def api_schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI schema, as YAML."""
    return HttpResponse(schema_file(), content_type="application/yaml")


@login_not_required
@require_safe
def api_page(request: HttpRequest) -> HttpResponse:
    """What the API can do, and how to begin."""
    return render(request, "api.html", {"groups": operations()})


class NoSuchAddress(Resource):
    """Addresses under /api/v1/ that are nobody's."""

    @extend_schema(exclude=True)
    def get(self, request: Request, rest: str) -> Response:
        raise Http404

    post = put = patch = delete = get
