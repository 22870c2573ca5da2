"""Who does each step of the process, who is accountable, heard and told."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from services.content.canonical import content_of
from services.models import ProcessStep
from tests.cast import Cast
from tests.services.ops import edit, first_aspect, parties_of
from tests.services.rounds import finish, started


def step_of(cast: Cast, **values: object) -> ProcessStep:
    on, by = cast.maps["porvoo"], cast["porvoo editor"]
    aspect = first_aspect(on, 2)
    edit(by, on, f"aspect:{aspect.pk}", "add_step", {"title_fi": "Yhteinen keskustelu", **values})
    return ProcessStep.objects.latest("pk")


def test_one_matrix_tells_who_does_answers_is_heard_and_is_told(cast: Cast) -> None:
    one, two = parties_of(cast.maps["porvoo"])[:2]
    step = step_of(cast, actors=[one], accountable=one, consulted=[two], informed=[one, two])
    for number in (2, 3):
        aspect = first_aspect(cast.maps["porvoo"], number)
        page = cast.client("porvoo reader").get(aspect.get_absolute_url()).content.decode()
        if "Who does what in the process" not in page:
            continue
        assert "is accountable, does, is told" in page
        assert "is heard, is told" in page
        assert "nobody is accountable" not in page
        break
    else:
        raise AssertionError("the matrix is shown")
    [told] = [
        row
        for interface in content_of(cast.maps["porvoo"])["interfaces"]
        for aspect in interface["aspects"]
        for row in aspect["rows"]
        if row["kind"] == "step" and row["id"] == step.pk
    ]
    assert (told["consulted_ids"], told["informed_ids"]) == ([two], sorted([one, two]))


def test_a_map_with_a_step_for_which_nobody_is_accountable_is_published_incomplete_only(cast: Cast) -> None:
    on, by = cast.maps["porvoo"], cast["porvoo editor"]
    finish(on)
    step = step_of(cast)
    finish(on)
    with pytest.raises(ValidationError, match="incomplete_reason") as refused:
        started(cast, on, incomplete_reason="")
    assert "Yhteinen keskustelu" in str(refused.value)
    page = cast.client("porvoo editor").get(f"/kartat/{on.pk}/versiot/").content.decode()
    assert "Yhteinen keskustelu" in page
    edit(by, on, f"step:{step.pk}", "accountable", parties_of(on)[0])
    finish(on)
    assert started(cast, on, incomplete_reason="").pk
