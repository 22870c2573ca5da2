"""Inviting people by mail: the row and its event in one transaction, and the signed link that works once."""

from __future__ import annotations

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.journal import record
from collaboration.models import ForumSeat, Invitation, Member, Membership, Organisation, User
from collaboration.models.invitation import in_two_weeks
from collaboration.models.sentences import sentence_of
from collaboration.outside import row_id
from collaboration.policy import can_manage_people
from collaboration.policy.forums import can_keep_forum
from collaboration.waking import wake_after_commit

SALT = "collaboration.invitation"
MOST_WAITING = 200
MOST_TIMES = 5
"""How many invitations of an organisation can wait at once, and how often one is sent."""


def token_of(invitation: Invitation) -> str:
    """What the link of its newest mail holds."""
    return signing.dumps([invitation.pk, invitation.times], salt=SALT)


def invitation_of(token: str, *, lock: bool = False) -> Invitation | None:
    """The invitation that the link opens now: signed by us, the newest, neither used nor withdrawn nor ended."""
    try:
        pk, times = map(row_id, signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Invitation.objects.select_for_update(of=("self",)) if lock else Invitation.objects.all()
    now = timezone.now()
    found = rows.waiting().filter(pk=pk, times=times, expires_at__gt=now)
    invitation: Invitation | None = found.select_related(
        "organisation__parent", "invited_by", "forum"
    ).first()
    return invitation


@transaction.atomic
def invite(invitation: Invitation, *, by: User) -> None:
    """Keep a new invitation and mail it. Raises ValidationError, by field, for whoever is there or has been invited."""
    organisation = Organisation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=invitation.organisation_id
    )
    can_manage_people(by, organisation).require()
    invitation.email = invitation.email.lower()
    if Member.objects.present().filter(organisation=organisation, user__email=invitation.email).exists():
        raise ValidationError({"email": _("This person is one of the organisation's people already.")})
    keep(invitation, by=by)


def keep(invitation: Invitation, *, by: User) -> None:
    """Save the invitation, which somebody may make, and let it be mailed."""
    invitation.email, invitation.invited_by = invitation.email.lower(), by
    if invitation.organisation.invitations.waiting().count() >= MOST_WAITING:
        raise ValidationError(_("There are too many invitations that wait. Withdraw some of them first."))
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError as error:
        raise ValidationError({"email": sentence_of(error)}) from None
    record("invitation.made", invitation, by=by, note=invitation.role)
    wake_after_commit("collaboration.tasks.mail_invitations")


@transaction.atomic
def send_again(invitation: Invitation, *, by: User) -> None:
    """Mail a new link, which works for two weeks; the earlier one no longer does."""
    row = _waiting(invitation, by)
    if row.times >= MOST_TIMES:
        raise ValidationError(
            _("This invitation has been sent %(times)d times. Withdraw it, and check the address.")
            % {"times": row.times}
        )
    row.times += 1
    row.expires_at, row.mailed_at, row.given_up_at = in_two_weeks(), None, None
    row.tries, row.due_at = 0, timezone.now()
    row.save(update_fields=["times", "expires_at", "mailed_at", "given_up_at", "tries", "due_at"])
    record("invitation.sent_again", row, by=by)
    wake_after_commit("collaboration.tasks.mail_invitations")


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> None:
    """The link works no longer."""
    row = _waiting(invitation, by)
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    record("invitation.withdrawn", row, by=by)


def _waiting(invitation: Invitation, by: User) -> Invitation:
    row = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    (
        can_manage_people(by, row.organisation) if row.forum is None else can_keep_forum(by, row.forum)
    ).require()
    if row.accepted_at or row.withdrawn_at:
        raise ValidationError(_("This invitation no longer waits."))
    return row


@transaction.atomic
def accept(token: str, *, person: User) -> Member | ForumSeat:
    """Make the person, new or known, one of the organisation's people, or give them the seat. Raises ValidationError when the link has ended.

    Who comes by the link reads the mail of the address: as much as a link for a new password asks for.
    """
    invitation = invitation_of(token, lock=True)
    if invitation is None or person.email != invitation.email:
        raise ValidationError(_("The link no longer works"), code="ended")
    if person.pk is None:
        person.language = invitation.language
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError:  # the same person accepts another organisation's invitation at this moment
            raise ValidationError(_("The link no longer works"), code="ended") from None
    took = _joined(invitation, person) if invitation.forum is None else _seated(invitation, person)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    verb = "member.joined" if isinstance(took, Member) else "forum_seat.taken"
    inviter = User.objects.filter(pk=invitation.invited_by_id)
    record(verb, took, by=person, note=invitation.seat_role or invitation.role, recipients=inviter)
    return took


def _seated(invitation: Invitation, person: User) -> ForumSeat:
    seat, _is_new = ForumSeat.objects.get_or_create(
        forum=invitation.forum,
        user=person,
        role=invitation.seat_role,
        valid_until=invitation.seat_until,
        defaults={
            "organisation": invitation.organisation,
            "represents": invitation.represents or ForumSeat.Represents.OTHER,
            "language": person.language if person.language in ("fi", "sv") else "fi",
        },
    )
    return seat


def _joined(invitation: Invitation, person: User) -> Member:
    organisation = invitation.organisation
    Membership.objects.get_or_create(user=person, organisation=organisation, role=invitation.role)
    member = Member.objects.get(user=person, organisation=organisation)
    told = {name: getattr(invitation, name) for name in ("title", "level") if getattr(invitation, name)}
    for name, value in told.items():
        setattr(member, name, value)
    member.save(update_fields=list(told))
    return member
