"""Seals over the events, append-only like them."""

import django.utils.timezone
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION refuse_to_change_seals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Seals are append-only: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER seals_are_append_only BEFORE UPDATE OR DELETE ON collaboration_seal
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_seals();
CREATE TRIGGER seals_are_never_truncated BEFORE TRUNCATE ON collaboration_seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_seals();
"""

ALLOW = """
DROP TRIGGER seals_are_never_truncated ON collaboration_seal;
DROP TRIGGER seals_are_append_only ON collaboration_seal;
DROP FUNCTION refuse_to_change_seals();
"""


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0003_personal_tokens")]
    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_event", models.BigIntegerField()),
                ("last_event", models.BigIntegerField(unique=True)),
                ("events", models.IntegerField(verbose_name="how many events")),
                (
                    "root",
                    models.CharField(
                        max_length=64, unique=True, verbose_name="SHA-256 over the previous root and the events"
                    ),
                ),
                (
                    "previous",
                    models.CharField(blank=True, max_length=64, unique=True, verbose_name="root of the seal before"),
                ),
                ("sealed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "verbose_name": "seal",
                "ordering": ["last_event"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("events__gte", 1), ("first_event__lte", models.F("last_event"))),
                        name="seal_from_first_to_last",
                    )
                ],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
