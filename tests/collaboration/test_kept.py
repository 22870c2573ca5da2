"""A query that is compiled once gives what the plain one gives, for each of its values."""

from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Prefetch, QuerySet
from django.test.utils import CaptureQueriesContext

from collaboration.kept import Kept
from collaboration.models import Membership, Organisation, User
from services.models import Aspect, Interface, MapService, Party
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


def test_what_belongs_to_many_comes_along_as_django_would_bring_it(cast: Cast) -> None:
    """Rows of a relation to many, of a many-to-many relation, beyond a single row, and beside those others in turn."""

    def build(pks: Any) -> QuerySet[Any]:
        return (
            Interface.objects.filter(pk__any=pks)
            .select_related("map")
            .prefetch_related(
                "map__parties",
                Prefetch("services", MapService.objects.select_related("service").order_by("-pk")),
                Prefetch(
                    "party_rows", Party.objects.prefetch_related("map_party__organisation__memberships")
                ),
            )
            .order_by("pk")
        )

    pks = list(Interface.objects.order_by("pk").values_list("pk", flat=True))
    assert len(pks) > 3
    for some in (pks, pks[:1], []):
        kept, plain = list(Kept(build)(pks=some)), list(build(some))
        with CaptureQueriesContext(connection) as asked:
            told = [told_of(interface) for interface in kept]
        assert told == [told_of(interface) for interface in plain]
        assert not asked, "all of it came along"
    interface = Kept(build).one(pks=pks)
    assert interface
    narrowed = interface.services.filter(archived_at__isnull=True)
    assert set(narrowed) == {row for row in interface.services.all() if row.archived_at is None}


def told_of(interface: Any) -> list[Any]:
    return [
        interface,
        list(interface.map.parties.all()),
        [(place, place.service.name_fi) for place in interface.services.all()],
        [
            (row, row.interface, list(row.map_party.organisation.memberships.all()))
            for row in interface.party_rows.all()
        ],
    ]


def test_each_connection_prepares_it_once_and_forgets_it_with_itself(fresh_database: str) -> None:
    kept = Kept(lambda code: Organisation.objects.filter(kind="municipality", code=code))

    def prepared() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM pg_prepared_statements")
            return {name for (name,) in cursor.fetchall()}

    before = prepared()
    with transaction.atomic():
        assert kept.one(code="638")
        transaction.set_rollback(True)  # what is prepared outlives the transaction
    assert kept.one(code="434")
    assert len(prepared() - before) == 1
    connection.close()
    assert not prepared()
    found = kept.one(code="638")
    assert found
    assert found.code == "638"


@pytest.mark.parametrize("number", [2**15, 2**31, 2**63, 10**30, -(10**30)])
def test_a_number_that_no_column_holds_finds_nothing(cast: Cast, number: int) -> None:
    row = Aspect.objects.order_by("pk")[0]
    kept = Kept(lambda pk, number, pks: Aspect.objects.filter(pk=pk, number=number, pk__any=pks))
    assert kept.one(pk=row.pk, number=row.number, pks=[row.pk]) == row
    assert kept.one(pk=number, number=row.number, pks=[row.pk]) is None
    assert kept.one(pk=row.pk, number=number, pks=[row.pk]) is None
    assert kept.one(pk=row.pk, number=row.number, pks=[number]) is None
    assert kept.one(pk=row.pk, number=row.number, pks=[number, row.pk]) == row


def test_nothing_is_prepared_behind_a_pooler(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    found = Kept(lambda code: Organisation.objects.filter(kind="municipality", code=code)).one(code="638")
    assert found
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == (0,)


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
