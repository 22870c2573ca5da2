"""What people are told of maps, by category, and what they choose about the mails."""

from django.utils.translation import gettext_lazy as _

from collaboration.verbs import Category

OF_PARTIES = _(
    "You get this mail because your organisation is a party to the matter in the Yhdyspinta portal."
)
CATEGORIES = (
    Category("maps", _("Interface maps"), OF_PARTIES),
    Category("ratings", _("Rating rounds"), OF_PARTIES),
    Category("approvals", _("Approvals and versions of maps"), OF_PARTIES),
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
