"""The SVG file of a map: well-formed, closed in itself, with the words and looks of the page."""

import re
from xml.etree import ElementTree

import pytest
from django.conf import settings

from collaboration.words import tidy_line
from services.drawing.lettering import CARD_ROOM, NAME, broken, card, width
from services.drawing.picture import EDGES, FILLS, LANES, LINE, MUTED, TEXT
from services.models import InterfaceMap, Service
from tests.cast import Cast
from tests.conftest import As

SVG = "{http://www.w3.org/2000/svg}"


def file_of(as_person: As, on: InterfaceMap, language: str = "fi") -> str:
    return as_person("porvoo editor", language).get(f"/kartat/{on.pk}/kuva.svg").content.decode()


def test_the_file_says_what_it_shows(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    root = ElementTree.fromstring(file_of(as_person, on))  # noqa: S314 our own file
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert title.text == on.title
    assert "3 palvelua, 3 yhdyspintaa" in str(description.text)
    texts = " ".join(str(each.text) for each in root.iter(f"{SVG}text"))
    for word in (
        "Porvoo",
        "Päiväkoti",
        "Sovittu 0",
        "Puuttuu 27",
        "1 Asiakkaan palveluohjaus",
        f"kartta {on.pk}",
    ):
        assert word in texts
    swedish = file_of(as_person, on, "sv")
    assert "3 tjänster, 3 kontaktytor" in swedish
    assert 'lang="sv"' in swedish


def test_demo_content_is_marked(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    assert "sittelyaineistoa" not in file_of(as_person, on)
    InterfaceMap.objects.filter(pk=on.pk).update(is_demo=True)
    assert len(re.findall("sittelyaineistoa", file_of(as_person, on))) == 3  # description, head and foot


@pytest.mark.parametrize(
    "name", ["</text><script>alert(1)</script>", "A & B \u0007\u001b ]]> \"'", "\ufffe\uffff"]
)
def test_texts_of_people_stay_texts(cast: Cast, as_person: As, name: str) -> None:
    on = cast.maps["porvoo"]
    service = Service.objects.filter(places_on_maps__map=on).order_by("pk")[0]
    Service.objects.filter(pk=service.pk).update(name_fi=name)
    InterfaceMap.objects.filter(pk=on.pk).update(title_fi=f"Kartta {name}")
    content = file_of(as_person, on)
    root = ElementTree.fromstring(content)  # noqa: S314 our own file
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        "svg", "title", "desc", "g", "rect", "circle", "path", "text",
    }  # fmt: skip
    kept = tidy_line(re.sub("[^ -\ud7ff]", "", name))
    assert any((each.text or "") == kept for each in root.iter(f"{SVG}title"))


def test_the_file_needs_nothing_else_and_no_style_of_its_own(cast: Cast, as_person: As) -> None:
    content = file_of(as_person, cast.maps["porvoo"])
    assert re.findall(r"https?://[^\"]+", content) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"<style|<script|<image|<use|style=|href|url\(|\son\w+=", content)


def test_the_file_has_the_colours_of_the_page() -> None:
    css = "".join(
        (settings.BASE_DIR / "static/css" / name).read_text() for name in ("tokens.css", "interface-map.css")
    )
    css = re.sub("#fff\\b", "#ffffff", css)
    used = [TEXT, MUTED, LINE, *(each for pair in [*LANES.values(), *FILLS.values()] for each in pair)]
    for colour in [*used, *(edge["stroke"] for edge in EDGES.values())]:
        assert colour in css, colour


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Päiväkoti", ["Päiväkoti"]),
        ("Äitiys- ja lastenneuvola, Porvoo", ["Äitiys- ja lastenneuvola,", "Porvoo"]),
        ("Varhaiskasvatuksen erityisopettaja", ["Varhaiskasvatuksen", "erityisopettaja"]),
        ("Terveydenhoitajapalvelut", ["Terveydenhoitajapal-", "velut"]),
        (
            "Yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan",
            ["Yksi kaksi kolme neljä", "viisi kuusi seitsemän k…"],
        ),
        ("", [""]),
    ],
)
def test_lines_break_between_words_and_before_syllables(name: str, lines: list[str]) -> None:
    assert broken(name, NAME, CARD_ROOM, 2) == lines
    assert all(width(line, NAME) <= CARD_ROOM for line in lines)


def test_a_card_has_three_lines_at_most() -> None:
    name, facts = "Perhekeskuksen avoin kohtaamispaikka", "Lasten, nuorten ja perheiden sote-palvelut"
    assert [len(lines) for lines in card(name, facts, crowded=False)] == [2, 1]
    assert [len(lines) for lines in card("Neuvola", facts, crowded=False)] == [1, 2]
    assert [len(lines) for lines in card(name * 3, facts, crowded=True)] == [3, 0]
