"""Approval rounds, approvals and published versions. The database itself refuses to change what was approved."""

import collaboration.models.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION refuse_to_change_approvals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Approvals are append-only: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER approvals_are_append_only BEFORE UPDATE OR DELETE ON services_approval
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_approvals();
CREATE TRIGGER approvals_are_never_truncated BEFORE TRUNCATE ON services_approval
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_approvals();
CREATE FUNCTION refuse_to_change_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - '{status,withdrawn_reason,withdrawn_by_id,withdrawn_at}'::text[]
            = to_jsonb(OLD) - '{status,withdrawn_reason,withdrawn_by_id,withdrawn_at}'::text[] THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'A published version does not change: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER versions_do_not_change BEFORE UPDATE OR DELETE ON services_mapversion
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_versions();
CREATE TRIGGER versions_are_never_truncated BEFORE TRUNCATE ON services_mapversion
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_versions();
"""

ALLOW = """
DROP TRIGGER versions_are_never_truncated ON services_mapversion;
DROP TRIGGER versions_do_not_change ON services_mapversion;
DROP FUNCTION refuse_to_change_versions();
DROP TRIGGER approvals_are_never_truncated ON services_approval;
DROP TRIGGER approvals_are_append_only ON services_approval;
DROP FUNCTION refuse_to_change_approvals();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('collaboration', '0006_merges_and_undo'),
        ('services', '0005_ratings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovalRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('open', 'waits for approvals'), ('ended', 'ended by an edit'), ('cancelled', 'cancelled'), ('published', 'published')], default='open', editable=False, max_length=10, verbose_name='status')),
                ('seq', models.PositiveIntegerField(editable=False, verbose_name='number of the latest change')),
                ('digest', models.CharField(editable=False, max_length=64, verbose_name='SHA-256 of the content')),
                ('is_major', models.BooleanField(default=False, verbose_name='a new main number')),
                ('review_on', models.DateField(verbose_name='review date')),
                ('incomplete_reason', collaboration.models.fields.GatedTextField(blank=True, max_length=500, verbose_name='why it is published incomplete')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='started')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='ended')),
                ('ended_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('map', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approval_rounds', to='services.interfacemap')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='started by')),
            ],
            options={
                'verbose_name': 'approval round',
                'verbose_name_plural': 'approval rounds',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when')),
                ('approver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approver')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.organisation', verbose_name='organisation')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='services.approvalround')),
            ],
            options={
                'verbose_name': 'approval',
                'verbose_name_plural': 'approvals',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='MapVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('major', models.PositiveSmallIntegerField(editable=False, verbose_name='main number')),
                ('minor', models.PositiveSmallIntegerField(editable=False, verbose_name='second number')),
                ('status', models.CharField(choices=[('published', 'published'), ('replaced', 'replaced'), ('withdrawn', 'withdrawn')], default='published', editable=False, max_length=10, verbose_name='status')),
                ('content', models.JSONField(editable=False, verbose_name='content')),
                ('digest', models.CharField(editable=False, max_length=64, verbose_name='SHA-256 of the content')),
                ('seq', models.PositiveIntegerField(editable=False, verbose_name='number of the latest change')),
                ('approvals', models.JSONField(editable=False, verbose_name='approvals')),
                ('incomplete_reason', collaboration.models.fields.GatedTextField(blank=True, editable=False, max_length=500, verbose_name='why it is published incomplete')),
                ('citation_fi', collaboration.models.fields.GatedTextField(editable=False, max_length=1000, verbose_name='citation in Finnish')),
                ('citation_sv', collaboration.models.fields.GatedTextField(editable=False, max_length=1000, verbose_name='citation in Swedish')),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='published')),
                ('review_on', models.DateField(editable=False, verbose_name='review date')),
                ('withdrawn_reason', collaboration.models.fields.GatedTextField(blank=True, max_length=500, verbose_name='why it was withdrawn')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn')),
                ('map', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='services.interfacemap')),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='version', to='services.approvalround')),
                ('withdrawn_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'published version',
                'verbose_name_plural': 'published versions',
                'ordering': ['-major', '-minor'],
            },
        ),
        migrations.AddConstraint(
            model_name='approvalround',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('map',), name='approval_round_is_the_only_open_one'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(fields=('round', 'organisation'), name='party_approves_a_round_once'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(fields=('round', 'approver'), name='person_approves_a_round_for_one_party'),
        ),
        migrations.AddConstraint(
            model_name='mapversion',
            constraint=models.UniqueConstraint(fields=('map', 'major', 'minor'), name='map_version_has_its_own_number'),
        ),
        migrations.AddConstraint(
            model_name='mapversion',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'published')), fields=('map',), name='map_version_in_force_is_the_only_one'),
        ),
        migrations.AddConstraint(
            model_name='mapversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='map_version_withdrawn_has_its_reason_person_and_time_together'),
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
