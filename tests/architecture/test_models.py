"""Rules that every model and every file keeps."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from collaboration import subjects
from collaboration.identity_codes import refuse_identity_codes
from services.workflows.interface_map import interface_map_workflow
from yhdyspinta.desk import SENTENCES

ORDER = ["collaboration", "services", "agreements", "yhdyspinta"]
OURS = [
    model for model in apps.get_models() if model._meta.app_label in ORDER and not model._meta.auto_created
]
SOURCES = [
    path
    for app in ORDER
    for path in (settings.BASE_DIR / app).rglob("*.py")
    if "migrations" not in path.parts
]

WITHOUT_A_GATE = {
    "User.password",
    "PersonalToken.digest",
    "Event.verb",
    "Event.note",
    "Event.digest",
    "Change.property",
    "Notification.key",
    "Interface.meeting",
    "ServiceNode.key",
    "AspectAnswer.consented_text",
    "Seal.root",
    "Seal.previous",
}
"""Columns that no person types into: they are written by the code, or copied from a gated column."""


def test_every_text_that_people_write_stands_behind_the_client_data_gate() -> None:
    open_fields = {
        f"{model.__name__}.{field.name}"
        for model in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and refuse_identity_codes not in field.validators
    }
    assert open_fields <= WITHOUT_A_GATE


def test_a_status_has_choices_and_no_form_writes_it() -> None:
    for model in OURS:
        for field in model._meta.get_fields():
            if getattr(field, "name", "") == "status" and isinstance(field, models.Field):
                assert field.choices, model
                assert not field.editable, model


def test_a_status_is_written_by_the_workflow_engine_only() -> None:
    offenders = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            assigned = any(
                isinstance(target, ast.Attribute) and target.attr == "status" for target in targets
            )
            updated = (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", "") == "update"
                and any(keyword.arg == "status" for keyword in node.keywords)
            )
            if (assigned or updated) and path.name != "workflow.py":
                offenders.append(f"{path}:{getattr(node, 'lineno', 0)}")
    assert offenders == []


def test_foreign_keys_point_down_only() -> None:
    for model in OURS:
        for field in model._meta.get_fields():
            other = getattr(field, "related_model", None)
            if other is not None and not field.auto_created and other._meta.app_label in ORDER:
                assert ORDER.index(other._meta.app_label) <= ORDER.index(model._meta.app_label), (
                    f"{model}.{field.name}"
                )


def test_every_subject_says_what_it_is_called_and_where_it_is() -> None:
    assert {model.__name__ for model in subjects.registered()} == {
        "InterfaceMap",
        "Interface",
        "Aspect",
        "MapService",
        "Service",
    }


def test_every_verb_that_people_are_told_of_has_its_words() -> None:
    told = {
        step.verb
        for step in interface_map_workflow.transitions.values()
        if step.recipients.__name__ != "_nobody"
    } | {"map.made"}
    assert told == set(SENTENCES)
    for verb in told:
        for part in ("subject", "body"):
            name = f"templates/services/mail/{verb.replace('.', '_')}.{part}.txt"
            assert (settings.BASE_DIR / name).exists(), name


def test_the_workflow_diagram_in_docs_is_the_tables_own() -> None:
    page = (settings.BASE_DIR / "docs/workflows/interface_map.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{interface_map_workflow.diagram()}```" in page


@pytest.mark.parametrize("folder", [*ORDER, "tests", "benchmarks"])
def test_no_file_is_too_long_to_read(folder: str) -> None:
    for path in (settings.BASE_DIR / folder).rglob("*.py"):
        if "migrations" not in path.parts:
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 500, path


def test_every_template_is_used_and_none_has_inline_scripts_or_styles() -> None:
    folder: Path = settings.BASE_DIR / "templates"
    texts = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()}
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES) + "".join(texts.values())
    for path, text in texts.items():
        name = str(path.relative_to(folder))
        stem = path.name.split(".")[0]
        composed = f'"{stem}", ' in code
        by_convention = name in {"403.html", "404.html", "500.html", "403_csrf.html"} or "/mail/" in name
        assert name in code or composed or by_convention, f"{name} is used nowhere"
        assert not re.search(r"\sstyle=|\son\w+=", text), f"{name} has inline style or script"
        for tag in re.findall(r"<script[^>]*>", text):
            assert "src=" in tag, f"{name} has an inline script"
