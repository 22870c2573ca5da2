"""What tests of every app use."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from tests.cast import Cast, the_cast
from tests.live import Web, web_on
from tests.plugin import TestRun, own_database
from yhdyspinta.embedded.valkey import Valkey

As = Callable[..., Client]


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    """Throttles begin anew in every test."""
    cache.clear()


@pytest.fixture
def in_english() -> Iterator[None]:
    """Sentences of rules in English: for tests that call them without a page."""
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast with its maps."""
    return the_cast()


@pytest.fixture
def fresh_cast(fresh_database: str) -> Cast:
    """The cast with its maps in a database of this test alone."""
    return the_cast()


@pytest.fixture
def as_person(cast: Cast) -> As:
    """A client signed in as one of the cast, with pages in a language."""

    def sign_in(name: str, language: str = "en") -> Client:
        client = Client(raise_request_exception=True)
        client.force_login(cast[name])
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client

    return sign_in


@pytest.fixture(scope="module")
def web(
    test_run: TestRun,
    valkey: Valkey,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Web]:
    """Two web processes for the tests of this file, with Valkey."""
    with (
        own_database(test_run.cast, django_db_blocker) as url,
        web_on(the_cast(), url, tmp_path_factory.mktemp("web")) as both,
    ):
        yield both
