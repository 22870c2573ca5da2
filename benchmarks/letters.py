"""How many mails a person gets in a week: a year of 300 organisations replayed, minute by minute, with the real queue.

`python benchmarks/letters.py [--organisations 300] [--daily 0.0]` starts a PostgreSQL of its own, makes six people in each
organisation, lets things happen on a map between each municipality and its county, and lets the clock go round every ten
minutes. Nobody reads anything in the portal, so every notice is mailed: people who look in get less. Goal: a median of at
most 5 mails a person and week. docs/measurements.md has the figures.
"""

from __future__ import annotations

import argparse
import datetime
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median, quantiles

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from yhdyspinta.embedded import postgres
from yhdyspinta.embedded.process import free_port

DATABASE_PORT = free_port()
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "yhdyspinta.settings",
    "YHDYSPINTA_DEMO": "1",
    "DATABASE_URL": f"postgresql://portal@127.0.0.1:{DATABASE_PORT}/portal",
    "MAIL_OFFICE_HOURS": "1",
    "MAIL_GATHER_MINUTES": "10",
}
django.setup()

from django.core.management import call_command  # noqa: E402 Django must be set up first
from django.db.models import QuerySet  # noqa: E402

from collaboration.journal import Record, record_many  # noqa: E402
from collaboration.models import MailPreference, Notification, Organisation, User  # noqa: E402
from collaboration.notices import claiming  # noqa: E402
from collaboration.working_days import HELSINKI, is_working_day  # noqa: E402

FIRST = datetime.date(2027, 1, 1)
PEOPLE_OF_ONE = 6
BEAT = datetime.timedelta(minutes=10)
OF_A_MAP = (
    # verb, how often a year on a map, how many of its twelve people are told, how many follow within the hour
    ("map.made", 1, 12, 0),
    ("map.taken_back", 1, 12, 0),
    ("rating_round.opened", 2, 12, 0),
    ("rating_round.completed", 2, 12, 0),
    ("approval_round.started", 3, 4, 0),
    ("approval_round.returned", 3, 12, 0),
    ("map_version.published", 3, 12, 0),
    ("approval_round.ended", 4, 8, 0),
    ("member.joined", 4, 1, 0),
    ("absence.set", 6, 2, 0),
    ("announcement.made", 4, 8, 0),
    ("matter.raised", 6, 4, 0),
    ("matter.accepted", 6, 1, 0),
    ("matter.received", 2, 4, 0),
    ("matter.decided", 4, 5, 0),
    ("matter.answered", 6, 2, 0),
    ("action.made", 4, 2, 0),
    ("action.asked", 4, 1, 0),
    ("action.done", 4, 3, 0),
    ("comment.made", 12, 3, 3),  # somebody answers within the hour, and again
    ("escalation.filed", 6, 4, 0),
    ("escalation.triaged", 6, 2, 0),
    ("escalation.proposed", 6, 4, 1),
    ("escalation.works", 6, 4, 0),
    ("escalation.climbed", 1, 5, 0),
)
Happens = tuple[datetime.datetime, str, int, int]


def moment(chance: random.Random) -> datetime.datetime:
    """Mostly while offices are open; every tenth in an evening or at a weekend."""
    while True:
        day = FIRST + datetime.timedelta(days=chance.randrange(365))
        if is_working_day(day) or chance.random() < 0.02:
            break
    hour = chance.choice(range(17, 23)) if chance.random() < 0.1 else chance.choice(range(8, 16))
    return datetime.datetime.combine(day, datetime.time(hour, chance.randrange(60)), HELSINKI)


def year_of(maps: int, chance: random.Random) -> list[Happens]:
    """When what happens on which map, and how many are told, in the order of time."""
    happens: list[Happens] = []
    for on in range(maps):
        for verb, times, told, following in OF_A_MAP:
            for _time in range(times):
                begins = moment(chance)
                for _nth in range(following + 1):
                    happens.append((begins, verb, on, told))
                    begins += datetime.timedelta(minutes=chance.randrange(1, 25))
    return sorted(happens)


