"""The same name in another spelling is the same name, and a duplicate is told in the constraint's own words."""

import unicodedata
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import override

from collaboration.models import Organisation
from collaboration.models.sentences import sentence_of
from services.models import MapService, Service, ServiceNode, ServiceResponsibility
from services.workflows.catalogue import archive_or_take_back
from tests.cast import Cast
from tests.collaboration.test_words import SAME
from tests.services.ops import edit

pytestmark = pytest.mark.usefixtures("in_english")

THE_SAME = [
    "Päiväkoti",
    unicodedata.normalize("NFD", "Päiväkoti"),
    "Päivä\u00adkoti",
    "Päivä\u200bkoti",
    "Päiväkoti\u200d",
    "\ufeffPäiväkoti",
    " Päiväkoti\u00a0",
    "Päiväkoti\ufe0f",
]
TAKEN = "The organisation already has a service with this name."
QUICKER = "Somebody else saved the same at this moment"


@pytest.fixture
def own(cast: Cast) -> Service:
    """Porvoo's service with the name."""
    place = MapService.objects.get(map=cast.maps["porvoo"], service__node__key="daycare")
    Service.objects.filter(pk=place.service_id).update(name_fi="Päiväkoti")
    place.service.refresh_from_db()
    return place.service


def posted(**more: Any) -> dict[str, Any]:
    node = ServiceNode.objects.get(key="daycare")
    return {
        "name_fi": "Päiväkoti",
        "name_sv": "",
        "node": node.pk,
        "description_fi": "Kuvaus",
        "description_sv": "",
        **more,
    }


@pytest.mark.parametrize("typed", THE_SAME)
def test_a_form_refuses_the_same_name_and_keeps_what_was_typed(cast: Cast, own: Service, typed: str) -> None:
    client = cast.client("porvoo editor")
    answer = client.post(f"/palvelut/uusi/{own.organisation_id}/", posted(name_fi=typed))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert TAKEN in page
    assert QUICKER not in page
    assert "Kuvaus" in page
    other = Service.objects.create(organisation=own.organisation, node=own.node, name_fi="Kerho")
    changed = client.post(f"/palvelut/{other.pk}/muokkaa/", posted(name_fi=typed))
    assert changed.status_code == 422
    assert TAKEN in changed.content.decode()
    assert client.post(f"/palvelut/{own.pk}/muokkaa/", posted(name_fi=typed)).status_code == 302


@pytest.mark.parametrize("typed", THE_SAME)
def test_an_edit_refuses_the_same_name(cast: Cast, own: Service, typed: str) -> None:
    on = cast.maps["porvoo"]
    place = MapService.objects.get(map=on, service=own)
    new = {"party": place.party_id, "name_fi": typed, "name_sv": "", "node": own.node_id}
    for subject, name, value in (
        (f"map:{on.pk}", "add_service", new),
        (f"service:{place.pk}", "add_copy", {"name_fi": typed, "name_sv": ""}),
    ):
        with pytest.raises(ValidationError) as refused:
            edit(cast["porvoo editor"], on, subject, name, value)
        assert refused.value.messages == [TAKEN]


def test_a_removed_name_can_be_used_again_and_then_not_taken_back(cast: Cast, own: Service) -> None:
    archive_or_take_back(own, by=cast["porvoo editor"])
    client = cast.client("porvoo editor")
    assert client.post(f"/palvelut/uusi/{own.organisation_id}/", posted()).status_code == 302
    with pytest.raises(ValidationError) as refused:
        archive_or_take_back(own, by=cast["porvoo editor"])
    assert refused.value.messages == [TAKEN]


def test_a_responsibility_is_named_once(cast: Cast, own: Service) -> None:
    client = cast.client("porvoo editor")
    wish = {"duty": "funds", "organisation": own.organisation_id, "basis": "", "reference": ""}
    assert client.post(f"/palvelut/{own.pk}/vastuut/", wish).status_code == 302
    again = client.post(f"/palvelut/{own.pk}/vastuut/", wish)
    assert again.status_code == 422
    assert "The organisation already has this duty." in again.content.decode()


def test_an_administrator_reads_that_a_code_is_taken(cast: Cast) -> None:
    wish = {"kind": "municipality", "code": "638", "name_fi": "Toinen Porvoo"}
    page = cast.client("service administrator").post("/yllapito/collaboration/organisation/add/", wish)
    assert "Another organisation of this kind has the same code." in page.content.decode()


def test_what_only_the_database_notices_is_told_in_the_constraints_words(cast: Cast, own: Service) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Service.objects.create(organisation=own.organisation, node=own.node, name_fi=own.name_fi)
    assert sentence_of(refused.value) == TAKEN
    with pytest.raises(IntegrityError) as other, transaction.atomic():
        ServiceNode.objects.create(key="daycare", name_fi="a", name_sv="b", name_en="c", position=1)
    assert sentence_of(other.value).startswith(QUICKER)


def test_every_unique_constraint_with_a_condition_that_people_can_meet_has_its_sentence() -> None:
    met = [Service, MapService, ServiceResponsibility, Organisation]
    for model in met:
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                with override("en"):
                    told = str(constraint.violation_error_message)
                assert told != str(constraint.default_violation_error_message), constraint.name


def test_searches_and_names_know_the_same_spellings() -> None:
    assert len({unicodedata.normalize("NFC", typed) for typed in SAME}) > 3
