"""The demo's mailbox: what the portal has sent, read from the files of Django's file backend."""

import datetime
import email
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from itertools import islice
from pathlib import Path

SEPARATOR = b"-" * 79 + b"\n"
"""Django's file backend writes this line after each message."""


@dataclass(frozen=True)
class Mail:
    """One message as its reader sees it."""

    to: str
    subject: str
    sent: datetime.datetime | None
    body: str


def newest(folder: Path, at_most: int) -> list[Mail]:
    """The newest messages first. A folder that does not exist is an empty mailbox."""
    return list(islice(_mails(folder), at_most))


def _mails(folder: Path) -> Iterator[Mail]:
    for file in sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True):
        for text in reversed(file.read_bytes().split(SEPARATOR)):
            if text.strip():
                yield _mail(text)


def _mail(text: bytes) -> Mail:
    message = email.message_from_bytes(text, _class=EmailMessage, policy=policy.default)
    plain = message.get_body(preferencelist=("plain",))
    return Mail(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        sent=_in_utc(getattr(message["Date"], "datetime", None)),
        body=str(plain.get_content()) if plain else "",
    )


def _in_utc(sent: datetime.datetime | None) -> datetime.datetime | None:
    """A mail's time; the `-0000` that Django writes is UTC, but is read as a time of no zone."""
    return sent.replace(tzinfo=datetime.UTC) if sent and sent.tzinfo is None else sent
