"""What a person wants mail of, and the way out of a category that a mail carries: it asks nobody to sign in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from collaboration import verbs
from collaboration.models import MailPreference, User


@dataclass(frozen=True)
class Chosen:
    """A category and how the person gets its mail; `is_own` when they have chosen it themselves."""

    category: verbs.Category
    sent: str
    is_own: bool

    @property
    def said(self) -> str:
        """How, in words."""
        return str(verbs.Sent(self.sent).label)


def chosen_by(user: User) -> list[Chosen]:
    """Of every category how the person gets its mail: one statement."""
    own = dict(MailPreference.objects.filter(user=user).values_list("category", "sent"))
    return [
        Chosen(each, own.get(each.name, str(each.sent)), each.name in own)
        for each in verbs.categories().values()
        if each.is_for(user) or each.name in own
    ]


def choose(user: User, wished: Mapping[str, str]) -> None:
    """Keep how the person wants the mail of these categories: one statement. Raises ValueError for what there is not."""
    categories = verbs.categories()
    if unknown := [name for name in wished if name not in categories]:
        raise ValueError(f"There is no category {unknown[0]}.")
    MailPreference.objects.bulk_create(
        [
            MailPreference(user=user, category=name, sent=verbs.Sent(sent).value)
            for name, sent in wished.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "category"],
        update_fields=["sent"],
    )


def _signer() -> Signer:
    return Signer(salt="collaboration.notices.way_out")


def way_out(person: User, categories: Iterable[str]) -> str:
    """The address at which mail of these categories is switched off for the person, by whoever has the mail."""
    token = _signer().sign_object([person.pk, sorted(categories)], compress=True)
    return reverse("collaboration:mail_way_out", args=[token])


def read_way_out(token: str) -> tuple[User, list[verbs.Category]] | None:
    """Whose mail it is about and which categories, also of people who have left; None for what is not ours."""
    try:
        pk, names = _signer().unsign_object(token)
    except (BadSignature, ValueError, TypeError):
        return None
    person = User.objects.filter(pk=pk).first()
    known: Mapping[str, Any] = verbs.categories()
    found = [known[name] for name in names if name in known]
    return (person, found) if person and found else None
