"""The live stream over real connections: web processes, PostgreSQL and Valkey as in production."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from urllib.parse import quote
from uuid import uuid4

import pytest
import redis
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection

from collaboration import bell
from collaboration.live import hub, presence, reading
from collaboration.models import Change, Membership, User
from services.models import InterfaceMap, MapParty
from tests.live import NEVER, Browser, Listener, Web, comes, eventually, listening, streams_open
from tests.services.ops import first_aspect
from yhdyspinta.embedded.valkey import Valkey


def test_a_change_is_heard_in_the_same_and_in_another_web_process(web: Web) -> None:
    on = web.cast.maps["porvoo"]
    with (
        listening(web.one, web.browser("porvoo editor"), web.cursor(on)) as near,
        listening(web.other, web.browser("porvoo reader"), web.cursor(on)) as far,
        listening(web.other, web.browser("county editor"), web.cursor(on)) as own,
    ):
        assert near.status == 200
        assert near.response.headers["Content-Type"] == "text/event-stream"
        assert near.response.headers["X-Accel-Buffering"] == "no"
        assert "no-transform" in near.response.headers["Cache-Control"]
        assert "Content-Encoding" not in near.response.headers
        for number in range(3):
            seq = web.write(on, f"Otsikko {number}")
            for listener in (near, far, own):
                assert listener.hears(seq)
                [change] = [
                    row for data in listener.named("changes") for row in data["changes"] if row["seq"] == seq
                ]
                assert (change["to"], change["by"]) == (f"Otsikko {number}", "County editor")
                assert listener.last_id == f"map-{on.pk}:{seq}"


def test_a_stream_of_several_maps_tells_how_far_it_has_come_on_each(web: Web) -> None:
    porvoo, youth = web.cast.maps["porvoo"], web.cast.maps["youth"]
    cursors = f"{web.cursor(porvoo)},{web.cursor(youth)}"
    with listening(web.other, web.browser("porvoo reader"), cursors) as listener:
        one = web.write(porvoo, "Yksi")
        assert listener.hears(one)
        other = web.write(youth, "Toinen")
        assert eventually(lambda: listener.last_id == f"map-{porvoo.pk}:{one},map-{youth.pk}:{other}")


@pytest.mark.parametrize("how", ["query", "Last-Event-ID"])
def test_what_was_written_while_the_connection_was_broken_comes_once(web: Web, how: str) -> None:
    """A writer goes on while a reader leaves and comes back, in turn to one and the other process."""
    on, browser = web.cast.maps["youth"], web.browser("porvoo reader")
    first = last_id = web.cursor(on)
    began, done = int(first.split(":")[1]), threading.Event()
    heard: list[int] = []
    written: list[int] = []

    def write() -> None:
        try:
            written.extend(web.write(on, f"{how} {number}") for number in range(40))
        finally:
            connection.close()
            done.set()

    def has_heard_everything() -> bool:
        return done.is_set() and len(heard) == len(written)

    writer = threading.Thread(target=write)
    writer.start()
    visits = 0
    while not done.is_set() or visits % 2 == 0 or len(heard) < 40:
        visits += 1
        portal = (web.one, web.other)[visits % 2]
        asked = (last_id, "") if how == "query" else (first, last_id)
        with listening(portal, browser, *asked) as listener:
            eventually(lambda listener=listener: bool(listener.seqs) or has_heard_everything(), 5)  # type: ignore[misc]
        heard += listener.seqs  # also what came until the very end
        last_id = listener.last_id or last_id
        assert visits < 300
    writer.join()
    assert heard == written == list(range(began + 1, began + 41))


def test_who_has_missed_too_much_loads_the_page_anew(web: Web) -> None:
    on = web.cast.maps["loviisa"]
    subject = ContentType.objects.get_for_model(InterfaceMap)
    editor = web.cast["loviisa editor"]
    began = InterfaceMap.objects.get(pk=on.pk).seq
    last = began + reading.MOST_CHANGES + 1
    Change.objects.bulk_create(
        Change(
            log_type=subject,
            log_id=on.pk,
            seq=seq,
            op_id=uuid4(),
            subject_type=subject,
            subject_id=on.pk,
            property="title_fi",
            from_value="",
            to_value=f"Muutos {seq}",
            actor=editor,
        )
        for seq in range(began + 1, last + 1)
    )
    InterfaceMap.objects.filter(pk=on.pk).update(seq=last)
    browser = web.browser("loviisa editor")
    with listening(web.one, browser, f"map-{on.pk}:{began}") as late:
        assert comes(late, "reset")
        assert late.named("reset") == [{"document": f"map-{on.pk}", "seq": last}]
        seq = web.write(on, "Sen jälkeen", by="loviisa editor")
        assert late.hears(seq)
        assert late.seqs == [seq]
    with listening(web.one, browser, f"map-{on.pk}:{began + 2}") as just:
        assert comes(just, "changes")
        assert just.seqs == list(range(began + 3, seq + 1))


def test_a_number_that_the_map_has_not_reached_is_answered_with_a_reset(web: Web) -> None:
    """As after a restore from a backup."""
    on = web.cast.maps["porvoo"]
    with listening(web.one, web.browser("porvoo reader"), f"map-{on.pk}:{NEVER}") as listener:
        assert comes(listener, "reset")
        seq = web.write(on, "Palautuksen jälkeen")
        assert listener.hears(seq)


# Rights.


def leave_porvoo(user: User, _browser: Browser) -> None:
    Membership.objects.filter(user=user).delete()


def lock_out(user: User, _browser: Browser) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def end_session(_user: User, browser: Browser) -> None:
    Session.objects.filter(pk=browser.session).delete()


def new_password(user: User, _browser: Browser) -> None:
    user.set_password("another long password")
    user.save()


@pytest.mark.parametrize(
    ("happens", "told"),
    [(leave_porvoo, "gone"), (lock_out, ""), (end_session, ""), (new_password, "")],
)
def test_whoever_may_no_longer_read_hears_nothing_within_five_seconds(
    web: Web, happens: Callable[[User, Browser], None], told: str
) -> None:
    on, word = web.cast.maps["porvoo"], uuid4().hex
    user = User.objects.create(email=f"{uuid4()}@cast.example", name="Lähtijä", password="!")  # noqa: S106
    Membership.objects.create(user=user, organisation=web.cast.organisations["porvoo"], role="reader")
    browser = Browser(user)
    with (
        listening(web.other, browser, web.cursor(on)) as leaver,
        listening(web.other, web.browser("porvoo reader"), web.cursor(on)) as other,
    ):
        seq = web.write(on, f"Ennen {uuid4().hex}")
        assert leaver.hears(seq)
        happens(user, browser)
        assert eventually(lambda: leaver.ended, 5)
        seq = web.write(on, f"Salaisuus {word}")
        assert other.hears(seq)
        assert word not in leaver.raw.decode()
        if told:
            assert leaver.named(told) == [{"document": f"map-{on.pk}"}]
    with listening(web.one, browser, web.cursor(on)) as again:
        assert again.status in {200, 302}
        assert eventually(lambda: again.ended)
        assert word not in again.raw.decode()
        assert again.named("changes") == []


def test_a_map_that_is_no_longer_seen_leaves_a_stream_that_goes_on_with_another(web: Web) -> None:
    guest, on, word = web.cast.organisations["loviisa"], web.cast.maps["porvoo"], uuid4().hex
    own = web.cast.maps["loviisa"]
    editor = web.browser("county editor")
    editor.edit(web.one, on.pk, f"map:{on.pk}", "add_party", {"organisation": guest.pk})
    party = MapParty.objects.get(map=on, organisation=guest)
    with listening(
        web.other, web.browser("loviisa editor"), f"{web.cursor(on)},{web.cursor(own)}"
    ) as listener:
        assert listener.hears(web.write(on, "Vieraalle"))
        editor.edit(web.one, on.pk, f"party:{party.pk}", "archived", True)
        assert eventually(lambda: listener.named("gone") == [{"document": f"map-{on.pk}"}], 5)
        web.write(on, f"Salaisuus {word}")
        assert listener.hears(web.write(own, "Omalla kartalla", by="loviisa editor"))
        assert word not in listener.raw.decode()
        assert not listener.ended


def test_a_new_member_is_not_told_that_the_map_is_gone(web: Web) -> None:
    on = web.cast.maps["porvoo"]
    user = User.objects.create(email=f"{uuid4()}@cast.example", name="Tulija", password="!")  # noqa: S106
    browser = Browser(user)
    with listening(web.one, web.browser("porvoo reader"), web.cursor(on)) as other:
        assert other.hears(web.write(on, "Juuri katsottu"))  # who may read was looked at a moment ago
        Membership.objects.create(user=user, organisation=web.cast.organisations["porvoo"], role="reader")
        with listening(web.one, browser, web.cursor(on)) as listener:
            assert listener.hears(web.write(on, "Tulijallekin"))
            time.sleep(2 * hub.GUARD)
            assert listener.named("gone") == []
            assert not listener.ended


def test_a_hidden_map_and_none_at_all_answer_comes(web: Web) -> None:
    hidden, word = web.cast.maps["loviisa"], uuid4().hex
    browser = web.browser("porvoo editor")
    answers = []
    for key in (hidden.pk, NEVER):
        with listening(web.one, browser, f"map-{key}:0") as listener:
            assert eventually(lambda listener=listener: listener.ended)  # type: ignore[misc]
            assert listener.named("gone") == [{"document": f"map-{key}"}]
            answers.append(bytes(listener.raw).replace(str(key).encode(), b"N"))
    assert answers[0] == answers[1]
    on = web.cast.maps["porvoo"]
    with listening(web.one, browser, f"{web.cursor(on)},map-{hidden.pk}:0,map-{NEVER}:0") as listener:
        web.write(hidden, f"Salaisuus {word}", by="loviisa editor")
        web.browser("loviisa editor").stand(web.one, hidden.pk, f"map:{hidden.pk}")
        assert listener.hears(web.write(on, "Omalla"))
        assert word not in listener.raw.decode()
        assert {told["document"] for told in listener.named("presence")} <= {
            f"map-{on.pk}"
        }  # of tests before this one
        assert "Loviisa editor" not in listener.raw.decode()
        assert sorted(data["document"] for data in listener.named("gone")) == sorted(
            [f"map-{hidden.pk}", f"map-{NEVER}"]
        )


# Presence.


def finds(listener: Listener, name: str, place: str) -> bool:
    """Whether the person is told to be there."""
    return eventually(lambda: (name, place) in listener.people)


def test_presence_appears_moves_and_leaves_at_once_in_both_processes(web: Web) -> None:
    on, aspect = web.cast.maps["porvoo"], first_aspect(web.cast.maps["porvoo"])
    person = web.browser("county editor")
    with (
        listening(web.one, web.browser("porvoo editor"), web.cursor(on)) as near,
        listening(web.other, web.browser("porvoo reader"), web.cursor(on)) as far,
    ):
        for place in (f"map:{on.pk}", f"interface:{aspect.interface_id}-3"):
            assert person.stand(web.one, on.pk, place).status == 204
            for listener in (near, far):
                assert finds(listener, "County editor", place)
        [told] = [each for each in near.named("presence")[-1]["people"] if each["tab"] == person.tab]
        assert (told["role"], told["tab"]) == ("editor", person.tab)
        assert told["organisation"]["fi"] == web.cast.organisations["county"].name_fi
        with listening(web.one, web.browser("porvoo approver"), web.cursor(on)) as late:
            assert finds(late, "County editor", place)
        person.stand(web.other, on.pk, "")
        for listener in (near, far):
            assert eventually(lambda listener=listener: "County editor" not in dict(listener.people))  # type: ignore[misc]


@pytest.mark.slow
def test_presence_expires_by_itself_and_only_then(web: Web) -> None:
    on = web.cast.maps["youth"]
    person = web.browser("county approver")
    with listening(web.other, web.browser("porvoo reader"), web.cursor(on)) as listener:
        began = time.monotonic()
        person.stand(web.one, on.pk, f"map:{on.pk}")
        assert eventually(lambda: listener.people != [])
        assert eventually(lambda: listener.people == [])
        assert time.monotonic() - began > presence.FORGOTTEN - 1


def test_presence_is_for_the_maps_readers_and_its_words_are_checked(web: Web) -> None:
    on, outsider = web.cast.maps["porvoo"], web.browser("loviisa editor")
    assert outsider.stand(web.one, on.pk, f"map:{on.pk}").status == 404
    assert outsider.stand(web.one, NEVER, "map:1").status == 404
    person = web.browser("porvoo editor")
    for place in ("map", "moon:1", "map:1\nevent: gone", "interface:1-0", "map:" + "1" * 19):
        answer = person.stand(web.one, on.pk, place)
        assert (answer.status, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
        assert "must name a place" in answer.text
    one = person.tab
    for tab in (
        "not a uuid",
        f"{{{one}}}",
        f"urn:uuid:{one}",
        one.replace("-", ""),
        one + "-" * 100_000,
        f"{one}\n",
    ):
        person.tab = tab
        answer = person.stand(web.one, on.pk, f"map:{on.pk}")
        assert answer.status == 400, tab[:60]
        assert "must be a UUID" in answer.text


def test_a_person_is_in_a_few_tabs_of_a_map_at_most(web: Web) -> None:
    """Whoever makes tabs up fills nobody's memory; the newest are told."""
    on = web.cast.maps["porvoo"]
    with listening(web.one, web.browser("county editor"), web.cursor(on)) as listener:
        tabs = [str(uuid4()) for _nth in range(presence.MOST_TABS + 5)]
        person = web.browser("porvoo editor")
        for tab in tabs:
            person.tab = tab
            assert person.stand(web.one, on.pk, f"map:{on.pk}").status == 204
        assert eventually(lambda: listener.tabs_of("Porvoo editor") == tabs[5:])


