"""Writing down what happened: events, changes and notifications, in the caller's own transaction."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.audience import Told
from collaboration.bell import ring_for
from collaboration.models import Change, Event, Notification, User


@dataclass(frozen=True)
class Record:
    """One event to be written, and who is told of it: everyone of `recipients` but the one who acted.

    With `is_nameless` the event does not tell who that was: they have a right not to be named to the others who read it.
    Of what may happen once only, `key` says what it is: the database refuses a second event with the same. `answers` are
    the verbs that asked for this: what people were told under them is no news any more. The mail of what is urgent goes at once,
    also in the night, unless the person wants no mail of its category.
    """

    verb: str
    subject: Any
    by: User | None
    note: str = ""
    digest: str = ""
    key: str | None = None
    change: Change | None = None
    at: datetime.datetime | None = None
    recipients: models.QuerySet[User] | None = None
    answers: tuple[str, ...] = ()
    is_nameless: bool = False
    is_urgent: bool = False


def record(verb: str, subject: models.Model, *, by: User | None, **said: Any) -> Event:
    """Write one event and a notification for each recipient; `said` is what a `Record` says else."""
    return record_many([Record(verb, subject, by, **said)])[0]


def record_many(records: Sequence[Record], told: Told | None = None) -> list[Event]:
    """Write the events and tell of them: two statements, however many they are and whoever is told; two for what they answer.

    `told`: the same people are told of each, of very many too.
    """
    events = [
        Event(
            verb=each.verb,
            subject=each.subject,
            actor=None if each.is_nameless else each.by,
            note=each.note,
            digest=each.digest,
            key=each.key,
            change=each.change,
            at=each.at or timezone.now(),
        )
        for each in records
    ]
    Event.objects.bulk_create(events)
    asked: dict[tuple[str, ...], list[models.Model]] = {}
    for each in records:
        if each.answers:
            asked.setdefault(each.answers, []).append(each.subject)
    for answered, rows in asked.items():
        answer(answered, rows, events[0].at)
    if told is None:
        _tell(list(zip(events, records, strict=True)))
    elif records:
        _tell_alike(list(zip(events, records, strict=True)), told)
    return events


TELL = """
INSERT INTO collaboration_notification (event_id, recipient_id, created_at, tries, due_at, is_urgent)
SELECT told.event, told.person, %s, 0, told.due, told.is_urgent FROM ({people}) told (event, due, is_urgent, person)
ORDER BY told.event, told.person
"""


TELL_ALIKE = """
INSERT INTO collaboration_notification (event_id, recipient_id, created_at, tries, due_at, is_urgent)
SELECT DISTINCT told.event, person.id, %s::timestamptz, 0, told.due, told.is_urgent
FROM ({people}) reader (subject, person)
JOIN unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::boolean[]) told (event, subject, due, is_urgent)
    ON told.subject = reader.subject
JOIN collaboration_user person ON person.id = reader.person AND person.is_active
ORDER BY told.event, person.id
"""


def _tell_alike(told: list[tuple[Event, Record]], people: Told) -> None:
    """The same in one statement that grows with neither; nobody has acted."""
    sql, params = people.of([event.subject_id for event, _said in told]).query.sql_with_params()
    values: list[Any] = [
        [event.pk for event, _said in told],
        [event.subject_id for event, _said in told],
        [_due(event, said) for event, said in told],
        [said.is_urgent for _event, said in told],
    ]
    with connection.cursor() as cursor:
        cursor.execute(TELL_ALIKE.format(people=sql), [told[0][0].at, *params, *values])


def _due(event: Event, said: Record) -> datetime.datetime:
    """When its mail goes at the earliest."""
    return event.at if said.is_urgent else event.at + settings.MAIL_GATHERED


def _tell(told: list[tuple[Event, Record]]) -> None:
    """Notify whoever of the recipients can sign in."""
    selects, values = [], []
    for event, said in told:
        if said.recipients is None:
            continue
        people = said.recipients.filter(is_active=True).exclude(pk__in=[said.by.pk] if said.by else [])
        try:
            sql, params = people.order_by().values("pk").distinct().query.sql_with_params()
        except EmptyResultSet:
            continue
        due = _due(event, said)
        selects.append(f"SELECT %s::bigint, %s::timestamptz, %s::boolean, person.id FROM ({sql}) person (id)")  # noqa: S608 Django's own SQL
        values += [event.pk, due, said.is_urgent, *params]
    if selects:
        with connection.cursor() as cursor:
            cursor.execute(TELL.format(people=" UNION ALL ".join(selects)), [told[0][0].at, *values])


def answer(
    told: Iterable[str],
    rows: Iterable[models.Model],
    at: datetime.datetime,
    people: models.QuerySet[User] | None = None,
) -> None:
    """What these verbs asked for about the rows has been done: nobody, or none of the people, has it as news or gets a mail.

    Two statements for each model at most.
    """
    of_models: dict[ContentType, list[int]] = {}
    for row in rows:
        of_models.setdefault(ContentType.objects.get_for_model(row), []).append(row.pk)
    asked = Notification.objects.filter(event__verb__in=list(told))
    for model, numbers in of_models.items():
        answered = asked.filter(event__subject_type=model, event__subject_id__in=numbers)
        (answered if people is None else answered.filter(recipient__in=people)).mark_read(at)


def happened(key: str) -> Event | None:
    """The event that has this key, when it has happened already."""
    return Event.objects.filter(key=key).first()


def happened_of(keys: set[str]) -> set[str]:
    """Those of the keys that an event has already."""
    return set(Event.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()  # type: ignore[arg-type]


def latest_change(log: models.Model, subject: models.Model, property_name: str) -> Change | None:
    """The newest change of the property, or None while it is as it was made."""
    return changes_of_property(log, subject, property_name).select_related("cause").first()


def changes_of_property(
    log: models.Model, subject: models.Model, property_name: str, also: models.Q | None = None
) -> models.QuerySet[Change]:
    """The property's changes, the newest first; `also` those that write the same under another name."""
    own = models.Q(
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        property=property_name,
    )
    return _changes_of(log).filter(own | also if also else own).select_related("actor").order_by("-seq")


