"""Maps in every state, for tests of who sees what."""

from collaboration.exports import queue as exports
from services.models import InterfaceMap
from services.workflows.interface_map import interface_map_workflow
from tests.cast import Cast
from tests.services.care import look_after
from tests.services.ops import edit, follow, make_base_map
from tests.services.rating_rounds import round_on
from tests.services.rounds import published


def several_maps(cast: Cast) -> list[InterfaceMap]:
    """The cast's maps, with one archived, a party that came, a party that left, and a unit beside its city.

    One of them has a version, of every one there are ratings and an export, and forums look after two.
    """
    editor, on = cast["porvoo editor"], cast.maps["porvoo"]
    published(cast, on)
    for exported in cast.maps.values():
        exports.ask(exported.made_by, exported, None, "csv", "fi")
    for rated in cast.maps.values():
        round_on(rated)
    for place in ("pohjanmaa", "loviisa", "kuva"):
        wish = {"organisation": cast.organisations[place].pk}
        made = edit(editor, on, f"map:{on.pk}", "add_party", wish)
        if place == "loviisa":
            edit(editor, on, made.value["subject"], "archived", True)
    make_base_map(cast)
    follow(cast, "loviisa")
    look_after(cast)
    interface_map_workflow.perform("archive", cast.maps["youth"], by=editor)
    return list(InterfaceMap.objects.all())
