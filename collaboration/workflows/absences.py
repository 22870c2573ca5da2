"""Setting and ending absences: never two at once, never in a circle, never a chain that nobody follows."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from collaboration.absence import MOST_IN_A_CHAIN
from collaboration.journal import record
from collaboration.models import Absence, User
from collaboration.models.absence import AbsenceQuerySet
from collaboration.policy.forums import can_set_absence

LONGEST = datetime.timedelta(days=366)


@transaction.atomic
def set_absence(absence: Absence, *, by: User) -> None:
    """Keep a new absence and tell the person and the deputy. Raises ValidationError by field, or PermissionDenied."""
    _keep(absence, {absence.user_id, absence.deputy_id}, by)
    _tell("absence.set", absence, {absence.user_id, absence.deputy_id}, by)


@transaction.atomic
def change_absence(absence: Absence, *, by: User) -> None:
    """Save other days or another deputy; whoever stood in before is told, too. Raises as `set_absence` does."""
    before = Absence.objects.select_for_update(of=("self",)).get(pk=absence.pk)
    can_set_absence(by, before).require()
    if before.valid_until < timezone.localdate():
        raise ValidationError(_("This absence has ended."))
    people = {before.user_id, before.deputy_id, absence.deputy_id}
    _keep(absence, people, by)
    _tell("absence.changed", absence, people, by)


def _keep(absence: Absence, people: set[int], by: User) -> None:
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"))
    can_set_absence(by, absence).require()
    _check_days(absence)
    absence.full_clean()
    _require_no_other(absence)
    _require_deputy(absence)
    absence.save()


def _tell(verb: str, absence: Absence, people: set[int], by: User) -> None:
    record(verb, absence, by=by, recipients=User.objects.filter(pk__in=people))


def _check_days(absence: Absence) -> None:
    if absence.valid_until < timezone.localdate():
        raise ValidationError({"valid_until": _("These days have passed already.")})
    if absence.valid_until - absence.valid_from > LONGEST:
        raise ValidationError({"valid_until": _("An absence lasts a year at most.")})


def _require_no_other(absence: Absence) -> None:
    other = _of(absence.user_id, absence).filter(seat=absence.seat).exclude(pk=absence.pk).first()
    if other is not None:
        raise ValidationError(
            {
                "valid_from": _(
                    "There is an absence from %(first)s to %(last)s already: end it first, or choose other days."
                )
                % {"first": date_format(other.valid_from), "last": date_format(other.valid_until)}
            }
        )


def _of(person: int, absence: Absence) -> AbsenceQuerySet:
    """The person's absences in the days of this one."""
    return Absence.objects.between(absence.valid_from, absence.valid_until).filter(user=person)


def _require_deputy(absence: Absence) -> None:
    """Whoever stands in can sign in, and following those who stand in for them comes to an end, both ways."""
    if not absence.deputy.is_active:
        raise ValidationError({"deputy": _("This person may not sign in.")})
    seen = [absence.user_id]
    person: int | None = absence.deputy_id
    while person is not None:
        if person in seen:
            raise ValidationError(
                {
                    "deputy": _(
                        "%(name)s is away on the same days, and the chain of those who stand in comes back to where it began. "
                        "Choose somebody else."
                    )
                    % {"name": absence.deputy.name}
                }
            )
        seen.append(person)
        further = _of(person, absence).filter(seat=None).exclude(pk=absence.pk).first()
        person = further.deputy_id if further else None
    if len(seen) - 1 + _before(absence, set(seen)) > MOST_IN_A_CHAIN:
        raise ValidationError(
            {"deputy": _("Too many would stand in for one another. Choose somebody who is here.")}
        )


def _before(absence: Absence, seen: set[int]) -> int:
    """How many are in a row before the one who is away, whose deputies they are."""
    if absence.seat_id is not None:
        return 0
    steps, people = 0, {absence.user_id}
    while people and steps < MOST_IN_A_CHAIN:
        rows = Absence.objects.between(absence.valid_from, absence.valid_until).filter(deputy__in=people)
        rows = rows.exclude(pk=absence.pk)
        people = set(rows.values_list("user", flat=True)) - seen
        seen |= people
        steps += bool(people)
    return steps


@transaction.atomic
def end_absence(absence: Absence, *, by: User) -> None:
    """It ended yesterday; one that has not begun never was. Raises PermissionDenied."""
    row = Absence.objects.select_for_update(of=("self",)).select_related("seat").get(pk=absence.pk)
    can_set_absence(by, row).require()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    if row.valid_until <= yesterday:
        return
    _tell("absence.ended", row, {row.user_id, row.deputy_id}, by)
    row.valid_until = max(yesterday, row.valid_from)
    if row.valid_from > yesterday:
        row.valid_from = row.valid_until = yesterday
    row.save(update_fields=["valid_from", "valid_until"])
