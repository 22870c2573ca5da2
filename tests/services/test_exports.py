"""Exports as rows: asked for, claimed by one worker, told of, given up, made anew, and fetched."""

import datetime
import os
import signal
import subprocess
import sys
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from collaboration.exports import queue as exports
from collaboration.exports.exporter import address_of
from collaboration.exports.make import content_of_export, make, make_all
from collaboration.frozen import canonical, digest
from collaboration.models import Export
from collaboration.models.export import LONGEST_SILENCE, MOST_TRIES
from collaboration.tasks import make_exports, sweep_exports
from services.content.canonical import content_of
from services.models import InterfaceMap, MapImport
from services.workflows import approvals
from tests import oracle
from tests.cast import Cast
from tests.conftest import As
from tests.databases import ROOT
from tests.services.exporting import asked, made, previewed
from tests.services.ops import edit, first_aspect
from tests.services.rating_rounds import give, round_on
from tests.services.rounds import published
from tests.services.test_edits_at_once import at_once
from tests.services.test_pages import statements


def silent(export: Export) -> None:
    """The worker that had it has told nothing for too long."""
    Export.objects.filter(pk=export.pk).update(heard_at=timezone.now() - 2 * LONGEST_SILENCE)


def again(export: Export) -> Export:
    return Export.objects.get(pk=export.pk)


def test_a_request_makes_a_row_and_the_worker_makes_the_file(cast: Cast, as_person: As) -> None:
    on, client = cast.maps["porvoo"], as_person("porvoo reader")
    sent = {"of": "draft", "format": "json", "language": "sv"}
    page = client.post(f"/kartat/{on.pk}/vienti/", sent, follow=True).content.decode()
    assert "The file is being made." in page
    export = Export.objects.get()
    assert (export.state, export.file, export.asked_by) == ("waiting", None, cast["porvoo reader"])
    assert client.get(address_of(export)).status_code == 302, "there is nothing to fetch yet"
    make_exports()
    answer = client.get(address_of(export))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="Tjanster-for-barn')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.content == canonical(content_of(on))
    page = client.get(f"/kartat/{on.pk}/vienti/").content.decode()
    assert "Of the draft of" in page
    assert "the draft has changed since" not in page
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Uusi.")
    assert "the draft has changed since" in client.get(f"/kartat/{on.pk}/vienti/").content.decode()


def test_the_same_wish_gets_the_same_file(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    first = made(cast, on, "csv")
    assert asked(cast, on, "csv", by="county reader").pk == first.pk
    assert asked(cast, on, "csv", language="sv").pk != first.pk
    assert asked(cast, on, "json").pk != first.pk
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Uusi.")
    other = asked(cast, on, "csv")
    assert (other.pk != first.pk, other.digest != first.digest) == (True, True)
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "")
    assert asked(cast, on, "csv").pk == first.pk, "the draft says again what it said"


