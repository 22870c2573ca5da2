"""Who does each step of the process, who is accountable, heard and told."""

from __future__ import annotations

import pytest

from collaboration.workflow import TransitionRefused
from services.content.canonical import content_of
from services.models import ProcessStep
from services.workflows import approvals
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


def test_no_round_begins_before_each_step_has_one_that_is_accountable(cast: Cast) -> None:
    on, by = cast.maps["porvoo"], cast["porvoo editor"]
    step = step_of(cast)
    with pytest.raises(TransitionRefused, match="Yhteinen keskustelu"):
        started(cast, on, incomplete_reason="Kesken.")
    client = cast.client("porvoo editor")
    page = client.get(f"/kartat/{on.pk}/versiot/").content.decode()
    address = f"{first_aspect(on, 2).get_absolute_url()}#step-{step.pk}"
    assert f'<a href="{address}">Yhteinen keskustelu</a>' in page
    assert f'id="step-{step.pk}"' in client.get(address).content.decode(), "the link leads to the step"
    assert "Start the approval round" not in page
    wish = {"review_on": "1.7.2090", "incomplete_reason": "Kesken."}
    refused = client.post(f"/kartat/{on.pk}/versiot/", wish)
    assert refused.status_code == 422
    assert 'value="1.7.2090"' in refused.content.decode(), "what was typed stays"
    finish(on)
    edit(by, on, f"step:{step.pk}", "accountable", parties_of(on)[0])
    finish(on)
    assert started(cast, on, incomplete_reason="").pk


@pytest.mark.parametrize("gone", ["the step", "the interface", "the whole process"])
@pytest.mark.usefixtures("in_english")
def test_a_step_that_no_content_tells_of_blocks_nothing(cast: Cast, gone: str) -> None:
    on, by = cast.maps["porvoo"], cast["porvoo editor"]
    step = step_of(cast)
    subject, name, value = {
        "the step": (f"step:{step.pk}", "archived", True),
        "the interface": (f"interface:{step.aspect.interface_id}", "archived", True),
        "the whole process": (f"aspect:{step.aspect_id}", "not_applicable_reason", "Ei koske."),
    }[gone]
    edit(by, on, subject, name, value)
    said = list(approvals.blockers(on))
    assert not [sentence for sentence in said if "accountable" in sentence]
