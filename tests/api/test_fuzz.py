"""Every operation of the API with requests that schemathesis makes from the schema.

A short run of it belongs to every run of the tests; `python -m pytest tests/api/test_fuzz.py --long -s` takes its time.
"""

import sys

import pytest

from tests.api.callers import Caller, World, plant_with_vaasa
from tests.api.conftest import Token
from tests.api.fuzzing import Fuzz, one_connection
from tests.cast import ANONYMOUS, Cast
from tests.prepared import prepared

SHORT = {"porvoo editor": (2, 10), "pohjanmaa editor": (2, 0)}
"""Who asks, how many random cases each operation gets in the short run, and one in how many of its boundaries."""

LONG = (400, 1)

prepared_cast, cast = prepared(lambda _made: None)


@pytest.fixture(scope="module")
def words(prepared_cast: Cast) -> dict[int, str]:
    """The word that is planted on each map."""
    return plant_with_vaasa(prepared_cast)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SHORT, ANONYMOUS])
def test_every_operation_answers_as_the_schema_and_the_oracle_say(
    cast: Cast, words: dict[int, str], token: Token, name: str, *, is_long: bool
) -> None:
    if name == ANONYMOUS and not is_long:
        pytest.skip(
            "tests/architecture/test_access.py knocks at every door without signing in; more of it with --long"
        )
    world = World(cast, words, token)
    examples, every = LONG if is_long else SHORT[name]
    with one_connection():
        fuzz = Fuzz(world, Caller(world, name))
        fuzz.run(examples=examples, every=every)
    told(fuzz)
    done = set(+fuzz.succeeded)
    assert len(fuzz.cases) == len(fuzz.operations)
    assert len(done) > len(fuzz.cases) / 3 or name == ANONYMOUS, "what is never done is hardly tried"
    assert done == set(fuzz.cases) or name == ANONYMOUS or not is_long


@pytest.mark.slow
@pytest.mark.parametrize("name", ["porvoo editor", "pohjanmaa editor"])
def test_operations_in_a_row_answer_as_the_schema_and_the_oracle_say(
    cast: Cast, words: dict[int, str], token: Token, name: str, *, is_long: bool
) -> None:
    world = World(cast, words, token)
    with one_connection():
        fuzz = Fuzz(world, Caller(world, name))
        fuzz.run_linked(examples=300 if is_long else 2, steps=15 if is_long else 10)
    told(fuzz)


def told(fuzz: Fuzz) -> None:
    """The figures, for docs/measurements.md."""
    sys.stdout.write(
        f"{fuzz.caller.name}: {len(fuzz.operations)} operations, {fuzz.cases.total()} cases, "
        f"{fuzz.linked} of them linked, answers {dict(sorted(fuzz.statuses.items()))}\n"
    )
