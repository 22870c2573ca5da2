"""A file of a few tables, made while one waits."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collaboration.exports import sheets
from collaboration.exports.about import About
from collaboration.exports.cells import Table
from collaboration.exports.names import attachment, for_a_file
from collaboration.exports.pages import TYPES
from collaboration.models import Export

FORMATS = (Export.Format.XLSX.value, Export.Format.CSV.value)


def file_of(
    title: str, tables: Sequence[Table], file_format: str, notices: Sequence[str] = ()
) -> HttpResponse:
    """The tables as XLSX or CSV, to be kept and not shown."""
    now = timezone.localtime()
    about = About(title, "", now, get_language() or "fi", heading=_("About this file"), notices=list(notices))
    every = [*tables, *about.tables()]
    file = sheets.xlsx(every, about) if file_format == Export.Format.XLSX else sheets.csv_file(every)
    headers = {
        "Content-Type": TYPES[Export.Format(file_format)],
        "Content-Disposition": attachment(
            f"{for_a_file(title)}-{now:%Y-%m-%d}-{about.language}.{file_format}"
        ),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(file, headers=headers)
