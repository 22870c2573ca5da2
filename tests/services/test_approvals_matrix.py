"""What ends an open round: every op there is, and what else changes a map; and what does not."""

from itertools import combinations
from typing import Any

import pytest

from collaboration.frozen import canonical, digest
from collaboration.models import Organisation
from collaboration.workflow import TransitionRefused
from services.content.canonical import content_of
from services.models import (
    ApprovalRound,
    InterfaceMap,
    MapParty,
    MapVersion,
    RatingRound,
    Service,
    ServiceNode,
)
from services.workflows import approvals
from services.workflows.properties import KINDS
from services.workflows.ratings import rating_round_workflow
from services.workflows.structure import ROW_KINDS
from tests.cast import Cast, undone
from tests.conftest import As
from tests.services.ops import beside, edit, first_aspect, rows_of, unlike, values_for, wishes
from tests.services.rating_rounds import asked_on, both, give, round_on
from tests.services.rounds import approved, published, started
from tests.services.test_edits import furnished  # noqa: F401 a fixture

pytestmark = pytest.mark.usefixtures("in_english")
WORD = "salasanainen"


def status_of(approval_round: ApprovalRound) -> tuple[str, Any]:
    """The round's status and who ended it."""
    return ApprovalRound.objects.values_list("status", "ended_by").get(pk=approval_round.pk)


def additions_for(cast: Cast, on: InterfaceMap) -> dict[tuple[str, str], Any]:
    """A value for each property that makes something new."""
    node = ServiceNode.objects.get(key="daycare").pk
    places = on.map_services.filter(archived_at__isnull=True).order_by("pk").values_list("pk", flat=True)
    met = {frozenset(each.services.values_list("pk", flat=True)) for each in on.interfaces.all()}
    pair = next(list(each) for each in combinations(places, 3) if frozenset(each) not in met)
    return {
        ("map", "add_service"): {
            "party": on.parties.order_by("lane")[0].pk,
            "node": node,
            "name_fi": "Perhetupa",
        },
        ("map", "add_interface"): {"services": pair},
        ("map", "add_party"): {"organisation": cast.organisations["helsinki"].pk},
        ("service", "add_copy"): {"name_fi": "Perhetupa 2"},
        ("aspect", "add_evidence"): {"title": "Ohje", "url": "https://kunta.example/ohje"},
        **{(ROW_KINDS[kind].beside, f"add_{kind}"): wish for kind, wish in wishes(on).items()},
    }


CALLED_AT = {("path_step", "phone"), ("path_step", "hours")}
"""How somebody is called, as contacts say it, is in no content and is not agreed on."""


@pytest.mark.slow
def test_every_op_of_every_kind_of_subject_ends_a_round(
    cast: Cast,
    furnished: InterfaceMap,  # noqa: F811
    *,
    is_long: bool,
) -> None:
    """But of those that only say how somebody is called. A new property without a value here fails this test."""
    on, editor = furnished, cast["porvoo editor"]
    values = {key: each[0] for key, each in values_for(cast, on).items()} | additions_for(cast, on)
    rows = rows_of(on)
    every = {(kind, name) for kind, each in KINDS.items() for name in each.properties}
    assert set(values) == every
    for kind, name in unlike(sorted(every), everything=is_long):
        subject = rows[kind]
        if name.removeprefix("add_") in ROW_KINDS:
            subject = beside(name.removeprefix("add_"), on, editor)
        with undone():
            approval_round = started(cast, on, by="county editor")
            edit(editor, on, subject, name, values[kind, name])
            if (kind, name) in CALLED_AT or "contact" in {kind, name.removeprefix("add_")}:
                assert status_of(approval_round) == ("open", None), (kind, name)
                continue
            assert status_of(approval_round) == ("ended", editor.pk), (kind, name)
            with pytest.raises(TransitionRefused, match="no longer open"):
                approved(cast, "porvoo approver", approval_round)


def guest_of(cast: Cast, on: InterfaceMap) -> MapParty:
    wish = {"organisation": cast.organisations["loviisa"].pk}
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "add_party", wish)
    return on.parties.get(organisation=cast.organisations["loviisa"])


