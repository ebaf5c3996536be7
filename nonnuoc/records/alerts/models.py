"""Rules, alarms and incidents.

An **alarm** is one excursion that one rule finds in one datastream (or at one station): it follows from the data alone,
so that the same data give the same alarms whatever order they arrived in. An **incident** is what people work on: the
alarms of one cause.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.monitoring.models import Datastream, ObservedProperty, Thing
from nonnuoc.records.places.models import Commune


class Severity(models.IntegerChoices):
    """How grave it is, in the words of CAP 1.2; the higher the graver."""

    MINOR = 1, _("minor")
    MODERATE = 2, _("moderate")
    SEVERE = 3, _("severe")
    EXTREME = 4, _("extreme")


class Family(models.TextChoices):
    """What an incident is about; alarms of different families never share one."""

    ENVIRONMENT = "environment", _("environment")
    SILENCE = "silence", _("silence")
    OPERATION = "operation", _("operation of stations")
    SYSTEM = "system", _("this system")


class AlarmRule(models.Model):
    """One version of a rule of alarm; it judges what is of a time within [valid_from, valid_to).

    A changed rule is a new version under the same code, from its `valid_from` on; the old one ends there and stays.
    Which steps, counts and parameters a kind takes, `checking.py` says.
    """

    class Kind(models.TextChoices):
        LIMIT = "limit", _("limit exceeded")  # of the regulation named by `basis`, or the rule's own
        INDEX = "index", _("index category reached")
        LEVEL = "level", _("water level")  # báo động 1, 2, 3 of the station
        RATE = "rate", _("rate of change")
        SILENCE = "silence", _("silence")
        STUCK = "stuck", _("value stuck")
        STATUS = "status", _("instrument not measuring")
        CLOCK = "clock", _("clock off")
        AVAILABILITY = "availability", _("availability below target")
        REFUSED = "refused", _("files refused")
        LAG = "lag", _("evaluation lags")

    code = models.SlugField(max_length=60)
    version = models.IntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    name_vi = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160)
    meaning_vi = models.TextField()  # what it means, in plain words
    meaning_en = models.TextField()
    action_vi = models.TextField()  # what to do
    action_en = models.TextField()
    # what it is about; null or blank: everything it could be
    observed_property = models.ForeignKey(
        ObservedProperty, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    procedure = models.CharField(max_length=10, choices=Datastream.Procedure, blank=True)
    thing_kind = models.CharField(max_length=24, choices=Thing.Kind, blank=True)
    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, null=True, blank=True, related_name="alarm_rules")
    communes = models.ManyToManyField(Commune, blank=True, related_name="+")
    basis = models.CharField(max_length=20, blank=True)  # a table of rules/data: qcvn05, qcvn08, vn_aqi, vn_wqi, …
    article = models.CharField(max_length=300)  # what it rests on: document and article, or "convention: …"
    source = models.CharField(max_length=300, blank=True)  # its address, or the permit's number and date
    unit = models.CharField(max_length=20, blank=True)  # of the levels in `steps`; blank where `basis` gives them
    steps = models.JSONField(default=list)  # mildest first; checking.py tells the shape
    need = models.IntegerField(default=1)  # N of …
    among = models.IntegerField(default=1)  # … M: N values beyond within M intervals raise it
    hold_s = models.IntegerField(default=0)  # calm for so long clears it
    parameters = models.JSONField(default=dict)  # of kinds that have no levels
    enabled = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    shipped = models.BooleanField(default=False)  # as it came with the system, changed by nobody
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("code", "version")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="alarm_rule_version"),
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to=None), name="alarm_rule_one_open"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="alarm_rule_validity"
            ),
            models.CheckConstraint(condition=Q(need__gte=1, among__gte=F("need")), name="alarm_rule_n_of_m"),
            models.CheckConstraint(condition=Q(hold_s__gte=0), name="alarm_rule_hold"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Incident(models.Model):
    """What people work on: the alarms of one cause, at one station or (thing null) in the network or the system.

    Times of the event itself (`onset`, `cleared`) stand apart from times of ours (`opened`, `told`).
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        HELD = "held", _("held: no data since")  # nothing came since; that clears nothing
        CLEARED = "cleared", _("cleared")  # it is over; somebody has yet to close it
        CLOSED = "closed", _("closed")

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        FALSE_ALARM = "false_alarm", _("false alarm")
        EXERCISE = "exercise", _("exercise or test")
        WITHDRAWN = "withdrawn", _("withdrawn: the data were corrected")
        MERGED = "merged", _("part of another incident")
        RECORDED = "recorded", _("recorded afterwards")  # found in late data; it never sounded

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    family = models.CharField(max_length=12, choices=Family)
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, null=True, related_name="incidents")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    severity = models.SmallIntegerField(choices=Severity)  # the gravest so far
    onset = models.DateTimeField()
    cleared = models.DateTimeField(null=True, blank=True)  # of the event; null: not over
    opened = models.DateTimeField()  # when we learnt of it
    changed = models.DateTimeField()
    told = models.DateTimeField(null=True, blank=True)  # when it first sounded; null: it never did
    told_severity = models.SmallIntegerField(default=0)  # the gravest that people were told of
    acknowledged = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    silenced_until = models.DateTimeField(null=True, blank=True)  # no messages until then
    escalation = models.SmallIntegerField(default=0)  # how often nobody answered
    closed = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    cause = models.TextField(blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")

    class Meta:
        indexes = [
            models.Index(fields=["state", "-opened"], name="incident_state"),
            models.Index(fields=["thing", "family", "-onset"], name="incident_thing"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cleared=None) | Q(cleared__gte=F("onset")), name="incident_cleared_after_onset"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed__isnull=False) & ~Q(outcome="")
                | ~Q(state="closed") & Q(closed=None, outcome=""),
                name="incident_closed_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(outcome="merged"), name="incident_merged_is_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.id} {self.family}"


