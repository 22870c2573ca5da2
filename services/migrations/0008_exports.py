"""Exports: files that the worker makes of a map's content; and imports, which wait to be confirmed."""

import collaboration.models.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0007_channels'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version_status', models.CharField(blank=True, choices=[('published', 'published'), ('replaced', 'replaced'), ('withdrawn', 'withdrawn')], editable=False, max_length=10, verbose_name='status of the version')),
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
                ('map', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='services.interfacemap')),
                ('version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='services.mapversion')),
            ],
            options={
                'verbose_name': 'export',
                'verbose_name_plural': 'exports',
                'ordering': ['-asked_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('map', 'version', 'version_status', 'digest', 'format', 'language'), name='export_of_the_same_is_made_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', True), ('made_at__isnull', True)), models.Q(('failure', ''), ('file__isnull', False), ('made_at__isnull', False)), _connector='OR'), name='export_has_its_file_when_it_is_ready'), models.CheckConstraint(condition=models.Q(('progress__gte', 0), ('progress__lte', 100)), name='export_progress_is_a_percentage'), models.CheckConstraint(condition=models.Q(models.Q(('version__isnull', True), ('version_status', '')), models.Q(('content__isnull', True), ('version__isnull', False), models.Q(('version_status', ''), _negated=True)), _connector='OR'), name='export_of_a_version_has_the_versions_content')],
            },
        ),
    ]