def test_a_party_that_leaves_ends_the_round_and_is_no_longer_waited_for(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    guest = guest_of(cast, on)
    approval_round = started(cast, on)
    for name in ("porvoo approver", "county approver"):
        approved(cast, name, approval_round)
    assert [each.code for each in approvals.waited_for(approval_round)] == ["434"]
    edit(cast["porvoo editor"], on, f"party:{guest.pk}", "archived", True)
    assert status_of(approval_round)[0] == "ended", "two approvals of another content publish nothing"
    assert not MapVersion.objects.exists()
    again = started(cast, on)
    approved(cast, "porvoo approver", again)
    assert approved(cast, "county approver", again).status == "published"


def test_a_party_that_leaves_behind_the_ops_does_not_publish_by_itself(cast: Cast) -> None:
    """What no op did (a row that somebody changed in the database) is found by the digest, and publishes nothing."""
    on = cast.maps["porvoo"]
    guest = guest_of(cast, on)
    approval_round = started(cast, on)
    approved(cast, "porvoo approver", approval_round)
    MapParty.objects.filter(pk=guest.pk).update(archived_at=approval_round.started_at)
    with pytest.raises(TransitionRefused, match="has changed since"):
        approved(cast, "county approver", approval_round)
    assert status_of(approval_round) == ("ended", None)
    assert not MapVersion.objects.exists()


@pytest.mark.parametrize("digits", [0, 1, 63])
def test_a_digest_of_something_else_is_stale(cast: Cast, digits: int) -> None:
    """Of an earlier round on the same map, of another map, or cut short."""
    on = cast.maps["porvoo"]
    first = started(cast, on)
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", "Toinen nimi")
    second = started(cast, on)
    other = digest(canonical(content_of(cast.maps["youth"])))
    for read in (first.digest, other, second.digest[:digits], second.digest.upper() + "0"):
        with pytest.raises(TransitionRefused, match="What you read is not"):
            approvals.approve(cast["porvoo approver"], on.pk, second.pk, read)
    assert status_of(second)[0] == "open"
    assert not second.approvals.exists()


def test_a_change_of_who_answers_for_a_service_ends_the_rounds_of_every_map_it_is_on(
    cast: Cast, as_person: As
) -> None:
    on = cast.maps["porvoo"]
    service = Service.objects.get(organisation__code="638", node__key="daycare")
    address = f"/palvelut/{service.pk}/vastuut/"
    client, porvoo = as_person("porvoo editor"), cast.organisations["porvoo"]
    duty = {"duty": "funds", "organisation": porvoo.pk, "basis": "law", "reference": "540/2018"}
    other = started(cast, cast.maps["youth"], by="county editor")
    first = started(cast, on, by="county editor")
    assert client.post(address, duty).status_code == 302
    assert status_of(first) == ("ended", cast["porvoo editor"].pk)
    second = started(cast, on, by="county editor")
    row = service.responsibilities.get(duty="funds")
    assert client.post(f"{address}{row.pk}/poista/").status_code == 302
    assert status_of(second) == ("ended", cast["porvoo editor"].pk)
    third = started(cast, on, by="county editor")
    form = {
        "name_fi": service.name_fi,
        "name_sv": service.name_sv,
        "node": ServiceNode.objects.get(key="daycare").pk,
    }
    client.post(f"/palvelut/{service.pk}/muokkaa/", {**form, "description_fi": "Uusi kuvaus."})
    assert status_of(third)[0] == "open", "a description is no content"
    form["node"] = ServiceNode.objects.get(key="vocational").pk
    client.post(f"/palvelut/{service.pk}/muokkaa/", form)
    assert status_of(third) == ("ended", cast["porvoo editor"].pk)
    assert status_of(other)[0] == "open", "the service is not on that map"


def test_a_version_withdrawn_during_a_round_is_not_replaced_by_the_next(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    published(cast, on)
    approval_round = started(cast, on)
    approved(cast, "porvoo approver", approval_round)
    approvals.withdraw(cast["county approver"], on.pk, 1, 0, "Vanhentunut.")
    assert status_of(approval_round)[0] == "open", "a version's end is no change of the map"
    approved(cast, "county approver", approval_round)
    versions = on.versions.values_list("major", "minor", "status", "withdrawn_reason")
    assert list(versions) == [(1, 1, "published", ""), (1, 0, "withdrawn", "Vanhentunut.")]
    published(cast, on)
    with pytest.raises(TransitionRefused, match="The status is now “replaced”"):
        approvals.withdraw(cast["county approver"], on.pk, 1, 1, "Liian myöhään.")
    assert [each.status for each in on.versions.all()] == ["published", "replaced", "withdrawn"]


def test_ratings_are_no_content_and_end_no_round(cast: Cast, as_person: As) -> None:
    """Blind or shown, neither the value nor the reason is in a content, a digest, a version or a comparison."""
    on = cast.maps["porvoo"]
    approval_round = started(cast, on)
    current, aspect = round_on(on), first_aspect(on)
    give(cast, "porvoo editor", current, aspect, "638", 1, f"{WORD} sokko")
    assert digest(canonical(content_of(on))) == approval_round.digest
    approved(cast, "porvoo approver", approval_round)
    both(cast, current, first_aspect(on, 2), 1, 5)
    rating_round_workflow.perform("close", current, by=cast["county editor"])
    assert RatingRound.objects.get(pk=current.pk).ratings.filter(revealed_at__isnull=False).count() == 2
    version = MapVersion.objects.get(round=approved(cast, "county approver", approval_round))
    second = round_on(on)
    for each in asked_on(on):
        give(cast, "porvoo editor", second, each, "638", 2, f"{WORD} toinen")
    later = published(cast, on)
    assert WORD not in canonical(later.content).decode()
    client = as_person("county editor", "en")
    read = [
        f"/kartat/{on.pk}/versiot/{version.number}/",
        f"/kartat/{on.pk}/versiot/luonnos/",
        f"/kartat/{on.pk}/vertaa/?from=1.0&to=1.1",
        f"/kartat/{on.pk}/vertaa/?from=1.0&to=draft",
        f"/api/v1/maps/{on.pk}/versions/{version.pk}/",
        f"/api/v1/maps/{on.pk}/compare/?from=1.0&to=draft",
        f"/kartat/{on.pk}/kuva.svg",
    ]
    for path in read:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert WORD not in answer.content.decode(), path
    same = client.get(f"/api/v1/maps/{on.pk}/compare/?from=1.0&to=draft").json()
    assert same["differences"] == [], "a rating is no difference"


def test_organisations_that_are_parties_are_all_waited_for(cast: Cast) -> None:
    """Each live party, and nobody else: not an organisation that has left, not one that only has a service named."""
    on = cast.maps["porvoo"]
    guest = guest_of(cast, on)
    assert {each.pk for each in approvals.required_parties(on)} == set(
        Organisation.objects.filter(code__in=["638", "01", "434"]).values_list("pk", flat=True)
    )
    edit(cast["porvoo editor"], on, f"party:{guest.pk}", "archived", True)
    assert {each.code for each in approvals.required_parties(on)} == {"638", "01"}
