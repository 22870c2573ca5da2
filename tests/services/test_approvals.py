"""From a draft to a published version: who takes which step, what ends a round, and that a version never changes."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collaboration.frozen import canonical, digest
from collaboration.mailing import mail_notifications
from collaboration.models import Event, Membership, Notification, User
from collaboration.ops.undo import undo
from collaboration.workflow import TransitionRefused
from services.content.canonical import content_of
from services.models import Approval, ApprovalRound, InterfaceMap, MapService, MapVersion, Service
from services.workflows import approvals
from services.workflows.catalogue import keep
from services.workflows.edits import MAP
from services.workflows.interface_map import interface_map_workflow
from tests import oracle
from tests.cast import INACTIVE, Cast, undone
from tests.conftest import As
from tests.services.ops import edit, first_aspect, follow, make_base_map, rows_of, values_for
from tests.services.rounds import approved, finish, in_a_year, published, started

pytestmark = pytest.mark.usefixtures("in_english")


def outcome(step: Any) -> str:
    """What became of a step, which is undone."""
    try:
        with undone():
            step()
    except PermissionDenied:
        return "refused"
    except (InterfaceMap.DoesNotExist, MapVersion.DoesNotExist):
        return "not there"
    return "allowed"


def expected(cast: Cast, person: str, on: InterfaceMap, roles: set[str]) -> str:
    if oracle.has_role(cast, person, roles, oracle.parties_of(on)):
        return "allowed"
    return "refused" if oracle.sees(cast, person, on) else "not there"


PEOPLE_STEPS = {
    "start": {"editor"},
    "approve": {"approver"},
    "cancel": {"editor"},
    "withdraw": {"approver"},
}


@pytest.mark.parametrize("place", ["porvoo", "youth"])
@pytest.mark.parametrize("name", PEOPLE_STEPS)
def test_who_may_take_which_step(cast: Cast, name: str, place: str) -> None:
    on = cast.maps[place]
    version = published(cast, on)
    approval_round = started(cast, on) if name in {"approve", "cancel"} else version.round
    for person in [each for each in cast.everyone if each != INACTIVE]:
        by: Any = cast.visitor(person)
        steps = {
            "start": lambda by=by: approvals.start(
                by, on.pk, review_on=in_a_year(), incomplete_reason="Kesken."
            ),
            "approve": lambda by=by: approvals.approve(by, on.pk, approval_round.pk, approval_round.digest),
            "cancel": lambda by=by: approvals.cancel(by, on.pk, approval_round.pk),
            "withdraw": lambda by=by: approvals.withdraw(by, on.pk, 1, 0, "Vanhentunut."),
        }
        assert outcome(steps[name]) == expected(cast, person, on, PEOPLE_STEPS[name]), person


def test_every_party_approves_and_the_last_approval_publishes(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    finish(on)
    approval_round = started(cast, on)
    assert approval_round.incomplete_reason == ""
    assert approved(cast, "county approver", approval_round).status == "open"
    assert not MapVersion.objects.exists()
    assert approved(cast, "porvoo approver", approval_round).status == "published"
    version = on.versions.get()
    assert (version.number, version.status, version.seq) == ("1.0", "published", on.seq)
    assert version.content == content_of(on)
    assert digest(canonical(version.content)) == version.digest == approval_round.digest
    assert [fact["approver"]["name"] for fact in version.approvals] == ["County approver", "Porvoo approver"]
    assert {fact["role"] for fact in version.approvals} == {"approver"}
    assert "1.0" in version.citation_fi
    assert version.digest[:16] in version.citation_sv


def test_the_numbers_of_versions(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    wishes = (True, False, False, True, False)
    numbers = [published(cast, on, is_major=is_major).number for is_major in wishes]
    assert numbers == ["1.0", "1.1", "1.2", "2.0", "2.1"]
    statuses = list(on.versions.values_list("status", flat=True))
    assert statuses == ["published", "replaced", "replaced", "replaced", "replaced"]


def test_what_is_not_agreed_needs_a_reason_and_what_is_agreed_takes_none(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    with pytest.raises(ValidationError, match="Not everything is agreed"):
        started(cast, on, incomplete_reason="  ")
    finish(on)
    with pytest.raises(ValidationError, match="so no reason is needed"):
        started(cast, on, incomplete_reason="Kesken.")
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Uusi teksti.")
    with pytest.raises(ValidationError, match="Not everything is agreed"):
        started(cast, on, incomplete_reason="")
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "not_applicable_reason", "Ei koske.")
    assert started(cast, on).incomplete_reason == ""


@pytest.mark.parametrize("days", [0, -1])
def test_the_review_date_is_to_come(cast: Cast, days: int) -> None:
    with pytest.raises(ValidationError, match="a day to come"):
        started(cast, cast.maps["porvoo"], review_on=timezone.localdate() + datetime.timedelta(days=days))


def test_a_reason_goes_through_the_client_data_gate(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="personal identity code"):
        started(cast, cast.maps["porvoo"], incomplete_reason="Asiakas 131052-308T.")
    published(cast, cast.maps["porvoo"])
    with pytest.raises(ValidationError, match="personal identity code"):
        approvals.withdraw(cast["porvoo approver"], cast.maps["porvoo"].pk, 1, 0, "Asiakas 131052-308T.")


def test_only_one_round_is_open_and_a_base_map_has_none(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    started(cast, on)
    with pytest.raises(TransitionRefused, match="already open"):
        started(cast, on, by="county editor")
    with pytest.raises(PermissionDenied, match="A base map is not published"):
        started(cast, make_base_map(cast), by="county editor")


def test_one_person_approves_for_one_party_only(cast: Cast) -> None:
    """Also the database refuses it, whatever the code does."""
    on, person = cast.maps["porvoo"], cast["porvoo approver"]
    Membership.objects.create(user=person, organisation=cast.organisations["county"], role="approver")
    approval_round = started(cast, on)
    approved(cast, "porvoo approver", approval_round)
    with pytest.raises(TransitionRefused, match="Another person approves for the other party"):
        approved(cast, "porvoo approver", approval_round)
    county = cast.organisations["county"]
    for organisation, by in ((county, person), (cast.organisations["porvoo"], cast["county approver"])):
        with pytest.raises(IntegrityError), transaction.atomic():
            Approval.objects.create(round=approval_round, organisation=organisation, approver=by)
    assert ApprovalRound.objects.get().status == "open"


def test_a_party_approves_once_and_for_a_party_of_ones_own(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    second = cast["porvoo reader"]
    Membership.objects.create(user=second, organisation=cast.organisations["porvoo"], role="approver")
    approval_round = started(cast, on)
    with pytest.raises(PermissionDenied):
        approved(cast, "porvoo approver", approval_round, organisation_id=cast.organisations["county"].pk)
    with pytest.raises(TransitionRefused, match="not a party"):
        approved(cast, "porvoo approver", approval_round, organisation_id=cast.organisations["loviisa"].pk)
    approved(cast, "porvoo approver", approval_round)
    with pytest.raises(TransitionRefused, match="Porvoo has already approved"):
        approved(cast, "porvoo reader", approval_round)


def test_what_was_read_is_what_is_approved(cast: Cast) -> None:
    approval_round = started(cast, cast.maps["porvoo"])
    with pytest.raises(TransitionRefused, match="What you read is not"):
        approvals.approve(cast["porvoo approver"], approval_round.map_id, approval_round.pk, "0" * 64)
    with pytest.raises(TransitionRefused, match="no such approval round"):
        approvals.approve(
            cast["porvoo approver"], cast.maps["youth"].pk, approval_round.pk, approval_round.digest
        )


EDITS = sorted(
    {
        ("map", "title_fi"),
        ("map", "places"),
        ("service", "how_sv"),
        ("service", "archived"),
        ("interface", "archived"),
        ("aspect", "shared_fi"),
        ("aspect", "review_on"),
        ("aspect", "responsible"),
        ("answer", "answer_fi"),
        ("answer", "confirmation"),
    }
)


@pytest.mark.parametrize(("kind", "name"), EDITS)
def test_any_edit_ends_the_round_and_everyone_asked_is_told(cast: Cast, kind: str, name: str) -> None:
    on = cast.maps["porvoo"]
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Yhteinen.")
    approval_round = started(cast, on, by="porvoo editor")
    approved(cast, "porvoo approver", approval_round)
    by = "porvoo editor" if kind in {"service", "answer"} else "county editor"
    edit(cast[by], on, rows_of(on)[kind], name, values_for(cast, on)[kind, name][0])
    approval_round.refresh_from_db()
    assert (approval_round.status, approval_round.ended_by) == ("ended", cast[by])
    told = Notification.objects.filter(event__verb="approval_round.ended")
    asked = {"porvoo approver", "county approver", "porvoo editor"} - {by}
    assert {each.recipient for each in told} == {cast[each] for each in asked}
    with pytest.raises(TransitionRefused, match="no longer open: ended by an edit"):
        approved(cast, "county approver", approval_round)
    assert not MapVersion.objects.exists()


@pytest.mark.parametrize(
    ("language", "named"),
    [
        ("fi", "Päiväkoti – Neuvola, 3 Tiedonkulku"),
        ("sv", "Daghem – Rådgivningsbyrå, 3 Informationsgång"),
        ("en", "Päiväkoti – Neuvola, 3 Flow of information"),
    ],
)
def test_the_mail_names_the_change_that_ended_the_round_and_quotes_nothing(
    cast: Cast, language: str, named: str
) -> None:
    on = cast.maps["porvoo"]
    User.objects.update(language=language)
    started(cast, on, by="porvoo editor")
    Notification.objects.all().delete()
    edit(cast["county editor"], on, f"aspect:{first_aspect(on, 3).pk}", "shared_fi", "Salaisuus9.")
    mail_notifications(timezone.now() + datetime.timedelta(days=3))
    sent = {message.to[0]: str(message.body) for message in mail.outbox}
    assert cast["porvoo editor"].email in sent
    for body in sent.values():
        assert named in body
        assert "Salaisuus9" not in body


def test_the_notice_names_it_too_and_asks_no_more_for_many(cast: Cast) -> None:
    on, reader = cast.maps["porvoo"], cast.client("porvoo editor")
    counts = []
    for number in range(8):
        started(cast, on, by="porvoo editor")
        edit(
            cast["county editor"], on, f"aspect:{first_aspect(on, 3).pk}", "shared_fi", f"Salaisuus{number}."
        )
        if number in {5, 7}:
            with CaptureQueriesContext(connection) as queries:
                page = reader.get("/oma/ilmoitukset/").content.decode()
            counts.append(len(queries))
    assert page.count("Päiväkoti – Neuvola, 3 Flow of information") == 5
    assert "Salaisuus" not in page
    assert counts[0] == counts[1]


def test_an_op_that_changes_nothing_ends_nothing(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    approval_round = started(cast, on)
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", on.title_fi)
    approval_round.refresh_from_db()
    assert approval_round.status == "open"


def test_a_party_added_during_the_round_ends_it(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    approval_round = started(cast, on)
    approved(cast, "porvoo approver", approval_round)
    wish = {"organisation": cast.organisations["loviisa"].pk}
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "add_party", wish)
    with pytest.raises(TransitionRefused, match="no longer open"):
        approved(cast, "county approver", approval_round)
    again = started(cast, on)
    for name in ("porvoo approver", "county approver"):
        assert approved(cast, name, again).status == "open", "Loviisa is waited for, too"
    assert [each.code for each in approvals.waited_for(again)] == ["434"]


def test_a_change_of_the_base_map_ends_the_rounds_of_maps_that_follow_it(cast: Cast) -> None:
    base = make_base_map(cast)
    follow(cast, "porvoo", "loviisa")
    approval_round = started(cast, cast.maps["porvoo"])
    edit(cast["county editor"], base, f"aspect:{first_aspect(base).pk}", "shared_fi", "Alueen teksti.")
    approval_round.refresh_from_db()
    assert (approval_round.status, approval_round.ended_by) == ("ended", cast["county editor"])


def test_undoing_and_putting_away_end_a_round(cast: Cast) -> None:
    from uuid import uuid4

    on = cast.maps["porvoo"]
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "title_fi", "Toinen nimi")
    first = started(cast, on)
    undo(MAP, cast["porvoo editor"], on.pk, uuid4())
    second = started(cast, on)
    interface_map_workflow.perform("archive", on, by=cast["county editor"])
    statuses = ApprovalRound.objects.filter(pk__in=[first.pk, second.pk]).values_list("status", flat=True)
    assert list(statuses) == ["ended", "ended"]
    with pytest.raises(PermissionDenied, match="read only"):
        started(cast, on)


def test_a_change_of_the_catalogue_ends_a_round_when_it_shows_on_the_map(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    place = MapService.objects.get(map=on, service__node__key="daycare")
    approval_round = started(cast, on)
    service = Service.objects.get(pk=place.service_id)
    service.description_fi = "Kuvaus ei ole kartan sisältöä."
    keep(service, service, "service.changed", by=cast["porvoo editor"])
    approval_round.refresh_from_db()
    assert approval_round.status == "open"
    service.name_fi = "Päiväkodit"
    keep(service, service, "service.changed", by=cast["porvoo editor"])
    approval_round.refresh_from_db()
    assert approval_round.status == "ended"


def test_a_stale_approval_is_refused_and_ends_the_round(cast: Cast) -> None:
    """What no op changes, such as an organisation's name, is found by the digest."""
    on = cast.maps["porvoo"]
    approval_round = started(cast, on)
    approved(cast, "porvoo approver", approval_round)
    county = cast.organisations["county"]
    county.name_fi = "Toinen hyvinvointialue"
    county.save()
    with pytest.raises(TransitionRefused, match="has changed since its parties were asked"):
        approved(cast, "county approver", approval_round)
    approval_round.refresh_from_db()
    assert (approval_round.status, approval_round.ended_by) == ("ended", None)
    assert Approval.objects.count() == 1
    assert not MapVersion.objects.exists()


