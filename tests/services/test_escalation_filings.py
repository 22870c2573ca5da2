"""Very many reports from bad lines: a third of the answers never arrive, people tap twice, and some write identity codes."""

from __future__ import annotations

import random
import re
import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from services.models import Aspect, Escalation, EscalationReporter
from tests.cast import Cast
from tests.services.escalated import OURS, REPORTER, THEIRS

FILE = "/ei-toimi/ilmoita/"
CODE = "131052-308T"
AT_ONCE = 3


def filed(client: Client, form: dict[str, str], line: random.Random) -> int:
    """Sent until an answer arrives: each time tapped once or twice, and a third of the answers are cut. The last status."""
    while True:
        for _tap in range(line.choice((1, 1, 2))):
            status = client.post(FILE, form).status_code
        if line.random() > 1 / 3:
            return status


@pytest.mark.slow
def test_nothing_is_lost_nothing_doubled_and_no_identity_code_is_stored(
    fresh_cast: Cast, *, is_long: bool
) -> None:
    aspects = list(
        Aspect.objects.filter(interface__map=fresh_cast.maps["porvoo"], interface__live__isnull=False)
    )
    each = (10_000 if is_long else 150) // AT_ONCE
    keys: list[str] = []
    problems: list[str] = []

    def work(name: str) -> None:
        line, client = random.Random(name), fresh_cast.client(name)  # noqa: S311
        try:
            for number in range(each):
                aspect = line.choice(aspects)
                key = str(uuid4())
                form = {
                    "yhdyspinta": str(aspect.interface_id),
                    "nakokulma": str(aspect.number),
                    "key": key,
                    "text": f"Ei tule perille, kerta {number}.",
                    "effect": "delayed",
                    "frequency": "often",
                    "urgency": "normal",
                    "is_nameless": "yes",
                    "go": "send",
                }
                if number % 7 == 0:
                    assert filed(client, form | {"text": f"Lapsi {CODE} ei tule."}, line) == 422
                assert filed(client, form, line) == 302
                keys.append(key)
        except Exception as problem:  # it belongs to the thread that waits
            problems.append(f"{name}: {problem!r}")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in (REPORTER, OURS, THEIRS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(keys) == AT_ONCE * each
    assert sorted(str(key) for key in Escalation.objects.values_list("key", flat=True)) == sorted(keys)
    assert EscalationReporter.objects.count() == len(keys)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(row_to_json(e)::text, '') FROM services_escalation e UNION ALL "
            "SELECT string_agg(row_to_json(e)::text, '') FROM collaboration_event e UNION ALL "
            "SELECT string_agg(row_to_json(m)::text, '') FROM collaboration_matter m UNION ALL "
            "SELECT string_agg(session_data, '') FROM django_session"
        )
        kept = "".join(text or "" for (text,) in cursor.fetchall())
    assert not re.search(CODE, kept)
