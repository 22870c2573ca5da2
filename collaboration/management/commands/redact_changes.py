"""`manage.py redact_changes ID...`: take texts out of the log for good. Run by the owner of the tables."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError, connection, transaction

from collaboration.journal import record
from collaboration.models import Change

BLACK = "▇▇▇"
TEXTS = ("from_value", "to_value", "sent_value")


class Command(BaseCommand):
    """The only way in which a change changes: its texts are blacked out, and an event tells so and keeps its digest."""

    help = (
        "Black out the texts of changes, such as of a client who was named. Edit the text itself first: the log "
        "keeps what it was before. The numbers are those in the administration."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="+", type=int, metavar="ID", help="the number of a change")
        parser.add_argument(
            "--reason", required=True, help="why, for the audit trail; without the text itself"
        )

    @transaction.atomic
    def handle(self, *args: Any, ids: list[int], reason: str, **options: Any) -> None:
        table = Change._meta.db_table
        with connection.cursor() as cursor:
            try:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER history_stays")
            except ProgrammingError:
                raise CommandError("Only the owner of the tables can redact: set its DATABASE_URL.") from None
            for key in ids:
                self._redact(key, reason)
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER history_stays")
        self.stdout.write(f"redacted changes: {len(ids)}")

    def _redact(self, key: int, reason: str) -> None:
        change = Change.objects.filter(pk=key).first()
        if change is None:
            raise CommandError(f"There is no change {key}. Nothing was redacted.")
        for name in TEXTS:
            setattr(change, name, blacked_out(getattr(change, name)))
        change.save(update_fields=TEXTS)
        kind = change.subject_type.model_class()
        subject = kind(pk=change.subject_id) if kind else change
        record("change.redacted", subject, by=None, note=reason[:500], digest=change.digest(), change=change)


def blacked_out(value: Any) -> Any:
    """The value without its texts; which row an addition has made stays."""
    if isinstance(value, dict):
        return {key: each if key == "subject" else blacked_out(each) for key, each in value.items()}
    if isinstance(value, list):
        return [blacked_out(each) for each in value]
    return BLACK if isinstance(value, str) and value else value
