"""The database itself refuses to change or remove what happened."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION refuse_to_change_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Events are append-only: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER events_are_append_only BEFORE UPDATE OR DELETE ON collaboration_event
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_events();
CREATE TRIGGER events_are_never_truncated BEFORE TRUNCATE ON collaboration_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_events();
"""

ALLOW = """
DROP TRIGGER events_are_never_truncated ON collaboration_event;
DROP TRIGGER events_are_append_only ON collaboration_event;
DROP FUNCTION refuse_to_change_events();
"""


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
