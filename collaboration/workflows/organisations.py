"""Keeping the organisations of which no register is loaded."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from collaboration.journal import record
from collaboration.models import Organisation, User
from collaboration.models.sentences import sentence_of
from collaboration.policy import can_keep_organisation


def keep_organisation(organisation: Organisation, *, by: User) -> None:
    """Save a new one or what was changed, with its event."""
    can_keep_organisation(by, organisation).require()
    verb = "organisation.changed" if organisation.pk else "organisation.added"
    try:
        with transaction.atomic():
            organisation.save()
            record(verb, organisation, by=by)
    except IntegrityError as error:
        raise ValidationError(sentence_of(error), code="duplicate") from None
