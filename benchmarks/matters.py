"""What a list of matters costs as matters grow: p95 of four people's pages with few and with many, in one run.

`python benchmarks/matters.py [--few 10000] [--many 500000] [--requests 60]` starts a PostgreSQL of its own, makes forums in
each county and loads matters by COPY. Goal: with many at most 1.3 times as long as with few, for someone who sits in one
forum, for a county's coordinator, for a national coordinator and for someone who sees three matters among all.
It has been run on busy cores only.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from yhdyspinta.embedded import postgres
from yhdyspinta.embedded.process import free_port

DATABASE_PORT = free_port()
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "yhdyspinta.settings",
    "YHDYSPINTA_DEMO": "1",
    "DATABASE_URL": f"postgresql://portal@127.0.0.1:{DATABASE_PORT}/portal",
}
django.setup()

from django.core.management import call_command  # noqa: E402 Django must be set up first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from collaboration.models import Area, Forum, ForumSeat, Organisation, User  # noqa: E402

FORUMS_OF_A_COUNTY = 14
PAGES = ("/asiat/", "/asiat/?state=all", "/asiat/?state=late", "/asiat/?state=waiting", "/")
COLUMNS = (
    "forum_id, kind, title, text, proposal, raised_by_id, raised_for_id, raised_at, status, status_at, seq, next_step, "
    "next_step_on, unchecked_reason, outcome, decision, decided_on, section, case_number, minutes, publicity, "
    "secrecy_basis, handled_reason, answer, answered_at, answered_by_id, sent"
)
STATES = ("raised", "accepted", "prepared", "ready", "noted", "answered", "answered", "answered", "withdrawn")


def make_forums() -> tuple[list[Forum], dict[str, User]]:
    """Forums of every county, and four people: in one forum, in all of a county, in one of each, and in none."""
    people = {
        name: User.objects.create(email=f"{name}@bench.example", name=name)
        for name in ("ordinary", "county", "national", "sparse", "others")
    }
    forums = []
    areas = list(Area.objects.filter(kind=Area.Kind.WELLBEING_SERVICES_COUNTY).select_related("organisation"))
    for place, area in enumerate(areas):
        by = area.organisation or Organisation.objects.order_by("pk")[0]
        for nth in range(FORUMS_OF_A_COUNTY):
            forum = Forum.objects.create(
                kind="lape" if nth == 0 else "sector_network",
                level="management" if nth == 0 else "expert",
                name_fi=f"Foorumi {place}-{nth}",
                area=area,
                coordinated_by=by,
            )
            forums.append(forum)
            seats = [("ordinary", "member")] if (place, nth) == (0, 1) else []
            seats += [("county", "coordinator")] if place == 0 else []
            seats += [("national", "observer")] if nth == 0 else []
            ForumSeat.objects.bulk_create(
                ForumSeat(forum=forum, user=people[name], organisation=by, role=role, represents="other")
                for name, role in seats
            )
    return forums, people


def load(forums: list[Forum], people: dict[str, User], count: int) -> None:
    """Matters by COPY: spread over all forums, a third of them still open; three are the sparse person's own."""
    chance = random.Random(7)  # noqa: S311 no secret
    file = io.StringIO()
    for nth in range(count):
        forum = chance.choice(forums)
        status = chance.choice(STATES)
        by = people["sparse"] if nth in {10, count // 2, count - 10} else people["others"]
        day = f"2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        answer = (
            ("Näin tehdään.", f"{day} 12:00+02", str(by.pk)) if status == "answered" else ("", r"\N", r"\N")
        )
        row = [
            *(str(forum.pk), "question", f"Asia {nth} tiedonkulusta", "Lomake jää kotiin.", "", str(by.pk)),
            *(str(forum.coordinated_by_id), f"{day} 09:00+02", status, f"{day} 10:00+02", "1", "Kokous"),
            *("2026-12-20", "", "", "", r"\N", "", "", "", "draft", "", "", *answer, "{}"),
        ]
        file.write("\t".join(row) + "\n")
    file.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY collaboration_matter ({COLUMNS}) FROM STDIN", file)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE collaboration_matter")


def measured(people: dict[str, User], requests: int) -> dict[tuple[str, str], float]:
    """By person and page the p95 in milliseconds."""
    found = {}
    for name in ("ordinary", "county", "national", "sparse"):
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(people[name])
        for page in PAGES:
            for _warm in range(3):
                client.get(page)
            answer = client.get(page)
            if answer.status_code != 200:
                raise SystemExit(f"{page}: {answer.status_code}")
            times = []
            for _nth in range(requests):
                began = time.perf_counter()
                client.get(page)
                times.append((time.perf_counter() - began) * 1000)
            found[name, page] = quantiles(times, n=20)[-1]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=500_000)
    parser.add_argument("--requests", type=int, default=60)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = postgres.start(
            Path(folder) / "data", log=Path(folder) / "log", port=DATABASE_PORT, durable=False
        )
        try:
            postgres.create_database(database, "portal")
            call_command("migrate", verbosity=0)
            call_command("load_reference", verbosity=0)
            forums, people = make_forums()
            load(forums, people, wish.few)
            few = measured(people, wish.requests)
            load(forums, people, wish.many - wish.few)
            many = measured(people, wish.requests)
        finally:
            database.stop()
    print(f"{'who':10} {'page':26} {'few':>8} {'many':>8} {'times':>6}")
    for (name, page), slow in many.items():
        quick = few[name, page]
        print(f"{name:10} {page:26} {quick:8.1f} {slow:8.1f} {slow / quick:6.2f}")


if __name__ == "__main__":
    main()
