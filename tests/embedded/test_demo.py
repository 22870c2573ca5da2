"""`manage.py demo` in a copy of the checkout: it starts, answers, stops, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.checkout import copy_checkout, processes_in
from tests.embedded.test_servers import eventually
from yhdyspinta.embedded.process import free_port
from yhdyspinta.embedded.web import answers

OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that has never run a demo."""
    return copy_checkout(tmp_path_factory.mktemp("demo") / "checkout")


@contextmanager
def demo(checkout: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A demo that is starting."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    with subprocess.Popen(
        [sys.executable, "manage.py", "demo", *arguments],
        cwd=checkout,
        env=environment | {"YHDYSPINTA_DEMO": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], last: str) -> str:
    """What the demo says up to and with the line that holds `last`."""
    said = ""
    for line in process.stdout or ():
        said += line
        if last in line:
            break
    return said


@pytest.mark.slow
def test_the_demo_starts_answers_refuses_a_second_and_stops(checkout: Path) -> None:
    port = free_port()
    with demo(checkout, "--port", str(port)) as first:
        said = read_until(first, "Ctrl-C stops it")
        assert f"Yhdyspinta is ready: http://127.0.0.1:{port}/" in said, said + first.communicate()[0]
        with urlopen(f"http://127.0.0.1:{port}/") as answer:
            assert answer.status == 200
        with demo(checkout) as second:
            assert "running already" in second.communicate()[0]
            assert second.returncode == 1
        first.send_signal(signal.SIGINT)
        rest, _ = first.communicate()
        assert first.returncode == 0
        assert "Traceback" not in rest
    assert processes_in(checkout) == []


@pytest.mark.slow
def test_a_program_of_the_demo_that_dies_is_started_again_and_it_is_said(checkout: Path) -> None:
    """And with the demo itself all of them die, also those that were started again."""
    port = free_port()
    with demo(checkout, "--port", str(port)) as process:
        read_until(process, "Ctrl-C stops it")
        for name, part in (
            ("The worker", "yhdyspinta.celery worker"),
            ("The web server", "yhdyspinta.asgi"),
            ("The clock", "yhdyspinta.celery beat"),
        ):
            [pid] = [found.split()[0] for found in processes_in(checkout) if part in found]
            os.kill(int(pid), signal.SIGKILL)
            said = read_until(process, "What it said last")
            assert f"{name} stopped by itself (exit code -9) and has been started again." in said
        assert eventually(lambda: answers(port))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert eventually(lambda: processes_in(checkout) == []), processes_in(checkout)


def test_a_taken_port_is_one_sentence(checkout: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with demo(checkout, "--port", str(port)) as process:
            said, _ = process.communicate()
    assert process.returncode == 1
    assert said.startswith(f"Port {port} is taken")
    assert said.count("\n") == 1
