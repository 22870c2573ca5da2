from django.db import migrations

import collaboration.models.fields

REMOVED = [("interfacemap", "sort_key"), ("service", "sort_key")]
ADDED = [
    ("interfacemap", "sort_key", collaboration.models.fields.SortKey("title_fi", "title_sv")),
    ("interfacemap", "sort_key_sv", collaboration.models.fields.SortKey("title_sv", "title_fi")),
    ("interfacemap", "words", collaboration.models.fields.FoldedWords("title_fi", "title_sv")),
    ("service", "sort_key", collaboration.models.fields.SortKey("name_fi")),
    ("service", "sort_key_sv", collaboration.models.fields.SortKey("name_sv", "name_fi")),
    ("service", "words", collaboration.models.fields.FoldedWords("name_fi", "name_sv")),
]


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0008_folding_and_order"), ("services", "0009_kept_status")]

    operations = [
        *(migrations.RemoveField(model, name) for model, name in REMOVED),
        *(migrations.AddField(model, name, field) for model, name, field in ADDED),
    ]
