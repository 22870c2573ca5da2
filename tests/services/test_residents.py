"""Pages for residents: what they show, what they never show, and how they are kept."""

import json
import random
import re
import struct
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
import segno
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collaboration.words import tidy_line
from services.models import (
    Interface,
    InterfaceMap,
    MapService,
    MapVersion,
    ReferralStep,
    Service,
    ServiceChannel,
)
from services.workflows import approvals
from services.workflows.interface_map import interface_map_workflow
from tests.cast import Cast
from tests.conftest import As
from tests.security.test_identity_codes import corpus
from tests.services.ops import add_row, answer_of, edit, first_aspect
from tests.services.rating_rounds import give, round_on
from tests.services.rounds import finish, published
from tests.services.test_pages import large_map

START = "/asukkaalle/fi/"
Get = Callable[..., Any]
FORM = re.compile("(kortti|kuva|taulukko)/$")
"""A card is another form of the service's page, a drawing and a table of the map's."""


@pytest.fixture(autouse=True)
def no_kept_pages() -> None:
    no_page_is_kept()


def no_page_is_kept() -> None:
    for name in ("pages", "searches"):
        caches[name].clear()


@pytest.fixture
def daycare(cast: Cast) -> MapService:
    """Porvoo's daycare with two channels and a path by way of the clinic, not published yet."""
    on = cast.maps["porvoo"]
    place = MapService.objects.get(map=on, service__node__key="daycare")
    clinic = MapService.objects.get(map=on, service__node__key="child-health-clinic")
    MapService.objects.filter(pk=place.pk).update(
        where_fi="Lähimmästä **päiväkodista**.", how_sv="Familjen ansöker."
    )
    channel: dict[str, Any] = {"map_service": place}
    ServiceChannel.objects.create(
        **channel, kind="place", address_fi="Esimerkkikatu 1, 06100 Porvoo", hours_fi="ma–pe 6–18", place=1
    )
    ServiceChannel.objects.create(
        **channel, kind="phone", phone="019 000 0123", name_fi="Palveluohjaus", place=2
    )
    ReferralStep.objects.create(
        map_service=place, text_fi="Neuvola kertoo päiväkodeista.", service=clinic, place=1
    )
    return place


def page(path: str, client: Client | None = None, status: int = 200, **headers: str) -> Any:
    answer = (client or Client()).get(path, headers=headers)
    assert answer.status_code == status, (path, answer.status_code)
    return answer


def text(path: str) -> str:
    return str(page(path).content.decode())


def service_path(place: MapService, language: str = "fi") -> str:
    return f"/asukkaalle/{language}/palvelut/{place.pk}/"


def every_path(*maps: InterfaceMap, languages: tuple[str, ...] = ("fi", "sv", "en")) -> Iterator[str]:
    """Every public page of these maps."""
    yield from ("/sitemap.xml", "/robots.txt")
    for on in maps:
        yield f"/sitemap-{on.pk}.xml"
    for language in languages:
        yield f"/asukkaalle/{language}/"
        for on in maps:
            for part in ("", "kuva/", "kuva.svg", "taulukko/"):
                yield f"/asukkaalle/{language}/kartat/{on.pk}/{part}"
            for place in MapService.objects.filter(map=on):
                yield service_path(place, language)
                yield f"{service_path(place, language)}kortti/"


def test_a_resident_reads_where_and_how(cast: Cast, daycare: MapService) -> None:
    on = cast.maps["porvoo"]
    published(cast, on)
    assert f'href="{service_path(daycare)}"' in text(f"{START}?municipality=638")
    read = text(service_path(daycare))
    assert "Lähimmästä **päiväkodista**." in read
    assert "Esimerkkikatu 1, 06100 Porvoo" in read
    assert "ma–pe 6–18" in read
    assert 'href="tel:0190000123"' in read
    assert "Neuvola kertoo päiväkodeista." in read
    clinic = MapService.objects.get(map=on, service__node__key="child-health-clinic")
    assert f'href="{service_path(clinic)}"' in read
    for part in ("", "taulukko/"):
        assert f'href="{service_path(daycare)}"' in text(f"/asukkaalle/fi/kartat/{on.pk}/{part}")
    assert f'src="/asukkaalle/fi/kartat/{on.pk}/kuva.svg"' in text(f"/asukkaalle/fi/kartat/{on.pk}/kuva/")
    ElementTree.fromstring(page(f"/asukkaalle/fi/kartat/{on.pk}/kuva.svg").content)  # noqa: S314 our own


