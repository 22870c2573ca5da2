"""While PostgreSQL is away people and programs are told so, and told to come again."""

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.plugin import django_on
from yhdyspinta.embedded.process import free_port


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fi", "tietokanta ei vastaa"), ("sv", "databas svarar inte"), ("en", "database does not answer")],
)
def test_every_answer_is_a_503_that_says_so(
    django_db_blocker: DjangoDbBlocker, language: str, sentence: str
) -> None:
    client = Client(raise_request_exception=False, headers={"Accept-Language": language})
    client.cookies["language"] = language
    client.cookies["sessionid"] = "a" * 32
    with django_on(f"postgresql://portal@127.0.0.1:{free_port()}/portal", django_db_blocker):
        page, problem = client.get("/kartat/"), client.get("/api/v1/maps/")
        reset = client.post("/kirjaudu/", {"username": "a@b.example", "password": "x"})
    for answer in (page, problem, reset):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert sentence in answer.content.decode()
    assert problem.json()["type"] == "urn:yhdyspinta:problem:unavailable"
