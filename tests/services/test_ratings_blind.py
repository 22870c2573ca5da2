"""What another party reads does not depend on a hidden rating: every address is read with each value, and compared."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from collaboration.mailing import mail_notifications
from collaboration.models import Change, Event
from services.models import Rating, RatingRound
from services.workflows.ratings import open_round, rate, rating_round_workflow
from tests import oracle
from tests.architecture.routes import ROUTES
from tests.architecture.test_access import addresses_on
from tests.cast import Cast, undone
from tests.live import Web, comes, eventually, listening, news
from tests.services.ops import edit, first_aspect
from tests.services.rating_rounds import give, party_of, round_on

WORD = "salasanainen"
MASKS = [
    r'name="csrfmiddlewaretoken" value="[^"]+"',
    r'nonce="[^"]+"',
    r"[0-9a-f]{32}",
    r"cursor=[^\"&]+",  # signed with its time
    r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT",
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
]
"""What differs in every answer."""

OWN = ["porvoo editor", "porvoo approver", "porvoo reader"]
OTHERS = ["county editor", "county approver", "county reader", "county administrator"]
"""Members of the party that has rated, and of another one."""


def read(client: Client, path: str, **headers: str) -> str:
    """The whole answer: its status, headers and content, but for what always differs."""
    answer = client.get(path, headers=headers)
    body = answer.content.decode(errors="replace") if not answer.streaming else ""
    told = f"{answer.status_code} {sorted(answer.headers.items())} {body}"
    for mask in MASKS:
        told = re.sub(mask, "", told)
    return re.sub(r"'Content-Security-Policy', \"[^\"]*\"", "", told)


def everything(cast: Cast, name: str, addresses: dict[str, str]) -> dict[str, str]:
    """All that the person can read of Porvoo's map, by address: pages, parts of pages, and the API."""
    on = cast.maps["porvoo"]
    client = cast.client(name)
    paths = [
        path for key, path in addresses.items() if ROUTES[key].get and key != "collaboration:live_stream"
    ]
    paths += [f"{aspect.get_absolute_url()}" for aspect in [first_aspect(on, number) for number in (2, 9)]]
    paths += [f"/kartat/{on.pk}/?q={WORD}", f"/kartat/?q={WORD}"]
    paths += [f"/palvelut/?q={WORD}", f"/organisaatiot/?q={WORD}", f"/api/v1/maps/?q={WORD}"]
    paths += [f"/api/v1/aspects/?map={on.pk}&limit=200", f"/api/v1/interfaces/?map={on.pk}"]
    paths += ["/esittely/", "/yllapito/", "/metrics", "/terveys/"]
    found = {path: read(client, path) for path in paths}
    found |= {f"panel {path}": read(client, path, X_Panel="1") for path in paths if "yhdyspinnat" in path}
    return found


def of_each_kind(cast: Cast, people: list[str], *, is_long: bool) -> list[str]:
    """In the ordinary run one who may rate and one who may only read."""
    on = cast.maps["porvoo"]
    parties = [party_of(on, code) for code in ("638", "01")]
    return oracle.asked(
        people, lambda name: any(oracle.rates(cast, name, party) for party in parties), everybody=is_long
    )


@pytest.mark.slow
def test_another_party_reads_the_same_whatever_the_value_and_the_reason_are(
    cast: Cast, *, is_long: bool
) -> None:
    on = cast.maps["porvoo"]
    current, aspect = round_on(on), first_aspect(on)
    give(cast, "county editor", current, first_aspect(on, 2), "01", 4, "Oma syy.")
    addresses = addresses_on(cast, on)
    for name in of_each_kind(cast, OTHERS, is_long=is_long):
        told: dict[int, dict[str, str]] = {}
        for value in (1, 5):
            with undone():
                rate(current, aspect, party_of(on, "638"), value, f"{WORD} {value}", by=cast["porvoo editor"])
                told[value] = everything(cast, name, addresses)
        for path, text in told[1].items():
            assert WORD not in re.sub(rf"q={WORD}|value=\"{WORD}\"", "", text), (name, path)
            assert path == "/metrics" or text == told[5][path], (name, path)


