import django.db.models.deletion
from django.db import migrations, models

import collaboration.models.fields


ID = "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0001_initial")]
    operations = [
        migrations.CreateModel(
            "Note",
            [
                ID,
                ("title", collaboration.models.fields.GatedCharField(blank=True, max_length=80, verbose_name="title")),
                ("body", collaboration.models.fields.GatedTextField(blank=True, max_length=500, verbose_name="body")),
                ("seq", models.PositiveIntegerField(default=0)), ("news_seq", models.PositiveIntegerField(default=0)), ("changed_at", models.DateTimeField(null=True)),
                ("organisation", models.ForeignKey("collaboration.organisation", django.db.models.deletion.PROTECT, related_name="+")),
            ],
        ),
        migrations.CreateModel(
            "Item",
            [
                ID,
                ("words", collaboration.models.fields.GatedCharField(max_length=80, verbose_name="words")), ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.ForeignKey("notes.note", django.db.models.deletion.CASCADE, related_name="items")),
            ],
        ),
    ]
