"""Every sentence can be found by what collects them for translation (docs/adr/0010)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

APPS = ("agreements", "collaboration", "services", "yhdyspinta")
MARKERS = {
    f"{kind}{lazy}" for kind in ("gettext", "ngettext", "pgettext", "npgettext") for lazy in ("", "_lazy")
} | {"gettext_noop"}
TEXTS = {"ngettext": 2, "pgettext": 2, "npgettext": 3}
"""How many arguments are texts, when it is more than one."""

NOT_A_TEXT = re.compile(r"""\{%\s*trans(?:late)?\s+(?!["'])[^%]*%\}|[^\w]_\(\s*(?!["'])""")


def not_found(source: str) -> Iterator[str]:
    """The calls in Python whose text is not collected: within an f-string, or not written out."""
    tree = ast.parse(source)
    called = {name: name for name in MARKERS}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            called |= {each.asname: each.name for each in node.names if each.asname and each.name in MARKERS}
    calls = {call: name for call in ast.walk(tree) if (name := called.get(_name(call)))}
    within = [each for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for each in ast.walk(node)]
    for call, name in calls.items():
        texts = call.args[: TEXTS.get(name.removesuffix("_lazy"), 1)]  # type: ignore[attr-defined]
        if call in within or not all(isinstance(text, ast.Constant) for text in texts):
            yield ast.unparse(call)


def _name(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


@pytest.mark.parametrize("app", APPS)
def test_each_sentence_in_python_is_collected(app: str) -> None:
    for path in Path(settings.BASE_DIR, app).rglob("*.py"):
        assert list(not_found(path.read_text(encoding="utf-8"))) == [], path


def test_each_sentence_in_a_template_is_collected() -> None:
    for path in Path(settings.BASE_DIR, "templates").rglob("*.*"):
        assert NOT_A_TEXT.findall(path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("f\"{_('in Finnish')}\"", True),
        ("f\"{x if x else capfirst(_('in Finnish'))}\"", True),
        ("_(sentence)", True),
        ("_('a' if x else 'b')", True),
        ("translation.gettext(f'{x}')", True),
        ("many('%d row', rows, n)", True),
        ("_('in Finnish') + f' {x}'", False),
        ("many('%d row', '%d rows', n)", False),
        ("_('two ' 'halves') % {'x': f'{y}'}", False),
    ],
)
def test_what_is_not_collected_is_seen(source: str, found: bool) -> None:
    imports = "from django.utils.translation import gettext as _, ngettext as many\n"
    assert bool(list(not_found(imports + source))) == found


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_finnish_and_swedish_have_their_own_quotation_marks(language: str) -> None:
    with (settings.BASE_DIR / f"locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
        sentences = [str(each.string) for each in read_po(file)]
    assert [sentence for sentence in sentences if re.search("[“‘]", sentence)] == []
