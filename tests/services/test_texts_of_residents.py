"""What people typed is what residents read, on every page, and what the parties read in the version."""

import re

from django.core.cache import caches
from hypothesis import example, given
from hypothesis import strategies as st

from services.models import Aspect, AspectAnswer, MapService
from services.residents.pages import LETTERS_ON_A_CARD, LINES_ON_A_CARD, beginning_of
from tests.cast import Cast
from tests.collaboration.test_plain_text import LINES, lines_of, shown
from tests.services.rounds import finish, published
from tests.services.test_residents import service_path, text


def test_what_was_typed_is_what_is_read_on_every_page(cast: Cast) -> None:
    for name in ("pages", "searches"):
        caches[name].clear()
    on = cast.maps["porvoo"]
    daycare = MapService.objects.get(map=on, service__node__key="daycare")
    typed, lines = "\n".join(LINES), lines_of("\n".join(LINES))
    MapService.objects.filter(pk=daycare.pk).update(where_fi=typed, how_fi=typed)
    finish(on)
    Aspect.objects.filter(interface__map=on, number=1).update(shared_fi=typed)
    AspectAnswer.objects.filter(aspect__interface__map=on, aspect__number=1).update(confirmed_text=typed)
    version = published(cast, on)
    parties_read = cast.client("porvoo editor").get(version.get_absolute_url()).content.decode()
    for page, times in (
        (text(service_path(daycare)), 2),
        (text(f"/asukkaalle/fi/kartat/{on.pk}/"), 1),
        (parties_read, 2),
    ):
        read = lines_of(shown(page))
        assert {line: read.count(line) for line in lines if read.count(line) < times} == {}
    on_the_card = re.findall(
        r'<div class="prose"[^>]*>(.*?)</div>', text(f"{service_path(daycare)}kortti/"), re.DOTALL
    )
    assert len(on_the_card) == 2
    for prose in on_the_card:
        *whole, last = lines_of(shown(prose))
        assert [*whole, last.removesuffix(" …")] == lines[: len(whole) + 1], "as many as there is room for"


@given(
    st.lists(st.text(alphabet="a1 .,–\n", max_size=300) | st.sampled_from(LINES), max_size=8).map("\n".join)
)
@example("Jonossa on 12 000 lasta ja 345 perhettä. " * 20)
@example("1" * 500)
@example("")
def test_the_beginning_of_a_text_cuts_no_line_and_no_number(typed: str) -> None:
    short = beginning_of(typed)
    start = short.removesuffix(" …")
    assert typed.strip().startswith(start)
    assert len(start) <= LETTERS_ON_A_CARD + LINES_ON_A_CARD
    rest = typed.strip()[len(start) :]
    assert bool(rest.strip()) == short.endswith("…")
    if rest and re.search(r"\s", start[1:]):
        assert re.match(r"\s+\D|\n", rest), "whole lines, or whole words and no number in two"
