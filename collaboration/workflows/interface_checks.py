"""The interface check of a matter: what it touches, how, and who has been heard."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from collaboration.journal import record
from collaboration.models import InterfaceCheck, Matter, User
from collaboration.policy import forums as policy
from collaboration.workflows.matters import matter_workflow, tell, unchecked


def _for_check(matter: Matter, by: User) -> Matter:
    row = Matter.objects.select_for_update(of=("self",)).select_related("forum").get(pk=matter.pk)
    policy.can_prepare(by, row).require()
    if not row.is_open:
        raise ValidationError(_("What has been handled does not change."))
    return row


@transaction.atomic
def check_interface(check: InterfaceCheck, *, by: User) -> None:
    """Add a row to the check. Raises ValidationError by field, or PermissionDenied."""
    row = _for_check(check.matter, by)
    check.made_by = by
    check.full_clean(exclude=["touched_type", "touched_id"])
    check.save()
    if row.unchecked_reason:
        row.unchecked_reason = ""
        row.save(update_fields=["unchecked_reason"])
    tell(row)
    record("matter.checked", row, by=by)


@transaction.atomic
def take_check_away(check: InterfaceCheck, *, by: User) -> None:
    """Take a row of the check away; one that is ready has to be made ready again. Raises as above."""
    row = _for_check(check.matter, by)
    check.delete()
    _ask_again(row)
    tell(row)
    record("matter.checked", row, by=by)


@transaction.atomic
def tell_unchecked(matter: Matter, reason: str, *, by: User) -> None:
    """Why no interface is touched. Raises as above."""
    row = _for_check(matter, by)
    if reason and row.checks.exists():
        raise ValidationError({"unchecked_reason": _("The check has rows: take them away first.")})
    row.unchecked_reason = reason
    row.save(update_fields=["unchecked_reason"])
    _ask_again(row)
    tell(row)
    record("matter.checked", row, by=by)


def _ask_again(matter: Matter) -> None:
    """A matter that is ready without what it needs is only prepared."""
    if matter.status == Matter.Status.READY and any(unchecked(matter)):
        matter_workflow.perform("unready", matter, by=None)
