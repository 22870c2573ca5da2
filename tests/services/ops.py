"""Making ops in tests."""

import random
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from collaboration.models import Forum, Organisation
from collaboration.ops.document import Applied, Op
from services.models import Aspect, AspectAnswer, Evidence, InterfaceMap, MapParty, MapService
from services.policy import can_answer_customer_questions
from services.workflows.edits import MAP
from services.workflows.map_templates import TEMPLATE_BY_KEY
from services.workflows.new_map import make_map
from services.workflows.structure import ROW_KINDS
from tests.cast import Cast, once_at_rest

NOW = 1_000_000
"""A base version after every change: the editor has just read the value."""


def edit(by: Any, on: InterfaceMap, subject: str, name: str, value: Any, *, base: int = NOW) -> Applied:
    """Apply one op with an id of its own."""
    return MAP.apply(by, on.pk, Op(uuid4(), subject, name, base, value))


def first_aspect(on: InterfaceMap, number: int = 1) -> Aspect:
    """An aspect of the map's first interface (Päiväkoti – Neuvola: two parties)."""
    return Aspect.objects.filter(interface__map=on, number=number).order_by("interface")[0]


def answer_of(aspect: Aspect, code: str) -> AspectAnswer:
    """The answer of the party whose organisation has the code."""
    return AspectAnswer.objects.get(aspect=aspect, party__map_party__organisation__code=code)


def status_of(aspect: Aspect) -> str:
    """The derived status."""
    return Aspect.objects.get(pk=aspect.pk).status


@once_at_rest
def parties_of(on: InterfaceMap) -> list[int]:
    """The ids of the parties of the map's first interface, in the order of their lanes."""
    parties = first_aspect(on).interface.party_rows.order_by("map_party__lane")
    return list(parties.values_list("map_party", flat=True))


def forum_on(on: InterfaceMap, name: str = "Verkosto") -> Forum:
    """A network that the map's county coordinates, made when it is asked for first."""
    county = on.parties.order_by("-lane")[0].organisation
    values = {"kind": Forum.Kind.SECTOR_NETWORK, "level": "expert"}
    return Forum.objects.get_or_create(name_fi=name, coordinated_by=county, defaults=values)[0]


@once_at_rest
def wishes(on: InterfaceMap) -> dict[str, dict[str, Any]]:
    """For each kind of row, a whole one."""
    parties = parties_of(on)
    one, two = parties[0], parties[-1]
    return {
        "step": {"title_fi": "Yhteinen keskustelu", "actors": [one], "accountable": one},
        "flow": {"what": "Yhteenveto", "sender": one, "receiver": two},
        "resource": {"party": one, "what": "Työntekijä", "person_years": "0.5", "euros": 30_000},
        "leader": {"party": one, "title": "Päällikkö"},
        "goal_row": {"title": "Yksi yhteydenotto riittää"},
        "path_step": {"level": "field", "who": "Työpari", "days": 5},
        "forum_row": {"forum": forum_on(on).pk, "what_for_fi": "Käytäntöjen kehittäminen"},
        "contact": {"who": "Palveluohjaus", "phone": "019 000 0002"},
        "channel": {
            "kind": "place",
            "name_fi": "Keskustan päiväkoti",
            "address_fi": "Esimerkkikatu 1, 06100 Porvoo",
            "phone": "019 000 0001",
            "url": "https://kunta.example/paivakoti",
        },
        "referral": {"text_fi": "Perhe soittaa palveluohjaukseen."},
    }


def add_row(by: Any, on: InterfaceMap, kind: str, /, **more: Any) -> str:
    """A new row of the kind; its subject."""
    wish = {**wishes(on)[kind], **more}
    return str(edit(by, on, beside(kind, on, by), f"add_{kind}", wish).value["subject"])


def beside(kind: str, on: InterfaceMap, by: Any) -> str:
    """What a row of the kind stands beside: an aspect of the map's first interface, or the person's first service."""
    if ROW_KINDS[kind].beside == "aspect":
        return f"aspect:{first_aspect(on, ROW_KINDS[kind].number or 1).pk}"
    return f"service:{service_of(by, on).pk}"


def service_of(by: Any, on: InterfaceMap) -> MapService:
    """The first service on the map whose channels the person may tell."""
    places = MapService.objects.filter(map=on).select_related("party__organisation", "map").order_by("pk")
    return next(place for place in places if can_answer_customer_questions(by, place))


def add_rows(by: Any, on: InterfaceMap) -> dict[str, str]:
    """A new row of each kind; their subjects."""
    return {kind: add_row(by, on, kind) for kind in ROW_KINDS}


