"""Who is where on which document: in memory only, in no table and no log."""

from __future__ import annotations

import time
from typing import Any

from collaboration.live.events import about

FORGOTTEN = 10.0
"""Seconds after the last word of somebody."""
MOST_TABS = 12
"""In so many one person is told to be on a document."""

Told = dict[str, Any]


class Presence:
    """Each person in each tab, for as long as they say so."""

    def __init__(self) -> None:
        self.people: dict[str, dict[tuple[int, str], tuple[float, Told]]] = {}

    def stand(self, key: str, person: Told) -> bool:
        """Somebody is somewhere, or leaves; whether that is new."""
        here = self.people.setdefault(key, {})
        before = here.pop((person["user"], person["tab"]), (0.0, None))[1]
        if person["at"]:
            here[person["user"], person["tab"]] = time.monotonic() + FORGOTTEN, person
            for oldest in [other for other in here if other[0] == person["user"]][:-MOST_TABS]:
                del here[oldest]
        return (person if person["at"] else None) != before

    def forget(self) -> list[str]:
        """Those not heard of for a while have left; the documents where somebody has."""
        now, left = time.monotonic(), []
        for key, here in list(self.people.items()):
            late = [who for who, (until, _person) in here.items() if until < now]
            for who in late:
                del here[who]
            if late:
                left.append(key)
            if not here:
                del self.people[key]
        return left

    def event(self, key: str) -> bytes:
        """Everyone who is on the document."""
        here = self.people.get(key, {}).values()
        return about("presence", key, people=[person for _until, person in here])
