"""Approvals, edits and rounds at the same moment: what is published is what everyone approved."""

import threading
from typing import Any

from django.db import connection, transaction

from collaboration.frozen import canonical, digest
from collaboration.models import Event, Membership
from collaboration.workflow import TransitionRefused
from services.models import Approval, ApprovalRound, InterfaceMap, MapService, MapVersion
from services.workflows import approvals, catalogue
from tests.cast import Cast
from tests.live import eventually
from tests.services.ops import edit, first_aspect
from tests.services.rounds import approved, in_a_year, published, started
from tests.services.test_edits_at_once import at_once


def failures(outcomes: list[Any]) -> list[Any]:
    """What nobody expects: anything but a refusal in words."""
    return [
        each for each in outcomes if isinstance(each, Exception) and not isinstance(each, TransitionRefused)
    ]


def test_the_last_two_approvals_at_once_publish_once(fresh_cast: Cast) -> None:
    cast, on = fresh_cast, fresh_cast.maps["porvoo"]
    names = ["porvoo approver", "county approver"]
    for _turn in range(4):
        approval_round = started(cast, on)

        def work(which: int, approval_round: ApprovalRound = approval_round) -> Any:
            return approved(cast, names[which % 2], approval_round)

        outcomes = at_once(work)
        assert failures(outcomes) == []
        assert sum(isinstance(each, ApprovalRound) for each in outcomes) == 2
        assert MapVersion.objects.filter(round=approval_round).count() == 1
        assert Approval.objects.filter(round=approval_round).count() == 2
    assert [each.number for each in on.versions.all()] == ["1.3", "1.2", "1.1", "1.0"]


def test_edits_race_with_the_last_approval(fresh_cast: Cast) -> None:
    """Either the version was published before the edit and has the old text, or the edit ended the round."""
    cast, on = fresh_cast, fresh_cast.maps["porvoo"]
    aspect = first_aspect(on)
    ended = 0
    for turn in range(8):
        approval_round = started(cast, on)
        approved(cast, "porvoo approver", approval_round)

        def work(which: int, approval_round: ApprovalRound = approval_round, turn: int = turn) -> Any:
            if which == 0:
                return edit(cast["county editor"], on, f"aspect:{aspect.pk}", "shared_fi", f"Teksti {turn}")
            if which == 1:
                return approved(cast, "county approver", approval_round)
            return None

        assert failures(at_once(work)) == []
        approval_round.refresh_from_db()
        version = MapVersion.objects.filter(round=approval_round).first()
        assert (approval_round.status == "published") == (version is not None)
        assert approval_round.status in {"published", "ended"}
        ended += approval_round.status == "ended"
        if version is not None:
            assert digest(canonical(version.content)) == version.digest == approval_round.digest
            texts = [each["shared_fi"] for each in version.content["interfaces"][0]["aspects"]]
            assert f"Teksti {turn}" not in texts
    assert MapVersion.objects.filter(map=on, status="published").count() <= 1
    assert ended + MapVersion.objects.filter(map=on).count() == 8


def test_one_round_is_started_when_eight_start_it(fresh_cast: Cast) -> None:
    cast, on = fresh_cast, fresh_cast.maps["porvoo"]
    editors = ["porvoo editor", "county editor"]

    def work(which: int) -> Any:
        return approvals.start(
            cast[editors[which % 2]], on.pk, review_on=in_a_year(), incomplete_reason="Kesken."
        )

    outcomes = at_once(work)
    assert failures(outcomes) == []
    assert sum(isinstance(each, ApprovalRound) for each in outcomes) == 1
    assert ApprovalRound.objects.filter(map=on, status="open").count() == 1


