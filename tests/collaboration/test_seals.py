"""Seals: committed events are covered, and one altered byte is found."""

import threading
from io import StringIO

import psycopg2  # type: ignore[import-untyped]
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from collaboration import seals, tasks
from collaboration.models import Event, Seal
from tests.factories.collaboration import ChangeFactory, EventFactory, OrganisationFactory
from yhdyspinta.embedded import postgres

UNGUARDED = "ALTER TABLE {table} DISABLE TRIGGER ALL; {statement}; ALTER TABLE {table} ENABLE TRIGGER ALL"


def as_owner(url: str, statement: str, table: str = "collaboration_event") -> None:
    """What only who owns the tables can do: take the trigger away, change, put it back."""
    postgres.run_sql(url, UNGUARDED.format(table=table, statement=statement))


def verified(*arguments: str) -> str:
    """What the command says; it raises CommandError when something does not fit."""
    out = StringIO()
    call_command("verify_events", *arguments, stdout=out)
    return out.getvalue()


def make_events(count: int) -> list[int]:
    """So many events; their numbers."""
    place = OrganisationFactory.create()
    return [EventFactory.create(subject=place, note="merkintä").pk for _turn in range(count)]


@pytest.mark.django_db
def test_everything_is_sealed_in_batches_that_hold_on_to_each_other() -> None:
    numbers = make_events(5)
    assert seals.seal_events(batch=2) == 5
    assert seals.seal_events() == 0
    first, second, third = Seal.objects.all()
    assert [(seal.first_event, seal.last_event, seal.events) for seal in (first, second, third)] == [
        (numbers[0], numbers[1], 2),
        (numbers[2], numbers[3], 2),
        (numbers[4], numbers[4], 1),
    ]
    assert (first.previous, second.previous, third.previous) == ("", first.root, second.root)
    assert third.root in verified("--root", first.root)
    make_events(1)
    assert "wait for their seal: 1" in verified()
    tasks.seal_events()
    assert "wait for their seal: 0" in verified()


@pytest.mark.django_db
def test_without_events_there_is_nothing_to_seal() -> None:
    out = StringIO()
    call_command("seal_events", stdout=out)
    assert out.getvalue() == "sealed events: 0\n"
    assert "0 seals hold" in verified()


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE collaboration_event SET note = 'merkintÄ' WHERE id = {second}", "has been altered"),
        ("UPDATE collaboration_event SET at = at + interval '1 us' WHERE id = {second}", "has been altered"),
        ("UPDATE collaboration_event SET actor_id = NULL, verb = verb || ' ' WHERE id = {second}", "altered"),
        ("DELETE FROM collaboration_event WHERE id = {second}", "made over 3 events, and there are 2 now"),
    ],
)
def test_one_altered_byte_is_found(fresh_database: str, statement: str, sentence: str) -> None:
    numbers = make_events(3)
    seals.seal_events()
    make_events(2)
    seals.seal_events()
    as_owner(fresh_database, statement.format(second=numbers[1]))
    with pytest.raises(CommandError, match=sentence) as found:
        verified()
    assert f"(events {numbers[0]} to {numbers[2]})" in str(found.value)
    assert str(found.value).count("\n") == 0, "the later seal still fits"


def test_an_event_slipped_in_among_sealed_ones_is_found(fresh_database: str) -> None:
    with transaction.atomic():
        first = make_events(1)[0]
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval('collaboration_event_id_seq', %s)", [first + 10])
        make_events(1)
    seals.seal_events()
    original = Event.objects.get(pk=first)
    EventFactory.create(pk=first + 5, subject=original.subject)
    with pytest.raises(CommandError, match="made over 2 events, and there are 3 now"):
        verified()


def test_a_rewritten_or_removed_seal_is_found(fresh_database: str) -> None:
    for _turn in range(3):
        make_events(2)
        seals.seal_events()
    first, second, last = Seal.objects.all()
    as_owner(
        fresh_database,
        f"UPDATE collaboration_seal SET root = 'x' WHERE id = {first.pk}",
        "collaboration_seal",
    )
    with pytest.raises(
        CommandError, match=f"Seal {first.pk} .*altered(.|\n)*Seal {second.pk} .*does not hold on"
    ):
        verified()
    as_owner(
        fresh_database,
        f"UPDATE collaboration_seal SET root = '{first.root}' WHERE id = {first.pk}",
        "collaboration_seal",
    )
    verified("--root", last.root)
    as_owner(fresh_database, f"DELETE FROM collaboration_seal WHERE id = {last.pk}", "collaboration_seal")
    verified()
    with pytest.raises(CommandError, match="seals have been removed"):
        verified("--root", last.root)


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", ["collaboration_event", "collaboration_seal", "collaboration_change"])
def test_the_trigger_refuses_even_the_owner(change: str, table: str) -> None:
    make_events(1)
    ChangeFactory.create()
    seals.seal_events()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # checks that wait would refuse a TRUNCATE first
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))


def test_a_lower_number_that_commits_later_is_never_left_out(fresh_database: str) -> None:
    """One transaction holds number 1 open while number 2 commits: nothing is sealed over the hole."""
    place = OrganisationFactory.create()
    slow = psycopg2.connect(fresh_database)
    with slow.cursor() as cursor:
        cursor.execute(
            "INSERT INTO collaboration_event (verb, subject_type_id, subject_id, note, digest, at)"
            " SELECT 'slow', id, %s, '', '', now() FROM django_content_type WHERE model = 'organisation'"
            " RETURNING id",
            [place.pk],
        )
        [lower] = cursor.fetchone()
    higher = EventFactory.create(subject=place).pk
    assert lower < higher
    assert seals.seal_events(patience=0.1) == 0
    assert not Seal.objects.exists()

    sealing = threading.Thread(target=_seal_in_a_thread)
    sealing.start()
    slow.commit()
    sealing.join()
    slow.close()
    seal = Seal.objects.get()
    assert (seal.first_event, seal.last_event, seal.events) == (lower, higher, 2)
    verified()


def _seal_in_a_thread() -> None:
    seals.seal_events(patience=30)
    connection.close()


def test_two_that_seal_at_once_and_people_who_write_meanwhile_never_lose_an_event(
    fresh_database: str,
) -> None:
    place = OrganisationFactory.create()
    kind = Event(subject=place).subject_type_id
    stop = threading.Event()

    def write() -> None:
        for _turn in range(60):
            with transaction.atomic():
                Event.objects.create(verb="a", subject_type_id=kind, subject_id=place.pk)
                Event.objects.create(verb="b", subject_type_id=kind, subject_id=place.pk)
        connection.close()

    def seal() -> None:
        while not stop.is_set():
            seals.seal_events(batch=7)
        connection.close()

    writing = [threading.Thread(target=write) for _person in range(4)]
    sealing = [threading.Thread(target=seal) for _clock in range(2)]
    for thread in writing + sealing:
        thread.start()
    for thread in writing:
        thread.join()
    stop.set()
    for thread in sealing:
        thread.join()
    seals.seal_events()
    assert "wait for their seal: 0" in verified()
    assert sum(Seal.objects.values_list("events", flat=True)) == Event.objects.count() == 480
