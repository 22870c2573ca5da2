"""Who reads what is an organisation's."""

from __future__ import annotations

from typing import Any

from django.db import models


class Reader(models.Model):
    """One way in which a person reads a row: through which organisation and in which role. Rows of a view; nothing writes them.

    A view of readers has a foreign key to what is read, whose other end is called `readers`. `is_member` is true for the
    members of the very organisation that it belongs to, or that is a party of it: they are told of it.
    """

    user = models.ForeignKey("collaboration.User", models.DO_NOTHING, related_name="+")
    through = models.ForeignKey("collaboration.Organisation", models.DO_NOTHING, related_name="+")
    role = models.CharField(max_length=20)
    is_member = models.BooleanField()

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        abstract = True
        managed = False


class OrganisationReader(Reader):
    """Who reads what is an organisation's: active members of itself, of its units, and of the organisation whose unit it is."""

    pk = models.CompositePrimaryKey("organisation_id", "user_id", "through_id", "role")
    organisation = models.ForeignKey("collaboration.Organisation", models.DO_NOTHING, related_name="readers")

    class Meta(Reader.Meta):
        verbose_name = "reader of what is an organisation's"

    def __str__(self) -> str:
        return f"{self.user_id} reads {self.organisation_id}"


class MemberReader(Reader):
    """Who reads a member's row: the person, also when the membership has ended, and who keeps the organisation's people."""

    pk = models.CompositePrimaryKey("member_id", "user_id", "through_id", "role")
    member = models.ForeignKey("collaboration.Member", models.DO_NOTHING, related_name="readers")

    class Meta(Reader.Meta):
        verbose_name = "reader of a member's row"

    def __str__(self) -> str:
        return f"{self.user_id} reads {self.member_id}"
