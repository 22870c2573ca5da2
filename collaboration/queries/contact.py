"""What the pages of messages show, and whom a person asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from collaboration.desk import Kind, Waiting
from collaboration.keyset import page_of
from collaboration.models import ContactMessage, Member, Membership, User
from collaboration.policy import MESSAGES, organisations_of
from collaboration.words import by_name

ON_A_PAGE = 30
STATES = {"": False, "answered": True}
"""What the list shows: those that wait, those that have been answered, or all of them for anything else."""


def messages_page(user: User, wanted: QueryDict) -> dict[str, Any]:
    """The messages of the state that is asked for, the newest first."""
    state = wanted.get("state", "")
    rows = MESSAGES.visible(user).select_related("answered_by")
    if state in STATES:
        rows = rows.filter(answered_at__isnull=not STATES[state])
    page = page_of(rows, ("-sent_at", "-pk"), ON_A_PAGE, wanted)
    return {"page": page, "contact_messages": page.rows, "state": state if state in STATES else "all"}


def message_for(user: User, pk: int) -> ContactMessage:
    """The message. Raises Http404 for everybody but those who answer."""
    message = MESSAGES.visible(user).select_related("answered_by").filter(pk=pk).first()
    if message is None:
        raise Http404
    return message


def own_administrators(user: User) -> list[Member]:
    """Who keeps the people of the organisations that the person belongs to."""
    held = Membership.objects.filter(
        user=OuterRef("user"), organisation=OuterRef("organisation"), role=Membership.Role.ADMINISTRATOR
    )
    members = Member.objects.present().filter(
        Exists(held), organisation__in=organisations_of(user).values("pk"), user__is_active=True
    )
    return list(
        members.select_related("user", "organisation__parent").order_by(
            by_name("organisation__"), "user__sort_key", "pk"
        )
    )


ANSWER = Kind("contact", gettext_lazy("Answer"), "M3 4.5h14v9.5H9l-4 3v-3H3z")


def waiting_of_messages(user: User) -> Iterator[Waiting]:
    """One row for all the messages that nobody has answered."""
    if not user.is_staff:
        return
    found = ContactMessage.objects.filter(answered_at__isnull=True).aggregate(
        n=Count("pk"), since=Min("sent_at")
    )
    if n := found["n"]:
        what = ngettext("%(n)d message waits for an answer.", "%(n)d messages wait for an answer.", n) % {
            "n": n
        }
        yield Waiting(ANSWER, what, reverse("collaboration:contact_messages"), since=found["since"])
