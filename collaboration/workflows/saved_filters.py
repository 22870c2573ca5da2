"""Saving, renaming and forgetting one's own filters of lists."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from collaboration.models import SavedFilter, User

MOST_OF_A_LIST = 20


@transaction.atomic
def save_filter(listed: str, name: str, query: str, *, by: User, is_default: bool = False) -> SavedFilter:
    """Keep the filters under the name; under a name that there is they take the place of what was kept.

    Raises ValidationError by field.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    own = SavedFilter.objects.filter(user=by, listed=listed)
    made = SavedFilter(user=by, listed=listed, name=name, query=query, is_default=is_default)
    made.clean_fields(exclude=["user"])
    earlier = own.filter(name=made.name).first()
    if earlier is None and own.count() >= MOST_OF_A_LIST:
        raise ValidationError(
            {
                "name": _("You have saved %(most)d filters of this list already. Remove one first.")
                % {"most": MOST_OF_A_LIST}
            }
        )
    if is_default:
        own.update(is_default=False)
    kept = earlier or made
    kept.query, kept.is_default = query, is_default
    kept.save()
    return kept


@transaction.atomic
def change_filter(saved: SavedFilter, *, name: str, is_default: bool) -> SavedFilter:
    """Give it another name, and say whether the list opens with it. Raises ValidationError by field."""
    User.objects.select_for_update(no_key=True).get(pk=saved.user_id)
    others = SavedFilter.objects.filter(user=saved.user_id, listed=saved.listed).exclude(pk=saved.pk)
    saved.name, saved.is_default = name, is_default
    saved.clean_fields(exclude=["user"])
    if others.filter(name=saved.name).exists():
        raise ValidationError({"name": _("Another saved filter of this list has this name already.")})
    if is_default:
        others.update(is_default=False)
    saved.save(update_fields=["name", "is_default"])
    return saved


def forget_filter(saved: SavedFilter) -> None:
    """It is the person's own, and about nothing else: it goes."""
    saved.delete()
