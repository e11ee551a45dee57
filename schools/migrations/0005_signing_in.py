import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import schools.signin.models


class Migration(migrations.Migration):
    dependencies = [
        ("schools", "0004_titles_bases_rotations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                ("session_key", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key")),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("user", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="sessions", to=settings.AUTH_USER_MODEL)),
            ],
            options={"verbose_name": "session", "verbose_name_plural": "sessions", "abstract": False},
        ),
        migrations.CreateModel(
            name="RememberedBrowser",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField(default=schools.signin.models._in_a_month)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="remembered_browsers", to=settings.AUTH_USER_MODEL)),
            ],
            options={"verbose_name": "remembered browser", "verbose_name_plural": "remembered browsers"},
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=schools.signin.models._new_key, editable=False, max_length=16, unique=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField(default=schools.signin.models._in_two_weeks)),
                ("used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("made_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="invitations", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("revoked_at__isnull", True), ("used_at__isnull", True)), fields=("user",), name="schools_one_open_invitation_a_user"),
                    models.CheckConstraint(condition=models.Q(("used_at__isnull", True), ("revoked_at__isnull", True), _connector="OR"), name="schools_an_invitation_is_used_or_revoked"),
                ],
            },
        ),
    ]
