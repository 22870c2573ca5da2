"""Nothing is saved in another's name, and what was typed for a session that has ended waits for its author alone."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from collaboration.made_for import token_of
from collaboration.models import User
from services.models import Service
from tests.architecture.routes import ROUTES
from tests.architecture.test_access import addresses_on
from tests.cast import Cast, undone
from tests.conftest import As
from tests.services.ops import first_aspect
from tests.services.rating_rounds import party_of, round_on

pytestmark = pytest.mark.django_db
CODE = "131052-308T"


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def edited(cast: Cast) -> tuple[str, dict[str, str]]:
    """An ordinary form of A's: a service's description."""
    service = Service.objects.filter(organisation=cast.organisations["porvoo"]).first()
    assert service
    fields = {"name_fi": service.name_fi, "node": str(service.node_id), "description_fi": "Porvoon sanat."}
    return reverse("services:service_edit", args=[service.pk]), fields


def described(cast: Cast) -> set[str]:
    """Every description of the catalogue."""
    return set(Service.objects.values_list("description_fi", flat=True))


def test_every_form_and_page_says_for_whom_it_was_made(cast: Cast, as_person: As) -> None:
    client = as_person("porvoo editor")
    for path in ("/", "/oma/", f"/kartat/{cast.maps['porvoo'].pk}/", edited(cast)[0]):
        page = client.get(path).content.decode()
        mine = token_of(cast["porvoo editor"])
        assert f'data-made-for="{mine}"' in page
        assert page.count('method="post"') == page.count(f'name="made_for" value="{mine}"') > 0, path
    assert "made_for" not in Client().get(reverse("collaboration:sign_in")).content.decode()


def test_a_form_of_another_person_is_refused_and_saves_nothing(cast: Cast, as_person: As) -> None:
    path, fields = edited(cast)
    theirs = token_of(cast["porvoo approver"])
    client = as_person("porvoo editor", "fi")
    answer = client.post(path, {**fields, "made_for": theirs})
    assert answer.status_code == 409
    assert "tehty toiselle henkilölle" in answer.content.decode()
    assert "Porvoon sanat." not in described(cast)
    assert client.post(path, {**fields, "made_for": token_of(cast["porvoo editor"])}).status_code == 302
    assert "Porvoon sanat." in described(cast)


@pytest.mark.parametrize("what", ["ops", "undo", "presence", "sign out", "upload"])
def test_whatever_a_page_writes_is_refused_in_another_name(cast: Cast, as_person: As, what: str) -> None:
    interface_map = cast.maps["porvoo"]
    theirs = {"X-Made-For": token_of(cast["porvoo approver"])}
    client = as_person("porvoo editor", "sv")
    number = f"/api/v1/maps/{interface_map.pk}/"
    aspect = f"aspect:{first_aspect(interface_map).pk}"
    op = {"id": "0" * 32, "subject": aspect, "property": "shared_fi", "base_version": 0, "value": "Ei."}
    if what == "ops":
        answer = client.post(f"{number}ops/", op, content_type="application/json", headers=theirs)
    elif what == "undo":
        answer = client.post(
            f"{number}undo/", {"id": op["id"]}, content_type="application/json", headers=theirs
        )
    elif what == "presence":
        form = {"tab": op["id"], "at": "", "made_for": theirs["X-Made-For"]}
        answer = client.post(
            reverse("collaboration:presence", args=["map", interface_map.pk]), form, headers=theirs
        )
    elif what == "sign out":
        answer = client.post("/kirjaudu/ulos/", {"made_for": theirs["X-Made-For"]})
        assert client.get("/oma/").status_code == 200
    else:
        path = reverse("services:map_import", args=[interface_map.pk])
        with Path(__file__).open("rb") as file:
            answer = client.post(path, {"file": file, "made_for": theirs["X-Made-For"]})
    assert answer.status_code == 409
    if "X-Made-For" in answer.wsgi_request.headers:
        assert answer.json()["made_for_another"] is True
        assert "en annan person" in answer.json()["detail"]
    interface_map.refresh_from_db()
    assert interface_map.seq == 0


def test_a_program_with_a_token_of_its_own_says_nothing(cast: Cast, as_person: As) -> None:
    path, fields = edited(cast)
    assert as_person("porvoo editor").post(path, fields).status_code == 302
    assert as_person("porvoo editor").post(path, {**fields, "made_for": "17:forged"}).status_code == 302


def sign_in(client: Client, user: User) -> str:
    """Sign in on the page; where it leads."""
    user.set_password("pitkä salasana 1")
    user.save()
    answer = client.post("/kirjaudu/", {"username": user.email, "password": "pitkä salasana 1"})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_form_sent_after_its_session_had_ended_waits_for_its_author_alone(
    cast: Cast, as_person: As
) -> None:
    path, fields = edited(cast)
    editor, approver = cast["porvoo editor"], cast["porvoo approver"]
    fields["made_for"] = token_of(editor)
    client = as_person("porvoo editor", "fi")
    client.post("/kirjaudu/ulos/")
    answer = client.post(path, fields)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/kirjaudu/")
    assert sign_in(client, approver) == "/"
    assert "Porvoon sanat." not in client.get("/oma/kesken/").content.decode()
    client.post("/kirjaudu/ulos/")
    assert sign_in(client, editor) == "/oma/kesken/"
    page = client.get("/oma/kesken/").content.decode()
    assert "Porvoon sanat." in page
    assert f'action="{path}"' in page
    assert "Porvoon sanat." not in described(cast), "it is sent when the person says so"
    assert client.post(path, fields).status_code == 302
    assert "Porvoon sanat." in described(cast)
    assert "Porvoon sanat." not in client.get("/oma/kesken/").content.decode()


def test_what_another_sent_in_an_old_page_waits_for_that_one(cast: Cast, as_person: As) -> None:
    path, fields = edited(cast)
    editor, approver = cast["porvoo editor"], cast["porvoo approver"]
    client = as_person("porvoo editor")
    client.post("/kirjaudu/ulos/")
    sign_in(client, approver)
    assert client.post(path, {**fields, "made_for": token_of(editor)}).status_code == 409
    client.post("/kirjaudu/ulos/")
    assert sign_in(client, editor) == "/oma/kesken/"
    assert "Porvoon sanat." in client.get("/oma/kesken/").content.decode()
    client.post("/oma/kesken/", {"made_for": token_of(editor)})
    assert "Porvoon sanat." not in client.get("/oma/kesken/").content.decode()


def test_a_form_whose_token_has_changed_is_offered_again(cast: Cast) -> None:
    path, fields = edited(cast)
    editor = cast["porvoo editor"]
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    answer = client.post(path, {**fields, "made_for": token_of(editor)})
    assert answer.status_code == 302
    assert answer["Location"] == "/oma/kesken/"
    assert "Porvoon sanat." in client.get("/oma/kesken/").content.decode()
    assert client.post(path, {**fields, "made_for": "1:forged"}).status_code == 403
    assert "Porvoon sanat." not in described(cast)


def test_client_data_passwords_and_old_things_are_not_kept(
    cast: Cast, as_person: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, fields = edited(cast)
    editor = cast["porvoo editor"]
    fields["made_for"] = token_of(editor)
    client = as_person("porvoo editor")
    client.post("/kirjaudu/ulos/")
    client.post(path, {**fields, "description_fi": f"Nuori {CODE}"})
    client.post("/oma/salasana/", {"old_password": "vanha sala sana", "made_for": fields["made_for"]})
    assert "kept_posts" not in client.session
    client.post(path, fields)
    assert "kept_posts" in client.session
    monkeypatch.setattr("collaboration.kept_posts.LASTS", -1)
    assert sign_in(client, editor) == "/"
    assert "collaboration.made_for.MadeForMiddleware" in settings.MIDDLEWARE


def test_every_address_that_writes_refuses_it_in_anothers_name(cast: Cast, as_person: As) -> None:
    theirs = {"X-Made-For": token_of(cast["porvoo approver"])}
    client, tried = as_person("porvoo editor"), []
    for name, path in addresses_on(cast, cast.maps["porvoo"]).items():
        for method in ("post", "patch", "delete"):
            if getattr(ROUTES[name], method) is None:
                continue
            tried.append(name)
            with undone():
                answer = getattr(client, method)(path, content_type="application/json", headers=theirs)
                assert answer.status_code == 409, f"{method} {name}"
    assert len(tried) > 40


def test_a_reason_of_a_rating_waits_for_its_author(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    current, aspect = round_on(on), first_aspect(on)
    rating = {
        "party": party_of(on, "638").pk,
        "round": current.number,
        "value": "2",
        "reason": "Porvoon syy.",
    }
    client = as_person("porvoo editor")
    client.post("/kirjaudu/ulos/")
    path = reverse("services:aspect_rate", args=[on.pk, aspect.interface_id, aspect.number])
    client.post(path, {**rating, "made_for": token_of(cast["porvoo editor"])})
    assert sign_in(client, cast["porvoo editor"]) == "/oma/kesken/"
    assert "Porvoon syy." in client.get("/oma/kesken/").content.decode()
    assert not current.ratings.filter(reason="Porvoon syy.").exists()
    assert client.post(path, {**rating, "made_for": token_of(cast["porvoo editor"])}).status_code == 302
    assert current.ratings.filter(reason="Porvoon syy.").exists()
