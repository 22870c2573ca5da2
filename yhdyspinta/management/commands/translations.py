"""`manage.py translations`: keeps the message catalogues without any system tool, by Babel."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation.template import templatize

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
LANGUAGES = ("fi", "sv")
THE_SAME_DAY = datetime.datetime(
    2026, 1, 1, tzinfo=datetime.UTC
)  # so that a file changes only when its texts do
APPS = ("agreements", "collaboration", "services", "yhdyspinta")


def sources() -> Iterator[tuple[str, bytes]]:
    """Every Python file and template of ours, as Python source that calls gettext."""
    for app in APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(settings.BASE_DIR)), path.read_bytes()
    for path in sorted((settings.BASE_DIR / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            name = str(path.relative_to(settings.BASE_DIR))
            source = templatize(path.read_text(encoding="utf-8"), origin=name)
            yield (
                name,
                "\n".join(map(str.lstrip, source.splitlines())).encode(),
            )  # a page's indentation is not Python's


def catalogue(language: str) -> Catalog:
    """All messages of the code, with the translations that the language's file has."""
    translated = read(language)
    made = Catalog(
        locale=language, project="Yhdyspinta", charset="utf-8", fuzzy=False, header_comment="# Yhdyspinta"
    )
    made.revision_date = made.creation_date = THE_SAME_DAY
    for name, source in sources():
        for _line, message, comments, context in extract(
            "python", io.BytesIO(source), KEYWORDS, ["Translators:"]
        ):
            flags = ["python-format"] if "%(" in str(message) else []
            made.add(message, None, [(name, None)], flags, comments, context=context)  # type: ignore[list-item]
    for entry in made:
        known = translated.get(entry.id, entry.context) if entry.id else None
        if known is not None and known.string:
            entry.string = known.string
        entry.locations = sorted(set(entry.locations))
    return made


def path_of(language: str) -> Path:
    return settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def missing(messages: Catalog) -> list[Message]:
    """Messages without a whole translation."""
    return [
        message
        for message in messages
        if message.id
        and (not message.string or (isinstance(message.string, tuple) and not all(message.string)))
    ]


def as_po(messages: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, messages, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return buffer.getvalue()


def as_mo(messages: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, messages)
    return buffer.getvalue()


class Command(BaseCommand):
    """Collects the messages, keeps what has been translated, and compiles."""

    help = "Update locale/*/LC_MESSAGES/django.po and .mo from the code. --check changes nothing and fails when stale."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        stale = False
        for language in LANGUAGES:
            messages = catalogue(language)
            path = path_of(language)
            lacking = missing(messages)
            for kind, content in (("po", as_po(messages)), ("mo", as_mo(messages))):
                target = path.with_suffix(f".{kind}")
                if target.exists() and target.read_bytes() == content:
                    continue
                stale = True
                if not check:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
            self.stdout.write(f"{language}: {len(messages)} messages, {len(lacking)} without a translation")
            for message in lacking[:20]:
                self.stdout.write(f"  {message.id!r}")
            stale = stale or (check and bool(lacking))
        if check and stale:
            raise SystemExit(
                "The catalogues are not up to date: run manage.py translations and translate what it lists."
            )
