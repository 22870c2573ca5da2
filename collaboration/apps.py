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

TOLD_OF_FORUMS = {
    "forum_seat.given": _("You have been given a seat in a forum"),
    "forum_seat.changed": _("Your seat in a forum was changed"),
    "forum_seat.ended": _("The last day of your seat in a forum was set"),
    "forum_seat.taken": _("Somebody took the seat to which you invited them"),
    "absence.set": _("Somebody stands in during an absence"),
    "absence.changed": _("An absence was changed"),
    "absence.ended": _("An absence has ended"),
}
TOLD_OF_MATTERS = {
    "matter.raised": _("A matter was raised to your forum"),
    "matter.received": _("Another forum forwarded a matter to yours"),
    "matter.accepted": _("The matter that you raised was taken up"),
    "matter.planned": _("The next step of your matter was set"),
    "matter.made_ready": _("A matter is ready to be handled"),
    "matter.decided": _("A matter was decided"),
    "matter.noted": _("The matter that you raised was noted"),
    "matter.forwarded": _("The matter that you raised was taken further"),
    "matter.answer_came": _("An answer to a matter came from another forum"),
    "matter.came_back": _("Another forum returned a matter"),
    "matter.answered": _("Your matter was answered"),
    "matter.returned": _("Your matter was returned"),
    "matter.withdrawn": _("A matter was withdrawn"),
    "matter.given": _("You have been asked to prepare a matter"),
}
"""What people are told of forums and of what is handled there."""

TOLD_OF_ACTIONS = {
    "action.made": _("You have been given an action"),
    "action.given": _("You have been named responsible for an action"),
    "action.asked": _("Does the action keep to the schedule?"),
    "action.delayed": _("An action that you follow will be late"),
    "action.day_wished": _("Another day was asked for an action that you follow"),
    "action.moved": _("The due day of an action was moved"),
    "action.done": _("An action that you follow was done"),
    "action.cancelled": _("An action was cancelled"),
    "action.reopened": _("An action was taken up again"),
}
"""What people are told of actions."""

ACTIONS = _("Actions that you do or follow")
OF_ACTIONS = _(
    "You get this mail because you are responsible for the action, or follow it, in the Yhdyspinta portal."
)

TOLD_OF_COMMENTS = {
    "comment.made": _("Somebody wrote where you take part"),
    "comment.mentioned": _("You were mentioned in a comment"),
}
COMMENTS = _("Comments where you take part, and mentions of you")
OF_COMMENTS = _(
    "You get this mail because you take part in what is talked, or were mentioned, in the Yhdyspinta portal."
)
TOLD_OF_ANNOUNCEMENTS = {"announcement.made": _("There is a new announcement for you")}
ANNOUNCEMENTS = _("Announcements to your forums and your level")
OF_ANNOUNCEMENTS = _(
    "You get this mail because the announcement is to a forum or a level where you sit, in the Yhdyspinta portal."
)

FORUMS = _("Your seats in forums, and absences")
OF_FORUMS = _(
    "You get this mail because it is about your seat in a forum, or an absence, in the Yhdyspinta portal."
)
MATTERS = _("Matters that you raised or that are handled where you sit")
OF_MATTERS = _(
    "You get this mail because you raised the matter, or handle what comes to the forum, in the Yhdyspinta portal."
)

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
        from collaboration import desk, finding, followed, policy, queries, searching, subjects, verbs  # noqa: PLC0415 models exist only now
        from collaboration.forms import saved_filters  # noqa: PLC0415
        from collaboration.forms.actions import ActionFilter  # noqa: PLC0415
        from collaboration.forms.forums import MatterFilter  # noqa: PLC0415
        from collaboration.forms.goals import GoalFilter  # noqa: PLC0415
        from collaboration.policy import actions as action_policy  # noqa: PLC0415
        from collaboration.policy import announcements, attachments, comments, forums  # noqa: PLC0415
        from collaboration.queries import actions, contact, matters  # noqa: PLC0415
        from collaboration.workflows.matters import news_of  # noqa: PLC0415

        subjects.register(subjects.Subject(policy.MESSAGES))
        subjects.register(subjects.Subject(policy.MEMBERS, ("user", "organisation__parent")))
        subjects.register(subjects.Subject(forums.FORUMS))
        subjects.register(subjects.Subject(forums.SEATS, ("user", "forum")))
        subjects.register(subjects.Subject(forums.ABSENCES, ("user", "deputy")))
        subjects.register(
            subjects.Subject(
                forums.MATTERS, ("forum",), talk=comments.OF_MATTERS, files=attachments.OF_MATTERS
            )
        )
        subjects.register(
            subjects.Subject(action_policy.ACTIONS, talk=comments.OF_ACTIONS, files=attachments.OF_ACTIONS)
        )
        subjects.register(subjects.Subject(action_policy.GOALS))
        subjects.register(subjects.Subject(announcements.ANNOUNCEMENTS))
        verbs.categorise(
            verbs.Category("people", PEOPLE, OF_PEOPLE),
            verbs.Category("forums", FORUMS, OF_FORUMS),
            verbs.Category("matters", MATTERS, OF_MATTERS),
            verbs.Category("actions", ACTIONS, OF_ACTIONS),
            verbs.Category("comments", COMMENTS, OF_COMMENTS),
            verbs.Category("announcements", ANNOUNCEMENTS, OF_ANNOUNCEMENTS),
            verbs.Category("contacts", CONTACTS, OF_KEEPERS, is_for=lambda user: user.is_staff),
        )
        verbs.register("collaboration", "people", TOLD)
        verbs.register("collaboration", "forums", TOLD_OF_FORUMS)
        verbs.register("collaboration", "matters", TOLD_OF_MATTERS)
        verbs.register("collaboration", "actions", TOLD_OF_ACTIONS)
        verbs.register("collaboration", "comments", TOLD_OF_COMMENTS)
        verbs.register("collaboration", "announcements", TOLD_OF_ANNOUNCEMENTS)
        verbs.register("collaboration", "contacts", TOLD_KEEPERS)
        followed.register(followed.Followed("matter", forums.MATTERS, news_of))
        followed.register(followed.Followed("action", action_policy.ACTIONS, followed.last_event))
        desk.register(queries.waiting_of_people)
        desk.register(matters.waiting_of_matters)
        desk.register(actions.waiting_of_actions)
        desk.register(matters.waiting_of_forums)
        desk.register(contact.waiting_of_messages)
        searching.register(*finding.KINDS)
        saved_filters.register(
            saved_filters.FilteredList(
                "matters", _("Matters"), "collaboration:matters", lambda at, user: MatterFilter(at, user=user)
            ),
            saved_filters.FilteredList(
                "actions", _("Actions"), "collaboration:actions", lambda at, user: ActionFilter(at, user=user)
            ),
            saved_filters.FilteredList(
                "goals", _("Shared goals"), "collaboration:goals", lambda at, _user: GoalFilter(at)
            ),
        )
