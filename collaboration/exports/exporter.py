"""How documents become files: each app registers its own in `AppConfig.ready()`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from xml.etree.ElementTree import Element

from django.db import models
from django.urls import reverse

from collaboration.exports.about import About
from collaboration.exports.cells import Table
from collaboration.models import Export

Content = Any
Format = Export.Format
PICTURES = {Format.SVG, Format.PNG}


class Version(Protocol):
    """A content of a document that never changes."""

    pk: Any
    status: str
    digest: str
    seq: int
    content: Content

    @property
    def number(self) -> str: ...


def _none(_document: Any) -> Iterable[Version]:
    return ()


@dataclass(frozen=True)
class Exporter:
    """What is in the files of one model's documents, each of which counts its changes in `seq`.

    `route` is the name of a file's address; the list has the same with an s. `content` is what is exported, `tables`
    says it in words: on a paper with lists in cells, in a spreadsheet (no paper) with tables of their own. `picture` draws it, with
    a sentence under it, and says it in words. `tidy` removes what else is old.
    """

    model: type[models.Model]
    route: str
    content: Callable[[Any], Content]
    about: Callable[[Export, Content], About]
    tables: Callable[[Content, str], list[Table]]
    picture: Callable[[Export, Content, About, str], tuple[Element, str]] | None = None
    versions: Callable[[Any], Iterable[Version]] = _none
    tidy: Callable[[datetime.datetime], object] = _none

    @property
    def formats(self) -> list[tuple[str, str]]:
        return [(key, str(label)) for key, label in Format.choices if self.picture or key not in PICTURES]

    def version(self, document: Any, key: int | None) -> Version | None:
        """The document's version with this id; None for none."""
        return next((each for each in self.versions(document) if each.pk == key), None)


_registered: dict[type[models.Model], Exporter] = {}


def register(exporter: Exporter) -> None:
    """Let the rows of a model be exported."""
    _registered[exporter.model] = exporter


def registered() -> Iterable[Exporter]:
    return _registered.values()


def exporter_of(document: Any) -> Exporter:
    """How this document is exported. Raises KeyError for what nobody registered."""
    return _registered[type(document)]


def address_of_list(export: Export) -> str:
    """Where the files of its document are."""
    return reverse(f"{exporter_of(export.subject).route}s", args=[export.subject_id])


def address_of(export: Export, suffix: str = "") -> str:
    """Where the file is fetched; with `_retry`, where it is tried again."""
    return reverse(f"{exporter_of(export.subject).route}{suffix}", args=[export.subject_id, export.pk])
