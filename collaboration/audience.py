"""Who sees the rows of a model: declared once, and asked from either end.

`visible` begins at a person, `readers` at the rows, for many who watch; `people` are those who are told. All three read
the same view of `Reader`s, so what a list shows and what the stream tells cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any, Generic, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models

from collaboration.kept import Kept, Parameter
from collaboration.models import Membership, OrganisationReader, User

Role = Membership.Role
Row = TypeVar("Row", bound=models.Model)
Person = User | AnonymousUser


@dataclass(frozen=True)
class Way:
    """A way in which people come to be told: rows of any model, with the paths to what they are told of and to the person."""

    rows: Callable[[], models.QuerySet[Any]]
    of: str
    person: str

    def pairs(self, pks: Iterable[int]) -> models.QuerySet[Any, Any]:
        return (
            self.rows().filter(**{f"{self.of}__in": list(pks)}).order_by().values_list(self.of, self.person)
        )

    def people(self, pk: int) -> models.QuerySet[Any, Any]:
        return self.rows().filter(**{self.of: pk}).order_by().values(self.person)


class Told:
    """Who is told of a row, by any of the ways: asked for one row, or with `of` for very many in one statement."""

    __name__ = "told"

    def __init__(self, *ways: Way) -> None:
        self.ways = ways

    def __call__(self, row: models.Model, /) -> models.QuerySet[User]:
        by_any = reduce(or_, (models.Q(pk__in=way.people(row.pk)) for way in self.ways))
        return User.objects.filter(by_any, is_active=True)

    def of(self, pks: Iterable[int]) -> models.QuerySet[Any, Any]:
        """Pairs of a row and a person, who may not be able to sign in."""
        first, *rest = (way.pairs(pks) for way in self.ways)
        return first.union(*rest) if rest else first.distinct()


class Audience(Generic[Row]):
    """The `readers` of what the path leads to, such as a map or an organisation; without a path of the row itself."""

    def __init__(self, model: type[Row], path: str = "") -> None:
        self.model, self.path = model, path

    def visible(self, user: Person | Parameter, /) -> models.QuerySet[Row]:
        """The rows that the person sees."""
        readers = self._readers.values_list(self._key)
        read = readers.none() if isinstance(user, AnonymousUser) else readers.filter(user=user)
        return self.model._default_manager.filter(**{f"{self.path or 'pk'}__in": read})

    def among(self, user: User, pks: Any) -> models.QuerySet[Any, Any]:
        """The numbers of those of these rows that the person sees, however many they see in all; for rows with readers of their own."""
        return self._readers.filter(user=user, **{f"{self._key}__any": pks}).order_by().values(self._key)  # type: ignore[no-any-return]

    def readers(self, rows: Iterable[int]) -> dict[int, set[int]]:
        """Of each of these rows the ids of everyone who sees it: one statement, and one for what the path leads to."""
        pks = list(rows)
        ends = {pk: pk for pk in pks} if not self.path or not pks else dict(self._ends(rows=pks))
        read: dict[int, set[int]] = {end: set() for end in ends.values()}
        for end, person in self._people(ends=list(read)) if read else ():
            read[end].add(person)
        return {pk: read[ends[pk]] if pk in ends else set() for pk in pks}

    def people(self, row: Row, **which: Any) -> models.QuerySet[User]:
        """Who are told of the row: the members of the organisations that it belongs to; `which` narrows in which role."""
        members = self._of(row.pk).filter(is_member=True, **which)
        return User.objects.filter(is_active=True, pk__in=members.values("user"))

    def standing(self, user: User, pk: int) -> Any:
        """Through which role and organisation the person reads the row: an editor's before others, a member's first."""
        found = self._of(pk).filter(user=user).select_related("through")
        return min(
            found, key=lambda one: (one.role != Role.EDITOR, not one.is_member, one.through_id), default=None
        )

    @cached_property
    def _relation(self) -> Any:
        model: Any = self.model
        for step in self.path.split("__") if self.path else ():
            model = model._meta.get_field(step).related_model
        return model._meta.get_field("readers")

    @property
    def _readers(self) -> Any:
        return self._relation.related_model._default_manager

    @property
    def _key(self) -> str:
        name: str = self._relation.field.name
        return name

    def _of(self, pk: int, /) -> Any:
        end = self.model._default_manager.filter(pk=pk).values(self.path) if self.path else [pk]
        return self._readers.filter(**{f"{self._key}__in": end})

    @cached_property
    def _ends(self) -> Kept[Any]:
        return Kept(
            lambda rows: self.model._default_manager.filter(pk__any=rows).values_list("pk", self.path)
        )

    @cached_property
    def _people(self) -> Kept[Any]:
        return Kept(
            lambda ends: self._readers.filter(**{f"{self._key}__any": ends}).values_list(self._key, "user")
        )


class ServiceAdministrators(Audience[Row]):
    """What those see who keep the portal, and nobody else."""

    def visible(self, user: Person | Parameter, /) -> models.QuerySet[Row]:
        """All rows, or none."""
        who: Any = user if isinstance(user, Parameter) else user.pk
        return self.model._default_manager.filter(models.Exists(self._keepers().filter(pk=who)))

    def readers(self, rows: Iterable[int]) -> dict[int, set[int]]:
        """Those who keep the portal now."""
        pks = list(rows)
        keepers = set(self._keepers().values_list("pk", flat=True)) if pks else set()
        return {pk: set(keepers) for pk in pks}

    def people(self, row: Row, **which: Any) -> models.QuerySet[User]:
        """All of them are told; `row` and `which` change nothing."""
        return self._keepers()

    @staticmethod
    def _keepers() -> models.QuerySet[User]:
        return User.objects.filter(is_active=True, duty=User.Duty.SERVICE_ADMINISTRATOR)


class Everyone(Audience[Row]):
    """What is public information: everyone who has signed in sees all of it."""

    def visible(self, user: Person | Parameter, /) -> models.QuerySet[Row]:
        """All rows, for whoever is signed in."""
        rows = self.model._default_manager.all()
        return rows if isinstance(user, Parameter) or user.is_active else rows.none()

    def readers(self, rows: Iterable[int]) -> dict[int, set[int]]:
        """Everyone who can sign in."""
        everyone = set(User.objects.filter(is_active=True).values_list("pk", flat=True))
        return dict.fromkeys(rows, everyone)

    def _of(self, _pk: int, /) -> Any:
        """Nobody is told of what concerns everyone."""
        return OrganisationReader.objects.none()
