import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("alerts", "0001_alerts"),
        ("places", "0002_commune_promises"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicWarning",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("identifier", models.CharField(max_length=120, null=True, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("Test", "test"), ("Exercise", "exercise"), ("Actual", "actual")],
                        default="Test",
                        max_length=8,
                    ),
                ),
                (
                    "message_type",
                    models.CharField(
                        choices=[("Alert", "warning"), ("Update", "update"), ("Cancel", "cancellation")],
                        default="Alert",
                        max_length=6,
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("Env", "environment"),
                            ("Met", "weather"),
                            ("Geo", "geology"),
                            ("Fire", "fire"),
                            ("Health", "health"),
                            ("CBRNE", "hazardous substances"),
                        ],
                        default="Env",
                        max_length=6,
                    ),
                ),
                (
                    "urgency",
                    models.CharField(
                        choices=[
                            ("Immediate", "act now"),
                            ("Expected", "act within the hour"),
                            ("Future", "act in the near future"),
                            ("Past", "no longer needed"),
                            ("Unknown", "unknown"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("Extreme", "extreme"),
                            ("Severe", "severe"),
                            ("Moderate", "moderate"),
                            ("Minor", "minor"),
                            ("Unknown", "unknown"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "certainty",
                    models.CharField(
                        choices=[
                            ("Observed", "observed"),
                            ("Likely", "likely"),
                            ("Possible", "possible"),
                            ("Unlikely", "unlikely"),
                            ("Unknown", "unknown"),
                        ],
                        max_length=8,
                    ),
                ),
                ("event_vi", models.CharField(max_length=120)),
                ("event_en", models.CharField(max_length=120)),
                ("headline_vi", models.CharField(max_length=160)),
                ("headline_en", models.CharField(max_length=160)),
                ("description_vi", models.TextField()),
                ("description_en", models.TextField(blank=True)),
                ("instructions", models.JSONField(default=list)),
                ("effective", models.DateTimeField()),
                ("onset", models.DateTimeField(blank=True, null=True)),
                ("expires", models.DateTimeField()),
                ("reach", models.CharField(blank=True, max_length=200)),
                ("polygon", models.JSONField(blank=True, null=True)),
                ("area_vi", models.CharField(max_length=300)),
                ("area_en", models.CharField(blank=True, max_length=300)),
                ("automatic", models.BooleanField(default=False)),
                ("simulated", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("proposed", "waits for approval"),
                            ("returned", "returned"),
                            ("published", "published"),
                            ("withdrawn", "withdrawn before publication"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("written", models.DateTimeField(auto_now_add=True)),
                ("decided", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("sent", models.DateTimeField(blank=True, null=True)),
                (
                    "changes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changed_by",
                        to="warnings.publicwarning",
                    ),
                ),
                ("communes", models.ManyToManyField(blank=True, related_name="warnings", to="places.commune")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warnings",
                        to="alerts.incident",
                    ),
                ),
                (
                    "river",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.river",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "-sent"], name="warning_state"),
                    models.Index(fields=["expires"], name="warning_expires"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires__gt", models.F("effective"))), name="warning_span"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            models.Q(
                                ("identifier__isnull", False),
                                ("sent__isnull", False),
                                models.Q(
                                    ("automatic", True),
                                    models.Q(
                                        ("decided_by__isnull", False),
                                        models.Q(("decided_by", models.F("written_by")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="warning_of_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("changes", None), ("message_type", "Alert")),
                            models.Q(models.Q(("message_type", "Alert"), _negated=True), ("changes__isnull", False)),
                            _connector="OR",
                        ),
                        name="warning_refers_to_what_it_changes",
                    ),
                ],
            },
        ),
    ]
