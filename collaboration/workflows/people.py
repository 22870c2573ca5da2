"""Keeping an organisation's people: roles, how they are called, who stands in, ending and taking back."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from collaboration.journal import record
from collaboration.models import Member, Membership, Organisation, User
from collaboration.policy import can_change_contact, can_manage_people

Role = Membership.Role


def roles_of(member: Member) -> list[str]:
    """The roles that the member has now, in the order of the table."""
    held = set(
        Membership.objects.filter(user=member.user_id, organisation=member.organisation_id).values_list(
            "role", flat=True
        )
    )
    return [role for role in Role.values if role in held]


@transaction.atomic
def keep_contact(member: Member, changed: Iterable[str], *, by: User) -> None:
    """Save how the person is called and who stands in: only the columns that were changed, which the trail names."""
    can_change_contact(by, member).require()
    columns = sorted(changed)
    member.save(update_fields=columns)
    record("member.changed", member, by=by, note=", ".join(columns))


@transaction.atomic
def set_roles(member: Member, roles: Iterable[str], *, by: User) -> None:
    """Give and take roles. Raises ValidationError by field when nobody would be left, or the last administrator would go."""
    organisation = _locked(member, by)
    before, after = set(roles_of(member)), set(roles)
    if not after:
        raise ValidationError({"roles": _("Choose at least one role, or end the membership.")})
    if before == after:
        return
    if Role.ADMINISTRATOR in before - after:
        _require_another_administrator(member, organisation, by)
    Membership.objects.bulk_create(
        Membership(user_id=member.user_id, organisation=organisation, role=role)
        for role in sorted(after - before)
    )
    Membership.objects.filter(
        user=member.user_id, organisation=organisation, role__in=before - after
    ).delete()
    _tell("member.roles_changed", member, by)


@transaction.atomic
def end_membership(member: Member, *, by: User) -> None:
    """Take all roles away. The person and what they have done stay; taking back gives the same roles again."""
    organisation = _locked(member, by)
    before = roles_of(member)
    if Role.ADMINISTRATOR in before:
        _require_another_administrator(member, organisation, by)
    if Membership.objects.filter(user=member.user_id, organisation=organisation).delete()[0]:
        _tell("member.ended", member, by)
    member.refresh_from_db()


@transaction.atomic
def take_back(member: Member, *, by: User) -> None:
    """Give the roles again that the person had when the membership ended."""
    organisation = _locked(member, by)
    if not member.ended_roles:
        return
    Membership.objects.bulk_create(
        Membership(user_id=member.user_id, organisation=organisation, role=role)
        for role in member.ended_roles
    )
    _tell("member.taken_back", member, by)
    member.refresh_from_db()


def lock_people(organisation_id: int) -> Organisation:
    """The organisation, whose people nobody else changes meanwhile."""
    return Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation_id)


def _locked(member: Member, by: User) -> Organisation:
    """The organisation, whose people nobody else changes meanwhile, and the member as it is now."""
    organisation = lock_people(member.organisation_id)
    can_manage_people(by, organisation).require()
    member.refresh_from_db(fields=["ended_at", "ended_roles"])
    return organisation


def _require_another_administrator(member: Member, organisation: Organisation, by: User) -> None:
    others = Membership.objects.filter(
        organisation=organisation, role=Role.ADMINISTRATOR, user__is_active=True
    ).exclude(user=member.user_id)
    if not by.is_staff and not others.exists():
        raise ValidationError(
            {
                "roles": _("%(organisation)s has no other administrator. Name another one first.")
                % {"organisation": organisation.name}
            }
        )


def _tell(verb: str, member: Member, by: User) -> None:
    """The person is told; the roles stay in the trail."""
    note = ", ".join(roles_of(member))
    record(verb, member, by=by, note=note, recipients=User.objects.filter(pk=member.user_id))
