"""CONTRIBUTING.md says where a change goes. What was added so names no other file of the product."""

import re

import pytest
from django.conf import settings

FOLDERS = ("agreements", "collaboration", "services", "templates", "static", "yhdyspinta")
KINDS = {".py", ".sql", ".html", ".txt", ".js", ".css", ".typ"}
DEMO = "yhdyspinta/demo/"

WAYS = {
    "a kind of row": (
        r"goal_?row|GoalRow",
        {
            "services/models/structure.py",
            "services/models/__init__.py",
            "services/migrations/0001_initial.py",
            "services/migrations/derived.sql",
            "services/migrations/kept.sql",
            "services/workflows/structure.py",
            "services/queries/structure.py",
            "services/content/shape.py",
            "services/api/row_shapes.py",
            "services/api/examples.py",
        },
    ),
    "what people are told of": (
        r"map[._]taken_back",
        {
            "services/verbs.py",
            "services/workflows/interface_map.py",
            "templates/services/mail/map_taken_back.body.txt",
            "templates/services/mail/map_taken_back.subject.txt",
        },
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_change_goes_where_contributing_says(way: str) -> None:
    pattern, promised = WAYS[way]
    root = settings.BASE_DIR
    found = {
        str(path.relative_to(root))
        for folder in FOLDERS
        for path in (root / folder).rglob("*")
        if path.suffix in KINDS
        and "vendor" not in path.parts
        and not str(path.relative_to(root)).startswith(DEMO)
        and re.search(pattern, f"{path.name}\n{path.read_text(encoding='utf-8')}")
    }
    assert found == promised


def test_contributing_names_the_files_of_a_kind_of_row() -> None:
    text = (settings.BASE_DIR / "CONTRIBUTING.md").read_text(encoding="utf-8")
    part = text.partition("### A kind of row")[2].partition("###")[0]
    for path in WAYS["a kind of row"][1]:
        name = "migration" if path.endswith("initial.py") else path.removeprefix("services/migrations/")
        assert name in part, path


@pytest.mark.parametrize(
    ("way", "heading"),
    [
        ("a kind of row", "### A kind of row"),
        ("what people are told of", "### A workflow step, and what people are told"),
    ],
)
def test_contributing_tells_how_many_files_a_change_takes(way: str, heading: str) -> None:
    text = (settings.BASE_DIR / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = text.partition(heading)[2].partition("1. ")[0]
    assert re.search(rf"\b{len(WAYS[way][1])}\b", told)


NAMED = re.compile(r"(?<![>/\w.-])[\w.-]+(?:/[\w.-]+)+\.(?:py|sql|html|js|css|md|csv|json|yaml|sh)\b")
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    *(f"docs/{path.name}" for path in (settings.BASE_DIR / "docs").glob("*.md")),
)


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_the_documentation_names_is_there(page: str) -> None:
    root = settings.BASE_DIR
    text = (root / page).read_text(encoding="utf-8")
    places = (root, root / "docs", root / "templates", root / "collaboration", root / "services")
    gone = {
        name
        for part in re.findall(r"`([^`\n]+)`", text)
        for name in NAMED.findall(part)
        if not name.startswith(("app/", "var/")) and not any((place / name).exists() for place in places)
    }
    assert gone == set()
