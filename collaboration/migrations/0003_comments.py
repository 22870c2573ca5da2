"""Comments and announcements; who reads the latter is in announcements.sql."""

from pathlib import Path

import collaboration.models.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).with_name("announcements.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [
        ('collaboration', '0002_forums_and_matters'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnnouncementReader',
            fields=[
                ('role', models.CharField(max_length=20)),
                ('is_member', models.BooleanField()),
                ('pk', models.CompositePrimaryKey('announcement_id', 'user_id', 'through_id', 'role', blank=True, editable=False, primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': 'reader of an announcement',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(blank=True, choices=[('field', 'field work'), ('expert', 'experts'), ('management', 'management'), ('political', 'political decision-making')], max_length=15, verbose_name='level')),
                ('title', collaboration.models.fields.GatedCharField(max_length=200, verbose_name='title')),
                ('text', collaboration.models.fields.GatedTextField(max_length=5000, verbose_name='text')),
                ('until', models.DateField(verbose_name='last day')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='made')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended')),
                ('key', models.UUIDField(editable=False, null=True, unique=True)),
                ('area', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.area', verbose_name='area')),
                ('forum', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='announcements', to='collaboration.forum', verbose_name='forum')),
                ('made_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.organisation', verbose_name='by which organisation')),
            ],
            options={
                'verbose_name': 'announcement',
                'verbose_name_plural': 'announcements',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='AnnouncementPutAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='put_aside', to='collaboration.announcement')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'announcement put aside',
                'verbose_name_plural': 'announcements put aside',
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_id', models.BigIntegerField(editable=False)),
                ('text', collaboration.models.fields.GatedTextField(max_length=5000, verbose_name='comment')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='made')),
                ('edited_at', models.DateTimeField(editable=False, null=True, verbose_name='edited')),
                ('seq', models.PositiveIntegerField(default=0, editable=False)),
                ('resolved_at', models.DateTimeField(editable=False, null=True, verbose_name='resolved')),
                ('removed_at', models.DateTimeField(editable=False, null=True, verbose_name='taken away')),
                ('key', models.UUIDField(editable=False, null=True, unique=True)),
                ('author', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('removed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reply_to', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='collaboration.comment', verbose_name='in answer to')),
                ('resolved_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('subject_type', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='CommentEdit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', collaboration.models.fields.GatedTextField(editable=False, max_length=5000, verbose_name='comment')),
                ('until', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='until')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='edits', to='collaboration.comment', verbose_name='comment')),
            ],
            options={
                'verbose_name': 'earlier text of a comment',
                'verbose_name_plural': 'earlier texts of comments',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='CommentMention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='collaboration.comment', verbose_name='comment')),
                ('forum', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.forum', verbose_name='forum')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'mention',
                'verbose_name_plural': 'mentions',
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='announcement',
            index=models.Index(fields=['forum', '-id'], name='announcements_of_forum'),
        ),
        migrations.AddIndex(
            model_name='announcement',
            index=models.Index(fields=['area', 'level', '-id'], name='announcements_of_level'),
        ),
        migrations.AddConstraint(
            model_name='announcement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('area__isnull', True), ('forum__isnull', False), ('level', '')), models.Q(('area__isnull', False), ('forum__isnull', True), models.Q(('level', ''), _negated=True)), _connector='OR'), name='announcement_is_to_a_forum_or_to_a_level_of_a_county'),
        ),
        migrations.AddConstraint(
            model_name='announcementputaside',
            constraint=models.UniqueConstraint(fields=('announcement', 'user'), name='announcement_is_put_aside_once'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['subject_type', 'subject_id', 'reply_to', '-id'], name='comments_about'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('removed_at__isnull', True), ('text', ''), _connector='XOR'), name='comment_says_something_until_it_is_taken_away'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('reply_to', None), models.Q(('reply_to', models.F('id')), _negated=True), _connector='OR'), name='comment_does_not_answer_itself'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('resolved_at', None), ('reply_to', None), _connector='OR'), name='only_a_thread_is_resolved'),
        ),
        migrations.AddConstraint(
            model_name='commentmention',
            constraint=models.CheckConstraint(condition=models.Q(('user__isnull', False), ('forum__isnull', False), _connector='XOR'), name='mention_is_of_a_person_or_a_forum'),
        ),
        migrations.AddConstraint(
            model_name='commentmention',
            constraint=models.UniqueConstraint(fields=('comment', 'user', 'forum'), name='mentioned_once', nulls_distinct=False),
        ),
        migrations.RunSQL(SQL),
    ]
