"""Every page is HTML as the standard has it, in what has gone wrong before. A validator looks at all of it by hand:

YHDYSPINTA_PAGES=/tmp/pages python3 run.py test tests/architecture/test_html.py
java -jar vnu.jar --errors-only /tmp/pages
"""

import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.utils.text import slugify

from tests.architecture.routes import ROUTES
from tests.architecture.test_access import addresses_on
from tests.cast import ANONYMOUS, Cast, undone
from tests.services.ops import add_rows
from tests.services.rounds import published

Attributes = list[tuple[str, str | None]]

VOID = re.compile("area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")
PHRASING = re.compile("p|span|strong|em|b|i|small|label|button|h[1-6]|code|abbr|time")
"""Elements that hold text and what belongs within a line."""

FLOW = re.compile(
    "address|article|aside|blockquote|details|dialog|div|dl|fieldset|figure|footer|form|h[1-6]|header|hr|main|menu|nav|ol|p|"
    "pre|section|table|ul"
)
UNCLOSED = re.compile("p|li|dt|dd|tr|td|th|tbody|thead|option")
"""Elements that may be left open."""

MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d)?)?")


class Faults(HTMLParser):
    """What is wrong on a page, in words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.select = ""
        self.feed(page)
        self.close()
        self.found += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        names = [name for name, _value in attrs]
        given = dict(attrs)
        written = str(self.get_starttag_text())
        for name in {name for name in names if names.count(name) > 1}:
            self.found.append(f"{name} twice in {written}")
        if FLOW.fullmatch(tag) and (around := list(filter(PHRASING.fullmatch, self.open))):
            self.found.append(f"{written} in <{around[-1]}>")
        if (own := given.get("id")) is not None:
            if own in self.ids:
                self.found.append(f"id {own} twice")
            self.ids.add(own)
        if "maxlength" in given:
            self.found.append(f"cuts what is pasted: {written}")
        if tag == "form" and "data-edit" in given and given.get("autocomplete") != "off":
            self.found.append(f"saves itself and takes old values back from the browser: {written}")
        if tag == "time" and not MOMENT.fullmatch(given.get("datetime") or ""):
            self.found.append(f"no moment: {written}")
        if self.select and tag == "option" and given.get("value") != "":
            self.found.append(f"the first of {self.select} is {written}")
        is_asked = tag == "select" and "required" in given and "multiple" not in given
        self.select = written if is_asked else ""
        if not VOID.fullmatch(tag):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)
        if not VOID.fullmatch(tag):
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while (left := self.open.pop()) != tag:
                if not UNCLOSED.fullmatch(left):
                    self.found.append(f"<{left}> is closed by </{tag}>")
        else:
            self.found.append(f"</{tag}> closes nothing")


def pages_of(cast: Cast) -> Iterator[tuple[str, str]]:
    """Every page, as an editor, an approver and an outsider see it, and every form that was refused."""
    on = cast.maps["porvoo"]
    add_rows(cast["porvoo editor"], on)
    published(cast, on)
    addresses = addresses_on(cast, on)
    asked = [("get", person) for person in ("porvoo editor", "porvoo approver", ANONYMOUS)]
    for method, person in [*asked, ("post", "porvoo editor")]:
        for name, path in addresses.items():
            if path.startswith("/api/v1/") or not getattr(ROUTES[name], method):
                continue
            with undone():
                answer = getattr(cast.client(person), method)(path)
            if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content:
                yield f"{person} {method} {name}", answer.content.decode()


@pytest.mark.slow
def test_every_page_is_sound(cast: Cast) -> None:
    kept = os.environ.get("YHDYSPINTA_PAGES")
    faults: dict[str, list[str]] = {}
    count = 0
    for name, page in pages_of(cast):
        count += 1
        if kept:
            Path(kept).mkdir(parents=True, exist_ok=True)
            Path(kept, f"{slugify(name)}.html").write_text(page, encoding="utf-8")
        for fault in Faults(page).found:
            faults.setdefault(fault, []).append(name)
    assert faults == {}
    assert count > 80


@pytest.mark.parametrize(
    ("page", "is_sound"),
    [
        ("<p>a <span>b</span></p><form><input type=text required></form>", True),
        ("<input type=text type=email>", False),
        ("<span><form></form></span>", False),
        ("<p><div></div></p>", False),
        ("<div><span></div>", False),
        ("<div>", False),
        ("<i id=a></i><i id=a></i>", False),
        ('<time datetime="2026-11-24T15:04:05.123456+02:00">', False),
        ('<time datetime="2026-11-24T15:04:05+0200"></time>', True),
        ("<select required><option value=a>A</option></select>", False),
        ('<select required><option value="">-</option></select>', True),
        ("<input maxlength=5>", False),
        ("<form data-edit></form>", False),
        ("<form data-edit autocomplete=off></form>", True),
        ("<select required multiple><option value=a>A</option></select>", True),
    ],
)
def test_a_fault_is_seen(page: str, *, is_sound: bool) -> None:
    assert (Faults(page).found == []) == is_sound
