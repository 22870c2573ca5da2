"""The checks that every change passes: `python -m pytest tests/architecture` is the one command for all of them."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

BIN = Path(sys.executable).parent

COMMANDS = {
    "lint": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "layers": ["lint-imports", "--no-cache"],
    "templates": ["djlint", "templates", "--lint", "--quiet"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
    "system": ["manage.py", "check", "--fail-level", "WARNING"],
    "translations": ["manage.py", "translations", "--check"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_check(name: str) -> None:
    program, *arguments = COMMANDS[name]
    command = [sys.executable, program] if program.endswith(".py") else [str(BIN / program)]
    done = subprocess.run(
        [*command, *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"PYTHONWARNINGS": "", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def vendored_in(folder: str) -> list[Path]:
    """What a browser is given out of the folder: not the licences, the table and the maker's settings."""
    found = (settings.BASE_DIR / folder).rglob("*")
    return [path for path in found if path.suffix in {".css", ".js", ".mjs", ".svg", ".woff2"}]


@pytest.mark.parametrize("folder", ["static/vendor", "tests/browser/vendor"])
def test_vendored_files_are_what_their_table_says(folder: str) -> None:
    readme = (settings.BASE_DIR / folder / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w./-]+)`.*`([0-9a-f]{64})`", readme, re.MULTILINE)
    present = {str(path.relative_to(settings.BASE_DIR / folder)) for path in vendored_in(folder)}
    assert present == {name for name, _digest in rows}
    for name, digest in rows:
        content = (settings.BASE_DIR / folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, name
