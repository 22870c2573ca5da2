"""Comments over the API: the same rules as on the page."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from collaboration.models import Comment, Matter
from tests.cast import Cast
from tests.collaboration.forum_cast import RAISER, forums_of, raised

CHAIR, MEMBER = "county editor", "porvoo editor"


def sent(cast: Cast, name: str, path: str, body: dict[str, Any], method: str = "post", **more: Any) -> Any:
    return getattr(cast.client(name), method)(path, json.dumps(body), content_type="application/json", **more)


def matter(cast: Cast) -> Matter:
    return raised(cast, forums_of(cast)["lape"])


def test_written_once_read_edited_and_resolved(cast: Cast) -> None:
    about = f"matter:{matter(cast).pk}"
    wish = {
        "subject": about,
        "text": "Riittääkö?",
        "mentions": [f"person-{cast[RAISER].pk}"],
        "key": str(uuid4()),
    }
    made = sent(cast, MEMBER, "/api/v1/comments/", wish)
    assert made.status_code == 201
    comment = made.json()
    assert sent(cast, MEMBER, "/api/v1/comments/", wish).json() == comment
    assert made["Location"].endswith(f"/api/v1/comments/{comment['id']}/")
    answer = sent(
        cast, CHAIR, "/api/v1/comments/", {"subject": about, "text": "Riittää.", "reply_to": comment["id"]}
    )
    assert answer.json()["reply_to"] == comment["id"]
    listed = cast.client(RAISER).get(f"/api/v1/comments/?subject={about}").json()["results"]
    assert [each["text"] for each in listed] == ["Riittääkö?", "Riittää."]
    assert listed[0]["mentions"] == wish["mentions"]
    path = f"/api/v1/comments/{comment['id']}/"
    tag = cast.client(MEMBER).get(path)["ETag"]
    edited = sent(cast, MEMBER, path, {"text": "Riittääkö varmasti?"}, "patch", headers={"If-Match": tag})
    assert edited.json()["edited_at"]
    assert (
        sent(cast, MEMBER, path, {"text": "Myöhässä"}, "patch", headers={"If-Match": tag}).status_code == 412
    )
    assert sent(cast, CHAIR, f"{path}resolve/", {}).json()["resolved_at"]
    assert cast.client(CHAIR).get(f"/api/v1/comments/?subject={about}&open=true").json()["results"] == []
    assert sent(cast, CHAIR, f"{path}resolve/", {"resolved": False}).json()["resolved_at"] is None


def test_a_mention_that_does_not_reach_everybody_is_asked_about(cast: Cast) -> None:
    network = forums_of(cast)["network"]
    wish = {
        "subject": f"matter:{matter(cast).pk}",
        "text": "Kommentoikaa",
        "mentions": [f"forum-{network.pk}"],
    }
    refused = sent(cast, CHAIR, "/api/v1/comments/", wish)
    assert refused.status_code == 409
    assert "1 of 2" in refused.json()["detail"]
    assert not Comment.objects.filter(text="Kommentoikaa").exists()
    assert sent(cast, CHAIR, "/api/v1/comments/", {**wish, "unseeing": 1}).status_code == 201


def test_what_is_wrong_has_its_sentence_and_its_field(cast: Cast) -> None:
    about = f"matter:{matter(cast).pk}"
    for more, field in (
        ({"text": "Tunnus 131052-308T"}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"text": ""}, "text"),
        ({"subject": "matter:999999"}, "subject"),
        ({"subject": "user:1"}, "subject"),
        ({"mentions": ["kaikki"]}, "mentions"),
        ({"mentions": "person-1"}, "mentions"),
        ({"reply_to": 999999}, "reply_to"),
        ({"key": "x"}, "key"),
        ({"author": 1}, "author"),
    ):
        answer = sent(cast, MEMBER, "/api/v1/comments/", {"subject": about, "text": "Hei", **more})
        assert answer.status_code == 422, more
        assert [each["field"] for each in answer.json()["errors"]] == [field], more
        assert answer.json()["errors"][0]["message"]
