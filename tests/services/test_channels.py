"""Service channels and the referral path of a service on a map: constraints, content, copies, comparison, pages, API."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from collaboration.frozen import canonical, digest
from collaboration.models import Membership, User
from collaboration.ops.undo import NothingToUndo, undo
from services.content.canonical import content_of
from services.content.comparison import Difference, compare
from services.content.rows import channels_in_words, path_in_words
from services.content.shape import CHANNEL
from services.models import ApprovalRound, InterfaceMap, MapService, ReferralStep, ServiceChannel
from services.queries.channels import channels_of, path_of
from services.queries.contents import readable
from services.workflows.edits import MAP
from services.workflows.structure import KINDS_OF_SERVICE, MOST_ROWS
from tests.cast import Cast
from tests.conftest import As
from tests.services.ops import add_row, edit, follow, make_base_map, service_of
from tests.services.rounds import published, started
from tests.services.test_bad_input import post_form

pytestmark = pytest.mark.usefixtures("in_english")
ME, OTHER = "porvoo editor", "county editor"


def daycare(on: InterfaceMap) -> MapService:
    """The municipality's service on Porvoo's map."""
    return MapService.objects.get(map=on, service__node__key="daycare")


def clinic(on: InterfaceMap) -> MapService:
    """A service of the county on it."""
    return MapService.objects.get(map=on, service__node__key="child-health-clinic")


def told(on: InterfaceMap, place: MapService) -> dict[str, Any]:
    """What the content tells of the service."""
    on.refresh_from_db()
    return next(row for row in content_of(on)["services"] if row["id"] == place.pk)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"kind": "place", "phone": "112", "url": "https://a.example/"}, "A place needs its address"),
        ({"kind": "phone", "address_fi": "Katu 1", "url": "https://a.example/"}, "needs its phone number"),
        ({"kind": "web", "address_sv": "Gatan 1", "phone": "112"}, "needs its web address"),
    ],
)
def test_each_kind_of_channel_needs_its_own(cast: Cast, values: dict[str, Any], sentence: str) -> None:
    on = cast.maps["porvoo"]
    with pytest.raises(ValidationError, match=sentence):
        edit(cast[ME], on, f"service:{daycare(on).pk}", "add_channel", values)
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceChannel.objects.create(map_service=daycare(on), place=1, **values)


@pytest.mark.parametrize("name", ["address_sv", "phone", "url"])
def test_what_a_channel_needs_cannot_be_emptied(cast: Cast, name: str) -> None:
    on = cast.maps["porvoo"]
    kinds = {"address_sv": "place", "phone": "phone", "url": "web"}
    wish = {"address_sv": "Gatan 1", "phone": "112", "url": "https://a.example/"}
    made = edit(
        cast[ME], on, f"service:{daycare(on).pk}", "add_channel", {"kind": kinds.pop(name), name: wish[name]}
    )
    with pytest.raises(ValidationError, match="needs its"):
        edit(cast[ME], on, made.value["subject"], name, "")
    for kind in kinds.values():
        with pytest.raises(ValidationError, match="needs its"):
            edit(cast[ME], on, made.value["subject"], "kind", kind)


def test_a_step_says_something_and_is_guided_by_another_service_of_the_map(cast: Cast) -> None:
    on, place = cast.maps["porvoo"], daycare(cast.maps["porvoo"])
    for values in ({"text_fi": "", "text_sv": ""}, {"text_fi": "Näin", "service": place}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReferralStep.objects.create(map_service=place, place=1, **values)
    step = add_row(cast[ME], on, "referral")
    foreign = MapService.objects.filter(map=cast.maps["loviisa"])[0]
    for key in (place.pk, foreign.pk):
        with pytest.raises(ValidationError, match="Choose another service of this map"):
            edit(cast[ME], on, step, "service", key)
    edit(cast[OTHER], on, f"service:{clinic(on).pk}", "archived", True)
    with pytest.raises(ValidationError, match="Choose another service of this map"):
        edit(cast[ME], on, step, "service", clinic(on).pk)


@pytest.mark.parametrize("number", ["112", "019 000 0001", "+358 (0)19 000-0001", "0100 100"])
def test_phone_numbers_are_written_in_many_ways(cast: Cast, number: str) -> None:
    channel = add_row(cast[ME], cast.maps["porvoo"], "channel", kind="phone", phone=f" {number} ")
    assert ServiceChannel.objects.get(pk=channel.split(":")[1]).phone == number


@pytest.mark.parametrize("kind", ["channel", "referral"])
def test_only_the_party_whose_service_it_is_writes_beside_it(cast: Cast, as_person: As, kind: str) -> None:
    on = cast.maps["porvoo"]
    add_row(cast[ME], on, kind)
    address = daycare(on).get_absolute_url()
    assert f'value="add_{kind}"' in as_person(ME, "en").get(address).content.decode()
    for person in (OTHER, "porvoo reader", "porvoo approver"):
        page = as_person(person, "en").get(address).content.decode()
        assert "Keskustan päiväkoti" in page or "Perhe soittaa" in page
        assert f'value="add_{kind}"' not in page
        assert f'value="{kind}:' not in page
    edit(cast[ME], on, f"service:{daycare(on).pk}", "archived", True)
    assert f'value="{kind}:' not in as_person(ME, "en").get(address).content.decode()


def test_the_content_tells_channels_and_path_in_their_order(cast: Cast) -> None:
    on, place = cast.maps["porvoo"], daycare(cast.maps["porvoo"])
    empty = content_of(on)
    assert all(row["channels"] == row["path"] == [] for row in empty["services"])
    first = add_row(cast[ME], on, "channel")
    phone = add_row(cast[ME], on, "channel", kind="phone", name_fi="Puhelin")
    removed = add_row(cast[ME], on, "channel", name_fi="Poistettu")
    edit(cast[ME], on, removed, "archived", True)
    edit(cast[ME], on, phone, "place", 0.5)
    step = add_row(cast[ME], on, "referral", service=clinic(on).pk)
    found = told(on, place)
    keys = list(found)
    assert keys[keys.index("how_old") + 1 :] == ["channels", "path"]
    assert [row["id"] for row in found["channels"]] == [int(row.split(":")[1]) for row in (phone, first)]
    assert found["channels"][1] == {
        "id": int(first.split(":")[1]),
        "kind": "place",
        "name_fi": "Keskustan päiväkoti",
        "name_sv": "",
        "address_fi": "Esimerkkikatu 1, 06100 Porvoo",
        "address_sv": "",
        "phone": "019 000 0001",
        "url": "https://kunta.example/paivakoti",
        "hours_fi": "",
        "hours_sv": "",
    }
    assert tuple(found["channels"][1]) == CHANNEL
    assert found["path"] == [
        {
            "id": int(step.split(":")[1]),
            "text_fi": "Perhe soittaa palveluohjaukseen.",
            "text_sv": "",
            "service": clinic(on).pk,
        }
    ]
    assert b"Poistettu" not in canonical(content_of(on))
    assert digest(canonical(content_of(on))) != digest(canonical(empty))


def test_a_guide_that_was_removed_is_told_and_comes_back(cast: Cast, as_person: As) -> None:
    on, place = cast.maps["porvoo"], daycare(cast.maps["porvoo"])
    step = add_row(cast[ME], on, "referral", service=clinic(on).pk)
    edit(cast[OTHER], on, f"service:{clinic(on).pk}", "archived", True)
    assert [row["service"] for row in told(on, place)["path"]] == [None]
    for person in (ME, OTHER):
        page = as_person(person, "en").get(place.get_absolute_url()).content.decode()
        assert "Neuvola has been removed from the map." in page
    assert (
        f'<option value="{clinic(on).pk}" selected>'
        in as_person(ME, "en").get(place.get_absolute_url()).content.decode()
    )
    edit(cast[ME], on, step, "text_sv", "Så.")
    edit(cast[ME], on, step, "archived", True)
    edit(cast[ME], on, step, "archived", False)
    edit(cast[OTHER], on, f"service:{clinic(on).pk}", "archived", False)
    assert [row["service"] for row in told(on, place)["path"]] == [clinic(on).pk]


def test_a_copied_service_brings_copies_of_channels_and_path(cast: Cast) -> None:
    on, place = cast.maps["porvoo"], daycare(cast.maps["porvoo"])
    for kind in KINDS_OF_SERVICE:
        add_row(cast[ME], on, kind.name)
        edit(cast[ME], on, add_row(cast[ME], on, kind.name), "archived", True)
    add_row(cast[ME], on, "referral", service=clinic(on).pk)
    edit(cast[ME], on, f"service:{place.pk}", "add_copy", {"name_fi": "Toinen päiväkoti"})
    twin = MapService.objects.get(map=on, service__name_fi="Toinen päiväkoti")
    for kind, count in zip(KINDS_OF_SERVICE, (1, 2), strict=True):
        said = [
            [[column.read(row) for column in kind.columns] for row in kind.rows_beside(each)]
            for each in (place, twin)
        ]
        assert said[0] == said[1]
        assert len(said[0]) == count


def test_a_service_has_a_hundred_rows_of_a_kind_at_most(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    ReferralStep.objects.bulk_create(
        ReferralStep(map_service=daycare(on), place=n + 1, text_fi=str(n)) for n in range(MOST_ROWS)
    )
    with pytest.raises(ValidationError, match="already 100 rows"):
        add_row(cast[ME], on, "referral")


@pytest.mark.parametrize("kind", ["channel", "referral"])
def test_an_addition_ends_the_approval_that_is_going_on(cast: Cast, kind: str) -> None:
    on = cast.maps["porvoo"]
    approval_round = started(cast, on)
    add_row(cast[ME], on, kind)
    approval_round.refresh_from_db()
    assert approval_round.status != ApprovalRound.Status.OPEN


@pytest.mark.parametrize("kind", ["channel", "referral"])
def test_what_somebody_else_has_written_stays_when_the_addition_is_undone(cast: Cast, kind: str) -> None:
    on = cast.maps["porvoo"]
    colleague = User.objects.create(email="kollega@porvoo.example", name="Colleague")
    Membership.objects.create(user=colleague, organisation=cast.organisations["porvoo"], role="editor")
    row = add_row(cast[ME], on, kind)
    edit(colleague, on, row, f"{'name' if kind == 'channel' else 'text'}_sv", "Så.")
    with pytest.raises(NothingToUndo, match="Colleague has already used"):
        undo(MAP, cast[ME], on.pk, uuid4())
    new = edit(cast[ME], on, f"service:{daycare(on).pk}", "add_copy", {"name_fi": "Toinen"}).value["subject"]
    wish = {"kind": "phone", "phone": "112"} if kind == "channel" else {"text_fi": "Näin."}
    own = edit(colleague, on, new, f"add_{kind}", wish).value["subject"]
    edit(colleague, on, own, "place", 0.5)
    with pytest.raises(NothingToUndo, match="Colleague has already used"):
        undo(MAP, cast[ME], on.pk, uuid4())


def changed(cast: Cast, subject: str, name: str, value: Any) -> list[Difference]:
    on = cast.maps["porvoo"]
    before = content_of(on)
    edit(cast[ME], on, subject, name, value)
    on.refresh_from_db()
    return compare(before, content_of(on))


def test_a_comparison_tells_channels_and_path_in_words(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    own = f"service:{daycare(on).pk}"
    wish = {"kind": "phone", "name_fi": "Ohjaus", "phone": "019 000 0001", "hours_fi": "ma–pe 9–15"}
    [added] = changed(cast, own, "add_channel", wish)
    assert (added.kind, added.what, added.subject) == ("changed", "Service channels", own)
    assert added.properties[0].parts == [("added", "By phone: Ohjaus · 019 000 0001 · ma–pe 9–15")]
    channel = f"channel:{ServiceChannel.objects.get().pk}"
    [swedish] = changed(cast, channel, "hours_sv", "må–fr 9–15")
    assert ("added", "/ må–fr 9–15") in swedish.properties[0].parts
    [step] = changed(cast, own, "add_referral", {"text_fi": "Neuvola kertoo.", "service": clinic(on).pk})
    assert step.what == "Referral path"
    assert step.properties[0].parts == [("added", "1. Neuvola kertoo. (guided by Neuvola)")]
    referral = f"referral:{ReferralStep.objects.get().pk}"
    [gone] = changed(cast, referral, "service", None)
    assert gone.what == "Referral path"


def test_contents_from_before_there_were_channels_are_read_and_compared(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    old = content_of(on)
    for service in old["services"]:
        del service["channels"], service["path"]
    assert compare(old, content_of(on)) == compare(content_of(on), old) == []
    add_row(cast[ME], on, "channel")
    on.refresh_from_db()
    assert [each.what for each in compare(old, content_of(on))] == ["Service channels"]
    assert [each.what for each in compare(content_of(on), old)] == ["Service channels"]
    shown = readable(old)["parties"][0]["services"][0]
    assert shown["channels"] == shown["path"] == []


SERVICE = {
    "channels": [
        {
            "id": 1,
            "kind": "phone",
            "name_fi": "Ohjaus",
            "name_sv": "Handledning",
            "address_fi": "",
            "address_sv": "",
            "phone": "+358 (19) 000-0001",
            "url": "javascript:alert(1)",
            "hours_fi": "ma–pe 9–15",
            "hours_sv": "",
        }
    ],
    "path": [
        {"id": 1, "text_fi": "", "text_sv": "Så.", "service": 7},
        {"id": 2, "text_fi": "Näin.", "text_sv": "", "service": None},
    ],
}


def test_the_readers_language_comes_first_and_another_one_is_named() -> None:
    with translation.override("sv"):
        [channel] = channels_of(SERVICE)
        assert (channel["name"], channel["hours"]) == ("Handledning", "ma–pe 9–15")
        assert (channel["languages"], channel["language"]) == ({"hours": "fi"}, "fi")
        assert [step["language"] for step in path_of(SERVICE, {})] == ["", "fi"]
        assert channels_in_words(SERVICE)[0].endswith(
            "Handledning · +358 (19) 000-0001 · javascript:alert(1) · ma–pe 9–15"
        )
    with translation.override("fi"):
        [channel] = channels_of(SERVICE)
        assert (channel["languages"], channel["language"]) == ({}, "")
        assert path_in_words(SERVICE, {}, both=True) == ["1. Så.", "2. Näin."]
        assert "Ohjaus / Handledning" in channels_in_words(SERVICE, both=True)[0]
    assert (channel["tel"], channel["url"]) == ("+358190000001", "")
    with_trunk = {**SERVICE, "channels": [{**SERVICE["channels"][0], "phone": "+358 (0)19 000 0001"}]}
    assert channels_of(with_trunk)[0]["tel"] == "+358190000001"
    first, second = path_of(SERVICE, {7: "Neuvola"})
    assert (first["number"], first["service"], first["service_name"]) == (1, 7, "Neuvola")
    assert (second["number"], second["service"], second["service_name"]) == (2, None, "")


def test_a_published_version_shows_them_and_keeps_them(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    channel = add_row(cast[ME], on, "channel")
    add_row(cast[ME], on, "referral", service=clinic(on).pk)
    version = published(cast, on)
    edit(cast[ME], on, channel, "archived", True)
    page = as_person("county reader", "en").get(f"/kartat/{on.pk}/versiot/{version.number}/").content.decode()
    for words in (
        "Esimerkkikatu 1, 06100 Porvoo",
        'href="tel:0190000001"',
        'href="https://kunta.example/paivakoti"',
        f'href="#service-{clinic(on).pk}"',
        f'id="service-{clinic(on).pk}"',
        "Perhe soittaa palveluohjaukseen.",
    ):
        assert words in page, words
    draft = as_person("county reader", "en").get(f"/kartat/{on.pk}/versiot/luonnos/").content.decode()
    assert "Esimerkkikatu" not in draft
    assert "Perhe soittaa palveluohjaukseen." in draft


def test_without_javascript_they_are_added_changed_and_moved(cast: Cast, as_person: As) -> None:
    on, client = cast.maps["porvoo"], as_person(ME, "en")
    own, address = f"service:{daycare(on).pk}", daycare(on).get_absolute_url()
    page = client.get(address).content.decode()
    assert "No service channels yet." in page
    assert "No steps yet." in page
    answer = post_form(client, on, own, "add_channel", kind="phone", phone="019 000 0001")
    assert answer.status_code == 302
    for text in ("Ensin", "Sitten"):
        answer = post_form(client, on, own, "add_referral", text_fi=text, service=clinic(on).pk)
        assert answer.status_code == 302
    page = client.get(address).content.decode()
    assert re.findall(r'rows__name"[^>]*>(\w+)', page) == ["Ensin", "Sitten"]
    assert 'class="path__step path__step--own"' in page
    later = ReferralStep.objects.get(text_fi="Sitten")
    assert post_form(client, on, f"referral:{later.pk}", "place", value="0.5").status_code == 302
    assert post_form(client, on, f"referral:{later.pk}", "service", value="").status_code == 302
    page = client.get(address).content.decode()
    assert re.findall(r'rows__name"[^>]*>(\w+)', page) == ["Sitten", "Ensin"]
    refused = post_form(client, on, own, "add_channel", kind="phone", phone="soita", name_fi="Oma nimi")
    shown = refused.content.decode()
    assert refused.status_code == 422
    assert 'value="Oma nimi"' in shown
    assert 'id="add-channel-phone-error">Phone number: Write a phone number' in shown
    assert '<option value="phone" selected>' in shown
    lost = post_form(client, on, own, "add_referral", text_fi="", service=clinic(on).pk).content.decode()
    assert "Write what happens in the step, in either language." in lost
    assert f'<option value="{clinic(on).pk}" selected>' in lost


def test_two_who_choose_differently_see_both_and_the_history_says_it_in_words(
    cast: Cast, as_person: As
) -> None:
    on, client = cast.maps["porvoo"], as_person(ME, "en")
    step, channel = add_row(cast[ME], on, "referral"), add_row(cast[ME], on, "channel")
    edit(cast[ME], on, step, "service", clinic(on).pk)
    other = MapService.objects.get(map=on, service__node__key="child-welfare")
    answer = post_form(client, on, step, "service", value=other.pk, base_version="0")
    assert answer.status_code == 409
    assert f'<input type="hidden" name="value" value="{other.pk}">' in answer.content.decode()
    assert "Lastensuojelu" in answer.content.decode()
    edit(cast[ME], on, channel, "kind", "phone")
    edit(cast[ME], on, channel, "place", 7.25)
    page = client.get(f"/kartat/{on.pk}/historia/").content.decode()
    for words in (
        "Added a service channel",
        "Added a step of the referral path",
        "Päiväkoti: Keskustan päiväkoti",
        "Päiväkoti: Perhe soittaa palveluohjaukseen.",
        "by phone",
        "Moved in the order",
        f'href="{daycare(on).get_absolute_url()}"',
    ):
        assert words.lower() in page.lower(), words
    assert "7.25" not in page
    assert "<dd>Neuvola</dd>" in re.sub(r"<dd[^>]*>", "<dd>", page)


def test_the_api_tells_them_as_ops_have_them(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    for kind in KINDS_OF_SERVICE:
        add_row(cast[ME], on, kind.name)
        edit(cast[ME], on, add_row(cast[ME], on, kind.name), "archived", True)
    services = as_person("porvoo reader").get(f"/api/v1/maps/{on.pk}/").json()["services"]
    found = {row["id"]: row for row in services}
    for kind, name in zip(KINDS_OF_SERVICE, ("channels", "path"), strict=True):
        row = kind.rows_beside(daycare(on)).get()
        [shown] = found[daycare(on).pk][name]
        assert shown == {
            "id": row.pk,
            "place": row.place,
            **{column.name: column.read(row) for column in kind.columns},
        }
        assert found[clinic(on).pk][name] == []


def test_a_service_asks_as_often_for_many_rows(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    counts = []
    for count in (1, 10):
        for _row in range(count):
            add_row(cast[ME], on, "channel")
            add_row(cast[ME], on, "referral", service=clinic(on).pk)
        for person in (ME, OTHER):
            client = as_person(person, "en")
            client.get("/")
            with CaptureQueriesContext(connection) as queries:
                client.get(daycare(on).get_absolute_url())
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert counts[1] == counts[0] - 1, "who may not edit needs no list of services"


def test_a_base_map_does_not_pass_them_on(cast: Cast) -> None:
    base = make_base_map(cast)
    follow(cast, "porvoo")
    place = service_of(cast[OTHER], base)
    assert edit(cast[OTHER], base, f"service:{place.pk}", "add_channel", {"kind": "phone", "phone": "112"})
    assert all(row["channels"] == [] for row in content_of(cast.maps["porvoo"])["services"])
