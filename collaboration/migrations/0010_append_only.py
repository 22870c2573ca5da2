"""Changes are append-only as events and seals are; an event names the change that it carries the digest of."""

import django.db.models.deletion
from django.db import migrations, models

from collaboration.append_only import MAKE_FUNCTION, append_only

EARLIER = """
DROP TRIGGER events_are_never_truncated ON collaboration_event;
DROP TRIGGER events_are_append_only ON collaboration_event;
DROP FUNCTION refuse_to_change_events();
DROP TRIGGER seals_are_never_truncated ON collaboration_seal;
DROP TRIGGER seals_are_append_only ON collaboration_seal;
DROP FUNCTION refuse_to_change_seals();
"""


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0009_reference_rows")]
    operations = [
        migrations.RunSQL(EARLIER),
        migrations.AddField(
            model_name="change",
            name="request_digest",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=64, verbose_name="digest of what was asked for"
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="change",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="collaboration.change",
                verbose_name="change",
            ),
        ),
        MAKE_FUNCTION,
        append_only("collaboration_event"),
        append_only("collaboration_seal"),
        append_only("collaboration_change"),
    ]
