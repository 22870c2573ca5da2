"""Approvals, versions, what a rating round asks, and ratings that have been shown: by the one trigger of all history."""

from django.db import migrations

from collaboration.append_only import append_only

EARLIER = """
DROP TRIGGER versions_are_never_truncated ON services_mapversion;
DROP TRIGGER versions_do_not_change ON services_mapversion;
DROP FUNCTION refuse_to_change_versions();
DROP TRIGGER approvals_are_never_truncated ON services_approval;
DROP TRIGGER approvals_are_append_only ON services_approval;
DROP FUNCTION refuse_to_change_approvals();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("collaboration", "0010_append_only"),
        ("services", "0012_asked_ratings"),
    ]
    operations = [
        migrations.RunSQL(EARLIER),
        append_only("services_approval"),
        append_only("services_approvalround", but=("status", "ended_by_id", "ended_at")),
        append_only(
            "services_mapversion", but=("status", "withdrawn_reason", "withdrawn_by_id", "withdrawn_at")
        ),
        append_only("services_askedrating"),
        append_only("services_rating", once="OLD.revealed_at IS NOT NULL"),
    ]
