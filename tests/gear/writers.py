"""A note and who writes it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from collaboration.models import User
from collaboration.ops.document import Applied, Op
from tests.factories.collaboration import MembershipFactory, OrganisationFactory, UserFactory
from tests.notes.document import NOTE
from tests.notes.models import Note


class Writers:
    """Two who write a note, one who only reads it, and an outsider."""

    def __init__(self) -> None:
        place = OrganisationFactory.create()
        self.one, self.two, self.reader = (
            MembershipFactory.create(organisation=place, user__name=name).user
            for name in ("One", "Two", "Reader")
        )
        self.outsider = UserFactory.create()
        self.note = Note.objects.create(organisation=place)

    def write(self, by: User, name: str, value: Any, base: int = 99, subject: str = "") -> Applied:
        return NOTE.apply(by, self.note.pk, Op(uuid4(), subject or f"note:{self.note.pk}", name, base, value))

    def now(self) -> Note:
        return Note.objects.get(pk=self.note.pk)

    def items(self) -> list[str]:
        return [item.words for item in self.note.listed()]
