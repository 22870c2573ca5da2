import django.utils.timezone
from django.db import migrations, models

import collaboration.identity_codes


class Migration(migrations.Migration):
    dependencies = [("collaboration", "0010_append_only")]
    operations = [
        migrations.CreateModel(
            name="PasswordLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "email",
                    models.EmailField(
                        max_length=254,
                        validators=[
                            collaboration.identity_codes.refuse_unstorable,
                            collaboration.identity_codes.refuse_identity_codes,
                        ],
                        verbose_name="e-mail address",
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("tries", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "due_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="when it is tried next"
                    ),
                ),
            ],
            options={"verbose_name": "password link", "ordering": ["pk"]},
        ),
    ]
