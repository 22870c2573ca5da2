"""Whose things the members of an organisation read: a view."""

from django.db import migrations, models

REACH = """
CREATE VIEW collaboration_organisationreach AS
SELECT own.id AS organisation_id, reached.id AS reached_id
FROM collaboration_organisation own
JOIN collaboration_organisation reached
    ON reached.id = own.id OR reached.parent_id = own.id OR reached.id = own.parent_id
"""

class Migration(migrations.Migration):

    dependencies = [
        ('collaboration', '0006_merges_and_undo'),
    ]

    operations = [
        migrations.RunSQL(REACH, "DROP VIEW collaboration_organisationreach"),
        migrations.CreateModel(
            name='OrganisationReach',
            fields=[
                ('pk', models.CompositePrimaryKey('organisation_id', 'reached_id', blank=True, editable=False, primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': 'reach of an organisation',
                'managed': False,
            },
        ),
    ]
