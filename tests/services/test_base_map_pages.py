"""Pages of a base map and of the maps that follow it: what they say, without JavaScript, and in how many statements."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collaboration.models import Organisation
from services.models import InterfaceMap, MapService
from services.queries.base_maps import differences
from services.workflows.map_templates import TEMPLATE_BY_KEY
from services.workflows.new_map import make_map
from tests.cast import Cast
from tests.services.ops import edit, first_aspect, follow, make_base_map
from tests.services.test_bad_input import post_form
from tests.services.test_base_maps import write
from tests.services.test_pages import SESSION_AND_USER, large_map, statements


@pytest.fixture
def based(cast: Cast) -> Cast:
    """The cast with a base map that Porvoo and Loviisa follow, with some texts."""
    make_base_map(cast)
    write(cast, "base", "Alueen teksti.")
    follow(cast, "porvoo", "loviisa")
    write(cast, "porvoo", "Oma teksti.", number=2)
    return cast


def content(cast: Cast, person: str, path: str, language: str = "en") -> str:
    answer = cast.client(person, language).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_an_aspect_tells_where_its_text_comes_from_and_offers_the_other_way(based: Cast) -> None:
    following, own = (first_aspect(based.maps["porvoo"], number) for number in (1, 2))
    write(based, "base", "Alueen toinen teksti.", number=2)
    page = content(based, "porvoo editor", following.get_absolute_url())
    assert "From the county&#x27;s base map." in page or "From the county's base map." in page
    assert "Take over as our own" in page
    assert first_aspect(based.maps["base"]).get_absolute_url() in page
    page = content(based, "porvoo editor", own.get_absolute_url())
    assert "Return to the county" in page
    assert "toinen" in page
    page = content(based, "porvoo approver", following.get_absolute_url())
    assert "From the county" in page
    assert "Take over as our own" not in page
    page = content(based, "porvoo reader", following.get_absolute_url())
    assert "From the county" not in page, "differences to the base map are for those who work on the map"


def test_taking_over_and_returning_work_without_javascript(based: Cast) -> None:
    on, aspect = based.maps["porvoo"], first_aspect(based.maps["porvoo"])
    client = based.client("porvoo editor")
    for value in (False, True):
        form = {"value": str(value).lower(), "next": aspect.get_absolute_url()}
        answer = post_form(client, on, f"aspect:{aspect.pk}", "follows_base", **form)
        assert (answer.status_code, answer["Location"]) == (302, aspect.get_absolute_url())
        aspect.refresh_from_db()
        assert aspect.follows_base == value
    for bad in ("", "x"):
        assert post_form(client, on, f"aspect:{aspect.pk}", "follows_base", value=bad).status_code in {
            302,
            422,
        }


def test_a_base_map_is_taken_in_use_on_the_settings_page(cast: Cast) -> None:
    base, on = make_base_map(cast), cast.maps["porvoo"]
    client, settings = cast.client("porvoo editor"), f"/kartat/{on.pk}/asetukset/"
    assert "Take the base map in use" in client.get(settings).content.decode()
    assert post_form(client, on, f"map:{on.pk}", "base", value=str(base.pk), next=settings).status_code == 302
    on.refresh_from_db()
    assert on.base == base
    page = client.get(settings).content.decode()
    assert "Stop using the base map" in page
    assert base.get_absolute_url() in page
    assert post_form(client, on, f"map:{on.pk}", "base", value="x").status_code == 422
    assert post_form(client, on, f"map:{on.pk}", "base", value="", next=settings).status_code == 302
    on.refresh_from_db()
    assert on.base is None
    history = client.get(f"/kartat/{on.pk}/historia/").content.decode()
    assert base.title_fi in history
    youth = f"/kartat/{cast.maps['youth'].pk}/asetukset/"
    assert "has no base map for this target group" in client.get(youth).content.decode()


def test_the_new_map_page_makes_a_base_map_and_a_map_that_follows_it(cast: Cast) -> None:
    together = Organisation.objects.get(code="01-KUNNAT")
    form: dict[str, Any] = {"template": "under_school_age", "source_language": "fi"}
    county = cast.client("county editor", "fi")
    assert "Itä-Uudenmaan hyvinvointialueen kunnat" in county.get("/kartat/uusi/").content.decode()
    assert (
        county.post("/kartat/uusi/", {**form, "municipality": together.pk, "op_id": uuid4()}).status_code
        == 302
    )
    base = InterfaceMap.objects.latest("pk")
    assert (base.is_base, base.title_fi) == (
        True,
        "Alle kouluikäisten palvelut, Itä-Uudenmaan hyvinvointialue",
    )
    porvoo = cast.client("porvoo editor", "fi")
    page = porvoo.get("/kartat/uusi/").content.decode()
    assert "hyvinvointialueen kunnat" not in page
    assert 'name="use_base" checked' in page
    assert (
        porvoo.post("/kartat/uusi/", {**form, "municipality": together.pk, "op_id": uuid4()}).status_code
        == 422
    )
    for ticked, expected in (({"use_base": "on"}, base), ({}, None)):
        wish = {**form, **ticked, "municipality": cast.organisations["porvoo"].pk, "op_id": uuid4()}
        assert porvoo.post("/kartat/uusi/", wish).status_code == 302
        assert InterfaceMap.objects.latest("pk").base == expected
    wish = {
        "template": "under_school_age",
        "municipality": cast.organisations["porvoo"].pk,
        "op_id": str(uuid4()),
    }
    made = porvoo.post("/api/v1/maps/", wish, content_type="application/json").json()
    assert (made["base"], made["is_base"]) == (base.pk, False)
    assert made["interfaces"][0]["aspects"][0]["follows_base"] is True


def test_a_base_map_says_that_it_is_one_and_who_follows_it(based: Cast) -> None:
    base = based.maps["base"]
    for part in ("", "lista/", "taulukko/"):
        page = content(based, "county editor", f"/kartat/{base.pk}/{part}")
        assert "follows 26 of its 27 aspects" in page
        assert "follows 27 of its 27 aspects" in page
    page = content(based, "loviisa editor", f"/kartat/{base.pk}/")
    assert "follows 27 of its 27 aspects" in page
    assert "follows 26 of its 27 aspects" not in page, "Porvoo's map is not for Loviisa to see"
    for person in ("county editor", "porvoo reader"):
        assert "Base map" in content(based, person, "/kartat/")


def test_the_views_mark_what_is_inherited(based: Cast) -> None:
    on = based.maps["porvoo"]
    drawing = based.client("porvoo reader").get(f"/api/v1/maps/{on.pk}/drawing/").json()
    first = min(drawing["interfaces"], key=lambda row: row["id"])
    assert first["inherited"] == [True, False, *[True] * 7]
    assert first["label"].endswith("from the county's base map: 1, 3, 4, 5, 6, 7, 8, 9")
    for part in ("lista/", "taulukko/"):
        page = content(based, "porvoo reader", f"/kartat/{on.pk}/{part}")
        marked = page.count("data-inherited>") if part == "taulukko/" else page.count("inherited--mark")
        assert marked == 26, part
    assert "from the county" not in content(based, "porvoo reader", f"/kartat/{based.maps['base'].pk}/lista/")


def test_the_history_tells_what_the_county_changed(based: Cast) -> None:
    write(based, "base", "Alueen uusi teksti.")
    page = content(based, "porvoo reader", f"/kartat/{based.maps['porvoo'].pk}/historia/")
    assert "Alueen uusi teksti." in page
    assert "(from the county" in page
    changes = based.client("porvoo reader").get(f"/api/v1/maps/{based.maps['porvoo'].pk}/changes/").json()
    assert (changes["changes"][-1]["to"], changes["changes"][-1]["by"]) == (
        "Alueen uusi teksti.",
        "County editor",
    )


def test_the_api_tells_the_base_and_takes_the_ops(based: Cast) -> None:
    on, base = based.maps["porvoo"], first_aspect(based.maps["base"])
    client, aspect = based.client("porvoo editor"), first_aspect(based.maps["porvoo"])
    row = client.get(f"/api/v1/aspects/{aspect.pk}/").json()
    assert (row["base"], row["follows_base"], row["shared_fi"]) == (base.pk, True, "Alueen teksti.")
    op = {"id": str(uuid4()), "subject": f"aspect:{aspect.pk}", "property": "shared_fi", "base_version": 99}
    answer = client.post(
        f"/api/v1/maps/{on.pk}/ops/", {**op, "value": "Oma."}, content_type="application/json"
    ).json()
    assert (answer["follows_base"], answer["status"]) == (False, "in_progress")
    listed = {each["id"]: each for each in client.get("/api/v1/maps/").json()["results"]}
    assert (listed[on.pk]["base"], listed[based.maps["base"].pk]["is_base"]) == (based.maps["base"].pk, True)


def test_a_map_with_a_base_opens_in_4_statements_and_so_does_the_base(based: Cast) -> None:
    base, on = based.maps["base"], based.maps["porvoo"]
    large_map(base, 60, 90)
    large_map(on, 60, 90)
    client = based.client("county editor", "fi")
    client.get("/")  # content types and the like
    for each in (base, on):
        for path in ("", "lista/", "taulukko/"):
            count, _page = statements(client, f"/kartat/{each.pk}/{path}")
            assert count <= SESSION_AND_USER + 4, (each, path)


def test_every_page_asks_as_often_however_many_follow(based: Cast) -> None:
    base, on = based.maps["base"], based.maps["porvoo"]
    write(based, "base", "Alueen muu teksti.")
    pages = [
        f"/kartat/{each.pk}/{part}"
        for each in (base, on)
        for part in ("", "lista/", "historia/", "asetukset/")
    ]
    pages += [first_aspect(each, number).get_absolute_url() for each in (base, on) for number in (1, 2)]
    pages += ["/", "/kartat/", "/kartat/uusi/", f"/api/v1/maps/{base.pk}/", "/api/v1/aspects/"]
    client = based.client("county editor", "fi")

    def counts() -> dict[str, int]:
        return {path: statements(client, path)[0] for path in pages}

    counts()
    few = counts()
    for number in range(8):
        make_map(
            by=based["county editor"],
            municipality=based.organisations["porvoo"],
            template=TEMPLATE_BY_KEY["under_school_age"],
            title_fi=f"Kartta {number}",
            use_base=True,
        )
    assert counts() == few
    for path in (page for page in pages if "yhdyspinnat" in page):
        assert few[path] <= SESSION_AND_USER + 12, (
            path
        )  # one of them for the rows of structure, one for contacts


def test_an_edit_of_the_base_asks_as_often_however_many_follow(based: Cast) -> None:
    def asked(value: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            write(based, "base", value)
        return len(queries)

    asked("Ensin.")
    few = asked("Sitten.")
    for _number in range(8):
        make_map(
            by=based["county editor"],
            municipality=based.organisations["porvoo"],
            template=TEMPLATE_BY_KEY["under_school_age"],
            use_base=True,
        )
    assert asked("Lopuksi.") == few


def test_a_service_of_a_base_map_is_told_by_the_county(based: Cast) -> None:
    base = based.maps["base"]
    place = MapService.objects.get(map=base, service__node__key="daycare")
    edit(based["county editor"], base, f"service:{place.pk}", "where_fi", "Lähimmästä päiväkodista.")
    page = content(based, "porvoo reader", place.get_absolute_url(), "fi")
    assert "Lähimmästä päiväkodista." in page


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("", "", []),
        ("", "Uusi.", [("same", "Uusi.")]),
        ("Vanha.", "", []),
        ("Aivan muuta sanottua.", "Ei mitään yhteistä.", [("same", "Ei mitään yhteistä.")]),
        (
            "Neuvola vastaa viiden päivän kuluessa.",
            "Neuvola vastaa kolmen päivän kuluessa.",
            [
                ("same", "Neuvola vastaa "),
                ("removed", "viiden "),
                ("added", "kolmen "),
                ("same", "päivän kuluessa."),
            ],
        ),
    ],
)
def test_differences_are_told_word_by_word(before: str, after: str, parts: list[tuple[str, str]]) -> None:
    assert differences(before, after) == parts


def test_a_text_with_markup_is_shown_as_text(based: Cast) -> None:
    write(based, "base", "<b>Alueen</b> <script>alert(1)</script> toinen teksti.", number=2)
    page = content(based, "porvoo editor", first_aspect(based.maps["porvoo"], 2).get_absolute_url())
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
