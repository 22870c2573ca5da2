"""A noun never has two names: docs/glossary.md says what people call each model."""

import pytest
from django.apps import apps

from tests.databases import ROOT

MODELS = [
    model.__name__ for app in ("collaboration", "services") for model in apps.get_app_config(app).get_models()
]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_in_the_glossary(name: str) -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert f"| `{name}` |" in glossary, f"Add {name} to docs/glossary.md, with its Finnish and Swedish name."
