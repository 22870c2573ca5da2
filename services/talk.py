"""Comments on interfaces: who of those who read the map writes, keeps the talk in order and is told."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from collaboration.journal import announce
from collaboration.models import ForumSeat, Membership, OrganisationReader, User
from collaboration.policy.forums import acting_seats
from collaboration.subjects import Talk
from collaboration.verdict import Verdict
from services import policy
from services.models import Interface, MapForum

NOBODYS_VOICE = {ForumSeat.Role.OBSERVER, ForumSeat.Role.EXPERT}


def _can_write(user: User, interface: Interface) -> Verdict:
    """The people of the map's parties, and the seats of the forums that look after it but an observer's."""
    parties = {row.organisation_id for row in interface.map.parties.all() if row.archived_at is None}
    forums = {seat.forum_id for seat in acting_seats(user) if seat.role not in NOBODYS_VOICE}
    return policy.is_open(interface.map) and Verdict.unless(
        user.is_active
        and (
            OrganisationReader.objects.filter(user=user, organisation__in=parties).exists()
            or (bool(forums) and MapForum.objects.filter(map=interface.map_id, forum__in=forums).exists())
        ),
        _("You read this map. Only its parties and the forums that look after it write here."),
    )


def _told(interface: Interface) -> QuerySet[User]:
    """Who is responsible for an aspect of it; while nobody is, the editors of its parties."""
    responsible = User.objects.filter(responsible_for__interface=interface.pk)
    if responsible.exists():
        return responsible.distinct()
    parties = interface.party_rows.filter(map_party__archived_at=None).values("map_party__organisation")
    editors = Membership.objects.filter(role=Membership.Role.EDITOR, organisation__in=parties)
    return User.objects.filter(pk__in=editors.values("user"))


OF_INTERFACES = Talk(
    can_write=_can_write,
    can_keep=policy.can_edit_interface,
    told=_told,
    ring=lambda interface: announce(interface.map),
)
