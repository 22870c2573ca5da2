"""What words find, measured on 200 pairs of the field: a word that is asked for and one in a text, alike or not."""

from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings

from collaboration import lemmas
from collaboration.lemmas import lemmas_of
from collaboration.words import folded
from services.residents.pages import in_any_form
from services.residents.word_search import pattern, roots
from tests.cast import Cast
from tests.databases import locked
from tests.services.rounds import finish, published
from tests.services.test_residents import START, no_page_is_kept, page

PAIRS = [
    line.split("\t")
    for line in Path(__file__).with_name("word_pairs.tsv").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module", autouse=True)
def base_forms_are_made() -> None:
    """Once for each checkout: they stay under var/."""
    with locked(Path(settings.LEMMAS_FOLDER).with_suffix(".lock")):
        if not lemmas.are_made():
            lemmas.make()


class Measured(NamedTuple):
    recall: float
    precision: float


def measured(*, with_lemmas: bool) -> Measured:
    """How many of the pairs that are alike are found, and how many of those that are found are alike."""
    found = {True: 0, False: 0}
    missed = 0
    for _language, asked, written, alike in PAIRS:
        words = in_any_form(asked) if with_lemmas else [[folded(asked).strip()]]
        text = folded(written) + (lemmas_of(written) if with_lemmas else "")
        hit = any(pattern(root) in text for root in roots(words)[0])
        found[alike == "1"] += hit
        missed += alike == "1" and not hit
    return Measured(found[True] / (found[True] + missed), found[True] / sum(found.values()))


@pytest.mark.django_db
def test_base_forms_find_more_than_endings_alone_and_nothing_worse() -> None:
    assert len(PAIRS) >= 200
    endings, both = measured(with_lemmas=False), measured(with_lemmas=True)
    assert both.recall > endings.recall + 0.1
    assert both.precision >= endings.precision
    assert both.recall >= 0.95
    assert both.precision >= 0.9


def test_residents_find_a_service_by_a_form_that_no_ending_tells(cast: Cast) -> None:
    no_page_is_kept()
    on = cast.maps["porvoo"]
    place = on.map_services.get(service__node__key="daycare")
    type(place).objects.filter(pk=place.pk).update(where_fi="Jätä hakemus lasten luvasta.")
    finish(on)
    published(cast, on)
    for asked in ("lapsi", "lapselle", "lupa"):
        shown = page(f"{START}?q={asked}").context
        assert place.pk in [row["id"] for row in shown["services"]], asked
        assert not shown["is_partial"]


def test_without_the_files_words_are_found_by_their_endings(settings: object, tmp_path: Path) -> None:
    settings.LEMMAS_FOLDER = tmp_path  # type: ignore[attr-defined]
    lemmas._lemmatizer.cache_clear()
    lemmas.lemmas.cache_clear()
    try:
        assert lemmas_of("lapselle daghemmet") == ""
        assert lemmas.lemmas("lapselle") == ()
    finally:
        lemmas._lemmatizer.cache_clear()
        lemmas.lemmas.cache_clear()