def test_a_cancelled_round_is_told_and_over(cast: Cast) -> None:
    approval_round = started(cast, cast.maps["porvoo"])
    approvals.cancel(cast["county editor"], approval_round.map_id, approval_round.pk)
    with pytest.raises(TransitionRefused, match="no longer open: cancelled"):
        approved(cast, "porvoo approver", approval_round)
    with pytest.raises(TransitionRefused):
        approvals.cancel(cast["county editor"], approval_round.map_id, approval_round.pk)
    told = Notification.objects.filter(event__verb="approval_round.cancelled")
    assert {each.recipient.name for each in told} == {"Porvoo approver", "County approver", "Porvoo editor"}


def test_an_approver_returns_the_map_with_a_reason_that_everyone_is_told(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    approval_round = started(cast, on)
    client, path = as_person("county approver"), f"/kartat/{on.pk}/versiot/palauta/"
    for reason, sentence in (("", "Tell what has to be changed"), ("Tunnus 131052-308T.", "identity code")):
        answer = client.post(path, {"round": approval_round.pk, "reason": reason})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert reason in answer.content.decode(), "what was typed stays"
    done = client.post(path, {"round": approval_round.pk, "reason": "Neuvolan ajat puuttuvat."}, follow=True)
    assert "has been returned" in done.content.decode()
    approval_round.refresh_from_db()
    assert (approval_round.status, approval_round.returned_reason) == ("returned", "Neuvolan ajat puuttuvat.")
    assert approval_round.ended_by == cast["county approver"]
    told = Notification.objects.filter(event__verb="approval_round.returned")
    assert {each.recipient.name for each in told} >= {"Porvoo editor", "Porvoo reader", "County editor"}
    page = as_person("porvoo editor").get(f"/kartat/{on.pk}/versiot/").content.decode()
    assert "County approver returned the map" in page
    assert "Neuvolan ajat puuttuvat." in page
    with pytest.raises(TransitionRefused, match="now “returned”"):
        approvals.send_back(cast["county approver"], on.pk, approval_round.pk, "Uudelleen.")
    assert published(cast, on).number == "1.0", "the next round goes on as ever"


def test_only_approvers_of_the_parties_return_a_round(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    approval_round = started(cast, on)
    for name in cast.people:
        client = cast.client(name)
        may = oracle.has_role(cast, name, {"approver"}, oracle.parties_of(on))
        with undone():
            path = f"/api/v1/maps/{on.pk}/approval/return/"
            answer = client.post(path, {"round": approval_round.pk, "reason": "Kesken."}, "application/json")
            sees = oracle.sees(cast, name, on)
            allowed = {200} if may else {403} if sees else {401, 404}
            assert answer.status_code in allowed, (name, answer.status_code)
            shown = client.get(f"/kartat/{on.pk}/versiot/")
            assert shown.status_code != 200 or b"versiot/palauta/" not in shown.content or may


def test_who_is_told_of_what(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    published(cast, on)
    approvals.withdraw(cast["porvoo approver"], on.pk, 1, 0, "Vanhentunut.")
    told: dict[str, set[str]] = {}
    for each in Notification.objects.exclude(event__verb="map.made").select_related("event", "recipient"):
        told.setdefault(each.event.verb, set()).add(each.recipient.name)
    members = {
        f"{place} {role}"
        for place in ("Porvoo", "County")
        for role in ("reader", "editor", "approver", "administrator")
    }
    assert told == {
        "approval_round.started": {"Porvoo approver", "County approver"},
        "map_version.published": members - {"County approver"},
        "map_version.withdrawn": members - {"Porvoo approver"},
    }


def test_a_version_is_withdrawn_with_a_reason_and_once(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    published(cast, on)
    with pytest.raises(ValidationError, match="Tell why"):
        approvals.withdraw(cast["county approver"], on.pk, 1, 0, " ")
    version = approvals.withdraw(cast["county approver"], on.pk, 1, 0, "Neuvola on muuttanut.")
    version.refresh_from_db()
    assert (version.status, version.withdrawn_reason) == ("withdrawn", "Neuvola on muuttanut.")
    assert version.withdrawn_by == cast["county approver"]
    with pytest.raises(TransitionRefused, match="withdrawn"):
        approvals.withdraw(cast["county approver"], on.pk, 1, 0, "Uudelleen.")
    assert published(cast, on).number == "1.1"
    version.refresh_from_db()
    assert version.status == "withdrawn"


def test_the_draft_goes_on_and_the_version_stays(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    version = published(cast, on)
    before = version.content
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Luonnos jatkuu.")
    edit(cast["county editor"], on, f"map:{on.pk}", "title_fi", "Uusi nimi")
    version.refresh_from_db()
    assert version.content == before != content_of(on)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE services_mapversion SET content = '{}'::jsonb",
        "UPDATE services_mapversion SET digest = repeat('0', 64)",
        "UPDATE services_mapversion SET approvals = '[]'::jsonb",
        "UPDATE services_mapversion SET published_at = now() - interval '1 year'",
        "UPDATE services_mapversion SET minor = 7",
        "DELETE FROM services_mapversion",
        "TRUNCATE services_mapversion",
        "UPDATE services_approval SET at = now()",
        "DELETE FROM services_approval",
        "TRUNCATE services_approval",
    ],
)
def test_the_database_refuses_to_change_what_was_published(cast: Cast, statement: str) -> None:
    published(cast, cast.maps["porvoo"])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_verify_versions_finds_one_altered_letter(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management.base import CommandError

    version = published(cast, cast.maps["porvoo"])
    call_command("verify_versions")
    assert "as it was approved: 1" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE services_mapversion DISABLE TRIGGER USER")
        cursor.execute("UPDATE services_mapversion SET content = jsonb_set(content, '{title_fi}', '\"x\"')")
        cursor.execute("ALTER TABLE services_mapversion ENABLE TRIGGER USER")
    with pytest.raises(CommandError, match=f"Version {version.number} of map {version.map_id}"):
        call_command("verify_versions")


def test_the_trail_tells_each_step(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    published(cast, on)
    published(cast, on)
    verbs = [
        event.verb
        for event in Event.objects.order_by("pk")
        if event.verb.startswith(("approval_round.", "map_version."))
    ]
    once = ["approval_round.started", "approval_round.approved", "approval_round.approved"]
    assert verbs == [
        *once,
        "map_version.published",
        "approval_round.completed",
        *once,
        "map_version.replaced",
        "map_version.published",
        "approval_round.completed",
    ]


def test_a_content_has_no_person_and_no_place(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    finish(on)
    edit(
        cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "responsible", [cast["porvoo reader"].pk]
    )
    before = canonical(content_of(on))
    text = before.decode()
    assert not any(person.name in text for person in cast.people.values())
    place = MapService.objects.filter(map=on).first()
    edit(cast["porvoo editor"], on, f"service:{place.pk if place else 0}", "place", 3)
    assert canonical(content_of(on)) == before
    edit(cast["porvoo editor"], on, f"service:{place.pk if place else 0}", "archived", True)
    assert canonical(content_of(on)) != before
