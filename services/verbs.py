"""What people are told of maps, by category, and what they choose about the mails."""

from django.utils.translation import gettext_lazy as _

from collaboration.verbs import Category

OF_PARTIES = _(
    "You get this mail because your organisation is a party to the matter in the Yhdyspinta portal."
)
OF_ESCALATIONS = _(
    "You get this mail because you reported what does not work, or have it in hand, in the Yhdyspinta portal."
)
CATEGORIES = (
    Category("maps", _("Interface maps"), OF_PARTIES),
    Category("ratings", _("Rating rounds"), OF_PARTIES),
    Category("approvals", _("Approvals and versions of maps"), OF_PARTIES),
    Category("escalations", _("Reports of what does not work"), OF_ESCALATIONS),
)

TOLD = {
    "maps": {
        "map.made": _("A new interface map was made"),
        "map.archived": _("An interface map was archived"),
        "map.taken_back": _("An interface map was taken back into use"),
        "map.put_into_care": _("An interface map was put into a forum’s care"),
        "forum.care_ended": _("An interface map was taken out of a forum’s care"),
    },
    "ratings": {
        "rating_round.opened": _("A rating round was opened"),
        "rating_round.completed": _("All parties have rated: see the ratings"),
        "rating_round.closed": _("A rating round was closed: see the ratings"),
    },
    "approvals": {
        "approval_round.started": _("An interface map waits for your approval"),
        "approval_round.ended": _("An approval round ended, since the map was changed"),
        "approval_round.cancelled": _("An approval round was cancelled"),
        "approval_round.returned": _("An approver returned an interface map with a reason"),
        "map_version.published": _("A version of an interface map was published"),
        "map_version.withdrawn": _("A version of an interface map was withdrawn"),
    },
}

TOLD_OF_ESCALATIONS = {
    "feedback.sent": _("A resident told that a service did not work"),
    "escalation.filed": _("Something was reported that does not work"),
    "escalation.joined": _("One more has reported the same"),
    "escalation.many": _("Many have reported the same: it can be taken a level up at once"),
    "escalation.triaged": _("The report was taken up"),
    "escalation.taken": _("The report is being worked on"),
    "escalation.paused": _("The report waits: see what is asked"),
    "escalation.replied": _("The reporter answered"),
    "escalation.resumed": _("The report goes on"),
    "escalation.proposed": _("A solution was proposed: does it work?"),
    "escalation.works": _("A party says that it works"),
    "escalation.reporter_works": _("A reporter says that it works"),
    "escalation.reporters_reminded": _("You were asked about a report and have not answered"),
    "escalation.doubted": _("It does not work yet"),
    "escalation.climbed": _("The report climbed a level"),
    "escalation.stuck": _("A report cannot climb: there is no forum above"),
    "escalation.reminded": _("The follow-up day of a report came"),
    "escalation.given": _("A report was given to you"),
    "escalation.moved": _("The report was moved to another interface or aspect"),
    "escalation.merged": _("The report was merged into another one"),
    "escalation.unmerged": _("The report goes on by itself again"),
    "escalation.withdrawn": _("A report was withdrawn"),
    "escalation.closed": _("Everybody says that it works: the report was closed"),
    "escalation.reopened": _("It does not work again: the report was reopened"),
    "escalation.answered": _("A forum answered"),
    "escalation.asked_again": _("Does it work now?"),
}
"""All of these have one mail: it never tells who acted, since that may be a reporter whose name is not shown."""
