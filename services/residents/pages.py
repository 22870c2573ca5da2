"""What residents read without signing in: the content of the versions in force, in the language of the address.

Nothing here asks for anything but `policy.public_versions()`: no draft, person, rating or live state.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext

from collaboration.lemmas import lemmas_by_word
from collaboration.models.bilingual import own_language, told
from collaboration.searching import meanings
from collaboration.words import sort_key
from services import policy
from services.content.comparison import interface_name, named
from services.content.shape import Content
from services.drawing.picture import picture_of, svg_of
from services.models import (
    QUESTIONS,
    AspectNumber,
    AspectStatus,
    Enabler,
    InterfaceMap,
    Outcome,
    PublicMap,
    ServiceChannel,
    ServiceResponsibility,
    TargetGroup,
)
from services.queries import asked
from services.queries.channels import channels_of, path_of
from services.queries.contents import drawing_of_content
from services.residents import index
from services.residents.index import Found
from services.residents.structured_data import government_service, json_ld
from services.residents.word_search import roots

ON_A_PAGE = 20
ON_A_CARD = 3
PLACES_SHOWN = 6
"""Of a service that stands on many maps so many are named at once; the municipality chooses among them."""
LETTERS_ON_A_CARD, LINES_ON_A_CARD = 240, 6
WHOLE_WORDS = re.compile(rf"\S.{{0,{LETTERS_ON_A_CARD - 1}}}(?<=\S)(?=\s\D)")
Page = dict[str, Any]


@dataclass(frozen=True)
class Words:
    """A text in the reader's language, or in the only one that there is, or a translation older than its source: the page says so."""

    text: str
    language: str
    is_missing: bool
    is_old: bool = False

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return self.text


def words(row: Content, field: str) -> Words:
    """`row[field_fi]` and `row[field_sv]` for the reader. A reader of English knows that all is in Finnish or Swedish."""
    text, language = told(row, field)
    own = "sv" if own_language() == "sv" else "fi"
    is_missing = bool(text) and language != own and own_language() != "en"
    return Words(text, language or own, is_missing, bool(text) and language == row.get(f"{field}_old"))


def organisation_name(row: Content) -> str:
    """The name with the organisation that a unit belongs to in front."""
    above = named(row, "unit_of")
    return f"{above}: {named(row)}" if above else named(row)


# Which version


@dataclass(frozen=True)
class Head:
    """Which version a page shows: one statement tells it, and the page is kept by it."""

    version: int
    map: int
    digest: str


def head_of_map(map_id: int) -> Head:
    """The version in force, or 404."""
    return _head(map=map_id)


def head_of_service(place_id: int) -> Head:
    """The version in force of the map that the service stands on, or 404."""
    return _head(map__map_services=place_id)


def _head(**which: int) -> Head:
    row = policy.public_versions().filter(**which).values_list("pk", "map", "digest").first()
    if row is None:
        raise Http404
    return Head(*row)


def _page_of(head: Head) -> tuple[Content, Page]:
    """The content, and what every page tells of its version. Persons' names are left out of who approved."""
    version = policy.public_versions().select_related("map").filter(pk=head.version).first()
    if version is None:  # withdrawn at this very moment
        raise Http404
    content: Content = version.content
    approved: dict[str, datetime.datetime] = {}
    for fact in version.approvals:
        approved[organisation_name(fact["organisation"])] = datetime.datetime.fromisoformat(fact["at"])
    reader = "sv" if get_language() == "sv" else "fi"
    return content, {
        "map": head.map,
        "map_title": words(content, "title"),
        "is_demo": version.map.is_demo,
        "number": version.number,
        "published_at": version.published_at,
        "review_on": version.review_on,
        "approved": list(approved.items()),
        "citation": version.citation_sv if reader == "sv" else version.citation_fi,
        "citation_language": reader,
        "incomplete_reason": version.incomplete_reason,
        "source_language": content["source_language"],
        "municipality": named(content["municipality"]),
        "municipality_code": content["municipality"]["code"],
        "target_group": TargetGroup(content["target_group"]).label,
    }


# Finding


