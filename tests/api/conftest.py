"""What tests of the API use: callers with a session or a token, and answers held against the schema."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache as django_cache
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from collaboration.models import PersonalToken
from collaboration.workflows.tokens import make_token
from tests.cast import Cast

Token = Callable[..., str]
Api = Callable[..., "Caller"]

V1 = "/api/v1"


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet() -> Iterator[None]:
    django_cache.clear()
    yield
    django_cache.clear()


@pytest.fixture
def token(cast: Cast) -> Token:
    """The secret of a new token of one of the cast."""

    def make(name: str, scope: str = PersonalToken.Scope.WRITE, days: int = 30) -> str:
        last = timezone.localdate() + datetime.timedelta(days=days)
        return make_token(by=cast[name], name="Test", scope=scope, expires_on=last)[1]

    return make


class Caller:
    """A program with a token."""

    def __init__(self, secret: str, language: str = "en") -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {secret}", "Accept-Language": language}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request; `path` begins after the version. Headers by name with underscores."""
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return getattr(self.client, method)(
            path if path.startswith("/") else f"{V1}/{path}", headers=self.headers | named, **sent
        )

    def get(self, path: str, status: int = 200, **headers: str) -> Any:
        """The JSON of a GET."""
        answer = self.ask("get", path, **headers)
        assert answer.status_code == status, answer.content
        return json.loads(answer.content)

    def post(self, path: str, body: Any, status: int = 200, **headers: str) -> Any:
        """The JSON of a POST."""
        answer = self.ask("post", path, body, **headers)
        assert answer.status_code == status, answer.content
        return json.loads(answer.content)


@pytest.fixture
def api(token: Token) -> Api:
    """A program of one of the cast."""

    def call_as(name: str, language: str = "en", **kwargs: Any) -> Caller:
        return Caller(token(name, **kwargs), language)

    return call_as


def op(subject: str, name: str, value: Any, base: int = 1_000_000) -> dict[str, Any]:
    """The body of an op with an id of its own."""
    return {"id": str(uuid4()), "subject": subject, "property": name, "base_version": base, "value": value}


@cache
def schema() -> dict[str, Any]:
    """The schema as it is now."""
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call,no-any-return]


def check_shape(component: str, content: Any) -> None:
    """The content is what the schema says, and nothing else."""
    Draft202012Validator(
        {"$ref": f"#/components/schemas/{component}", "components": _strict(schema()["components"])}
    ).validate(json.loads(json.dumps(content)))


def _strict(node: Any) -> Any:
    """The schema without members that it does not name, and with null as OpenAPI 3.0 writes it."""
    if isinstance(node, list):
        return [_strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    found = {key: _strict(value) for key, value in node.items()}
    if found.get("type") == "object" and "properties" in found:
        found["additionalProperties"] = False
    if found.pop("nullable", False):
        return {"anyOf": [found, {"type": "null"}]}
    return found
