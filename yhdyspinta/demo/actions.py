"""The demo's actions of what the county's board decided, and a chain of shared goals."""

from __future__ import annotations

import datetime

from django.utils import timezone, translation

from collaboration.models import Action, Forum, Goal, Matter, Organisation, User
from collaboration.workflows.actions import action_workflow
from collaboration.workflows.goals import make_goal
from yhdyspinta.demo.people import EAST_UUSIMAA, PORVOO, Place

GOALS = (
    (
        "political",
        "Lapsen tieto kulkee ajoissa palvelusta toiseen",
        "Barnets uppgifter når nästa tjänst i tid",
        "hyvinvointialuejohtaja.itauusimaa",
    ),
    (
        "management",
        "Kunnilla ja hyvinvointialueella on yksi tiedonsiirron käytäntö",
        "Kommunerna och välfärdsområdet har en gemensam praxis för överföring av uppgifter",
        "muutosjohtaja.itauusimaa",
    ),
    (
        "expert",
        "Päiväkodin havainnot ovat neuvolassa ennen nelivuotistarkastusta",
        "Daghemmets iakttagelser finns hos rådgivningen före fyraårskontrollen",
        "muutosjohtaja.itauusimaa",
    ),
)
"""From the highest level down: level, title in both languages, and who makes it. Field work has none yet."""


def load() -> str:
    """Make them unless they are there. Returns a sentence on what was done."""
    if Goal.objects.exists():
        return "The demo's actions and goals are there already."
    people = {user.email.partition("@")[0]: user for user in User.objects.filter(is_demo_person=True)}
    places = {(row.kind, row.code): row for row in Organisation.objects.exclude(code="")}
    with translation.override("fi"):
        lowest = _goals(people, [places[EAST_UUSIMAA], places[PORVOO]])
        _actions(people, places, lowest)
    return f"demo actions: {Action.objects.count()}, shared goals: {Goal.objects.count()}"


def _goals(people: dict[str, User], parties: list[Organisation]) -> Goal | None:
    """The lowest of them."""
    above: Goal | None = None
    for level, title_fi, title_sv, maker in GOALS:
        forum = Forum.objects.filter(
            level=level, coordinated_by=parties[0], seats__user=people[maker]
        ).first()
        goal = Goal(level=level, title_fi=title_fi, title_sv=title_sv, parent=above, forum=forum)
        above = make_goal(goal, parties, by=people[maker])
    return above


def _actions(people: dict[str, User], places: dict[Place, Organisation], goal: Goal | None) -> None:
    """Two of the board's decision: Porvoo's is due in twelve days, the county's was due yesterday."""
    director = people["hyvinvointialuejohtaja.itauusimaa"]
    decided = Matter.objects.filter(forum__coordinated_by=places[EAST_UUSIMAA]).exclude(decision="")[0]
    today = timezone.localdate()
    for what, place, person, days, progress in (
        ("Suojattu lomake käyttöön Porvoon päiväkodeissa", PORVOO, "sivistysjohtaja.porvoo", 12, 60),
        ("Yhteyshenkilöt nimetty joka neuvolaan", EAST_UUSIMAA, "muutosjohtaja.itauusimaa", -1, 40),
    ):
        action = Action(
            what=what,
            matter=decided,
            responsible=places[place],
            person=people[person],
            made_for=places[EAST_UUSIMAA],
            due_on=max(today, today + datetime.timedelta(days=days)),
            goal=goal,
        )
        action = action_workflow.begin("make", action, by=director)
        sent = {"progress": progress, "evidence": "", "evidence_link": ""}
        action = action_workflow.perform("progress", action, by=people[person], sent=sent)
        made = action.made_at - datetime.timedelta(days=40)
        Action.objects.filter(pk=action.pk).update(made_at=made, due_on=today + datetime.timedelta(days=days))
