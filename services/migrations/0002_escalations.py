"""Escalations, and in `escalations.sql` who reads and owns them and what an open one says of its aspect."""

from pathlib import Path

import collaboration.models.fields
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).with_name("escalations.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [
        ('collaboration', '0004_actions'),
        ('services', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EscalationReader',
            fields=[
                ('role', models.CharField(max_length=20)),
                ('is_member', models.BooleanField()),
                ('pk', models.CompositePrimaryKey('escalation_id', 'user_id', 'through_id', 'role', blank=True, editable=False, primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': 'reader of an escalation',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.AddField(
            model_name='maptally',
            name='not_working',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', collaboration.models.fields.GatedCharField(max_length=120, verbose_name='title')),
                ('text', collaboration.models.fields.GatedTextField(max_length=10000, verbose_name='what happened')),
                ('effect', models.CharField(choices=[('delayed', 'the service is delayed'), ('not_received', 'the client is left without the service'), ('done_twice', 'the same is done twice'), ('guided_wrong', 'the client is guided to the wrong place')], max_length=15, verbose_name='what it does to the service')),
                ('frequency', models.CharField(choices=[('once', 'once'), ('sometimes', 'sometimes'), ('often', 'often'), ('always', 'always')], max_length=10, verbose_name='how often')),
                ('urgency', models.CharField(choices=[('normal', 'not urgent'), ('urgent', 'urgent'), ('danger', 'at once')], default='normal', max_length=10, verbose_name='urgency')),
                ('level', models.CharField(choices=[('field', 'field work'), ('expert', 'experts'), ('management', 'management'), ('political', 'political decision-making')], default='field', editable=False, max_length=15, verbose_name='level')),
                ('level_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='on this level since')),
                ('status', models.CharField(choices=[('filed', 'filed'), ('triaged', 'taken up'), ('in_progress', 'being worked on'), ('waiting', 'waiting'), ('proposed', 'solution proposed'), ('closed', 'closed'), ('withdrawn', 'withdrawn'), ('merged', 'merged')], default='filed', editable=False, max_length=15, verbose_name='status')),
                ('status_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='since')),
                ('seq', models.PositiveIntegerField(default=0, editable=False)),
                ('filed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='reported')),
                ('days', models.JSONField(default=dict, editable=False)),
                ('due_at', models.DateTimeField(editable=False, verbose_name='deadline')),
                ('is_stuck', models.BooleanField(default=False, editable=False)),
                ('days_left', models.PositiveSmallIntegerField(editable=False, null=True)),
                ('waiting_for', models.CharField(blank=True, choices=[('reporter', 'the one who reported it'), ('party', 'a party'), ('other', 'somebody else')], editable=False, max_length=10, verbose_name='for whom it waits')),
                ('proposal', collaboration.models.fields.GatedTextField(blank=True, editable=False, max_length=10000, verbose_name='proposed solution')),
                ('round', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('asks_reporters', models.BooleanField(default=False, editable=False)),
                ('reminders', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('repair', models.CharField(blank=True, choices=[('text', 'the shared text of the aspect was changed'), ('action', 'an action was agreed on'), ('matter', 'a forum handles the change'), ('none', 'nothing needs to change')], editable=False, max_length=10, verbose_name='what changed')),
                ('repair_reason', collaboration.models.fields.GatedCharField(blank=True, editable=False, max_length=500, verbose_name='why nothing needs to change')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed')),
                ('asks_again_at', models.DateTimeField(editable=False, null=True)),
                ('reopened', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('key', models.UUIDField(editable=False, null=True, unique=True)),
                ('words', collaboration.models.fields.FoldedWords('title', 'text')),
                ('action', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.action')),
                ('aspect', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='services.aspect', verbose_name='aspect')),
                ('change', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.change')),
                ('forum', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.forum', verbose_name='forum')),
                ('interface', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='services.interface', verbose_name='interface')),
                ('map', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='services.interfacemap', verbose_name='interface map')),
                ('matter', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.matter')),
                ('merged_into', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='services.escalation')),
                ('proposed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'escalation',
                'verbose_name_plural': 'escalations',
                'ordering': ['due_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='EscalationOwner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('field', 'field work'), ('expert', 'experts'), ('management', 'management'), ('political', 'political decision-making')], max_length=15, verbose_name='level')),
                ('is_fallback', models.BooleanField(default=False)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='owners', to='services.escalation')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.mapparty', verbose_name='party')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='responsible person')),
            ],
            options={
                'verbose_name': 'owner of an escalation',
                'verbose_name_plural': 'owners of escalations',
                'ordering': ['party__lane', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='EscalationPause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('waiting_for', models.CharField(choices=[('reporter', 'the one who reported it'), ('party', 'a party'), ('other', 'somebody else')], max_length=10, verbose_name='for whom it waits')),
                ('why', collaboration.models.fields.GatedCharField(max_length=500, verbose_name='why')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='services.escalation')),
            ],
            options={
                'verbose_name': 'pause of an escalation',
                'verbose_name_plural': 'pauses of escalations',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='EscalationReporter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_nameless', models.BooleanField(default=True, verbose_name='the name is not shown to the other parties')),
                ('is_first', models.BooleanField(default=False, editable=False)),
                ('text', collaboration.models.fields.GatedTextField(blank=True, max_length=2000, verbose_name='what happened')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('word', models.CharField(blank=True, choices=[('works', 'works'), ('lapsed', 'did not answer two reminders')], editable=False, max_length=10)),
                ('word_at', models.DateTimeField(editable=False, null=True)),
                ('round', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('came_from', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.escalation')),
                ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reporters', to='services.escalation')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.organisation', verbose_name='organisation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reported by')),
            ],
            options={
                'verbose_name': 'reporter of an escalation',
                'verbose_name_plural': 'reporters of escalations',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='EscalationRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=4, verbose_name='working days of the four levels')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('reason', collaboration.models.fields.GatedCharField(blank=True, max_length=500, verbose_name='why')),
                ('made_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.organisation', verbose_name='county')),
            ],
            options={
                'verbose_name': 'rule of deadlines',
                'verbose_name_plural': 'rules of deadlines',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='EscalationWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words_given', to='services.escalation')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.mapparty', verbose_name='party')),
            ],
            options={
                'verbose_name': "party's word on an escalation",
                'verbose_name_plural': "parties' words on escalations",
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(fields=['map', 'due_at', 'id'], name='escalations_of_map'),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(condition=models.Q(models.Q(('status__in', ['closed', 'withdrawn', 'merged']), _negated=True), ('aspect__isnull', False)), fields=['aspect'], name='aspects_that_do_not_work'),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(fields=['interface', '-id'], name='escalations_of_interface'),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(condition=models.Q(('status__in', ['closed', 'withdrawn', 'merged']), _negated=True), fields=['due_at', 'id'], name='escalations_that_are_due'),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(condition=models.Q(('asks_again_at__isnull', False)), fields=['asks_again_at'], name='escalations_to_ask_again'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('status', 'closed')), models.Q(models.Q(('status', 'closed'), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='escalation_is_closed_exactly_when_it_has_a_moment'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('status', 'merged')), models.Q(models.Q(('status', 'merged'), _negated=True), ('merged_into__isnull', True)), _connector='OR'), name='escalation_is_merged_exactly_when_it_leads_on'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'waiting'), ('waiting_for', ''), _connector='XOR'), name='escalation_waits_exactly_when_for_somebody'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['proposed', 'closed']), _negated=True), models.Q(models.Q(('proposal', ''), _negated=True), models.Q(('repair', ''), _negated=True)), _connector='OR'), name='proposed_solution_says_what_changed'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('repair', 'none'), _negated=True), models.Q(('repair_reason', ''), _negated=True), _connector='OR'), name='no_change_has_its_reason'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('aspect__isnull', True), ('interface__isnull', False), _connector='OR'), name='aspect_of_an_escalation_is_of_an_interface'),
        ),
        migrations.AddIndex(
            model_name='escalationowner',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['user', 'escalation'], name='escalations_of_owner'),
        ),
        migrations.AddConstraint(
            model_name='escalationowner',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('escalation', 'party'), name='escalation_has_one_owner_for_a_party'),
        ),
        migrations.AddConstraint(
            model_name='escalationpause',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('escalation',), name='escalation_pauses_once_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='escalationreporter',
            index=models.Index(fields=['user', 'escalation'], name='escalations_of_reporter'),
        ),
        migrations.AddConstraint(
            model_name='escalationreporter',
            constraint=models.UniqueConstraint(fields=('escalation', 'user'), name='person_reports_an_escalation_once', violation_error_message='You have reported this already.'),
        ),
        migrations.AddConstraint(
            model_name='escalationreporter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('word', ''), ('word_at__isnull', True)), models.Q(models.Q(('word', ''), _negated=True), ('word_at__isnull', False)), _connector='OR'), name='word_of_a_reporter_has_its_moment'),
        ),
        migrations.AddConstraint(
            model_name='escalationword',
            constraint=models.UniqueConstraint(fields=('escalation', 'party', 'round'), name='party_says_once_that_it_works'),
        ),
        migrations.RunSQL(SQL),
    ]
