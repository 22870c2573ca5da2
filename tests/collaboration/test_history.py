"""What happened can be rewritten by nobody who works with the application's role, and unseen by nobody at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import psycopg2  # type: ignore[import-untyped]
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from collaboration import seals
from collaboration.models import Change, Event
from collaboration.ops.undo import redo, undo
from services.models import Approval, ApprovalRound, AskedRating, InterfaceMap, MapVersion, Rating
from services.workflows.edits import MAP
from services.workflows.ratings import open_round, rate
from tests.cast import Cast
from tests.services.ops import add_rows, edit, first_aspect, follow, make_base_map, values_for
from tests.services.rounds import published
from yhdyspinta.embedded import postgres

ROLE = "history_app"


def verified() -> str:
    """What the command says; it raises CommandError when something does not fit."""
    out = StringIO()
    call_command("verify_events", stdout=out)
    return out.getvalue()


def as_owner(url: str, table: str, statement: str) -> None:
    """What only who owns the table can do: take the triggers away, change, put them back."""
    postgres.run_sql(
        url, f"ALTER TABLE {table} DISABLE TRIGGER ALL; {statement}; ALTER TABLE {table} ENABLE TRIGGER ALL"
    )


def with_history(cast: Cast) -> InterfaceMap:
    """A map with changes of many kinds, a version that every party approved, and ratings of one aspect shown."""
    on = cast.maps["porvoo"]
    aspect = first_aspect(on)
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Yhdessä.")
    published(cast, on)
    rating_round = open_round(on, by=cast["porvoo editor"])
    parties = {party.organisation_id: party for party in on.parties.all()}
    for name, place in (("porvoo editor", "porvoo"), ("county editor", "county")):
        party = parties[cast.organisations[place].pk]
        rate(rating_round, aspect, party, 3, "Syy.", by=cast[name])
    return on


FOREVER = (Change, Event, Approval, ApprovalRound, MapVersion, AskedRating, Rating)
REWRITES = {
    Change: "to_value = '\"x\"'",
    Event: "note = 'x'",
    Approval: "approver_id = approver_id",
    ApprovalRound: "digest = 'x'",
    MapVersion: "content = '{}'",
    AskedRating: "party_id = party_id",
    Rating: "value = 5",
}


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        yield


def test_nothing_of_history_is_changed_removed_or_emptied(cast: Cast) -> None:
    with_history(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # checks that wait would refuse a TRUNCATE first
        for model in FOREVER:
            table, only = model._meta.db_table, "revealed_at IS NOT NULL" if model is Rating else "true"
            assert model._base_manager.exists(), model
            with refused():
                cursor.execute(f"UPDATE {table} SET {REWRITES[model]} WHERE {only}")
            with refused():
                cursor.execute(f"DELETE FROM {table} WHERE {only}")
            with refused():
                cursor.execute(f"TRUNCATE {table} CASCADE")


def test_a_rating_changes_until_it_is_shown_and_a_version_is_withdrawn(cast: Cast) -> None:
    on = with_history(cast)
    version = MapVersion.objects.get(map=on)
    MapVersion.objects.filter(pk=version.pk).update(status="replaced")
    aspect = first_aspect(on, 2)
    party = on.parties.get(organisation=cast.organisations["porvoo"])
    rating_round = on.rating_rounds.get()
    for value in (2, 4):
        rate(rating_round, aspect, party, value, "", by=cast["porvoo editor"])
    assert Rating.objects.get(aspect=aspect).value == 4


def test_the_applications_role_may_only_read_and_add(fresh_cast: Cast, fresh_database: str) -> None:
    with_history(fresh_cast)
    postgres.run_sql(fresh_database, f"CREATE ROLE {ROLE} LOGIN PASSWORD 'x'")
    try:
        call_command("grant_rights", ROLE, stdout=StringIO())
        for model in FOREVER:
            table = model._meta.db_table
            for statement in (
                f"UPDATE {table} SET {REWRITES[model]}",
                f"DELETE FROM {table}",
                f"TRUNCATE {table}",
            ):
                with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                    postgres.run_sql(fresh_database, f"SET ROLE {ROLE}; {statement}")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            postgres.run_sql(
                fresh_database, f"SET ROLE {ROLE}; ALTER TABLE collaboration_change DISABLE TRIGGER ALL"
            )
    finally:
        postgres.run_sql(fresh_database, f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


def test_changes_of_every_kind_are_what_their_events_say(cast: Cast) -> None:
    on, me = cast.maps["porvoo"], cast["porvoo editor"]
    base = f"aspect:{first_aspect(make_base_map(cast)).pk}"
    follow(cast, "porvoo", "loviisa")
    edit(cast["county editor"], cast.maps["base"], base, "shared_fi", "Seuraavat tätä.")
    rows = add_rows(me, on)
    for place in (0.5, 999_999.0, 3.0, 1.5e-7):
        edit(me, on, rows["step"], "place", place)
    for (kind, name), values in values_for(cast, on).items():
        if kind in rows and name != "archived":
            edit(me, on, rows[kind], name, values[0])
    undo(MAP, me, on.pk, "5f0c0a34-7a2c-4f0c-9a55-111111111111")  # type: ignore[arg-type]
    redo(MAP, me, on.pk, "5f0c0a34-7a2c-4f0c-9a55-222222222222")  # type: ignore[arg-type]
    assert Change.objects.count() > 30
    assert f"Every change is what its event tells: {Change.objects.count()}." in verified()


@pytest.mark.parametrize(
    "rewrite",
    [
        "to_value = '\"Toisin.\"'",
        "from_value = '\"Toisin.\"'",
        "sent_value = '\"Toisin.\"'",
        "seq = 900",
        "log_id = log_id + 1",
        "subject_id = subject_id + 1",
        "property = 'shared_sv'",
        "actor_id = (SELECT max(id) FROM collaboration_user)",
        "at = at + interval '1 us'",
        "op_id = gen_random_uuid()",
        "request_digest = ''",
    ],
)
def test_a_change_that_its_owner_rewrites_is_found(
    fresh_cast: Cast, fresh_database: str, rewrite: str
) -> None:
    cast = fresh_cast
    on = cast.maps["porvoo"]
    for text in ("Ensin.", "Sitten.", "Lopuksi."):
        edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", text)
    second = Change.objects.get(log_id=on.pk, seq=2)
    verified()
    as_owner(
        fresh_database,
        "collaboration_change",
        f"UPDATE collaboration_change SET {rewrite} WHERE id = {second.pk}",
    )
    with pytest.raises(CommandError, match=rf"^Change {second.pk} \(.*altered\.$"):
        verified()


def test_a_change_without_event_and_an_event_without_change_are_found(
    fresh_cast: Cast, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "CHANGES", 2)
    cast = fresh_cast
    on = cast.maps["porvoo"]
    for text in ("Ensin.", "Sitten.", "Lopuksi."):
        edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", text)
    first, second, third = Change.objects.order_by("pk")
    copied = [
        field.column for field in Change._meta.concrete_fields[1:] if field.column not in {"seq", "op_id"}
    ]
    columns = ", ".join(map(str, copied))
    postgres.run_sql(
        fresh_database,
        f"INSERT INTO collaboration_change (seq, op_id, {columns})"
        f" SELECT 4, gen_random_uuid(), {columns} FROM collaboration_change WHERE id = {third.pk}",
    )
    as_owner(
        fresh_database, "collaboration_change", f"DELETE FROM collaboration_change WHERE id = {first.pk}"
    )
    with pytest.raises(CommandError) as found:
        verified()
    made = Change.objects.latest("pk").pk
    event = Event.objects.get(change_id=first.pk).pk
    assert str(found.value).splitlines() == [
        f"Change {made} (number 4) has no event: it was not made by the portal.",
        f"Event {event} tells of change {first.pk}, which has been removed.",
    ]
    assert second.digest() == Event.objects.get(change=second).digest


def test_a_sealed_event_does_not_forget_its_change(fresh_cast: Cast, fresh_database: str) -> None:
    cast = fresh_cast
    on = cast.maps["porvoo"]
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", "Nimi")
    seals.seal_events()
    verified()
    as_owner(fresh_database, "collaboration_event", "UPDATE collaboration_event SET change_id = NULL")
    with pytest.raises(CommandError, match="has been altered"):
        verified()


def test_what_is_redacted_leaves_its_trace_and_the_trail_holds(fresh_cast: Cast, fresh_database: str) -> None:
    cast = fresh_cast
    on = cast.maps["porvoo"]
    aspect = f"aspect:{first_aspect(on).pk}"
    edit(cast["porvoo editor"], on, aspect, "shared_fi", "Matti Meikäläisen asia.")
    edit(cast["porvoo editor"], on, aspect, "shared_fi", "Asiakkaan asia.")
    seals.seal_events()
    first, second = Change.objects.order_by("pk")
    with pytest.raises(CommandError, match="no change 999999999"):
        call_command("redact_changes", str(first.pk), "999999999", "--reason", "nimi", stdout=StringIO())
    call_command("redact_changes", str(first.pk), str(second.pk), "--reason", "nimi", stdout=StringIO())
    first.refresh_from_db()
    second.refresh_from_db()
    said = [first.from_value, first.to_value, second.from_value, second.to_value]
    assert said == ["", "▇▇▇", "▇▇▇", "▇▇▇"]
    told = Event.objects.filter(verb="change.redacted").order_by("pk")
    assert [(event.change_id, event.note, event.subject) for event in told] == [
        (change.pk, "nimi", first_aspect(on)) for change in (first, second)
    ]
    verified()
    with refused():
        Change.objects.filter(pk=first.pk).update(to_value="Toisin.")
    undo(MAP, cast["porvoo editor"], on.pk, "5f0c0a34-7a2c-4f0c-9a55-111111111111")  # type: ignore[arg-type]
    seals.seal_events()
    verified()


def test_only_the_owner_redacts(
    fresh_cast: Cast, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = fresh_cast
    on = cast.maps["porvoo"]
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", "Nimi")
    change: Any = Change.objects.get(log_id=on.pk)
    postgres.run_sql(fresh_database, f"CREATE ROLE {ROLE} LOGIN PASSWORD 'x'")
    try:
        call_command("grant_rights", ROLE, stdout=StringIO())
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {ROLE}")
        with pytest.raises(CommandError, match="Only the owner"):
            call_command("redact_changes", str(change.pk), "--reason", "x", stdout=StringIO())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
        postgres.run_sql(fresh_database, f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")
    change.refresh_from_db()
    assert change.to_value == "Nimi"
