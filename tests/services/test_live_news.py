"""Steps of approval and of ratings ring the stream in every web process; what rings is a number and nothing else."""

from typing import Any

from services.models import ApprovalRound, InterfaceMap, RatingRound
from tests.live import Web, eventually, listening, news
from tests.services.ops import first_aspect
from tests.services.rounds import in_a_year

WORD = "salasanainen"


def post(web: Web, name: str, path: str, **fields: Any) -> None:
    """A form of one of the cast, sent to the first web process; it was taken."""
    answer = web.browser(name).at(web.one).post(path, **{key: str(value) for key, value in fields.items()})
    assert answer.status == 302, answer.text


def test_each_step_of_approval_is_heard_in_both_web_processes(web: Web) -> None:
    on = web.cast.maps["porvoo"]
    path = f"/kartat/{on.pk}/versiot/"
    wish = {"review_on": in_a_year().isoformat(), "incomplete_reason": f"{WORD} syy"}
    with (
        listening(web.one, web.browser("porvoo reader"), web.cursor(on)) as near,
        listening(web.other, web.browser("county reader"), web.cursor(on)) as far,
    ):
        told = news(near)

        def rung(what: str) -> None:
            nonlocal told
            before, told = told, InterfaceMap.objects.get(pk=on.pk).news_seq
            assert told > before, what
            for listener in (near, far):
                assert eventually(lambda listener=listener: news(listener) == told), what  # type: ignore[misc]

        post(web, "porvoo editor", path, **wish)
        rung("a round began")
        current = ApprovalRound.objects.get(map=on, status="open")
        post(web, "porvoo editor", f"{path}peru/", round=current.pk)
        rung("it was cancelled")
        post(web, "county editor", path, **wish)
        rung("another one began")
        seq = web.write(on, "Muutos kesken kierroksen")
        rung("an edit ended it")
        assert near.hears(seq)
        for _number in ("1.0", "1.1"):
            post(web, "porvoo editor", path, **wish)
            rung("a round began")
            current = ApprovalRound.objects.get(map=on, status="open")
            sent = {"round": current.pk, "digest": current.digest}
            post(web, "porvoo approver", f"{path}hyvaksy/", **sent)
            rung("one approval")
            post(web, "county approver", f"{path}hyvaksy/", **sent)
            rung("the last approval, and a version")
        post(web, "porvoo approver", f"{path}1.1/pois/", reason=f"{WORD} syy")
        rung("it was withdrawn")
        for listener in (near, far):
            assert WORD not in listener.raw.decode()
            assert {event.name for event in listener.events} <= {"", "changes", "news"}
            assert listener.seqs == [seq], "a step of approval is no change"


def test_the_end_of_a_round_is_heard_and_a_blind_rating_never(web: Web) -> None:
    on = web.cast.maps["loviisa"]
    path = f"/kartat/{on.pk}/arviot/"
    with (
        listening(web.one, web.browser("loviisa editor"), web.cursor(on)) as own,
        listening(web.other, web.browser("county reader"), web.cursor(on)) as other,
    ):
        began = news(own)
        post(web, "loviisa editor", f"{path}avaa/")
        for listener in (own, other):
            assert eventually(lambda listener=listener: news(listener) == began + 1)  # type: ignore[misc]
        party = on.parties.get(organisation__code="434")
        for number in (1, 2, 3):
            address = f"{first_aspect(on, number).get_absolute_url()}arvio/"
            post(web, "loviisa editor", address, party=party.pk, round=1, value=1, reason=f"{WORD} {number}")
        seq = web.write(on, "Sokkona", by="loviisa editor")
        for listener in (own, other):
            assert listener.hears(seq)
            assert news(listener) == began + 1, "neither the other nor the own party hears of a blind rating"
        current = RatingRound.objects.get(map=on)
        post(web, "county editor", f"{path}{current.number}/sulje/")
        for listener in (own, other):
            assert eventually(lambda listener=listener: news(listener) == began + 2)  # type: ignore[misc]
            assert WORD not in listener.raw.decode()


def test_a_page_knows_the_number_at_which_it_was_made(web: Web) -> None:
    on = web.cast.maps["youth"]
    reader = web.browser("porvoo reader")
    post(web, "porvoo editor", f"/kartat/{on.pk}/arviot/avaa/")
    with listening(web.other, reader, web.cursor(on)) as listener:
        told = news(listener)
        for part in ("", "lista/", "versiot/", "arviot/", "vertaa/", "asetukset/"):
            page = reader.at(web.other).get(f"/kartat/{on.pk}/{part}").text
            assert f'data-news="{told}"' in page, part
