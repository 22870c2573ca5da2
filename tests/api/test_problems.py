"""Errors: problem+json with a sentence in the caller's language; how often one may ask; no other site's scripts."""

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import translation
from rest_framework.throttling import SimpleRateThrottle

from collaboration.api.problems import KIND_OF_STATUS
from tests.api.conftest import Api, Caller, Token, check_shape, op
from tests.cast import Cast
from tests.conftest import As
from tests.services.ops import edit, first_aspect
from yhdyspinta.views.errors import server_error

PROBLEM = "application/problem+json"


def assert_problem(answer: Any, status: int, kind: str = "") -> dict[str, Any]:
    """The answer is a problem of that status, whole."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == PROBLEM
    content: dict[str, Any] = answer.json()
    assert (content["status"], content["type"]) == (
        status,
        f"urn:yhdyspinta:problem:{kind or KIND_OF_STATUS[status]}",
    )
    assert content["title"]
    assert content["detail"]
    return content


def test_each_kind_of_problem(cast: Cast, api: Api) -> None:
    caller, on = api("porvoo editor"), cast.maps["porvoo"]
    assert_problem(Client().get("/api/v1/maps/"), 401)
    assert_problem(caller.ask("get", "maps/0/"), 404)
    assert_problem(caller.ask("get", "moon/"), 404)
    assert_problem(caller.ask("post", "moon/", {}), 404)
    assert_problem(caller.ask("get", ""), 404)
    assert_problem(caller.ask("get", "maps/99999999999999999999999/"), 404)
    assert_problem(caller.ask("get", "moon/%0A/rises/"), 404)
    assert_problem(Client().get("/api/v1/maps/%0A/"), 401)
    assert_problem(caller.ask("get", "maps/?limit=x"), 400)
    assert_problem(caller.ask("delete", "maps/"), 405)
    options = caller.ask("options", "maps/")
    assert (options.status_code, options.content) == (204, b"")
    assert {"GET", "POST", "OPTIONS"} <= set(options.headers["Allow"].split(", "))
    assert_problem(caller.ask("get", "maps/", Accept="text/csv"), 406)
    form = caller.client.post(f"/api/v1/maps/{on.pk}/ops/", {"id": "x"}, headers=caller.headers)
    assert_problem(form, 415)
    assert_problem(
        api("porvoo reader").ask("post", f"maps/{on.pk}/ops/", op(f"map:{on.pk}", "title_fi", "x")), 403
    )


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_sentences_are_in_the_callers_language(cast: Cast, api: Api, as_person: As, language: str) -> None:
    on = cast.maps["porvoo"]
    subject = f"aspect:{first_aspect(on).pk}"
    edit(cast["county editor"], on, subject, "shared_fi", "Ensin.")
    refusals = {
        "fi": "Joku muu on muuttanut tätä",
        "sv": "Någon annan har ändrat",
        "en": "Somebody else has changed this",
    }
    with translation.override("en"):
        source = "Somebody else has changed this since you opened it. Nothing has been overwritten."
    with translation.override(language):
        expected = translation.gettext(source)
    stale = op(subject, "shared_fi", "Toinen.", base=0)
    by_token = api("porvoo editor", language).ask("post", f"maps/{on.pk}/ops/", stale)
    by_session = as_person("porvoo editor", language).post(
        f"/api/v1/maps/{on.pk}/ops/", stale, content_type="application/json"
    )
    for answer in (by_token, by_session):
        assert assert_problem(answer, 409, "edit-conflict")["detail"] == expected
        assert answer.headers["Content-Language"] == language
    assert len({*refusals.values()}) == 3
    denied = api("porvoo reader", language).post(f"maps/{on.pk}/ops/", stale, 403)
    with translation.override(language):
        assert denied["detail"] == translation.gettext(
            "Only an editor of a party of this interface may change this."
        )
    wrong = api("porvoo editor", language).get("maps/?limit=x", 400)
    with translation.override(language):
        from django.forms import IntegerField

        assert wrong["errors"][0]["message"] == str(IntegerField.default_error_messages["invalid"])


def test_a_language_nobody_speaks_here_is_finnish_and_the_cookie_comes_first(
    cast: Cast, token: Token
) -> None:
    secret = token("porvoo editor")
    assert Caller(secret, "de").ask("get", "me/").headers["Content-Language"] == "fi"
    assert Caller(secret, "sv-FI,en;q=0.5").ask("get", "me/").headers["Content-Language"] == "sv"
    caller = Caller(secret, "sv")
    caller.client.cookies["language"] = "en"
    answer = caller.ask("get", "me/")
    assert answer.headers["Content-Language"] == "en"
    assert {"Cookie", "Accept-Language", "Authorization"} <= set(answer.headers["Vary"].split(", "))


def test_a_failure_of_ours_is_a_problem_for_programs_and_a_page_for_people(db: None) -> None:
    factory = RequestFactory()
    answer = server_error(factory.get("/api/v1/maps/"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, PROBLEM)
    assert server_error(factory.get("/kartat/")).headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("scope", ["anon", "person", "token"])
def test_who_asks_too_often_waits(
    cast: Cast, api: Api, as_person: As, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    rates = {"anon": "1000/min", "person": "1000/min", "token": "1000/min", scope: "3/min"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)
    caller, session, outsider = api("porvoo editor"), as_person("porvoo editor"), Client()
    asks: dict[str, Any] = {
        "anon": lambda: outsider.get("/api/v1/me/"),
        "person": lambda: session.get("/api/v1/me/"),
        "token": lambda: caller.ask("get", "me/"),
    }
    first = {"anon": 401, "person": 200, "token": 200}
    for _number in range(3):
        for name, ask in asks.items():
            assert ask().status_code == first[name]
    for name, ask in asks.items():
        answer = ask()
        if name == scope:
            assert_problem(answer, 429)
            assert 0 < int(answer.headers["Retry-After"]) <= 60
        else:
            assert answer.status_code == first[name], name


def test_a_wrong_token_counts_as_an_outsider(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = {"anon": "2/min", "person": "1000/min", "token": "1000/min"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)
    statuses = [Caller(f"ysp_{number}").ask("get", "me/").status_code for number in range(3)]
    assert statuses == [401, 401, 429]


def test_scripts_of_other_sites_are_let_in_nowhere(cast: Cast, api: Api) -> None:
    caller = api("porvoo editor")
    for method in ("get", "options"):
        answer = caller.ask(method, "maps/", Origin="https://elsewhere.example")
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_an_answer_is_kept_by_no_shared_cache(cast: Cast, api: Api) -> None:
    assert api("porvoo editor").ask("get", "maps/").headers["Cache-Control"] == "private, no-cache"


def test_the_problem_has_the_shape_of_the_schema(api: Api) -> None:
    check_shape("ProblemShape", api("nobody").get("maps/1/", 404))
