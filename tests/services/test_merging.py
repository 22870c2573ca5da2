"""Two people write into one text at once: nothing of either is lost without their knowing."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from collaboration.models import Change
from collaboration.ops.document import Conflict
from collaboration.ops.merging import merge
from tests.cast import Cast
from tests.services.ops import edit, first_aspect

WORDS = st.lists(
    st.sampled_from(["neuvola", "päiväkoti", "soittaa", "ja", "perhe", ".", "\n", " "]), max_size=14
)
texts = WORDS.map("".join) | WORDS.map(" ".join)

BASE = "Neuvola soittaa päiväkotiin viikon kuluessa. Perhe saa ajan kahdessa viikossa."


@given(base=texts, one=texts, other=texts)
def test_a_merge_is_fair(base: str, one: str, other: str) -> None:
    assert merge(base, one, other) == merge(base, other, one)
    assert merge(base, one, base) == one
    assert merge(base, one, one) == one


@pytest.mark.parametrize(
    ("yours", "theirs", "merged"),
    [
        (
            BASE.replace("Neuvola", "Neuvolan hoitaja"),
            BASE.replace("kahdessa viikossa", "kuukaudessa"),
            "Neuvolan hoitaja soittaa päiväkotiin viikon kuluessa. Perhe saa ajan kuukaudessa.",
        ),
        (
            "Ensin: " + BASE,
            BASE + " Poikkeukset sovitaan erikseen.",
            "Ensin: " + BASE + " Poikkeukset sovitaan erikseen.",
        ),
        (BASE.replace("viikon", "päivän"), BASE.replace("viikon", "kuukauden"), None),
        (BASE.replace("viikon", "päivän"), BASE.replace("kuluessa", "sisällä"), None),
        (BASE + " Yksi.", BASE + " Toinen.", None),
        ("", BASE.replace("viikon", "päivän"), None),
    ],
)
def test_what_stands_apart_is_merged_and_what_touches_is_chosen(
    yours: str, theirs: str, merged: str | None
) -> None:
    assert merge(BASE, yours, theirs) == merged


def test_both_originals_are_kept_and_the_answer_says_so(cast: Cast) -> None:
    on, aspect = cast.maps["porvoo"], first_aspect(cast.maps["porvoo"])
    subject = f"aspect:{aspect.pk}"
    start = edit(cast["porvoo editor"], on, subject, "shared_fi", BASE)
    theirs = BASE.replace("kahdessa viikossa", "kuukaudessa")
    yours = BASE.replace("Neuvola", "Neuvolan hoitaja")
    edit(cast["county editor"], on, subject, "shared_fi", theirs, base=start.version)
    applied = edit(cast["porvoo editor"], on, subject, "shared_fi", yours, base=start.version)
    assert (
        applied.value == "Neuvolan hoitaja soittaa päiväkotiin viikon kuluessa. Perhe saa ajan kuukaudessa."
    )
    assert applied.merged
    assert (applied.merged.yours, applied.merged.theirs) == (yours, theirs)
    assert applied.merged.by == cast["county editor"]
    change = Change.objects.latest("seq")
    assert (change.from_value, change.sent_value, change.to_value) == (theirs, yours, applied.value)
    back = edit(cast["porvoo editor"], on, subject, "shared_fi", theirs, base=applied.version)
    assert (back.value, back.merged) == (theirs, None)


def test_touching_changes_are_a_conflict_with_both(cast: Cast) -> None:
    on, aspect = cast.maps["porvoo"], first_aspect(cast.maps["porvoo"])
    subject = f"aspect:{aspect.pk}"
    start = edit(cast["porvoo editor"], on, subject, "shared_fi", BASE)
    edit(cast["county editor"], on, subject, "shared_fi", BASE + " Yksi.", base=start.version)
    with pytest.raises(Conflict) as conflict:
        edit(cast["porvoo editor"], on, subject, "shared_fi", BASE + " Toinen.", base=start.version)
    assert (conflict.value.yours, conflict.value.theirs) == (BASE + " Toinen.", BASE + " Yksi.")


def test_a_merged_text_is_checked_like_any_other(cast: Cast) -> None:
    on, aspect = cast.maps["porvoo"], first_aspect(cast.maps["porvoo"])
    subject = f"aspect:{aspect.pk}"
    start = edit(cast["porvoo editor"], on, subject, "shared_fi", BASE)
    edit(cast["county editor"], on, subject, "shared_fi", BASE + " " + "x" * 4900, base=start.version)
    with pytest.raises(ValidationError):
        edit(cast["porvoo editor"], on, subject, "shared_fi", "y" * 200 + " " + BASE, base=start.version)


def test_lines_that_are_no_texts_are_never_merged(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    start = edit(
        cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", "Lasten ja perheiden palvelut Porvoossa"
    )
    edit(
        cast["county editor"],
        on,
        f"map:{on.pk}",
        "title_fi",
        "Lasten ja perheiden palvelut",
        base=start.version,
    )
    with pytest.raises(Conflict):
        edit(
            cast["porvoo editor"],
            on,
            f"map:{on.pk}",
            "title_fi",
            "Nuorten ja perheiden palvelut Porvoossa",
            base=start.version,
        )
