"""Exports over the API: asked for, waited for, fetched."""

from collaboration.exports.make import make_all
from collaboration.frozen import canonical
from services.content.canonical import content_of
from tests.api.conftest import Api
from tests.cast import Cast
from tests.services.rounds import published


def test_a_file_is_asked_for_waited_for_and_fetched(cast: Cast, api: Api) -> None:
    on, reader = cast.maps["porvoo"], api("porvoo reader")
    published(cast, on)
    wish = {"of": "1.0", "format": "json", "language": "fi"}
    export = reader.post(f"maps/{on.pk}/exports/", wish, 202)
    assert (export["status"], export["progress"], export["of"]) == ("waiting", 0, "1.0")
    address = f"maps/{on.pk}/exports/{export['id']}/"
    assert reader.ask("get", f"{address}file/").status_code == 409
    make_all()
    assert reader.get(address)["status"] == "ready"
    answer = reader.ask("get", f"{address}file/")
    assert answer.content == canonical(content_of(on))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = reader.ask("post", f"maps/{on.pk}/exports/", wish)
    assert (again.status_code, again.json()["id"]) == (202, export["id"])
    assert again.headers["Location"] == f"/api/v1/{address}"
    [row] = reader.get(f"maps/{on.pk}/exports/")["results"]
    assert row == reader.get(address)


def test_bad_wishes_and_outsiders(cast: Cast, api: Api) -> None:
    on, reader = cast.maps["porvoo"], api("porvoo reader")
    for wish, field in (
        ({"of": "7.7", "format": "csv", "language": "fi"}, "of"),
        ({"of": "draft", "format": "exe", "language": "fi"}, "format"),
        ({"of": "draft", "format": "csv"}, "language"),
        ({"of": "draft", "format": "csv", "language": "fi", "moon": 1}, "moon"),
        ({"of": 1, "format": ["csv"], "language": "fi"}, "format"),
    ):
        answer = reader.ask("post", f"maps/{on.pk}/exports/", wish)
        assert answer.status_code == 422
        assert field in [error["field"] for error in answer.json()["errors"]]
    export = reader.post(f"maps/{on.pk}/exports/", {"of": "draft", "format": "csv", "language": "fi"}, 202)
    outsider = api("pohjanmaa editor")
    for path in ("", f"{export['id']}/", f"{export['id']}/file/"):
        assert outsider.ask("get", f"maps/{on.pk}/exports/{path}").status_code == 404
    other = f"maps/{cast.maps['youth'].pk}/exports/{export['id']}/"
    assert api("county editor").ask("get", other).status_code == 404
