"""The checks that every change passes: `python -m pytest tests/architecture` is the one command for all of them."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

BIN = Path(sys.executable).parent

PROGRAMS = {
    "lint": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "layers": [
        "lint-imports",
        "--cache-dir",
        "var/import-linter",
    ],  # in this process it would silence every log
    "templates": ["djlint", "templates", "--lint", "--quiet"],
}
COMMANDS = {
    "migrations": ["makemigrations", "--check", "--dry-run"],
    "system": ["check", "--fail-level", "WARNING"],
    "translations": ["translations", "--check"],
}


@pytest.fixture(scope="module")
def running() -> dict[str, subprocess.Popen[str]]:
    """The programs of the check, all started at once."""
    return {
        name: subprocess.Popen(
            [str(BIN / program), *arguments],
            cwd=settings.BASE_DIR,
            env=os.environ | {"PYTHONWARNINGS": "", "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name, (program, *arguments) in PROGRAMS.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_check(running: dict[str, subprocess.Popen[str]], name: str) -> None:
    output, _nothing = running[name].communicate()
    assert running[name].returncode == 0, output


@pytest.mark.parametrize("name", COMMANDS)
def test_check_of_django(db: None, name: str) -> None:
    """In this very process, where Django stands ready; a finding raises."""
    call_command(*COMMANDS[name])


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
