"""One's own organisation stands first wherever organisations are listed or chosen from."""

from __future__ import annotations

import re
from html import unescape

import pytest

from collaboration.models import Area, Organisation
from collaboration.policy.own import own_first, own_of
from services.models import AspectNumber, MapService
from tests.cast import Cast
from tests.services.ops import add_rows, first_aspect

OPTIONS = re.compile(r"<option[^>]*>(.*?)</option>", re.DOTALL)
OWN = {
    "porvoo editor": "Porvoo",
    "county editor": "Itä-Uudenmaan hyvinvointialue",
}


def pages(cast: Cast) -> list[str]:
    """Every page on which an organisation is chosen."""
    on = cast.maps["porvoo"]
    add_rows(cast["porvoo editor"], on)
    interface = first_aspect(on).interface
    place = MapService.objects.filter(map=on).first()
    assert place
    return [
        "/organisaatiot/",
        "/palvelut/",
        place.service.get_absolute_url(),
        "/kartat/uusi/",
        *(f"/kartat/{on.pk}/{view}" for view in ("", "lista/", "taulukko/", "palvelut/lisaa/")),
        f"/kartat/{on.pk}/asetukset/?q=a",
        interface.get_absolute_url(),
        *(f"{interface.get_absolute_url()}{number}/" for number in AspectNumber),
        place.get_absolute_url(),
    ]


@pytest.mark.parametrize("name", OWN)
def test_every_choice_of_organisations_begins_with_one_s_own(cast: Cast, name: str) -> None:
    rows = (*Organisation.objects.all(), *Area.objects.all())
    names = {told: row.name_fi for row in rows for told in (row.name_fi, row.name_en) if told}
    client, seen = cast.client(name), 0
    for path in pages(cast):
        answer = client.get(path)
        assert answer.status_code == 200, path
        for select in re.findall(r"<select[^>]*>.*?</select>", answer.content.decode(), re.DOTALL):
            told = [unescape(option).strip() for option in OPTIONS.findall(select)]
            organisations = [names[option] for option in told if option in names]
            if OWN[name] in organisations:
                seen += len(organisations) > 1
                assert organisations[0] == OWN[name], (path, organisations[:4])
    assert seen > 8, "selects with more than one organisation were seen"


@pytest.mark.parametrize("name", OWN)
def test_lists_and_answers_begin_with_one_s_own(cast: Cast, name: str) -> None:
    client, own = cast.client(name), OWN[name]
    rows = client.get("/organisaatiot/").context["organisations"]
    assert rows[0].name_fi == own
    services = client.get("/palvelut/").context["services"]
    assert services[0].organisation.name_fi == own
    answers = client.get(first_aspect(cast.maps["porvoo"]).get_absolute_url()).context["answers"]
    assert answers[0].party.map_party.organisation.name_fi == own


def test_the_seat_comes_before_one_s_other_organisations(cast: Cast) -> None:
    person = cast["porvoo editor"]
    [own, *_others] = own_of(person)
    other = cast.organisations["loviisa"]
    person._grants = {own: frozenset({"read"}), other.pk: frozenset({"read"})}  # type: ignore[attr-defined]
    rows = [other.pk + 1000, own, other.pk]
    person.seat = other.pk  # type: ignore[attr-defined]
    assert own_first(person, rows, lambda key: key) == [other.pk, own, other.pk + 1000]
    person.seat = own  # type: ignore[attr-defined]
    assert own_first(person, rows, lambda key: key) == [own, other.pk, other.pk + 1000]
