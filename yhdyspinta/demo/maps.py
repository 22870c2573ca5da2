"""Demo content of the interface maps: believable, made through the same edits as people make, marked as demo content."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from collaboration.models import Organisation, User
from collaboration.ops.document import Op
from services.models import Aspect, AspectAnswer, AspectNumber, Interface, InterfaceMap, MapService, Service
from services.workflows.edits import MAP
from services.workflows.map_templates import TEMPLATE_BY_KEY
from services.workflows.new_map import make_map
from services.workflows.structure import ROW_KINDS
from yhdyspinta.demo import ratings
from yhdyspinta.demo.base_texts import BASE_MAP, LATER, LOVIISA_FOLLOWS
from yhdyspinta.demo.channels import CHANNELS, PATHS
from yhdyspinta.demo.purposes import OF_INTERFACES, OF_SERVICES
from yhdyspinta.demo.rows import CHILDREN_ROWS, OTHER, OWN, YOUTH_ROWS, Row
from yhdyspinta.demo.texts import (
    CUSTOMER_QUESTIONS,
    HELSINKI,
    LOVIISA,
    PORVOO_CHILDREN,
    PORVOO_YOUTH,
    Written,
)


@dataclass
class Editing:
    """Edits of one map as its people make them; ids are derived, so a second load changes nothing."""

    interface_map: InterfaceMap
    made: int = field(default=0)

    def edit(self, by: User, subject: str, name: str, value: Any) -> None:
        """One op by the person."""
        op_id = uuid5(NAMESPACE_URL, f"demo:{self.interface_map.pk}:{subject}:{name}:{value}:{by.pk}")
        applied = MAP.apply(by, self.interface_map.pk, Op(op_id, subject, name, 1_000_000, value))
        self.made += applied.version > 0


def _person(organisation: Organisation, role: str, nth: int = 0) -> User:
    people = User.objects.filter(
        is_demo_person=True, memberships__organisation=organisation, memberships__role=role
    ).order_by("pk")
    return people[nth]


def _municipality(code: str) -> Organisation:
    return Organisation.objects.get(kind=Organisation.Kind.MUNICIPALITY, code=code)


def load() -> str:
    """Make the demo maps unless they are there already. Returns a sentence on what was done."""
    if InterfaceMap.objects.filter(is_demo=True).exists():
        return "The demo maps are there already."
    porvoo, loviisa, helsinki = _municipality("638"), _municipality("434"), _municipality("091")
    county = Organisation.objects.get(kind=Organisation.Kind.WELLBEING_SERVICES_COUNTY, code="01")
    divisions = {unit.code: unit for unit in helsinki.units.all()}
    education, social = divisions["091-KASKO"], divisions["091-SOTEPE"]
    base_map, count = _base_map(county)
    for by, municipality, other, template, written, language in (
        (_person(education, "editor"), helsinki, social, "under_school_age", HELSINKI, "fi"),
        (_person(county, "editor"), porvoo, county, "young_people", PORVOO_YOUTH, "fi"),
        (
            _person(loviisa, "editor"),
            loviisa,
            county,
            "under_school_age",
            (*LOVIISA, *LOVIISA_FOLLOWS),
            "sv",
        ),
        (_person(porvoo, "editor"), porvoo, county, "under_school_age", PORVOO_CHILDREN, "fi"),
    ):
        own = education if municipality == helsinki else municipality
        interface_map = make_map(
            by=by,
            municipality=municipality,
            template=TEMPLATE_BY_KEY[template],
            source_language=language,
            use_base=True,
            is_demo=True,
        )
        count += _fill(interface_map, own, other, written, language)
        count += _add_rows(interface_map, own, other, ROWS.get(written, ()))
        count += _tell_customers(interface_map)
        count += _name_purposes(interface_map)
        if municipality == loviisa:
            count += _write_base(base_map, LATER)
    editors = {porvoo.pk: _person(porvoo, "editor"), county.pk: _person(county, "editor")}
    rated = ratings.load(interface_map, editors)  # the last one: of Porvoo's children
    return f"4 demo maps and a base map with {count} edits and {rated} ratings by demo people."


ROWS = {PORVOO_YOUTH: YOUTH_ROWS, PORVOO_CHILDREN: CHILDREN_ROWS}
"""The rows of structure that go with the texts."""


def _add_rows(
    interface_map: InterfaceMap, own: Organisation, other: Organisation, rows: tuple[Row, ...]
) -> int:
    """Add the rows in order, each by the editor of the party that it is about, else of the municipality."""
    editing, interfaces = Editing(interface_map), _interfaces(interface_map)
    sides = {OWN: own, OTHER: other}
    parties = {
        side: interface_map.parties.get(organisation=organisation).pk for side, organisation in sides.items()
    }
    people = {side: _person(organisation, "editor") for side, organisation in sides.items()}
    for row in rows:
        kind = ROW_KINDS[row.kind]
        number = kind.number or AspectNumber.RESPONSIBILITIES
        aspect = Aspect.objects.get(interface=interfaces[frozenset(row.between)], number=number)
        values = dict(row.values)
        for column in kind.columns:
            told = values.get(column.name)
            if column.widget == "parties":
                values[column.name] = [parties[side] for side in told or ()]
            elif column.widget in {"party", "person"} and told:
                values[column.name] = parties[told] if column.widget == "party" else people[told].pk
        by = people[row.values.get("party") or row.values.get("sender") or OWN]
        editing.edit(by, f"aspect:{aspect.pk}", f"add_{row.kind}", values)
    return editing.made


def _name_purposes(interface_map: InterfaceMap) -> int:
    """What its services and interfaces serve and lean on, said by whoever made the map."""
    editing = Editing(interface_map)
    for key, (outcomes, enablers) in OF_SERVICES.items():
        services = Service.objects.filter(places_on_maps__map=interface_map, node__key=key)
        Service.objects.filter(pk__in=services.values("pk")).update(outcomes=outcomes, enablers=enablers)
    for keys, interface in _interfaces(interface_map).items():
        for key in keys & OF_INTERFACES.keys():
            for name, chosen in zip(("outcomes", "enablers"), OF_INTERFACES[key], strict=True):
                editing.edit(interface_map.made_by, f"interface:{interface.pk}", name, chosen)
    return editing.made


def _base_map(county: Organisation) -> tuple[InterfaceMap, int]:
    """The county's base map, made and written by the county's editor."""
    base_map = make_map(
        by=_person(county, "editor"),
        municipality=Organisation.objects.get(kind=Organisation.Kind.MUNICIPALITIES, parent=county),
        template=TEMPLATE_BY_KEY["under_school_age"],
        is_demo=True,
    )
    return base_map, _write_base(base_map, *BASE_MAP)


def _write_base(base_map: InterfaceMap, *written: Written) -> int:
    editing, editor = Editing(base_map), base_map.made_by
    interfaces = _interfaces(base_map)
    for text in written:
        aspect = Aspect.objects.get(interface=interfaces[frozenset(text.between)], number=text.number)
        editing.edit(editor, f"aspect:{aspect.pk}", "shared_fi", text.fi)
        editing.edit(editor, f"aspect:{aspect.pk}", "shared_sv", text.sv)
    return editing.made


def _interfaces(interface_map: InterfaceMap) -> dict[frozenset[str], Interface]:
    """The map's interfaces by the classes of the services that meet there."""
    return {
        frozenset(interface.services.values_list("service__node__key", flat=True)): interface
        for interface in Interface.objects.filter(map=interface_map)
    }


