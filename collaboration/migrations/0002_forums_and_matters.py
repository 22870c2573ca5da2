"""Forums, seats, absences and matters; what Django cannot say of them is in forums.sql."""

from pathlib import Path

import collaboration.identity_codes
import collaboration.models.bilingual
import collaboration.models.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).with_name("forums.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [
        ('collaboration', '0001_initial'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='AbsenceReader',
            fields=[
                ('role', models.CharField(max_length=20)),
                ('is_member', models.BooleanField()),
                ('pk', models.CompositePrimaryKey('absence_id', 'user_id', 'role', blank=True, editable=False, primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': 'reader of an absence',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='ActingSeat',
            fields=[
                ('pk', models.CompositePrimaryKey('seat_id', 'user_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(max_length=15)),
                ('is_own', models.BooleanField()),
            ],
            options={
                'verbose_name': 'seat as it is held today',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='MatterReader',
            fields=[
                ('role', models.CharField(max_length=20)),
                ('is_member', models.BooleanField()),
                ('pk', models.CompositePrimaryKey('matter_id', 'user_id', 'through_id', 'role', blank=True, editable=False, primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': 'reader of a matter',
                'abstract': False,
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='StandIn',
            fields=[
                ('pk', models.CompositePrimaryKey('user_id', 'seat_key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('seat_key', models.BigIntegerField()),
                ('valid_until', models.DateField()),
            ],
            options={
                'verbose_name': 'who stands in today',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(default=django.utils.timezone.localdate, verbose_name='first day')),
                ('valid_until', models.DateField(verbose_name='last day')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
                'ordering': ['valid_from', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Forum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('field', 'field work'), ('expert', 'experts'), ('management', 'management'), ('political', 'political decision-making')], max_length=15, verbose_name='level')),
                ('kind', models.CharField(choices=[('council', 'council'), ('board', 'board'), ('committee', 'committee or section'), ('lape', 'LAPE group'), ('sisote', 'SISOTE group'), ('student_welfare', 'student welfare group (14 a §)'), ('sector_network', 'sector network'), ('preparatory_network', 'preparatory network'), ('field_team', 'field team')], max_length=30, verbose_name='kind')),
                ('name_fi', collaboration.models.fields.GatedCharField(max_length=200, verbose_name='name in Finnish')),
                ('name_sv', collaboration.models.fields.GatedCharField(blank=True, max_length=200, verbose_name='name in Swedish')),
                ('languages', models.CharField(choices=[('fi', 'Finnish'), ('sv', 'Swedish'), ('fi-sv', 'Finnish and Swedish')], default='fi', max_length=5, verbose_name='languages')),
                ('purpose_fi', collaboration.models.fields.GatedTextField(blank=True, max_length=2000, verbose_name='purpose in Finnish')),
                ('purpose_sv', collaboration.models.fields.GatedTextField(blank=True, max_length=2000, verbose_name='purpose in Swedish')),
                ('working_rules', collaboration.models.fields.GatedTextField(blank=True, max_length=5000, verbose_name='working rules')),
                ('legal_basis', collaboration.models.fields.GatedCharField(blank=True, help_text='For example 611/2021, 14 §.', max_length=200, verbose_name='legal basis')),
                ('term_from', models.DateField(blank=True, null=True, verbose_name='term of office from')),
                ('term_until', models.DateField(blank=True, null=True, verbose_name='term of office until')),
                ('ended_on', models.DateField(blank=True, editable=False, null=True, verbose_name='ended on')),
                ('sort_key', collaboration.models.fields.SortKey('name_fi')),
                ('sort_key_sv', collaboration.models.fields.SortKey('name_sv', 'name_fi')),
                ('words', collaboration.models.fields.FoldedWords('name_fi', 'name_sv', 'purpose_fi', 'purpose_sv')),
            ],
            options={
                'verbose_name': 'forum',
                'verbose_name_plural': 'forums',
                'ordering': ['sort_key', 'pk'],
            },
            bases=(collaboration.models.bilingual.Bilingual, models.Model),
        ),
        migrations.CreateModel(
            name='ForumSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('chair', 'chair'), ('vice_chair', 'vice chair'), ('secretary', 'secretary'), ('coordinator', 'coordinator'), ('member', 'member'), ('deputy', 'deputy member'), ('observer', 'observer'), ('expert', 'expert for one matter')], default='member', max_length=15, verbose_name='role')),
                ('represents', models.CharField(choices=[('education', 'education and culture'), ('social_and_health', 'social and health services'), ('ngo', 'civil society organisations'), ('parish', 'parishes'), ('young_people', 'young people'), ('other', 'others')], max_length=20, verbose_name='represents')),
                ('language', models.CharField(choices=[('fi', 'Finnish'), ('sv', 'Swedish')], default='fi', max_length=2, verbose_name='language')),
                ('valid_from', models.DateField(default=django.utils.timezone.localdate, verbose_name='first day')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='last day')),
            ],
            options={
                'verbose_name': 'seat',
                'verbose_name_plural': 'seats',
                'ordering': ['forum', 'user__sort_key', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='InterfaceCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('touched_id', models.PositiveBigIntegerField(editable=False)),
                ('effect', collaboration.models.fields.GatedCharField(max_length=300, verbose_name='how it is touched')),
                ('heard_on', models.DateField(blank=True, null=True, verbose_name='the other party was heard on')),
                ('not_heard_reason', collaboration.models.fields.GatedCharField(blank=True, max_length=200, verbose_name='why nobody needs to be heard')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'verbose_name': 'row of the interface check',
                'verbose_name_plural': 'rows of the interface check',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Matter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('development_need', 'development need'), ('phenomenon', 'phenomenon'), ('question', 'question'), ('proposal', 'proposal'), ('preparation', 'preparation item')], max_length=20, verbose_name='kind')),
                ('title', collaboration.models.fields.GatedCharField(max_length=200, verbose_name='title')),
                ('text', collaboration.models.fields.GatedTextField(max_length=10000, verbose_name='what it is about')),
                ('proposal', collaboration.models.fields.GatedTextField(blank=True, max_length=10000, verbose_name='proposal')),
                ('subject_id', models.PositiveBigIntegerField(blank=True, editable=False, null=True)),
                ('raised_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='raised')),
                ('status', models.CharField(choices=[('raised', 'raised'), ('accepted', 'taken up'), ('prepared', 'prepared'), ('ready', 'ready to be handled'), ('decided', 'decided'), ('noted', 'noted'), ('returned', 'returned'), ('forwarded', 'forwarded'), ('answer_came', 'an answer came'), ('answered', 'answered'), ('withdrawn', 'withdrawn')], default='raised', editable=False, max_length=15, verbose_name='status')),
                ('status_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='since')),
                ('seq', models.PositiveIntegerField(default=0, editable=False)),
                ('next_step', collaboration.models.fields.GatedCharField(blank=True, max_length=200, verbose_name='next step')),
                ('next_step_on', models.DateField(blank=True, null=True, verbose_name='date of the next step')),
                ('unchecked_reason', collaboration.models.fields.GatedCharField(blank=True, max_length=500, verbose_name='why no interface is touched')),
                ('outcome', models.CharField(blank=True, choices=[('approved', 'approved'), ('amended', 'approved as amended'), ('rejected', 'rejected'), ('other', 'decided otherwise')], max_length=10, verbose_name='outcome')),
                ('decision', collaboration.models.fields.GatedTextField(blank=True, max_length=10000, verbose_name='decision')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='decided on')),
                ('section', collaboration.models.fields.GatedCharField(blank=True, max_length=20, verbose_name='section (§)')),
                ('case_number', collaboration.models.fields.GatedCharField(blank=True, max_length=50, verbose_name='case number')),
                ('minutes', models.URLField(blank=True, validators=[collaboration.identity_codes.refuse_unstorable, collaboration.identity_codes.refuse_identity_codes], verbose_name='address of the minutes')),
                ('publicity', models.CharField(choices=[('public', 'public'), ('draft', 'not public yet'), ('secret', 'secret')], default='draft', max_length=10, verbose_name='publicity')),
                ('secrecy_basis', collaboration.models.fields.GatedCharField(blank=True, max_length=200, verbose_name='legal basis of secrecy')),
                ('handled_reason', collaboration.models.fields.GatedTextField(blank=True, editable=False, max_length=2000, verbose_name='why')),
                ('answer', collaboration.models.fields.GatedTextField(blank=True, max_length=10000, verbose_name='answer')),
                ('answered_at', models.DateTimeField(editable=False, null=True, verbose_name='answered')),
                ('sent', models.JSONField(default=dict, editable=False)),
                ('key', models.UUIDField(editable=False, null=True, unique=True)),
                ('words', collaboration.models.fields.FoldedWords('title', 'text', 'case_number')),
            ],
            options={
                'verbose_name': 'matter',
                'verbose_name_plural': 'matters',
                'ordering': ['-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='invitation',
            name='one_invitation_waits_for_an_address',
        ),
        migrations.AddField(
            model_name='invitation',
            name='represents',
            field=models.CharField(blank=True, choices=[('education', 'education and culture'), ('social_and_health', 'social and health services'), ('ngo', 'civil society organisations'), ('parish', 'parishes'), ('young_people', 'young people'), ('other', 'others')], max_length=20, verbose_name='represents'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='seat_role',
            field=models.CharField(blank=True, choices=[('chair', 'chair'), ('vice_chair', 'vice chair'), ('secretary', 'secretary'), ('coordinator', 'coordinator'), ('member', 'member'), ('deputy', 'deputy member'), ('observer', 'observer'), ('expert', 'expert for one matter')], max_length=15, verbose_name='role in the forum'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='seat_until',
            field=models.DateField(blank=True, null=True, verbose_name='the seat ends'),
        ),
        migrations.AddField(
            model_name='absence',
            name='deputy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stands_in', to=settings.AUTH_USER_MODEL, verbose_name='who stands in'),
        ),
        migrations.AddField(
            model_name='absence',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='who is away'),
        ),
        migrations.AddField(
            model_name='forum',
            name='above',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='below', to='collaboration.forum', verbose_name='the forum above'),
        ),
        migrations.AddField(
            model_name='forum',
            name='area',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='forums', to='collaboration.area', verbose_name='area'),
        ),
        migrations.AddField(
            model_name='forum',
            name='coordinated_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='coordinated_forums', to='collaboration.organisation', verbose_name='coordinating organisation'),
        ),
        migrations.AddField(
            model_name='forum',
            name='forwards_to',
            field=models.ManyToManyField(blank=True, related_name='receives_from', to='collaboration.forum', verbose_name='other forums to which it may forward'),
        ),
        migrations.AddField(
            model_name='forum',
            name='members',
            field=models.ManyToManyField(blank=True, related_name='forums', to='collaboration.organisation', verbose_name='member organisations'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='forum',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='collaboration.forum', verbose_name='forum'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', True)), fields=('organisation', 'email', 'forum'), name='one_invitation_waits_for_an_address', nulls_distinct=False, violation_error_message='This address has been invited already: send the invitation again.'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('forum__isnull', True), ('seat_role', '')), models.Q(('forum__isnull', False), models.Q(('seat_role', ''), _negated=True)), _connector='OR'), name='invitation_to_a_forum_is_to_a_seat'),
        ),
        migrations.AddField(
            model_name='forumseat',
            name='deputy_for',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deputies', to='collaboration.forumseat', verbose_name='deputy of'),
        ),
        migrations.AddField(
            model_name='forumseat',
            name='forum',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='collaboration.forum', verbose_name='forum'),
        ),
        migrations.AddField(
            model_name='forumseat',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='forum_seats', to='collaboration.organisation', verbose_name='for which organisation'),
        ),
        migrations.AddField(
            model_name='forumseat',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='forum_seats', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='absence',
            name='seat',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='collaboration.forumseat', verbose_name='in which seat'),
        ),
        migrations.AddField(
            model_name='interfacecheck',
            name='made_by',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='interfacecheck',
            name='touched_type',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, to='contenttypes.contenttype'),
        ),
        migrations.AddField(
            model_name='matter',
            name='answered_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='matter',
            name='forum',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matters', to='collaboration.forum', verbose_name='forum'),
        ),
        migrations.AddField(
            model_name='matter',
            name='origin',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='derived', to='collaboration.matter', verbose_name='origin'),
        ),
        migrations.AddField(
            model_name='matter',
            name='prepared_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='prepared_matters', to=settings.AUTH_USER_MODEL, verbose_name='prepared by'),
        ),
        migrations.AddField(
            model_name='matter',
            name='raised_by',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='raised_matters', to=settings.AUTH_USER_MODEL, verbose_name='raised by'),
        ),
        migrations.AddField(
            model_name='matter',
            name='raised_for',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.organisation', verbose_name='for which organisation'),
        ),
        migrations.AddField(
            model_name='matter',
            name='root',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='chain', to='collaboration.matter'),
        ),
        migrations.AddField(
            model_name='matter',
            name='subject_type',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='contenttypes.contenttype'),
        ),
        migrations.AddField(
            model_name='interfacecheck',
            name='matter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='collaboration.matter', verbose_name='matter'),
        ),
        migrations.AddField(
            model_name='forumseat',
            name='matter',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='experts', to='collaboration.matter', verbose_name='matter'),
        ),
        migrations.AddConstraint(
            model_name='forum',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('coordinated_by', 'name_fi'), name='forum_name_is_unique_where_it_is_coordinated', violation_error_message='This organisation coordinates another forum of the same name.'),
        ),
        migrations.AddConstraint(
            model_name='forum',
            constraint=models.CheckConstraint(condition=models.Q(('above__isnull', True), models.Q(('above', models.F('id')), _negated=True), _connector='OR'), name='forum_is_not_above_itself', violation_error_message='A forum cannot be above itself.'),
        ),
        migrations.AddConstraint(
            model_name='forum',
            constraint=models.CheckConstraint(condition=models.Q(('term_from__isnull', True), ('term_until__isnull', True), ('term_until__gte', models.F('term_from')), _connector='OR'), name='term_of_a_forum_begins_before_it_ends', violation_error_message='The term of office must begin before it ends.'),
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(fields=['deputy', 'valid_until'], name='absence_of_deputy'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__gte', models.F('valid_from'))), name='absence_begins_before_it_ends', violation_error_message='The absence must begin before it ends.'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('deputy', models.F('user')), _negated=True), name='nobody_is_their_own_deputy', violation_error_message='Choose another person to stand in.'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(fields=['forum', '-id'], name='matters_of_forum'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('status__in', ['answered', 'returned', 'withdrawn']), _negated=True), fields=['forum', '-id'], name='unanswered_matters_of_forum'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('status__in', ['answered', 'returned', 'withdrawn', 'forwarded']), _negated=True), fields=['forum', 'next_step_on', 'id'], name='matters_to_handle'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(fields=['raised_by', '-id'], name='matters_raised_by'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(fields=['origin'], name='matters_derived'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(fields=['root'], name='matters_of_chain'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(fields=['subject_type', 'subject_id'], name='matters_about'),
        ),
        migrations.AddConstraint(
            model_name='matter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'answered'), models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), models.Q(models.Q(('status', 'answered'), _negated=True), ('answered_at__isnull', True)), _connector='OR'), name='matter_is_answered_exactly_when_there_is_an_answer'),
        ),
        migrations.AddConstraint(
            model_name='matter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'decided'), _negated=True), models.Q(models.Q(('outcome', ''), _negated=True), models.Q(('decision', ''), _negated=True), ('decided_on__isnull', False)), _connector='OR'), name='decided_matter_has_a_decision'),
        ),
        migrations.AddConstraint(
            model_name='matter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['raised', 'accepted', 'prepared', 'ready']), _negated=True), ('next_step_on__isnull', False), _connector='OR'), name='open_matter_has_a_dated_next_step'),
        ),
        migrations.AddConstraint(
            model_name='matter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publicity', 'secret'), _negated=True), models.Q(('secrecy_basis', ''), _negated=True), _connector='OR'), name='secret_matter_tells_its_basis', violation_error_message='Tell the legal basis of the secrecy.'),
        ),
        migrations.AddConstraint(
            model_name='matter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('origin__isnull', True), ('root__isnull', True)), models.Q(('origin__isnull', False), ('root__isnull', False)), _connector='OR'), name='matter_with_an_origin_has_a_root'),
        ),
        migrations.AddConstraint(
            model_name='matter',
            constraint=models.CheckConstraint(condition=models.Q(('origin__isnull', True), models.Q(('origin', models.F('id')), _negated=True), _connector='OR'), name='matter_is_not_its_own_origin'),
        ),
        migrations.AddConstraint(
            model_name='matter',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['answered', 'withdrawn', 'returned']), _negated=True), fields=('origin', 'forum'), name='matter_is_forwarded_to_a_forum_once', violation_error_message='This matter is in that forum already.'),
        ),
        migrations.AddConstraint(
            model_name='interfacecheck',
            constraint=models.UniqueConstraint(fields=('matter', 'touched_type', 'touched_id'), name='interface_is_checked_once', violation_error_message='This is in the check already.'),
        ),
        migrations.AddConstraint(
            model_name='interfacecheck',
            constraint=models.CheckConstraint(condition=models.Q(('heard_on__isnull', False), models.Q(('not_heard_reason', ''), _negated=True), _connector='XOR'), name='other_party_is_heard_or_need_not_be', violation_error_message='Tell when the other party was heard, or why nobody needs to be heard.'),
        ),
        migrations.AddIndex(
            model_name='forumseat',
            index=models.Index(fields=['user', 'forum'], name='seat_of_person'),
        ),
        migrations.AddConstraint(
            model_name='forumseat',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='seat_begins_before_it_ends', violation_error_message='The seat must begin before it ends.'),
        ),
        migrations.AddConstraint(
            model_name='forumseat',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_until__isnull', True)), fields=('forum', 'user', 'role', 'matter'), name='open_seat_is_held_once', nulls_distinct=False, violation_error_message='The person has this seat already.'),
        ),
        migrations.AddConstraint(
            model_name='forumseat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('matter__isnull', False), ('role', 'expert')), models.Q(models.Q(('role', 'expert'), _negated=True), ('matter__isnull', True)), _connector='OR'), name='expert_is_heard_in_one_matter', violation_error_message='An expert is heard in one matter: choose which.'),
        ),
        migrations.AddConstraint(
            model_name='forumseat',
            constraint=models.CheckConstraint(condition=models.Q(('deputy_for__isnull', True), models.Q(('role', 'deputy'), models.Q(('deputy_for', models.F('id')), _negated=True)), _connector='OR'), name='deputy_is_of_another_seat', violation_error_message='Only a deputy member has a seat whose deputy they are.'),
        ),
        migrations.RunSQL(SQL),
    ]
