"""The schema: committed, fresh, valid; and its page."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, get_resolver
from jsonschema import Draft202012Validator

from collaboration.api.problems import KIND_OF_STATUS, TITLES
from services.models import ServiceNode
from tests.api.conftest import Api, schema
from tests.architecture.access_rules import routes
from tests.cast import Cast

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"
AGAIN = "Write it anew: python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml"


def test_the_committed_schema_is_what_the_code_says(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.yaml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(fresh))
    assert fresh.read_text(encoding="utf-8") == COMMITTED.read_text(encoding="utf-8"), AGAIN


def test_every_address_of_the_api_is_in_the_schema() -> None:
    paths = {
        path.replace("<int:", "{").replace("<slug:", "{").replace(">", "}")
        for name, path in routes()
        if path.startswith("/api/v1/") and name not in {"api_elsewhere", "api_schema"}
    }
    assert paths == set(schema()["paths"])
    assert isinstance(get_resolver().url_patterns[0], URLPattern)


def test_every_example_fits_its_schema() -> None:
    described = schema()
    assert described["openapi"] == "3.1.0"
    examples = 0
    for methods in described["paths"].values():
        for operation in methods.values():
            for part in (operation.get("requestBody", {}), *operation["responses"].values()):
                for content in part.get("content", {}).values():
                    wanted = {**content["schema"], "components": described["components"]}
                    for example in content.get("examples", {}).values():
                        Draft202012Validator(wanted).validate(example["value"])
                        examples += 1
    assert examples > 30


def test_every_operation_says_what_it_is_and_its_problems() -> None:
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            assert {"401", "429"} <= set(operation["responses"]), path
            assert operation["security"] == [{"token": []}, {"session": []}], path
            for content in operation.get("requestBody", {}).get("content", {}).values():
                is_file = content["schema"].get("format") == "binary"
                assert "examples" in content or method == "patch" or is_file, path


def test_the_schema_and_its_page_are_read_without_signing_in(db: None) -> None:
    served = Client().get("/api/v1/schema/")
    assert served.status_code == 200
    assert served.content.decode() == COMMITTED.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_lists_every_operation(db: None, language: str) -> None:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = client.get("/api/").content.decode()
    assert f'<html lang="{language}">' in page
    for path, methods in schema()["paths"].items():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page, path


def test_every_kind_of_problem_is_explained() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")
    assert [kind for kind in TITLES if f"`{kind}`" not in text] == []
    assert set(KIND_OF_STATUS.values()) < set(TITLES)


def test_where_something_was_made_is_told_and_described(cast: Cast, api: Api) -> None:
    caller, place = api("porvoo editor"), cast.organisations["porvoo"].pk
    on, node = cast.maps["porvoo"].pk, ServiceNode.objects.get(key="daycare").pk
    a_map = {
        "template": "young_people",
        "municipality": place,
        "source_language": "fi",
        "op_id": str(uuid4()),
    }
    a_service = {"organisation": place, "node": node, "name_fi": "Avoin päiväkoti"}
    sent = {
        "maps/": (201, a_map),
        "services/": (201, a_service),
        f"maps/{on}/exports/": (202, {"of": "draft", "format": "csv", "language": "fi"}),
    }
    for path, (status, wish) in sent.items():
        answer = caller.ask("post", path, wish)
        assert answer.status_code == status, answer.content
        assert caller.client.get(answer.headers["Location"], headers=caller.headers).status_code == 200
        described = schema()["paths"]["/api/v1/" + path.replace(str(on), "{map_id}")]["post"]["responses"]
        assert described[str(status)]["headers"]["Location"]["schema"]["format"] == "uri-reference"


def test_headers_that_a_program_needs_are_described() -> None:
    for path, methods in schema()["paths"].items():
        for operation in methods.values():
            answers = operation["responses"]
            assert "Retry-After" in answers["429"]["headers"], path
            assert "304" not in answers or "ETag" in answers["200"]["headers"], path