def _fill(
    interface_map: InterfaceMap,
    own: Organisation,
    other: Organisation,
    written: tuple[Written, ...],
    language: str,
) -> int:
    editing = Editing(interface_map)
    editors = {own.pk: _person(own, "editor"), other.pk: _person(other, "editor")}
    approvers = {own.pk: _person(own, "approver"), other.pk: _person(other, "approver")}
    interfaces = _interfaces(interface_map)
    for text in written:
        interface = interfaces[frozenset(text.between)]
        aspect = Aspect.objects.get(interface=interface, number=text.number)
        answers = list(AspectAnswer.objects.filter(aspect=aspect).select_related("party__map_party"))
        parties = [answer.party.map_party.organisation_id for answer in answers]
        writer = editors[own.pk] if own.pk in parties else editors[other.pk]
        subject = f"aspect:{aspect.pk}"
        for answer in answers:
            organisation = answer.party.map_party.organisation_id
            own_text = text.own if organisation == own.pk else text.other
            if own_text:
                editing.edit(editors[organisation], f"answer:{answer.pk}", f"answer_{language}", own_text)
        if text.fi:
            editing.edit(writer, subject, "shared_fi", text.fi)
        if text.sv:
            editing.edit(writer, subject, "shared_sv", text.sv)
        if text.not_applicable:
            editing.edit(writer, subject, "not_applicable_reason", text.not_applicable)
        if text.agreed:
            agreed_text = text.sv if language == "sv" else text.fi
            for answer in answers:
                giver = approvers[answer.party.map_party.organisation_id]
                editing.edit(giver, f"answer:{answer.pk}", "confirmation", agreed_text)
            review = timezone.localdate() + datetime.timedelta(days=20 + 45 * (text.number - 1))
            editing.edit(writer, subject, "review_on", review.isoformat())
            editing.edit(
                writer, subject, "responsible", [editors[organisation].pk for organisation in parties]
            )
        elif text.half:
            first = answers[-1]
            giver = approvers[first.party.map_party.organisation_id]
            editing.edit(
                giver, f"answer:{first.pk}", "confirmation", text.sv if language == "sv" else text.fi
            )
        if text.evidence:
            title, url = text.evidence
            editing.edit(writer, subject, "add_evidence", {"title": title, "url": url})
    return editing.made


def _tell_customers(interface_map: InterfaceMap) -> int:
    """Where one gets each service and how one is guided to it, told by the editor of the party whose service it is."""
    editing, code = Editing(interface_map), interface_map.municipality.code
    places = MapService.objects.filter(map=interface_map).select_related(
        "service__node", "party__organisation"
    )
    on_map = {place.service.node.key: place for place in places}
    for key, place in on_map.items():
        by, subject = _person(place.party.organisation, "editor"), f"service:{place.pk}"
        for name, value in CUSTOMER_QUESTIONS.get(key, {}).items():
            editing.edit(by, subject, name, value)
        for channel in CHANNELS.get((code, key), ()):
            editing.edit(by, subject, "add_channel", channel)
        for step in PATHS.get(key, ()):
            guide = on_map.get(step.service)
            wish = {"text_fi": step.fi, "text_sv": step.sv, "service": guide.pk if guide else None}
            editing.edit(by, subject, "add_referral", wish)
    return editing.made
