"""The tables of collaboration; what Django cannot say of them is in the .sql files beside this one."""

from pathlib import Path

import collaboration.identity_codes
import collaboration.models.bilingual
import collaboration.models.fields
import collaboration.models.invitation
import django.contrib.postgres.fields
import django.core.validators
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from collaboration.frozen import MAKE_FUNCTION, append_only




def sql(name: str) -> str:
    """A file beside this one: the part of the schema that Django's models cannot say."""
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.RunSQL(sql("words")),
        migrations.CreateModel(
            name='OrganisationReader',
            fields=[
                ('pk', models.CompositePrimaryKey('organisation_id', 'user_id', 'through_id', 'role', blank=True, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(max_length=20)),
                ('is_member', models.BooleanField()),
            ],
            options={
                'verbose_name': "reader of what is an organisation's",
                'managed': False,
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('wellbeing_services_county', 'wellbeing services county'), ('autonomous_region', 'autonomous region outside the counties'), ('region', 'region'), ('sub_region', 'sub-region'), ('employment_area', 'employment area'), ('collaborative_area', 'collaborative area'), ('economic_development_area', "Economic Development Centre's area")], max_length=30, verbose_name='kind')),
                ('code', collaboration.models.fields.GatedCharField(max_length=10, verbose_name='code')),
                ('name_fi', collaboration.models.fields.GatedCharField(max_length=200, verbose_name='name in Finnish')),
                ('name_sv', collaboration.models.fields.GatedCharField(blank=True, max_length=200, verbose_name='name in Swedish')),
                ('name_en', collaboration.models.fields.GatedCharField(blank=True, max_length=200, verbose_name='name in English')),
                ('sort_key', collaboration.models.fields.SortKey('name_fi')),
                ('sort_key_sv', collaboration.models.fields.SortKey('name_sv', 'name_fi')),
                ('words', collaboration.models.fields.FoldedWords('name_fi', 'name_sv', 'name_en', 'code')),
            ],
            options={
                'verbose_name': 'area',
                'verbose_name_plural': 'areas',
                'ordering': ['kind', 'sort_key'],
            },
            bases=(collaboration.models.bilingual.Bilingual, models.Model),
        ),
        migrations.CreateModel(
            name='PasswordLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tries', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when it is tried next')),
                ('email', models.EmailField(max_length=254, validators=[collaboration.identity_codes.refuse_unstorable, collaboration.identity_codes.refuse_identity_codes], verbose_name='e-mail address')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'verbose_name': 'password link',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(error_messages={'unique': 'Someone already signs in with this e-mail address.'}, max_length=254, unique=True, validators=[collaboration.identity_codes.refuse_unstorable, collaboration.identity_codes.refuse_identity_codes], verbose_name='e-mail address')),
                ('name', collaboration.models.fields.GatedCharField(max_length=150, verbose_name='name')),
                ('language', models.CharField(choices=[('fi', 'Suomi'), ('sv', 'Svenska'), ('en', 'English')], default='fi', max_length=2, verbose_name='language')),
                ('duty', models.CharField(blank=True, choices=[('national_coordinator', 'national coordinator'), ('service_administrator', 'service administrator')], help_text='A duty over all organisations.', max_length=30, verbose_name='duty')),
                ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                ('is_demo_person', models.BooleanField(default=False, editable=False, verbose_name='demo person')),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='joined')),
                ('sort_key', collaboration.models.fields.SortKey('name')),
                ('words', collaboration.models.fields.FoldedWords('name', 'email')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'ordering': ['sort_key', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('log_id', models.BigIntegerField()),
                ('seq', models.PositiveIntegerField(verbose_name='running number')),
                ('op_id', models.UUIDField(verbose_name="client's id of the change")),
                ('subject_id', models.BigIntegerField()),
                ('property', models.CharField(max_length=40, verbose_name='property')),
                ('from_value', models.JSONField(null=True, verbose_name='from')),
                ('to_value', models.JSONField(null=True, verbose_name='to')),
                ('sent_value', models.JSONField(help_text='What the person wrote, when it was merged with what another had saved meanwhile.', null=True, verbose_name='as it was sent')),
                ('request_digest', models.CharField(blank=True, default='', editable=False, max_length=64, verbose_name='digest of what was asked for')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when')),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('cause', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consequences', to='collaboration.change')),
                ('log_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                ('subject_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                ('undoes', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='collaboration.change')),
            ],
            options={
                'verbose_name': 'change',
                'verbose_name_plural': 'changes',
                'ordering': ['-seq'],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=60, verbose_name='verb')),
                ('subject_id', models.BigIntegerField()),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='digest of the change')),
                ('key', models.CharField(editable=False, max_length=200, null=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('change', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='collaboration.change', verbose_name='change')),
                ('subject_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_id', models.BigIntegerField()),
                ('version', models.BigIntegerField(blank=True, editable=False, null=True)),
                ('version_number', models.CharField(blank=True, editable=False, max_length=20)),
                ('version_status', models.CharField(blank=True, editable=False, max_length=10, verbose_name='status of the version')),
                ('content', models.JSONField(editable=False, null=True, verbose_name='content')),
                ('digest', models.CharField(editable=False, max_length=64, verbose_name='SHA-256 of the content')),
                ('seq', models.PositiveIntegerField(editable=False, verbose_name='number of the latest change')),
                ('format', models.CharField(choices=[('pdf_a4', 'PDF, A4'), ('pdf_a3', 'PDF, A3'), ('xlsx', 'Excel workbook (XLSX)'), ('csv', 'CSV, separated by semicolons'), ('svg', 'drawing as SVG'), ('png', 'drawing as PNG'), ('json', 'JSON, which can be imported again')], max_length=6, verbose_name='file format')),
                ('language', models.CharField(choices=[('fi', 'Finnish'), ('sv', 'Swedish'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='asked')),
                ('heard_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last sign of the worker')),
                ('tries', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='tries')),
                ('progress', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='progress in per cent')),
                ('failure', models.CharField(blank=True, choices=[('broken', 'The file could not be made. Try again; if it fails again, tell the service administrator.'), ('died', 'The worker stopped three times while it made the file. Try again later.')], editable=False, max_length=6, verbose_name='why it failed')),
                ('made_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='ready')),
                ('file', models.BinaryField(null=True, verbose_name='file')),
                ('size', models.PositiveIntegerField(default=0, editable=False, verbose_name='size in bytes')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('subject_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
            ],
            options={
                'verbose_name': 'export',
                'verbose_name_plural': 'exports',
                'ordering': ['-asked_at', '-pk'],
                'constraints': [
                    models.UniqueConstraint(fields=('subject_type', 'subject_id', 'version', 'version_status', 'digest', 'format', 'language'), name='export_of_the_same_is_made_once', nulls_distinct=False),
                    models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', True), ('made_at__isnull', True)), models.Q(('failure', ''), ('file__isnull', False), ('made_at__isnull', False)), _connector='OR'), name='export_has_its_file_when_it_is_ready'),
                    models.CheckConstraint(condition=models.Q(('progress__gte', 0), ('progress__lte', 100)), name='export_progress_is_a_percentage'),
                    models.CheckConstraint(condition=models.Q(models.Q(('version__isnull', True), ('version_status', '')), models.Q(('content__isnull', True), ('version__isnull', False), models.Q(('version_status', ''), _negated=True)), _connector='OR'), name='export_of_a_version_has_the_versions_content'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tries', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when it is tried next')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read or answered')),
                ('letter', models.BigIntegerField(editable=False, null=True, verbose_name='the first row of the same mail')),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('dropped_at', models.DateTimeField(editable=False, null=True, verbose_name='the reader wants no mail of it, or may not see it')),
                ('given_up_at', models.DateTimeField(blank=True, null=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notifications', to='collaboration.event')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notification',
                'verbose_name_plural': 'notifications',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('municipality', 'municipality'), ('wellbeing_services_county', 'wellbeing services county'), ('regional_council', 'regional council'), ('joint_authority', 'joint authority'), ('state', 'the State'), ('ngo', 'civil society organisation'), ('parish', 'parish'), ('education_provider', 'education provider'), ('company', 'company'), ('unit', 'unit'), ('municipalities', 'municipalities of a county together')], max_length=30, verbose_name='kind')),
                ('code', collaboration.models.fields.GatedCharField(blank=True, max_length=20, verbose_name='code')),
                ('business_id', collaboration.models.fields.GatedCharField(blank=True, max_length=9, verbose_name='business ID')),
                ('name_fi', collaboration.models.fields.GatedCharField(max_length=200, verbose_name='name in Finnish')),
                ('name_sv', collaboration.models.fields.GatedCharField(blank=True, max_length=200, verbose_name='name in Swedish')),
                ('name_en', collaboration.models.fields.GatedCharField(blank=True, max_length=200, verbose_name='name in English')),
                ('brand', collaboration.models.fields.GatedCharField(blank=True, max_length=100, verbose_name='brand')),
                ('website', models.URLField(blank=True, validators=[collaboration.identity_codes.refuse_unstorable, collaboration.identity_codes.refuse_identity_codes], verbose_name='website')),
                ('language_status', models.CharField(blank=True, choices=[('fi', 'Finnish'), ('sv', 'Swedish'), ('fi-sv', 'bilingual, Finnish majority'), ('sv-fi', 'bilingual, Swedish majority')], help_text='Language Act 423/2003, section 5', max_length=5, verbose_name='language status')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('sort_key', collaboration.models.fields.SortKey('name_fi')),
                ('sort_key_sv', collaboration.models.fields.SortKey('name_sv', 'name_fi')),
                ('words', collaboration.models.fields.FoldedWords('name_fi', 'name_sv', 'name_en', 'brand', 'code', 'business_id')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='units', to='collaboration.organisation', verbose_name='unit of')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='collaboration.organisation', verbose_name='merged into')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'ordering': ['sort_key', 'pk'],
            },
            bases=(collaboration.models.bilingual.Bilingual, models.Model),
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('reader', 'reader'), ('editor', 'editor'), ('approver', 'approver'), ('administrator', 'organisation administrator')], max_length=20, verbose_name='role')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('organisation', models.ForeignKey(limit_choices_to=models.Q(('kind', 'municipalities'), _negated=True), on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='collaboration.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
            },
        ),
        migrations.CreateModel(
            name='AreaMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='collaboration.area')),
                ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='area_memberships', to='collaboration.organisation')),
            ],
            options={
                'verbose_name': 'member of an area',
                'verbose_name_plural': 'members of areas',
            },
        ),
        migrations.AddField(
            model_name='area',
            name='municipalities',
            field=models.ManyToManyField(related_name='areas', through='collaboration.AreaMember', to='collaboration.organisation'),
        ),
        migrations.AddField(
            model_name='area',
            name='organisation',
            field=models.ForeignKey(blank=True, help_text='Who answers for the area: the county itself; in Helsinki the city.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='territories', to='collaboration.organisation', verbose_name='organisation of the area'),
        ),
        migrations.CreateModel(
            name='PersonalToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', collaboration.models.fields.GatedCharField(max_length=80, verbose_name='name')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('scope', models.CharField(choices=[('read', 'read'), ('write', 'read and write')], default='read', max_length=5, verbose_name='scope')),
                ('expires_on', models.DateField(verbose_name='last day of validity')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='made')),
                ('last_used_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='revoked')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'personal token',
                'verbose_name_plural': 'personal tokens',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReferenceRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=80)),
                ('values', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
            ],
            options={
                'verbose_name': 'reference row',
                'ordering': ['table', 'key'],
                'constraints': [models.UniqueConstraint(fields=('table', 'key'), name='reference_row_is_one_of_its_key')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_event', models.BigIntegerField()),
                ('last_event', models.BigIntegerField(unique=True)),
                ('events', models.IntegerField(verbose_name='how many events')),
                ('root', models.CharField(max_length=64, unique=True, verbose_name='SHA-256 over the previous root and the events')),
                ('previous', models.CharField(blank=True, max_length=64, unique=True, verbose_name='root of the seal before')),
                ('sealed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'verbose_name': 'seal',
                'ordering': ['last_event'],
                'constraints': [models.CheckConstraint(condition=models.Q(('events__gte', 1), ('first_event__lte', models.F('last_event'))), name='seal_from_first_to_last')],
            },
        ),
        migrations.CreateModel(
            name='ContactMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', collaboration.models.fields.GatedCharField(max_length=150, verbose_name='subject')),
                ('text', collaboration.models.fields.GatedTextField(max_length=4000, verbose_name='message')),
                ('reply_to', models.EmailField(blank=True, help_text='Only if you want an answer.', max_length=254, validators=[collaboration.identity_codes.refuse_unstorable, collaboration.identity_codes.refuse_identity_codes], verbose_name='your e-mail address')),
                ('language', models.CharField(choices=[('fi', 'Suomi'), ('sv', 'Svenska'), ('en', 'English')], editable=False, max_length=2, verbose_name='language')),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='sent')),
                ('answered_at', models.DateTimeField(editable=False, null=True, verbose_name='answered')),
                ('answered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-sent_at', '-pk'],
                'indexes': [models.Index(fields=['-sent_at', '-id'], name='contact_message_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='contact_message_is_answered_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', collaboration.models.fields.GatedCharField(help_text='What people type, for example dagis.', max_length=60, verbose_name='word')),
                ('official', collaboration.models.fields.GatedCharField(help_text='The beginning of a word is enough: päiväkoti.', max_length=60, verbose_name='official word')),
                ('key', models.CharField(db_index=True, editable=False, max_length=80)),
            ],
            options={
                'verbose_name': 'synonym',
                'verbose_name_plural': 'synonyms',
                'ordering': ['key', 'official'],
                'constraints': [models.UniqueConstraint(fields=('key', 'official'), name='synonym_stands_for_a_word_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_is_in_lower_case'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['log_type', 'log_id', 'subject_type', 'subject_id', 'property', '-seq'], name='change_latest_of_property'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.UniqueConstraint(fields=('log_type', 'log_id', 'seq'), name='change_number_is_given_once'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.UniqueConstraint(fields=('log_type', 'log_id', 'op_id'), name='change_is_applied_once'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['subject_type', 'subject_id', '-id'], name='event_of_subject'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.UniqueConstraint(condition=models.Q(('key__isnull', False)), fields=('key',), name='event_happens_once'),
        ),
        migrations.CreateModel(
            name='MailPreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(editable=False, max_length=40, verbose_name='what is told')),
                ('sent', models.CharField(choices=[('at_once', 'at once'), ('daily', 'once a day'), ('off', 'no mail')], max_length=10, verbose_name='mail')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mail_preferences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mail preference',
                'verbose_name_plural': 'mail preferences',
                'constraints': [models.UniqueConstraint(fields=('user', 'category'), name='person_chooses_once')],
            },
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('dropped_at__isnull', True), ('given_up_at__isnull', True), ('mailed_at__isnull', True), ('read_at__isnull', True)), fields=['due_at', 'id'], name='notification_to_be_mailed'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(fields=['recipient', '-id'], name='notification_of_recipient'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('event', 'recipient'), name='person_is_told_once'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('kind', 'code'), name='organisation_code_is_unique_in_its_kind', violation_error_message='Another organisation of this kind has the same code.'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='organisation_begins_before_it_ends', violation_error_message='An organisation must begin before it ends.'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('successor__isnull', True), ('valid_until__isnull', False), _connector='OR'), name='organisation_with_a_successor_has_ended', violation_error_message='A merged organisation needs the last day of its own.'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['unit', 'municipalities']), ('parent__isnull', False)), models.Q(models.Q(('kind__in', ['unit', 'municipalities']), _negated=True), ('parent__isnull', True)), _connector='OR'), name='organisation_is_a_part_exactly_when_it_has_a_parent', violation_error_message='A unit belongs to an organisation.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('user', 'organisation', 'role'), name='membership_role_is_held_once', violation_error_message='The person already has this role in the organisation.'),
        ),
        migrations.AddConstraint(
            model_name='areamember',
            constraint=models.UniqueConstraint(fields=('area', 'municipality', 'valid_from'), name='area_member_is_there_once_from_a_day', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='areamember',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='area_membership_begins_before_it_ends', violation_error_message='A membership must begin before it ends.'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.UniqueConstraint(fields=('kind', 'code'), name='area_code_is_unique_in_its_kind'),
        ),
        migrations.AddConstraint(
            model_name='personaltoken',
            constraint=models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='personal_token_digest_is_a_sha256'),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tries', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when it is tried next')),
                ('email', models.EmailField(max_length=254, validators=[collaboration.identity_codes.refuse_unstorable, collaboration.identity_codes.refuse_identity_codes], verbose_name='e-mail address')),
                ('role', models.CharField(choices=[('reader', 'reader'), ('editor', 'editor'), ('approver', 'approver'), ('administrator', 'organisation administrator')], default='reader', max_length=20, verbose_name='role')),
                ('level', models.CharField(blank=True, choices=[('field', 'field work'), ('expert', 'experts'), ('management', 'management'), ('change_leader', 'change leaders'), ('political', 'political decision-making')], max_length=15, verbose_name='level')),
                ('title', collaboration.models.fields.GatedCharField(blank=True, max_length=150, verbose_name='job title')),
                ('language', models.CharField(choices=[('fi', 'Suomi'), ('sv', 'Svenska'), ('en', 'English')], default='fi', max_length=2, verbose_name='language')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='invited')),
                ('expires_at', models.DateTimeField(default=collaboration.models.invitation.in_two_weeks, editable=False, verbose_name='ends')),
                ('times', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='how many times it was sent')),
                ('mailed_at', models.DateTimeField(editable=False, null=True)),
                ('given_up_at', models.DateTimeField(editable=False, null=True)),
                ('accepted_at', models.DateTimeField(editable=False, null=True)),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True)),
                ('accepted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='collaboration.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['email', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', True)), fields=('organisation', 'email'), name='one_invitation_waits_for_an_address', violation_error_message='This address has been invited already: send the invitation again.'), models.CheckConstraint(condition=models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', True), _connector='OR'), name='invitation_is_accepted_or_withdrawn'), models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('accepted_by__isnull', True)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False)), _connector='OR'), name='invitation_is_accepted_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', collaboration.models.fields.GatedCharField(blank=True, help_text='A number of the work. Seen by people who have signed in, never by residents.', max_length=30, validators=[django.core.validators.RegexValidator('\\A(?=(?:[^0-9]*[0-9]){3})[0-9 +()-]+\\Z', 'Write a phone number with digits, spaces and the signs + - ( ), for example 019 000 0001.', code='phone')], verbose_name='phone number')),
                ('hours', collaboration.models.fields.GatedCharField(blank=True, help_text='For example Mon–Fri 8–16.', max_length=120, verbose_name='when one may call')),
                ('title', collaboration.models.fields.GatedCharField(blank=True, max_length=150, verbose_name='job title')),
                ('level', models.CharField(blank=True, choices=[('field', 'field work'), ('expert', 'experts'), ('management', 'management'), ('change_leader', 'change leaders'), ('political', 'political decision-making')], max_length=15, verbose_name='level')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='ended')),
                ('ended_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('reader', 'reader'), ('editor', 'editor'), ('approver', 'approver'), ('administrator', 'organisation administrator')], max_length=20), default=list, editable=False, size=None)),
                ('words', collaboration.models.fields.FoldedWords('title', 'phone')),
                ('deputy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='stands_in_for', to='collaboration.member', verbose_name='who stands in')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='collaboration.organisation', verbose_name='organisation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='member_of', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'member',
                'verbose_name_plural': 'members',
                'ordering': ['user__sort_key', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('user', 'organisation'), name='person_is_a_member_once'), models.CheckConstraint(condition=models.Q(('deputy__isnull', True), models.Q(('deputy', models.F('id')), _negated=True), _connector='OR'), name='nobody_stands_in_for_themselves', violation_error_message='Choose another person to stand in.'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_roles', [])), models.Q(('ended_at__isnull', False), models.Q(('ended_roles', []), _negated=True)), _connector='OR'), name='member_who_has_ended_had_a_role')],
            },
        ),
        migrations.CreateModel(
            name='MemberReader',
            fields=[
                ('role', models.CharField(max_length=20)),
                ('is_member', models.BooleanField()),
                ('pk', models.CompositePrimaryKey('member_id', 'user_id', 'through_id', 'role', blank=True, editable=False, primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': "reader of a member's row",
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.RunSQL(sql("reach")),
        migrations.RunSQL(sql("people")),
        MAKE_FUNCTION,
        append_only("collaboration_event"),
        append_only("collaboration_seal"),
        append_only("collaboration_change"),
    ]
