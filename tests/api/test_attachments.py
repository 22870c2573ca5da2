"""Attachments over the API: the same rules as on the page."""

from __future__ import annotations

from typing import Any

import pytest

from collaboration.models import Attachment, Matter
from tests.api.conftest import V1
from tests.cast import Cast
from tests.collaboration.forum_cast import RAISER, forums_of, raised
from tests.gear import files

CHAIR, MEMBER, OBSERVER, OUTSIDER = "county editor", "porvoo editor", "county reader", "pohjanmaa editor"


@pytest.fixture
def matter(cast: Cast) -> Matter:
    return raised(cast, forums_of(cast)["lape"])


def bring(cast: Cast, name: str, about: str, content: bytes, called: str = "kuva.png") -> Any:
    path = f"{V1}/attachments/?subject={about}&name={called}"
    return cast.client(name).post(path, content, content_type="application/octet-stream")


def test_attached_listed_fetched_and_taken_away(cast: Cast, matter: Matter) -> None:
    about = f"matter:{matter.pk}"
    made = bring(cast, MEMBER, about, files.png())
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["name"], row["kind"], row["added_by"]) == ("kuva.png", "png", cast[MEMBER].name)
    assert made["Location"].endswith(f"/attachments/{row['id']}/")
    assert bring(cast, CHAIR, about, files.png()).json()["id"] == row["id"]
    listed = cast.client(RAISER).get(f"{V1}/attachments/?subject={about}").json()["results"]
    assert listed == [row]
    one = cast.client(RAISER).get(f"{V1}/attachments/{row['id']}/")
    assert one.json() == row
    file = cast.client(RAISER).get(f"{V1}/attachments/{row['id']}/file/")
    assert (len(file.content), file["Content-Type"]) == (row["size"], "image/png")
    assert cast.client(OBSERVER).delete(f"{V1}/attachments/{row['id']}/").status_code == 403
    assert cast.client(CHAIR).delete(f"{V1}/attachments/{row['id']}/").status_code == 204
    assert cast.client(CHAIR).get(f"{V1}/attachments/{row['id']}/").status_code == 404


def test_refused_in_words(cast: Cast, matter: Matter) -> None:
    about = f"matter:{matter.pk}"
    assert bring(cast, OUTSIDER, about, files.png()).status_code == 422  # there is none of this name
    assert bring(cast, OBSERVER, about, files.png()).status_code == 403
    assert bring(cast, MEMBER, "interface:1", files.png()).status_code == 422
    for content, called in (
        (b"", "tyhja.png"),
        (b"MZ\x90\0", "ohjelma.pdf"),
        (files.pdf("131052-308T"), "a.pdf"),
    ):
        answer = bring(cast, MEMBER, about, content, called)
        assert answer.status_code == 422
        assert called in answer.json()["detail"]
    assert bring(cast, MEMBER, about, bytes(Attachment.MOST_BYTES + 1)).status_code == 413
    as_json = cast.client(MEMBER).post(
        f"{V1}/attachments/?subject={about}&name=a.png", "{}", content_type="application/json"
    )
    assert as_json.status_code == 415
    assert not Attachment.objects.exists()