# What is refused, and what is freed.


@pytest.mark.parametrize(
    "documents",
    [
        "",
        "map-1",
        "1:1",
        "map-1:",
        ":1",
        "map-a:b",
        "map:1:1",
        "map-1:1,",
        "map-1:-1",
        "map-1:1;map-2:2",
        "Map-1:1",
        "map-1:1\n",
        f"map-{10**18}:1",
        "map-1:1000000000",
        "map-１:１",
        ",".join(f"map-{key}:0" for key in range(1, hub.MOST_DOCUMENTS + 2)),
    ],
)
def test_a_bad_cursor_is_answered_with_a_sentence(web: Web, documents: str) -> None:
    answer = web.browser("porvoo reader").at(web.one).get(f"/virta/?documents={quote(documents)}")
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("“documents” must look like")


def test_a_bad_last_event_id_is_passed_over(web: Web) -> None:
    on = web.cast.maps["porvoo"]
    with listening(web.one, web.browser("porvoo reader"), web.cursor(on), "nonsense") as listener:
        assert listener.hears(web.write(on, "Silti"))


def test_whoever_has_not_signed_in_is_sent_to_the_sign_in_page(web: Web) -> None:
    with listening(web.one, "nobody", "map-1:0") as listener:
        assert listener.status == 302
        assert listener.response.headers["Location"].startswith("/kirjaudu/?next=")


