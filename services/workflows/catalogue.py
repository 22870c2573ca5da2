"""Keeping the service catalogue: a row and its event in one transaction."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from collaboration.journal import record
from collaboration.models import User
from collaboration.models.sentences import sentence_of
from services import policy
from services.models import Service, ServiceResponsibility
from services.workflows.approvals import end_rounds_of_service


def keep(row: models.Model, service: Service, verb: str, *, by: User) -> None:
    """Save a service or a responsibility for it. Raises ValidationError when the same is there already."""
    policy.can_edit_service(by, service).require()
    try:
        with transaction.atomic():
            row.save()
            record(verb, service, by=by)
            end_rounds_of_service(service, by)
    except IntegrityError as error:
        raise ValidationError(sentence_of(error), code="duplicate") from None


def archive_or_take_back(service: Service, *, by: User) -> None:
    """Remove the service from the catalogue, or take it back. It stays on the maps where it stands."""
    service.archived_at = None if service.archived_at else timezone.now()
    service.validate_constraints()
    keep(service, service, "service.removed" if service.archived_at else "service.taken_back", by=by)


@transaction.atomic
def remove_responsibility(responsibility: ServiceResponsibility, *, by: User) -> None:
    """Take a responsibility away; the event keeps what it said."""
    policy.can_edit_service(by, responsibility.service).require()
    record("service.responsibility_removed", responsibility.service, by=by, note=str(responsibility)[:500])
    responsibility.delete()
    end_rounds_of_service(responsibility.service, by)
