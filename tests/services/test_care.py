"""Forums that look after maps: a seat opens what is in the forum's care, for as long as both hold."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from collaboration.models import Event, Forum, ForumSeat, Matter, Notification
from collaboration.ops.undo import redo, undo
from collaboration.subjects import name_of
from services import policy
from services.content.canonical import content_of
from services.content.comparison import compare
from services.models import ForumRow, InterfaceMap, MapForum
from services.workflows.care import put_into_care, take_out_of_care
from services.workflows.edits import MAP
from tests import oracle
from tests.cast import ANONYMOUS, INACTIVE, Cast
from tests.collaboration.forum_cast import raised
from tests.services.care import in_care, look_after, seat, today
from tests.services.ops import add_row, edit, first_aspect, forum_on

pytestmark = pytest.mark.usefixtures("in_english")
ME, OTHER = "porvoo editor", "loviisa editor"
Role = ForumSeat.Role


def reads(cast: Cast, name: str, on: InterfaceMap) -> bool:
    """As a page finds it and as the stream finds it, which are the same."""
    page = policy.visible_maps(cast.visitor(name)).filter(pk=on.pk).exists()
    stream = cast[name].pk in policy.MAPS.readers([on.pk])[on.pk]
    assert page == stream
    return page


def test_a_seat_opens_the_map_from_its_first_day_to_its_last(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    forum = in_care(cast, on)
    held = seat(cast, forum, OTHER)
    for first, last, opens in ((0, None, True), (0, 0, True), (-9, -1, False), (1, 9, False), (-9, 9, True)):
        held.valid_from, held.valid_until = today(first), today(last) if last is not None else None
        held.save()
        assert reads(cast, OTHER, on) is opens, (first, last)
        path = f"/kartat/{on.pk}/"
        assert cast.client(OTHER).get(path).status_code == (200 if opens else 404)


def test_an_expert_for_one_matter_does_not_read_the_map(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    forum = in_care(cast, on)
    seat(cast, forum, "county editor", Role.CHAIR)
    matter = raised(cast, forum, by="county editor")
    seat(cast, forum, OTHER, Role.EXPERT, matter=matter)
    assert not reads(cast, OTHER, on)


def test_a_seat_opens_no_other_map_and_lets_nothing_be_changed(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    seat(cast, in_care(cast, on), "pohjanmaa editor", Role.CHAIR)
    seen = {each.pk for each in policy.visible_maps(cast["pohjanmaa editor"])}
    assert seen == {on.pk}
    with pytest.raises(PermissionDenied):
        edit(cast["pohjanmaa editor"], on, f"map:{on.pk}", "title_fi", "Toinen")
    assert not policy.MAPS.people(on).filter(pk=cast["pohjanmaa editor"].pk).exists()  # who are told


def test_who_reads_is_what_the_oracle_says(cast: Cast) -> None:
    look_after(cast)
    for place in ("porvoo", "loviisa", "helsinki"):
        on = cast.maps[place]
        for name in (name for name in cast.everyone if name not in {ANONYMOUS, INACTIVE}):
            assert reads(cast, name, on) == oracle.sees(cast, name, on), (name, place)
    assert reads(cast, "kuva editor", cast.maps["loviisa"])  # at the end of a chain of absences
    assert reads(cast, "porvoo reader", cast.maps["loviisa"])  # on the last day
    assert not reads(cast, "loviisa editor", cast.maps["porvoo"])  # the forum has ended


def test_an_editor_of_a_party_puts_a_map_into_care_and_takes_it_away(cast: Cast) -> None:
    on, forum = cast.maps["porvoo"], forum_on(cast.maps["porvoo"])
    seat(cast, forum, OTHER, Role.SECRETARY)
    seat(cast, forum, "pohjanmaa editor")
    client, settings = cast.client(ME), f"/kartat/{on.pk}/asetukset/"
    assert client.post(f"/kartat/{on.pk}/foorumit/", {"forum": forum.pk}).status_code == 302
    assert forum.name in client.get(settings).content.decode()
    care = MapForum.objects.get(map=on)
    assert (care.forum, care.by) == (forum, cast[ME])
    told = Notification.objects.filter(event__verb="map.put_into_care")
    assert [row.recipient for row in told] == [cast[OTHER]]  # a member is told nothing
    assert client.post(f"/kartat/{on.pk}/foorumit/", {"forum": forum.pk}).status_code == 302
    assert Event.objects.filter(verb="map.put_into_care").count() == 1  # a second time changes nothing
    assert reads(cast, OTHER, on)
    assert client.post(f"/kartat/{on.pk}/foorumit/{care.pk}/pois/").status_code == 302
    assert not reads(cast, OTHER, on)
    told = Notification.objects.filter(event__verb="forum.care_ended")
    assert [row.recipient for row in told] == [cast[OTHER]]
    assert client.post(f"/kartat/{on.pk}/foorumit/{care.pk}/pois/").status_code == 404


def test_only_editors_of_parties_choose_who_looks_after_a_map(cast: Cast) -> None:
    on, forum = cast.maps["porvoo"], forum_on(cast.maps["porvoo"])
    for name in (name for name in cast.everyone if name not in {ANONYMOUS, INACTIVE}):
        answer = cast.client(name).post(f"/kartat/{on.pk}/foorumit/", {"forum": forum.pk})
        may, sees = oracle.edits_map(cast, name, on), oracle.sees(cast, name, on)
        assert answer.status_code == (302 if may else 403 if sees else 404), name
        MapForum.objects.all().delete()
    care = MapForum.objects.create(map=on, forum=forum, by=cast[ME])
    with pytest.raises(PermissionDenied):
        take_out_of_care(care, by=cast["porvoo reader"])
    with pytest.raises(PermissionDenied):
        put_into_care(on, forum.pk, by=cast["porvoo reader"])


@pytest.mark.parametrize("wish", ["", "x", "0", "999999999", "1" * 40])
def test_a_forum_that_cannot_be_chosen_is_refused_with_a_sentence(cast: Cast, wish: str) -> None:
    on = cast.maps["porvoo"]
    answer = cast.client(ME, "en").post(f"/kartat/{on.pk}/foorumit/", {"forum": wish}, follow=True)
    assert "Choose a forum of the county or of the parties" in answer.content.decode()
    assert not MapForum.objects.exists()


def test_a_forum_of_another_county_or_one_that_has_ended_is_not_chosen(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    there = forum_on(cast.maps["helsinki"])
    ended = forum_on(on, "Entinen")
    Forum.objects.filter(pk=ended.pk).update(ended_on=today())
    for forum in (there, ended):
        with pytest.raises(ValidationError, match="Choose a forum"):
            put_into_care(on, forum.pk, by=cast[ME])
        with pytest.raises(ValidationError, match="Choose a forum"):
            add_row(cast[ME], on, "forum_row", forum=forum.pk)
    forum = in_care(cast, on)
    with pytest.raises(IntegrityError), transaction.atomic():
        MapForum.objects.create(map=on, forum=forum, by=cast[ME])


def test_an_interface_names_its_forums_with_who_coordinates_them(cast: Cast) -> None:
    on, client = cast.maps["porvoo"], cast.client("porvoo reader", "en")
    aspect = first_aspect(on, 9)
    hub, page = aspect.interface.get_absolute_url(), aspect.get_absolute_url()
    for path in (hub, page):
        shown = client.get(path).content.decode()
        assert "No forum has been named yet." in shown
        assert 'href="/foorumit/"' in shown
    forum = forum_on(on)
    add_row(cast[ME], on, "forum_row")
    assert first_aspect(on, 9).status == "in_progress"
    seat(cast, forum, "county editor", Role.COORDINATOR)
    for path in (hub, page):
        shown = client.get(path).content.decode()
        assert f'href="{forum.get_absolute_url()}"' in shown
        assert "County editor" in shown
        assert "Experts" in shown
    Forum.objects.filter(pk=forum.pk).update(ended_on=today())
    assert "This forum has ended." in client.get(page).content.decode()
    assert forum.name in cast.client(ME).get(page).content.decode()  # and stays in the form


def test_a_content_tells_a_forum_as_it_was(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    row = add_row(cast[ME], on, "forum_row")
    before = content_of(on)
    (told,) = before["interfaces"][0]["aspects"][8]["rows"]
    forum = forum_on(on)
    assert told["forum"] == {"id": forum.pk, "level": "expert", "name_fi": "Verkosto", "name_sv": ""}
    Forum.objects.filter(pk=forum.pk).update(name_fi="Uusi verkosto", level="management")
    (difference,) = compare(before, content_of(on))
    said = "".join(text for each in difference.properties for _kind, text in each.parts)
    assert "Uusi" in said
    assert "management" in said
    undo(MAP, cast[ME], on.pk, uuid4())
    assert content_of(on)["interfaces"][0]["aspects"][8]["rows"] == []
    redo(MAP, cast[ME], on.pk, uuid4())
    assert ForumRow.objects.get(pk=row.partition(":")[2]).archived_at is None


def test_choices_begin_with_the_forums_of_ones_own_organisations(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    forum_on(on, "Aakkosissa ensin")
    own = forum_on(on, "Öljyn viimeinen")
    own.members.set([cast.organisations["porvoo"]])
    page = cast.client(ME).get(first_aspect(on, 9).get_absolute_url()).content.decode()
    select = re.search(r'<select[^>]*id="add-forum_row-forum".*?</select>', page, re.DOTALL)
    assert select
    assert select[0].index("Öljyn viimeinen") < select[0].index("Aakkosissa ensin")


def test_matters_about_an_interface_and_its_map_are_listed_for_those_who_see_them(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    aspect = first_aspect(on, 9)
    interface = aspect.interface
    forum = forum_on(on)
    seat(cast, forum, "county reader", Role.CHAIR)
    forum.members.set([cast.organisations["porvoo"]])
    for about, title in ((on, "Kartasta"), (interface, "Yhdyspinnasta"), (aspect, "Näkökulmasta")):
        matter = raised(cast, forum, by="porvoo reader", title=title)
        Matter.objects.filter(pk=matter.pk).update(
            subject_type_id=int(name_of(about).split(":")[0]), subject_id=about.pk
        )
    for path, shown, hidden in (
        (f"/kartat/{on.pk}/asiat/", ("Kartasta", "Yhdyspinnasta", "Näkökulmasta"), ()),
        (interface.get_absolute_url(), ("Yhdyspinnasta", "Näkökulmasta"), ("Kartasta",)),
    ):
        for name in ("porvoo reader", "county reader"):
            page = cast.client(name).get(path).content.decode()
            assert all(word in page for word in shown)
            assert not any(word in page for word in hidden)
        page = cast.client(ME).get(path).content.decode()
        assert not any(word in page for word in (*shown, *hidden))  # who does not sit in the forum
    for path, about in ((f"/kartat/{on.pk}/asiat/", on), (interface.get_absolute_url(), interface)):
        link = f"/asiat/uusi/?koskee={name_of(about).replace(':', '%3A')}"
        assert link in cast.client(ME).get(path).content.decode()


def test_a_forums_page_shows_its_maps_and_interfaces_to_those_who_see_them(cast: Cast) -> None:
    on, hidden = cast.maps["porvoo"], cast.maps["loviisa"]
    forum = in_care(cast, on)
    MapForum.objects.create(map=hidden, forum=forum, by=cast[ME])
    add_row(cast[ME], on, "forum_row")
    interface = first_aspect(on).interface
    page = cast.client("porvoo reader").get(forum.get_absolute_url()).content.decode()
    assert f'href="{on.get_absolute_url()}"' in page
    assert f'href="{interface.get_absolute_url()}"' in page
    assert f"{interface.services.all()[0].service.name}" in page
    assert f'href="{hidden.get_absolute_url()}"' not in page
    page = cast.client("pohjanmaa editor").get(forum.get_absolute_url()).content.decode()
    assert f"/kartat/{on.pk}/" not in page
    assert "Maps that the forum looks after" not in page
    seat(cast, forum, "pohjanmaa editor")
    page = cast.client("pohjanmaa editor").get(forum.get_absolute_url()).content.decode()
    assert f'href="{hidden.get_absolute_url()}"' in page
    edit(cast[ME], on, f"interface:{interface.pk}", "archived", True)
    page = cast.client("porvoo reader").get(forum.get_absolute_url()).content.decode()
    assert f'href="{interface.get_absolute_url()}"' not in page


def test_the_pages_ask_as_often_for_many_forums_and_matters(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    on = cast.maps["porvoo"]
    interface = first_aspect(on).interface
    client = cast.client(ME)
    tabs = f"/kartat/{on.pk}/asiat/", f"/kartat/{on.pk}/asetukset/"
    paths = (*tabs, interface.get_absolute_url(), forum_on(on, "Verkosto 1").get_absolute_url())

    def more(number: int) -> None:
        forum = in_care(cast, on, f"Verkosto {number}")
        seat(cast, forum, ME, Role.COORDINATOR)
        add_row(cast[ME], on, "forum_row", forum=forum.pk)
        matter = raised(cast, forum, by=ME)
        Matter.objects.filter(pk=matter.pk).update(
            subject_type_id=int(name_of(interface).split(":")[0]), subject_id=interface.pk
        )

    more(1)
    counts = {}
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        counts[path] = len(asked)
    for number in range(2, 6):
        more(number)
    for path in paths:
        with django_assert_num_queries(counts[path]):
            client.get(path)