def finding_page(filters: QueryDict) -> Page:
    """The services that the need, the municipality, the age group and what they are for leave; and what there is to choose."""
    wanted = {name: asked(filters, name) for name in ("q", *index.AXES)}
    sought = roots(in_any_form(wanted["q"]))
    number = _number(filters.get("page", ""))
    found = _found_on(number, wanted, sought)
    if not found.services and found.count + number > 1:
        number = max(1, -(-found.count // ON_A_PAGE))
        found = _found_on(number, wanted, sought)
    told = {name: value for name, value in wanted.items() if value}
    offered = {name: values | {wanted[name]} for name, values in found.offered.items()}
    municipalities = _municipalities(found.summary.get("municipalities", {}))
    near = [each for each in municipalities if each["code"] in offered["municipality"]]
    return {
        "wanted": wanted,
        "has_filters": bool(told),
        "is_partial": found.is_partial,
        "is_cut": found.is_cut,
        "page": Paginator(range(found.count), ON_A_PAGE).get_page(number),
        "services": [_found(row, wanted) for row in found.services],
        "query": urlencode(told),
        "municipalities": municipalities,
        "options": _options(near, wanted["municipality"]),
        "target_groups": _target_groups(offered["target_group"]),
        "outcomes": [(value, label) for value, label in Outcome.choices if value in offered["outcome"]],
        "enablers": [(value, label) for value, label in Enabler.choices if value in offered["enabler"]],
        "published": found.summary.get("services", 0),
    }


def in_any_form(asked_for: str) -> list[list[str]]:
    """Of each word the word itself, what it stands for, and its base forms."""
    forms = lemmas_by_word(asked_for)
    return [[*some, *forms.get(some[0], ())] for some in meanings(asked_for)]


def _target_groups(offered: set[str]) -> list[tuple[str, str]]:
    """Every group, when there is something for everyone."""
    is_all = TargetGroup.EVERYONE.value in offered
    return [(group.value, str(group.label)) for group in TargetGroup if is_all or group.value in offered]


def _number(page: str) -> int:
    """The number of a page out of an address; what is none is the first, what is too large comes to the last."""
    return max(1, int(page[:7])) if page.isascii() and page.isdecimal() else 1


def _found_on(page: int, wanted: dict[str, str], sought: list[tuple[str, ...]]) -> Found:
    offset = (page - 1) * ON_A_PAGE
    if sought:
        return index.find(sought, wanted, offset, ON_A_PAGE)
    if wanted["q"]:  # signs without a word in them
        return replace(index.listed(wanted, 0, 0), count=0)
    return index.listed(wanted, offset, ON_A_PAGE)


def _municipalities(rows: dict[str, Content]) -> list[Page]:
    found = [
        {"code": code, "name": named(each["municipality"]), "n": each["services"]}
        for code, each in rows.items()
    ]
    return sorted(found, key=lambda each: sort_key(each["name"]))


def _options(municipalities: list[Page], chosen: str) -> SafeString:
    """The municipalities of a select. In the template these three hundred would take half of the page's time."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (each["code"], SafeString(" selected") if each["code"] == chosen else "", each["name"])
            for each in municipalities
        ),
    )


def _found(row: Content, wanted: dict[str, str]) -> Page:
    """One service, with the places where it is got: those that the filters leave, each on its own map."""
    groups = index.groups_of(wanted["target_group"])
    places = [
        {
            "id": each["id"],
            "municipality": named(each["municipality"]),
            "target_group": TargetGroup(each["target_group"]).label,
            "title": words(each, "title"),
        }
        for each in row["places"]
        if wanted["municipality"] in {"", each["municipality"]["code"]}
        and (not wanted["target_group"] or each["target_group"] in groups)
    ]
    places.sort(key=lambda each: (sort_key(each["municipality"]), sort_key(str(each["title"])), each["id"]))
    return {
        "id": places[0]["id"],
        "name": words(row, "name"),
        "class": words(row["class"], "name"),
        "organiser": organisation_name(row["organiser"]),
        "places": places[:PLACES_SHOWN],
        "more": len(places[PLACES_SHOWN:]),
        "municipality": places[0]["municipality"],
        "target_group": places[0]["target_group"],
        "kinds": [kind.label for kind in ServiceChannel.Kind if kind in row["kinds"]],
    }


# One map


def map_page(head: Head, *, is_drawn: bool = False) -> Page:
    """The map as a list: who gives which services, and what has been agreed where they meet; drawn, the picture's size."""
    content, page = _page_of(head)
    interfaces = [_interface(content, row) for row in content["interfaces"]]
    agreed, of = sum(row["agreed"] for row in interfaces), sum(row["of"] for row in interfaces)
    return page | {
        "parties": [
            {
                "name": organisation_name(party["organisation"]),
                "side": party["side"],
                "services": [
                    _named_service(row) | {"phone": _first(row, "phone"), "place": _first_place(row)}
                    for row in content["services"]
                    if row["party"] == party["id"]
                ],
            }
            for party in content["parties"]
        ],
        "interfaces": interfaces,
        "agreed": agreed,
        "of": of,
        "aspects": [(number.value, number.label) for number in AspectNumber],
        "description": _description(content, page, agreed, of),
        "picture": picture_of(_pictured(content, page)).attrib if is_drawn else {},
    }


def _interface(content: Content, row: Content) -> Page:
    aspects = [_aspect(aspect) for aspect in row["aspects"]]
    return {
        "id": row["id"],
        "name": interface_name(content, row),
        "aspects": aspects,
        "agreed": sum(aspect["status"] == AspectStatus.AGREED for aspect in aspects),
        "of": sum(aspect["status"] != AspectStatus.NOT_APPLICABLE for aspect in aspects),
    }


def _aspect(row: Content) -> Page:
    """An agreed aspect with its text; of another one only that it has not been agreed, or does not apply."""
    status = AspectStatus(row["status"])
    is_agreed = status == AspectStatus.AGREED
    is_open = status in {AspectStatus.IN_PROGRESS, AspectStatus.MISSING}
    return {
        "number": row["number"],
        "name": AspectNumber(row["number"]).label,
        "question": QUESTIONS[row["number"]],
        "status": AspectStatus.MISSING.value if is_open else status.value,
        "status_name": gettext("not agreed yet") if is_open else status.label,
        "shared": words(row, "shared") if is_agreed else None,
    }


def _named_service(row: Content) -> Page:
    return {"id": row["id"], "name": words(row, "name"), "class": words(row["class"], "name")}


def _first(row: Content, field: str) -> str:
    return next((each[field] for each in row.get("channels", []) if each[field]), "")


def _first_place(row: Content) -> Words | None:
    return next((words(each, "address") for each in row.get("channels", []) if each["kind"] == "place"), None)


def _description(content: Content, page: Page, agreed: int, of: int) -> str:
    """What the whole picture shows, in words."""
    services, interfaces = len(content["services"]), len(content["interfaces"])
    facts = [
        " – ".join(organisation_name(party["organisation"]) for party in content["parties"]),
        ngettext("%(n)d service", "%(n)d services", services) % {"n": services},
        ngettext("%(n)d interface", "%(n)d interfaces", interfaces) % {"n": interfaces},
        gettext("%(agreed)d of %(of)d aspects agreed") % {"agreed": agreed, "of": of},
    ]
    if page["is_demo"]:
        facts.append(gettext("demo content"))
    return (
        gettext("Interface map %(title)s.") % {"title": page["map_title"]} + f" {capfirst(', '.join(facts))}."
    )


def picture(head: Head) -> bytes:
    """The drawing as an SVG file."""
    return svg_of(_pictured(*_page_of(head)))


def _pictured(content: Content, page: Page) -> Page:
    """What is drawn. An aspect under work looks as one that is missing: it is not agreed yet."""
    content = deepcopy(content)
    for interface in content["interfaces"]:
        for aspect in interface["aspects"]:
            aspect["status"] = _aspect(aspect)["status"]
    drawing = drawing_of_content(content)
    tally = Counter(status for interface in drawing["interfaces"] for status in interface["statuses"])
    agreed, of = (
        sum(row["agreed"] for row in drawing["interfaces"]),
        sum(row["of"] for row in drawing["interfaces"]),
    )
    told = {AspectStatus.AGREED: AspectStatus.AGREED.label, AspectStatus.MISSING: gettext("not agreed yet")}
    told |= {AspectStatus.NOT_APPLICABLE: AspectStatus.NOT_APPLICABLE.label}
    return {
        "map": InterfaceMap(target_group=content["target_group"], is_demo=page["is_demo"]),
        "drawing": drawing,
        "description": _description(content, page, agreed, of),
        "imprint": page["citation"],
        "key": gettext("A hub shows what is least done of its nine aspects, and how many of them are agreed:")
        if drawing["crowded"]
        else gettext("Sectors clockwise from the top:"),
        "aspects": [(number.value, number.label) for number in AspectNumber],
        "statuses": [(status.value, label) for status, label in told.items()],
        "tally": tally,
    }


# One service


def service_page(head: Head, place_id: int) -> Page:
    """One service: where it is got, how one is guided to it, what it meets, and who answers for it."""
    content, page = _page_of(head)
    services = {row["id"]: row for row in content["services"]}
    if place_id not in services:
        raise Http404
    row = services[place_id]
    page |= _named_service(row) | {
        "organiser": organisation_name(row["organiser"]),
        "where": words(row, "where"),
        "how": words(row, "how"),
        "channels": _signed(channels_of(row)),
        "path": _signed(
            [
                {**step, "url": reverse("services:resident_service", args=[get_language(), step["service"]])}
                if step["service_name"]
                else step
                for step in path_of(row, {key: named(each) for key, each in services.items()})
            ]
        ),
        "responsibilities": [
            {
                "duty": ServiceResponsibility.Duty(each["duty"]).label,
                "organisation": organisation_name(each["organisation"]),
                "basis": ServiceResponsibility.Basis(each["basis"]).label if each["basis"] else "",
                "reference": each["reference"],
            }
            for each in row["responsibilities"]
        ],
        "meets": [
            {
                **_interface(content, each),
                "others": [
                    _named_service(services[key])
                    | {"organiser": organisation_name(services[key]["organiser"])}
                    for key in each["services"]
                    if key != place_id and key in services
                ],
            }
            for each in content["interfaces"]
            if place_id in each["services"]
        ],
    }
    here, identity = (
        absolute("services:resident_service", language, place_id)
        for language in (get_language() or "fi", settings.LANGUAGE_CODE)
    )
    data = government_service(page, row.get("channels", []), here, f"{identity}#service")
    return page | {"json_ld": json_ld(data)}


def _signed(rows: list[Page]) -> list[Page]:
    """Each with whether a text of it is missing in the reader's language; a reader of English has been told."""
    return [{**row, "is_missing": bool(row["language"]) and get_language() != "en"} for row in rows]


def card_page(head: Head, place_id: int) -> Page:
    """The service as a card on paper: the first channels, the beginning of each text, and a code that leads to its page."""
    page = service_page(head, place_id)
    address = absolute("services:resident_service", get_language() or "fi", place_id)
    return page | {
        "where": _short(page["where"]),
        "how": _short(page["how"]),
        "channels": page["channels"][:ON_A_CARD],
        "path": page["path"][:ON_A_CARD],
        "address": address,
        "code": code(address),
    }


def _short(said: Words) -> Words:
    return Words(beginning_of(said.text), said.language, said.is_missing)


def beginning_of(text: str) -> str:
    """Whole lines, as many as a card holds; of a first one that is longer whole words. No number is cut in two."""
    lines = text.strip().splitlines()
    kept = [
        line
        for number, line in enumerate(lines[:LINES_ON_A_CARD], 1)
        if len("".join(lines[:number])) <= LETTERS_ON_A_CARD
    ]
    if len(kept) == len(lines):
        return "\n".join(lines)
    words = WHOLE_WORDS.match(lines[0])
    start = "\n".join(kept).rstrip() or (words[0] if words else lines[0][:LETTERS_ON_A_CARD])
    return f"{start} …"


def code(address: str) -> SafeString:
    """A QR code of the address: dark on white with its quiet zone, all in attributes."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr__picture", lineclass=None
    )
    # segno writes figures only
    return mark_safe(drawn)  # noqa: S308


def absolute(name: str, *args: Any) -> str:
    """A page's address for those who are not on it: search engines, paper."""
    return settings.SITE_URL.rstrip("/") + reverse(name, args=args)


# Sitemap


def maps_listed() -> list[tuple[int, datetime.datetime]]:
    """Each map with a version in force, and when that was published."""
    return list(PublicMap.objects.order_by("map").values_list("map", "published_at"))


def addresses_of_map(head: Head) -> list[tuple[str, tuple[int]]]:
    """The pages of one map: the map, and each of its services."""
    content, page = _page_of(head)
    return [
        ("services:resident_map", (page["map"],)),
        *(("services:resident_service", (row["id"],)) for row in content["services"]),
    ]
