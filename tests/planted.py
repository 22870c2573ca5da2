"""Words that nobody can guess, one for each map, in everything that only its own people may read."""

from secrets import token_hex

from django.db.models import Q

from services.models import AspectAnswer, Interface, InterfaceMap, MapService
from tests.cast import Cast
from tests.services.ops import add_row, edit, first_aspect

EDITORS = (
    "porvoo editor",
    "county editor",
    "loviisa editor",
    "kasko editor",
    "sotepe editor",
    "pohjanmaa editor",
)


def plant(cast: Cast) -> dict[int, str]:
    """By map: the word in its title, answers, shared answers, reasons, rows, evidence, customer's questions, channels, paths and history."""
    return {on.pk: _plant(cast, on) for on in cast.maps.values()}


def _plant(cast: Cast, on: InterfaceMap) -> str:
    word = f"sala{token_hex(8)}"
    ours = [cast[name] for name in EDITORS if cast[name].memberships.filter(_of(on)).exists()]
    editor, text = ours[0], f"Vain omille: {word}."
    aspect, dropped = first_aspect(on), first_aspect(on, 2)
    for name in ("title_fi", "title_sv"):
        edit(editor, on, f"map:{on.pk}", name, f"Kartta {word}")
    for name in ("shared_fi", "shared_sv"):
        edit(editor, on, f"aspect:{aspect.pk}", name, text)
    edit(editor, on, f"aspect:{dropped.pk}", "not_applicable_reason", text)
    link = {"title": f"Päätös {word}", "url": f"https://kunta.example/{word}"}
    made = edit(editor, on, f"aspect:{aspect.pk}", "add_evidence", link).value["subject"]
    edit(editor, on, f"aspect:{dropped.pk}", "add_evidence", link)
    add_row(editor, on, "step", title_fi=f"Vaihe {word}")
    add_row(editor, on, "flow", what=f"Tieto {word}", system=f"Järjestelmä {word}")
    edit(editor, on, made, "archived", True)
    for person in ours:
        own = Q(party__map_party__organisation__memberships__user=person)
        for answer in AspectAnswer.objects.filter(own, aspect=aspect):
            edit(person, on, f"answer:{answer.pk}", "answer_fi", text)
            edit(person, on, f"answer:{answer.pk}", "confirmation", text)
        for place in MapService.objects.filter(party__organisation__memberships__user=person, map=on):
            edit(person, on, f"service:{place.pk}", "where_fi", text)
            edit(person, on, f"service:{place.pk}", "how_sv", text)
            channel = {"kind": "web", "name_fi": f"Kanava {word}", "url": f"https://kunta.example/{word}"}
            edit(person, on, f"service:{place.pk}", "add_channel", channel)
            edit(person, on, f"service:{place.pk}", "add_referral", {"text_fi": f"Askel {word}"})
    last = Interface.objects.filter(map=on).order_by("pk").last()
    if last is not None:
        edit(editor, on, f"interface:{last.pk}", "archived", True)
    return word


def _of(on: InterfaceMap) -> Q:
    return Q(organisation__in=on.parties.values("organisation"), role="editor")