def people_of(places: list[Organisation]) -> dict[int, list[User]]:
    """Six people in each."""
    people = [
        User(email=f"p{nth}.{place.pk}@kunta.example", name=f"P {nth}", password="!")  # noqa: S106
        for place in places
        for nth in range(PEOPLE_OF_ONE)
    ]
    User.objects.bulk_create(people)
    return {
        place.pk: people[nth * PEOPLE_OF_ONE : (nth + 1) * PEOPLE_OF_ONE] for nth, place in enumerate(places)
    }


def replay(
    happens: list[Happens], told: list[tuple[Organisation, list[int]]], chance: random.Random
) -> Counter[tuple[int, int]]:
    """Letters by person and week."""
    letters: Counter[tuple[int, int]] = Counter()
    at = datetime.datetime.combine(FIRST, datetime.time(0), HELSINKI)
    coming = iter(happens)
    following = next(coming, None)
    while at.year == FIRST.year:
        while following and following[0] <= at:
            when, verb, on, most = following
            place, people = told[on]
            chosen: QuerySet[User] = User.objects.filter(pk__in=chance.sample(people, min(most, len(people))))
            record_many([Record(verb, place, None, at=when, recipients=chosen)])
            following = next(coming, None)
        claimed = claiming.claim(at) if is_working_day(at.date()) and 8 <= at.hour < 16 else []
        for letter in claimed:
            rows = Notification.objects.filter(pk__in=letter.rows)
            rows.update(mailed_at=at)
            letters[rows[0].recipient_id, at.isocalendar().week] += 1
        at += BEAT
    return letters


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organisations", type=int, default=300)
    parser.add_argument(
        "--daily", type=float, default=0.0, help="so large a part of people wants all of it once a day"
    )
    wish = parser.parse_args()
    chance = random.Random(1)  # noqa: S311 not for a secret
    with tempfile.TemporaryDirectory() as folder:
        server = postgres.start(
            Path(folder) / "data", log=Path(folder) / "log", port=DATABASE_PORT, durable=False
        )
        try:
            postgres.create_database(server, "portal")
            call_command("migrate", verbosity=0)
            call_command("load_reference", verbosity=0)
            measure(wish.organisations, wish.daily, chance)
        finally:
            server.stop()


def measure(organisations: int, daily: float, chance: random.Random) -> None:
    """Replay the year, and print what came of it."""
    counties = list(Organisation.objects.filter(kind="wellbeing_services_county").order_by("pk")[:21])
    municipalities = list(
        Organisation.objects.filter(kind="municipality").order_by("pk")[: organisations - len(counties)]
    )
    people = people_of([*counties, *municipalities])
    for person in User.objects.all():
        if chance.random() < daily:
            MailPreference.objects.bulk_create(
                MailPreference(user=person, category=name, sent="daily")
                for name in ("maps", "ratings", "approvals", "people")
            )
    told = [
        (place, [each.pk for each in (*people[place.pk], *people[counties[nth % len(counties)].pk])])
        for nth, place in enumerate(municipalities)
    ]
    begun = time.monotonic()
    letters = replay(year_of(len(told), chance), told, chance)
    persons = User.objects.values_list("pk", flat=True)
    weeks = [letters[person, week] for person in persons for week in range(1, 53)]
    of_counties = {each.pk for county in counties for each in people[county.pk]}
    theirs = [letters[person, week] for person in of_counties for week in range(1, 53)]
    print(f"{len(counties) + len(municipalities)} organisations, {len(persons)} people, {len(told)} maps")
    print(
        f"{Notification.objects.count()} notices, {sum(letters.values())} mails, {time.monotonic() - begun:.0f} s"
    )
    print(f"waiting at the end: {Notification.objects.unsent().count()}")
    for name, counts in (("everybody", weeks), ("people of counties", theirs)):
        print(
            f"{name}: median {median(counts)}, 95 % {quantiles(counts, n=20)[-1]:.0f}, most {max(counts)} a week"
        )


if __name__ == "__main__":
    main()
