"""Every form looks the same, cuts nothing, and no script but one writes into a field."""

import pkgutil
import re
from importlib import import_module
from types import ModuleType
from typing import Any, cast

import pytest
from django import forms
from django.conf import settings
from django.forms import BaseForm

from collaboration import forms as of_collaboration
from collaboration.day import DayField, DayInput
from collaboration.dressed import Dressed
from services import forms as of_services

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
SCRIPTS = sorted((settings.BASE_DIR / "static/js").rglob("*.js"))
WRITES = re.compile(
    r"""\.(?:value|valueAsDate|valueAsNumber|defaultValue)\s*[-+?|&]{0,2}=(?![=>])
    |\.(?:setRangeText|execCommand|reset)\(|setAttribute\(["']value""",
    re.VERBOSE,
)
"""How a script puts a value into a field."""
HIDDEN = re.compile(r"elements\.(?:op_id|base_version)\.value = ")
"""Fields that nobody writes in."""

BARE = {"ApprovalForm", "CancelForm", "TakeBackForm", "TakeBackWishForm"}
"""Buttons and the API send these; nobody sees their fields."""


def modules() -> list[ModuleType]:
    return [
        of_collaboration,
        *(
            import_module(f"{package.__name__}.{each.name}")
            for package in (of_collaboration, of_services)
            for each in pkgutil.iter_modules(package.__path__)
        ),
    ]


FORMS = {
    name: form
    for module in modules()
    for name, form in vars(module).items()
    if isinstance(form, type) and issubclass(form, BaseForm) and form.__module__ == module.__name__
}


def test_the_forms_are_found() -> None:
    assert len(FORMS) > 12
    assert FORMS.keys() >= BARE


@pytest.mark.parametrize("name", sorted(FORMS.keys() - BARE))
def test_a_form_has_the_look_of_all_forms(name: str) -> None:
    form: Any = FORMS[name]
    assert issubclass(form, Dressed)


@pytest.mark.parametrize("name", sorted(FORMS.keys() - {"Dressed"}))
def test_a_day_is_asked_for_as_it_is_written_here_in_every_form(name: str) -> None:
    """The browser's own field of dates speaks the browser's language."""
    for field in cast(Any, FORMS[name]).base_fields.values():
        if isinstance(field, forms.DateField | forms.DateTimeField | forms.SplitDateTimeField):
            assert type(field) is DayField
            assert isinstance(field.widget, DayInput)


def test_no_page_has_a_browser_s_own_field_of_dates() -> None:
    own = re.compile(r"""type=["']?(?:date|datetime-local|month|week)\b""")
    assert [path for path in TEMPLATES if own.search(path.read_text(encoding="utf-8"))] == []
    for path in TEMPLATES:
        days = re.findall(r"<input[^>]*data-day[^>]*>", path.read_text(encoding="utf-8"))
        assert [each for each in days if 'inputmode="decimal"' not in each or "placeholder" not in each] == []
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"toLocale(?:Date|Time)?String\((?![^;]*Europe/Helsinki)", text), path


def test_no_template_cuts_and_no_form_that_saves_itself_takes_old_values_back() -> None:
    """Also those that no page of test_html.py shows."""
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert "maxlength" not in text, path
        saving = [form for form in re.findall(r"<form\b.*", text) if "data-edit" in form]
        assert [form for form in saving if 'autocomplete="off"' not in form] == [], path


def writes_in(script: str) -> list[str]:
    return [line.strip() for line in script.splitlines() if WRITES.search(HIDDEN.sub("", line))]


def test_only_one_script_writes_into_fields() -> None:
    found = {path.name: writes for path in SCRIPTS if (writes := writes_in(path.read_text(encoding="utf-8")))}
    assert found.keys() == {"fields.js"}, found


@pytest.mark.parametrize(
    ("line", "writes"),
    [
        ("field.value = text;", True),
        ("field.value += text;", True),
        ("field.value ??= text;", True),
        ("field.defaultValue = text;", True),
        ("field.setRangeText('', 0, 1);", True),
        ("form.reset();", True),
        ("field.setAttribute('value', text);", True),
        ("if (field.value === text) return;", False),
        ("const isSame = field.value == text, of = (field) => field.value;", False),
        ("form.elements.op_id.value = crypto.randomUUID();", False),
        ("form.elements.op_id.value = id; field.value = text;", True),
    ],
)
def test_a_planted_write_into_a_field_is_seen(line: str, *, writes: bool) -> None:
    assert bool(writes_in(line)) == writes