class Alarm(models.Model):
    """One excursion: a rule's level passed in one datastream, or something amiss at one station, from `onset` on.

    All times are of the event but `recorded`. `cleared` null: not over as far as is known.
    """

    id = models.BigAutoField(primary_key=True)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="alarms")
    code = models.SlugField(max_length=60)  # of the rule, whatever its version
    rule = models.ForeignKey(AlarmRule, on_delete=models.PROTECT, related_name="+")  # the version that raised it
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, null=True, related_name="alarms")
    datastream = models.ForeignKey(Datastream, on_delete=models.PROTECT, null=True, related_name="alarms")
    onset = models.DateTimeField()  # of the first value that counted
    raised = models.DateTimeField()  # of the value that made it N of M
    last_beyond = models.DateTimeField()
    cleared = models.DateTimeField(null=True, blank=True)
    step = models.SmallIntegerField(default=0)  # the highest reached, from 0
    severity = models.SmallIntegerField(choices=Severity)  # of that step
    level = models.FloatField(null=True)  # what that step's level was, in the property's unit
    peak = models.FloatField(null=True)
    peak_time = models.DateTimeField(null=True)
    beyond = models.IntegerField(default=0)  # values beyond the level
    suspect = models.IntegerField(default=0)  # of these, how many the checks doubt
    recorded = models.DateTimeField()  # when we learnt of it

    class Meta:
        indexes = [
            models.Index(fields=["datastream", "code", "onset"], name="alarm_stream"),
            models.Index(fields=["incident"], name="alarm_incident"),
            models.Index(fields=["code", "-onset"], name="alarm_code"),
            models.Index(fields=["thing", "-onset"], name="alarm_thing"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "datastream"], condition=Q(cleared=None), name="alarm_one_of_stream"
            ),
            models.UniqueConstraint(
                fields=["code", "thing"],
                condition=Q(cleared=None, datastream=None),
                name="alarm_one_of_thing",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(raised__gte=F("onset"), last_beyond__gte=F("onset")), name="alarm_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.onset}"


class Entry(models.Model):
    """One line of an incident's log: what happened, when we learnt of it, and who did it. Only ever added to."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened")
        JOINED = "joined", _("another alarm of the same cause")
        WORSE = "worse", _("graver")
        HELD = "held", _("no data since")
        RESUMED = "resumed", _("data again")
        CLEARED = "cleared", _("cleared")
        REOPENED = "reopened", _("reopened")
        COMPLETED = "completed", _("completed by late data")
        MERGED = "merged", _("merged")
        SPLIT = "split", _("split")
        TOLD = "told", _("told")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        ASSIGNED = "assigned", _("assigned")
        NOTED = "noted", _("note")
        ATTACHED = "attached", _("attachment")
        SILENCED = "silenced", _("messages silenced")
        UNSILENCED = "unsilenced", _("messages again")
        ESCALATED = "escalated", _("escalated")
        WARNED = "warned", _("public warning")
        CLOSED = "closed", _("closed")

    id = models.BigAutoField(primary_key=True)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField()
    time = models.DateTimeField(null=True)  # of the event, where it has one
    kind = models.CharField(max_length=12, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.at} {self.kind}"


class Attachment(models.Model):
    """A file somebody added to an incident: a photograph, a record of the field, a laboratory's sheet."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="attachment")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80)
    size = models.IntegerField()
    sha256 = models.BinaryField(max_length=32)
    body = models.BinaryField()

    def __str__(self) -> str:
        return self.name


class Missed(models.Model):
    """An event that a rule should have found and did not, as somebody tells; it enters the rule's score."""

    code = models.SlugField(max_length=60)  # of the rule
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    note = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "missed"
        constraints = [models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="missed_span")]

    def __str__(self) -> str:
        return f"{self.code} {self.since}"


class Watch(models.Model):
    """The watch over what goes by the clock, in one row: what a restart must not forget, what tells that it runs."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()  # the last pass that ended well
    since = models.DateTimeField()  # since when passes have followed each other without a gap
    waiting = models.JSONField(default=dict)  # what it saw waiting, in seconds; lagging.py tells the keys

    class Meta:
        verbose_name_plural = "watches"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="watch_is_one")]

    def __str__(self) -> str:
        return f"{self.at}"
