"""A person's own saved filters."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from collaboration.kept import Kept
from collaboration.models import SavedFilter, User
from collaboration.policy import visible_filters

_of_list: Kept[Any] = Kept(
    lambda user, listed: visible_filters(user).filter(listed=listed).order_by("name", "pk")
)


def filters_of(user: User, listed: str) -> list[SavedFilter]:
    """Those of a list, by name: one statement."""
    return list(_of_list(user=user.pk, listed=listed))


def all_filters(user: User) -> QuerySet[SavedFilter]:
    """Of every list."""
    return visible_filters(user).order_by("listed", "name", "pk")


def filter_for(user: User, pk: int) -> SavedFilter:
    """One of the person's own. Raises Http404."""
    found = visible_filters(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
