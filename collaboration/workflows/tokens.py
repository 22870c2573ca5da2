"""Making and revoking a person's own tokens: the row and its event in one transaction."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.journal import record
from collaboration.models import PersonalToken, User

PREFIX = "ysp_"
"""What every secret begins with, so that scanners of leaked secrets know it."""

LONGEST = datetime.timedelta(days=366)
MOST_IN_FORCE = 20
USED_AGAIN = datetime.timedelta(minutes=1)
"""`last_used_at` is written at most this often, so that reading does not write on every request."""


def digest_of(secret: str) -> str:
    """SHA-256 in hexadecimal. The secret has 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_token(*, by: User, name: str, scope: str, expires_on: datetime.date) -> tuple[PersonalToken, str]:
    """A new token of the person's own, and its secret, which nobody can read afterwards.

    Raises ValidationError, by field: a day that has gone or is over a year away, or too many tokens.
    """
    today = timezone.localdate()
    if not today <= expires_on <= today + LONGEST:
        raise ValidationError({"expires_on": _("Choose a day from today to a year from now.")})
    User.objects.select_for_update().get(pk=by.pk)
    if by.tokens.in_force(today).count() >= MOST_IN_FORCE:
        raise ValidationError(
            {"name": _("You have %(most)d tokens in force. Revoke one first.") % {"most": MOST_IN_FORCE}}
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    token = PersonalToken(user=by, name=name, scope=scope, expires_on=expires_on, digest=digest_of(secret))
    token.full_clean()
    token.save()
    record("personal_token.made", token, by=by)
    return token, secret


@transaction.atomic
def revoke_token(token: PersonalToken, *, by: User) -> None:
    """End the token now; one that was revoked before stays as it is."""
    if PersonalToken.objects.filter(pk=token.pk, user=by, revoked_at=None).update(revoked_at=timezone.now()):
        record("personal_token.revoked", token, by=by)


def token_in_force(secret: str) -> PersonalToken | None:
    """The token that the secret opens now, with its person; None for any other secret."""
    token = (
        PersonalToken.objects.in_force(timezone.localdate())
        .select_related("user")
        .filter(digest=digest_of(secret), user__is_active=True)
        .first()
    )
    now = timezone.now()
    if token and (token.last_used_at is None or token.last_used_at < now - USED_AGAIN):
        PersonalToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
