"""Every form looks the same."""

from typing import Any

import pytest
from django.forms import BaseForm

from collaboration import forms as of_collaboration
from collaboration.forms import Dressed
from services import forms as of_services

FORMS = {
    name: form
    for module in (of_collaboration, of_services)
    for name, form in vars(module).items()
    if isinstance(form, type) and issubclass(form, BaseForm) and form.__module__ == module.__name__
}


def test_the_forms_are_found() -> None:
    assert len(FORMS) > 8


@pytest.mark.parametrize("name", FORMS)
def test_a_form_has_the_look_of_all_forms(name: str) -> None:
    form: Any = FORMS[name]
    assert issubclass(form, Dressed)