def test_one_person_who_approves_for_both_parties_at_once_approves_for_one(fresh_cast: Cast) -> None:
    cast, on = fresh_cast, fresh_cast.maps["porvoo"]
    both = cast["porvoo approver"]
    Membership.objects.create(user=both, organisation=cast.organisations["county"], role="approver")
    places = [cast.organisations[name].pk for name in ("porvoo", "county")]
    approval_round = started(cast, on)
    outcomes = at_once(
        lambda which: approved(cast, "porvoo approver", approval_round, organisation_id=places[which % 2])
    )
    assert failures(outcomes) == []
    assert sum(isinstance(each, ApprovalRound) for each in outcomes) == 1
    assert InterfaceMap.objects.get(pk=on.pk).versions.count() == 0


def test_a_party_is_added_while_the_others_approve(fresh_cast: Cast) -> None:
    cast, on = fresh_cast, fresh_cast.maps["porvoo"]
    approval_round = started(cast, on)
    wish = {"organisation": cast.organisations["loviisa"].pk}

    def work(which: int) -> Any:
        if which == 0:
            return edit(cast["porvoo editor"], on, f"map:{on.pk}", "add_party", wish)
        return approved(cast, ("porvoo approver", "county approver")[which % 2], approval_round)

    assert failures(at_once(work)) == []
    approval_round.refresh_from_db()
    version = MapVersion.objects.filter(round=approval_round).first()
    assert (approval_round.status == "published") == (version is not None)
    if version is not None:
        assert len(version.content["parties"]) == len(version.approvals) == 2


def test_a_version_is_withdrawn_while_the_next_is_published(fresh_cast: Cast) -> None:
    """The version is withdrawn or replaced, never both; the next is published all the same."""
    cast, on = fresh_cast, fresh_cast.maps["porvoo"]
    published(cast, on)
    approval_round = started(cast, on)
    approved(cast, "porvoo approver", approval_round)

    def work(which: int) -> Any:
        if which % 2:
            return approved(cast, "county approver", approval_round)
        return approvals.withdraw(cast["county approver"], on.pk, 1, 0, "Vanhentunut.")

    assert failures(at_once(work)) == []
    former, latest = MapVersion.objects.filter(map=on).order_by("minor")
    assert (latest.number, latest.status) == ("1.1", "published")
    assert (former.status, former.withdrawn_reason) in {
        ("withdrawn", "Vanhentunut."),
        ("replaced", ""),
    }


def test_rounds_are_cancelled_and_approved_at_once(fresh_cast: Cast) -> None:
    cast, on = fresh_cast, fresh_cast.maps["porvoo"]
    for _turn in range(4):
        approval_round = started(cast, on)
        approved(cast, "porvoo approver", approval_round)

        def work(which: int, approval_round: ApprovalRound = approval_round) -> Any:
            if which % 2:
                return approved(cast, "county approver", approval_round)
            return approvals.cancel(cast["county editor"], on.pk, approval_round.pk)

        assert failures(at_once(work)) == []
        approval_round.refresh_from_db()
        is_published = MapVersion.objects.filter(round=approval_round).exists()
        assert approval_round.status == ("published" if is_published else "cancelled")


def test_the_catalogue_takes_the_map_before_its_round_as_an_edit_does(fresh_cast: Cast) -> None:
    cast, on = fresh_cast, fresh_cast.maps["porvoo"]
    approval_round = started(cast, on)
    service = MapService.objects.filter(map=on, party__organisation__code="638")[0].service
    service.name_fi = "Toinen nimi"
    outcomes: list[Any] = []

    def rename() -> None:
        try:
            catalogue.keep(service, service, "service.changed", by=cast["porvoo editor"])
            outcomes.append("renamed")
        except Exception as error:
            outcomes.append(error)
        finally:
            connection.close()

    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return bool(cursor.fetchone()[0])

    thread = threading.Thread(target=rename)
    with transaction.atomic():
        InterfaceMap.objects.locked().get(pk=on.pk)
        thread.start()
        assert eventually(waits)
        approvals.end_rounds([on.pk], cast["county editor"])
    thread.join()
    assert outcomes == ["renamed"]
    approval_round.refresh_from_db()
    assert approval_round.status == "ended"
    assert Event.objects.filter(verb="approval_round.ended", subject_id=approval_round.pk).count() == 1
