"""The desk over the API: the same rows as on the page, and nobody else's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Api, check_shape
from tests.cast import ROLES, Cast
from tests.services.ops import edit, first_aspect
from tests.services.rating_rounds import round_on
from tests.services.rounds import started

pytestmark = pytest.mark.django_db


def test_the_desk_is_what_the_page_shows(cast: Cast, api: Api) -> None:
    on = cast.maps["porvoo"]
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Yhdessä.")
    round_on(on)
    started(cast, on)
    for name in ROLES:
        found = api(name).get("desk/")
        check_shape("DeskShape", found)
        page = cast.client(name).get("/")
        shown = [(row.kind.name, row.what, row.where, row.url) for row in page.context["waiting"]]
        assert [(row["kind"], row["what"], row["where"], row["url"]) for row in found["waiting"]] == shown
        assert [row["title"] for row in found["news"]] == [row["title"] for row in page.context["news"]]
        assert {row["organisation"] for row in found["seats"]} == {
            organisation.pk for organisation, _role in cast.roles(name)
        }
    waits = {name: {row["kind"] for row in api(name).get("desk/")["waiting"]} for name in ROLES}
    assert waits["porvoo approver"] == {"approvals", "confirmations", "ratings"}
    assert waits["porvoo reader"] == waits["loviisa editor"] == set()


def test_it_asks_twelve_statements_at_most(cast: Cast, api: Api) -> None:
    caller = api("county editor")
    caller.get("desk/")
    with CaptureQueriesContext(connection) as asked:
        caller.get("desk/")
    assert len(asked) <= 12
