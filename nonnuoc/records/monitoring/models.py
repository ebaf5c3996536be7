"""The tables of monitoring, named as OGC SensorThings 1.1 names them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import DataClass, Office
from nonnuoc.records.places.models import Commune, River


class Thing(models.Model):
    """A station: a place with instruments, or a point where samples are taken."""

    class Kind(models.TextChoices):
        AMBIENT_AIR = "ambient_air", "không khí xung quanh"
        SURFACE_WATER = "surface_water", "nước mặt"
        GROUNDWATER = "groundwater", "nước dưới đất"
        WASTEWATER = "wastewater", "nước thải"
        STACK_EMISSION = "stack_emission", "khí thải"
        RAIN_AND_RIVER_LEVEL = "rain_and_river_level", "mưa và mực nước"
        OTHER = "other", "khác"

    class State(models.TextChoices):
        PLANNED = "planned", "quy hoạch"
        ACTIVE = "active", "hoạt động"
        SUSPENDED = "suspended", "tạm dừng"
        RETIRED = "retired", "ngừng hẳn"

    code = models.CharField(max_length=32, unique=True)  # as the station writes itself in its file names
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=24, choices=Kind)
    state = models.CharField(max_length=12, choices=State)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, null=True, blank=True, related_name="things")
    river = models.ForeignKey(River, on_delete=models.PROTECT, null=True, blank=True, related_name="things")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, blank=True, related_name="things")
    facility = models.CharField(max_length=40, blank=True)  # code of the facility whose waters or gases it watches
    data_class = models.CharField(max_length=10, choices=DataClass, default=DataClass.PUBLIC)
    simulated = models.BooleanField(default=False)  # its data are invented; every page says so
    source = models.CharField(max_length=300, blank=True)  # the document that names the station
    properties = models.JSONField(default=dict)

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Za-z0-9][A-Za-z0-9._-]*$"), name="thing_code_is_plain")
        ]

    def __str__(self) -> str:
        return self.name


class GeoJson(models.TextChoices):
    """The two names GeoJSON goes by: of RFC 7946, and the older one that SensorThings 1.0 wrote."""

    NOW = "application/geo+json"
    BEFORE = "application/vnd.geo+json"


class Location(models.Model):
    """Where a thing stood from `since` on; the open one (`until` null) is where it stands. None at all: unknown.

    Without a thing, and then without times: a place somebody described before anything stood there.
    """

    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, null=True, blank=True, related_name="locations")
    name = models.CharField(max_length=200, blank=True)  # blank: the thing's
    description = models.TextField(blank=True)
    encoding = models.CharField(max_length=24, choices=GeoJson, default=GeoJson.NOW)  # as its writer calls it
    lon = models.FloatField()  # WGS 84
    lat = models.FloatField()
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)
    properties = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thing"], condition=Q(until=None), name="location_one_open"),
            models.CheckConstraint(
                condition=Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90), name="location_on_earth"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="location_since_before_until"
            ),
            models.CheckConstraint(
                condition=Q(thing=None, since=None, until=None) | Q(thing__isnull=False, since__isnull=False),
                name="location_of_thing_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lat:.5f}, {self.lon:.5f}"


class ObservedProperty(models.Model):
    """What is observed: PM2.5, dissolved oxygen, VN_AQI. Loaded from rules/data/properties.toml, or from outside.

    One that was written from outside takes its unit, blank until then, from its first datastream.
    """

    code = models.CharField(max_length=40, unique=True)
    name_vi = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    unit = models.CharField(max_length=20, blank=True)  # canonical; every value is stored in it
    decimals = models.SmallIntegerField(default=1)  # as shown to people
    definition = models.CharField(max_length=300, blank=True)  # a URI
    order = models.SmallIntegerField(default=100)
    properties = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("order", "code")
        verbose_name_plural = "observed properties"

    def __str__(self) -> str:
        return self.code


class Sensor(models.Model):
    """How values come to be: an instrument, a laboratory, or a formula with its rule and version."""

    class Kind(models.TextChoices):
        INSTRUMENT = "instrument"
        LABORATORY = "laboratory"
        FORMULA = "formula"

    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    range_min = models.FloatField(null=True, blank=True)  # what the instrument can measure, in the property's unit
    range_max = models.FloatField(null=True, blank=True)
    metadata = models.JSONField(default=dict)  # model and serial number, or rule, version and parameters
    encoding = models.CharField(max_length=100, blank=True)  # not blank: metadata is {"given": …}, of this media type
    properties = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.name


class FeatureOfInterest(models.Model):
    """What the values are about: the air or the reach around a station, or a feature that somebody described."""

    thing = models.OneToOneField(Thing, on_delete=models.CASCADE, null=True, blank=True, related_name="feature")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    feature = models.JSONField(null=True, blank=True)  # GeoJSON, WGS 84; null: where the thing stands
    encoding = models.CharField(max_length=24, choices=GeoJson, default=GeoJson.NOW)  # as its writer calls it
    properties = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "features of interest"
        constraints = [
            models.CheckConstraint(
                condition=Q(thing__isnull=False) | Q(feature__isnull=False), name="feature_is_somewhere"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Datastream(models.Model):
    """All values of one property, at one thing, by one procedure.

    A mean or an index is a datastream whose sensor is a formula; `inputs` are the streams it is computed from.
    The newest value, and the time of the first, are cached here in the transaction that stores them.
    """

    class Procedure(models.TextChoices):
        RAW = "raw"  # as the instrument sent it
        SAMPLE = "sample"  # taken by people, measured in a laboratory
        MEAN_1H = "mean_1h"
        MEAN_8H = "mean_8h"  # rolling, stamped every hour
        MEAN_24H = "mean_24h"  # rolling, stamped every hour
        NOWCAST = "nowcast"
        AQI_1H = "aqi_1h"
        AQI_24H = "aqi_24h"  # of a local day, stamped 00:00 of the next
        WQI = "wqi"  # from samples
        WQI_1H = "wqi_1h"  # from an automatic station: indicative

    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="datastreams")
    observed_property = models.ForeignKey(ObservedProperty, on_delete=models.PROTECT, related_name="datastreams")
    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="datastreams")
    procedure = models.CharField(max_length=10, choices=Procedure)
    symbol = models.CharField(max_length=40, blank=True)  # what the station's files call it; raw and sample only
    interval_s = models.IntegerField(null=True, blank=True)  # cadence; null for samples
    name = models.CharField(max_length=200, blank=True)  # blank: made of the thing's and the property's
    description = models.TextField(blank=True)
    unit = models.JSONField(null=True, blank=True)  # the canonical one as its writer put it: name, symbol, definition
    observation_type = models.CharField(max_length=200, blank=True)  # a URI of O&M; blank: OM_Measurement
    active = models.BooleanField(default=True)
    # a further instrument for a property its thing measures already; only at things of no special kind: nothing is
    # computed there, so nothing has to choose between the two
    parallel = models.BooleanField(default=False)
    inputs = models.ManyToManyField("self", symmetrical=False, related_name="derived")
    properties = models.JSONField(default=dict)
    # the newest value that was stored, whatever its flag
    latest_time = models.DateTimeField(null=True, blank=True)
    latest_value = models.FloatField(null=True, blank=True)
    latest_status = models.SmallIntegerField(null=True, blank=True)
    latest_quality = models.SmallIntegerField(null=True, blank=True)
    latest_received = models.DateTimeField(null=True, blank=True)
    first_time = models.DateTimeField(null=True, blank=True)  # of the oldest value there is; null: there is none

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thing", "observed_property", "procedure"],
                condition=Q(active=True, parallel=False),
                name="datastream_one_active",
            ),
            models.UniqueConstraint(fields=["thing", "symbol"], condition=~Q(symbol=""), name="datastream_symbol"),
            models.CheckConstraint(
                condition=Q(interval_s=None) | Q(interval_s__gt=0), name="datastream_interval_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thing.code} {self.observed_property.code} {self.procedure}"


class Observation(models.Model):
    """One value at one time. The table itself is SQL (migration 0002): partitioned by year, written by COPY.

    `status` says: of a raw value, the instrument's TT 10 code; of a mean, its completeness in percent;
    of an index, the id of the observed property that leads it.
    `time` of a mean is the end of its window, as QĐ 1459/QĐ-TCMT stamps hours (01:00 .. 00:00).
    """

    pk = models.CompositePrimaryKey("datastream_id", "time")
    time = models.DateTimeField()
    value = models.FloatField()  # NaN: missing
    datastream = models.ForeignKey(Datastream, on_delete=models.PROTECT, related_name="+")
    status = models.SmallIntegerField()
    quality = models.SmallIntegerField()  # domain/quality.py
    stored = models.DateTimeField(null=True)  # since when it stands; null: since before that was kept

    class Meta:
        managed = False
        db_table = "observation"

    def __str__(self) -> str:
        return f"{self.time} {self.value}"


class ObservationHistory(models.Model):
    """A row of `observation` as it stood before it was changed or deleted, with who did that and why.

    It outlives its datastream: what that was, the audit trail tells under the same number.
    """

    id = models.BigAutoField(primary_key=True)
    datastream = models.ForeignKey(Datastream, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    time = models.DateTimeField()
    value = models.FloatField()
    status = models.SmallIntegerField()
    quality = models.SmallIntegerField()
    stored = models.DateTimeField(null=True)  # since when it stood; null: since before that was kept
    replaced_at = models.DateTimeField()  # until when
    replaced_by = models.CharField(max_length=120)  # a person, or the delivery that brought the other value
    reason = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["datastream", "time"], name="history_stream_time")]
        verbose_name_plural = "observation history"

    def __str__(self) -> str:
        return f"{self.time} {self.value}"


class ObservationFeature(models.Model):
    """What few observations have of their own: a feature other than their thing's, or a time the result came about
    that is not the time it is of."""

    pk = models.CompositePrimaryKey("datastream_id", "time")
    datastream = models.ForeignKey(Datastream, on_delete=models.CASCADE, related_name="+", db_index=False)
    time = models.DateTimeField()
    feature = models.ForeignKey(FeatureOfInterest, on_delete=models.PROTECT, null=True, related_name="observations")
    result_time = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(feature__isnull=False) | Q(result_time__isnull=False), name="observation_feature_says"
            )
        ]

    def __str__(self) -> str:
        return f"{self.time} {self.feature}"


class Threshold(models.Model):
    """A limit of a quality check for one datastream, from a day on. Without one, rules/data/qc.toml speaks."""

    datastream = models.ForeignKey(Datastream, on_delete=models.CASCADE, related_name="thresholds")
    check_name = models.CharField(max_length=24)  # a field of domain.qc.Thresholds
    value = models.FloatField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["datastream", "check_name", "valid_from"], name="threshold_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="threshold_validity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_name} {self.value}"


class StationKey(models.Model):
    """What a station's logger proves itself with, at the FTP and the HTTP door. Only its SHA-256 is kept."""

    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="keys")
    sha256 = models.BinaryField(unique=True, max_length=32)
    label = models.CharField(max_length=80, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    revoked = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.thing.code} {self.label}"


