"""Attachments: who adds, reads and takes away; once each; along with a forwarded matter; nameless with a nameless report."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from collaboration.models import Attachment, Event, Matter
from collaboration.queries.attachments import files_about
from collaboration.workflows import attachments as workflow
from collaboration.workflows.matters import matter_workflow
from services.models import Escalation
from tests.cast import Cast, undone
from tests.collaboration.action_cast import made as an_action
from tests.collaboration.forum_cast import OBSERVERS, READERS, forums_of, raised
from tests.gear import files
from tests.gear.attached import attached
from tests.services.escalated import OURS, REPORTER, THEIRS, filed, take
from tests.services.ops import first_aspect

CHAIR, MEMBER, OBSERVER = "county editor", "porvoo editor", "county reader"
WRITERS = READERS - OBSERVERS


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """What is refused is told in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def matter(cast: Cast) -> Matter:
    return raised(cast, forums_of(cast)["lape"])


def may(act: Any) -> bool:
    with undone():
        try:
            act()
        except PermissionDenied:
            return False
    return True


def upload(cast: Cast, name: str, row: Any, *brought: tuple[str, bytes]) -> Any:
    """The page's answer to a form with these files."""
    about = f"{row._meta.model_name}:{row.pk}"
    sent = [SimpleUploadedFile(called, content) for called, content in brought]
    return cast.client(name).post(f"/tiedostot/{about}/", {"files": sent})


# Who


def test_who_reads_adds_and_takes_away(cast: Cast, matter: Matter) -> None:
    file = attached(matter, cast[MEMBER])
    for name in cast.everyone:
        client = cast.client(name)
        answer = client.get(f"/tiedosto/{file.pk}/")
        is_reader = name in READERS
        assert answer.status_code == (
            200 if is_reader else 302 if "/kirjaudu/" in answer.headers.get("Location", "") else 404
        ), name
        if name not in cast.people:
            continue
        assert may(lambda name=name: attached(matter, cast[name], "toinen.png")) == (name in WRITERS), name
        takes = name in {MEMBER, CHAIR}
        assert may(lambda name=name: workflow.take_away(file, matter, by=cast[name])) == takes, name


def test_what_is_decided_on_stays_as_it_was(cast: Cast, matter: Matter) -> None:
    file = attached(matter, cast[CHAIR])
    matter_workflow.perform("note", matter, by=cast[CHAIR], sent={"handled_reason": ""})
    matter.refresh_from_db()
    with pytest.raises(PermissionDenied, match="has been handled"):
        attached(matter, cast[CHAIR], "toinen.png")
    with pytest.raises(PermissionDenied):
        workflow.take_away(file, matter, by=cast[CHAIR])
    assert cast.client(MEMBER).get(file.get_absolute_url()).status_code == 200


def test_files_of_an_action_are_added_by_both_sides(cast: Cast) -> None:
    action = an_action(cast)
    for name in ("porvoo editor", "county editor"):
        if may(lambda name=name: attached(action, cast[name])):
            assert cast.client(name).get(action.get_absolute_url()).status_code == 200
    file = attached(action, action.made_by)
    assert file.name in cast.client(_name_of(cast, action.made_by)).get(action.get_absolute_url()).text


def _name_of(cast: Cast, user: Any) -> str:
    return next(name for name in cast.people if cast[name] == user)


# Once


def test_the_same_file_is_there_once_and_what_goes_leaves_its_name_only(cast: Cast, matter: Matter) -> None:
    first, second = attached(matter, cast[MEMBER]), attached(matter, cast[CHAIR])
    assert first == second
    workflow.take_away(first, matter, by=cast[MEMBER])
    first.refresh_from_db()
    assert (first.content, first.removed_by) == (None, cast[MEMBER])
    assert cast.client(MEMBER).get(first.get_absolute_url()).status_code == 404
    assert attached(matter, cast[MEMBER]).pk != first.pk
    said = Event.objects.filter(verb__startswith="attachment.", subject_id=matter.pk).order_by("pk")
    assert list(said.values_list("verb", "note")) == [
        ("attachment.added", "kuva.png"),
        ("attachment.removed", "kuva.png"),
        ("attachment.added", "kuva.png"),
    ]
    page = cast.client(CHAIR).get(matter.get_absolute_url()).text
    assert page.count("A file was attached") == 2


