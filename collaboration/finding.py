"""What the portal's search finds of organisations and people."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from collaboration.models import Membership, Organisation, User
from collaboration.policy import organisations_of, visible_organisations
from collaboration.searching import Searched, Words, found
from collaboration.words import by_name


def _organisations(user: User, words: Words) -> QuerySet[Organisation]:
    rows = visible_organisations(user).filter(found(words, "words"), valid_until=None)
    return rows.select_related("parent").order_by(by_name(), "pk")


def _people(user: User, words: Words) -> QuerySet[Membership]:
    """Those of one's own organisations."""
    rows = Membership.objects.filter(organisation__in=organisations_of(user), user__is_active=True)
    return (
        rows.filter(found(words, "user__words"))
        .select_related("user", "organisation")
        .order_by("user__sort_key", "pk")
    )


KINDS = (
    Searched("organisations", _("Organisations"), _organisations, lambda row: row.get_kind_display()),
    Searched(
        "people",
        _("People"),
        _people,
        about=lambda row: f"{row.organisation}, {row.get_role_display()}",
        title=lambda row: row.user.name,
        url=lambda row: row.organisation.get_absolute_url(),
    ),
)
