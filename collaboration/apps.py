"""Who works together: organisations, areas, people, and the log of what they did."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

TOLD = {
    "member.joined": _("Somebody accepted your invitation"),
    "member.roles_changed": _("Your roles in an organisation were changed"),
    "member.ended": _("Your membership of an organisation was ended"),
    "member.taken_back": _("Your membership of an organisation was taken back"),
}
"""What people are told of people."""


class CollaborationConfig(AppConfig):
    name = "collaboration"
    verbose_name = _("organisations and people")

    def ready(self) -> None:
        from collaboration import policy, subjects, verbs  # noqa: PLC0415 models exist only now
        from collaboration.models import Member  # noqa: PLC0415

        subjects.register(
            Member,
            visible=policy.visible_members,
            title=lambda member: f"{member.user.name}, {member.organisation.full_name}",
            url=Member.get_absolute_url,
            related=("user", "organisation__parent"),
        )
        verbs.register("collaboration", "people", TOLD)
