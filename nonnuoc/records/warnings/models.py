"""Public warnings, in the words of CAP 1.2."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.alerts.models import Incident
from nonnuoc.records.places.models import Commune, River


class PublicWarning(models.Model):
    """One message of a public warning. An update or a cancellation is a new one, that refers to what it changes.

    Nobody sees it outside before a second person has approved it; after that it is never changed.
    """

    class Status(models.TextChoices):
        """CAP `status`. Test until a person says otherwise."""

        TEST = "Test", _("test")
        EXERCISE = "Exercise", _("exercise")
        ACTUAL = "Actual", _("actual")

    class MessageType(models.TextChoices):
        ALERT = "Alert", _("warning")
        UPDATE = "Update", _("update")
        CANCEL = "Cancel", _("cancellation")

    class Category(models.TextChoices):
        ENV = "Env", _("environment")
        MET = "Met", _("weather")
        GEO = "Geo", _("geology")
        FIRE = "Fire", _("fire")
        HEALTH = "Health", _("health")
        CBRNE = "CBRNE", _("hazardous substances")

    class Urgency(models.TextChoices):
        IMMEDIATE = "Immediate", _("act now")
        EXPECTED = "Expected", _("act within the hour")
        FUTURE = "Future", _("act in the near future")
        PAST = "Past", _("no longer needed")
        UNKNOWN = "Unknown", _("unknown")

    class Severity(models.TextChoices):
        EXTREME = "Extreme", _("extreme")
        SEVERE = "Severe", _("severe")
        MODERATE = "Moderate", _("moderate")
        MINOR = "Minor", _("minor")
        UNKNOWN = "Unknown", _("unknown")

    class Certainty(models.TextChoices):
        OBSERVED = "Observed", _("observed")
        LIKELY = "Likely", _("likely")
        POSSIBLE = "Possible", _("possible")
        UNLIKELY = "Unlikely", _("unlikely")
        UNKNOWN = "Unknown", _("unknown")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PROPOSED = "proposed", _("waits for approval")
        RETURNED = "returned", _("returned")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn before publication")

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    identifier = models.CharField(max_length=120, unique=True, null=True)  # CAP; given when it is published
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, blank=True, related_name="warnings")
    changes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="changed_by")
    status = models.CharField(max_length=8, choices=Status, default=Status.TEST)
    message_type = models.CharField(max_length=6, choices=MessageType, default=MessageType.ALERT)
    category = models.CharField(max_length=6, choices=Category, default=Category.ENV)
    urgency = models.CharField(max_length=9, choices=Urgency)
    severity = models.CharField(max_length=8, choices=Severity)
    certainty = models.CharField(max_length=8, choices=Certainty)
    event_vi = models.CharField(max_length=120)
    event_en = models.CharField(max_length=120)
    headline_vi = models.CharField(max_length=160)
    headline_en = models.CharField(max_length=160)
    description_vi = models.TextField()
    description_en = models.TextField(blank=True)
    # what each audience is to do: [{"audience": "everyone"|"sensitive"|…, "vi": …, "en": …}]
    instructions = models.JSONField(default=list)
    effective = models.DateTimeField()
    onset = models.DateTimeField(null=True, blank=True)
    expires = models.DateTimeField()
    # the area: any of the three
    communes = models.ManyToManyField(Commune, blank=True, related_name="warnings")
    river = models.ForeignKey(River, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reach = models.CharField(max_length=200, blank=True)  # from where to where, in words
    polygon = models.JSONField(null=True, blank=True)  # GeoJSON Polygon or MultiPolygon, WGS 84
    area_vi = models.CharField(max_length=300)  # CAP areaDesc
    area_en = models.CharField(max_length=300, blank=True)
    automatic = models.BooleanField(default=False)  # made by the machine, by leave of the administrator
    simulated = models.BooleanField(default=False)  # it rests on invented data
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    written = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)  # of who decided
    sent = models.DateTimeField(null=True, blank=True)  # CAP; when it was published
    # sender, references, polygons and codes as they were at that moment (publishing.py): other boundaries or settings
    # of later days do not change what was said
    as_sent = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-sent"], name="warning_state"),
            models.Index(fields=["expires"], name="warning_expires"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(expires__gt=F("effective")), name="warning_span"),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(sent__isnull=False, identifier__isnull=False)
                & (Q(automatic=True) | Q(decided_by__isnull=False) & ~Q(decided_by=F("written_by"))),
                name="warning_of_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(message_type="Alert", changes=None) | ~Q(message_type="Alert") & Q(changes__isnull=False),
                name="warning_refers_to_what_it_changes",
            ),
            models.CheckConstraint(
                condition=Q(simulated=False) | ~Q(status="Actual"), name="warning_invented_is_never_actual"
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(as_sent__isnull=False) & (Q(automatic=True) | Q(written_by__isnull=False)),
                name="warning_as_sent",
            ),
            # a message is changed once, by one: what comes after it changes that one
            models.UniqueConstraint(fields=["changes"], condition=Q(state="published"), name="warning_changed_once"),
        ]

    def __str__(self) -> str:
        return self.identifier or f"draft {self.id}"
