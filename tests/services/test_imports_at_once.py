"""An import while colleagues edit the same map: nobody waits for it, and it overwrites nothing."""

from __future__ import annotations

import copy
import statistics
import sys
import threading
import time
from typing import Any

import pytest
from django.db import connection

from collaboration.models import Change
from services.content.canonical import content_of
from services.models import InterfaceMap, MapImport
from services.workflows import importing
from services.workflows.edits import MAP
from tests.cast import Cast
from tests.services.exporting import previewed
from tests.services.ops import add_rows, edit

pytestmark = pytest.mark.usefixtures("in_english")
ME, COLLEAGUE = "porvoo editor", "county editor"


def another(content: Any, texts: int = 200, links: int = 0) -> Any:
    """The content with so many other texts, and so many further links beside each aspect."""
    changed = copy.deepcopy(content)
    places = [
        (aspect, name)
        for interface in changed["interfaces"]
        for aspect in interface["aspects"]
        for name in ("shared_fi", "shared_sv")
    ]
    for at, (aspect, name) in enumerate(places[:texts]):
        aspect[name] = f"Tuotu teksti {at}."
        if name == "shared_fi":
            urls = [f"https://kunta.example/{number}" for number in range(links)]
            aspect["evidence"] += [{"id": 0, "title": "Liite", "url": url} for url in urls]
    return changed


class Saving(threading.Thread):
    """A colleague who saves the map's title again and again, and how long each save took."""

    def __init__(self, cast: Cast, on: InterfaceMap) -> None:
        super().__init__()
        self.by, self.on, self.stopped, self.took = cast[COLLEAGUE], on, threading.Event(), list[float]()

    def run(self) -> None:
        number = 0
        while not self.stopped.is_set():
            number += 1
            began = time.monotonic()
            edit(self.by, self.on, f"map:{self.on.pk}", "title_sv", f"Rubrik {number}")
            self.took.append(time.monotonic() - began)
        connection.close()

    def end(self) -> list[float]:
        self.stopped.set()
        self.join()
        return self.took


def _confirm(cast: Cast, on: InterfaceMap, row: MapImport) -> None:
    importing.confirm(cast[ME], on.pk, row.pk)
    connection.close()


@pytest.mark.parametrize("step", ["preview", "import"])
def test_a_colleague_saves_on_during_an_import(fresh_cast: Cast, step: str) -> None:
    cast = fresh_cast
    on = cast.maps["porvoo"]
    add_rows(cast[ME], on)
    file = another(content_of(on), links=4)
    alone = Saving(cast, on)
    alone.start()
    while len(alone.took) < 10:
        time.sleep(0.01)
    ordinary = statistics.median(alone.end())
    saving = Saving(cast, on)
    if step == "preview":
        saving.start()
        began = time.monotonic()
        row = previewed(cast, on, file)
    else:
        row = previewed(cast, on, file)
        began, last = time.monotonic(), InterfaceMap.objects.get(pk=on.pk).seq
        importer = threading.Thread(target=_confirm, args=(cast, on, row))
        importer.start()
        while InterfaceMap.objects.get(pk=on.pk).seq == last:  # until the import has begun
            time.sleep(0.001)
        saving.start()
        importer.join()
    lasted = time.monotonic() - began
    took = saving.end()
    assert row.changes > 100
    assert len(took) >= 10, "they save many times meanwhile"
    assert max(took) < lasted / 10
    sys.stdout.write(
        f"{step}: {lasted / ordinary:.0f} saves long; a colleague's longest: {max(took) / ordinary:.1f} saves\n"
    )
    if step == "import":
        assert MapImport.objects.get(pk=row.pk).applied_at
        changes = (
            Change.objects.filter(log_id=on.pk, seq__gt=last).order_by("seq").values_list("actor", flat=True)
        )
        turns = sum(one != two for one, two in zip(changes, list(changes)[1:], strict=False))
        assert turns > 10, "in between each other"


def test_what_a_colleague_changes_meanwhile_is_left_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    on = cast.maps["porvoo"]
    edit(cast[ME], on, f"map:{on.pk}", "title_sv", "Först")
    file = {**content_of(on), "title_fi": "Tuotu nimi", "title_sv": "Importerat namn"}
    row = previewed(cast, on, file)
    honest = MAP.apply

    def met(*wish: Any, **more: Any) -> Any:
        done = honest(*wish, **more)
        if Change.objects.filter(log_id=on.pk).count() == 2:
            edit(cast[COLLEAGUE], on, f"map:{on.pk}", "title_sv", "Kollegans namn")
        return done

    monkeypatch.setattr(MAP, "apply", met)
    done = importing.confirm(cast[ME], on.pk, row.pk)
    assert done.applied_at
    on.refresh_from_db()
    assert (on.title_fi, on.title_sv) == ("Tuotu nimi", "Kollegans namn")
    assert [each["what"] for each in done.left_out][:1] == ["Title in Swedish"]
    assert "Somebody else has changed this" in done.left_out[0]["why"]


def test_an_import_that_was_interrupted_goes_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    on = cast.maps["porvoo"]
    row = previewed(cast, on, another(content_of(on), 6))
    honest = MAP.apply

    def dies(*wish: Any, **more: Any) -> Any:
        if Change.objects.filter(log_id=on.pk).count() == 3:
            raise MemoryError
        return honest(*wish, **more)

    monkeypatch.setattr(MAP, "apply", dies)
    with pytest.raises(MemoryError):
        importing.confirm(cast[ME], on.pk, row.pk)
    monkeypatch.setattr(MAP, "apply", honest)
    again = importing.confirm(cast[ME], on.pk, row.pk)
    assert (again.applied_at, again.changes) == (None, 3), "what is left is shown first"
    done = importing.confirm(cast[ME], on.pk, row.pk)
    assert done.applied_at
    assert Change.objects.filter(log_id=on.pk).count() == 6


def test_two_presses_at_once_import_once(fresh_cast: Cast) -> None:
    cast = fresh_cast
    on = cast.maps["porvoo"]
    file = another(content_of(on), 20)
    first = file["interfaces"][0]["aspects"][0]
    first["evidence"] = [{"id": 0, "title": "Päätös", "url": "https://kunta.example/"}] * 2
    row = previewed(cast, on, file)

    def press() -> None:
        importing.confirm(cast[ME], on.pk, row.pk)
        connection.close()

    presses = [threading.Thread(target=press) for _nth in range(2)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert (
        Change.objects.filter(log_id=on.pk).count() == InterfaceMap.objects.get(pk=on.pk).seq == row.changes
    )