def test_there_are_not_more_than_twenty(cast: Cast, matter: Matter) -> None:
    for number in range(Attachment.MOST):
        attached(matter, cast[MEMBER], f"kuva {number}.png")
    with pytest.raises(ValidationError, match="20 files already"):
        attached(matter, cast[MEMBER], "viimeinen.png")


# The page


def test_several_at_once_each_with_its_own_result(cast: Cast, matter: Matter) -> None:
    answer = upload(cast, MEMBER, matter, ("hyvä.png", files.png()), ("rikki.pdf", files.pdf()[:300]))
    assert answer.status_code == 422
    assert "rikki.pdf: The file could not be opened" in answer.text
    assert "1 file was attached" in answer.text
    assert [each.name for each in workflow.attachments_of(matter)] == ["hyvä.png"]
    assert upload(cast, MEMBER, matter).status_code == 422
    assert upload(cast, MEMBER, matter, ("toinen.jpg", files.jpeg())).status_code == 302


def test_a_file_is_sent_to_be_saved_and_never_as_a_page_of_ours(cast: Cast, matter: Matter) -> None:
    file = attached(matter, cast[MEMBER], "sivu.txt", b"<script>alert(1)</script>")
    answer = cast.client(CHAIR).get(file.get_absolute_url())
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="sivu.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer.content == b"<script>alert(1)</script>"


def test_the_list_asks_as_often_of_many_and_reads_no_bytes(cast: Cast, matter: Matter) -> None:
    def asked_for() -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            files_about(cast[CHAIR], matter)
        return [each["sql"] for each in asked]

    attached(matter, cast[MEMBER])
    files_about(cast[CHAIR], matter)
    of_one = asked_for()
    for number in range(4):
        attached(matter, cast[MEMBER], f"kuva {number}.png")
    assert len(asked_for()) == len(of_one)
    assert not any('"content"' in sql for sql in of_one)


# Along with a matter


def test_the_chosen_files_go_along_and_stay_as_they_were_sent(cast: Cast, matter: Matter) -> None:
    going, staying = attached(matter, cast[MEMBER], "mukaan.png"), attached(matter, cast[MEMBER], "ei.png")
    matter_workflow.perform(
        "accept", matter, by=cast[CHAIR], sent={"next_step": "x", "next_step_on": _soon()}
    )
    with CaptureQueriesContext(connection) as asked:
        answer = cast.client(CHAIR).post(
            f"/asiat/{matter.pk}/askel/forward/",
            {"forum": forums_of(cast)["board"].pk, "attached": [going.pk]},
            follow=True,
        )
    with_bytes = [each["sql"] for each in asked if '."content"' in each["sql"]]
    assert with_bytes == [], "the bytes stay in the database"
    assert "and 1 file, as they are now" in answer.text
    derived = Matter.objects.get(origin=matter)
    [sent] = workflow.attachments_of(derived)
    assert (sent.name, sent.digest, sent.origin_id) == ("mukaan.png", going.digest, going.pk)
    assert bytes(sent.content or b"") == bytes(going.content or b"")
    assert derived.sent["files"] == [{"name": "mukaan.png", "sha256": going.digest}]
    with pytest.raises(PermissionDenied, match="stays as it was sent"):
        workflow.take_away(sent, derived, by=cast["county approver"])
    matter.refresh_from_db()
    assert staying in workflow.attachments_of(matter)
    # Whoever sits only where it came from does not read the copy, nor the board what stayed there.
    assert cast.client(MEMBER).get(sent.get_absolute_url()).status_code == 404
    assert cast.client("county approver").get(sent.get_absolute_url()).status_code == 200


def test_another_matters_file_does_not_go_along(cast: Cast, matter: Matter) -> None:
    foreign = attached(raised(cast, forums_of(cast)["lape"]), cast[MEMBER])
    matter_workflow.perform(
        "accept", matter, by=cast[CHAIR], sent={"next_step": "x", "next_step_on": _soon()}
    )
    sent = {"forum": forums_of(cast)["board"].pk, "attached": [foreign.pk]}
    with pytest.raises(ValidationError, match="no longer there"):
        matter_workflow.perform("forward", matter, by=cast[CHAIR], sent=sent)
    assert not Matter.objects.filter(origin=matter).exists()


