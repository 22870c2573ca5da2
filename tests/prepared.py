"""A cast that a whole file shares, with more made once than the template has; what a test changes is undone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.cast import Cast, the_cast, undone
from tests.plugin import TestRun, own_database


def prepared(fill: Callable[[Cast], object]) -> tuple[Any, Any]:
    """Two fixtures for a file of tests: `prepared_cast, cast = prepared(fill)`."""

    @pytest.fixture(scope="module")
    def prepared_cast(test_run: TestRun, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
        with own_database(test_run.cast, django_db_blocker):
            found = the_cast()
            fill(found)
            yield found

    @pytest.fixture
    def cast(prepared_cast: Cast) -> Iterator[Cast]:
        """The cast with its maps, in a database of this file."""
        with undone():
            yield the_cast()

    return prepared_cast, cast