@once_at_rest
def values_for(cast: Cast, on: InterfaceMap) -> dict[tuple[str, str], list[Any]]:
    """Two values for each property that keeps one, one after the other."""
    first = MapService.objects.filter(map=on).order_by("pk")[0]
    guest = MapParty.objects.filter(map=on, organisation=cast.organisations["loviisa"]).first()
    parties = sorted({place.party_id for place in first_aspect(on).interface.services.all()})
    others = list(MapService.objects.filter(map=on).order_by("-pk").values_list("pk", flat=True)[:2])
    texts = ["Ensin.", "Sitten.\nToinen rivi."]
    lines = ["Ensin", "Sitten"]
    sides = parties_of(on)
    one, two = sides[0], sides[-1]
    return {
        **{(kind, "archived"): [True, False] for kind in ROW_KINDS},
        **{(kind, "place"): [0.5, 2.5] for kind in ROW_KINDS},
        ("step", "title_fi"): lines,
        ("step", "title_sv"): [*lines, ""],
        ("step", "actors"): [sorted([one, two]), []],
        **{("step", name): [sorted([one, two]), []] for name in ("consulted", "informed")},
        ("step", "accountable"): [two, one, None],
        ("flow", "what"): lines,
        ("flow", "sender"): [two, one],
        ("flow", "receiver"): [one, two],
        ("flow", "system"): [*lines, ""],
        ("flow", "basis"): [*lines, ""],
        ("flow", "consent_needed"): [True, False],
        ("resource", "party"): [two, one],
        ("resource", "what"): lines,
        ("resource", "person_years"): ["1.5", "0.0", None],
        ("resource", "euros"): [0, 9_999_999_999, None],
        ("leader", "person"): [cast["porvoo reader"].pk, None],
        ("leader", "title"): lines,
        ("goal_row", "title"): lines,
        ("goal_row", "url"): ["https://kunta.example/strategia", ""],
        ("path_step", "level"): ["political", "expert"],
        ("path_step", "who"): lines,
        ("path_step", "days"): [1, 365],
        ("path_step", "phone"): ["+358 (19) 000-0002", "112", ""],
        ("path_step", "hours"): [*lines, ""],
        ("forum_row", "forum"): [forum_on(on, "Työryhmä").pk, forum_on(on).pk],
        ("forum_row", "what_for_fi"): [*lines, ""],
        ("forum_row", "what_for_sv"): [*lines, ""],
        ("contact", "who"): lines,
        ("contact", "phone"): ["+358 (19) 000-0002", "112"],
        ("contact", "hours"): [*lines, ""],
        ("contact", "party"): [one, two, None],
        ("channel", "kind"): ["phone", "web", "place"],
        **{("channel", f"{name}_sv"): [*lines, ""] for name in ("name", "address", "hours")},
        **{("channel", f"{name}_fi"): lines for name in ("name", "address", "hours")},
        ("channel", "phone"): ["+358 (19) 000-0002", "112", ""],
        ("channel", "url"): ["https://kunta.example/neuvola", ""],
        ("referral", "text_fi"): lines,
        ("referral", "text_sv"): [*lines, ""],
        ("referral", "service"): [*others, None],
        ("map", "title_fi"): lines,
        ("map", "title_sv"): lines,
        ("map", "places"): [{str(first.pk): 2}, {}],
        ("map", "base"): [None, *InterfaceMap.objects.filter(is_base=True).values_list("pk", flat=True)],
        ("party", "archived"): [True, False],
        ("service", "archived"): [True, False],
        ("service", "place"): [7, None],
        **{("service", name): texts for name in ("where_fi", "where_sv", "how_fi", "how_sv")},
        ("interface", "archived"): [True, False],
        ("interface", "parties"): [sorted([*parties, guest.pk]), parties] if guest else [parties],
        ("interface", "outcomes"): [["leisure", "participation"], ["activity"], []],
        ("interface", "enablers"): [["premises", "transport"], ["ict"], []],
        ("aspect", "shared_fi"): texts,
        ("aspect", "shared_sv"): texts,
        ("aspect", "not_applicable_reason"): [*lines, ""],
        ("aspect", "follows_base"): [True, False],
        ("aspect", "review_on"): ["2027-03-01", None],
        ("aspect", "responsible"): [
            sorted([cast["porvoo reader"].pk, cast["county editor"].pk]),
            [cast["porvoo reader"].pk],
            [],
        ],
        ("answer", "answer_fi"): texts,
        ("answer", "answer_sv"): texts,
        ("answer", "confirmation"): ["Yhteinen.", None],
        ("evidence", "archived"): [True, False],
    }


def unlike(keys: Iterable[tuple[str, str]], *, everything: bool) -> list[tuple[str, str]]:
    """What to try of properties by kind and name: of texts that differ in their language one, another each time; or all."""
    classes: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for kind, name in keys:
        classes.setdefault((kind, name.removesuffix("_fi").removesuffix("_sv")), []).append((kind, name))
    return [key for keys in classes.values() for key in (keys if everything else [random.choice(keys)])]  # noqa: S311


def rows_of(on: InterfaceMap) -> dict[str, str]:
    """A subject of each kind on Porvoo's map; evidence and rows when there are some."""
    aspect = first_aspect(on)
    rows = {kind.name: kind.rows(on).order_by("pk").first() for kind in ROW_KINDS.values()}
    evidence = Evidence.objects.filter(aspect__interface__map=on).first()
    return {
        "map": f"map:{on.pk}",
        "party": f"party:{on.parties.order_by('lane').last().pk}",  # type: ignore[union-attr]
        "service": f"service:{MapService.objects.get(map=on, service__node__key='daycare').pk}",
        "interface": f"interface:{aspect.interface_id}",
        "aspect": f"aspect:{aspect.pk}",
        "answer": f"answer:{answer_of(aspect, '638').pk}",
        "evidence": f"evidence:{evidence.pk if evidence else 0}",
        **{kind: f"{kind}:{row.pk if row else 0}" for kind, row in rows.items()},
    }


def make_base_map(cast: Cast) -> InterfaceMap:
    """The county's base map for children under school age, which the county's editor has just made."""
    cast.maps["base"] = make_map(
        by=cast["county editor"],
        municipality=Organisation.objects.get(code="01-KUNNAT"),
        template=TEMPLATE_BY_KEY["under_school_age"],
    )
    return cast.maps["base"]


def follow(cast: Cast, *names: str) -> None:
    """Base these maps of the cast on the county's base map."""
    for name in names:
        on = cast.maps[name]
        edit(cast["county editor"], on, f"map:{on.pk}", "base", cast.maps["base"].pk)
