"""Whose things the members of an organisation read."""

from django.db import models


class OrganisationReach(models.Model):
    """A pair of organisations: who belongs to the first reads what is the other's. A view; nothing writes it.

    An organisation reaches itself, its units, and the organisation whose unit it is.
    """

    pk = models.CompositePrimaryKey("organisation_id", "reached_id")
    organisation = models.ForeignKey("collaboration.Organisation", models.DO_NOTHING, related_name="reach")
    reached = models.ForeignKey("collaboration.Organisation", models.DO_NOTHING, related_name="reached_by")

    class Meta:
        managed = False
        verbose_name = "reach of an organisation"

    def __str__(self) -> str:
        return f"{self.organisation_id} reads {self.reached_id}"
