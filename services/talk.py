"""What is said of interfaces and escalations, and attached to these: who of those who read them writes, keeps order and is told."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from collaboration.followed import ring
from collaboration.journal import announce
from collaboration.models import Attachment, ForumSeat, Membership, OrganisationReader, User
from collaboration.policy.forums import acting_seats
from collaboration.subjects import Files, Talk
from collaboration.verdict import ALLOWED, Verdict
from services import policy
from services.models import Escalation, EscalationReader, Interface, MapForum
from services.policy import escalations as of_escalations

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


def _can_add(user: User, escalation: Escalation) -> Verdict:
    """Whoever reported it, and who has it in hand, while it is open."""
    return Verdict.unless(escalation.is_open, _("This report is no longer open.")) and (
        ALLOWED
        if of_escalations.can_tell_as_reporter(user, escalation)
        else of_escalations.can_handle(user, escalation)
    )


def _can_keep(user: User, escalation: Escalation) -> Verdict:
    return of_escalations.can_handle(user, escalation)


def _is_nameless(user: User, escalation: Escalation) -> bool:
    report = of_escalations.own_report(user, escalation)
    return report is not None and report.is_nameless


def _reads_name(user: User, escalation: Escalation, author: int) -> bool:
    """As with the report itself: the reporter and the reporter's own organisation do."""
    report = next((row for row in of_escalations.reporters_of(escalation) if row.user_id == author), None)
    return user.pk == author or (report is not None and of_escalations.reads_name(user, report))


def _can_talk(user: User, escalation: Escalation) -> Verdict:
    """Whoever could report it themselves, whoever did, and who has it in hand."""
    return Verdict.unless(
        user.is_active
        and (
            of_escalations.reports_for(user, escalation.map) is not None
            or bool(of_escalations.can_tell_as_reporter(user, escalation))
            or bool(of_escalations.owns_for(user, escalation))
        ),
        _("Only those who have this in hand, who reported it, and the people of the map write here."),
    )


def _hidden(user: User, escalation: Escalation) -> set[int]:
    """Reporters whose name the person does not read, and who see it for no other reason."""
    nameless = {
        row.user_id
        for row in of_escalations.reporters_of(escalation)
        if not of_escalations.reads_name(user, row)
    }
    others = EscalationReader.objects.filter(escalation=escalation, user__in=nameless)
    others = others.exclude(role=EscalationReader.REPORTER)
    return nameless - set(others.values_list("user", flat=True)) if nameless else set()


TALK_OF_ESCALATIONS = Talk(
    can_write=_can_talk,
    can_keep=_can_keep,
    told=of_escalations.everyone_on,
    ring=lambda escalation: ring([escalation]),
    is_nameless=_is_nameless,
    reads_name=_reads_name,
    hidden=_hidden,
    is_apart=True,
)
OF_ESCALATIONS = Files(
    can_add=_can_add,
    can_keep=_can_keep,
    ring=lambda escalation: ring([escalation]),
    kinds=frozenset({*Attachment.PICTURES, Attachment.Kind.PDF}),
    is_nameless=_is_nameless,
    reads_name=_reads_name,
)
"""Pictures and PDF only: of these whoever made them can be taken out."""
