"""What never changes once it is written: its canonical bytes, their digest, and the trigger that lets nobody rewrite it.

A table's owner can take the trigger away, which `manage.py redact_changes` does for its own transaction; the
application's role cannot.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db.migrations import RunSQL


def canonical(content: Any) -> bytes:
    """The content as JSON in UTF-8: keys sorted, no spaces, nothing escaped that need not be.

    These are the bytes that RFC 8785 asks for while keys are ASCII and the only numbers are whole ones under 2^53.
    """
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def digest(content: bytes) -> str:
    """SHA-256 of canonical bytes, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


FUNCTION = "refuse_to_change_history"

MAKE_FUNCTION = RunSQL(
    f"""
CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS > 0 THEN
        IF to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused.', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
""",
    f"DROP FUNCTION {FUNCTION}()",
)

APPEND_ONLY_TABLES = """
SELECT tgrelid::regclass::text, bool_and(tgnargs = 0 AND tgqual IS NULL) FROM pg_trigger
WHERE tgfoid = 'refuse_to_change_history'::regproc AND (tgtype & 1) = 1 GROUP BY tgrelid ORDER BY 1
"""
"""Each table that has the trigger, and whether nothing in it ever changes."""


def append_only(table: str, *, but: Iterable[str] = (), once: str = "") -> RunSQL:
    """Rows of the table are never changed or removed, but for the columns `but`; `once`: as soon as this holds of OLD."""
    arguments = ", ".join(f"'{column}'" for column in but)
    when = f"WHEN ({once}) " if once else ""
    return RunSQL(
        f"""
CREATE TRIGGER history_stays BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW {when}EXECUTE FUNCTION {FUNCTION}({arguments});
CREATE TRIGGER history_is_never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}();
""",
        f"""
DROP TRIGGER history_is_never_emptied ON {table};
DROP TRIGGER history_stays ON {table};
""",
    )