def test_a_draft_is_exported_as_it_was_when_it_was_asked_for(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    export = asked(cast, on, "json")
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Myöhemmin.")
    make_all()
    file = bytes(again(export).file or b"")
    assert digest(file) == export.digest
    assert "Myöhemmin." not in file.decode()
    assert again(export).content is None, "the file is enough"


def test_a_version_that_is_withdrawn_is_another_file(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    version = published(cast, on)
    before = made(cast, on, "csv", version=version)
    assert before.digest == version.digest
    approvals.withdraw(cast["porvoo approver"], on.pk, 1, 0, "Neuvola on muuttanut.")
    version.refresh_from_db()
    after = made(cast, on, "csv", version=version)
    assert after.pk != before.pk
    assert "Neuvola on muuttanut." in bytes(after.file or b"").decode("utf-8-sig")


def test_who_may_ask_and_fetch(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    export = made(cast, on)
    for name in cast.people:
        sees = oracle.sees(cast, name, on)
        client = cast.client(name)
        assert client.get(address_of(export)).status_code == (200 if sees else 404), name
        if sees:
            assert asked(cast, on, "csv", by=name).pk == export.pk
        else:
            with pytest.raises(InterfaceMap.DoesNotExist):
                asked(cast, on, "csv", by=name)
    foreign = f"/kartat/{cast.maps['youth'].pk}/vienti/{export.pk}/"
    assert cast.client("county editor").get(foreign).status_code == 404


def test_a_worker_that_dies_is_followed_by_the_sweep(cast: Cast) -> None:
    export = asked(cast, cast.maps["porvoo"])
    died = exports.claim()
    assert died is not None
    assert again(export).state == "working"
    sweep_exports()
    assert again(export).state == "working", "a worker that is heard of keeps it"
    silent(export)
    assert again(export).state == "waiting"
    sweep_exports()
    assert (again(export).state, again(export).tries) == ("ready", 2)


def test_a_worker_that_wakes_up_late_changes_nothing(cast: Cast) -> None:
    export = asked(cast, cast.maps["porvoo"])
    late = exports.claim()
    assert late is not None
    silent(export)
    other = exports.claim()
    assert other is not None
    with pytest.raises(exports.Lost):
        exports.tell(late, 50)
    make(late)
    assert again(export).state == "working"
    make(other)
    assert again(export).state == "ready"


def test_three_dead_workers_are_enough_and_one_can_try_again(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    export = asked(cast, on)
    for _nth in range(MOST_TRIES):
        assert exports.claim() is not None
        silent(export)
    assert exports.claim() is None
    sweep_exports()
    assert (again(export).state, again(export).failure) == ("failed", "died")
    client = as_person("porvoo reader")
    page = client.get(f"/kartat/{on.pk}/vienti/").content.decode()
    assert "The worker stopped three times" in page
    assert "Try again" in page
    client.post(f"{address_of(export)}uudelleen/")
    assert again(export).state == "waiting"
    make_all()
    assert again(export).state == "ready"
    client.post(f"{address_of(export)}uudelleen/")
    assert again(export).state == "ready", "what is ready is not made again"


def test_what_cannot_be_made_says_so_and_the_others_go_on(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    broken, whole = asked(cast, on, "csv"), asked(cast, on, "json")
    Export.objects.filter(pk=broken.pk).update(content={"format": "nothing"})
    assert make_all() == 2
    assert (again(broken).state, again(broken).failure) == ("failed", "broken")
    assert again(whole).state == "ready"
    assert asked(cast, on, "csv").state == "waiting", "asking again tries again"


def test_old_files_are_removed(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    version = published(cast, on)
    draft, of_version, brought = made(cast, on), made(cast, on, version=version), previewed(cast, on)
    for days, left in ((1, 2), (3, 1), (31, 0)):
        at = timezone.now() - datetime.timedelta(days=days)
        Export.objects.filter(pk__in=[draft.pk, of_version.pk]).update(asked_at=at)
        MapImport.objects.filter(pk=brought.pk).update(at=at)
        exports.sweep()
        assert Export.objects.count() == left, days
        assert MapImport.objects.count() == (days < 2), days


def test_one_person_cannot_fill_the_queue(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    for nth in range(exports.MOST_WAITING):
        Export.objects.create(
            subject=on,
            digest=uuid4().hex,
            seq=nth,
            format="csv",
            language="fi",
            asked_by=cast["porvoo reader"],
        )
    with pytest.raises(ValidationError, match="30"):
        asked(cast, on)
    assert asked(cast, on, by="county reader").state == "waiting"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"of": "9.9", "format": "csv", "language": "fi"},
        {"of": "draft", "format": "exe", "language": "fi"},
        {"of": "draft", "format": "csv", "language": "xx"},
        {"of": "\x00", "format": "csv", "language": "fi"},
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(cast: Cast, as_person: As, sent: dict[str, str]) -> None:
    on = cast.maps["porvoo"]
    assert as_person("porvoo reader").post(f"/kartat/{on.pk}/vienti/", sent).status_code == 422
    assert not Export.objects.exists()
    for of in ("9.9", "x", "9" * 40, "%00"):
        assert as_person("porvoo reader").get(f"/kartat/{on.pk}/vienti/?of={of}").status_code == 200


def test_the_page_asks_as_often_however_many_files_there_are(cast: Cast, as_person: As) -> None:
    on, client = cast.maps["porvoo"], as_person("porvoo editor", "fi")
    published(cast, on)
    made(cast, on)
    address = f"/kartat/{on.pk}/vienti/"
    client.get(address)
    few, _page = statements(client, address)
    for file_format in ("json", "svg", "xlsx"):
        made(cast, on, file_format)
        made(cast, on, file_format, language="sv")
    assert statements(client, address)[0] == few <= 2 + 6


def test_hidden_ratings_are_in_no_file(cast: Cast) -> None:
    on, word = cast.maps["porvoo"], "salasanainen"
    rating_round, aspect = round_on(on), first_aspect(on)
    plain = {each: bytes(made(cast, on, each).file or b"") for each in ("csv", "json", "svg")}
    Export.objects.all().delete()
    give(cast, "porvoo editor", rating_round, aspect, "638", 1, word)
    for each, before in plain.items():
        after = bytes(made(cast, on, each, by="county reader").file or b"")
        assert word not in after.decode()
        if each == "json":
            assert after == before


def test_eight_workers_at_once_claim_each_export_once(fresh_cast: Cast) -> None:
    cast, on = fresh_cast, fresh_cast.maps["porvoo"]
    wished = [
        asked(cast, on, each, language=language) for each in ("csv", "json") for language in ("fi", "sv")
    ]
    outcomes: list[Any] = at_once(lambda _which: exports.claim())
    claimed = [each.pk for each in outcomes if each is not None]
    assert sorted(claimed) == sorted(each.pk for each in wished)


def test_eight_people_at_once_ask_for_one_file(fresh_cast: Cast) -> None:
    cast, on = fresh_cast, fresh_cast.maps["porvoo"]
    outcomes: list[Any] = at_once(lambda _which: asked(cast, on, "csv").pk)
    assert set(outcomes) == {Export.objects.get().pk}, outcomes


DIE = """
import os, signal, django
django.setup()
from collaboration.exports import make
from collaboration.exports import queue as exports
export = exports.claim()
exports.tell(export, 40)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_worker_leaves_an_export_that_the_next_one_makes(
    fresh_cast: Cast, fresh_database: str
) -> None:
    export = asked(fresh_cast, fresh_cast.maps["porvoo"], "xlsx")
    env = os.environ | {"DATABASE_URL": fresh_database, "DJANGO_SETTINGS_MODULE": "yhdyspinta.settings"}
    died = subprocess.run([sys.executable, "-c", DIE], cwd=ROOT, env=env, check=False, capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert (again(export).state, again(export).progress) == ("working", 40)
    silent(export)
    sweep_exports()
    assert (again(export).state, again(export).tries) == ("ready", 2)


def test_content_of_a_versions_export_is_the_versions(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    version = published(cast, on)
    export = asked(cast, on, "json", version=version)
    assert export.content is None
    assert digest(canonical(content_of_export(export))) == version.digest