def test_one_person_has_only_so_many_streams_and_closing_frees_them(web: Web) -> None:
    on, browser = web.cast.maps["porvoo"], web.browser("porvoo administrator")
    with ExitStack() as stack:
        for _number in range(hub.MOST_STREAMS):
            assert stack.enter_context(listening(web.one, browser, web.cursor(on))).status == 200
        assert eventually(lambda: streams_open(web.one) >= hub.MOST_STREAMS)
        with listening(web.one, browser, web.cursor(on)) as refused:
            assert refused.status == 429
            assert eventually(lambda: refused.ended)
            assert b"too many live streams" in refused.raw
        with listening(web.one, web.browser("porvoo reader"), web.cursor(on)) as other:
            assert other.status == 200
    assert eventually(lambda: streams_open(web.one) == 0)
    with listening(web.one, browser, web.cursor(on)) as again:
        assert again.status == 200
    assert eventually(lambda: streams_open(web.one) == 0)


def test_what_is_not_a_stream_is_answered_as_every_page_is(web: Web) -> None:
    browser = web.browser("porvoo reader")
    client, path = browser.at(web.one), f"/virta/?documents={web.cursor(web.cast.maps['porvoo'])}"
    assert client.post(path).status == 405
    assert client.get("/virta").status == 301
    page = client.get("/kartat/")
    with listening(web.one, browser, path.partition("=")[2]) as listener:
        own = listener.response.headers
    passing = {"content-length", "date", "server"}
    names = {name.lower() for name in page.headers} - passing
    assert names - {name.lower() for name in own} == {"set-cookie"} & names
    same = names - {"content-type", "set-cookie", "x-request-id", "content-security-policy", "cache-control"}
    assert {name: own[name] for name in same} == {name: page.headers[name] for name in same}
    assert "default-src 'none'" in own["Content-Security-Policy"]


