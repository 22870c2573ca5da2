"""What may take long is named with its reason in one place: tests/budget.py."""

import ast

from tests.budget import SLOW
from tests.databases import ROOT

MARK = "pytest.mark.slow"


def test_the_list_of_slow_tests_names_those_that_carry_the_marker() -> None:
    marked = {
        f"{path.relative_to(ROOT)}::{node.name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        if MARK in (text := path.read_text(encoding="utf-8"))
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(mark) == MARK for mark in node.decorator_list)
    }
    assert marked == set(SLOW)
    assert all(SLOW.values())