def test_only_what_is_agreed_has_its_text(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    finish(on)
    aspect = first_aspect(on)
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Kesken oleva kirjaus.")
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on, 2).pk}", "not_applicable_reason", "Ei meillä.")
    add_row(cast["porvoo editor"], on, "goal_row", title="Sisäinen tavoite")
    published(cast, on)
    read = text(f"/asukkaalle/en/kartat/{on.pk}/")
    assert "Sovittu." in read
    assert "not agreed yet" in read
    for path in every_path(on):
        shown = text(path)
        assert "Kesken oleva" not in shown, path
        assert "Ei meillä" not in shown, path
        assert "Sisäinen tavoite" not in shown, path


def test_nothing_else_is_on_any_public_page(cast: Cast, daycare: MapService) -> None:
    on, youth, loviisa = cast.maps["porvoo"], cast.maps["youth"], cast.maps["loviisa"]
    by = cast["porvoo editor"]
    finish(on)
    for each in ("porvoo", "county"):
        cast[f"{each} approver"].__class__.objects.filter(pk=cast[f"{each} approver"].pk).update(
            name=f"Piilo{each}henkilö"
        )
    edit(by, on, f"answer:{answer_of(first_aspect(on), '638').pk}", "answer_fi", "Piilovastaus")
    gone = MapService.objects.get(map=on, service__node__key="child-welfare")
    MapService.objects.filter(pk=gone.pk).update(where_fi="Piilopoistettu")
    edit(by, on, f"service:{gone.pk}", "archived", True)
    finish(on)
    add_row(by, on, "leader", title="Piilopäällikkö", person=cast["porvoo reader"].pk)
    aspect = first_aspect(on)
    give(cast, "porvoo editor", round_on(on), aspect, "638", 1, "Piiloarvio")
    published(cast, on)
    edit(by, on, f"service:{daycare.pk}", "where_fi", "Piiloluonnos")
    edit(by, on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Piilosovittava")
    edit(by, on, f"map:{on.pk}", "title_fi", "Piilonimi")
    Service.objects.filter(pk=daycare.service_id).update(name_fi="Piilopalvelu", description_fi="Piilokuvaus")
    ServiceChannel.objects.filter(map_service=daycare).update(phone="PIILO", address_fi="Piilokatu")
    edit(by, youth, f"map:{youth.pk}", "title_fi", "Piilojulkaisematon")
    withdrawn = published(cast, youth)
    approvals.withdraw(cast["porvoo approver"], youth.pk, withdrawn.major, withdrawn.minor, "Piilosyy")
    edit(cast["loviisa editor"], loviisa, f"map:{loviisa.pk}", "title_fi", "Piiloloviisa")
    for name in ("q=piilo", "q=piilopalvelu", "municipality=434", "q=Piilokatu", "q=Loviisa"):
        shown = page(f"{START}?{name}").context
        assert [row["id"] for row in shown["services"]] == [], name
    people = [
        "Porvoo editor",
        "Porvoo approver",
        "County editor",
        "County approver",
        "Porvoo reader",
        "@cast",
    ]
    for path in every_path(on):
        answer = Client().get(path)
        assert answer.status_code == (404 if f"/{gone.pk}/" in path else 200), path
        shown = answer.content.decode()
        assert "piilo" not in shown.lower(), path
        assert not any(name in shown for name in people), path
        assert str(withdrawn.digest) not in shown
    for path in every_path(youth, loviisa):
        if "/kartat/" in path or "/palvelut/" in path or path.startswith("/sitemap-"):
            assert "piilo" not in page(path, status=404).content.decode().lower(), path


def test_what_is_published_withdrawn_replaced_or_put_away_shows_at_once(
    cast: Cast, daycare: MapService
) -> None:
    on, by = cast.maps["porvoo"], cast["porvoo editor"]
    here, start, client = service_path(daycare), f"{START}?q=päiväkoti", Client()

    def state() -> tuple[int, int, bool]:
        listed = page(start, client).context["page"].paginator.count
        return client.get(here).status_code, listed, f"sitemap-{on.pk}.xml" in text("/sitemap.xml")

    assert state() == (404, 0, False)
    published(cast, on)
    assert state() == (200, 1, True)
    first = page(here, client)
    assert page(here, client, 304, if_none_match=first["ETag"]).content == b""
    edit(by, on, f"service:{daycare.pk}", "where_fi", "Uusi paikka.")
    page(here, client, 304, if_none_match=first["ETag"])
    version = published(cast, on)
    second = page(here, client, if_none_match=first["ETag"])
    assert "Uusi paikka." in second.content.decode()
    assert second["ETag"] != first["ETag"]
    interface_map_workflow.perform("archive", InterfaceMap.objects.get(pk=on.pk), by=by)
    page(here, client, 404, if_none_match=second["ETag"])
    assert state() == (404, 0, False)
    interface_map_workflow.perform("take_back", InterfaceMap.objects.get(pk=on.pk), by=by)
    assert state() == (200, 1, True)
    approvals.withdraw(cast["porvoo approver"], on.pk, version.major, version.minor, "Vanhentunut.")
    assert state() == (404, 0, False)


def test_a_page_is_the_same_for_everybody_and_sets_no_cookie(
    cast: Cast, as_person: As, daycare: MapService
) -> None:
    published(cast, cast.maps["porvoo"])
    signed_in, outsider = as_person("porvoo editor", "sv"), Client()
    for path in every_path(cast.maps["porvoo"]):
        no_page_is_kept()
        one = page(path, outsider)
        no_page_is_kept()
        two = page(path, signed_in)
        assert one.content == two.content, path
        for answer in (one, two):
            assert not answer.cookies, path
            assert "Cookie" not in answer.headers.get("Vary", ""), path
            assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
            assert b"csrf" not in answer.content
            assert "nonce" not in answer.headers["Content-Security-Policy"]
        assert one.headers.get("ETag") == two.headers.get("ETag")
    assert page("/asukkaalle/", signed_in, 302)["Location"] == "/asukkaalle/sv/"


def test_each_page_asks_as_often_however_large_the_map(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    client = as_person("porvoo reader")  # whose session is not even read
    counts = []
    for size in (3, 60):
        large_map(on, size, 3 if size == 3 else 90)
        published(cast, on)
        place = MapService.objects.filter(map=on).order_by("pk")[0]
        paths = [START, f"{START}?q=palvelu&municipality=638", f"/asukkaalle/sv/kartat/{on.pk}/"]
        paths += [f"/asukkaalle/fi/kartat/{on.pk}/{part}" for part in ("kuva/", "kuva.svg", "taulukko/")]
        paths += [
            service_path(place),
            f"{service_path(place)}kortti/",
            "/sitemap.xml",
            f"/sitemap-{on.pk}.xml",
        ]
        for path in paths:
            with CaptureQueriesContext(connection) as first:
                page(path, client)
            with CaptureQueriesContext(connection) as second:
                page(path, client)
            counts.append((path, len(first), len(second)))
    small, large = counts[: len(counts) // 2], counts[len(counts) // 2 :]
    assert small == large
    assert max(count - ("?q=" in path) for path, count, _again in counts) <= 2, "words are asked for synonyms"
    assert {again for _path, _count, again in counts} == {1}


@pytest.mark.parametrize(
    ("asked", "finds"),
    [
        ("päiväkoti", True),
        ("päiväkodin", True),
        ("paivakodista", True),
        ("PÄIVÄKODIT", True),
        ("daghemmet", True),
        ("päiväkoti Borgå", True),
        ("Porvoossa", True),
        ("esimerkkikadulla", True),
        ("koti", False),  # a short word stands for itself
        ("neuvolasta", True),
        ("uimahalli", False),
        ("päiväkoti Loviisa", False),
        ("%", False),
        ("' OR 1=1 --", False),
        ("\x00", True),
    ],
)
def test_words_find_their_inflected_forms_and_swedish_names(
    cast: Cast, daycare: MapService, asked: str, finds: bool
) -> None:
    Service.objects.filter(pk=daycare.service_id).update(name_fi="Päiväkoti", name_sv="Daghem")
    on = cast.maps["porvoo"]
    published(cast, on)
    shown = page(f"{START}?q={asked}").context
    whole = [] if shown["is_partial"] else [row["id"] for row in shown["services"]]
    assert (daycare.pk in whole) is finds


def test_filters_and_pages_stand_in_the_address_and_bad_ones_do_no_harm(cast: Cast) -> None:
    on = large_map(cast.maps["porvoo"], 45, 3)
    published(cast, on)
    published(cast, cast.maps["youth"])
    only = page(f"{START}?municipality=638&target_group=young_people").context
    assert {row["target_group"] for row in only["services"]} == {"nuoret"}
    whole = page(f"{START}?target_group=under_school_age")
    assert whole.context["page"].paginator.num_pages == 3
    assert "?target_group=under_school_age&amp;page=2" in whole.content.decode()
    seen = [
        row["id"]
        for number in (1, 2, 3)
        for row in page(f"{START}?target_group=under_school_age&page={number}").context["services"]
    ]
    assert len(set(seen)) == len(seen) == 45
    for query in (
        "page=x",
        "page=99999999999999999999",
        "municipality=<b>",
        "target_group=x",
        f"q={'ä' * 5000}",
        "q[]=",
    ):
        page(f"{START}?{query}")
    nothing = text(f"{START}?municipality=999")
    assert 'class="empty"' in nothing
    assert 'href="?municipality=638"' in nothing
    for number in (0, 2**31, 2**63, 10**30):
        for path in (f"kartat/{number}/", f"palvelut/{number}/", f"palvelut/{number}/kortti/"):
            page(f"/asukkaalle/fi/{path}", status=404)
    page("/asukkaalle/de/", status=404)


def test_what_has_no_translation_says_so_in_its_own_language(cast: Cast, daycare: MapService) -> None:
    Service.objects.filter(pk=daycare.service_id).update(name_fi="Päiväkoti", name_sv="")
    published(cast, cast.maps["porvoo"])
    missing = 'class="untranslated"'
    swedish, finnish, english = (text(service_path(daycare, language)) for language in ("sv", "fi", "en"))
    assert '<html lang="sv">' in swedish
    assert re.search(r'<h1><span lang="fi">Päiväkoti</span>\s*</h1>\s*<p class="untranslated"', swedish)
    assert '<div class="prose" lang="fi"><p>Lähimmästä' in swedish
    ours = re.compile(
        r'<div class="prose" lang="sv"><p>Familjen ansöker.</p>\s*</div>\s*<p class="untranslated">'
    )
    assert not ours.search(swedish)
    assert ours.search(finnish)
    assert missing not in english
    assert "The content is in Finnish and Swedish." in english


def test_each_language_names_the_others(cast: Cast, daycare: MapService) -> None:
    published(cast, cast.maps["porvoo"])
    for path in every_path(cast.maps["porvoo"]):
        if not path.startswith("/asukkaalle/") or path.endswith(".svg"):
            continue
        read = text(path)
        found = dict(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)">', read))
        assert set(found) == {"fi", "sv", "en", "x-default"}
        for language in ("fi", "sv", "en"):
            own = path.replace("/asukkaalle/" + path.split("/")[2], f"/asukkaalle/{language}")
            assert found[language] == settings.SITE_URL + FORM.sub("", own)
            assert page(own)["Content-Language"] == language
        shown = settings.SITE_URL + FORM.sub("", path)
        assert f'<link rel="canonical" href="{shown}">' in read
        assert f'<meta property="og:url" content="{shown}">' in read
        for name in ("title", "description", "url", "locale", "type", "image", "image:alt"):
            assert re.search(rf'<meta property="og:{name}" content="[^"]+">', read), (path, name)
        assert re.search(r'<meta name="description" content="[^"]+">', read), path


def structured(read: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', read, re.DOTALL)
    assert len(found) == 1
    parsed: dict[str, Any] = json.loads(found[0])
    return parsed


def test_a_service_is_one_thing_in_all_languages(cast: Cast, daycare: MapService) -> None:
    published(cast, cast.maps["porvoo"])
    told = [structured(text(service_path(daycare, language))) for language in ("fi", "sv", "en")]
    assert (len({each["@id"] for each in told}), len({each["url"] for each in told})) == (1, 3)


def test_a_shared_link_has_a_picture(cast: Cast, daycare: MapService) -> None:
    published(cast, cast.maps["porvoo"])
    [address] = re.findall(r'<meta property="og:image" content="([^"]+)">', text(service_path(daycare)))
    assert address.startswith(f"{settings.SITE_URL}/static/icons/share")
    file = (settings.BASE_DIR / "static" / "icons" / "share.png").read_bytes()
    assert (file[1:4], struct.unpack(">II", file[16:24])) == (b"PNG", (1200, 630))


def test_structured_data_tells_the_service_and_its_channels(cast: Cast, daycare: MapService) -> None:
    published(cast, cast.maps["porvoo"])
    data = structured(text(service_path(daycare)))
    assert data["@type"] == "GovernmentService"
    assert data["url"] == settings.SITE_URL + service_path(daycare)
    assert data["provider"] == {"@type": "GovernmentOrganization", "name": "Porvoo"}
    assert data["areaServed"]["name"] == "Porvoo"
    place, phone = data["availableChannel"]
    assert place["serviceLocation"]["address"] == "Esimerkkikatu 1, 06100 Porvoo"
    assert place["availableLanguage"] == ["fi"]
    assert phone["servicePhone"]["telephone"] == "019 000 0123"


def test_texts_that_try_to_run_a_script_stay_texts(cast: Cast, daycare: MapService, *, is_long: bool) -> None:
    vectors = list(dict.fromkeys(tidy_line(vector[:120]) for vector in corpus("xss_corpus.txt")))
    some = vectors if is_long else random.sample(vectors, 20)
    vectors = [*some, "</script><script>alert(1)</script>", "<!--<script>"]
    on = large_map(cast.maps["porvoo"], len(vectors), 3)
    for place, vector in zip(MapService.objects.filter(map=on).order_by("pk"), vectors, strict=True):
        Service.objects.filter(pk=place.service_id).update(name_fi=vector, name_sv=vector)
        MapService.objects.filter(pk=place.pk).update(where_fi=vector, how_fi=vector)
        texts = {"name_fi": vector, "address_fi": vector, "hours_fi": vector}
        ServiceChannel.objects.create(map_service=place, kind="place", place=3, **texts)
        ReferralStep.objects.create(map_service=place, place=3, text_fi=vector)
    published(cast, on)
    for path in (*every_path(on, languages=("sv",)), f"{START}?q={vectors[0]}"):
        if not path.startswith("/asukkaalle/") or path.endswith(".svg"):
            ElementTree.fromstring(page(path).content) if path.endswith((".svg", ".xml")) else None  # noqa: S314 our own
            continue
        read = text(path)
        outside = re.sub(r"<script type=.application/ld.json.>.*?</script>", "", read, flags=re.DOTALL)
        markup = re.sub(r'"[^"]*"', '""', outside.replace("'", ""))  # what stands in an attribute
        assert re.findall(r"<script[^>]*>", markup) in ([], ['<script type="" src="">']), path
        assert not re.search(r"<[^>]*\son\w+\s*=", markup), path
        addresses = re.findall(r'<[a-z][^>]*?\s(?:href|src)="([^"]*)"', outside)
        assert addresses
        assert not [
            each for each in addresses if re.match(r"\s*(javascript|data|vbscript)", each, re.IGNORECASE)
        ]
        assert not re.search(
            r"<(iframe|object|embed|base|style|math|form action=..j)\b", markup, re.IGNORECASE
        ), path
        if "/palvelut/" in path and "kortti" not in path:
            assert structured(read)["name"] in vectors


def test_a_web_address_that_is_none_is_no_link(cast: Cast, daycare: MapService) -> None:
    ServiceChannel.objects.filter(map_service=daycare, kind="phone").update(
        kind="web", url="javascript:alert(1)"
    )
    published(cast, cast.maps["porvoo"])
    assert "javascript:" not in text(service_path(daycare))


def test_the_card_has_a_code_that_leads_to_the_page(cast: Cast, daycare: MapService) -> None:
    published(cast, cast.maps["porvoo"])
    for language in ("fi", "sv"):
        address = settings.SITE_URL + service_path(daycare, language)
        read = text(f"{service_path(daycare, language)}kortti/")
        assert address in read
        assert "style=" not in read
        drawn = re.findall(r'<path[^>]* stroke="#000"[^>]* d="([^"]+)"', read.split('class="qr"')[1])
        same = segno.make(address, error="m", micro=False).svg_inline(border=4, dark="#000", omitsize=True)
        assert drawn == re.findall(r' d="([^"]+)"', same)[-1:]
        assert 'fill="#fff"' in read
        assert timezone.localdate().strftime("%-d.%-m.%Y") in read


def test_the_sitemap_names_every_page_that_robots_may_read(cast: Cast, daycare: MapService) -> None:
    on = cast.maps["porvoo"]
    published(cast, on)
    published(cast, cast.maps["youth"])
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    index = ElementTree.fromstring(page("/sitemap.xml").content)  # noqa: S314 our own
    maps = [each.text or "" for each in index.iter(f"{space}loc")]
    assert maps == [f"{settings.SITE_URL}/sitemap-{each.pk}.xml" for each in (on, cast.maps["youth"])]
    tree = ElementTree.fromstring(page(f"/sitemap-{on.pk}.xml").content)  # noqa: S314 our own
    pages = [(each.text or "").removeprefix(settings.SITE_URL) for each in tree.iter(f"{space}loc")]
    assert service_path(daycare) in pages
    assert service_path(daycare, "sv") in pages
    assert len(pages) == len(set(pages)) == 3 * (2 + MapService.objects.filter(map=on).count())
    for path in pages:
        assert page(path)["Content-Type"].startswith("text/html")
    rules = text("/robots.txt")
    assert "Allow: /asukkaalle/\n" in rules
    assert "Disallow: /\n" in rules
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in rules


def test_a_service_that_the_new_version_leaves_out_is_gone(cast: Cast, daycare: MapService) -> None:
    published(cast, on := cast.maps["porvoo"])
    Interface.objects.filter(services=daycare).update(archived_at=timezone.now())
    edit(cast["porvoo editor"], on, f"service:{daycare.pk}", "archived", True)
    page(service_path(daycare))  # only the draft has left it out so far
    published(cast, on)
    gone = page(service_path(daycare), status=404).content.decode()
    assert f'href="{START}"' in gone
    assert MapVersion.objects.filter(map=on, status="published").count() == 1


def test_the_portals_pages_lead_there(cast: Cast, as_person: As) -> None:
    version = published(cast, on := cast.maps["porvoo"])
    assert 'href="/asukkaalle/fi/"' in Client().get("/").content.decode()
    client = as_person("porvoo reader")
    link = f'href="/asukkaalle/en/kartat/{on.pk}/"'
    assert link in client.get(version.get_absolute_url()).content.decode()
    approvals.withdraw(cast["porvoo approver"], on.pk, version.major, version.minor, "Vanhentunut.")
    assert link not in client.get(version.get_absolute_url()).content.decode()
