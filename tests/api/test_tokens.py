"""Personal tokens: made and revoked on the account page, shown once, stored as a hash, scoped and ending."""

import datetime
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from collaboration.models import Event, PersonalToken, User
from collaboration.workflows.tokens import MOST_IN_FORCE, digest_of, make_token
from tests.api.conftest import Api, Caller, Token, op
from tests.cast import Cast
from tests.conftest import As

NEXT_MONTH = 30


def last_day(days: int = NEXT_MONTH) -> str:
    return (timezone.localdate() + datetime.timedelta(days=days)).isoformat()


def make_on_page(client: Client, **more: str) -> Any:
    form = {"name": "Raportti", "scope": "read", "expires_on": last_day(), **more}
    return client.post("/oma/avaimet/", form)


def test_the_secret_is_shown_once_and_only_its_hash_is_kept(cast: Cast, as_person: As) -> None:
    client = as_person("porvoo editor")
    page = make_on_page(client)
    assert page.status_code == 201
    assert page.headers["Cache-Control"].startswith("max-age=0")
    (secret,) = re.findall(r'value="(ysp_[\w-]{43})"', page.content.decode())
    token = PersonalToken.objects.get()
    assert token.digest == digest_of(secret)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM collaboration_personaltoken t")
        assert secret not in str(cursor.fetchall())
        cursor.execute("SELECT row_to_json(e)::text FROM collaboration_event e")
        assert secret.removeprefix("ysp_") not in str(cursor.fetchall())
    assert Caller(secret).get("me/")["token"]["name"] == "Raportti"
    account = client.get("/oma/").content.decode()
    assert "Raportti" in account
    assert secret not in account
    assert Event.objects.filter(verb="personal_token.made", actor=cast["porvoo editor"]).count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "131052-308T"}, "name"),
        ({"scope": "all"}, "scope"),
        ({"expires_on": ""}, "expires_on"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"expires_on": last_day(400)}, "expires_on"),
    ],
)
def test_a_token_that_cannot_be_made_says_why(as_person: As, change: dict[str, str], field: str) -> None:
    page = make_on_page(as_person("nobody"), **change)
    assert page.status_code == 422
    assert field in page.context["token_form"].errors
    assert not PersonalToken.objects.exists()


def test_a_token_is_revoked_by_its_own_person_only(cast: Cast, as_person: As, token: Token) -> None:
    secret = token("porvoo editor")
    path = f"/oma/avaimet/{PersonalToken.objects.get().pk}/poista/"
    for name in ("porvoo administrator", "service administrator"):
        assert as_person(name).post(path).status_code == 404, name
    Caller(secret).get("me/")
    client = as_person("porvoo editor")
    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 302, "twice is once"
    assert Event.objects.filter(verb="personal_token.revoked").count() == 1
    Caller(secret).get("me/", 401)
    assert "Test" not in client.get("/oma/").content.decode()


def test_a_token_ends_after_its_last_day(cast: Cast, token: Token) -> None:
    secret = token("porvoo editor", days=0)
    Caller(secret).get("me/")
    PersonalToken.objects.update(expires_on=timezone.localdate() - datetime.timedelta(days=1))
    Caller(secret).get("me/", 401)


def test_a_token_of_somebody_who_may_no_longer_sign_in_is_closed(cast: Cast, token: Token) -> None:
    secret = token("porvoo editor")
    User.objects.filter(pk=cast.people["porvoo editor"].pk).update(is_active=False)
    Caller(secret).get("me/", 401)


@pytest.mark.parametrize("secret", ["", "ysp_", "ysp_" + "a" * 43, "ä", "x" * 10_000, "a b"])
def test_any_other_secret_is_401_with_a_sentence(db: None, secret: str) -> None:
    answer = Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["detail"]


def test_a_reading_token_only_reads(cast: Cast, api: Api) -> None:
    on, caller = cast.maps["porvoo"], api("porvoo editor", scope="read")
    caller.get(f"maps/{on.pk}/")
    sent = op(f"map:{on.pk}", "title_fi", "Uusi")
    error = caller.post(f"maps/{on.pk}/ops/", sent, 403)
    assert error["detail"] == "This token was made for reading only."
    for method, path in (("post", "maps/"), ("post", "services/"), ("patch", "services/1/")):
        assert caller.ask(method, path, {}).status_code == 403
    api("porvoo editor").post(f"maps/{on.pk}/ops/", sent)


def test_when_a_token_was_used_is_written_now_and_then(cast: Cast, token: Token) -> None:
    caller = Caller(token("porvoo editor"))
    caller.get("me/")
    used = PersonalToken.objects.get().last_used_at
    assert used
    caller.get("me/")
    assert PersonalToken.objects.get().last_used_at == used
    PersonalToken.objects.update(last_used_at=used - datetime.timedelta(hours=1))
    caller.get("me/")
    assert PersonalToken.objects.get().last_used_at > used - datetime.timedelta(hours=1)  # type: ignore[operator]


def test_nobody_has_more_tokens_than_they_can_look_after(cast: Cast) -> None:
    person, last = cast["porvoo editor"], timezone.localdate()
    for number in range(MOST_IN_FORCE):
        make_token(by=person, name=f"Avain {number}", scope="read", expires_on=last)
    with pytest.raises(ValidationError):
        make_token(by=person, name="Liikaa", scope="read", expires_on=last)


def test_a_token_needs_no_csrf_and_a_session_does(cast: Cast, token: Token) -> None:
    on = cast.maps["porvoo"]
    sent = op(f"map:{on.pk}", "title_fi", "Uusi")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast["porvoo editor"])
    path = f"/api/v1/maps/{on.pk}/ops/"
    refused = strict.post(path, sent, content_type="application/json")
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith("CSRF"), "the editor's script looks for this word"
    bare = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {token('porvoo editor')}"}
    assert bare.post(path, sent, content_type="application/json", headers=headers).status_code == 200
    assert bare.get("/kartat/", headers=headers).status_code == 302, "a token opens the API only"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_account_page_shows_tokens_in_each_language(cast: Cast, as_person: As, language: str) -> None:
    client = as_person("porvoo editor", language)
    make_on_page(client)
    page = client.get("/oma/")
    assert page.status_code == 200
    assert [token.name for token in page.context["tokens"]] == ["Raportti"]
    assert client.get("/oma/avaimet/").status_code == 200
