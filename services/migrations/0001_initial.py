"""The tables of services, its service classes, and in the .sql files beside this one what Django cannot say."""

import csv
from pathlib import Path
from typing import Any

import collaboration.identity_codes
import collaboration.models.bilingual
import collaboration.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models
from collaboration.frozen import append_only




def sql(name: str) -> str:
    """A file beside this one: the part of the schema that Django's models cannot say."""
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")


def load_service_classes(apps: Any, _schema_editor: Any) -> None:
    """Slides 3-4 of the seed deck, and the social and health services that meet them."""
    node = apps.get_model("services", "ServiceNode")
    with Path(__file__).with_name("service_classes.csv").open(encoding="utf-8", newline="") as file:
        made: dict[str, Any] = {}
        for nth, row in enumerate(csv.DictReader(file), 1):
            parent = made.get(row.pop("parent"))
            made[row["key"]] = node.objects.create(**row, parent=parent, position=10 * nth)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('collaboration', '0002_forums_and_matters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name='AspectAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer_fi', collaboration.models.fields.GatedTextField(blank=True, max_length=5000, verbose_name='own answer in Finnish')),
                ('answer_sv', collaboration.models.fields.GatedTextField(blank=True, max_length=5000, verbose_name='own answer in Swedish')),
                ('confirmed_text', models.TextField(blank=True, editable=False, null=True, verbose_name='confirmed text')),
                ('confirmed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='confirmed')),
                ('confirmed_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'answer to an aspect',
                'verbose_name_plural': 'answers to aspects',
                'ordering': ['party__map_party__lane', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Aspect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(choices=[(1, 'Client service guidance'), (2, 'Multiprofessional cooperation processes'), (3, 'Flow of information'), (4, 'Responsibilities'), (5, 'Resourcing'), (6, 'Organisations and management'), (7, 'Shared goals'), (8, 'What if it does not work?'), (9, 'Development forums')], verbose_name='number')),
                ('shared_fi', collaboration.models.fields.GatedTextField(blank=True, max_length=5000, verbose_name='shared answer in Finnish')),
                ('shared_sv', collaboration.models.fields.GatedTextField(blank=True, max_length=5000, verbose_name='shared answer in Swedish')),
                ('shared_translated_of', models.CharField(db_default='', default='', editable=False, max_length=32)),
                ('shared_old', models.CharField(db_default='', default='', editable=False, max_length=2)),
                ('not_applicable_reason', collaboration.models.fields.GatedCharField(blank=True, help_text='A reason makes the aspect “not applicable”. Empty it to take the aspect back.', max_length=300, verbose_name='why this does not apply')),
                ('review_on', models.DateField(blank=True, null=True, verbose_name='review date')),
                ('follows_base', models.BooleanField(default=False, editable=False, verbose_name="follows the county's base map")),
                ('status', models.CharField(choices=[('agreed', 'agreed'), ('in_progress', 'in progress'), ('missing', 'missing'), ('not_applicable', 'not applicable')], db_default='missing', default='missing', editable=False, max_length=15, verbose_name='status')),
                ('base', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='based_on_it', to='services.aspect')),
                ('responsible', models.ManyToManyField(blank=True, related_name='responsible_for', to=settings.AUTH_USER_MODEL, verbose_name='responsible persons')),
            ],
            options={
                'verbose_name': 'aspect',
                'verbose_name_plural': 'aspects',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='InterfaceMap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title_fi', collaboration.models.fields.GatedCharField(max_length=150, verbose_name='title in Finnish')),
                ('title_sv', collaboration.models.fields.GatedCharField(blank=True, max_length=150, verbose_name='title in Swedish')),
                ('target_group', models.CharField(choices=[('under_school_age', 'children under school age and their families'), ('school_age', 'school-age children and their families'), ('young_people', 'young people'), ('families', 'families with children'), ('everyone', 'all residents')], max_length=20, verbose_name='target group')),
                ('is_base', models.BooleanField(default=False, editable=False, verbose_name='base map')),
                ('source_language', models.CharField(choices=[('fi', 'Finnish'), ('sv', 'Swedish')], default='fi', help_text='The parties confirm the text in this language; the other one is its translation.', max_length=2, verbose_name='language of the agreed texts')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('archived', 'archived')], default='draft', editable=False, max_length=10, verbose_name='status')),
                ('seq', models.PositiveIntegerField(default=0, editable=False, verbose_name='number of the latest change')),
                ('news_seq', models.PositiveIntegerField(default=0, editable=False, verbose_name='number of the latest news')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='demo content')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='made')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='last changed')),
                ('sort_key', collaboration.models.fields.SortKey('title_fi', 'title_sv')),
                ('sort_key_sv', collaboration.models.fields.SortKey('title_sv', 'title_fi')),
                ('words', collaboration.models.fields.FoldedWords('title_fi', 'title_sv')),
                ('base', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='based_on_it', to='services.interfacemap', verbose_name='base map of the county')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('municipality', models.ForeignKey(help_text='The municipality whose residents the map is about.', on_delete=django.db.models.deletion.PROTECT, related_name='maps_of_its_services', to='collaboration.organisation', verbose_name='municipality')),
            ],
            options={
                'verbose_name': 'interface map',
                'verbose_name_plural': 'interface maps',
                'ordering': ['-changed_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Interface',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcomes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('leisure', 'leisure activities'), ('lifelong-learning', 'lifelong learning'), ('participation', 'participation'), ('activity', 'activity'), ('sense-of-community', 'sense of community')], max_length=20), blank=True, default=list, size=None, verbose_name='outcomes that it serves')),
                ('enablers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('premises', 'premises and areas'), ('ict', 'ICT solutions'), ('living-environment', 'living environment'), ('transport', 'transport'), ('communications', 'communications')], max_length=20), blank=True, default=list, size=None, verbose_name='enablers that it leans on')),
                ('meeting', models.CharField(editable=False, max_length=200)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed')),
                ('map', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interfaces', to='services.interfacemap')),
            ],
            options={
                'verbose_name': 'interface',
                'verbose_name_plural': 'interfaces',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='MapReader',
            fields=[
                ('pk', models.CompositePrimaryKey('map_id', 'user_id', 'through_id', 'role', 'is_own', blank=True, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(max_length=20)),
                ('is_member', models.BooleanField()),
                ('is_own', models.BooleanField()),
            ],
            options={
                'verbose_name': 'reader of a map',
                'managed': False,
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PublicState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.UUIDField(editable=False)),
                ('summary', models.JSONField(default=dict, editable=False)),
            ],
            options={
                'verbose_name': 'public state',
            },
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('answer', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='confirmation', serialize=False, to='services.aspectanswer')),
                ('state', models.CharField(choices=[('given', 'given'), ('none', 'none'), ('outdated', 'outdated')], max_length=8)),
            ],
            options={
                'verbose_name': 'confirmation',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='DerivedStatus',
            fields=[
                ('aspect', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='derived', serialize=False, to='services.aspect')),
                ('status', models.CharField(choices=[('agreed', 'agreed'), ('in_progress', 'in progress'), ('missing', 'missing'), ('not_applicable', 'not applicable')], editable=False, max_length=15)),
            ],
            options={
                'verbose_name': 'derived status',
                'managed': False,
            },
        ),
        migrations.AddField(
            model_name='aspectanswer',
            name='aspect',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='services.aspect'),
        ),
        migrations.CreateModel(
            name='DerivedTally',
            fields=[
                ('interfaces', models.PositiveIntegerField(default=0, editable=False)),
                ('agreed', models.PositiveIntegerField(default=0, editable=False)),
                ('in_progress', models.PositiveIntegerField(default=0, editable=False)),
                ('missing', models.PositiveIntegerField(default=0, editable=False)),
                ('not_applicable', models.PositiveIntegerField(default=0, editable=False)),
                ('follows', models.PositiveIntegerField(default=0, editable=False)),
                ('map', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='derived_tally', serialize=False, to='services.interfacemap')),
            ],
            options={
                'verbose_name': 'derived tally',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='MapHead',
            fields=[
                ('map', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='head', serialize=False, to='services.interfacemap')),
                ('party_rows', models.JSONField()),
                ('newest_version', models.JSONField()),
                ('waits_for_approval', models.BooleanField()),
                ('is_being_rated', models.BooleanField()),
            ],
            options={
                'verbose_name': 'head of a map',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='LiveInterface',
            fields=[
                ('interface', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='live', serialize=False, to='services.interface')),
                ('statuses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=15), size=None)),
                ('inherited', django.contrib.postgres.fields.ArrayField(base_field=models.BooleanField(), size=None)),
                ('met', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ],
            options={
                'verbose_name': 'interface on its map',
                'managed': False,
            },
        ),
        migrations.AddField(
            model_name='aspect',
            name='interface',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aspects', to='services.interface'),
        ),
        migrations.CreateModel(
            name='ApprovalRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('open', 'waits for approvals'), ('ended', 'ended by an edit'), ('cancelled', 'cancelled'), ('returned', 'returned'), ('published', 'published')], default='open', editable=False, max_length=10, verbose_name='status')),
                ('seq', models.PositiveIntegerField(editable=False, verbose_name='number of the latest change')),
                ('digest', models.CharField(editable=False, max_length=64, verbose_name='SHA-256 of the content')),
                ('is_major', models.BooleanField(default=False, verbose_name='a new main number')),
                ('review_on', models.DateField(verbose_name='review date')),
                ('incomplete_reason', collaboration.models.fields.GatedTextField(blank=True, max_length=500, verbose_name='why it is published incomplete')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='started')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='ended')),
                ('returned_reason', collaboration.models.fields.GatedTextField(blank=True, editable=False, max_length=500, verbose_name='why it was returned')),
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
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', collaboration.models.fields.GatedCharField(max_length=200, verbose_name='title')),
                ('url', models.URLField(max_length=500, validators=[collaboration.identity_codes.refuse_unstorable, collaboration.identity_codes.refuse_identity_codes], verbose_name='web address')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed')),
                ('aspect', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='services.aspect')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='GoalRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.FloatField(editable=False, verbose_name='place in the order')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed')),
                ('title', collaboration.models.fields.GatedCharField(max_length=300, verbose_name='goal')),
                ('url', models.URLField(blank=True, max_length=500, validators=[collaboration.identity_codes.refuse_unstorable, collaboration.identity_codes.refuse_identity_codes], verbose_name='web address')),
                ('aspect', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.aspect')),
            ],
            options={
                'verbose_name': 'shared goal',
                'verbose_name_plural': 'shared goals',
                'ordering': ['place', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MapImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', collaboration.models.fields.GatedCharField(editable=False, max_length=200, verbose_name='name of the file')),
                ('content', models.JSONField(editable=False, verbose_name='content')),
                ('digest', models.CharField(editable=False, max_length=64, verbose_name='SHA-256 of the content')),
                ('before', models.JSONField(editable=False, verbose_name='content before')),
                ('result', models.JSONField(editable=False, verbose_name='content after')),
                ('left_out', models.JSONField(editable=False, verbose_name='left out')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='when')),
                ('applied_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='applied')),
                ('changes', models.PositiveIntegerField(default=0, editable=False, verbose_name='changes')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('map', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='services.interfacemap')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='MapParty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('municipality', 'municipality'), ('county', 'wellbeing services county'), ('other', 'other party')], max_length=15, verbose_name='side')),
                ('lane', models.PositiveSmallIntegerField(verbose_name='lane')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed')),
                ('map', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='services.interfacemap')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='map_parties', to='collaboration.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'party of a map',
                'verbose_name_plural': 'parties of maps',
                'ordering': ['lane', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Leader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.FloatField(editable=False, verbose_name='place in the order')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed')),
                ('title', collaboration.models.fields.GatedCharField(blank=True, max_length=150, verbose_name='title of the leader')),
                ('aspect', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.aspect')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.mapparty', verbose_name='party')),
            ],
            options={
                'verbose_name': 'leader',
                'verbose_name_plural': 'leaders',
                'ordering': ['place', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='InformationFlow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.FloatField(editable=False, verbose_name='place in the order')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed')),
                ('what', collaboration.models.fields.GatedCharField(max_length=300, verbose_name='what moves')),
                ('system', collaboration.models.fields.GatedCharField(blank=True, max_length=150, verbose_name='in which system')),
                ('basis', collaboration.models.fields.GatedCharField(blank=True, help_text='For example 540/2018, 5 §. Only the number: the text of the law is not copied here.', max_length=200, verbose_name='legal basis')),
                ('consent_needed', models.BooleanField(default=False, verbose_name="client's consent is needed")),
                ('aspect', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.aspect')),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.mapparty', verbose_name='to which party')),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.mapparty', verbose_name='from which party')),
            ],
            options={
                'verbose_name': 'flow of information',
                'verbose_name_plural': 'flows of information',
                'ordering': ['place', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MapService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(blank=True, help_text='Counted from 1; empty lets the layout choose.', null=True, verbose_name='place in the lane')),
                ('where_fi', collaboration.models.fields.GatedTextField(blank=True, max_length=2000, verbose_name='where the client gets the service, in Finnish')),
                ('where_sv', collaboration.models.fields.GatedTextField(blank=True, max_length=2000, verbose_name='where the client gets the service, in Swedish')),
                ('how_fi', collaboration.models.fields.GatedTextField(blank=True, max_length=2000, verbose_name='how the client is guided to the service, in Finnish')),
                ('how_sv', collaboration.models.fields.GatedTextField(blank=True, max_length=2000, verbose_name='how the client is guided to the service, in Swedish')),
                ('where_translated_of', models.CharField(db_default='', default='', editable=False, max_length=32)),
                ('how_translated_of', models.CharField(db_default='', default='', editable=False, max_length=32)),
                ('where_old', models.CharField(db_default='', default='', editable=False, max_length=2)),
                ('how_old', models.CharField(db_default='', default='', editable=False, max_length=2)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed')),
                ('map', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='map_services', to='services.interfacemap')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='map_services', to='services.mapparty')),
            ],
            options={
                'verbose_name': 'service on a map',
                'verbose_name_plural': 'services on maps',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='interface',
            name='services',
            field=models.ManyToManyField(related_name='interfaces', to='services.mapservice', verbose_name='services'),
        ),
        migrations.CreateModel(
            name='MapVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('major', models.PositiveSmallIntegerField(editable=False, verbose_name='main number')),
                ('minor', models.PositiveSmallIntegerField(editable=False, verbose_name='second number')),
                ('status', models.CharField(choices=[('published', 'published'), ('replaced', 'replaced'), ('withdrawn', 'withdrawn')], default='published', editable=False, max_length=10, verbose_name='status')),
                ('content', models.JSONField(editable=False, verbose_name='content')),
                ('lemmas', models.JSONField(default=dict, editable=False)),
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
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('interface', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='party_rows', to='services.interface')),
                ('map_party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.mapparty')),
            ],
            options={
                'verbose_name': 'party of an interface',
                'verbose_name_plural': 'parties of interfaces',
                'ordering': ['map_party__lane', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='interface',
            name='parties',
            field=models.ManyToManyField(related_name='interfaces', through='services.Party', to='services.mapparty', verbose_name='parties'),
        ),
        migrations.AddField(
            model_name='aspectanswer',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='services.party'),
        ),
        migrations.CreateModel(
            name='PartyResource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.FloatField(editable=False, verbose_name='place in the order')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed')),
                ('what', collaboration.models.fields.GatedCharField(max_length=300, verbose_name='what is given')),
                ('person_years', models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='person-years')),
                ('euros', models.PositiveBigIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(9999999999)], verbose_name='euros a year')),
                ('aspect', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.aspect')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.mapparty', verbose_name='party')),
            ],
            options={
                'verbose_name': 'resource of a party',
                'verbose_name_plural': 'resources of the parties',
                'ordering': ['place', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PathStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', collaboration.models.fields.GatedCharField(blank=True, help_text='A number of the work. Seen by people who have signed in, never by residents.', max_length=30, validators=[django.core.validators.RegexValidator('\\A(?=(?:[^0-9]*[0-9]){3})[0-9 +()-]+\\Z', 'Write a phone number with digits, spaces and the signs + - ( ), for example 019 000 0001.', code='phone')], verbose_name='phone number')),
                ('hours', collaboration.models.fields.GatedCharField(blank=True, help_text='For example Mon–Fri 8–16.', max_length=120, verbose_name='when one may call')),
                ('place', models.FloatField(editable=False, verbose_name='place in the order')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed')),
                ('level', models.CharField(choices=[('field', 'field work'), ('expert', 'experts'), ('management', 'management'), ('political', 'political decision-making')], max_length=10, verbose_name='level')),
                ('who', collaboration.models.fields.GatedCharField(max_length=150, verbose_name='whom to turn to')),
                ('days', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365)], verbose_name='within how many working days')),
                ('aspect', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.aspect')),
            ],
            options={
                'verbose_name': 'step of the escalation path',
                'verbose_name_plural': 'steps of the escalation path',
                'ordering': ['place', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ProcessStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.FloatField(editable=False, verbose_name='place in the order')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed')),
                ('title_fi', collaboration.models.fields.GatedCharField(blank=True, max_length=200, verbose_name='step in Finnish')),
                ('title_sv', collaboration.models.fields.GatedCharField(blank=True, max_length=200, verbose_name='step in Swedish')),
                ('accountable', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.mapparty', verbose_name='accountable party')),
                ('actors', models.ManyToManyField(blank=True, related_name='+', to='services.mapparty', verbose_name='who take part')),
                ('consulted', models.ManyToManyField(blank=True, related_name='+', to='services.mapparty', verbose_name='who are heard')),
                ('informed', models.ManyToManyField(blank=True, related_name='+', to='services.mapparty', verbose_name='who are told')),
                ('aspect', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.aspect')),
            ],
            options={
                'verbose_name': 'step of the process',
                'verbose_name_plural': 'steps of the process',
                'ordering': ['place', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PublicName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_fi', models.TextField(editable=False)),
                ('name_sv', models.TextField(editable=False)),
                ('words', models.TextField(db_collation='C', editable=False)),
                ('order', models.TextField(db_collation='C', editable=False)),
                ('order_sv', models.TextField(db_collation='C', editable=False)),
            ],
            options={
                'verbose_name': 'public name',
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('words'), 'gin_trgm_ops'), name='public_name_words')],
                'constraints': [models.UniqueConstraint(fields=('name_fi', 'name_sv'), name='public_name_is_there_once')],
            },
        ),
        migrations.CreateModel(
            name='PublicService',
            fields=[
                ('id', models.BigIntegerField(editable=False, primary_key=True, serialize=False)),
                ('marks', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(db_collation='C'), editable=False, size=None)),
                ('shown', models.JSONField(editable=False)),
                ('place_words', models.TextField(db_collation='C', editable=False)),
                ('words', models.TextField(db_collation='C', editable=False)),
                ('order', models.TextField(db_collation='C', editable=False)),
                ('order_sv', models.TextField(db_collation='C', editable=False)),
                ('name', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.publicname')),
            ],
            options={
                'verbose_name': 'public service',
            },
        ),
        migrations.CreateModel(
            name='RatingRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('status', models.CharField(choices=[('open', 'open'), ('complete', 'complete'), ('closed', 'closed')], default='open', editable=False, max_length=10, verbose_name='status')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='opened')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='ended')),
                ('map', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rating_rounds', to='services.interfacemap')),
                ('opened_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'rating round',
                'verbose_name_plural': 'rating rounds',
                'ordering': ['map', '-number'],
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.PositiveSmallIntegerField(choices=[(1, 'works badly'), (2, 'works rather badly'), (3, 'works passably'), (4, 'works well'), (5, 'works excellently')], verbose_name='rating')),
                ('reason', collaboration.models.fields.GatedTextField(blank=True, max_length=1000, verbose_name='reason')),
                ('rated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='rated')),
                ('revealed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='shown to all')),
                ('aspect', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='services.aspect')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='services.mapparty')),
                ('rated_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='services.ratinground')),
            ],
            options={
                'verbose_name': 'rating',
                'verbose_name_plural': 'ratings',
                'ordering': ['party__lane', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AskedRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('aspect', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.aspect')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.mapparty')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asked', to='services.ratinground')),
            ],
            options={
                'verbose_name': 'asked rating',
                'verbose_name_plural': 'asked ratings',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReferralStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.FloatField(editable=False, verbose_name='place in the order')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed')),
                ('text_fi', collaboration.models.fields.GatedCharField(blank=True, max_length=300, verbose_name='what happens, in Finnish')),
                ('text_sv', collaboration.models.fields.GatedCharField(blank=True, max_length=300, verbose_name='what happens, in Swedish')),
                ('map_service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.mapservice')),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.mapservice', verbose_name='service that guides the client')),
            ],
            options={
                'verbose_name': 'step of the referral path',
                'verbose_name_plural': 'steps of the referral path',
                'ordering': ['place', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcomes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('leisure', 'leisure activities'), ('lifelong-learning', 'lifelong learning'), ('participation', 'participation'), ('activity', 'activity'), ('sense-of-community', 'sense of community')], max_length=20), blank=True, default=list, size=None, verbose_name='outcomes that it serves')),
                ('enablers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('premises', 'premises and areas'), ('ict', 'ICT solutions'), ('living-environment', 'living environment'), ('transport', 'transport'), ('communications', 'communications')], max_length=20), blank=True, default=list, size=None, verbose_name='enablers that it leans on')),
                ('phone', collaboration.models.fields.GatedCharField(blank=True, help_text='A number of the work. Seen by people who have signed in, never by residents.', max_length=30, validators=[django.core.validators.RegexValidator('\\A(?=(?:[^0-9]*[0-9]){3})[0-9 +()-]+\\Z', 'Write a phone number with digits, spaces and the signs + - ( ), for example 019 000 0001.', code='phone')], verbose_name='phone number')),
                ('hours', collaboration.models.fields.GatedCharField(blank=True, help_text='For example Mon–Fri 8–16.', max_length=120, verbose_name='when one may call')),
                ('contact', collaboration.models.fields.GatedCharField(blank=True, help_text='A role or a unit that answers for the service in the whole area, for example Service guidance.', max_length=150, verbose_name='whom professionals call')),
                ('name_fi', collaboration.models.fields.GatedCharField(max_length=120, verbose_name='name in Finnish')),
                ('name_sv', collaboration.models.fields.GatedCharField(blank=True, max_length=120, verbose_name='name in Swedish')),
                ('description_fi', collaboration.models.fields.GatedTextField(blank=True, max_length=2000, verbose_name='description in Finnish')),
                ('description_sv', collaboration.models.fields.GatedTextField(blank=True, max_length=2000, verbose_name='description in Swedish')),
                ('target_groups', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('under_school_age', 'children under school age and their families'), ('school_age', 'school-age children and their families'), ('young_people', 'young people'), ('families', 'families with children'), ('everyone', 'all residents')], max_length=20), blank=True, default=list, size=None, verbose_name='target groups')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed from the catalogue')),
                ('sort_key', collaboration.models.fields.SortKey('name_fi')),
                ('sort_key_sv', collaboration.models.fields.SortKey('name_sv', 'name_fi')),
                ('words', collaboration.models.fields.FoldedWords('name_fi', 'name_sv')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='collaboration.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'service',
                'verbose_name_plural': 'services',
                'ordering': ['sort_key', 'pk'],
            },
            bases=(collaboration.models.bilingual.Bilingual, models.Model),
        ),
        migrations.AddField(
            model_name='mapservice',
            name='service',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places_on_maps', to='services.service'),
        ),
        migrations.CreateModel(
            name='ServiceChannel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.FloatField(editable=False, verbose_name='place in the order')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed')),
                ('kind', models.CharField(choices=[('place', 'on the spot'), ('phone', 'by phone'), ('web', 'on the web')], max_length=5, verbose_name='kind of channel')),
                ('name_fi', collaboration.models.fields.GatedCharField(blank=True, max_length=120, verbose_name='name of the channel in Finnish')),
                ('name_sv', collaboration.models.fields.GatedCharField(blank=True, max_length=120, verbose_name='name of the channel in Swedish')),
                ('address_fi', collaboration.models.fields.GatedCharField(blank=True, help_text='On one line, for example Esimerkkikatu 1, 06100 Porvoo.', max_length=200, verbose_name='address in Finnish')),
                ('address_sv', collaboration.models.fields.GatedCharField(blank=True, max_length=200, verbose_name='address in Swedish')),
                ('phone', collaboration.models.fields.GatedCharField(blank=True, help_text='Shown to residents when the map is published.', max_length=30, validators=[django.core.validators.RegexValidator('\\A(?=(?:[^0-9]*[0-9]){3})[0-9 +()-]+\\Z', 'Write a phone number with digits, spaces and the signs + - ( ), for example 019 000 0001.', code='phone')], verbose_name='phone number')),
                ('url', models.URLField(blank=True, max_length=500, validators=[collaboration.identity_codes.refuse_unstorable, collaboration.identity_codes.refuse_identity_codes], verbose_name='web address')),
                ('hours_fi', collaboration.models.fields.GatedCharField(blank=True, help_text='For example Mon–Fri 8–16. If this is empty, no hours are shown.', max_length=200, verbose_name='hours in Finnish')),
                ('hours_sv', collaboration.models.fields.GatedCharField(blank=True, max_length=200, verbose_name='hours in Swedish')),
                ('map_service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.mapservice')),
            ],
            options={
                'verbose_name': 'service channel',
                'verbose_name_plural': 'service channels',
                'ordering': ['place', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ServiceNode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(unique=True, verbose_name='key')),
                ('kind', models.CharField(choices=[('service', 'service'), ('enabler', 'enabler'), ('theme', 'outcome')], default='service', max_length=10, verbose_name='kind')),
                ('name_fi', collaboration.models.fields.GatedCharField(max_length=200, verbose_name='name in Finnish')),
                ('name_sv', collaboration.models.fields.GatedCharField(max_length=200, verbose_name='name in Swedish')),
                ('name_en', collaboration.models.fields.GatedCharField(max_length=200, verbose_name='name in English')),
                ('position', models.PositiveSmallIntegerField(verbose_name='place among its siblings')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='services.servicenode')),
            ],
            options={
                'verbose_name': 'service class',
                'verbose_name_plural': 'service classes',
                'ordering': ['position'],
            },
            bases=(collaboration.models.bilingual.Bilingual, models.Model),
        ),
        migrations.AddField(
            model_name='service',
            name='node',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='services.servicenode', verbose_name='service class'),
        ),
        migrations.CreateModel(
            name='ServiceResponsibility',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('duty', models.CharField(choices=[('organises', 'organises'), ('produces', 'produces'), ('funds', 'funds'), ('resources', 'gives staff or premises')], max_length=10, verbose_name='duty')),
                ('basis', models.CharField(blank=True, choices=[('law', 'law'), ('agreement', 'agreement')], max_length=10, verbose_name='basis')),
                ('reference', collaboration.models.fields.GatedCharField(blank=True, help_text='For example 540/2018, 5 §. Only the number: the text of the law is not copied here.', max_length=200, verbose_name="law's number and section, or the agreement")),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.organisation', verbose_name='organisation')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='responsibilities', to='services.service')),
            ],
            options={
                'verbose_name': 'responsibility for a service',
                'verbose_name_plural': 'responsibilities for services',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='MapTally',
            fields=[
                ('interfaces', models.PositiveIntegerField(default=0, editable=False)),
                ('agreed', models.PositiveIntegerField(default=0, editable=False)),
                ('in_progress', models.PositiveIntegerField(default=0, editable=False)),
                ('missing', models.PositiveIntegerField(default=0, editable=False)),
                ('not_applicable', models.PositiveIntegerField(default=0, editable=False)),
                ('follows', models.PositiveIntegerField(default=0, editable=False)),
                ('map', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='tally', serialize=False, to='services.interfacemap')),
                ('county', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.organisation')),
            ],
            options={
                'verbose_name': 'tally of a map',
                'verbose_name_plural': 'tallies of maps',
            },
        ),
        migrations.CreateModel(
            name='PublicPlace',
            fields=[
                ('id', models.BigIntegerField(editable=False, primary_key=True, serialize=False)),
                ('published_at', models.DateTimeField(editable=False)),
                ('municipality', models.TextField(db_collation='C', db_index=True, editable=False)),
                ('marks', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(db_collation='C'), editable=False, size=None)),
                ('shown', models.JSONField(editable=False)),
                ('place_words', models.TextField(db_collation='C', editable=False)),
                ('words', models.TextField(db_collation='C', editable=False)),
                ('map', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.interfacemap')),
                ('name', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.publicname')),
                ('service', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.service')),
            ],
            options={
                'verbose_name': 'public place',
            },
        ),
        migrations.CreateModel(
            name='PublicMap',
            fields=[
                ('map', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='services.interfacemap')),
                ('published_at', models.DateTimeField(editable=False)),
                ('version', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.mapversion')),
            ],
            options={
                'verbose_name': 'public map',
            },
        ),
        migrations.AddConstraint(
            model_name='interfacemap',
            constraint=models.CheckConstraint(condition=models.Q(('is_base', False), ('base__isnull', True), _connector='OR'), name='base_map_has_no_base_itself'),
        ),
        migrations.AddConstraint(
            model_name='aspect',
            constraint=models.UniqueConstraint(fields=('interface', 'number'), name='aspect_is_asked_once'),
        ),
        migrations.AddConstraint(
            model_name='aspect',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 9)), name='aspect_is_one_of_nine'),
        ),
        migrations.AddConstraint(
            model_name='aspect',
            constraint=models.CheckConstraint(condition=models.Q(('follows_base', False), ('base__isnull', False), _connector='OR'), name='aspect_follows_only_a_base_that_it_has'),
        ),
        migrations.AddConstraint(
            model_name='approvalround',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('map',), name='approval_round_is_the_only_open_one'),
        ),
        migrations.AddConstraint(
            model_name='approvalround',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'returned'), models.Q(('returned_reason', ''), _negated=True)), models.Q(models.Q(('status', 'returned'), _negated=True), ('returned_reason', '')), _connector='OR'), name='approval_round_is_returned_with_a_reason'),
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
            model_name='mapparty',
            constraint=models.UniqueConstraint(fields=('map', 'organisation'), name='map_party_is_named_once', violation_error_message='The organisation is already a party of the map.'),
        ),
        migrations.AddConstraint(
            model_name='leader',
            constraint=models.CheckConstraint(condition=models.Q(('person__isnull', False), models.Q(('title', ''), _negated=True), _connector='OR'), name='leader_is_a_person_or_a_title', violation_error_message='Name a person or write a title.'),
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
        migrations.AddConstraint(
            model_name='party',
            constraint=models.UniqueConstraint(fields=('interface', 'map_party'), name='interface_party_is_named_once'),
        ),
        migrations.AddConstraint(
            model_name='interface',
            constraint=models.UniqueConstraint(condition=models.Q(('archived_at__isnull', True)), fields=('map', 'meeting'), name='interface_is_on_a_map_once', violation_error_message='The map already has an interface between these services.'),
        ),
        migrations.AddConstraint(
            model_name='aspectanswer',
            constraint=models.UniqueConstraint(fields=('aspect', 'party'), name='party_answers_an_aspect_once'),
        ),
        migrations.AddConstraint(
            model_name='aspectanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True), ('confirmed_text__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), ('confirmed_text__isnull', False)), _connector='OR'), name='confirmation_has_its_text_giver_and_time_together'),
        ),
        migrations.AddConstraint(
            model_name='partyresource',
            constraint=models.CheckConstraint(condition=models.Q(('person_years__gte', 0)), name='person_years_are_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='pathstep',
            constraint=models.CheckConstraint(condition=models.Q(('days__gte', 1), ('days__lte', 365)), name='path_step_is_done_within_a_year'),
        ),
        migrations.AddConstraint(
            model_name='processstep',
            constraint=models.CheckConstraint(condition=models.Q(('title_fi', ''), ('title_sv', ''), _negated=True), name='process_step_has_a_name', violation_error_message='Write what is done in the step, in either language.'),
        ),
        migrations.AddIndex(
            model_name='publicservice',
            index=models.Index(models.F('order'), models.F('id'), name='public_service_order'),
        ),
        migrations.AddIndex(
            model_name='publicservice',
            index=models.Index(models.F('order_sv'), models.F('id'), name='public_service_order_sv'),
        ),
        migrations.AddIndex(
            model_name='publicservice',
            index=django.contrib.postgres.indexes.GinIndex(fields=['marks'], name='public_service_marks'),
        ),
        migrations.AddIndex(
            model_name='publicservice',
            index=models.Index(models.F('name'), models.F('id'), name='public_service_name'),
        ),
        migrations.AddIndex(
            model_name='publicservice',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('words'), 'gin_trgm_ops'), name='public_service_words'),
        ),
        migrations.AddConstraint(
            model_name='ratinground',
            constraint=models.UniqueConstraint(fields=('map', 'number'), name='rating_round_number_is_given_once'),
        ),
        migrations.AddConstraint(
            model_name='ratinground',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('map',), name='map_has_one_open_rating_round'),
        ),
        migrations.AddConstraint(
            model_name='ratinground',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('status', 'open')), models.Q(models.Q(('status', 'open'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='rating_round_is_open_until_it_ends'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.UniqueConstraint(fields=('round', 'aspect', 'party'), name='party_rates_an_aspect_once_in_a_round'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 1), ('value__lte', 5)), name='rating_is_between_1_and_5'),
        ),
        migrations.AddConstraint(
            model_name='askedrating',
            constraint=models.UniqueConstraint(fields=('round', 'aspect', 'party'), name='rating_is_asked_of_a_party_once_in_a_round'),
        ),
        migrations.AddConstraint(
            model_name='referralstep',
            constraint=models.CheckConstraint(condition=models.Q(('text_fi', ''), ('text_sv', ''), _negated=True), name='referral_step_says_what_happens', violation_error_message='Write what happens in the step, in either language.'),
        ),
        migrations.AddConstraint(
            model_name='referralstep',
            constraint=models.CheckConstraint(condition=models.Q(('service__isnull', True), models.Q(('service', models.F('map_service')), _negated=True), _connector='OR'), name='service_is_not_guided_to_by_itself', violation_error_message='A service does not guide the client to itself.'),
        ),
        migrations.AddConstraint(
            model_name='mapservice',
            constraint=models.UniqueConstraint(condition=models.Q(('archived_at__isnull', True)), fields=('map', 'service'), name='service_is_on_a_map_once', violation_error_message='The service is already on the map.'),
        ),
        migrations.AddConstraint(
            model_name='mapservice',
            constraint=models.CheckConstraint(condition=models.Q(('place__isnull', True), models.Q(('place__gte', 1), ('place__lte', 999)), _connector='OR'), name='place_in_the_lane_is_between_1_and_999', violation_error_message='A place in the lane is a number from 1 to 999.'),
        ),
        migrations.AddConstraint(
            model_name='servicechannel',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'place'), _negated=True), models.Q(('address_fi', ''), ('address_sv', ''), _negated=True), _connector='OR'), name='channel_place_has_an_address', violation_error_message='A place needs its address, in either language.'),
        ),
        migrations.AddConstraint(
            model_name='servicechannel',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'phone'), _negated=True), models.Q(('phone', ''), _negated=True), _connector='OR'), name='channel_phone_has_a_number', violation_error_message='A channel by phone needs its phone number.'),
        ),
        migrations.AddConstraint(
            model_name='servicechannel',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'web'), _negated=True), models.Q(('url', ''), _negated=True), _connector='OR'), name='channel_web_has_an_address', violation_error_message='A channel on the web needs its web address.'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.UniqueConstraint(condition=models.Q(('archived_at__isnull', True)), fields=('organisation', 'name_fi'), name='service_name_is_unique_in_its_organisation', violation_error_message='The organisation already has a service with this name.'),
        ),
        migrations.AddConstraint(
            model_name='serviceresponsibility',
            constraint=models.UniqueConstraint(fields=('service', 'duty', 'organisation'), name='service_responsibility_is_named_once', violation_error_message='The organisation already has this duty.'),
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', collaboration.models.fields.GatedCharField(blank=True, help_text='A number of the work. Seen by people who have signed in, never by residents.', max_length=30, validators=[django.core.validators.RegexValidator('\\A(?=(?:[^0-9]*[0-9]){3})[0-9 +()-]+\\Z', 'Write a phone number with digits, spaces and the signs + - ( ), for example 019 000 0001.', code='phone')], verbose_name='phone number')),
                ('hours', collaboration.models.fields.GatedCharField(blank=True, help_text='For example Mon–Fri 8–16.', max_length=120, verbose_name='when one may call')),
                ('place', models.FloatField(editable=False, verbose_name='place in the order')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed')),
                ('who', collaboration.models.fields.GatedCharField(max_length=150, verbose_name='role or unit')),
                ('aspect', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.aspect')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.mapparty', verbose_name='party')),
            ],
            options={
                'verbose_name': 'contact',
                'verbose_name_plural': 'contacts',
                'ordering': ['place', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('phone', ''), _negated=True), name='contact_has_a_number', violation_error_message='A contact needs its phone number.')],
            },
        ),
        migrations.CreateModel(
            name='ForumRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.FloatField(editable=False, verbose_name='place in the order')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='removed')),
                ('what_for_fi', collaboration.models.fields.GatedCharField(blank=True, max_length=300, verbose_name='what for, in Finnish')),
                ('what_for_sv', collaboration.models.fields.GatedCharField(blank=True, max_length=300, verbose_name='what for, in Swedish')),
                ('aspect', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.aspect')),
                ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collaboration.forum', verbose_name='forum')),
            ],
            options={
                'verbose_name': 'development forum',
                'verbose_name_plural': 'development forums',
                'ordering': ['place', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MapForum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='maps', to='collaboration.forum', verbose_name='forum')),
                ('map', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='forums', to='services.interfacemap', verbose_name='interface map')),
            ],
            options={
                'verbose_name': "map in a forum's care",
                'verbose_name_plural': "maps in forums' care",
                'ordering': ['forum__sort_key', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('map', 'forum'), name='map_is_in_a_forums_care_once', violation_error_message='The map is in the care of this forum already.')],
            },
        ),
        migrations.RunSQL(sql("derived")),
        migrations.RunSQL(sql("kept")),
        migrations.RunSQL(sql("public")),
        append_only("services_approval"),
        append_only("services_approvalround", but=("status", "ended_by_id", "ended_at", "returned_reason")),
        append_only(
            "services_mapversion", but=("status", "withdrawn_reason", "withdrawn_by_id", "withdrawn_at")
        ),
        append_only("services_askedrating"),
        append_only("services_rating", once="OLD.revealed_at IS NOT NULL"),
        migrations.RunPython(load_service_classes),
    ]
