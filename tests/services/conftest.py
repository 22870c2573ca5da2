"""What tests of services share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.cast import the_cast
from tests.live import Web, web_on
from tests.plugin import TestRun, own_database
from yhdyspinta.embedded.valkey import Valkey


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