def _soon() -> str:
    return (timezone.localdate() + datetime.timedelta(days=5)).isoformat()


# With a report


def report(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "yhdyspinta": first_aspect(cast.maps["porvoo"]).interface_id,
        "nakokulma": 3,
        "text": "Havainnot eivät tule.",
        "effect": "delayed",
        "frequency": "often",
        "urgency": "normal",
        "is_nameless": "yes",
        **more,
    }


def test_pictures_wait_for_the_report_and_are_nobody_elses_until_it_is_sent(cast: Cast) -> None:
    client, key = cast.client(REPORTER), str(uuid4())
    photo = SimpleUploadedFile("IMG_1.jpg", files.jpeg(gps=True))
    page = client.post("/ei-toimi/ilmoita/", report(cast, key=key, go="preview", files=[photo]))
    [held] = Attachment.objects.all()
    assert held.get_absolute_url() in page.text
    assert client.get(held.get_absolute_url()).status_code == 200
    for other in (OURS, THEIRS):
        assert cast.client(other).get(held.get_absolute_url()).status_code == 404
    for _twice in range(2):
        client.post("/ei-toimi/ilmoita/", report(cast, key=key, go="send"))
    row = Escalation.objects.get(key=key)
    [file] = workflow.attachments_of(row)
    assert (file.pk, file.is_nameless, b"Kuvaaja" in bytes(held.content or b"")) == (held.pk, True, False)
    theirs = cast.client(THEIRS).get(row.get_absolute_url()).text
    assert file.get_absolute_url() in theirs
    assert cast[REPORTER].name not in theirs
    assert cast[REPORTER].name in cast.client("porvoo approver").get(row.get_absolute_url()).text
    assert cast.client(THEIRS).get(file.get_absolute_url()).status_code == 200


def test_what_is_left_out_and_what_is_never_sent_goes(cast: Cast) -> None:
    client, key = cast.client(REPORTER), str(uuid4())
    photo = SimpleUploadedFile("IMG_1.jpg", files.jpeg())
    client.post("/ei-toimi/ilmoita/", report(cast, key=key, go="preview", files=[photo]))
    [held] = Attachment.objects.all()
    cast.client(OURS).post("/ei-toimi/ilmoita/", report(cast, key=key, go="preview", drop=[held.pk]))
    assert Attachment.objects.count() == 1  # another's hand does not reach it
    client.post("/ei-toimi/ilmoita/", report(cast, key=key, go="preview", drop=[held.pk]))
    assert not Attachment.objects.exists()
    client.post("/ei-toimi/ilmoita/", report(cast, key=key, go="preview", files=[_photo()]))
    assert workflow.forget_held(timezone.now() + datetime.timedelta(days=1)) == 0
    assert workflow.forget_held(timezone.now() + datetime.timedelta(days=3)) == 1


def _photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("IMG_2.jpg", files.jpeg())


def test_a_refused_picture_keeps_what_was_written(cast: Cast) -> None:
    photo = SimpleUploadedFile("IMG_1.HEIC", b"\0\0\0\x18ftypheic" + bytes(80))
    page = cast.client(REPORTER).post(
        "/ei-toimi/ilmoita/", report(cast, key=str(uuid4()), go="send", files=[photo])
    )
    assert page.status_code == 422
    assert "HEIC" in page.text
    assert "Havainnot eivät tule." in page.text
    assert not Escalation.objects.exists()


def test_a_nameless_reporter_stays_so_with_what_they_attach_later(cast: Cast) -> None:
    row = filed(cast)
    named = attached(row, cast[OURS], "meiltä.png")
    unnamed = attached(row, cast[REPORTER], "minulta.png")
    assert (named.is_nameless, unnamed.is_nameless) == (False, True)
    page = cast.client(THEIRS).get(row.get_absolute_url()).text
    assert cast[OURS].name in page
    assert cast[REPORTER].name not in page
    assert not Event.objects.filter(verb="attachment.added", actor=cast[REPORTER]).exists()
    refused = upload(cast, REPORTER, row, ("muistio.docx", files.docx()))
    assert "only these are taken here" in refused.text
    take("withdraw", row, cast[REPORTER])
    row.refresh_from_db()
    with pytest.raises(PermissionDenied, match="no longer open"):
        attached(row, cast[OURS], "myöhässä.png")