class ColumnProfile(models.Model):
    """How the columns of a wide CSV or XLSX table are to be read; kept, so that the next file needs no questions."""

    name = models.CharField(max_length=80, unique=True)
    mapping = models.JSONField()  # ingest/formats/wide.py tells its shape
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """Bytes that arrived, as they arrived, and what became of them: the receipt.

    The same bytes for the same station are one delivery, through whatever doors they come.
    """

    class Door(models.TextChoices):
        FTP = "ftp"
        HTTP = "http"
        SWEEP = "sweep"
        UPLOAD = "upload"
        COMMAND = "command"

    class State(models.TextChoices):
        COMMITTED = "committed"  # read; what could be stored is stored, refused lines are listed
        QUARANTINED = "quarantined"  # nothing of it is stored; `reason` says why and how to mend it

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # null: the station was not known, or is no more
    thing = models.ForeignKey(Thing, on_delete=models.SET_NULL, null=True, related_name="deliveries")
    station_code = models.CharField(max_length=120, blank=True)  # as claimed, known or not
    door = models.CharField(max_length=8, choices=Door)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=500)
    received = models.DateTimeField()
    sha256 = models.BinaryField(max_length=32)
    size = models.IntegerField()  # bytes as received
    body = models.BinaryField()  # zlib
    format = models.CharField(max_length=16, blank=True)
    profile = models.ForeignKey(ColumnProfile, on_delete=models.PROTECT, null=True)
    state = models.CharField(max_length=12, choices=State)
    code = models.CharField(max_length=32, blank=True)  # of the reason, for machines and translations
    reason = models.TextField(blank=True)
    first_time = models.DateTimeField(null=True)  # of the values read
    last_time = models.DateTimeField(null=True)
    stored = models.IntegerField(default=0)  # values new or changed
    unchanged = models.IntegerField(default=0)  # values already held just so
    refused = models.IntegerField(default=0)  # lines refused
    problems = models.JSONField(default=list)  # [{line, code, detail}] of refused lines
    repeats = models.IntegerField(default=0)  # how often the same bytes came again

    class Meta:
        constraints = [models.UniqueConstraint(fields=["station_code", "sha256"], name="delivery_once")]
        indexes = [
            models.Index(fields=["thing", "-last_time"], name="delivery_thing_time"),
            models.Index(fields=["state", "-received"], name="delivery_state"),
        ]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"


