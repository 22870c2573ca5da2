"""Which letters go now, found and claimed in three statements however many people are told of however much.

A letter is what one person is told at one time. What is fresh waits until its first row has waited `MAIL_GATHERED`, and
goes together; so nobody gets two mails of one subject within that time, nor two of one act. A letter that failed keeps its
rows and is tried again as it is. A digest is what is unsent of the day before, in the morning of a working day; whatever
else the person has to be told then goes with it.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from collaboration import verbs, working_days
from collaboration.models.queued import Queued

MOST = 500
"""People whose letters one sender claims at once."""

LOCK = 7_305_883_912
"""The advisory lock of whoever claims: a person's rows are never divided between two who look at the same moment."""

UNSENT = "n.mailed_at IS NULL AND n.given_up_at IS NULL AND n.dropped_at IS NULL AND n.read_at IS NULL"

PENDING = f"""
told (verb, category, sent) AS (
    SELECT * FROM unnest(%(verbs)s::text[], %(categories)s::text[], %(sents)s::text[])
), pending AS (
    SELECT n.id, n.recipient_id, n.tries, n.letter, n.due_at, n.is_urgent,
        coalesce(chosen.sent, told.sent, 'at_once') AS sent
    FROM collaboration_notification n
    JOIN collaboration_event e ON e.id = n.event_id
    LEFT JOIN told ON told.verb = e.verb
    LEFT JOIN collaboration_mailpreference chosen
        ON chosen.user_id = n.recipient_id AND chosen.category = told.category
    WHERE {UNSENT}
)"""  # noqa: S608 nothing but this module's own words

DUE = f"""{PENDING}, due AS (
    SELECT id, recipient_id, tries, letter, is_daily, bool_or(is_daily OR due_at <= %(now)s) OVER fellows AS is_ripe
    FROM (
        SELECT *, sent = 'daily' AND NOT is_urgent AS is_daily FROM pending
        WHERE sent <> 'off' AND (is_urgent OR %(is_office)s)
    ) wanted
    WHERE CASE WHEN tries > 0 THEN due_at <= %(now)s WHEN is_daily THEN due_at <= %(morning)s ELSE true END
    WINDOW fellows AS (PARTITION BY recipient_id, tries > 0)
)"""  # noqa: S608

DROP = f"""
WITH {PENDING}, unwanted AS (
    SELECT n.id FROM collaboration_notification n JOIN pending USING (id)
    WHERE pending.sent = 'off' AND {UNSENT} ORDER BY n.id FOR UPDATE OF n SKIP LOCKED
)
UPDATE collaboration_notification n SET dropped_at = %(now)s FROM unwanted WHERE unwanted.id = n.id
"""  # noqa: S608

CLAIM = f"""
WITH {DUE}, people AS (
    SELECT recipient_id FROM due WHERE is_ripe GROUP BY recipient_id ORDER BY min(id) LIMIT %(most)s
), free AS (
    SELECT n.id FROM collaboration_notification n JOIN due USING (id) JOIN people ON people.recipient_id = n.recipient_id
    WHERE due.is_ripe AND {UNSENT} ORDER BY n.id FOR UPDATE OF n SKIP LOCKED
), taken AS (
    SELECT id, is_daily, CASE WHEN tries > 0 THEN letter ELSE min(id) OVER fellows END AS letter
    FROM due JOIN free USING (id) WINDOW fellows AS (PARTITION BY recipient_id, tries > 0)
)
UPDATE collaboration_notification n SET tries = n.tries + 1, due_at = %(until)s, letter = taken.letter
FROM taken WHERE taken.id = n.id
RETURNING n.id, n.letter, taken.is_daily
"""  # noqa: S608

COUNT = f"""
WITH {DUE}
SELECT count(*) FROM pending WHERE tries > 0 OR id IN (SELECT id FROM due WHERE is_ripe)
"""  # noqa: S608


@dataclass(frozen=True)
class Claimed:
    """A letter that this sender has: its number, whether it is a digest, and its rows."""

    number: int
    is_daily: bool
    rows: list[int]


@transaction.atomic
def claim(now: datetime.datetime) -> list[Claimed]:
    """Claim the letters that go now, the oldest first. What people want no mail of is dropped.

    A row that somebody reads or answers at this very moment is left to them.
    """
    asked = _asked(now)
    letters: dict[int, dict[int, bool]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(DROP, asked)
        cursor.execute(CLAIM, {**asked, "until": now + Queued.LEASE, "most": MOST})
        for row, letter, is_daily in cursor.fetchall():
            letters[letter][row] = is_daily
    return [Claimed(each, all(rows.values()), sorted(rows)) for each, rows in sorted(letters.items())]


def waiting(now: datetime.datetime) -> int:
    """How many notifications should have been mailed by now, with those that are tried again later."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, _asked(now))
        [count] = cursor.fetchone()
    return int(count)


def _asked(now: datetime.datetime) -> dict[str, Any]:
    """What the statements are told: the verbs that apps have registered, and what time it is in offices."""
    told = list(verbs.registered().values())
    categories = verbs.categories()
    sents = [
        str(categories[verb.category].sent) if verb.category in categories else verbs.Sent.AT_ONCE.value
        for verb in told
    ]
    return {
        "now": now,
        "verbs": [verb.name for verb in told],
        "categories": [verb.category for verb in told],
        "sents": sents,
        "is_office": not settings.MAIL_OFFICE_HOURS or working_days.office_hours(now),
        "morning": _morning(now),
    }


def _morning(now: datetime.datetime) -> datetime.datetime:
    """When offices opened last: what was told before belongs into the digest."""
    local = now.astimezone(working_days.HELSINKI)
    day = local.date() - datetime.timedelta(days=local.time() < working_days.OPENS)
    return datetime.datetime.combine(day, working_days.OPENS, working_days.HELSINKI)
