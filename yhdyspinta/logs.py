"""Log lines with the request's id and without personal data: JSON for machines, plain lines for people."""

import datetime
import json
import logging
import re
from contextvars import ContextVar

from collaboration.identity_codes import identity_codes

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that this thread answers; every line of the log carries it."""

META_KEY = "portal.request_id"

FACTS = ("method", "route", "status", "milliseconds", "task", "worker")
"""What a caller may add with `extra=`; everything else of a record stays out."""

# Outsiders write what is scrubbed. So each pattern begins only where a run of its characters begins and gives
# nothing back (`++`): the time grows with the text and no faster.
EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]++(?:\.[\w-]++)+")
RESET_LINK = re.compile(r"(?<=/kirjaudu/unohtunut/)[\w-]++/[\w-]++")
QUERY = re.compile(r"(?<=/)\?\S++")
ROW_DETAIL = re.compile(r"^[^\S\n]*+(?:(?:DETAIL|CONTEXT|LINE \d{1,9}):.*|\^[^\S\n]*)$", re.MULTILINE)
WITH_DIGITS = re.compile(r"(?<!\S)(?=\S*\d)\S++(?: \S*\d\S*+)*+")
"""Words with digits, and those that follow them: a code may be written with spaces."""

LONGEST, KEPT_AT_THE_BEGINNING = 16_384, 4_096


def scrub(text: str) -> str:
    """The text without e-mail addresses, identity codes, reset links, query strings and what PostgreSQL quotes of rows.

    Of a long text the beginning and the end are kept, 16,384 characters in all.
    """
    if len(text) > LONGEST:
        cut = len(text) - LONGEST
        beginning, end = text[:KEPT_AT_THE_BEGINNING], text[KEPT_AT_THE_BEGINNING - LONGEST :]
        text = f"{beginning} [{cut} characters are left out] {end}"
    text = ROW_DETAIL.sub("", text)
    text = RESET_LINK.sub("[link]", QUERY.sub("?[query]", EMAIL.sub("[e-mail]", text)))
    return WITH_DIGITS.sub(_without_code, text)


def holds_no_code(text: str) -> bool:
    """Whether the text may be written down as it is."""
    return next(identity_codes(text), None) is None


def _without_code(found: re.Match[str]) -> str:
    return found[0] if holds_no_code(found[0]) else "[identity code]"


def _id_of(request: object) -> str:
    """Django logs an answer after the middleware: then the id is found on the request itself."""
    return str(getattr(request, "META", {}).get(META_KEY, ""))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, request, a few named facts, the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": scrub(record.getMessage()),
        }
        if identity := request_id.get() or _id_of(getattr(record, "request", None)):
            line["request"] = identity
        line |= {name: getattr(record, name) for name in FACTS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = scrub(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class LineFormatter(logging.Formatter):
    """The same for people to read."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))
