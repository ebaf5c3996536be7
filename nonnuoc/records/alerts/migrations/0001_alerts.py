import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("monitoring", "0009_property_numbers"),
        ("places", "0002_commune_promises"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AlarmRule",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60)),
                ("version", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("limit", "limit exceeded"),
                            ("index", "index category reached"),
                            ("level", "water level"),
                            ("rate", "rate of change"),
                            ("silence", "silence"),
                            ("stuck", "value stuck"),
                            ("status", "instrument not measuring"),
                            ("clock", "clock off"),
                            ("availability", "availability below target"),
                            ("refused", "files refused"),
                            ("lag", "evaluation lags"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name_vi", models.CharField(max_length=160)),
                ("name_en", models.CharField(max_length=160)),
                ("meaning_vi", models.TextField()),
                ("meaning_en", models.TextField()),
                ("action_vi", models.TextField()),
                ("action_en", models.TextField()),
                (
                    "procedure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("raw", "Raw"),
                            ("sample", "Sample"),
                            ("mean_1h", "Mean 1H"),
                            ("mean_8h", "Mean 8H"),
                            ("mean_24h", "Mean 24H"),
                            ("nowcast", "Nowcast"),
                            ("aqi_1h", "Aqi 1H"),
                            ("aqi_24h", "Aqi 24H"),
                            ("wqi", "Wqi"),
                            ("wqi_1h", "Wqi 1H"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "thing_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ambient_air", "không khí xung quanh"),
                            ("surface_water", "nước mặt"),
                            ("groundwater", "nước dưới đất"),
                            ("wastewater", "nước thải"),
                            ("stack_emission", "khí thải"),
                            ("rain_and_river_level", "mưa và mực nước"),
                            ("other", "khác"),
                        ],
                        max_length=24,
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=20)),
                ("article", models.CharField(max_length=300)),
                ("source", models.CharField(blank=True, max_length=300)),
                ("unit", models.CharField(blank=True, max_length=20)),
                ("steps", models.JSONField(default=list)),
                ("need", models.IntegerField(default=1)),
                ("among", models.IntegerField(default=1)),
                ("hold_s", models.IntegerField(default=0)),
                ("parameters", models.JSONField(default=dict)),
                ("enabled", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(blank=True, null=True)),
                ("shipped", models.BooleanField(default=False)),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("communes", models.ManyToManyField(blank=True, related_name="+", to="places.commune")),
                (
                    "observed_property",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="monitoring.observedproperty",
                    ),
                ),
                (
                    "thing",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alarm_rules",
                        to="monitoring.thing",
                    ),
                ),
            ],
            options={
                "ordering": ("code", "version"),
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="alarm_rule_version"),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to", None)), fields=("code",), name="alarm_rule_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="alarm_rule_validity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("among__gte", models.F("need")), ("need__gte", 1)), name="alarm_rule_n_of_m"
                    ),
                    models.CheckConstraint(condition=models.Q(("hold_s__gte", 0)), name="alarm_rule_hold"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("time", models.DateTimeField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opened", "opened"),
                            ("joined", "another alarm of the same cause"),
                            ("worse", "graver"),
                            ("held", "no data since"),
                            ("resumed", "data again"),
                            ("cleared", "cleared"),
                            ("reopened", "reopened"),
                            ("completed", "completed by late data"),
                            ("merged", "merged"),
                            ("split", "split"),
                            ("told", "told"),
                            ("acknowledged", "acknowledged"),
                            ("assigned", "assigned"),
                            ("noted", "note"),
                            ("attached", "attachment"),
                            ("silenced", "messages silenced"),
                            ("unsilenced", "messages again"),
                            ("escalated", "escalated"),
                            ("warned", "public warning"),
                            ("closed", "closed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("facts", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "entries",
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("media_type", models.CharField(max_length=80)),
                ("size", models.IntegerField()),
                ("sha256", models.BinaryField(max_length=32)),
                ("body", models.BinaryField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attachment", to="alerts.entry"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "family",
                    models.CharField(
                        choices=[
                            ("environment", "environment"),
                            ("silence", "silence"),
                            ("operation", "operation of stations"),
                            ("system", "this system"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("held", "held: no data since"),
                            ("cleared", "cleared"),
                            ("closed", "closed"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "severity",
                    models.SmallIntegerField(choices=[(1, "minor"), (2, "moderate"), (3, "severe"), (4, "extreme")]),
                ),
                ("onset", models.DateTimeField()),
                ("cleared", models.DateTimeField(blank=True, null=True)),
                ("opened", models.DateTimeField()),
                ("changed", models.DateTimeField()),
                ("told", models.DateTimeField(blank=True, null=True)),
                ("told_severity", models.SmallIntegerField(default=0)),
                ("acknowledged", models.DateTimeField(blank=True, null=True)),
                ("silenced_until", models.DateTimeField(blank=True, null=True)),
                ("escalation", models.SmallIntegerField(default=0)),
                ("closed", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "confirmed"),
                            ("false_alarm", "false alarm"),
                            ("exercise", "exercise or test"),
                            ("withdrawn", "withdrawn: the data were corrected"),
                            ("merged", "part of another incident"),
                            ("recorded", "recorded afterwards"),
                        ],
                        max_length=12,
                    ),
                ),
                ("cause", models.TextField(blank=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assigned_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="alerts.incident",
                    ),
                ),
                (
                    "thing",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="monitoring.thing",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "-opened"], name="incident_state"),
                    models.Index(fields=["thing", "family", "-onset"], name="incident_thing"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cleared", None), ("cleared__gte", models.F("onset")), _connector="OR"),
                        name="incident_cleared_after_onset",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed__isnull", False), ("state", "closed"), models.Q(("outcome", ""), _negated=True)
                            ),
                            models.Q(models.Q(("state", "closed"), _negated=True), ("closed", None), ("outcome", "")),
                            _connector="OR",
                        ),
                        name="incident_closed_with_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", None), ("outcome", "merged"), _connector="OR"),
                        name="incident_merged_is_closed",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="entry",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="log", to="alerts.incident"
            ),
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.SlugField(max_length=60)),
                ("onset", models.DateTimeField()),
                ("raised", models.DateTimeField()),
                ("last_beyond", models.DateTimeField()),
                ("cleared", models.DateTimeField(blank=True, null=True)),
                ("step", models.SmallIntegerField(default=0)),
                (
                    "severity",
                    models.SmallIntegerField(choices=[(1, "minor"), (2, "moderate"), (3, "severe"), (4, "extreme")]),
                ),
                ("level", models.FloatField(null=True)),
                ("peak", models.FloatField(null=True)),
                ("peak_time", models.DateTimeField(null=True)),
                ("beyond", models.IntegerField(default=0)),
                ("suspect", models.IntegerField(default=0)),
                ("recorded", models.DateTimeField()),
                (
                    "datastream",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="monitoring.datastream",
                    ),
                ),
                (
                    "thing",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="monitoring.thing",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="alerts.alarmrule"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alarms", to="alerts.incident"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["datastream", "code", "onset"], name="alarm_stream"),
                    models.Index(fields=["incident"], name="alarm_incident"),
                    models.Index(fields=["code", "-onset"], name="alarm_code"),
                    models.Index(fields=["thing", "-onset"], name="alarm_thing"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cleared", None)), fields=("code", "datastream"), name="alarm_one_of_stream"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cleared", None), ("datastream", None)),
                        fields=("code", "thing"),
                        name="alarm_one_of_thing",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_beyond__gte", models.F("onset")), ("raised__gte", models.F("onset"))),
                        name="alarm_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Missed",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("note", models.TextField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "thing",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="monitoring.thing",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "missed",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="missed_span",
                    ),
                ],
            },
        ),
    ]
