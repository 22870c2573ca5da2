"""Actions and shared goals; the view of who reads an action is in actions.sql."""

from pathlib import Path

import collaboration.identity_codes
import collaboration.models.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).with_name("actions.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [
        ('collaboration', '0003_comments'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='ActionReader',
            fields=[
                ('role', models.CharField(max_length=20)),
                ('is_member', models.BooleanField()),
                ('pk', models.CompositePrimaryKey('action_id', 'user_id', 'through_id', 'role', blank=True, editable=False, primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': 'reader of an action',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title_fi', collaboration.models.fields.GatedCharField(max_length=200, verbose_name='title in Finnish')),
                ('title_sv', collaboration.models.fields.GatedCharField(blank=True, max_length=200, verbose_name='title in Swedish')),
                ('description', collaboration.models.fields.GatedTextField(blank=True, max_length=10000, verbose_name='description')),
                ('level', models.CharField(choices=[('field', 'field work'), ('expert', 'experts'), ('management', 'management'), ('political', 'political decision-making')], max_length=10, verbose_name='level')),
                ('until', models.DateField(blank=True, null=True, verbose_name='by which day')),
                ('words', collaboration.models.fields.FoldedWords('title_fi', 'title_sv', 'description')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('forum', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='goals', to='collaboration.forum', verbose_name='forum that looks after it')),
                ('made_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='collaboration.goal', verbose_name='the goal above')),
                ('parties', models.ManyToManyField(related_name='goals', to='collaboration.organisation', verbose_name='parties')),
            ],
            options={
                'verbose_name': 'shared goal',
                'verbose_name_plural': 'shared goals',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Action',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', collaboration.models.fields.GatedCharField(max_length=200, verbose_name='what is done')),
                ('description', collaboration.models.fields.GatedTextField(blank=True, max_length=10000, verbose_name='description')),
                ('due_on', models.DateField(verbose_name='due day')),
                ('progress', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='progress in percent')),
                ('evidence', collaboration.models.fields.GatedTextField(blank=True, max_length=10000, verbose_name='what shows it')),
                ('evidence_link', models.URLField(blank=True, validators=[collaboration.identity_codes.refuse_unstorable, collaboration.identity_codes.refuse_identity_codes], verbose_name='address of what shows it')),
                ('subject_id', models.PositiveBigIntegerField(blank=True, editable=False, null=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('status', models.CharField(choices=[('open', 'open'), ('done', 'done'), ('cancelled', 'cancelled')], default='open', editable=False, max_length=10, verbose_name='status')),
                ('status_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='since')),
                ('done_at', models.DateTimeField(editable=False, null=True, verbose_name='done')),
                ('cancelled_reason', collaboration.models.fields.GatedTextField(blank=True, editable=False, max_length=2000, verbose_name='why')),
                ('seq', models.PositiveIntegerField(default=0, editable=False)),
                ('asked_for', models.DateField(editable=False, null=True)),
                ('answered_for', models.DateField(editable=False, null=True)),
                ('key', models.UUIDField(editable=False, null=True, unique=True)),
                ('words', collaboration.models.fields.FoldedWords('what', 'description')),
                ('made_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='made_actions', to=settings.AUTH_USER_MODEL)),
                ('made_for', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.organisation', verbose_name='for which organisation')),
                ('matter', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='collaboration.matter', verbose_name='matter')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to=settings.AUTH_USER_MODEL, verbose_name='responsible person')),
                ('responsible', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='collaboration.organisation', verbose_name='responsible organisation')),
                ('subject_type', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='contenttypes.contenttype')),
                ('goal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='collaboration.goal', verbose_name='shared goal')),
            ],
            options={
                'verbose_name': 'action',
                'verbose_name_plural': 'actions',
                'ordering': ['due_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='GoalLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('linked_id', models.PositiveBigIntegerField(editable=False)),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='collaboration.goal', verbose_name='shared goal')),
                ('linked_type', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, to='contenttypes.contenttype')),
            ],
            options={
                'verbose_name': 'link of a goal',
                'verbose_name_plural': 'links of goals',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ActionAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.CharField(choices=[('yes', 'keeps to the schedule'), ('late', 'will be late'), ('new_day', 'another day is asked for')], editable=False, max_length=10, verbose_name='answer')),
                ('due_on', models.DateField(editable=False)),
                ('wished_on', models.DateField(blank=True, null=True, verbose_name='wished day')),
                ('reason', collaboration.models.fields.GatedTextField(blank=True, max_length=2000, verbose_name='reason')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='collaboration.action', verbose_name='action')),
                ('by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': "answer about an action's schedule",
                'verbose_name_plural': "answers about actions' schedules",
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['action', '-id'], name='answers_of_action')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answer', 'new_day'), ('wished_on__isnull', False), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('answer', 'new_day'), _negated=True), ('wished_on__isnull', True)), _connector='OR'), name='another_day_is_asked_for_with_a_reason')],
            },
        ),
        migrations.AddConstraint(
            model_name='goal',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='goal_is_not_above_itself', violation_error_message='A goal cannot be above itself.'),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(fields=['responsible', 'status', 'due_on'], name='actions_of_responsible'),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(fields=['person', 'status'], name='actions_of_person'),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(fields=['made_for'], name='actions_made_for'),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(fields=['matter'], name='actions_of_matter'),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(fields=['goal'], name='actions_of_goal'),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(fields=['due_on', 'id'], name='actions_by_day'),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['due_on'], name='actions_to_ask_about'),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(fields=['subject_type', 'subject_id'], name='actions_about'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', False), ('status', 'done')), models.Q(models.Q(('status', 'done'), _negated=True), ('done_at__isnull', True)), _connector='OR'), name='action_is_done_exactly_when_it_has_a_moment'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(('progress__lte', 100)), name='progress_of_an_action_is_a_share', violation_error_message='Tell the progress as a number from 0 to 100.'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'done'), _negated=True), ('progress', 100), _connector='OR'), name='done_action_is_all_done'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'cancelled'), ('cancelled_reason', ''), _connector='XOR'), name='cancelled_action_tells_why'),
        ),
        migrations.AddConstraint(
            model_name='goallink',
            constraint=models.UniqueConstraint(fields=('goal', 'linked_type', 'linked_id'), name='goal_is_linked_once', violation_error_message='This is linked already.'),
        ),
        migrations.RunSQL(SQL),
    ]