def value_at(log: models.Model, subject: models.Model, property_name: str, version: int) -> Any:
    """The property's value at the number, as the first change after it tells."""
    later = changes_of_property(log, subject, property_name).filter(seq__gt=version)
    return later.order_by("seq").values_list("from_value", flat=True).first()


def changes_by(log: models.Model, person: User, since: datetime.datetime) -> models.QuerySet[Change]:
    """What the person has changed since then, in order; not what another change brought about."""
    return _changes_of(log).filter(actor=person, at__gte=since, cause__isnull=True).order_by("seq")


class IdUsed(Exception):
    """The id belongs to something else: another person's, or another wish. Nothing was done under it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This was not saved: its id has been used for another change already. Save it once more under a new one."
            )
        )


def change_with_id(log: models.Model, op_id: UUID, by: User, request_digest: str) -> Change | None:
    """The change that the client's id already made, when the same request comes twice. Raises IdUsed of any other."""
    found = _changes_of(log).filter(op_id=op_id).first()
    if found and (found.actor_id, found.request_digest) != (by.pk, request_digest):
        raise IdUsed
    return found


def _changes_of(log: models.Model) -> models.QuerySet[Change]:
    return Change.objects.filter(log_type=ContentType.objects.get_for_model(log), log_id=log.pk)


def record_change(
    log: models.Model,
    seq: int,
    op_id: UUID,
    subject: models.Model,
    property_name: str,
    from_value: Any,
    to_value: Any,
    *,
    by: User,
    request_digest: str = "",
    sent: Any = None,
    undoes: Change | None = None,
    cause: Change | None = None,
) -> Change:
    """Write one change under the log's next number, and the event that keeps its digest."""
    change = Change.objects.create(
        log=log,
        seq=seq,
        op_id=op_id,
        subject=subject,
        property=property_name,
        from_value=from_value,
        to_value=to_value,
        sent_value=sent,
        request_digest=request_digest,
        undoes=undoes,
        cause=cause,
        actor=by,
    )
    record(f"{property_name}.changed", subject, by=by, digest=change.digest(), change=change)
    transaction.on_commit(partial(ring_for, log), robust=True)  # the change is written, whatever fails now
    return change


def announce(log: models.Model) -> None:
    """Raise the number of the log's news, and tell after the commit: what happened around it does not change its content."""
    type(log)._default_manager.filter(pk=log.pk).update(news_seq=models.F("news_seq") + 1)
    transaction.on_commit(partial(ring_for, log, news=True), robust=True)


def record_changes(changes: list[Change]) -> None:
    """Write many changes that one act has brought about, each with its event: two statements."""
    Change.objects.bulk_create(changes)
    record_many(
        [
            Record(f"{each.property}.changed", each.subject, each.actor, digest=each.digest(), change=each)
            for each in changes
        ]
    )
    logs: dict[tuple[int, int], Any] = {(change.log_type_id, change.log_id): change.log for change in changes}
    for log in logs.values():
        transaction.on_commit(partial(ring_for, log), robust=True)
