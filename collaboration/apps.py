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

PEOPLE = _("People and roles")
OF_PEOPLE = _("You get this mail because it is about people of your organisation in the Yhdyspinta portal.")

TOLD_KEEPERS = {"contact_message.sent": _("Somebody has written to the portal")}
"""What service administrators are told."""

CONTACTS = _("Messages to the portal")
OF_KEEPERS = _("You get this mail because you are a service administrator of the Yhdyspinta portal.")


class CollaborationConfig(AppConfig):
    name = "collaboration"
    verbose_name = _("organisations and people")

    def ready(self) -> None:
        from collaboration import desk, finding, policy, queries, searching, subjects, verbs  # noqa: PLC0415 models exist only now
        from collaboration.queries import contact  # noqa: PLC0415

        subjects.register(subjects.Subject(policy.MESSAGES))
        subjects.register(subjects.Subject(policy.MEMBERS, ("user", "organisation__parent")))
        verbs.categorise(
            verbs.Category("people", PEOPLE, OF_PEOPLE),
            verbs.Category("contacts", CONTACTS, OF_KEEPERS, is_for=lambda user: user.is_staff),
        )
        verbs.register("collaboration", "people", TOLD)
        verbs.register("collaboration", "contacts", TOLD_KEEPERS)
        desk.register(queries.waiting_of_people)
        desk.register(contact.waiting_of_messages)
        searching.register(*finding.KINDS)
