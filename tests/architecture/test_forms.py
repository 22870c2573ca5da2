"""Every form looks the same."""

import pkgutil
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from django.forms import BaseForm

from collaboration import forms as of_collaboration
from collaboration.forms import Dressed
from services import forms as of_services

BARE = {"ApprovalForm", "CancelForm", "TakeBackForm", "TakeBackWishForm"}
"""Buttons and the API send these; nobody sees their fields."""


def modules() -> list[ModuleType]:
    return [
        of_collaboration,
        *(
            import_module(f"services.forms.{each.name}")
            for each in pkgutil.iter_modules(of_services.__path__)
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