def test_a_reader_who_takes_nothing_is_cut_off_and_the_others_are_not(web: Web, valkey: Valkey) -> None:
    on, browser = web.cast.maps["youth"], web.browser("porvoo reader")
    assert eventually(lambda: streams_open(web.one) == 0)
    with listening(web.one, browser, web.cursor(on)) as healthy:
        stuck = socket.socket()
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.connect(("127.0.0.1", int(web.one.url.rpartition(":")[2])))
        request = f"GET /virta/?documents={web.cursor(on)} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid={browser.session}\r\n\r\n"
        stuck.sendall(request.encode())
        try:
            assert eventually(lambda: streams_open(web.one) == 2)
            with redis.Redis.from_url(valkey.url) as client:
                for number in range(1000):
                    person = {"user": 0, "tab": "x", "name": "x" * 40_000, "at": f"map:{number}"}
                    client.publish(
                        bell.CHANNEL, json.dumps({"document": f"map-{on.pk}", "person": person, "from": ""})
                    )
                    if number % 50 == 0 and streams_open(web.one) < 2:
                        break
                    time.sleep(0.01)
            assert eventually(lambda: streams_open(web.one) == 1)
        finally:
            stuck.close()
        assert healthy.hears(web.write(on, "Terve kuulee"))
    log = web.one.log.read_text()
    assert "Traceback" not in log


# Redis comes and goes.