@pytest.mark.slow
def test_the_own_party_reads_it_and_everyone_once_it_is_shown(cast: Cast, *, is_long: bool) -> None:
    """The same look finds what is not hidden: the test above is able to fail."""
    on = cast.maps["porvoo"]
    current, aspect = round_on(on), first_aspect(on)
    give(cast, "porvoo editor", current, aspect, "638", 1, f"{WORD} yksi")
    addresses = addresses_on(cast, on)  # with an export that is made after the rating
    page, row = aspect.get_absolute_url(), f"/api/v1/rating-rounds/{current.pk}/"
    rated = reverse("services:interface_rate", args=[on.pk, aspect.interface_id])
    sheet = {rated, f"panel {rated}"}
    for name in of_each_kind(cast, OWN, is_long=is_long):
        found = {path for path, text in everything(cast, name, addresses).items() if f"{WORD} yksi" in text}
        assert found - sheet == {page, f"panel {page}", row}, name
        assert (sheet <= found) == oracle.rates(cast, name, party_of(on, "638")), name
    give(cast, "county editor", current, aspect, "01", 5, "Kaikki hyvin.")
    for name in of_each_kind(cast, [*OWN, *OTHERS], is_long=is_long):
        found = {path for path, text in everything(cast, name, addresses).items() if f"{WORD} yksi" in text}
        assert found == {page, f"panel {page}", row}, name


def test_an_administrator_of_the_service_finds_no_ratings_in_the_administration(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    give(cast, "porvoo editor", round_on(on), first_aspect(on), "638", 1, WORD)
    client = cast.client("service administrator")
    page = client.get("/yllapito/").content.decode()
    assert "rating" not in page.lower()
    assert WORD not in page


def test_what_is_written_beside_the_rating_holds_neither_value_nor_reason(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    before = Event.objects.count()
    opened = open_round(on, by=cast["county editor"])
    give(cast, "porvoo editor", opened, first_aspect(on), "638", 1, WORD)
    events = list(Event.objects.order_by("pk").values("verb", "note", "digest")[before:])
    assert events == [
        {"verb": "rating_round.opened", "note": "", "digest": ""},
        {"verb": "aspect.rated", "note": "1: Porvoo", "digest": ""},
    ]
    assert not Change.objects.filter(property__icontains="rat").exists()
    mail_notifications()
    assert mail.outbox
    for message in mail.outbox:
        assert WORD not in f"{message.subject} {message.body}"


@pytest.mark.parametrize("ending", ["everyone has rated", "the round is closed"])
def test_undo_history_and_changes_tell_nothing_of_a_rating_even_when_it_is_shown(
    cast: Cast, ending: str
) -> None:
    on, county = cast.maps["porvoo"], cast["county editor"]
    current, aspect = round_on(on), first_aspect(on)
    edit(county, on, f"aspect:{aspect.pk}", "shared_fi", "Teksti.")
    give(cast, "porvoo editor", current, aspect, "638", 1, WORD)
    if ending == "everyone has rated":
        give(cast, "county editor", current, aspect, "01", 5)
    else:
        rating_round_workflow.perform("close", current, by=county)
    client = cast.client("county editor")
    for path in ("historia/", "", "lista/", "taulukko/", "kuva.svg"):
        assert WORD not in client.get(f"/kartat/{on.pk}/{path}").content.decode(), path
    for path in ("", "drawing/", "changes/"):
        assert WORD not in client.get(f"/api/v1/maps/{on.pk}/{path}").content.decode(), path
    answer: Any = client.post(f"/kartat/{on.pk}/kumoa/", follow=True)
    assert WORD not in answer.content.decode()
    aspect.refresh_from_db()
    assert aspect.shared_fi == "", "undo takes back the text, not the rating"
    assert Rating.objects.filter(aspect=aspect, party__organisation__code="638", value=1).exists()


def test_the_live_stream_tells_nothing_of_ratings(web: Web) -> None:
    on = web.cast.maps["porvoo"]
    with listening(web.other, web.browser("county editor"), web.cursor(on)) as listener:
        began = news(listener)
        current = open_round(on, by=web.cast["porvoo editor"])
        assert eventually(lambda: news(listener) == began + 1), "the round is opened"
        for number in range(1, 10):
            give(web.cast, "porvoo editor", current, first_aspect(on, number), "638", 1, f"{WORD} {number}")
        seq = web.write(on, "Ennen näyttämistä")
        assert listener.hears(seq)
        assert news(listener) == began + 1, "nine blind ratings are told nothing of"
        both = first_aspect(on)
        give(web.cast, "county editor", current, both, "01", 5, f"{WORD} toinen")
        assert eventually(lambda: news(listener) == began + 2), "all have rated the first aspect"
        rating_round_workflow.perform("close", current, by=web.cast["county editor"])
        assert eventually(lambda: news(listener) == began + 3), "the end, which shows nothing"
        web.browser("county reader").stand(web.one, on.pk, f"interface:{both.interface_id}-1")
        last = web.write(on, "Arvioiden jälkeen")
        assert listener.hears(last)
        assert comes(listener, "presence")
        assert listener.seqs == [seq, last] == [seq, seq + 1], "a rating has no number"
        raw = listener.raw.decode()
    assert WORD not in raw
    assert not re.search(r"rat(ed|ing)|round", raw)
    assert {event.name for event in listener.events} <= {"", "changes", "news", "presence"}
    assert RatingRound.objects.get(map=on).status == RatingRound.Status.CLOSED