class DailyCount(models.Model):
    """How many values of a raw datastream arrived on a local day, and are usable (domain/availability.py).

    There is a row for every day from the datastream's first value to yesterday, zero for a silent one. `stale`: values
    of that day changed since it was counted. Written by SQL (touched_days.py, counting.py).
    """

    pk = models.CompositePrimaryKey("datastream_id", "day")
    datastream = models.ForeignKey(Datastream, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    interval_s = models.IntegerField(null=True)  # the cadence that day; null: nothing was expected
    arrived = models.IntegerField()
    usable = models.IntegerField()
    stale = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["datastream", "day"], condition=Q(stale=True), name="daily_count_stale"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.usable}"


class Availability(models.Model):
    """The counts of one raw datastream over one of the spans that pages show, kept up by counting.py."""

    class Span(models.TextChoices):
        DAY = "24h"  # the last 24 hours, to the minute
        WEEK = "7d"  # whole local days that end yesterday
        MONTH = "30d"
        YEAR = "365d"

    pk = models.CompositePrimaryKey("datastream_id", "span")
    datastream = models.ForeignKey(Datastream, on_delete=models.CASCADE, related_name="+", db_index=False)
    span = models.CharField(max_length=4, choices=Span)
    expected = models.IntegerField()
    arrived = models.IntegerField()
    usable = models.IntegerField()
    counted = models.DateTimeField()

    class Meta:
        verbose_name_plural = "availabilities"

    def __str__(self) -> str:
        return f"{self.span} {self.usable}/{self.expected}"


class Judgement(models.Model):
    """What a reviewer says of the values of a raw or sampled datastream in [since, until), and who agreed.

    Nothing of it holds until somebody else has approved it: then ingest/validating.py applies it, and means and indices
    follow. Until then, and where it was returned, the values stay provisional.
    """

    class Verdict(models.TextChoices):
        AS_CHECKED = "as_checked", _("as the checks say")
        GOOD = "good", _("all are good")
        SUSPECT = "suspect", _("all are suspect")
        FAIL = "fail", _("none may be used")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for approval")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")
        WITHDRAWN = "withdrawn", _("withdrawn")

    datastream = models.ForeignKey(Datastream, on_delete=models.PROTECT, related_name="judgements")
    since = models.DateTimeField()
    until = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    changed = models.IntegerField(null=True, blank=True)  # values whose judgement it changed

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="judgement_state")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="judgement_span"),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=F("proposed_by")), name="judgement_of_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="judgement_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.datastream} {self.since} {self.verdict}"
