"""What every document has knows no single one of them, and no script knows an address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

SCRIPTS = settings.BASE_DIR / "static" / "js"
ADDRESS = re.compile(r"""["'`]/[a-z]|[a-z]\\?/\$\{""")
OF_THE_MAP = re.compile(
    r"(?<![.\w])(?:map|interface|aspect|service|lane|municipality|evidence)s?(?![\w(=:])|InterfaceMap",
    re.IGNORECASE,
)
SHARED = [
    *sorted((SCRIPTS / "document").glob("*.js")),
    *sorted((settings.BASE_DIR / "collaboration" / "ops").glob("*.py")),
    settings.BASE_DIR / "collaboration" / "views" / "documents.py",
    settings.BASE_DIR / "collaboration" / "api" / "documents.py",
    settings.BASE_DIR / "collaboration" / "api" / "document_shapes.py",
    settings.BASE_DIR / "collaboration" / "templatetags" / "documents.py",
    *sorted((settings.BASE_DIR / "templates" / "collaboration").glob("document_*.html")),
]


class TestNoScriptKnowsAnAddress:
    @pytest.mark.parametrize("path", sorted(SCRIPTS.rglob("*.js")), ids=lambda path: path.name)
    def test_the_page_tells_where_it_answers(self, path: Path) -> None:
        assert ADDRESS.findall(path.read_text(encoding="utf-8")) == []

    @pytest.mark.parametrize(
        "line", ['fetch("/virta/")', "fetch(`/kartat/${id}/`)", "const at = `muuta/${id}`"]
    )
    def test_a_planted_address_is_found(self, line: str) -> None:
        assert ADDRESS.findall(line)


class TestWhatEveryDocumentHasNamesNoMap:
    @pytest.mark.parametrize("path", SHARED, ids=lambda path: path.name)
    def test_it_knows_no_kind_of_the_map(self, path: Path) -> None:
        assert OF_THE_MAP.findall(path.read_text(encoding="utf-8")) == []

    @pytest.mark.parametrize(
        "line", ["// the map's tools", "follow(map)", "services.models", "an aspect, one"]
    )
    def test_a_planted_word_of_the_map_is_found(self, line: str) -> None:
        assert OF_THE_MAP.findall(line)
