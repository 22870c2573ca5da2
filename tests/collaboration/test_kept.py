"""A query that is compiled once gives what the plain one gives, for each of its values."""

from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Prefetch, QuerySet
from django.test.utils import CaptureQueriesContext

from collaboration.kept import Kept
from collaboration.models import Membership, Organisation, User
from tests.cast import Cast

Build = Any


def members(organisations: Any, role: Any) -> QuerySet[Any]:
    return (
        Membership.objects.filter(organisation__any=organisations, role=role)
        .select_related("organisation__parent", "user")
        .annotate(name=F("user__name"))
        .order_by("pk")
    )


BUILDS: dict[str, Build] = {
    "rows with joins and annotations": members,
    "dictionaries": lambda organisations, role: members(organisations, role).values("user", "name"),
    "tuples": lambda organisations, role: members(organisations, role).values_list("user", "role"),
    "named tuples": lambda organisations, role: members(organisations, role).values_list("user", named=True),
    "single values": lambda organisations, role: members(organisations, role).values_list("user", flat=True),
    "a slice": lambda organisations, role: members(organisations, role)[1:3],
    "a subquery": lambda organisations, role: User.objects.filter(
        pk__in=members(organisations, role).values("user")
    ).order_by("pk"),
}


@pytest.mark.parametrize("name", BUILDS)
def test_it_gives_what_the_plain_query_gives(cast: Cast, name: str) -> None:
    kept = Kept(BUILDS[name])
    keys = list(
        Organisation.objects.filter(memberships__isnull=False).order_by("pk").values_list("pk", flat=True)
    )
    seen = set()
    for role in Membership.Role.values:
        for organisations in (keys, keys[:1], keys[1:], []):
            rows = list(kept(organisations=organisations, role=role))
            assert rows == list(BUILDS[name](organisations, role))
            seen.add(len(rows))
    assert len(seen) > 2


def test_values_are_never_part_of_the_statement(cast: Cast) -> None:
    kept = Kept(lambda name: User.objects.filter(name=name))
    assert not list(kept(name="' OR true --"))
    assert not list(kept(name="%s"))


def test_related_rows_come_along_each_time(cast: Cast) -> None:
    kept = Kept(
        lambda pk: Organisation.objects.filter(pk=pk).prefetch_related(
            Prefetch("memberships", Membership.objects.select_related("user"))
        )
    )
    for name in ("porvoo", "loviisa"):
        organisation = kept.one(pk=cast.organisations[name].pk)
        assert organisation
        with CaptureQueriesContext(connection) as asked:
            people = {row.user.name for row in organisation.memberships.all()}
        assert people == {row.user.name for row in Membership.objects.filter(organisation=organisation)}
        assert not asked
    assert kept.one(pk=0) is None


def test_two_answers_of_it_do_not_know_of_each_other(cast: Cast) -> None:
    kept = Kept(lambda pk: User.objects.filter(pk=pk))
    one, other = cast["porvoo editor"], cast["county editor"]
    first, second = kept(pk=one.pk), kept(pk=other.pk)
    assert list(second) == [other]
    assert list(first) == [one]


def test_each_thread_asks_over_its_own_connection(fresh_database: str) -> None:
    kept = Kept(lambda code: Organisation.objects.filter(kind="municipality", code=code))
    found = [*kept(code="638")]

    def ask() -> None:
        found.extend(kept(code="434"))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert [each.code for each in found] == ["638", "434"]
