"""The rows that residents search are what the versions in force say, whatever happens to versions and maps."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services import policy
from services.models import (
    InterfaceMap,
    MapVersion,
    PublicName,
    PublicPlace,
    PublicService,
    PublicState,
    Service,
)
from services.residents import index
from services.residents.word_search import roots
from services.workflows import approvals, public_services
from services.workflows.approvals import version_workflow
from services.workflows.interface_map import interface_map_workflow
from tests.cast import Cast
from tests.services.ops import add_row
from tests.services.rounds import published
from tests.services.test_residents import no_page_is_kept

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture(autouse=True)
def no_kept_pages() -> None:
    no_page_is_kept()


def listed() -> set[int]:
    """The maps whose services residents find; each time they are compared with the versions in force."""
    assert list(public_services.problems()) == []
    found = set(PublicPlace.objects.values_list("map", flat=True))
    assert found == set(policy.public_versions().values_list("map", flat=True))
    return found


def test_every_step_of_a_version_and_of_a_map_is_followed_at_once(cast: Cast) -> None:
    on, youth, by = cast.maps["porvoo"], cast.maps["youth"], cast["porvoo editor"]
    assert listed() == set()
    first = published(cast, on)
    published(cast, youth)
    assert listed() == {on.pk, youth.pk}
    renamed = Service.objects.filter(places_on_maps__map=on).order_by("pk")[0]
    Service.objects.filter(pk=renamed.pk).update(name_fi="Aivan uusi nimi")
    assert listed() == {on.pk, youth.pk}  # the version says what it said
    second = published(cast, on)
    assert MapVersion.objects.get(pk=first.pk).status == MapVersion.Status.REPLACED
    assert PublicService.objects.filter(name__name_fi="Aivan uusi nimi").exists()
    assert listed() == {on.pk, youth.pk}
    interface_map_workflow.perform("archive", InterfaceMap.objects.get(pk=on.pk), by=by)
    assert listed() == {youth.pk}
    interface_map_workflow.perform("take_back", InterfaceMap.objects.get(pk=on.pk), by=by)
    assert listed() == {on.pk, youth.pk}
    approvals.withdraw(cast["porvoo approver"], on.pk, second.major, second.minor, "Vanhentunut.")
    assert listed() == {youth.pk}
    assert set(version_workflow.transitions) == {"replace", "withdraw"}
    assert set(interface_map_workflow.transitions) == {"archive", "take_back"}


def test_a_change_of_a_status_past_the_workflows_is_followed_too(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    version = published(cast, on)
    for status, there in (("replaced", set()), ("published", {on.pk}), ("withdrawn", set())):
        MapVersion.objects.filter(pk=version.pk).update(status=status)
        assert listed() == there


def test_what_somebody_spoiled_is_told_and_made_anew(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    published(cast, on)
    call_command("public_services", check=True, stdout=StringIO())
    for spoil in (
        lambda: PublicService.objects.update(words=" toinen"),
        lambda: PublicService.objects.all()[0].delete(),
        lambda: PublicService.objects.update(marks=["m:638"]),
        lambda: PublicPlace.objects.filter(map=on).update(words=" toinen"),
        lambda: PublicPlace.objects.filter(map=on)[0].delete(),
        lambda: PublicName.objects.update(order="z"),
        lambda: PublicState.objects.update(summary={}),
        lambda: PublicPlace.objects.filter(map=on).update(map=cast.maps["youth"]),
    ):
        spoil()
        with pytest.raises(CommandError):
            call_command("public_services", check=True, stdout=StringIO())
        call_command("public_services", stdout=StringIO())
        assert listed() == {on.pk}


def test_pages_that_are_kept_are_new_after_each_change(cast: Cast) -> None:
    client = Client()
    published(cast, cast.maps["porvoo"])
    for path in ("/asukkaalle/fi/", "/asukkaalle/fi/?q=neuvola", "/sitemap.xml"):
        first = client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
        assert len(queries) == 1
    before = client.get("/sitemap.xml")
    published(cast, cast.maps["youth"])
    after = client.get("/sitemap.xml", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert f"sitemap-{cast.maps['youth'].pk}.xml" in after.content.decode()


def test_a_search_for_much_shows_the_best_and_says_that_there_is_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = cast.maps["porvoo"]
    add_row(cast["porvoo editor"], on, "channel")
    published(cast, on)
    wanted = dict.fromkeys(("q", *index.AXES), "")
    whole = index.find(roots([["palvelu"], ["neuvola"], ["paivakoti"]]), wanted, 0, 20)
    assert not whole.is_cut
    monkeypatch.setattr(index, "MOST_FOUND", 1)
    cut = index.find(roots([["neuvola"]]), wanted, 0, 20)
    assert cut.is_cut
    assert "More than" in Client().get("/asukkaalle/en/?q=neuvola").content.decode()


def test_words_are_looked_up_in_their_index(cast: Cast) -> None:
    """Also among thousands of services: 45,000 of them were tried by hand, and each search took some bare pages' time."""
    published(cast, cast.maps["porvoo"])
    for table, indexed in (("publicservice", "public_service_words"), ("publicname", "public_name_words")):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
            cursor.execute(f"EXPLAIN SELECT id FROM services_{table} WHERE words LIKE %s", ["%paivakot%"])
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert indexed in plan
