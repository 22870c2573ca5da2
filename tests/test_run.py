"""`python3 run.py` as a person meets it: real processes in a copy of the checkout, no network."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import copy_checkout

UNREACHABLE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout without .venv."""
    return copy_checkout(tmp_path_factory.mktemp("run") / "checkout")


def run(checkout: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start run.py with a Python that has nothing installed, behind a network that leads nowhere."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "PYTEST_"))
    }
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), UNREACHABLE)
    python = Path(sys.base_prefix) / "bin" / "python3"
    return subprocess.run(
        [python, "run.py", *arguments],
        cwd=checkout,
        env=kept | nowhere | {"PIP_CONFIG_FILE": os.devnull} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def install_offline(checkout: Path, uv: str) -> None:
    """Lock no packages at all and put a program in uv's place, so that an installation needs no network."""
    for name in ("uv.txt", "demo.txt", "dev.txt"):
        (checkout / "requirements" / name).write_text("# nothing\n")
    program = checkout / ".venv" / "bin" / "uv"
    program.write_text(f"#!/bin/sh\n{uv}\n")
    program.chmod(0o755)


def test_without_a_command_it_says_which_there_are(checkout: Path) -> None:
    result = run(checkout)
    assert result.returncode == 1
    assert "run.py demo" in result.stderr
    assert "run.py test" in result.stderr


def test_a_python_without_ensurepip_is_told_what_to_install(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "ensurepip.py").write_text("raise ImportError\n")
    bare = copy_checkout(tmp_path / "checkout")
    result = run(bare, "demo", PYTHONPATH=str(tmp_path))
    assert result.returncode == 1
    assert "apt-get install python3-venv" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.slow
def test_an_installation_is_continued_skipped_and_repaired(checkout: Path) -> None:
    offline = run(checkout, "test")
    assert offline.returncode == 1
    assert "The package index cannot be reached" in offline.stderr
    assert "Traceback" not in offline.stderr

    install_offline(checkout, "exit 0")
    first = run(checkout, "test")
    assert "3/4" in first.stdout
    assert "No module named pytest" in first.stderr, "it should have handed over to pytest"

    second = run(checkout, "test")
    assert "/4" not in second.stdout
    assert "No module named pytest" in second.stderr

    install_offline(checkout, "cat run.py > /dev/full")
    (checkout / "requirements" / "dev.txt").write_text("# another lock\n")
    full = run(checkout, "test")
    assert full.returncode == 1
    assert "The disk is full" in full.stderr

    (checkout / ".venv" / "half-installed").touch()
    run(checkout, "test")
    assert not (checkout / ".venv" / "half-installed").exists(), "it should have made .venv anew"
