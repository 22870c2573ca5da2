"""What waits no longer is no news and gets no mail: approvals and ratings."""

import pytest
from django.core import mail
from django.utils import timezone

from collaboration.mailing import mail_notifications
from collaboration.models import Membership, Notification
from services.workflows import approvals
from services.workflows.ratings import open_round, rating_round_workflow
from tests.cast import Cast
from tests.factories.collaboration import MembershipFactory
from tests.services.ops import edit
from tests.services.rating_rounds import give, round_on
from tests.services.rounds import approved, started

pytestmark = pytest.mark.django_db
ASKED = "approval_round.started"


@pytest.fixture
def nothing_told(cast: Cast) -> None:
    """What was told of the maps that the cast has made is read."""
    Notification.objects.update(read_at=timezone.now())


def waits(verb: str) -> set[str]:
    """Who has it as news."""
    told = Notification.objects.filter(event__verb=verb, read_at__isnull=True)
    return set(told.values_list("recipient__email", flat=True))


@pytest.mark.usefixtures("nothing_told")
def test_who_approves_answers_for_the_approvers_of_that_party(cast: Cast) -> None:
    colleague = MembershipFactory.create(
        organisation=cast.organisations["county"], role=Membership.Role.APPROVER
    ).user
    approval_round = started(cast, cast.maps["porvoo"])
    ours, theirs = cast["porvoo approver"].email, cast["county approver"].email
    assert {ours, theirs, colleague.email} <= waits(ASKED)
    approved(cast, "county approver", approval_round)
    assert waits(ASKED) & {ours, theirs, colleague.email} == {ours}
    mail_notifications()
    assert ours in {message.to[0] for message in mail.outbox}
    assert not {theirs, colleague.email} & {message.to[0] for message in mail.outbox}


@pytest.mark.usefixtures("nothing_told")
@pytest.mark.parametrize("ending", ["an edit", "cancelled", "returned", "published"])
def test_a_round_that_has_ended_asks_nobody_any_more(cast: Cast, ending: str) -> None:
    on = cast.maps["porvoo"]
    approval_round = started(cast, on)
    if ending == "an edit":
        edit(cast["county editor"], on, f"map:{on.pk}", "title_fi", "Uusi nimi")
    elif ending == "cancelled":
        approvals.cancel(cast["porvoo editor"], on.pk, approval_round.pk)
    elif ending == "returned":
        approvals.send_back(cast["porvoo approver"], on.pk, approval_round.pk, "Aikataulu puuttuu.")
    else:
        approved(cast, "county approver", approval_round)
        approved(cast, "porvoo approver", approval_round)
    assert waits(ASKED) == set()
    mail_notifications()
    with_words = [message for message in mail.outbox if "odottaa hyväksyntääsi" in str(message.subject)]
    assert with_words == []


@pytest.mark.usefixtures("nothing_told")
def test_a_party_that_has_rated_everything_is_asked_no_more(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    current = open_round(on, by=cast["county editor"])
    raters = {cast[name].email for name in ("porvoo editor", "porvoo approver")}
    others = {cast[name].email for name in ("porvoo reader", "county approver")}
    assert raters | others <= waits("rating_round.opened")
    aspects = [
        asked.aspect for asked in current.asked.filter(party__organisation__code="638").order_by("aspect")
    ]
    for aspect in aspects:
        assert raters <= waits("rating_round.opened")
        give(cast, "porvoo editor", current, aspect, "638", 3)
    assert waits("rating_round.opened") & (raters | others) == others


@pytest.mark.usefixtures("nothing_told")
def test_a_rating_round_that_is_closed_asks_nobody_any_more(cast: Cast) -> None:
    current = round_on(cast.maps["porvoo"])
    rating_round_workflow.perform("close", current, by=cast["county editor"])
    assert waits("rating_round.opened") == set()
    assert waits("rating_round.closed")
